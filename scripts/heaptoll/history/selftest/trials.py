"""Made-up series, searched as a history's are, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import NDArray

from heaptoll.history.change.finder import explain
from heaptoll.history.change.size import steps
from heaptoll.history.change.threshold import threshold
from heaptoll.history.selftest.noises import KINDS
from heaptoll.own_pool import pooled
from heaptoll.share import Share

CLOSE = 2  # points
_FROM_END, _FROM_END_OF_SHORT = 15, 5  # points; a step nearer to an end than that has few to show itself
_SHORT = 100  # points
_LEVEL = 100.0  # of which a standard deviation is 1 %
_AFTER = 20  # points that the usual alarm looks back
_USUAL_SD = 3.0


@dataclass(frozen=True)
class Trial:
    """`series` of so many `points` with noise of the kind KINDS[kind], each with a step of `step` standard deviations up
    or down at a random place, or without one where that is 0."""

    kind: int
    points: int
    step: float
    series: int


@dataclass(frozen=True)
class Outcome:
    """`found`: changes in all series of the trial together, and drifts. `close`: series with one at most 2 points from the step;
    `covered`: of those, whose interval holds the step's place; `sized`: of those with just this one, whose interval
    holds its size, of `sole`. `usual`: how often the usual alarm rang: a value more than 3 standard deviations from the mean
    of the 20 before it."""

    trial: Trial
    found: int
    close: int
    covered: int
    sized: int
    sole: int
    usual: int

    @property
    def close_share(self) -> Share:
        return Share(self.close, self.trial.series)

    @property
    def per_100_series(self) -> float:
        return 100 * self.found / self.trial.series

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Outcome:
        """Raises KeyError or TypeError when it is not what as_json made."""
        counts = {key: value for key, value in content.items() if key != "trial"}
        return Outcome(trial=Trial(**content["trial"]), **counts)


def plan(series: int, seldom: int) -> list[Trial]:
    """`series` of 200 points for each kind of noise with and without a step, `seldom` for other lengths and sizes."""
    trials = [Trial(kind, 200, step, series) for kind in range(len(KINDS)) for step in (0.0, 3.0)]
    trials += [Trial(kind, points, 0.0, seldom) for kind in range(len(KINDS)) for points in (20, 50, 1000)]
    asked = [kind for kind, each in enumerate(KINDS) if each.asked]
    trials += [Trial(kind, points, 10.0, seldom) for kind in asked for points in (12, 20, 50)]
    return trials + [Trial(kind, 200, step, seldom) for kind in asked for step in (1.0, 1.5, 2.0, 4.0)]


def conduct(trials: Sequence[Trial], seed: int, false_alarms: float, processes: int) -> Iterable[Outcome]:
    """The outcomes, in the order of the trials; the same for the same seed, however many processes there are."""
    tasks = [(trial, child, false_alarms) for trial, child in zip(trials, SeedSequence(seed).spawn(len(trials)))]
    if processes == 1:
        yield from map(_one, tasks)
        return
    yield from pooled(_one, tasks, processes)


def _one(task: tuple[Trial, SeedSequence, float]) -> Outcome:
    trial, seed, false_alarms = task
    generator = default_rng(seed)
    limit = threshold(false_alarms)
    found = close = covered = sized = sole = usual = 0
    for _ in range(trial.series):
        values, at, step = _made(trial, generator)
        explained = explain(values, limit)
        places = explained.places
        found += len(places) + (explained.drift is not None)
        usual += _usual_alarms(values)
        near = [i for i, place in enumerate(places) if trial.step and abs(place.at - at) <= CLOSE]
        close += bool(near)
        covered += any(places[i].first <= at <= places[i].last for i in near)
        if near and len(places) == 1:
            sole += 1
            size = steps(explained)[0]
            sized += size.low <= step <= size.high
    return Outcome(trial, found, close, covered, sized, sole, usual)


def _made(trial: Trial, generator: Generator) -> tuple[NDArray[np.float64], int, float]:
    """A series, the place of its step and the step."""
    values = _LEVEL + KINDS[trial.kind].make(trial.points, generator)
    apart = _FROM_END_OF_SHORT if trial.points < _SHORT else _FROM_END
    at = int(generator.integers(apart, trial.points - apart + 1)) if trial.step else 0
    step = trial.step * float(generator.choice((-1.0, 1.0)))
    if trial.step:
        values[at:] += step
    return values, at, step


def _usual_alarms(values: NDArray[np.float64]) -> int:
    if len(values) <= _AFTER:
        return 0
    before = np.lib.stride_tricks.sliding_window_view(values[:-1], _AFTER)
    return int(np.sum(np.abs(values[_AFTER:] - before.mean(axis=1)) > _USUAL_SD * before.std(axis=1, ddof=1)))
