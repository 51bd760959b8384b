"""A foreign CSV as rows of cells, each with its line. Read by hand rather than by pandas, which fills up a short row
and cannot say in which line a cell is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from heaptoll.bad_input import BadInput, quoted

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
ADVICE = "mend the file, or write it anew"


class CsvRow(NamedTuple):
    line: int
    cells: list[str]


class CsvTable:
    """The file `path`. `columns`: the names in its first line. `delimiter`: a word of DELIMITERS."""

    def __init__(self, path: Path, time: str, delimiter: str | None) -> None:
        """`delimiter`: a word of DELIMITERS; None: that which makes most of the first line, and of `time` a column.
        Raises BadInput for what is no CSV with a header."""
        self.path = path
        self._text = _text(path)
        self.delimiter = delimiter or self._divides(time)
        rows = self._rows()
        try:
            header = next(rows)
        except StopIteration:
            expected = "a line with the names of the columns"
            raise BadInput(path, expected, ADVICE, line=1, found="an empty file") from None
        self.columns = [name.strip() for name in header.cells]
        self._check_names()
        self.rows = list(rows)
        if not self.rows:
            raise BadInput(path, "a row below the names of the columns", ADVICE, line=header.line + 1, found="nothing")
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise BadInput(
                    path, f"{len(self.columns)} cells, as many as the first line has", ADVICE, line=row.line,
                    column=self.columns[min(len(row.cells), len(self.columns)) - 1], found=f"{len(row.cells)}",
                )  # fmt: skip

    def column(self, name: str, what: str) -> int:
        """The place of a column. Raises BadInput, which lists the columns, when there is none of the name."""
        if name in self.columns:
            return self.columns.index(name)
        near = get_close_matches(name, self.columns, 1)
        guess = f"did you mean {near[0]}? " if near else ""
        raise BadInput(
            self.path, f"a column {name} with {what}", f"{guess}the columns are {', '.join(self.columns)}", line=1,
            found="no such column",
        )  # fmt: skip

    def wrong(self, row: CsvRow, column: int, expected: str, advice: str = ADVICE) -> BadInput:
        return BadInput(
            self.path, expected, advice, line=row.line, column=self.columns[column], found=quoted(row.cells[column])
        )

    def _divides(self, time: str) -> str:
        headers = {}
        for word in DELIMITERS:
            try:
                self.delimiter = word
                headers[word] = [name.strip() for name in next(self._rows()).cells]
            except (BadInput, StopIteration):
                continue
        return max(headers, key=lambda word: (time in headers[word], len(headers[word])), default="comma")

    def _rows(self) -> Iterator[CsvRow]:
        """Without empty lines."""
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=DELIMITERS[self.delimiter], strict=True)
        before = 0
        try:
            for cells in reader:
                if cells:
                    yield CsvRow(before + 1, cells)
                before = reader.line_num
        except csv.Error as error:
            raise BadInput(
                self.path, f"CSV ({error})", f"{ADVICE}, or say what divides its cells: --delimiter", line=before + 1,
                column="1",
            ) from None  # fmt: skip

    def _check_names(self) -> None:
        for name in self.columns:
            if not name.isprintable() or (name and self.columns.count(name) > 1):
                raise BadInput(
                    self.path, "names of columns that differ and can be printed", ADVICE, line=1, column=name,
                    found="it twice" if name.isprintable() else "control characters",
                )  # fmt: skip


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "a CSV that can be read", "check the name and the permissions", found=said) from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        raise BadInput(
            path, "UTF-8 text", "save it as UTF-8", line=line, column=f"{column} (byte)",
            found=f"byte 0x{raw[error.start]:02x}",
        ) from None
    nul = text.find("\0")
    if nul >= 0:
        raise BadInput(
            path, "text", "save it as UTF-8", line=text.count("\n", 0, nul) + 1, column="1", found="a byte that is 0"
        )
    return text
