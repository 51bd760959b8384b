"""Cuts a sequence of points into segments that are straight lines, exactly and for many resamples at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Segments = NDArray[np.int64]

_PARAMETERS = 3  # of a segment: where it begins, its height, its slope
# A jump may take a size or two that are neither before nor after it. Leaving one out costs what a residual of 2.6
# standard deviations would, so that two are cheaper than another segment.
_MOST_LEFT_OUT = 2
_LEFT_OUT = 7.0


def penalty(points: int) -> float:
    """What another segment must save in squared, standardised residuals: `_PARAMETERS` log n, Schwarz's criterion
    (Yao, Stat. Probab. Lett. 6, 1988, 181)."""
    return _PARAMETERS * float(np.log(points))


def partition(x: Floats, z: Floats, variance: Floats, shortest: int) -> list[Segments]:
    """For every row of `z`, its segments: shape (segments, 2), the index of the first point and the one after the last.

    `x`, `variance`: shape (points,). `z`: shape (rows, points). Of all ways to cut the points into segments of at
    least `shortest` points each, with up to `_MOST_LEFT_OUT` left out between two of them, the one with the least sum
    of squared residuals, each over its variance, about the segments' weighted least-squares lines, plus `penalty` per
    segment: optimal partitioning by dynamic programming (Jackson et al., IEEE Signal Process. Lett. 12, 2005, 105;
    Killick et al., JASA 107, 2012, 1590). A sequence shorter than two segments is one.
    """
    rows, n = z.shape
    costs = _LineCosts(x, z, 1 / variance)
    each = penalty(n)
    # The least for the points before an index: when a segment ends there, and when the next one begins there.
    ended, begun = (np.full((rows, n + 1), np.inf) for _ in range(2))
    begun[:, 0] = 0.0
    start_of, left_out = (np.zeros((rows, n + 1), dtype=np.int64) for _ in range(2))
    for end in range(min(shortest, n), n + 1):
        starts = np.arange(0, max(end - shortest, 0) + 1)
        total = begun[:, starts] + costs.of(starts, end)
        start_of[:, end] = np.argmin(total, axis=1)
        ended[:, end] = total.min(axis=1) + each
        before = np.arange(end, max(end - _MOST_LEFT_OUT, 0) - 1, -1)
        total = ended[:, before] + _LEFT_OUT * (end - before)
        left_out[:, end] = np.argmin(total, axis=1)
        begun[:, end] = total.min(axis=1)
    return [_trace(start_of[row], left_out[row]) for row in range(rows)]


def _trace(start_of: NDArray[np.int64], left_out: NDArray[np.int64]) -> Segments:
    segments = []
    end = len(start_of) - 1
    while end > 0:
        start = int(start_of[end])
        segments.append((start, end))
        end = start - int(left_out[start])
    return np.array(segments[::-1], dtype=np.int64).reshape(-1, 2)


class _LineCosts:
    """Weighted squared residuals about the line through any consecutive points, from sums over their beginnings."""

    def __init__(self, x: Floats, z: Floats, weight: Floats) -> None:
        # Centred, so that the sums lose nothing when they are subtracted.
        x = x - np.average(x, weights=weight)
        z = z - np.average(z, axis=1, weights=weight)[:, None]
        self._w, self._wx, self._wxx = (_sums(weight * x**power) for power in range(3))
        self._wz, self._wxz, self._wzz = _sums(weight * z), _sums(weight * x * z), _sums(weight * z * z)

    def of(self, starts: NDArray[np.int64], end: int) -> Floats:
        """Of the points from each start to before the end: shape (rows, starts)."""
        w, wx, wxx, wz, wxz, wzz = (
            sums[..., end, None] - sums[..., starts]
            for sums in (self._w, self._wx, self._wxx, self._wz, self._wxz, self._wzz)
        )
        mean_x, mean_z = wx / w, wz / w
        spread = np.maximum(wxx - wx * mean_x, 1e-12)
        slope = (wxz - wx * mean_z) / spread
        return np.asarray(np.maximum(wzz - wz * mean_z - slope**2 * spread, 0.0), dtype=np.float64)


def _sums(values: Floats) -> Floats:
    """Sums of the first 0, 1, … n values of the last axis."""
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
