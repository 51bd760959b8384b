"""Which allocator has the lowest or the highest toll of a case, where that can be told.

As in the heat map (`charts.heat_rows`, where the reason and the source stand), two allocators are compared by the
differences of their tolls within launches, and the k - 1 intervals of a case hold together (Bonferroni). Words are
stricter than marks in two points: a difference counts only beyond the dead zone of `make compare` (1 % of the heap
arm's time, at least 0.05 ns), and only with launches enough for such an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll import statistics
from heaptoll.report.words.evidence import Toll
from heaptoll.statistics import CONFIDENCE, Estimate
from heaptoll.verdict.zone import DeadZone

_ZONE = DeadZone()


@dataclass(frozen=True)
class Rival:
    """An allocator that has not the extreme toll. `apart`: how far from it, within launches, in ns, positive where
    launches agree with the order. `told`: whether that is beyond doubt."""

    toll: Toll
    apart: Estimate
    told: bool


@dataclass(frozen=True)
class Ranking:
    """`extreme`: the lowest toll as measured, or the highest. `rivals`: the others, the nearest first. `enough`:
    whether there are launches enough to tell anything."""

    extreme: Toll
    rivals: tuple[Rival, ...]
    enough: bool

    @property
    def alike(self) -> list[Toll]:
        """The extreme, and all that cannot be told from it."""
        return [self.extreme, *(rival.toll for rival in self.rivals if not rival.told)]

    @property
    def is_told(self) -> bool:
        """Whether one allocator alone has the extreme toll."""
        return self.enough and len(self.alike) == 1


def ranked(tolls: Sequence[Toll], *, from_top: bool = False) -> Ranking | None:
    """Ranks the lanes of one case against the lowest toll, or the highest. None below two of them, or where two have no
    launch in common. Contended ones are for the caller to leave out."""
    if len(tolls) < 2:
        return None
    extreme, *others = sorted(tolls, key=lambda toll: toll.ns.value, reverse=from_top)
    confidence = 1 - (1 - CONFIDENCE) / len(others)
    rivals = [found for toll in others if (found := _rival(toll, extreme, confidence, from_top)) is not None]
    if len(rivals) < len(others):
        return None
    return Ranking(extreme, tuple(rivals), all(rival.apart.interval.reached for rival in rivals))


def _rival(toll: Toll, extreme: Toll, confidence: float, from_top: bool) -> Rival | None:
    higher, lower = (extreme, toll) if from_top else (toll, extreme)
    apart = statistics.toll_per_launch(higher.by_launch, lower.by_launch)
    if len(apart) == 0:
        return None
    estimate = statistics.estimate(apart, confidence)
    heap = higher.heap.estimate
    zone = _ZONE.ns(heap.value if heap else 0.0)
    return Rival(toll, estimate, estimate.interval.reached and estimate.interval.low > zone)
