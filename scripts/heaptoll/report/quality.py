"""How far a run can be believed, as one word with its reasons: what pages warn of, and the method page begins with.

The bounds are those of `make doctor` (docs/METHOD.md) where it has one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from heaptoll.report.dataset import Measured
from heaptoll.report.words.numbers import count, percent
from heaptoll.self_check import SelfCheck, self_check, within
from heaptoll.statistics import CONFIDENCE, order_statistic_rank

QUIET_GOOD, QUIET_POOR = 0.8, 0.5
CONTENDED_GOOD, CONTENDED_POOR = 0.1, 0.5
NEAR_PERCENT, FAR_PERCENT = 0.5, 2.0  # two lanes that should not differ
FAR_GOOD, FAR_POOR = 0.9, 0.5  # share of pairs of lanes within FAR_PERCENT


class Level(IntEnum):
    """From good to bad."""

    GOOD = 0
    CARE = 1
    NOISY = 2
    BAD = 3

    @property
    def word(self) -> str:
        return ("Good", "With care", "Noisy", "Do not believe it")[self]


@dataclass(frozen=True)
class Reason:
    """One thing that counts, in a sentence. `anchor`: where the method page says more."""

    level: Level
    text: str
    anchor: str


@dataclass(frozen=True)
class Quality:
    """`reasons`: all that was judged, the worst first."""

    reasons: tuple[Reason, ...]

    @property
    def level(self) -> Level:
        return max((reason.level for reason in self.reasons), default=Level.GOOD)

    @property
    def against(self) -> list[Reason]:
        """What is not good."""
        return [reason for reason in self.reasons if reason.level > Level.GOOD]


def quality(measured: Measured) -> Quality:
    """Judges the shown build's lanes."""
    check = self_check(measured.run, measured.build)
    judged = [*_ending(measured), _quiet(measured, check), _contended(measured), _same(check), _launches(measured)]
    judged += [Reason(Level.CARE, warning, "warnings") for warning in measured.warnings]
    return Quality(tuple(sorted((each for each in judged if each), key=lambda each: -each.level)))


def _ending(measured: Measured) -> list[Reason]:
    """An interrupted run has a warning of its own."""
    status = measured.run.facts.status
    if status not in ("running", "failed"):
        return []
    return [Reason(Level.BAD, f"The run did not end: it is {status}.", "facts")]


def _quiet(measured: Measured, check: SelfCheck) -> Reason:
    share = measured.run.facts.quiet_share
    share = check.quiet_share if share is None else share
    if math.isnan(share):
        return Reason(Level.CARE, "Whether the core was ours is not known: no slice was timed.", "quiet")
    level = _level(share, QUIET_GOOD, QUIET_POOR)
    more = "" if level is Level.GOOD else "; good are 80 % or more"
    return Reason(level, f"The core was ours in {percent(share)} of the slices{more}.", "quiet")


def _contended(measured: Measured) -> Reason | None:
    timed = [arm.ns for arm in measured.arms.values() if arm.ns.ns_by_launch]
    if not timed:
        return Reason(Level.BAD, "Nothing was timed.", "contended")
    share = sum(arm.contended for arm in timed) / len(timed)
    if not share:
        return Reason(Level.GOOD, "No result is contended.", "contended")
    level = _level(1 - share, 1 - CONTENDED_GOOD, 1 - CONTENDED_POOR)
    text = f"{percent(share)} of the results are contended: timed among noise."
    return Reason(max(level, Level.CARE), text, "contended")


def _same(check: SelfCheck) -> Reason | None:
    """The run's own A/A; None with one allocator, where there is none."""
    if not check.pairs:
        return None
    near, far = (within(check.medians_percent, bound) for bound in (NEAR_PERCENT, FAR_PERCENT))
    lanes = f"{percent(near.value)} of {count(near.of, 'pair')} of lanes that must not differ"
    level = _level(far.value, FAR_GOOD, FAR_POOR)
    if not check.covering.of:
        level = min(level, Level.CARE)  # of a few launches each layout shows, in a good run too
    return Reason(level, f"{lanes} agree within {NEAR_PERCENT} %, {percent(far.value)} within {FAR_PERCENT:g} %.", "same")


def _launches(measured: Measured) -> Reason | None:
    """Too few for an interval, in most results."""
    timed = sorted(len(arm.ns.ns_by_launch) for arm in measured.arms.values() if arm.ns.ns_by_launch)
    if not timed or order_statistic_rank(timed[len(timed) // 2], CONFIDENCE)[2]:
        return None
    launches = count(timed[len(timed) // 2], "launch", "launches")
    return Reason(Level.CARE, f"{launches} of most cases: too few for a 95 % interval, which takes 6.", "launches")


def _level(share: float, good: float, poor: float) -> Level:
    if share >= good:
        return Level.GOOD
    return Level.NOISY if share >= poor else Level.BAD
