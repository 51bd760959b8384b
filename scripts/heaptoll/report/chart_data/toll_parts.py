"""The columns of what the toll is made of."""

from __future__ import annotations

from typing import Any

from heaptoll.charts.composition import HOW, column_notes
from heaptoll.charts.toll_parts import Column, Part, blocks_taken, find_columns, number_words
from heaptoll.counts.of_run import counts_of_run
from heaptoll.report.chart_data.shown import Shown
from heaptoll.report.data_file import rounded

_NOT_ENOUGH = "no case has a toll, times of a stack and of a heap arm; measure with a wider FILTER"


def toll_parts(shown: Shown) -> dict[str, Any]:
    """`parts`: by column, by case, by allocator: how much the heap adds, the ends of its interval, it in words, and
    what those ends are; null where it is not known. `blocks`: what an operation of a case takes from the heap, in words."""
    run, build = shown.measured.run, shown.measured.build
    counted = counts_of_run(run, build)
    rows = [(name, row) for name, block in shown.blocks.items() for row in block.rows]
    columns = find_columns(run, build, rows, counted.instructions)
    return {
        "lacks": None if any(row.toll for _, row in rows) else _NOT_ENOUGH,
        "notes": [HOW, *counted.told, *column_notes(run, columns, counted.instructions)],
        "columns": [{"heading": list(column.heading), "log": column.logarithmic} for column in columns],
        "parts": [_parts(shown, column) for column in columns],
        "blocks": {str(shown.index[name]): blocks_taken(run, build, name) for name in shown.blocks},
    }


def _parts(shown: Shown, column: Column) -> dict[str, list[list[float | str | None] | None]]:
    """Cases without any are left out."""
    found: dict[str, list[list[float | str | None] | None]] = {}
    for name in shown.blocks:
        parts = [column.parts.get((name, allocator)) for allocator in shown.measured.allocators]
        if any(parts):
            found[str(shown.index[name])] = [None if part is None else _figures(part) for part in parts]
    return found


def _figures(part: Part) -> list[float | str | None]:
    return [rounded(part.value), rounded(part.low), rounded(part.high), number_words(part.value), part.known.value]
