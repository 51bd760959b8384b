"""The times of a foreign CSV: moments in words, or seconds since 1970 in one of the usual units."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import NamedTuple

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history import moments


class _Unit(NamedTuple):
    """Numbers from `least` to below `beyond` are this many `per_second`: 1973 to 2286, so that no number fits two
    units."""

    name: str
    least: float
    beyond: float
    per_second: int


_UNITS = tuple(
    _Unit(f"Unix {name}", 1e8 * per_second, 1e10 * per_second, per_second)
    for name, per_second in (("seconds", 1), ("milliseconds", 10**3), ("microseconds", 10**6), ("nanoseconds", 10**9))
)
_WORDS = "moments"
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
        if _NUMBER.fullmatch(text):
            for unit in _UNITS:
                if unit.least <= float(text) < unit.beyond:
                    whole, _, _ = text.partition(".")
                    return unit.name, datetime.fromtimestamp(int(whole) // unit.per_second, timezone.utc)
        try:
            return _WORDS, moments.parse(text)
        except ValueError:
            return "", None
