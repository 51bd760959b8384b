"""What is said of the counts, on a terminal and in Markdown: how many rows are equal, and each that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heaptoll.gate.counts_rows import EQUAL, FEWER, INEXACT, MORE, SKIPPED, UNCOUNTED, CountRow
from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import wrapped

# More lines than this are only counted; the machine-readable files have them all.
MOST_LINES = 40
_NOTHING = "-"
_HEADER = ("counts", "arm", "allocators", "instructions/op", "change", "allocs/op", "bytes/op", "what")
_TABLE = [Column(title, left=True, is_name=title in ("counts", "arm")) for title in _HEADER]
_ORDER = (MORE, UNCOUNTED, INEXACT, FEWER)


def summary(rows: Sequence[CountRow]) -> str:
    """One line: how many rows are equal, and how many are not."""
    if not rows:
        return "counts: nothing to count"
    parts = [f"{_count(rows, EQUAL)} of {len(rows)} rows equal"]
    red = sum(row.red for row in rows)
    words = {MORE: "more", FEWER: "fewer", INEXACT: "do not repeat", UNCOUNTED: "not counted", SKIPPED: "skipped"}
    parts += [f"{_count(rows, status)} {word}" for status, word in words.items() if _count(rows, status)]
    return f"counts: {', '.join(parts)}{f'; {red} over the threshold' if red else ''}"


def as_terminal(rows: Sequence[CountRow], most: int = MOST_LINES) -> str:
    """The summary, and a table of what is not equal: the red first."""
    lines, more = _lines(rows, most)
    text = wrapped(summary(rows))
    if lines:
        text += ["", *lay_out(_TABLE, [_terminal_row(line) for line in lines]), *more]
    return "\n".join(text)


def _terminal_row(cells: tuple[str, ...]) -> TableRow:
    """Why stands below its row."""
    what, _, why = cells[-1].partition(": ")
    return TableRow((*cells[:-1], what), note=why)


def as_markdown(rows: Sequence[CountRow], most: int = MOST_LINES) -> str:
    """The same as a table of GitHub's Markdown."""
    lines, more = _lines(rows, most)
    if not lines:
        return summary(rows)
    table = [_HEADER, tuple("---" for _ in _HEADER), *lines]
    # Without the empty line, what follows would be a row of the table.
    return "\n".join([summary(rows), "", *(_markdown_line(line) for line in table), *(["", *more] if more else [])])


def _markdown_line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


@dataclass(frozen=True)
class _Group:
    """Rows that differ by nothing but their allocator: what does not touch the heap is the same under all."""

    row: CountRow
    allocators: tuple[str, ...]


def _lines(rows: Sequence[CountRow], most: int) -> tuple[list[tuple[str, ...]], list[str]]:
    """The cells of the table, the red first and then by status, and what is said of those that do not fit."""
    shown = [row for row in rows if row.status not in (EQUAL, SKIPPED)]
    groups = sorted(_grouped(shown), key=lambda group: (not group.row.red, _ORDER.index(group.row.status)))
    more = [f"and {len(groups) - most} more of these"] if len(groups) > most else []
    return [_cells(group) for group in groups[:most]], more


def _grouped(rows: Sequence[CountRow]) -> list[_Group]:
    allocators: dict[CountRow, list[str]] = {}
    for row in rows:
        allocators.setdefault(replace(row, allocator=""), []).append(row.allocator)
    return [_Group(row, tuple(names)) for row, names in allocators.items()]


def _cells(group: _Group) -> tuple[str, ...]:
    row = group.row
    return (
        row.case, row.arm, ", ".join(group.allocators),
        _both(row.base_instructions_per_op, row.head_instructions_per_op), _change(row),
        _both(row.base_allocs_per_op, row.head_allocs_per_op), _both(row.base_bytes_per_op, row.head_bytes_per_op),
        " ".join(f"{'RED ' if row.red else ''}{row.status}{f': {row.reason}' if row.reason else ''}".split()),
    )  # fmt: skip


def _both(base: float | None, head: float | None) -> str:
    if base is None and head is None:
        return _NOTHING
    return _figure(base) if base == head else f"{_figure(base)} -> {_figure(head)}"


def _figure(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.10g}"


def _change(row: CountRow) -> str:
    if not row.instructions_change:
        return _NOTHING if row.instructions_change is None else "0"
    percent = row.instructions_change_percent
    return f"{row.instructions_change:+.6g}{'' if percent is None else f' ({percent:+.2g} %)'}"


def _count(rows: Sequence[CountRow], status: str) -> int:
    return sum(row.status == status for row in rows)
