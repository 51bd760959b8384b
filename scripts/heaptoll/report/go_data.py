"""Go as the browser gets it: in the run's data, with tables like those of C, and cases of its own.

A case that C has too is named by its index there, so that both have one page; the others have none.
"""

from __future__ import annotations

from typing import Any

from heaptoll.charts.theme import shapes
from heaptoll.go_lane.files import ALLOCATOR, ARMS
from heaptoll.go_lane.read import GoCase, GoLane
from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import GoSide, Measured, pairs, rows


def go_data(measured: Measured, go: GoSide) -> dict[str, Any]:
    """`cases`: `c`, the index of C's case of that name, null where there is none; `pair`: the name without the live
    heap; `usual`: nothing else alive, GOGC 100; `uncollected`: no collection ended in some launch of its heap arm, so
    that the collector's work is missing; `limited`: the memory limit made the collector run more often. `rows`,
    `pairs`: as in the run's data, with indices of these cases."""
    index = {case.name: i for i, case in enumerate(measured.cases)}
    return {
        "name": ALLOCATOR,
        "version": go.lane.facts.version,
        "shape": shapes([ALLOCATOR])[ALLOCATOR],
        "gomaxprocs": go.lane.facts.gomaxprocs,
        "arms": list(ARMS),
        "cases": [_case(go.lane, case, index.get(case.facts.name)) for case in go.lane.facts.cases],
        "rows": rows(go.measured, list(ARMS), {}),
        "pairs": pairs(go.measured),
    }


def _case(lane: GoLane, case: GoCase, in_c: int | None) -> dict[str, Any]:
    facts = case.facts
    return {
        "name": facts.name,
        "scenario": facts.scenario,
        "variant": facts.variant,
        "params": dict(facts.params),
        "size_bytes": facts.size_bytes,
        "explains": facts.explains,
        "c": in_c,
        "pair": case.pair,
        "live_mb": case.live_mb,
        "gogc": case.gogc,
        "usual": case.usual,
        "uncollected": facts.name in lane.without_collection,
        "limited": lane.limited(facts.name),
        "operations_per_collection": rounded(lane.operations_per_collection(facts.name)),
    }
