"""The index as a file of SQLite: its tables, how they are written and read, and how damage shows.

The values of a run are one blob, not a row each: thirteen million rows would take minutes to write and to read, and
whoever reads a series reads all runs anyway. What is damaged is never trusted: the tables that are always read have one
checksum over all, every blob has its own.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heaptoll.history import conditions
from heaptoll.history.conditions import Conditions
from heaptoll.history.parsed_files import FIELD, ROW, FileState, Parsed
from heaptoll.history.record import Name
from heaptoll.history.stored_run import StoredRun

SCHEMA_VERSION = 1
_APPLICATION = 0x48544C31  # "HTL1"; tells our files from other people's SQLite
_WAIT_S = 60  # for another process that reads or writes
_MOST_REMEMBERED = 64
_REFUSALS = ("locked", "full", "readonly", "unable to open", "I/O error")  # in the words of SQLite
_OF_DAMAGE = (ValueError, OverflowError, MemoryError)  # what Python makes of texts and lengths that were damaged

_SCHEMA = """
CREATE TABLE name (id INTEGER PRIMARY KEY, words TEXT NOT NULL UNIQUE);
CREATE TABLE conditions (id INTEGER PRIMARY KEY, facts TEXT NOT NULL UNIQUE);
CREATE TABLE run (
    id INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    started_utc INTEGER NOT NULL, ended_utc INTEGER, git_commit TEXT, dirty INTEGER NOT NULL,
    conditions INTEGER NOT NULL, measured_ghz REAL, value_count INTEGER NOT NULL, left_out TEXT NOT NULL
);
CREATE TABLE points (run INTEGER PRIMARY KEY, names BLOB NOT NULL, figures BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE seal (checksum INTEGER NOT NULL);
"""
_RUN = "id, run_id, size, mtime_ns, inode, started_utc, ended_utc, git_commit, dirty, conditions, measured_ghz, " \
       "value_count, left_out"  # fmt: skip


def _checksum_of(names: bytes, figures: bytes) -> int:
    return zlib.crc32(figures, zlib.crc32(names))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


class Unusable(Exception):
    """The file is no index of ours, not a whole one, or damaged; the message says which."""


class IndexFile:
    """An open index. What writes leaves the transaction open until `commit`. All methods raise Unusable, and OSError
    for what is not the file's fault: a full disk, no permission, another process that holds it for too long."""

    def __init__(self, path: Path, *, temporary: bool = False) -> None:
        """Opens the file `path`; it is made when it is not there. `temporary`: nobody needs it after a crash."""
        self._path = path
        try:
            self._database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        except sqlite3.Error as error:
            raise OSError(errno.EIO, str(error), str(path)) from error
        self._ids: dict[str, int] = {}
        self._recent: dict[str, bytes] = {}
        if temporary:
            self._execute("PRAGMA synchronous = OFF")
            self._execute("PRAGMA journal_mode = OFF")

    def close(self) -> None:
        self._database.close()

    def create(self) -> None:
        """The tables of an empty index, in a transaction that stays open."""
        self._execute(f"PRAGMA application_id = {_APPLICATION}")
        self._execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        self._execute("BEGIN IMMEDIATE")
        for statement in filter(str.strip, _SCHEMA.split(";")):
            self._execute(statement)

    def check(self) -> None:
        """Raises Unusable when this is no whole index: every figure but the blobs', which are checked when they are
        read."""
        application = self._one("PRAGMA application_id")
        version = self._one("PRAGMA user_version")
        if application != _APPLICATION:
            raise Unusable("is not an index of a history")
        if version != SCHEMA_VERSION:
            raise Unusable(f"has version {version}, not {SCHEMA_VERSION}")
        if self._one("SELECT checksum FROM seal") != self._checksum():
            raise Unusable("is damaged, or was not finished")

    def begin(self) -> None:
        self._execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._execute("DELETE FROM seal")
        self._execute("INSERT INTO seal VALUES (?)", (self._checksum(),))
        self._execute("COMMIT")

    def rollback(self) -> None:
        if self._database.in_transaction:
            self._database.rollback()

    def states(self) -> dict[str, FileState]:
        """By run id, the state of the file that was read."""
        rows = self._all("SELECT run_id, size, mtime_ns, inode FROM run")
        return {run_id: FileState(*state) for run_id, *state in rows}

    def remove(self, run_ids: Iterable[str]) -> None:
        for run_id in run_ids:
            self._execute("DELETE FROM points WHERE run = (SELECT id FROM run WHERE run_id = ?)", (run_id,))
            self._execute("DELETE FROM run WHERE run_id = ?", (run_id,))

    def add(self, parsed: Sequence[Parsed]) -> None:
        """Runs that the index does not have."""
        rows, points = [], []
        next_id = self._one("SELECT COALESCE(MAX(id), 0) FROM run") + 1
        for number, each in enumerate(parsed, start=next_id):
            run, names = each.run, self._names(each.names)
            rows.append((
                number, run.run_id, *each.state, _seconds(run.started_utc),
                None if run.ended_utc is None else _seconds(run.ended_utc), run.commit, run.dirty, self._conditions(run.conditions), run.measured_ghz, run.values,
                json.dumps(dict(run.left_out), sort_keys=True),
            ))  # fmt: skip
            points.append((number, names, each.figures, _checksum_of(names, each.figures)))
        self._many(f"INSERT INTO run ({_RUN}) VALUES ({','.join('?' * 13)})", rows)
        self._many("INSERT INTO points VALUES (?, ?, ?, ?)", points)

    def names(self) -> dict[int, Name]:
        """Every name that any run had, by its id."""
        return {number: Name(*words.split(FIELD)) for number, words in self._all("SELECT id, words FROM name")}

    def runs(self) -> list[tuple[int, StoredRun]]:
        """By time, with the ids under which `points` has their values."""
        known = {number: conditions.from_text(facts) for number, facts in self._all("SELECT id, facts FROM conditions")}
        found = []
        for number, run_id, _, _, _, started, ended, commit, dirty, at, ghz, values, left_out in self._all(
            f"SELECT {_RUN} FROM run ORDER BY started_utc, run_id"
        ):
            found.append((number, StoredRun(
                run_id, _moment(started), None if ended is None else _moment(ended), commit, bool(dirty), known[at],
                ghz, values, json.loads(left_out),
            )))  # fmt: skip
        return found

    def points(self, runs: Iterable[int]) -> Iterator[tuple[NDArray[np.int32], NDArray[np.float64]]]:
        """For each of the runs, the ids of its names, shape (n,), and its ns, low, high and cycles, shape (4, n)."""
        for run in runs:
            rows = self._all("SELECT names, figures, checksum FROM points WHERE run = ?", (run,))
            if len(rows) != 1 or _checksum_of(*rows[0][:2]) != rows[0][2]:
                raise Unusable("is damaged")
            yield np.frombuffer(rows[0][0], np.int32), np.frombuffer(rows[0][1], np.float64).reshape(4, -1)

    def _names(self, joined: str) -> bytes:
        """The ids of a run's names. Most runs have the same ones as the last."""
        found = self._recent.get(joined)
        if found is None:
            if len(self._recent) >= _MOST_REMEMBERED:
                self._recent.clear()
            words = joined.split(ROW)
            found = np.array([self._id("name", "words", each) for each in words], np.int32).tobytes()
            self._recent[joined] = found
        return found

    def _conditions(self, found: Conditions) -> int:
        return self._id("conditions", "facts", conditions.as_text(found))

    def _id(self, table: str, column: str, text: str) -> int:
        """Of a row that is made when it is not there."""
        known = self._ids.get(text)
        if known is None:
            rows = self._all(f"SELECT id FROM {table} WHERE {column} = ?", (text,))
            if rows:
                known = int(rows[0][0])
            else:
                known = self._one(f"SELECT COALESCE(MAX(id), 0) + 1 FROM {table}")
                self._execute(f"INSERT INTO {table} VALUES (?, ?)", (known, text))
            self._ids[text] = known
        return known

    def _checksum(self) -> int:
        """Over all rows of the small tables, and the checksums of the blobs."""
        checksum = 0
        for query in (
            "SELECT * FROM name ORDER BY id", "SELECT * FROM conditions ORDER BY id",
            f"SELECT {_RUN} FROM run ORDER BY id", "SELECT run, checksum FROM points ORDER BY run",
        ):  # fmt: skip
            for row in self._all(query):
                checksum = zlib.crc32(repr(row).encode(), checksum)
        return checksum

    def _execute(self, query: str, values: Sequence[object] = ()) -> None:
        self._all(query, values)

    def _one(self, query: str) -> int:
        rows = self._all(query)
        if len(rows) != 1 or not isinstance(rows[0][0], int):
            raise Unusable("is damaged, or was not finished")
        return rows[0][0]

    def _all(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._database.execute(query, values).fetchall()
        except (sqlite3.Error, *_OF_DAMAGE) as error:
            raise self._judged(error) from error

    def _many(self, query: str, rows: Sequence[Sequence[object]]) -> None:
        try:
            self._database.executemany(query, rows)
        except (sqlite3.Error, *_OF_DAMAGE) as error:
            raise self._judged(error) from error

    def _judged(self, error: Exception) -> Exception:
        """What the system refuses is no damage: made again, the index would meet the same. But a file that may be
        written, and says that it is read-only, is damaged."""
        refused = isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in _REFUSALS)
        if refused and not ("readonly" in str(error) and os.access(self._path, os.W_OK)):
            return OSError(errno.EIO, str(error), str(self._path))
        return Unusable(f"is damaged ({error})")
