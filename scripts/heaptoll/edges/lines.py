"""A sweep cut into straight lines, and what the lines say at a size, with every resample's opinion of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heaptoll.edges.noise import Points, from_scale
from heaptoll.edges.rules import Rules
from heaptoll.edges.segments import Segments, partition

Floats = NDArray[np.float64]

# Sizes that the tolerance counts for against a segment's own residuals.
_TRUST_IN_TOLERANCE = 4


class Span(NamedTuple):
    """The indices of a line's first point and of the one after its last."""

    start: int
    end: int

    @property
    def part(self) -> slice:
        return slice(self.start, self.end)


class Lines:
    """`spans`: where each line begins and ends."""

    def __init__(self, points: Points, rules: Rules) -> None:
        self._points, self._rules = points, rules
        self.spans = [Span(*each) for each in self._partition(points.z[None, :])[0].tolist()]
        # The uncertainty is that of the launches and that of the sizes: lines are not exactly what costs follow.
        random = np.random.default_rng([rules.seed, 1])
        resampled = points.resampled + random.normal(0.0, np.sqrt(self._misfit()), points.resampled.shape)
        self._z = np.concatenate([points.z[None, :], resampled])

    def weight(self, span: Span) -> float:
        """On how many sizes a line rests: n of equal variance are n, odd ones hardly count (Kish's effective n)."""
        weight = 1 / self._points.variance[span.part]
        return float(weight.sum() ** 2 / (weight @ weight))

    def length(self, span: Span) -> float:
        """The logarithm of how many times as large the last size of a line is as the first."""
        return float(self._points.x[span.end - 1] - self._points.x[span.start])

    def at(self, span: Span, x: float) -> Floats:
        """The line through the points of a span, at `x`, the logarithm of a size: ns, first as the data have it, then
        as each resample has it."""
        return from_scale(self._z[:, span.part] @ _weights_at(self._points, span, x), self._rules.scale_ns)

    def lasts(self, span: Span, other: Span, direction: float) -> bool:
        """Whether the sizes of `span` next to the line `other` stay off that line in one direction, 1 or -1, by more
        than the dead zone, for as long as the shortest segment; one odd size in between may not."""
        rules, p = self._rules, self._points
        near = range(span.start, min(span.start + rules.shortest + 1, span.end))
        if other.start > span.start:
            near = range(max(span.end - rules.shortest - 1, span.start), span.end)
        off = [p.z[i] - _weights_at(p, other, p.x[i]) @ p.z[other.part] for i in near]
        return sum(bool(direction * each > rules.dead_zone_ratio) for each in off) >= rules.shortest

    def resampled_segments(self) -> list[Segments]:
        """The segments of each resample."""
        return self._partition(self._z[1:])

    def _partition(self, z: Floats) -> list[Segments]:
        return partition(self._points.x, z, self._points.variance, self._rules.shortest)

    def _misfit(self) -> Floats:
        """The variance of each size that its resampled launches lack.

        How far sizes lie off their line is learnt from its residuals, with the tolerance as prior knowledge that
        weighs as much as `_TRUST_IN_TOLERANCE` sizes: the moderated variance of Smyth, Stat. Appl. Genet. Mol.
        Biol. 3, 2004, article 3. A line of many sizes is thus held to what it shows, one of few to the tolerance.
        """
        p, tolerance = self._points, self._rules.tolerance**2
        variance = p.unseen + tolerance
        for span in self.spans:
            z, expected = p.z[span.part], p.variance[span.part]
            line = np.array([_weights_at(p, span, x) @ z for x in p.x[span.part]])
            squares = float(np.sum((z - line) ** 2 / expected))
            freedom = max(span.end - span.start - 2, 0)
            excess = (_TRUST_IN_TOLERANCE + squares) / (_TRUST_IN_TOLERANCE + freedom)
            variance[span.part] += (min(excess, 1.0) - 1) * tolerance + max(excess - 1, 0.0) * expected
        return variance


def _weights_at(points: Points, span: Span, x: float) -> Floats:
    """With what weights the costs of a span add up to their least-squares line's value at `x`."""
    weight = 1 / points.variance[span.part]
    weight = weight / weight.sum()
    centre = float(weight @ points.x[span.part])
    off = points.x[span.part] - centre
    return np.asarray(weight * (1 + (x - centre) * off / float(weight @ off**2)), dtype=np.float64)
