"""Why do the engines differ? Pure functions: one reason for every arm whose two results are not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from heaptoll.statistics import median
from heaptoll.truth.figures import Arm, Sample

NEAR_PERCENT = 2.0  # nearer than this needs no explanation
ENOUGH_LAUNCHES = 4
ENOUGH_REPETITIONS = 6
ENOUGH_TURNS = 2


class Reason(Enum):
    """What the data say, in the order in which they are asked."""

    NOISY = "too few quiet launches of ours"
    FEW = "too few quiet repetitions of theirs"
    SAME = "the same"
    CLOCK = "the cycles agree: the clock moved"
    SETTLING = "settling: without what each of their repetitions loses at its start they agree"
    LAYOUT = "theirs lies among our launches: layout"
    MEAN = "theirs lies among our slices: a mean holds interruptions, a median does not"
    STATE = "the stack arm agrees: the allocator's state"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Explained:
    """One arm's results side by side. Medians; NaN where there are none."""

    case: str
    arm: str
    ours_ns: float
    theirs_ns: float
    quiet: int  # repetitions of theirs
    repetitions: int  # all of theirs
    ratio_ns: float  # ours over theirs, paired in time
    ratio_cycles: float
    ratio_settled: float  # of cycles, theirs without what every repetition costs once
    reason: Reason

    @property
    def compared(self) -> bool:
        return self.reason not in (Reason.NOISY, Reason.FEW)

    def within(self, percent: float) -> bool:
        return self.compared and _near(self.ratio_ns, percent)

    def cycles_within(self, percent: float) -> bool:
        return self.compared and _near(self.ratio_cycles, percent)

    def settled_within(self, percent: float) -> bool:
        return self.compared and _near(self.ratio_settled, percent)


def explain(arms: Sequence[Arm]) -> list[Explained]:
    """Every arm beside its counterpart, with the reason for what differs."""
    stacks = {each.case: each for each in arms if each.arm == "stack"}
    return [_explain(each, stacks.get(each.case)) for each in arms]


def _explain(arm: Arm, stack: Arm | None) -> Explained:
    return Explained(
        arm.case, arm.arm, _median([s.ns for s in arm.ours]), _median([s.ns for s in arm.theirs]), len(arm.theirs),
        len(arm.theirs) + arm.theirs_noisy, ratio_ns(arm), ratio_cycles(arm), ratio_settled(arm), reason(arm, stack),
    )  # fmt: skip


def ratio_ns(arm: Arm) -> float:
    return _median(arm.paired_ratios)


def ratio_cycles(arm: Arm) -> float:
    """Not paired: cycles do not drift with the clock."""
    return _median([s.cycles for s in arm.ours]) / _median([s.cycles for s in arm.theirs])


def ratio_settled(arm: Arm) -> float:
    return _median([s.cycles for s in arm.ours]) / settled_cycles(arm)


def reason(arm: Arm, stack: Arm | None) -> Reason:
    """Why `arm` differs, or that it does not; `stack` is the stack arm of the same case."""
    if _noisy(arm):
        return Reason.NOISY
    if _few(arm):
        return Reason.FEW
    if _near(ratio_ns(arm)):
        return Reason.SAME
    if _near(ratio_cycles(arm)):
        return Reason.CLOCK
    if _settles(arm):
        return Reason.SETTLING
    ours = [s.cycles for s in arm.ours]
    if min(ours) <= _median([s.cycles for s in arm.theirs]) <= max(ours):
        return Reason.LAYOUT
    if _among_slices(arm):
        return Reason.MEAN
    if arm.arm == "heap" and stack and not _noisy(stack) and not _few(stack) and _near(ratio_cycles(stack)):
        return Reason.STATE
    return Reason.UNEXPLAINED


def settled_cycles(arm: Arm) -> float:
    """Cycles per operation of theirs without what every repetition costs once, however long it is: the slope from its
    shorter repetitions to its longer ones. NaN where there are too few."""
    if min(len(arm.theirs), len(arm.shorter)) < ENOUGH_REPETITIONS:
        return float("nan")
    (few, cycles_of_few), (many, cycles_of_many) = _typical(arm.shorter), _typical(arm.theirs)
    if many <= few:
        return float("nan")
    return (many * cycles_of_many - few * cycles_of_few) / (many - few)


def _typical(samples: Sequence[Sample]) -> tuple[float, float]:
    """Median operations and median cycles per operation of some repetitions."""
    return _median([s.operations for s in samples]), _median([s.cycles for s in samples])


def _settles(arm: Arm) -> bool:
    """Do shorter repetitions take longer per operation, and does nothing else differ?"""
    longer, shorter = _median([s.cycles for s in arm.theirs]), _median([s.cycles for s in arm.shorter])
    return shorter > longer * (1 + NEAR_PERCENT / 100) and _near(ratio_settled(arm))


def _among_slices(arm: Arm) -> bool:
    """Is theirs slower than our median slice, and no slower than our slow ones?"""
    settled = settled_cycles(arm)
    theirs = settled if settled == settled else _median([s.cycles for s in arm.theirs])
    return _median([s.cycles for s in arm.ours]) < theirs <= _median([s.slow_cycles for s in arm.ours])


def _noisy(arm: Arm) -> bool:
    return len(arm.ours) < ENOUGH_LAUNCHES


def _few(arm: Arm) -> bool:
    return len(arm.theirs) < ENOUGH_REPETITIONS or len(arm.paired_ratios) < ENOUGH_TURNS


def _near(ratio: float, percent: float = NEAR_PERCENT) -> bool:
    return abs(ratio - 1) * 100 <= percent


def _median(values: Sequence[float]) -> float:
    return median(values) if len(values) else float("nan")
