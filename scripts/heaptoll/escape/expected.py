"""What each version of Go is known to say of the classics: `benches/go/expected/1.19.csv`, and how it differs now.

A table's rows are matched by file, line and text, never by column: versions put the same thing in different columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from heaptoll.bad_input import BadInput, quoted
from heaptoll.escape.diagnostics import Site, Verdict

COLUMNS = ("file", "line", "text", "verdict", "allocations")
_NAME = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})\.csv", re.ASCII)
_ADVICE = "restore it, or write it anew with scripts/escape.py --record"
_VERDICTS = {verdict.value: verdict for verdict in Verdict}


class Key(NamedTuple):
    """`file` below benches/go/classic, with / in it."""

    file: str
    line: int
    text: str


@dataclass(frozen=True)
class Expected:
    """`allocations`: how many one operation has because of this; None where nobody has said."""

    verdict: Verdict
    allocations: int | None


@dataclass(frozen=True)
class Table:
    """What Go `release`, (1, 19), says. `path` is where that stands."""

    path: Path
    release: tuple[int, int]
    rows: Mapping[Key, Expected]

    @property
    def name(self) -> str:
        return f"go{self.release[0]}.{self.release[1]}"


@dataclass(frozen=True)
class Difference:
    """`expected` and `said` are in words; "nothing" where a side has no such line."""

    key: Key
    expected: str
    said: str


def key_of(site: Site) -> Key:
    return Key(site.file.removeprefix("./"), site.line, site.text)


def nearest(folder: Path, release: tuple[int, int]) -> Table | None:
    """The table of this release, or else of the newest before it, or else of the oldest; None where there is none. A
    development version, (0, 0), is newer than all. Raises BadInput."""
    known = sorted(
        (int(match[1]), int(match[2])) for path in folder.glob("*.csv") if (match := _NAME.fullmatch(path.name))
    )
    if not known:
        return None
    before = [each for each in known if each <= release or release == (0, 0)]
    chosen = before[-1] if before else known[0]
    return read(folder / f"{chosen[0]}.{chosen[1]}.csv")


def read(path: Path) -> Table:
    """Raises BadInput."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise BadInput(path, "a table named after a release of Go: 1.19.csv", "name it so")
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadInput(path, "a table that can be read", _ADVICE, found=str(error.strerror)) from None
    except UnicodeDecodeError:
        raise BadInput(path, "UTF-8 text", _ADVICE) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[Key, Expected] = {}
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise BadInput(path, f"the columns {', '.join(COLUMNS)}", _ADVICE, line=1)
        for fields in reader:
            key, row = _row(path, reader.line_num, fields)
            if key in rows:
                raise BadInput(path, "a file, line and text once", _ADVICE, line=reader.line_num, found="them again")
            rows[key] = row
    except csv.Error as error:
        raise BadInput(path, "CSV", _ADVICE, line=reader.line_num, found=quoted(str(error))) from None
    return Table(path, (int(match[1]), int(match[2])), rows)


def _row(path: Path, number: int, fields: list[str]) -> tuple[Key, Expected]:
    if len(fields) != len(COLUMNS):
        raise BadInput(path, f"{len(COLUMNS)} fields", _ADVICE, line=number, found=str(len(fields)))
    file, line, text, verdict, allocations = fields
    for column, value in (("line", line), ("allocations", allocations or "0")):
        if not re.fullmatch(r"[0-9]{1,9}", value, re.ASCII):
            raise BadInput(path, "a count", _ADVICE, line=number, column=column, found=quoted(value))
    if verdict not in _VERDICTS:
        raise BadInput(
            path, f"one of {', '.join(_VERDICTS)}", _ADVICE, line=number, column="verdict", found=quoted(verdict)
        )
    return Key(file, int(line), text), Expected(_VERDICTS[verdict], int(allocations) if allocations else None)


def differences(table: Table, sites: Iterable[Site]) -> list[Difference]:
    """In the order of files and lines."""
    said = {key_of(site): site.verdict for site in sites}
    found = []
    for key in sorted(table.rows.keys() | said.keys()):
        before = table.rows[key].verdict if key in table.rows else None
        now = said.get(key)
        if before is not now:
            found.append(Difference(key, before.value if before else "nothing", now.value if now else "nothing"))
    return found


def as_csv(sites: Iterable[Site], known: Table | None) -> bytes:
    """A table of what is said now. What a line costs is taken over where the verdict is as it was in `known`; for a
    person to fill in where it is not."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, verdict in sorted({key_of(site): site.verdict for site in sites}.items()):
        row = known.rows.get(key) if known else None
        if row is not None:
            cost = row.allocations if row.verdict is verdict else None
        else:
            cost = None if verdict.on_heap else 0
        writer.writerow([*key, verdict.value, "" if cost is None else cost])
    return out.getvalue().encode("utf-8")
