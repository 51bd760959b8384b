"""Searches every series of a history for changes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heaptoll.history.change.finder import explain
from heaptoll.history.change.scan import MIN_POINTS
from heaptoll.history.change.size import Step, steps
from heaptoll.history.change.threshold import MOST_FALSE_ALARMS, false_alarms_of, threshold
from heaptoll.history.series import Measured, Series
from heaptoll.own_pool import pooled
from heaptoll.statistics import CONFIDENCE
from heaptoll.verdict.holm import holm
from heaptoll.verdict.zone import DeadZone

LEAST_POINTS = 2 * MIN_POINTS
_FEW = 5_000  # points; fewer are searched before other processes have started
_CHUNK = 16  # series
_FLOOR_UNIT = "ns"  # in which a dead zone's floor is


@dataclass(frozen=True)
class Change:
    """A change of level in a series. `at`: its first point with the new level; `first`, `last`: where else that may be, with
    95 % probability. `p`: the chance that a series without a change shows one that is found as surely; `adjusted_p`: the
    chance that any of all series does. `in_zone`: it may be so small that it is none."""

    at: int
    first: int
    last: int
    step: Step
    p: float
    adjusted_p: float
    in_zone: bool

    @property
    def sure(self) -> bool:
        """Whether it stands out among all series searched, not only in its own."""
        return self.adjusted_p <= 1 - CONFIDENCE


@dataclass(frozen=True, eq=False)
class Searched:
    """A series and its changes, in the order of time. `drift`: by how much it rises from its first value to its last, where
    a straight line explains it better than any changes, of which there are none then."""

    series: Series
    changes: tuple[Change, ...]
    drift: float | None = None

    @property
    def drift_percent(self) -> float | None:
        """The drift as a percentage of the median; None without one, and where the median is not above 0."""
        middle = float(np.median(self.series.values))
        return 100 * self.drift / middle if self.drift is not None and middle > 0 else None

    @property
    def too_short(self) -> bool:
        return len(self.series) < LEAST_POINTS

    def before(self, change: Change) -> Measured:
        """The last run before the change."""
        return self.series.run(change.at - 1)

    def since(self, change: Change) -> Measured:
        """The first run after it."""
        return self.series.run(change.at)

    def segments(self) -> list[tuple[int, int]]:
        """The points between changes: the first, and the one behind the last."""
        edges = [0, *(change.at for change in self.changes), len(self.series)]
        return list(zip(edges[:-1], edges[1:]))


@dataclass(frozen=True, eq=False)
class Found:
    """All series that were searched, in their order. `false_alarms`: the chance of a false change in one of them."""

    searched: tuple[Searched, ...]
    false_alarms: float
    zone: DeadZone

    @property
    def expected_false(self) -> float:
        """How many series would show a change if none had one."""
        return self.false_alarms * sum(not each.too_short for each in self.searched)


def search(series: Iterable[Series], false_alarms: float, zone: DeadZone, processes: int | None = None) -> Found:
    """Searches each of `series`. `false_alarms`: see Found; above 0, at most 0.05, beyond which nobody has counted.
    `processes`: at once; one per core unless it is given. Raises ValueError for another chance."""
    if not 0 < false_alarms <= MOST_FALSE_ALARMS:
        raise ValueError(f"the chance of a false alarm must be above 0 and at most {MOST_FALSE_ALARMS}, not {false_alarms}")
    every = tuple(series)
    tasks = [(each.values, false_alarms) for each in every]
    cores = processes or os.cpu_count() or 1
    if cores == 1 or sum(map(len, every)) < _FEW:
        found = [_search_one(task) for task in tasks]
    else:
        found = list(pooled(_search_one, tasks, cores, _CHUNK))
    # A series without a change was looked at as well.
    quiet = sum(len(one) >= LEAST_POINTS and not places for one, (places, _) in zip(every, found))
    adjusted = iter(holm([place.p for places, _ in found for place in places] + [1.0] * quiet))
    searched = []
    for one, (places, drift) in zip(every, found):
        changes = tuple(
            Change(each.at, each.first, each.last, each.step, each.p, float(next(adjusted)), _in_zone(each.step, zone, one.unit))
            for each in places
        )
        searched.append(Searched(one, changes, drift))
    return Found(tuple(searched), false_alarms, zone)


class _Found(NamedTuple):
    at: int
    first: int
    last: int
    step: Step
    p: float


def _search_one(task: tuple[NDArray[np.float64], float]) -> tuple[list[_Found], float | None]:
    values, false_alarms = task
    if len(values) < LEAST_POINTS:
        return [], None
    explained = explain(values, threshold(false_alarms))
    places = [
        _Found(place.at, place.first, place.last, step, false_alarms_of(place.gain))
        for place, step in zip(explained.places, steps(explained))
    ]
    return places, explained.drift


def _in_zone(step: Step, zone: DeadZone, unit: str) -> bool:
    """Whether the interval of the change reaches into the zone around 0. Only times have a floor."""
    most = zone.ns(abs(step.before)) if unit == _FLOOR_UNIT else zone.relative * abs(step.before)
    return step.low <= most and step.high >= -most
