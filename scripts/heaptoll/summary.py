"""From rows to results: one `ArmResult` per case, arm and allocator, and the toll and the ratio of a pair.

Which launches count is decided here, once, for every chart and report:

- A launch of an arm counts when its status is `ok`. Its number is its median over quiet slices.
- When fewer than half of the timed launches are `ok`, all timed ones count, and the result is `contended`:
  to be drawn, but marked.
- Anything else (skipped, crashed, …) never counts and is kept as a `Failure`, to be named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heaptoll import statistics
from heaptoll.measurements import Run
from heaptoll.statistics import Estimate


class ArmKey(NamedTuple):
    case: str
    arm: str
    allocator: str


class Failure(NamedTuple):
    """Launches that gave no time: how many, and why."""

    status: str
    reason: str
    launches: int


@dataclass(frozen=True)
class ArmResult:
    """What one arm of a case took in one allocator's lane.

    `ns_by_launch`: ns per operation of each launch that counts. `contended_left_out`: launches that were
    contended while enough others were not.
    """

    key: ArmKey
    ns_by_launch: Mapping[int, float]
    contended: bool = False
    contended_left_out: int = 0
    failures: tuple[Failure, ...] = ()

    @property
    def estimate(self) -> Estimate | None:
        """Median over launches in ns per operation, or None when no launch was timed."""
        return statistics.estimate(list(self.ns_by_launch.values())) if self.ns_by_launch else None


def summarise(run: Run, cases: Iterable[str], build: str) -> dict[ArmKey, ArmResult]:
    """The results of the given cases in one build's lanes. What has no rows has no entry."""
    rows = run.rows
    rows = rows[rows["case"].isin(list(cases)) & (rows["build"] == build)]
    at: dict[ArmKey, list[int]] = {}
    for i, (case, arm, allocator) in enumerate(zip(rows["case"], rows["arm"], rows["allocator"])):
        at.setdefault(ArmKey(case, arm, allocator), []).append(i)
    status = rows["status"].to_numpy(dtype=object)
    columns = _Columns(
        rows["launch"].to_numpy(),
        rows["ns_median"].to_numpy(),
        status == "ok",
        status == "contended",
        status,
        rows["reason"].to_numpy(dtype=object),
    )
    return {key: _result(key, columns.at(positions)) for key, positions in at.items()}


def toll(heap: ArmResult | None, stack: ArmResult | None) -> Estimate | None:
    """Median toll in ns per operation over the launches that timed both, or None without any."""
    if heap is None or stack is None:
        return None
    tolls = statistics.toll_per_launch(heap.ns_by_launch, stack.ns_by_launch)
    return statistics.estimate(tolls) if len(tolls) else None


def toll_by_launch(heap: ArmResult | None, stack: ArmResult | None) -> dict[int, float]:
    """The toll in ns per operation of every launch that timed both."""
    if heap is None or stack is None:
        return {}
    tolls = statistics.toll_per_launch(heap.ns_by_launch, stack.ns_by_launch)
    return dict(zip(sorted(heap.ns_by_launch.keys() & stack.ns_by_launch.keys()), tolls.tolist()))


def ratio(heap: ArmResult | None, stack: ArmResult | None) -> Estimate | None:
    """Median of heap divided by stack over the launches that timed both. None without any, and where a stack time is 0:
    left out, such launches would make the ratio smaller than it is."""
    if heap is None or stack is None:
        return None
    if any(not stack.ns_by_launch[launch] > 0 for launch in heap.ns_by_launch.keys() & stack.ns_by_launch.keys()):
        return None
    ratios = statistics.ratio_per_launch(heap.ns_by_launch, stack.ns_by_launch)
    return statistics.estimate(ratios) if len(ratios) and bool(np.all(np.isfinite(ratios))) else None


def across_lanes(results: Iterable[ArmResult]) -> ArmResult | None:
    """One result for an arm that is the same code in every lane, such as `stack`: per launch, the median
    of the lanes. It is contended when half of the lanes or more are. None without any timed lane."""
    timed = [result for result in results if result.ns_by_launch]
    if not timed:
        return None
    launches = sorted(set().union(*(result.ns_by_launch for result in timed)))
    by_launch = {
        launch: statistics.median([r.ns_by_launch[launch] for r in timed if launch in r.ns_by_launch])
        for launch in launches
    }
    contended = 2 * sum(result.contended for result in timed) >= len(timed)
    return ArmResult(ArmKey(timed[0].key.case, timed[0].key.arm, ""), by_launch, contended)


class _Columns(NamedTuple):
    """The columns that make a result, one entry per row."""

    launch: NDArray[np.int64]
    ns_median: NDArray[np.float64]
    ok: NDArray[np.bool_]
    contended: NDArray[np.bool_]
    status: NDArray[np.object_]
    reason: NDArray[np.object_]

    def at(self, rows: list[int]) -> _Columns:
        return _Columns(
            self.launch[rows], self.ns_median[rows], self.ok[rows], self.contended[rows], self.status[rows],
            self.reason[rows],
        )  # fmt: skip


def _result(key: ArmKey, rows: _Columns) -> ArmResult:
    ok, contended = rows.ok, rows.contended
    crowded = np.count_nonzero(ok) < np.count_nonzero(contended)
    counts = ok | contended if crowded else ok
    return ArmResult(
        key,
        dict(zip(rows.launch[counts].tolist(), rows.ns_median[counts].tolist())),
        contended=bool(crowded),
        contended_left_out=0 if crowded else int(np.count_nonzero(contended)),
        failures=() if np.all(counts) else _failures(rows),
    )


def _failures(rows: _Columns) -> tuple[Failure, ...]:
    untimed = ~(rows.ok | rows.contended)
    counted = Counter(zip(rows.status[untimed].tolist(), rows.reason[untimed].tolist()))
    return tuple(Failure(status, reason, n) for (status, reason), n in counted.items())
