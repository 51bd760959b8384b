"""Finds the edges of size sweeps: cuts each into lines, then holds every cut to `Rules`. Pure functions on numbers.

A step from one line to the next is only a candidate. It is an edge when the two lines stay apart by more than the dead
zone all the way from the last size before it to the first after it; lines that meet on that way are a kink. That must
be certain for all steps between neighbouring sizes of all sweeps at once (Bonferroni), because an edge was looked for
at each of them: a cut is where the data look most like one. Holm's procedure over the cuts alone would forget that, and
gives no interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from heaptoll.edges.lines import Lines, Span
from heaptoll.edges.noise import points
from heaptoll.edges.rules import Rules

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sweep:
    """What one lane took at each size: `sizes` in bytes, ascending; `tolls` an array per size, in ns per operation,
    one entry per launch, at least one. Launches of different sizes are independent, whatever their numbers."""

    sizes: Sequence[int]
    tolls: Sequence[Floats]


@dataclass(frozen=True)
class Edge:
    """Where a cost jumps. Sizes in bytes, costs and jump in ns per operation.

    The jump lies between the sizes `last_before` and `first_after`; with 95 % confidence, between `low` and `high`.
    `before_ns` and `after_ns` are the costs on either side of it, as the lines there say; `jump_low_ns` and
    `jump_high_ns` are an interval for their difference, one of a family that holds together.
    `launches`: of the size with the fewest among those from which the jump is read.
    """

    last_before: int
    first_after: int
    low: int
    high: int
    before_ns: float
    after_ns: float
    jump_low_ns: float
    jump_high_ns: float
    launches: int

    @property
    def jump_ns(self) -> float:
        return self.after_ns - self.before_ns

    @property
    def ratio(self) -> float | None:
        """The cost after over the cost before, or None where either is not above 0."""
        return self.after_ns / self.before_ns if min(self.before_ns, self.after_ns) > 0 else None


def find_edges(sweeps: Sequence[Sweep], rules: Rules = Rules()) -> list[list[Edge]]:
    """The edges of each sweep, by size. The intervals of all of them hold together."""
    steps = sum(max(len(sweep.sizes) - 1, 0) for sweep in sweeps)
    return [_edges(sweep, rules, steps) for sweep in sweeps]


def _edges(sweep: Sweep, rules: Rules, steps: int) -> list[Edge]:
    if len(sweep.sizes) < 2 * rules.shortest:
        return []
    lines = Lines(points(sweep.sizes, sweep.tolls, rules), rules)
    critical = float(norm.isf((1 - rules.confidence) / (2 * steps)))
    jumps = {
        _Step(left.end - 1, right.start): jump
        for left, right in zip(lines.spans, lines.spans[1:])
        if (jump := _verified(sweep, lines, left, right, rules, critical)) is not None
    }
    places = _locate(lines, list(jumps), rules) if jumps else []
    return [
        Edge(
            sweep.sizes[step.last], sweep.sizes[step.first], sweep.sizes[place.last], sweep.sizes[place.first],
            jump.before_ns, jump.after_ns, jump.low_ns, jump.high_ns, jump.launches,
        )
        for (step, jump), place in zip(jumps.items(), places)
    ]  # fmt: skip


class _Step(NamedTuple):
    """The indices of the last size before a jump and of the first one after it."""

    last: int
    first: int


@dataclass(frozen=True)
class _Jump:
    """What an `Edge` says of the jump itself."""

    before_ns: float
    after_ns: float
    low_ns: float
    high_ns: float
    launches: int


def _verified(sweep: Sweep, lines: Lines, left: Span, right: Span, rules: Rules, critical: float) -> _Jump | None:
    """The jump between two lines, or None when it is no edge. `critical`: standard errors on either side of an
    interval."""
    last, first = sweep.sizes[left.end - 1], sweep.sizes[right.start]
    left = Span(max(left.start, left.end - rules.reach), left.end)
    right = Span(right.start, min(right.end, right.start + rules.reach))
    if first > rules.widest_step * last or min(lines.weight(left), lines.weight(right)) < rules.shortest - 1:
        return None
    ends = [float(np.log(size)) for size in (last, first)]
    if ends[1] - ends[0] > min(lines.length(left), lines.length(right)):
        return None  # further than a line is long, it says nothing
    middle = sum(ends) / 2
    before, after = lines.at(left, middle), lines.at(right, middle)
    direction = float(np.sign(after[0] - before[0]))
    for x in (*ends, middle):
        beyond = _beyond_dead_zone(lines.at(left, x), lines.at(right, x), direction, rules)
        if not beyond[0] > critical * beyond[1:].std():
            return None
    if not (lines.lasts(right, left, direction) and lines.lasts(left, right, -direction)):
        return None
    jump = after - before
    margin = critical * float(jump[1:].std())
    launches = min(len(each) for each in sweep.tolls[left.start : right.end])
    return _Jump(float(before[0]), float(after[0]), float(jump[0]) - margin, float(jump[0]) + margin, launches)


def _beyond_dead_zone(before: Floats, after: Floats, direction: float, rules: Rules) -> Floats:
    """By how much a jump, up for a `direction` of 1, exceeds the dead zone, in ns; negative when it does not."""
    zone = np.maximum(rules.dead_zone_ns, rules.dead_zone_ratio * np.abs(before))
    return np.asarray(direction * (after - before) - zone, dtype=np.float64)


def _locate(lines: Lines, edges: Sequence[_Step], rules: Rules) -> list[_Step]:
    """For each edge the interval of its location: of the steps of the resamples that are nearest to it, and nearer to
    it than to another edge, what lies between the outer 2.5 %; the edge's own step at least."""
    resampled = [np.stack([each[:-1, 1] - 1, each[1:, 0]]) for each in lines.resampled_segments()]
    limits = [-np.inf, *(sum(a + b) / 2 for a, b in zip(edges, edges[1:])), np.inf]
    tail = (1 - rules.confidence) / 2
    places = []
    for edge, low, high in zip(edges, limits, limits[1:]):
        found = [edge]
        for steps in resampled:
            twice_middle = steps.sum(axis=0)
            near = steps[:, (twice_middle > low) & (twice_middle < high)]
            if near.size:
                found.append(_Step(*near[:, np.argmin(np.abs(near.sum(axis=0) - sum(edge)))].tolist()))
        last = np.quantile([step.last for step in found], tail, method="inverted_cdf")
        first = np.quantile([step.first for step in found], 1 - tail, method="inverted_cdf")
        places.append(_Step(min(int(last), edge.last), max(int(first), edge.first)))
    return places
