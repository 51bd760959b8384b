"""The size sweeps of a run, one per lane and way to make and use an array, and the edges found in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from heaptoll import statistics, summary
from heaptoll.edges.finder import Edge, Sweep, find_edges
from heaptoll.edges.rules import Rules
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmKey, ArmResult

SCENARIO = "array_size"
FEWEST_SIZES = 24
# Of a size: resampling fewer tells next to nothing.
FEWEST_LAUNCHES = 5


@dataclass(frozen=True)
class LaneSweep:
    """The tolls of one lane by size. `way`: all parameters but the number of elements, such as `touch=first`.
    `sizes_run`: how many sizes the run set out to measure; the sweep has those that enough launches timed."""

    variant: str
    way: str
    allocator: str
    build: str
    sizes_run: int
    sweep: Sweep

    @property
    def is_dense(self) -> bool:
        """Whether it has sizes enough to look for edges."""
        return len(self.sweep.sizes) >= FEWEST_SIZES


@dataclass(frozen=True)
class LaneEdges:
    """A dense sweep and what was found in it. `unseen`: pairs of neighbouring sizes too far apart to say whether the
    cost jumps between them."""

    lane: LaneSweep
    edges: list[Edge]
    unseen: list[tuple[int, int]] = field(default_factory=list)


def way_of(case: CaseFacts) -> str:
    return ";".join(f"{key}={value}" for key, value in case.params.items() if key != "elements")


def lane_sweeps(run: Run) -> list[LaneSweep]:
    """Every lane's sweeps, dense or not, in the order in which the run has them."""
    ways: dict[tuple[str, str], dict[int, CaseFacts]] = {}
    for case in run.cases():
        if case.scenario == SCENARIO and case.size_bytes:
            ways.setdefault((case.variant, way_of(case)), {}).setdefault(case.size_bytes, case)
    names = [case.name for cases in ways.values() for case in cases.values()]
    return [
        LaneSweep(variant, way, allocator, build, len(cases), _sweep(cases, allocator, results))
        for build in run.builds
        for results in [summary.summarise(run, names, build)]
        for (variant, way), cases in ways.items()
        for allocator in run.allocators(build)
    ]


def edges_of(run: Run, rules: Rules) -> list[LaneEdges]:
    """The dense sweeps of a run with their edges, in the order of `lane_sweeps`."""
    dense = [lane for lane in lane_sweeps(run) if lane.is_dense]
    found = find_edges([lane.sweep for lane in dense], rules)
    return [LaneEdges(lane, edges, _unseen(lane.sweep, rules)) for lane, edges in zip(dense, found)]


@lru_cache(maxsize=1)
def usual_edges(run: Run) -> list[LaneEdges]:
    """`edges_of` by the usual rules: what edges.csv says and the charts mark. Found once per run."""
    return edges_of(run, Rules())


def _sweep(cases: Mapping[int, CaseFacts], allocator: str, results: Mapping[ArmKey, ArmResult]) -> Sweep:
    sizes, tolls = [], []
    for size in sorted(cases):
        arms = (results.get(ArmKey(cases[size].name, arm, allocator)) for arm in ("heap", "stack"))
        heap, stack = ({} if arm is None else arm.ns_by_launch for arm in arms)
        paired = statistics.toll_per_launch(heap, stack)
        if len(paired) >= FEWEST_LAUNCHES:
            sizes.append(size)
            tolls.append(paired)
    return Sweep(sizes, tolls)


def _unseen(sweep: Sweep, rules: Rules) -> list[tuple[int, int]]:
    return [(a, b) for a, b in zip(sweep.sizes, sweep.sizes[1:]) if b > rules.widest_step * a]
