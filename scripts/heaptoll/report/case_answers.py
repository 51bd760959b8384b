"""What a case's page says first: what the heap adds, in a sentence per allocator, or why that is not known."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.report import estimates
from heaptoll.report.dataset import Measured
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult
from heaptoll.units import format_difference_cycles, format_difference_ns, format_ratio


@dataclass(frozen=True)
class Answer:
    """One allocator's. `toll`: the figure for who reads nothing else, None where there is none; `text`: what it means,
    how sure it is. `contended`: it comes from slices in which the core was not ours alone."""

    allocator: str
    toll: str | None
    text: str
    contended: bool = False


def answers(measured: Measured, case: str) -> list[Answer]:
    """In the order of the allocators; those that never tried the case are there too."""
    return [_answer(measured, case, allocator) for allocator in measured.allocators]


def _answer(measured: Measured, case: str, allocator: str) -> Answer:
    pair = estimates.pair(measured.arms, case, allocator)
    if pair is None or pair.toll_ns is None:
        return Answer(allocator, None, f"no toll: {_why(measured, case, allocator)}.")
    toll = pair.toll_ns
    head, interval = format_difference_ns(toll.value, toll.interval.low, toll.interval.high)
    contended = any(
        (arm := measured.arms.get(ArmKey(case, name, allocator))) is not None and arm.ns.contended
        for name in ("stack", "heap")
    )
    text = f"{_what(toll, pair.ratio)}; {_sure(toll, interval)}; {_cycles(pair.toll_cycles)}."
    if contended:
        text += " Contended: the core was rarely ours alone, and what else ran there is in these figures."
    return Answer(allocator, head, text, contended)


def _what(toll: Estimate, ratio: Estimate | None) -> str:
    low, high = toll.interval[:2]
    if low <= 0 <= high:
        return "not to be told from no toll at all"
    if ratio is None:
        return "the heap takes longer" if toll.value > 0 else "the heap takes less time"
    return f"the heap takes {format_ratio(ratio.value)} as long as the stack"


def _sure(toll: Estimate, interval: str) -> str:
    if toll.launches == 1:
        return "one launch, which gives no interval"
    if toll.interval.reached:
        return f"95 % interval {interval} over {toll.launches} launches"
    return f"{interval} over all of {toll.launches} launches, too few for a 95 % interval"


def _cycles(toll: Estimate | None) -> str:
    if toll is None:
        return "core cycles are not known"
    head, interval = format_difference_cycles(toll.value, toll.interval.low, toll.interval.high)
    return f"{head} {interval}" if toll.launches > 1 else head


def _why(measured: Measured, case: str, allocator: str) -> str:
    reasons = []
    for name in ("stack", "heap"):
        arm = measured.arms.get(ArmKey(case, name, allocator))
        if arm is None:
            reasons.append(f"the run has no {name} arm of this case here")
        elif not arm.ns.ns_by_launch:
            reasons.append(f"the {name} arm {_failed(arm.ns)}")
    return "; ".join(reasons) or "no launch timed both arms"


def _failed(arm: ArmResult) -> str:
    if not arm.failures:
        return "has no time"
    most = max(arm.failures, key=lambda failure: failure.launches)
    return f"has no time ({most.status}{f': {most.reason}' if most.reason else ''})"
