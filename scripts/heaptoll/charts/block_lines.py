"""The contents of lifetime_blocks: a panel per order in which blocks are freed, a line per place they come from.

An operation makes k blocks, uses them and frees them all; what is shown is its time divided by k. A line of an
arm that is the same code in every lane (stack, arena, pool) is the median of the lanes, launch by launch.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from heaptoll import summary
from heaptoll.charts.representatives import is_twin
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmKey, ArmResult

_SCENARIO, _VARIANT = "lifetime", "live"
_NUMBER = "blocks"
_WAYS = ("order=lifo", "order=fifo", "order=random")
_SAME_IN_EVERY_LANE = ("stack", "arena", "pool")
_SMALLEST_SWEEP = 2
_NAN = math.nan


@dataclass(frozen=True)
class BlockLine:
    """One line. The lists run parallel to the panel's numbers; times are ns per block, NaN where missing.

    `allocator` is empty for an arm that is the same in every lane."""

    arm: str
    allocator: str
    median: list[float]
    low: list[float]
    high: list[float]
    contended: list[bool]

    @property
    def name(self) -> str:
        return self.allocator or self.arm

    @property
    def timed(self) -> int:
        """At how many numbers of blocks there is a time."""
        return sum(not math.isnan(value) for value in self.median)

    @property
    def values(self) -> list[float]:
        return [v for v in (*self.median, *self.low, *self.high) if not math.isnan(v)]


@dataclass(frozen=True)
class BlockPanel:
    """`numbers`: of blocks that live at once, ascending. `way`: all other parameters, as `order=lifo`.
    `doubles`: cases left out, as another one has the same number and way."""

    way: str
    numbers: list[int]
    lines: list[BlockLine]
    expected: list[ArmKey]
    doubles: list[str]

    @property
    def is_a_sweep(self) -> bool:
        """Whether the run set out to measure numbers far enough apart to see something grow between them."""
        return self.numbers[-1] >= _SMALLEST_SWEEP * self.numbers[0]


def find_block_panels(
    run: Run, build: str, allocators: Sequence[str]
) -> tuple[list[BlockPanel], Mapping[ArmKey, ArmResult]]:
    """A panel for each way of which there is a case, lifo first, and the results from which they are made."""
    ways: dict[str, list[CaseFacts]] = {}
    for case in run.cases():
        if (case.scenario, case.variant) == (_SCENARIO, _VARIANT) and _number(case) and not is_twin(case):
            ways.setdefault(_way(case), []).append(case)
    results = summary.summarise(run, [case.name for cases in ways.values() for case in cases], build)
    known = [way for way in _WAYS if way in ways]
    order = [*known, *(way for way in ways if way not in known)]
    return [_panel(way, ways[way], allocators, results) for way in order], results


def _number(case: CaseFacts) -> int:
    return number_of(case, _NUMBER)


def number_of(case: CaseFacts, param: str) -> int:
    """A parameter that says how many; 0 where the case does not say."""
    text = case.params.get(param, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _way(case: CaseFacts) -> str:
    return ";".join(f"{key}={value}" for key, value in case.params.items() if key != _NUMBER)


def _panel(
    way: str, cases: Sequence[CaseFacts], allocators: Sequence[str], results: Mapping[ArmKey, ArmResult]
) -> BlockPanel:
    by_number: dict[int, CaseFacts] = {}
    for case in cases:
        by_number.setdefault(_number(case), case)
    numbers = sorted(by_number)
    shown = [by_number[number] for number in numbers]
    names = {case.name for case in shown}
    measured = {key.arm for key in results if key.case in names}
    shared = [arm for arm in _SAME_IN_EVERY_LANE if arm in measured]
    lines = [
        *(make_line(arm, "", numbers, [across(results, case, arm, allocators) for case in shown]) for arm in shared),
        *(
            make_line("heap", lane, numbers, [results.get(ArmKey(case.name, "heap", lane)) for case in shown])
            for lane in allocators
        ),
    ]
    arms = dict.fromkeys(("stack", "heap", *shared))
    expected = [ArmKey(case.name, arm, lane) for case in shown for arm in arms for lane in allocators]
    doubles = [case.name for case in cases if case.name not in names]
    return BlockPanel(way, numbers, [line for line in lines if line.timed], expected, doubles)


def across(
    results: Mapping[ArmKey, ArmResult], case: CaseFacts, arm: str, allocators: Sequence[str]
) -> ArmResult | None:
    """An arm that is the same code in every lane."""
    lanes = (results.get(ArmKey(case.name, arm, allocator)) for allocator in allocators)
    return summary.across_lanes(lane for lane in lanes if lane is not None)


def make_line(
    arm: str, allocator: str, numbers: Sequence[int], results: Sequence[ArmResult | None]
) -> BlockLine:
    """A line of the results at these numbers, each divided by its number."""
    line = BlockLine(arm, allocator, [], [], [], [])
    for number, result in zip(numbers, results):
        estimate = _per_block(result, number).estimate if result is not None else None
        # What is not above 0 has no place on a logarithmic scale.
        drawable = estimate is not None and estimate.interval.low > 0
        line.median.append(estimate.value if estimate and drawable else _NAN)
        line.low.append(estimate.interval.low if estimate and drawable else _NAN)
        line.high.append(estimate.interval.high if estimate and drawable else _NAN)
        line.contended.append(bool(result and result.contended))
    return line


def _per_block(result: ArmResult, blocks: int) -> ArmResult:
    return replace(result, ns_by_launch={launch: ns / blocks for launch, ns in result.ns_by_launch.items()})
