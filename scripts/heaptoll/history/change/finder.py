"""Decides at which points a series changed its level.

The places that `scan` proposes are taken together, best first, as long as they are needed: a place is needed when the
series is explained so much better with it than without it, the noise fitted anew both times, that its gain is above a
threshold. Both explanations get their best noise, so wandering is explained by wandering where that suffices, and by a
change where it does not. What one value can say is bounded, as in P. Fearnhead and G. Rigaill, "Changepoint detection in
the presence of outliers", JASA 114 (2019), 169-183; the noise is modelled as in G. Romano et al., "Detecting abrupt changes
in the presence of local fluctuations and autocorrelated noise", JASA 117 (2022), 2147-2162, with a moving average in the
place of their random walk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heaptoll.history.change import noise
from heaptoll.history.change.noise import Fit, Noise
from heaptoll.history.change.scan import MIN_POINTS, Proposal, between, proposals

Floats = NDArray[np.float64]

_LEAST_SCORE = 2.6  # of a proposal: low, because it only proposes
_MOST = 12  # proposals, and one more for each 50 points
_MOST_OF_LONG = 60
_NEAR = 10  # points to either side of a proposal within which its place is searched again
_ROUNDS = 4  # of moving, dropping and adding; nearly always the second changes nothing any more
_CLOSE = 2  # points: the place is where most of the likelihood is this close
_FAR = 3.0  # standard deviations from a line
_NEARLY = 0.95
_PROBABLY = 0.95


@dataclass(frozen=True)
class Place:
    """A change of level. `at`: the first point after it, 0 to n - 1. `first`, `last`: where else that point may be, with 95 %
    probability. `gain`: by how much n log(variance) is better with it than without it, see `threshold`."""

    at: int
    first: int
    last: int
    gain: float


@dataclass(frozen=True, eq=False)
class Explained:
    """What a series, `values` of shape (n,), was found to be: its `places`, ascending, and the `noise` around its levels.
    `drift`: by how much a straight line rises from the first value to the last, where that explains the series better than
    any steps; then there are no places."""

    values: Floats
    places: tuple[Place, ...]
    noise: Noise
    drift: float | None = None


def explain(values: Floats, threshold: float) -> Explained:
    """The changes of level in `values`, shape (n,), finite, whose gain is at least `threshold`. None with fewer than 10
    values: five on either side are the least that a change needs."""
    if len(values) < 2 * MIN_POINTS or not np.ptp(values):
        return Explained(values, (), noise.INDEPENDENT)
    return _Search(values, threshold).explained()


class _Search:
    """One series while its changes are searched. Changes are tuples of first points after a change, ascending."""

    def __init__(self, values: Floats, threshold: float) -> None:
        self._n = len(values)
        self._threshold = threshold
        self._given = values
        self._values = noise.without_spikes(values)
        self._most = max(1, min(_MOST + self._n // 50, _MOST_OF_LONG, self._n // MIN_POINTS - 1))
        self._least_deviation = 1e-9 * float(np.std(values))
        self._deviation = max(noise.step_spread(self._values), self._least_deviation)
        self._fits: dict[tuple[int, ...], Fit] = {}
        self._levels: dict[tuple[int, int], float] = {}

    def explained(self) -> Explained:
        changes = self._needed_of(self._proposed())
        for _ in range(_ROUNDS):
            before = changes
            changes = self._with_another(self._without_needless(self._moved(changes)))
            if changes == before:
                break
        changes = self._without_needless(changes)
        rise, line = self._line()
        if line.cost + self._threshold < min(self._fit(()).cost, self._fit(changes).cost + self._threshold * len(changes)):
            return Explained(self._given, (), line.noise, rise)
        fitted, places = self._fit(changes).noise, []
        for i in range(len(changes)):
            gain = self._gain(changes, i)
            place = self._place(changes, i, gain)
            places.append(place)
            changes = (*changes[:i], place.at, *changes[i + 1 :])  # so that the next keeps its distance
        return Explained(self._given, tuple(places), fitted)

    def _line(self) -> tuple[float, Fit]:
        """The straight line through the values, by least squares, once more without what lies far from it."""
        x = np.linspace(0.0, 1.0, self._n)
        deviations, rise = self._values - np.median(self._values), 0.0
        for _ in range(2):
            near = np.abs(deviations) <= _FAR * max(noise.spread(deviations), self._least_deviation)
            if np.count_nonzero(near) < 2 * MIN_POINTS:
                break
            rise, start = np.polyfit(x[near], self._values[near], 1)
            deviations = self._values - (start + rise * x)
        return float(rise), noise.fit(deviations, self._deviation)

    def _proposed(self) -> list[int]:
        """Places, best first: first as if the noise were independent, which proposes too much, then with the noise that
        remains between those. Sets the deviation by which all explanations are judged."""
        first = proposals(self._values, _LEAST_SCORE, self._most)
        deviations = self._deviations(tuple(sorted(each.at for each in first)))
        self._deviation = max(noise.spread(deviations), self._least_deviation)
        self._levels.clear()  # they depend on it
        wandering = noise.fit(deviations, self._deviation).noise
        if wandering != noise.INDEPENDENT:
            middle = self._values - float(np.median(self._values))
            first = self._shifted(proposals(noise.innovations(middle, wandering)[1:], _LEAST_SCORE, self._most))
        return [each.at for each in first]

    def _shifted(self, found: Sequence[Proposal]) -> list[Proposal]:
        """Innovations begin with the second value: the first has nothing to be new against."""
        return [Proposal(each.score, each.at + 1) for each in found if each.at + 1 <= self._n - MIN_POINTS]

    def _needed_of(self, proposed: Sequence[int]) -> tuple[int, ...]:
        """As many of the best as are worth their price together: of a change and its undoing, neither may be alone."""
        better = self._each_moved(proposed)
        several = [tuple(sorted(better[:many])) for many in range(len(better) + 1)]
        return min(several, key=lambda changes: self._fit(changes).cost + self._threshold * len(changes))

    def _each_moved(self, proposed: Sequence[int]) -> list[int]:
        """The proposals, in their order, each where it explains most beside the others: a rank sum is highest a little off
        where chance has high values there, and then even a doubling would not seem needed."""
        order = sorted(proposed)
        moved = dict(zip(order, self._moved(tuple(order))))
        return [moved[at] for at in proposed]

    def _moved(self, changes: tuple[int, ...]) -> tuple[int, ...]:
        for i in range(len(changes)):
            places, likelihood = self._likelihood_near(changes, i)
            changes = (*changes[:i], int(places[np.argmax(likelihood)]), *changes[i + 1 :])
        return changes

    def _without_needless(self, changes: tuple[int, ...]) -> tuple[int, ...]:
        while changes:
            gains = [self._gain(changes, i) for i in range(len(changes))]
            least = int(np.argmin(gains))
            if gains[least] >= self._threshold:
                break
            changes = (*changes[:least], *changes[least + 1 :])
        return changes

    def _with_another(self, changes: tuple[int, ...]) -> tuple[int, ...]:
        """With one more, where one is left in what `changes` do not explain. Without changes the path has looked at it."""
        if not changes:
            return changes
        fit = self._fit(changes)
        rest = noise.innovations(self._deviations(changes), fit.noise)
        more = proposals(rest, _LEAST_SCORE, 3) if fit.noise == noise.INDEPENDENT else self._shifted(
            proposals(rest[1:], _LEAST_SCORE, 3)
        )  # fmt: skip
        apart = [each.at for each in more if all(abs(each.at - other) >= MIN_POINTS for other in (0, *changes, self._n))]
        wider = [self._moved(tuple(sorted((*changes, at)))) for at in apart]
        best = min(wider, key=lambda each: self._fit(each).cost, default=changes)
        return best if fit.cost - self._fit(best).cost >= self._threshold else changes

    def _place(self, changes: tuple[int, ...], i: int, gain: float) -> Place:
        """The most likely of those places around which most of the likelihood is, all places near having been as probable
        before. Not the most likely of all: that may be a lone high value some days off."""
        places, likelihood = self._likelihood_near(changes, i)
        around = np.convolve(likelihood, np.ones(2 * _CLOSE + 1))[_CLOSE:-_CLOSE]
        at = int(places[np.argmax(np.where(around >= _NEARLY * around.max(), likelihood, -1.0))])
        order = np.argsort(-likelihood, kind="stable")
        enough = int(np.searchsorted(np.cumsum(likelihood[order]), _PROBABLY * likelihood.sum())) + 1
        probable = places[order[:enough]]
        return Place(at, min(int(probable.min()), at), max(int(probable.max()), at), gain)

    def _likelihood_near(self, changes: tuple[int, ...], i: int) -> tuple[NDArray[np.int64], Floats]:
        """The places that change number i could have, and the likelihood of each, by the innovations that it leaves; that of
        the best is 1."""
        start = changes[i - 1] if i else 0
        end = changes[i + 1] if i + 1 < len(changes) else self._n
        least, most = start + MIN_POINTS, end - MIN_POINTS
        places = np.arange(max(least, changes[i] - _NEAR), min(most, changes[i] + _NEAR) + 1)
        fitted = self._fit(changes).noise
        deviations = np.repeat(self._deviations(changes)[np.newaxis], len(places), axis=0)
        for row, at in enumerate(places.tolist()):  # nothing changes but the two segments beside the place
            deviations[row, start:at] = self._values[start:at] - self._level(start, at)
            deviations[row, at:end] = self._values[at:end] - self._level(at, end)
        squares = noise.squares(noise.innovations(deviations, fitted), self._deviation)
        best = float(squares.min())
        return places, np.exp(-self._n * (squares - best) / (2 * max(best, self._least_deviation**2)))

    def _gain(self, changes: tuple[int, ...], i: int) -> float:
        return self._fit((*changes[:i], *changes[i + 1 :])).cost - self._fit(changes).cost

    def _fit(self, changes: tuple[int, ...]) -> Fit:
        if changes not in self._fits:
            self._fits[changes] = noise.fit(self._deviations(changes), self._deviation)
        return self._fits[changes]

    def _deviations(self, changes: tuple[int, ...]) -> Floats:
        """What the values are away from the level of their segment."""
        return np.concatenate([self._values[a:b] - self._level(a, b) for a, b in between(changes, self._n)])

    def _level(self, start: int, end: int) -> float:
        key = (start, end)
        if key not in self._levels:
            self._levels[key] = noise.level(self._values[start:end], self._deviation)
        return self._levels[key]
