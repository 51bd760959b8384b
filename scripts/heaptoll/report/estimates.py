"""What the page says of each arm and each pair, in nanoseconds and in core cycles: medians over launches, intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from heaptoll import summary
from heaptoll.measurements import Run
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult


@dataclass(frozen=True)
class Arm:
    """One arm of a case in one lane. `cycles` has the launches of `ns` that tell core cycles too: the same, or fewer."""

    ns: ArmResult
    cycles: ArmResult


@dataclass(frozen=True)
class Pair:
    """Heap against stack in one lane. None where no launch timed both; `ratio` is of times, which have no unit."""

    toll_ns: Estimate | None
    toll_cycles: Estimate | None
    ratio: Estimate | None


def arms(run: Run, build: str) -> dict[ArmKey, Arm]:
    """Every arm measured in one build's lanes, in the order of the rows."""
    results = summary.summarise(run, [case.name for case in run.cases()], build)
    cycles = _cycles(run, build)
    return {key: Arm(result, _in_cycles(result, cycles.get(key, {}))) for key, result in results.items()}


def pair(measured: Mapping[ArmKey, Arm], case: str, allocator: str) -> Pair | None:
    """The toll and the ratio of a case in one lane; None where the case lacks one of the two arms there."""
    stack, heap = (measured.get(ArmKey(case, arm, allocator)) for arm in ("stack", "heap"))
    if stack is None or heap is None:
        return None
    return Pair(
        summary.toll(heap.ns, stack.ns),
        summary.toll(heap.cycles, stack.cycles),
        summary.ratio(heap.ns, stack.ns),
    )


def _cycles(run: Run, build: str) -> dict[ArmKey, dict[int, float]]:
    """Core cycles per operation of every launch that tells them."""
    rows = run.rows[run.rows["build"] == build]
    found: dict[ArmKey, dict[int, float]] = {}
    for case, arm, allocator, launch, cycles in zip(
        rows["case"], rows["arm"], rows["allocator"], rows["launch"], rows["cycles_median"]
    ):
        if math.isfinite(cycles):
            found.setdefault(ArmKey(case, arm, allocator), {})[int(launch)] = float(cycles)
    return found


def _in_cycles(result: ArmResult, cycles: Mapping[int, float]) -> ArmResult:
    """The same launches, core cycles in place of nanoseconds."""
    both = {launch: cycles[launch] for launch in result.ns_by_launch if launch in cycles}
    return replace(result, ns_by_launch=both)
