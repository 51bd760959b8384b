"""By how much a level changed, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from heaptoll.history.change.finder import Explained
from heaptoll.history.change.noise import squares, innovations
from heaptoll.history.change.scan import between
from heaptoll.statistics import CONFIDENCE


@dataclass(frozen=True)
class Step:
    """`before`, `after`: the levels of the points since the last change and until the next one, in the series' unit. `low`,
    `high`: 95 % interval of after less before."""

    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        return self.after - self.before

    def percent(self, change: float) -> float | None:
        """`change` as a percentage of the level before; None where that is not above 0."""
        return 100 * change / self.before if self.before > 0 else None


def steps(explained: Explained) -> list[Step]:
    """One for each place. The variance of a level of n points is that of the innovations times `Noise.long_run`, by n: what
    wanders is known less well than its scatter says (P. J. Brockwell and R. A. Davis, Time Series: Theory and Methods, 2nd
    ed., Springer 1991, section 7.1)."""
    if not explained.places:
        return []
    levels = explained.levels()
    segments = between([place.at for place in explained.places], len(explained.cleaned))
    deviations = np.concatenate([explained.cleaned[a:b] - level for (a, b), level in zip(segments, levels)])
    free = max(len(deviations) - len(segments) - explained.noise.parameters, 1)
    innovation = squares(innovations(deviations, explained.noise), explained.deviation) if explained.deviation else 0.0
    variance = innovation * explained.noise.long_run * len(deviations) / free
    times = float(t.ppf((1 + CONFIDENCE) / 2, free))
    found = []
    for (before, after), (left, right) in zip(zip(levels, levels[1:]), zip(segments, segments[1:])):
        off = times * (variance * (1 / (left[1] - left[0]) + 1 / (right[1] - right[0]))) ** 0.5
        found.append(Step(before, after, after - before - off, after - before + off))
    return found
