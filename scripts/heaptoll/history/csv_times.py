"""The times of a foreign CSV: moments in words or without any sign between their parts, or seconds since 1970 in one of
the usual units."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history import moments


class _Unit(NamedTuple):
    """Numbers from `least` to below `beyond` are this many `per_second`: 1973 to 2286, so that no number fits two
    units. Milliseconds of 1976 have the twelve digits of 202601310300, which is far likelier a date."""

    name: str
    least: float
    beyond: float
    per_second: int


_UNITS = tuple(
    _Unit(f"Unix {name}", 1e8 * per_second, 1e10 * per_second, per_second)
    for name, per_second in (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9))
)
_WORDS = "moments"
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_COMPACT = re.compile(r"(\d{8})[Tt]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d+))?[Zz]?", re.ASCII)
_COMPACT_YEARS = range(1990, 2101)
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?", re.ASCII)


class CsvTimes:
    """Reads the cells of one column. The first decides which kind they are all of."""

    def __init__(self, file: Path, column: str) -> None:
        self._file = file
        self._column = column
        self.kind = ""

    def parse(self, line: int, cell: str) -> datetime:
        """The moment, in UTC. Raises BadInput for what is none, or of another kind than the first."""
        text = cell.strip()
        kind, moment = self._read(text)
        self.kind = self.kind or kind
        if moment is None or kind != self.kind:
            alike = f", in {self.kind} as above" if self.kind and kind != self.kind else ""
            raise BadInput(
                self._file, f"a moment like {moments.EXAMPLE} or {moments.EXAMPLE[:10]}, or seconds since 1970{alike}",
                "mend this cell, or name the column with the time: --time COLUMN", line=line, column=self._column,
                found=quoted(text),
            )  # fmt: skip
        return moment

    @staticmethod
    def _read(text: str) -> tuple[str, datetime | None]:
        compact = _compact(text)
        if compact is not None:
            return _WORDS, compact
        if _NUMBER.fullmatch(text):
            for unit in _UNITS:
                if unit.least <= float(text) < unit.beyond:
                    return unit.name, _since_1970(text, unit.per_second)
        try:
            return _WORDS, moments.parse(text)
        except ValueError:
            return "", None


def _compact(text: str) -> datetime | None:
    """YYYYMMDDHHMM or YYYYMMDDHHMMSS, where that is a moment of the years in which people measure."""
    found = _COMPACT.fullmatch(text)
    if found is None or int(text[:4]) not in _COMPACT_YEARS:
        return None
    day, hour, minute, second, fraction = found.groups()
    try:
        return moments.parse(f"{day} {hour}:{minute}:{second or '00'}.{fraction or '0'}")
    except ValueError:
        return None


def _since_1970(text: str, per_second: int) -> datetime:
    """In whole numbers: a float has no microseconds left after 1.7e9 seconds of nanoseconds."""
    whole, _, fraction = text.partition(".")
    microseconds = int(whole + fraction) * 10**6 // (per_second * 10 ** len(fraction))
    return _EPOCH + timedelta(microseconds=microseconds)
