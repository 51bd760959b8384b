"""The null distribution of the Mann-Whitney statistic: of U, the number of pairs (i, j) in which head j exceeds base i,
when n bases and m heads come from one continuous distribution. U lies between 0 and n m, symmetric about the middle."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import mannwhitneyu, norm

# scipy takes half a second for 40 against 40; beyond, the normal approximation is off by less than 1e-4.
_EXACT_PAIRS = 1600


def at_most(u: NDArray[np.int64], n: int, m: int) -> NDArray[np.float64]:
    """P(U <= u) for each u, an integer from 0 to n m; by symmetry also P(U >= n m - u)."""
    if n * m <= _EXACT_PAIRS:
        return _exact(n, m)[u]
    return np.asarray(norm.cdf((u + 0.5 - n * m / 2) / _deviation(n, m)), dtype=np.float64)


@lru_cache(maxsize=None)
def interval_rank(n: int, m: int, confidence: float) -> tuple[int, float, bool]:
    """The rank k >= 1 for which [D(k), D(n m - k + 1)] of the n m sorted differences covers the shift with at least
    `confidence`, the coverage that it has, and whether that is as much as was asked for.

    The shift lies below D(k) exactly when fewer than k differences do, which has the probability P(U <= k - 1).
    """
    alpha = (1 - confidence) / 2
    if n * m <= _EXACT_PAIRS:
        reaching = int(np.searchsorted(_exact(n, m), alpha, side="right"))
    else:
        reaching = int(np.floor(n * m / 2 - 0.5 + norm.ppf(alpha) * _deviation(n, m))) + 1
    k = max(reaching, 1)
    outside = float(at_most(np.array([k - 1]), n, m)[0])
    return k, max(1 - 2 * outside, 0.0), reaching >= 1


def least_p(n: int, m: int) -> float:
    """The smallest one-sided p-value that n against m can give: that of a complete separation."""
    return float(at_most(np.array([0]), n, m)[0])


def _deviation(n: int, m: int) -> float:
    return float(np.sqrt(n * m * (n + m + 1) / 12))


@lru_cache(maxsize=None)
def _exact(n: int, m: int) -> NDArray[np.float64]:
    """P(U <= u) for u = 0 ... n m, as scipy finds it for samples made to have each of these U."""
    u = np.arange(n * m + 1)[:, np.newaxis]
    # The i-th value of the first sample exceeds clip(u - i m, 0, m) of the second, u in all; no two values are equal.
    exceeded = np.clip(u - m * np.arange(n), 0, m)
    first = exceeded - 0.5 + np.arange(n) / (4 * n)
    second = np.broadcast_to(np.arange(m, dtype=np.float64), (n * m + 1, m))
    p = mannwhitneyu(first, second, alternative="less", method="exact", axis=1).pvalue
    return np.asarray(p, dtype=np.float64)
