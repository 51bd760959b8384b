"""A table in 80 columns whatever stands in its cells: nothing but the middle of a name is ever left out.

A row is one line where that fits. Otherwise the first column, which says what the row is about, becomes a heading that
rows alike share; then the gaps close; then names give way; and what is still too wide takes several lines a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heaptoll.escapes import visible
from heaptoll.terminal_text import COLUMNS, fit, padded, width, wrapped

_LEAST_NAME = 8  # columns that a name keeps
_INDENT = 2


@dataclass(frozen=True)
class Column:
    """`left`: on which side its cells stand. `is_name`: its cells may lose their middle."""

    title: str
    left: bool = False
    is_name: bool = False


@dataclass(frozen=True)
class TableRow:
    """A cell for each column. `note`: a sentence that follows the row. `colour`: ANSI's number for the last cell, which
    says the same in words; empty for none."""

    cells: Sequence[str]
    note: str = ""
    colour: str = ""


@dataclass(frozen=True)
class _Layout:
    """`shown`: the columns of a row's lines, by line. `indent`: of the first of them; the others have as much again."""

    shown: Sequence[Sequence[int]]
    widths: Mapping[int, int]
    gap: int = 2
    indent: int = 0


def lay_out(columns: Sequence[Column], rows: Sequence[TableRow]) -> list[str]:
    """The table's lines, the titles first. A column that is empty throughout, as the allocator is for other suites, is
    left out."""
    rows = [TableRow([visible(cell) for cell in row.cells], row.note, row.colour) for row in rows]
    used = [i for i in range(len(columns)) if any(row.cells[i] for row in rows)]
    widths = {i: max(width(text) for text in (columns[i].title, *(row.cells[i] for row in rows))) for i in used}
    layout = _layout(columns, used, widths)
    grouped = used[0] not in layout.shown[0]
    lines = _lines(columns, TableRow([column.title for column in columns]), layout)
    if grouped:
        lines = [columns[used[0]].title, *lines]
        rows = _by_heading(rows, used[0])
    heading: str | None = None
    for row in rows:
        if grouped and row.cells[used[0]] != heading:
            heading = row.cells[used[0]]
            lines.append(fit(heading, COLUMNS))
        lines += _lines(columns, row, layout)
        lines += wrapped(" " * (layout.indent + _INDENT) + row.note) if row.note else []
    return lines


def _layout(columns: Sequence[Column], used: Sequence[int], widths: Mapping[int, int]) -> _Layout:
    if _total(used, widths, 2) <= COLUMNS or len(used) == 1:
        return _Layout([used], {i: min(widths[i], COLUMNS) for i in used})
    rest = used[1:]
    for gap in (2, 1):
        if _INDENT + _total(rest, widths, gap) <= COLUMNS:
            return _Layout([rest], widths, gap, _INDENT)
    narrow = _with_shorter_names(columns, rest, widths)
    if _INDENT + _total(rest, narrow, 1) <= COLUMNS:
        return _Layout([rest], narrow, 1, _INDENT)
    room = COLUMNS - 2 * _INDENT
    return _Layout(_over_lines(rest, narrow, room), {i: min(narrow[i], room) for i in rest}, 2, _INDENT)


def _total(shown: Sequence[int], widths: Mapping[int, int], gap: int) -> int:
    return sum(widths[i] for i in shown) + gap * (len(shown) - 1)


def _with_shorter_names(columns: Sequence[Column], shown: Sequence[int], widths: Mapping[int, int]) -> dict[int, int]:
    """The widest names give way first, as far as they must and may."""
    narrow = dict(widths)
    names = [i for i in shown if columns[i].is_name]
    while _INDENT + _total(shown, narrow, 1) > COLUMNS:
        widest = max(names, key=lambda i: narrow[i], default=None)
        if widest is None or narrow[widest] <= max(_LEAST_NAME, width(columns[widest].title)):
            break
        narrow[widest] -= 1
    return narrow


def _over_lines(shown: Sequence[int], widths: Mapping[int, int], room: int) -> list[list[int]]:
    """As many columns to a line as fit."""
    lines: list[list[int]] = [[]]
    for i in shown:
        if lines[-1] and _total([*lines[-1], i], widths, 2) > room:
            lines.append([])
        lines[-1].append(i)
    return lines


def _by_heading(rows: Sequence[TableRow], column: int) -> list[TableRow]:
    """Rows of one heading together, in the order in which the headings first come."""
    groups: dict[str, list[TableRow]] = {}
    for row in rows:
        groups.setdefault(row.cells[column], []).append(row)
    return [row for group in groups.values() for row in group]


def _lines(columns: Sequence[Column], row: TableRow, layout: _Layout) -> list[str]:
    lines = []
    for number, shown in enumerate(layout.shown):
        cells = [
            padded(fit(row.cells[i], layout.widths[i]), layout.widths[i], right=not columns[i].left) for i in shown
        ]
        text = " " * layout.indent * min(number + 1, 2) + (" " * layout.gap).join(cells)
        lines.append(text.rstrip(" "))
    if row.colour and (last := row.cells[layout.shown[-1][-1]]) and lines[-1].endswith(last):
        lines[-1] = f"{lines[-1][: -len(last)]}\x1b[{row.colour}m{last}\x1b[0m"
    return lines
