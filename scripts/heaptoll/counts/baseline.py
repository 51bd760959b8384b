"""The committed counts: results/baseline/counts.csv, and results/baseline/toolchains.json, which says what its keys are.

Counts are the same on every machine that has the same compiler, flags, libraries and valgrind; a key stands for all of
these and the allocator. So one file holds the rows of several toolchains, and each is compared with its own only.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

from heaptoll.bad_input import BadInput, quoted
from heaptoll.whole_file import write_whole

COUNTS, TOOLCHAINS = "counts.csv", "toolchains.json"
_RESTORE = "restore it from git, or make it anew: make counts-accept"


class RowKey(NamedTuple):
    key: str
    case: str
    arm: str
    allocator: str


@dataclass(frozen=True)
class Counts:
    """What one operation takes, as counts.csv has it: numbers in full, as text, so that equal is equal."""

    instructions_per_op: str
    allocs_per_op: str
    alloc_bytes_per_op: str


_COLUMNS = (*RowKey._fields, *(field.name for field in fields(Counts)))
Rows = dict[RowKey, Counts]


def toolchain_key(facts: Mapping[str, Any], allocator: str) -> tuple[str, dict[str, Any]]:
    """The key of one allocator's rows, 12 hex digits, and what it stands for. `facts`: the contents of counts.json."""
    lane = next(each for each in facts["allocators"] if each["name"] == allocator)
    what = {
        "machine": facts["machine"], "toolchain": facts["toolchain"], "fixed": facts["fixed"],
        "allocator": {name: lane[name] for name in ("name", "version", "sha256")},
    }  # fmt: skip
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:12], what


@dataclass(frozen=True)
class Counted:
    """What `make counts` found: the rows that repeat, by key; what the keys stand for; and what does not repeat or could
    not be counted, in words."""

    rows: Rows
    toolchains: dict[str, dict[str, Any]]
    left_out: tuple[str, ...]


def read_counted(folder: Path) -> Counted:
    """Reads counts.csv and counts.json below `folder`. Raises BadInput."""
    table, facts = folder / "counts.csv", folder / "counts.json"
    try:
        told = json.loads(facts.read_text(encoding="utf-8"))
        with table.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
        names = dict.fromkeys(line["allocator"] for line in lines)
        keys = {name: toolchain_key(told, name) for name in names}
        rows, left_out = {}, []
        for line in lines:
            key = RowKey(keys[line["allocator"]][0], line["case"], line["arm"], line["allocator"])
            if line["status"] == "ok" and line["exact"] == "yes":
                rows[key] = Counts(*(line[field.name] for field in fields(Counts)))
            elif line["status"] != "skipped":
                why = line["reason"] or line["status"]
                left_out.append(f"{line['case']} {line['arm']} ({line['allocator']}): {why}")
        return Counted(rows, dict(keys.values()), tuple(left_out))
    except (OSError, ValueError, KeyError, TypeError, StopIteration, csv.Error) as error:
        raise BadInput(
            table, "what `make counts` writes, counts.json beside it", "count again",
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip


def read(folder: Path) -> Rows:
    """The committed rows; none where there is no file yet. Raises BadInput, with the line, for a file that is damaged."""
    path = folder / COUNTS
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(path, "a readable file in UTF-8", _RESTORE, found=str(error)) from error
    if not text:
        raise BadInput(path, f"the columns {','.join(_COLUMNS)}", _RESTORE, line=1, found="an empty file")
    found: Rows = {}
    for number, line in enumerate(csv.reader(io.StringIO(text)), start=1):
        if number == 1:
            if tuple(line) != _COLUMNS:
                raise BadInput(path, f"the columns {','.join(_COLUMNS)}", _RESTORE, line=1, found=quoted(",".join(line)))
            continue
        if len(line) != len(_COLUMNS):
            raise BadInput(path, f"{len(_COLUMNS)} fields", _RESTORE, line=number, found=str(len(line)))
        key = RowKey(*line[: len(RowKey._fields)])
        if key in found:
            raise BadInput(path, "each row once", "keep one of them", line=number, found="the same row again")
        for name, value in zip(_COLUMNS[len(RowKey._fields) :], line[len(RowKey._fields) :]):
            if not _is_count(value):
                raise BadInput(path, "a number >= 0", _RESTORE, line=number, column=name, found=quoted(value))
        found[key] = Counts(*line[len(RowKey._fields) :])
    return found


def _is_count(text: str) -> bool:
    whole, point, part = text.partition(".")
    return text.isascii() and whole.isdigit() and (not point or part.isdigit())


def write(folder: Path, rows: Mapping[RowKey, Counts], toolchains: Mapping[str, dict[str, Any]]) -> None:
    """Writes both files, sorted, so that a change is a change of its own lines. Keys that are not in `toolchains` keep
    what the file said of them. Raises OSError and BadInput."""
    folder.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((*key, *astuple(rows[key])) for key in sorted(rows))
    known = {**_read_toolchains(folder / TOOLCHAINS), **toolchains}
    used = {key.key for key in rows}
    kept = {key: known[key] for key in sorted(known) if key in used}
    write_whole(folder / TOOLCHAINS, (json.dumps(kept, indent=1, sort_keys=True) + "\n").encode())
    write_whole(folder / COUNTS, text.getvalue().encode())


def _read_toolchains(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadInput(path, "a JSON object", _RESTORE, found=str(error)) from error
    if not isinstance(found, dict):
        raise BadInput(path, "a JSON object", _RESTORE, found=type(found).__name__)
    return found


@dataclass(frozen=True)
class Change:
    """A row that is not as committed. None: not there on that side."""

    key: RowKey
    before: Counts | None
    now: Counts | None


@dataclass(frozen=True)
class Checked:
    """`compared`: how many rows have a committed one. `unknown`: allocators whose toolchain has no committed rows, with
    the number of rows that could be."""

    compared: int
    changes: tuple[Change, ...]
    unknown: Mapping[str, int]


def check(
    committed: Mapping[RowKey, Counts], counted: Mapping[RowKey, Counts], cases: Collection[str] | None
) -> Checked:
    """Compares exactly. `cases`: all that the worker has, counted or not; a committed row of another one is gone, which is
    a change too. None: nobody knows them, and nothing is held to be gone."""
    known = {key.key for key in committed}
    unknown: dict[str, int] = {}
    changes, compared = [], 0
    for key, now in counted.items():
        if key.key not in known:
            unknown[key.allocator] = unknown.get(key.allocator, 0) + 1
        elif committed.get(key) != now:
            changes.append(Change(key, committed.get(key), now))
        compared += key in committed
    if cases is not None:
        tried = {key.key for key in counted}
        gone = [key for key in committed if key.key in tried and key.case not in cases]
        changes += [Change(key, committed[key], None) for key in gone]
    return Checked(compared, tuple(sorted(changes, key=lambda change: change.key)), unknown)


def accepted(committed: Mapping[RowKey, Counts], counted: Mapping[RowKey, Counts], changes: Iterable[Change]) -> Rows:
    """The committed rows with what was counted in the place of what changed, and what is gone left out."""
    gone = {change.key for change in changes if change.now is None}
    return {key: counts for key, counts in {**committed, **counted}.items() if key not in gone}
