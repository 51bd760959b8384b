"""By how much a level changed, with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from heaptoll.history.change.finder import Explained
from heaptoll.history.change.noise import Noise
from heaptoll.history.change.scan import between
from heaptoll.statistics import CONFIDENCE
from heaptoll.verdict.differences import smallest


@dataclass(frozen=True)
class Step:
    """`before`, `after`: the medians of the points since the last change and until the next one, in the series' unit.
    `change`: the median of the differences of all points after it and all before it, which need not be the difference of
    the medians; `low`, `high`: its 95 % interval."""

    before: float
    after: float
    change: float
    low: float
    high: float

    def percent(self, change: float) -> float | None:
        """`change` as a percentage of the level before; None where that is not above 0."""
        return 100 * change / self.before if self.before > 0 else None


def steps(explained: Explained) -> list[Step]:
    """One for each place."""
    if not explained.places:
        return []
    segments = between([place.at for place in explained.places], len(explained.values))
    parts = [explained.values[a:b] for a, b in segments]
    noise = explained.noise.corrected(len(explained.values), len(parts))
    return [_step(before, after, noise) for before, after in zip(parts, parts[1:])]


def _step(before: NDArray[np.float64], after: NDArray[np.float64], noise: Noise) -> Step:
    """Shift and interval of J. L. Hodges and E. L. Lehmann, Annals of Mathematical Statistics 34 (1963), 598-611: medians,
    because noise has a longer tail to one side. Their interval is for independent values. The rank sum of values that wander
    varies more, as a mean of them does, by `variance_inflation` (H. Dehling and R. Fried, Journal of Multivariate Analysis 105
    (2012), 124-140, for the asymptotics)."""
    n, m = len(before), len(after)
    spread = (n * m * (n + m + 1) / 12 * noise.variance_inflation) ** 0.5
    off = float(t.ppf((1 + CONFIDENCE) / 2, max(n + m - 2 - noise.parameters, 1))) * spread
    rank = max(int(np.floor(n * m / 2 - 0.5 - off)) + 1, 1)
    middle = [(n * m + 1) // 2, n * m // 2 + 1]
    low, *middles, high = smallest(before, after, [rank, *middle, n * m + 1 - rank])
    change = sum(middles) / 2
    return Step(float(np.median(before)), float(np.median(after)), change, min(low, change), max(high, change))
