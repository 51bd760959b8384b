"""The contents of the chart of launches: for some main variants, how far each launch's heap time lies from the median.

Which variants, by a rule: of each scenario the main variant whose launches differ most, so that no scenario is left
out; then, up to six, others whose launches differ most; shown in this order, the widest first. How much they differ is
the widest distance, among the allocators, between the 10th and the 90th percentile of the launches, relative to their
median: a single odd launch does not decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from heaptoll import summary
from heaptoll.charts.dumbbell_rows import Block, make_block
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate, Values, median
from heaptoll.summary import ArmKey, ArmResult

MOST_PANELS = 6


@dataclass(frozen=True)
class Lane:
    """One allocator's launches of one case. `deviations`: of each launch's ns per operation from their median, in per
    cent of it, ascending; `interval`: of the median, in the same measure. Without a time, both are empty and `absent`
    says why."""

    allocator: str
    deviations: tuple[float, ...]
    interval: tuple[float, float] | None
    estimate: Estimate | None
    contended: bool
    absent: str

    @property
    def spread(self) -> float:
        """From the 10th to the 90th percentile, in per cent of the median; 0 without launches."""
        if not self.deviations:
            return 0.0
        low, high = np.quantile(np.array(self.deviations), (0.1, 0.9))
        return float(high - low)


@dataclass(frozen=True)
class LaunchPanel:
    block: Block
    lanes: tuple[Lane, ...]

    @property
    def spread(self) -> float:
        return max((lane.spread for lane in self.lanes), default=0.0)

    @property
    def is_timed(self) -> bool:
        return any(lane.deviations for lane in self.lanes)


def find_launch_panels(
    run: Run, build: str, cases: Sequence[CaseFacts], allocators: Sequence[str]
) -> tuple[list[LaunchPanel], Mapping[ArmKey, ArmResult]]:
    """The panels, the widest spread first, of those of the cases that were timed; and the results behind them."""
    results = summary.summarise(run, [case.name for case in cases], build)
    panels = [_panel(make_block(case, allocators, results)) for case in cases]
    return choose([panel for panel in panels if panel.is_timed]), results


def choose(panels: Sequence[LaunchPanel], most: int = MOST_PANELS) -> list[LaunchPanel]:
    """By the rule above. With more scenarios than panels, those whose launches differ most."""
    widest = sorted(panels, key=lambda panel: -panel.spread)
    scenarios: set[str] = set()
    first: list[LaunchPanel] = []
    others: list[LaunchPanel] = []
    for panel in widest:
        scenario = panel.block.case.scenario
        (others if scenario in scenarios else first).append(panel)
        scenarios.add(scenario)
    return sorted([*first, *others][:most], key=lambda panel: -panel.spread)


def deviations(values: Values) -> tuple[float, ...]:
    """How far each of the values lies from their median, which is above 0, in per cent of it, ascending."""
    middle = median(values)
    return tuple(sorted((float(value) / middle - 1) * 100 for value in values))


def _panel(block: Block) -> LaunchPanel:
    return LaunchPanel(block, tuple(_lane(row.allocator, row.heap) for row in block.rows))


def _lane(allocator: str, heap: ArmResult | None) -> Lane:
    estimate = heap.estimate if heap is not None else None
    if heap is None or estimate is None:
        absent = "not measured" if heap is None else heap.failures[0].status
        return Lane(allocator, (), None, None, False, absent)
    if not estimate.value > 0:
        return Lane(allocator, (), None, estimate, heap.contended, "0 ns")
    low, high = ((end / estimate.value - 1) * 100 for end in estimate.interval[:2])
    found = deviations(list(heap.ns_by_launch.values()))
    return Lane(allocator, found, (low, high), estimate, heap.contended, "")
