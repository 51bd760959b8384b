"""The contents of break_even: a panel per thing that is made once and used n times, and from which n it has paid off.

An operation makes it, uses it n times and frees it; what is shown is its time divided by n. Between two measured
numbers the time of the operation is taken as straight in n: to make something costs once, each use costs the same.

The break-even point is the number from which the heap takes at most 10 % more than the stack, and stays there: the
last zero of heap - 1.1 stack. That difference is taken launch by launch, as both arms of a launch ran interleaved; its
median gives the point, the ends of its intervals give those of the point. A point between two numbers depends on two
intervals, so these are 97.5 % each: together they hold with 95 % at least (Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from heaptoll import statistics, summary
from heaptoll.charts.block_lines import BlockLine, across, make_line, number_of
from heaptoll.charts.representatives import is_twin
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult
from heaptoll.units import format_bytes

PAID_OFF = 0.1  # heap's extra time per use, as a share of the stack's time per use
_CONFIDENCE = 1 - (1 - statistics.CONFIDENCE) / 2
_SAME_IN_EVERY_LANE = ("stack", "inline")


@dataclass(frozen=True)
class Sweep:
    """Cases that differ in how often something is used. `params`: what the number may be called. `by_size`: whether
    each size is a sweep of its own. `unit`: one use, and many."""

    scenario: str
    variant: str
    params: tuple[str, ...]
    by_size: bool
    heading: str
    axis: str
    unit: tuple[str, str]


SWEEPS = (
    Sweep(
        "captured_closure", "call_many", ("calls",), True, "A closure over {size}",
        "calls of one closure", ("call", "calls"),
    ),
    Sweep(
        "boxed_value", "variadic", ("arguments", "k"), False, "A new box for each argument",
        "boxed arguments of one call", ("argument", "arguments"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class BreakEven:
    """The number of uses from which one allocator's heap has paid off, with the ends of its interval.

    Infinite beyond `last`, the largest number measured; `first` where it has paid off at the smallest one. `reached`:
    whether the interval has the confidence asked for."""

    value: float
    low: float
    high: float
    first: int
    last: int
    contended: bool
    reached: bool


@dataclass(frozen=True)
class CallPanel:
    """`numbers`: of uses, ascending. `points`: by allocator, None where too little was timed. `doubles`: cases left
    out, as another one has the same number."""

    sweep: Sweep
    heading: str
    numbers: list[int]
    lines: list[BlockLine]
    points: Mapping[str, BreakEven | None]
    expected: list[ArmKey]
    doubles: list[str]


def find_call_panels(
    run: Run, build: str, allocators: Sequence[str]
) -> tuple[list[CallPanel], Mapping[ArmKey, ArmResult]]:
    """A panel for each sweep of two numbers at least, small sizes first, and the results from which they are made."""
    groups: dict[tuple[int, int, str], list[CaseFacts]] = {}
    for case in run.cases():
        for i, sweep in enumerate(SWEEPS):
            if (case.scenario, case.variant) == (sweep.scenario, sweep.variant) and _number(case, sweep):
                if not is_twin(case):
                    size = case.size_bytes or 0 if sweep.by_size else 0
                    groups.setdefault((i, size, _others(case, sweep)), []).append(case)
    results = summary.summarise(run, [case.name for cases in groups.values() for case in cases], build)
    panels = [
        _panel(SWEEPS[i], size, others, groups[i, size, others], allocators, results)
        for i, size, others in sorted(groups)
    ]
    return [panel for panel in panels if len(panel.numbers) >= 2], results


def break_even(numbers: Sequence[int], gaps: Sequence[float]) -> float:
    """The number from which the gap, straight between neighbours, stays at 0 or below.

    Infinite where it is above 0 at the last number, and the first number where it is above 0 nowhere.
    """
    if gaps[-1] > 0:
        return math.inf
    for i in range(len(numbers) - 2, -1, -1):
        if gaps[i] > 0:
            share = gaps[i] / (gaps[i] - gaps[i + 1])
            return numbers[i] + (numbers[i + 1] - numbers[i]) * share
    return float(numbers[0])


def per_use_between(numbers: Sequence[int], per_use: Sequence[float], steps: int) -> tuple[list[float], list[float]]:
    """Numbers and times per use on the line between the given points, `steps` to each pair of neighbours."""
    xs, ys = [float(numbers[0])], [per_use[0]]
    for (n, time), (next_n, next_time) in zip(zip(numbers, per_use), zip(numbers[1:], per_use[1:])):
        for x in np.geomspace(n, next_n, steps + 1)[1:]:
            # Shares of the two operations' times, divided by x.
            share = (x - n) / (next_n - n)
            xs.append(float(x))
            ys.append(float((1 - share) * n / x * time + share * next_n / x * next_time))
    return xs, ys


def _number(case: CaseFacts, sweep: Sweep) -> int:
    return next((number for param in sweep.params if (number := number_of(case, param))), 0)


def _others(case: CaseFacts, sweep: Sweep) -> str:
    return ";".join(f"{key}={value}" for key, value in case.params.items() if key not in sweep.params)


def _panel(
    sweep: Sweep, size: int, others: str, cases: Sequence[CaseFacts], allocators: Sequence[str],
    results: Mapping[ArmKey, ArmResult],
) -> CallPanel:  # fmt: skip
    by_number: dict[int, CaseFacts] = {}
    for case in cases:
        by_number.setdefault(_number(case, sweep), case)
    numbers = sorted(by_number)
    shown = [by_number[number] for number in numbers]
    names = {case.name for case in shown}
    measured = {key.arm for key in results if key.case in names}
    shared = [arm for arm in _SAME_IN_EVERY_LANE if arm in measured]
    heap = {lane: [results.get(ArmKey(case.name, "heap", lane)) for case in shown] for lane in allocators}
    stack = {lane: [results.get(ArmKey(case.name, "stack", lane)) for case in shown] for lane in allocators}
    lines = [
        *(make_line(arm, "", numbers, [across(results, case, arm, allocators) for case in shown]) for arm in shared),
        *(make_line("heap", lane, numbers, heap[lane]) for lane in allocators),
    ]
    heading = sweep.heading.format(size=format_bytes(size) if size else "what it captured")
    arms = dict.fromkeys(("stack", "heap", *shared))
    return CallPanel(
        sweep,
        f"{heading} ({others})" if others else heading,
        numbers,
        [line for line in lines if line.timed],
        {lane: _point(numbers, heap[lane], stack[lane]) for lane in allocators},
        [ArmKey(case.name, arm, lane) for case in shown for arm in arms for lane in allocators],
        [case.name for case in cases if case.name not in names],
    )


def _point(
    numbers: Sequence[int], heap: Sequence[ArmResult | None], stack: Sequence[ArmResult | None]
) -> BreakEven | None:
    at: list[int] = []
    gaps: list[Estimate] = []
    contended = False
    for number, its_heap, its_stack in zip(numbers, heap, stack):
        if its_heap is None or its_stack is None:
            continue
        stack_and_share = {launch: ns * (1 + PAID_OFF) for launch, ns in its_stack.ns_by_launch.items()}
        found = statistics.toll_per_launch(its_heap.ns_by_launch, stack_and_share)
        if len(found):
            at.append(number)
            gaps.append(statistics.estimate(found, _CONFIDENCE))
            contended |= its_heap.contended or its_stack.contended
    if len(at) < 2:
        return None
    return BreakEven(
        break_even(at, [gap.value for gap in gaps]),
        break_even(at, [gap.interval.low for gap in gaps]),
        break_even(at, [gap.interval.high for gap in gaps]),
        at[0], at[-1], contended, all(gap.interval.reached for gap in gaps),
    )  # fmt: skip
