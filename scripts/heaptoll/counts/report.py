"""What the terminal shows of a counting."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from heaptoll.counts.table import FAILED, Row

# With more cases than this, one line per scenario.
MOST_LINES = 40
_NOTHING = "-"


def table(rows: Sequence[Row]) -> str:
    """Instructions per operation: the stack arm, then the heap arm and the difference for each allocator. One line
    per case, or the medians per scenario when there are many."""
    cases = _unique(row.case for row in rows)
    lanes = _unique(row.allocator for row in rows)
    found = {
        (row.case, row.allocator, row.arm): float(row.instructions_per_op) for row in rows if row.instructions_per_op
    }
    lines = {case: _figures(case, lanes, found) for case in cases}
    title = "case"
    if len(cases) > MOST_LINES:
        scenario_of = {row.case: row.scenario for row in rows}
        title = "scenario (medians)"
        lines = {
            f"{scenario}, {len(members)} cases": _medians([lines[case] for case in members])
            for scenario in _unique(scenario_of.values())
            for members in [[case for case in cases if scenario_of[case] == scenario]]
        }
    header = ["stack", *(word for lane in lanes for word in (lane, "-stack"))]
    return _laid_out(
        [[f"instructions per op: {title}", *header], *([name, *map(_text, line)] for name, line in lines.items())]
    )


def failures(rows: Iterable[Row]) -> list[str]:
    """What could not be counted, one line each."""
    return [_line(row) for row in rows if row.status in FAILED]


def skipped(rows: Iterable[Row]) -> list[str]:
    """What was not counted, a line for each reason: how many cases, under which allocators."""
    reasons: dict[str, list[Row]] = {}
    for row in rows:
        if row.status not in ("ok", *FAILED):
            reasons.setdefault(row.reason, []).append(row)
    lines = []
    for reason, left_out in reasons.items():
        cases = _unique(row.case for row in left_out)
        named = cases[0] if len(cases) == 1 else f"{len(cases)} cases ({cases[0]} …)"
        lines.append(f"skipped: {named}, {', '.join(_unique(row.allocator for row in left_out))}: {reason}")
    return lines


def exactness(rows: Sequence[Row]) -> str:
    """How many rows both passes counted the same, per allocator."""
    parts = []
    for lane in _unique(row.allocator for row in rows):
        counted = [row for row in rows if row.allocator == lane and row.status == "ok"]
        parts.append(f"{lane} {sum(row.exact == 'yes' for row in counted)} of {len(counted)}")
    return "exact: " + ", ".join(parts)


def _line(row: Row) -> str:
    return f"{row.case}, {row.arm}, {row.allocator}: {row.status}: {row.reason}"


def _figures(case: str, lanes: Sequence[str], found: dict[tuple[str, str, str], float]) -> list[float | None]:
    # The stack arm's count is the same in all lanes, or the machine-readable file says where it is not.
    stack = next((found[case, lane, "stack"] for lane in lanes if (case, lane, "stack") in found), None)
    line = [stack]
    for lane in lanes:
        heap = found.get((case, lane, "heap"))
        own_stack = found.get((case, lane, "stack"))
        line += [heap, None if heap is None or own_stack is None else heap - own_stack]
    return line


def _medians(lines: Sequence[Sequence[float | None]]) -> list[float | None]:
    columns = [[value for value in column if value is not None] for column in zip(*lines)]
    return [statistics.median(column) if column else None for column in columns]


def _text(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.1f}"


def _laid_out(cells: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*cells)]
    return "\n".join(
        line[0].ljust(widths[0]) + "".join(f"  {cell.rjust(width)}" for cell, width in zip(line[1:], widths[1:]))
        for line in cells
    )


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
