"""Is a known cost found? Pure functions: the verdict on each case of known cost.

A verdict needs more than a median: `off` that the whole interval of the median lies beyond the bound, `ok` that the
median lies within it; what is neither is `noisy`, and so is what had too few quiet results. So noise is never
taken for an error, nor an error for noise once there are results enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.statistics import median, order_statistic_interval
from heaptoll.truth.expected import Cpu, expected_cycles, unit_of
from heaptoll.truth.figures import Arm, Truth

CYCLES_BOUND_PERCENT = 0.5
NS_BOUND_PERCENT = 1.0
ENOUGH = 6  # results: fewer have no 95 % interval

OK, OFF, NOISY, UNKNOWN = "ok", "off", "noisy", "unknown"


@dataclass(frozen=True)
class Judged:
    """One quantity that should have a known value."""

    case: str
    arm: str  # stack, heap, or toll: heap - stack
    kind: str
    expected: float | None
    measured: float  # median; NaN without results
    deviation_percent: float  # NaN when either is missing
    results: int
    verdict: str


def deviation_percent(measured: float, expected: float) -> float:
    return 100 * (measured / expected - 1)


def verdict(deviations_percent: Sequence[float], bound_percent: float) -> str:
    """Of results as distances from what is expected."""
    if len(deviations_percent) < ENOUGH:
        return NOISY
    if abs(median(deviations_percent)) <= bound_percent:
        return OK
    low, high, *_ = order_statistic_interval(deviations_percent)
    return OFF if low > bound_percent or high < -bound_percent else NOISY


def judge_cycles(truth: Truth) -> list[Judged]:
    """Core cycles of every arm of known cost, and of their difference, against the architecture's figure."""
    by_key = {(each.case, each.arm): each for each in truth.known}
    judged = []
    for case in dict.fromkeys(each.case for each in truth.known):
        stack, heap = by_key.get((case, "stack")), by_key.get((case, "heap"))
        if not stack or not heap:
            continue
        count = instructions(case)
        judged.append(_judge(truth.cpu, case, "stack", count, [s.cycles for s in stack.ours]))
        judged.append(_judge(truth.cpu, case, "heap", 2 * count, [s.cycles for s in heap.ours]))
        judged.append(_judge(truth.cpu, case, "toll", count, _tolls(stack, heap)))
    return judged


def judge_ns(truth: Truth) -> list[Judged]:
    """ns of ours over Google Benchmark's, paired in time; 1 is expected."""
    return [
        _against(each.case, each.arm, 1.0, each.paired_ratios, NS_BOUND_PERCENT)
        for each in truth.known
        if each.arm in ("stack", "heap")
    ]


def kind_of(case: str) -> str:
    return case.split("/")[1]


def instructions(case: str) -> int:
    """N of known_cost/<kind>/<N>: the stack arm's instructions. The heap arm has twice as many."""
    return int(case.split("/")[2])


def is_unit(cpu: Cpu, case: str) -> bool:
    """Does the engine find the clock by just such a chain?"""
    return kind_of(case) == unit_of(cpu)


def exit_code(judged: Sequence[Judged]) -> int:
    """0 known costs are found; 1 one is off; 3 fewer than half could be judged."""
    judgeable = [each for each in judged if each.verdict != UNKNOWN]
    if any(each.verdict == OFF for each in judgeable):
        return 1
    noisy = sum(each.verdict == NOISY for each in judgeable)
    return 3 if 2 * noisy > len(judgeable) or not judgeable else 0


def _tolls(stack: Arm, heap: Arm) -> list[float]:
    lower = {(s.turn, s.launch): s.cycles for s in stack.ours}
    return [s.cycles - lower[s.turn, s.launch] for s in heap.ours if (s.turn, s.launch) in lower]


def _judge(cpu: Cpu, case: str, arm: str, count: int, results: list[float]) -> Judged:
    return _against(case, arm, expected_cycles(cpu, kind_of(case), count), results, CYCLES_BOUND_PERCENT)


def _against(case: str, arm: str, expected: float | None, results: list[float], bound: float) -> Judged:
    nothing = float("nan")
    measured = median(results) if results else nothing
    if expected is None:
        return Judged(case, arm, kind_of(case), None, measured, nothing, len(results), UNKNOWN)
    deviations = [deviation_percent(each, expected) for each in results]
    return Judged(
        case, arm, kind_of(case), expected, measured, median(deviations) if deviations else nothing, len(results),
        verdict(deviations, bound),
    )  # fmt: skip
