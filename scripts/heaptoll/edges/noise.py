"""What a sweep's launches say of each size, and how sure they are: medians, resampled medians, noise.

All costs here are on a scale z = asinh(t / s), t in ns: proportional to t where |t| is much less than s, to its
logarithm where t is much more (the generalised logarithm of Durbin et al., Bioinformatics 18, 2002, S105). It takes
tolls at or below zero, and with s = `Rules.scale_ns` the dead zone is about as wide everywhere on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from heaptoll.edges.rules import Rules

Floats = NDArray[np.float64]

# Sizes, the one in the middle included.
_NEIGHBOURHOOD = 9
_ODD_AGAINST = 5
# Standard deviations from its neighbours' median at which a size begins to lose its weight.
_ODD_BEYOND = 3.0


def to_scale(ns: Floats, scale_ns: float) -> Floats:
    """ns on the scale z."""
    return np.asarray(np.arcsinh(ns / scale_ns), dtype=np.float64)


def from_scale(z: Floats, scale_ns: float) -> Floats:
    """z in ns."""
    return np.asarray(np.sinh(z) * scale_ns, dtype=np.float64)


@dataclass(frozen=True)
class Points:
    """One entry per size. `x`: the logarithm of the size. `z`: the median cost. `variance`: how far, squared, a
    line may miss it; never 0. `resampled`: `z` from resampled launches, shape (resamples, sizes). `unseen`: the part
    of the variance of `z` that these lack, because the size's own launches agree more than those around it."""

    x: Floats
    z: Floats
    variance: Floats
    resampled: Floats
    unseen: Floats


def points(sizes: Sequence[int], tolls: Sequence[Floats], rules: Rules) -> Points:
    """The points of a sweep. `tolls` has one array per size, in ns, one entry per launch, at least one."""
    random = np.random.default_rng(rules.seed)
    z = to_scale(np.array([np.median(each) for each in tolls]), rules.scale_ns)
    resampled = to_scale(
        np.stack([_resampled_medians(each, rules.resamples, random) for each in tolls], axis=1), rules.scale_ns
    )
    # Twenty launches that happen to agree are no proof of a quiet size: bimodal ones do so now and then.
    own = resampled.var(axis=0)
    launches = np.maximum(own, uniform_filter1d(own, size=_NEIGHBOURHOOD, mode="nearest"))
    variance = launches + rules.tolerance**2
    x = np.log(np.array(sizes, dtype=np.float64))
    return Points(x, z, variance + _oddness(z, variance), resampled, launches - own)


def _resampled_medians(launches: Floats, resamples: int, random: np.random.Generator) -> Floats:
    """The nonparametric bootstrap (Efron, Ann. Stat. 7, 1979, 1): medians of launches drawn with replacement."""
    drawn = random.integers(0, len(launches), (resamples, len(launches)))
    return np.asarray(np.median(launches[drawn], axis=1), dtype=np.float64)


def _oddness(z: Floats, variance: Floats) -> Floats:
    """Variance added to a size that stands alone, so that it pulls no line to itself.

    How far it lies from the median of the five around it, beyond what noise explains: Hampel's identifier (Davies
    and Gather, JASA 88, 1993, 782). At a jump, three of the five are on its own side.
    """
    off = np.abs(z - median_filter(z, size=_ODD_AGAINST, mode="nearest"))
    return np.asarray(np.where(off > _ODD_BEYOND * np.sqrt(variance), off**2, 0.0), dtype=np.float64)
