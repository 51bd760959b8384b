"""The shape of measurements.csv as bytes: whole UTF-8 lines, each with one field per column.

pandas would quietly fill up a line that was cut off. So the shape is settled here, before it reads a value.
"""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import dataclass
from pathlib import Path

from heaptoll import columns, xz_file
from heaptoll.bad_input import BadInput, quoted

_BOM = b"\xef\xbb\xbf"
_CONTROL = bytes(c for c in (*range(0x20), 0x7F) if c not in b"\r\n")
_WRITTEN = "measure again, or restore the file as the run wrote it"
_TORN = "the run was cut off while it wrote this line; pass --allow-incomplete to read what precedes it"


@dataclass(frozen=True)
class CsvLines:
    """A file that has been found whole. `data` holds the header and one line per row."""

    file: Path
    data: bytes
    columns: tuple[str, ...]
    torn_line_dropped: bool

    def field(self, row: int, column: str) -> str:
        """What stands in a row, counted from 0, as it was written."""
        fields = split_line(_nth_line(self.data, row + 1))
        assert fields is not None
        return fields[self.columns.index(column)]

    def wrong(self, row: int, column: str, expected: str, advice: str = _WRITTEN) -> BadInput:
        """The complaint about one field of a row, counted from 0."""
        found = self.field(row, column)
        return BadInput(
            self.file, expected, advice, line=row + 2, column=column, found=quoted(found)
        )


def read_lines(file: Path, *, drop_torn_line: bool) -> CsvLines:
    """Reads `file` and checks its shape; raises BadInput where it is not whole.

    A file whose name ends in .xz is unpacked first; lines are counted in what it holds.
    With `drop_torn_line`, a last line without its end is left out instead of refused: a crash or a full
    disk leaves one, and every line before it is good.
    """
    data = _read(file).removeprefix(_BOM)
    if not data:
        raise BadInput(
            file, "a line with the names of the columns", "the run wrote nothing: measure again",
            line=1, column="run_id", found="an empty file",
        )  # fmt: skip
    torn = not data.endswith(b"\n") and b"\n" in data
    if torn and drop_torn_line:
        data = data[: data.rindex(b"\n") + 1]
    _check_text(file, data)
    header = _header(file, _nth_line(data, 0))
    _check_field_counts(file, data, header)
    if not data.endswith(b"\n"):
        lines = data.count(b"\n") + 1
        raise BadInput(
            file, "the end of the line after the last field", _TORN,
            line=lines, column=header[-1], found="the end of the file",
        )  # fmt: skip
    return CsvLines(file, data, header, torn)


def _read(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        advice = "name a run's folder or its measurements.csv; `make bench` makes one"
        raise BadInput(file, "a run's measurements", advice, found="no such file") from None
    except OSError as error:
        advice = "check the name and the permissions"
        raise BadInput(file, "a file that can be read", advice, found=error.strerror) from None
    return xz_file.decompress(file, data) if data and file.suffix == xz_file.SUFFIX else data


def _check_text(file: Path, data: bytes) -> None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad_byte(file, data, error.start, "UTF-8 text") from None
    if len(data.translate(None, _CONTROL)) != len(data):
        bad = next(i for i, byte in enumerate(data) if byte in _CONTROL)
        raise _bad_byte(file, data, bad, "text without control characters")
    if data.count(b"\r") != data.count(b"\r\n"):
        bad = next(i for i, byte in enumerate(data) if byte == 13 and data[i + 1 : i + 2] != b"\n")
        raise _bad_byte(file, data, bad, "lines that end in \\n or \\r\\n")


def _bad_byte(file: Path, data: bytes, at: int, expected: str) -> BadInput:
    line = data.count(b"\n", 0, at) + 1
    column = at - data.rfind(b"\n", 0, at)
    return BadInput(
        file, expected, _WRITTEN, line=line, column=f"{column} (byte)", found=f"byte 0x{data[at]:02x}"
    )


def _header(file: Path, line: bytes) -> tuple[str, ...]:
    names = split_line(line)

    def wrong(column: str, expected: str, found: str) -> BadInput:
        advice = "read it with the heaptoll that wrote it, or measure again"
        return BadInput(file, expected, advice, line=1, column=column, found=found)

    if names is None:
        raise wrong("run_id", "the names of the columns", quoted(line.decode("utf-8")))
    for name in names:
        if names.count(name) > 1:
            raise wrong(name, "each column once", f"{names.count(name)} of them")
    for name in columns.ORDER:
        if name not in names:
            raise wrong(name, "this column", "nothing")
    for name in names:
        if name not in columns.ORDER and not _is_counter(name):
            raise wrong(name, f"a known column, or {columns.COUNTER_PREFIX}…", "an unknown one")
    for name, expected in zip(names, columns.ORDER):
        if name != expected:
            raise wrong(name, f"the column {expected} in this place", quoted(name))
    return tuple(names)


def _is_counter(name: str) -> bool:
    return name.startswith(columns.COUNTER_PREFIX) and len(name) > len(columns.COUNTER_PREFIX)


def _check_field_counts(file: Path, data: bytes, header: tuple[str, ...]) -> None:
    wanted = len(header) - 1
    for number, line in enumerate(io.BytesIO(data), start=1):
        if line.count(b",") == wanted and b'"' not in line:
            continue
        fields = split_line(line)
        advice = _WRITTEN if line.endswith(b"\n") else _TORN
        if fields is None:
            raise BadInput(
                file, "a quote to be closed before the field's end, in the same line", advice,
                line=number, column="1", found=quoted(line.decode("utf-8").strip()),
            )  # fmt: skip
        if len(fields) == wanted + 1:
            continue
        count = "an empty line" if fields == [""] else f"{len(fields)} of them"
        raise BadInput(
            file, f"{wanted + 1} fields", advice,
            line=number, column=_first_without(fields, header), found=count,
        )  # fmt: skip


def _first_without(fields: list[str], header: tuple[str, ...]) -> str:
    """The column at which a line of a wrong length departs from the header."""
    if len(fields) < len(header):
        return header[max(len(fields) - 1, 0)]
    return f"{len(header) + 1} (after {header[-1]})"


def split_line(line: bytes) -> list[str] | None:
    """The fields of one line, or None when its quotes are not those of RFC 4180."""
    text = line.decode("utf-8").rstrip("\r\n")
    if '"' not in text:
        return text.split(",")
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if rows else [""]


def _nth_line(data: bytes, index: int) -> bytes:
    return next(itertools.islice(io.BytesIO(data), index, None), b"")
