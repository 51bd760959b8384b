"""What a series does while its level stays: how far its values scatter, and how much of a deviation the next value keeps.

Nightly runs on one machine are not independent: a neighbour that is busy for a week makes a week of slow runs. Such noise
wanders, and a search that takes its values for independent finds a change in every stretch of it. So the noise is modelled
as ARMA(1,1), e[t] = ar e[t-1] + a[t] - ma a[t-1] with 0 <= ma <= ar < 1: independent values (0, 0), an AR(1) process (ma =
0), and an AR(1) process beneath independent noise (both above 0). a, the innovations, are independent, and what is judged.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.signal import lfilter

Floats = NDArray[np.float64]

_SHARE = 0.85  # of the deviations: so many are spikes never, and the wider of two modes has more
_NORMAL = 1.4395  # the quantile _SHARE of |N(0, 1)|
_SPIKE = 3.5  # standard deviations from its neighbourhood: no further, a spike tells nothing more
_NEIGHBOURHOOD = 7  # points; shorter than twice the shortest segment, so that no change is taken for a spike
_CLIP = 3.5  # standard deviations: an innovation counts no more than that
_LEVEL_CLIP = 2.5
_TINY = 1e-300  # the logarithm of a variance of 0
_GRID = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 0.985)
_TIMES_KEPT = 4.0  # so many times as long as a deviation is kept must a series be
_COST = 2.0  # of each parameter, as in Akaike's criterion


class Noise(NamedTuple):
    """`ar`, `ma`: see above."""

    ar: float
    ma: float

    @property
    def parameters(self) -> int:
        return (self.ar > 0) + (self.ma > 0)

    @property
    def variance_inflation(self) -> float:
        """How many times as much a mean of many values varies as one of so many independent values that scatter alike:
        2 pi times the spectral density at 0, by the variance (P. J. Brockwell and R. A. Davis, Time Series: Theory and
        Methods, 2nd ed., Springer 1991, sections 3.3 and 7.1)."""
        of_a_mean = ((1 - self.ma) / (1 - self.ar)) ** 2
        of_a_value = 1 + (self.ar - self.ma) ** 2 / (1 - self.ar**2)
        return of_a_mean / of_a_value


    def corrected(self, points: int, segments: int) -> Noise:
        """With what an estimate is too small by, made from so many points of which each segment's level was taken off: F. H.
        C. Marriott and J. A. Pope, "Bias in the estimation of autocorrelations", Biometrika 41 (1954), 390-402."""
        missing = (1 + 3 * self.ar) * segments / points
        return Noise(max(self.ar, min(self.ar + missing, 1 - _TIMES_KEPT / points)), self.ma)


INDEPENDENT = Noise(0.0, 0.0)
_MODELS = (INDEPENDENT, *(Noise(ar, ma) for ar in _GRID for ma in (0.0, *_GRID) if ma < ar))


class Fit(NamedTuple):
    """`cost`: n times the logarithm of the innovations' variance, and _COST for each parameter: the smaller the better."""

    cost: float
    noise: Noise


@lru_cache(maxsize=256)
def models(points: int) -> tuple[Noise, ...]:
    """The noises that so many points can tell apart from a change: a deviation that is kept for as long as the series lasts
    looks like a step, and a step like it."""
    return tuple(each for each in _MODELS if each.ar <= 1 - _TIMES_KEPT / max(points, 1)) or (INDEPENDENT,)


@lru_cache(maxsize=256)
def _by_ma(points: int) -> tuple[tuple[float, Floats], ...]:
    """The models, as each `ma` with all `ar` that go with it."""
    known = models(points)
    return tuple(
        (ma, np.array([each.ar for each in known if each.ma == ma])) for ma in sorted({each.ma for each in known})
    )


def spread(deviations: Floats) -> float:
    """The standard deviation of normal `deviations` from 0, shape (n,), of which up to 15 % may be anything."""
    return float(np.quantile(np.abs(deviations), _SHARE)) / _NORMAL


def step_spread(values: Floats) -> float:
    """The standard deviation of independent noise in `values`, shape (n,), whatever few changes of level they have."""
    steps = np.diff(values)
    return (spread(steps) or float(np.std(steps))) / 2**0.5


def without_spikes(values: Floats) -> Floats:
    """`values`, shape (n,), with what is too far from the median of its neighbourhood brought nearer (F. R. Hampel's
    filter)."""
    near: Floats = median_filter(values, size=_NEIGHBOURHOOD, mode="nearest")
    away = values - near
    most = _SPIKE * 1.1 * spread(away)  # a median of 7 follows its own point a little, which makes `away` smaller
    nearer: Floats = near + np.clip(away, -most, most)
    return nearer if most > 0 else values


def level(values: Floats, deviation: float) -> float:
    """The mean of `values`, shape (n,), of which none counts as further from their median than 2.5 `deviation`."""
    middle = float(np.median(values))
    return middle + float(np.mean(np.clip(values - middle, -_LEVEL_CLIP * deviation, _LEVEL_CLIP * deviation)))


def innovations(deviations: Floats, noise: Noise) -> Floats:
    """What is new in each of `deviations` along the last axis, shape (…, n): a[t] above, with nothing before the first."""
    if noise == INDEPENDENT:
        return deviations
    innovation: Floats = lfilter([1.0, -noise.ar], [1.0, -noise.ma], deviations)
    return innovation


def squares(innovation: Floats, deviation: float) -> Floats:
    """The mean square of innovations along the last axis of an array of shape (…, n), none counting for more than 3.5
    `deviation`."""
    bounded: Floats = np.minimum(np.abs(innovation), _CLIP * deviation)
    means: Floats = np.einsum("...i,...i->...", bounded, bounded) / innovation.shape[-1]
    return means


def fit(deviations: Floats, deviation: float) -> Fit:
    """The noise that explains `deviations` from the level, shape (n,), best. `deviation`: that of an innovation; the same
    for all fits that are compared."""
    n = len(deviations)
    found: list[Fit] = []
    for ma, ars in _by_ma(n):
        # a[t] = g[t] - ar g[t-1], where g[t] = e[t] + ma g[t-1]: one filter for all models with that ma.
        kept = deviations if ma == 0 else np.asarray(lfilter([1.0], [1.0, -ma], deviations))
        innovation = np.repeat(kept[np.newaxis], len(ars), axis=0)
        innovation[:, 1:] -= np.multiply.outer(ars, kept[:-1])
        costs = n * np.log(np.maximum(squares(innovation, deviation), _TINY))
        noises = [Noise(float(ar), ma) for ar in ars]
        found += [Fit(float(cost) + _COST * each.parameters, each) for cost, each in zip(costs, noises)]
    return min(found)
