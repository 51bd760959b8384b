"""What all charts of lines need of a panel: its cases, and the lines of arms that are the same code in every lane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from heaptoll import summary
from heaptoll.report.dataset import Measured
from heaptoll.report.tables import Columns, estimate_columns
from heaptoll.summary import ArmKey, ArmResult


def panel_lines(measured: Measured, expected: Iterable[ArmKey], shared: Sequence[str]) -> dict[str, Any]:
    """`cases`: those of the `expected` arms, in that order. `shared`: by arm, a row per case: the median of the lanes
    of each launch, divided by the stack's, and `contended`. Lines of single allocators are in the table of arms."""
    index = {case.name: i for i, case in enumerate(measured.cases)}
    cases = list(dict.fromkeys(key.case for key in expected))
    return {
        "cases": [index[case] for case in cases],
        "shared": {arm: _rows(measured, cases, arm) for arm in shared},
    }


def _rows(measured: Measured, cases: Sequence[str], arm: str) -> dict[str, list[Any]]:
    table = Columns()
    for case in cases:
        ns, cycles = _across(measured, case, arm)
        stack, _ = _across(measured, case, "stack")
        table.add(
            contended=int(bool(ns and ns.contended)),
            **estimate_columns("ns", ns.estimate if ns else None),
            **estimate_columns("cycles", cycles.estimate if cycles else None),
            **estimate_columns("ratio", summary.ratio(ns, stack)),
        )
    return table.columns


def _across(measured: Measured, case: str, arm: str) -> tuple[ArmResult | None, ArmResult | None]:
    """In nanoseconds and in core cycles."""
    keys = (ArmKey(case, arm, allocator) for allocator in measured.allocators)
    lanes = [lane for key in keys if (lane := measured.arms.get(key)) is not None]
    return summary.across_lanes(lane.ns for lane in lanes), summary.across_lanes(lane.cycles for lane in lanes)
