"""gate.csv: a gate as a table, RFC 4180, for spreadsheets and other people's scripts. docs/FORMATS.md describes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from heaptoll.gate.counts import CountRow
from heaptoll.gate.decide import GateRow
from heaptoll.gate.paired import Key
from heaptoll.gate.report import Report
from heaptoll.verdict.formats.csv import cell
from heaptoll.verdict.judge import Row

_MEASURED = (
    "base_ns", "head_ns", "change_ns", "change_percent", "low_ns", "high_ns", "launches", "zone_ns", "p", "verdict",
)  # fmt: skip
_COUNTED = ("base_instructions_per_op", "head_instructions_per_op", "base_allocs_per_op", "head_allocs_per_op")
COLUMNS = (
    "case", "allocator", "arm", "control", "verdict", "red", "note",
    *(f"first_{name}" for name in _MEASURED), *(f"second_{name}" for name in _MEASURED),
    *_COUNTED, "counts", "red_counts",
)  # fmt: skip


def as_csv(report: Report) -> str:
    """One row per case, allocator and arm; then one per case that was not compared, which has a note and no verdict."""
    counted = {Key(row.case, row.allocator, row.arm): row for row in report.counted.rows}
    red_counts, red_times = report.red_counts, report.red_times
    rows = []
    for row in report.timed.rows:
        why = red_counts.get(row.key, "")
        is_red = "yes" if why or row.key in red_times else "no"
        measured = [*_measured(row.first), *_measured(row.second)]
        rows.append([*_named(row, is_red), *measured, *_of_counts(counted.get(row.key)), why])
    for line in report.timed.one_sided:
        case, _, why = line.partition(": ")
        rows.append([case, *[None] * 5, why])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in [*row, *[None] * (len(COLUMNS) - len(row))]] for row in rows)
    return text.getvalue()


def _named(row: GateRow, is_red: str) -> Sequence[object]:
    control = "yes" if row.control else "no"
    return [row.key.case, row.key.allocator, row.key.arm, control, row.outcome.value, is_red, row.note]


def _measured(row: Row | None) -> Sequence[object]:
    if row is None:
        return [None] * len(_MEASURED)
    return [
        row.base_ns, row.head_ns, row.change_ns, row.change_percent, row.low_ns, row.high_ns, row.base_launches,
        row.zone_ns, row.p, row.verdict,
    ]  # fmt: skip


def _of_counts(row: CountRow | None) -> Sequence[object]:
    if row is None:
        return [None] * (len(_COUNTED) + 1)
    # In full: a count is exact, and a cell of times is not.
    return [*(_exact(getattr(row, name)) for name in _COUNTED), row.status]


def _exact(value: float | None) -> str | None:
    return None if value is None else f"{value:.15g}"
