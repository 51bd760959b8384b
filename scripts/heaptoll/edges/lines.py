"""A sweep cut into straight lines, and what the lines say at a size, with every resample's opinion of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heaptoll.edges.noise import Points, from_scale
from heaptoll.edges.rules import Rules
from heaptoll.edges.segments import partition

Floats = NDArray[np.float64]

# Sizes that the tolerance counts for against a segment's own residuals.
_TRUST_IN_TOLERANCE = 4


class Lines:
    """`cuts`: the indices at which a line other than the first begins."""

    def __init__(self, points: Points, rules: Rules) -> None:
        self._points, self._rules = points, rules
        self.cuts = self._partition(points.z[None, :])[0].tolist()
        # The uncertainty is that of the launches and that of the sizes: lines are not exactly what costs follow.
        random = np.random.default_rng([rules.seed, 1])
        resampled = points.resampled + random.normal(0.0, np.sqrt(self._misfit()), points.resampled.shape)
        self._z = np.concatenate([points.z[None, :], resampled])

    def bounds(self, cut: int) -> tuple[int, int]:
        """Where the line before a cut begins and the line after it ends, no further away than the rules' reach."""
        ends = [0, *self.cuts, len(self._points.x)]
        at = ends.index(cut)
        return max(ends[at - 1], cut - self._rules.reach), min(ends[at + 1], cut + self._rules.reach)

    def weight(self, start: int, end: int) -> float:
        """On how many sizes a line rests: n of equal variance are n, odd ones hardly count (Kish's effective n)."""
        weight = 1 / self._points.variance[start:end]
        return float(weight.sum() ** 2 / (weight @ weight))

    def at(self, start: int, end: int, x: float) -> Floats:
        """The line through the points from `start` to before `end`, at `x`, the logarithm of a size: ns, first as the
        data have it, then as each resample has it."""
        return from_scale(self._z[:, start:end] @ _weights_at(self._points, start, end, x), self._rules.scale_ns)

    def resampled_cuts(self) -> list[NDArray[np.int64]]:
        """The cuts of each resample."""
        return self._partition(self._z[1:])

    def _partition(self, z: Floats) -> list[NDArray[np.int64]]:
        return partition(self._points.x, z, self._points.variance, self._rules.shortest)

    def _misfit(self) -> Floats:
        """The variance of each size that its resampled launches lack.

        How far sizes lie off their line is learnt from its residuals, with the tolerance as prior knowledge that
        weighs as much as `_TRUST_IN_TOLERANCE` sizes: the moderated variance of Smyth, Stat. Appl. Genet. Mol.
        Biol. 3, 2004, article 3. A line of many sizes is thus held to what it shows, one of few to the tolerance.
        """
        p, tolerance = self._points, self._rules.tolerance**2
        variance = p.unseen.copy()
        ends = [0, *self.cuts, len(p.x)]
        for start, end in zip(ends, ends[1:]):
            part = slice(start, end)
            line = np.array([_weights_at(p, start, end, x) @ p.z[part] for x in p.x[part]])
            squares = float(np.sum((p.z[part] - line) ** 2 / p.variance[part]))
            excess = (_TRUST_IN_TOLERANCE + squares) / (_TRUST_IN_TOLERANCE + max(end - start - 2, 0))
            variance[part] += min(excess, 1.0) * tolerance + max(excess - 1, 0.0) * p.variance[part]
        return variance


def _weights_at(points: Points, start: int, end: int, x: float) -> Floats:
    """With what weights the costs from `start` to before `end` add up to their least-squares line's value at `x`."""
    weight = 1 / points.variance[start:end]
    weight = weight / weight.sum()
    centre = float(weight @ points.x[start:end])
    off = points.x[start:end] - centre
    spread = float(weight @ off**2)
    if spread == 0:
        return weight
    return np.asarray(weight * (1 + (x - centre) * off / spread), dtype=np.float64)
