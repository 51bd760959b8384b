"""Proposes places at which the level of a series may have changed.

Within each of some hundred intervals of the series, every split is judged by the rank sum of what precedes it. Ranks, so
that a spike counts no more than any other high value; intervals of all lengths, so that a change that is undone after some
days is seen as well as one that stays: seeded binary segmentation, S. Kovács, P. Bühlmann, H. Li and A. Munk, Biometrika
110 (2023), 249-256, with Wilcoxon's statistic in the place of the means'.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MIN_POINTS = 5  # on either side of a change; fewer are what spikes look like
_DECAY = 2**-0.5  # from one length of the intervals to the next

Floats = NDArray[np.float64]


class Proposal(NamedTuple):
    """`score`: the standardised rank sum, without its sign. `at`: the first point after the change."""

    score: float
    at: int


@lru_cache(maxsize=64)
def seeded_intervals(points: int) -> tuple[tuple[int, NDArray[np.int64]], ...]:
    """The intervals of a series of so many points: their lengths, falling, and the starts of those of each length."""
    layers: list[tuple[int, NDArray[np.int64]]] = []
    share = 1.0
    while points * share >= 2 * MIN_POINTS:
        length = min(int(np.ceil(points * share)), points)
        many = 2 * int(np.ceil(1 / share - 1e-9)) - 1
        layers.append((length, np.unique(np.round(np.linspace(0, points - length, many)).astype(np.int64))))
        share *= _DECAY
    return tuple(layers)


def mid_ranks(windows: Floats) -> Floats:
    """Ranks from 1 within each row of `windows`, shape (rows, points); equal values share their mean rank."""
    order = np.argsort(windows, axis=1, kind="stable")
    ascending = np.take_along_axis(windows, order, 1)
    place = np.arange(windows.shape[1])
    first = np.ones(windows.shape, dtype=bool)
    first[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    last = np.ones(windows.shape, dtype=bool)
    last[:, :-1] = first[:, 1:]
    begins = np.maximum.accumulate(np.where(first, place, 0), axis=1)
    ends = np.minimum.accumulate(np.where(last, place, len(place))[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty(windows.shape)
    np.put_along_axis(ranks, order, (begins + ends) / 2 + 1, 1)
    return ranks


def proposals(values: Floats, least: float, most: int) -> list[Proposal]:
    """At most `most` places in `values`, shape (n,), whose score is at least `least`, best first, `MIN_POINTS` or more
    from each other and from the ends. An interval that holds one of them proposes none anew: it would only mean that one.

    Ties are not allowed for in the scores, which makes them smaller: where all values but one are equal, that is no change.
    """
    found: list[tuple[float, int, int, int]] = []
    for length, starts in seeded_intervals(len(values)):
        windows = np.lib.stride_tricks.sliding_window_view(values, length)[starts]
        before = np.arange(1, length)
        expected = before * (length + 1) / 2
        spread = np.sqrt(before * (length - before) * (length + 1) / 12)
        scores = np.abs((np.cumsum(mid_ranks(windows), axis=1)[:, :-1] - expected) / spread)
        scores = scores[:, MIN_POINTS - 1 : length - MIN_POINTS]
        splits = np.argmax(scores, axis=1)
        best = scores[np.arange(len(starts)), splits]
        found += [
            (float(best[i]), int(starts[i]), int(starts[i]) + length, int(starts[i] + splits[i]) + MIN_POINTS)
            for i in np.flatnonzero(best >= least)
        ]
    chosen: list[Proposal] = []
    for score, start, end, at in sorted(found, reverse=True):
        if len(chosen) == most:
            break
        if not any(start < other.at < end or abs(other.at - at) < MIN_POINTS for other in chosen):
            chosen.append(Proposal(score, at))
    return chosen


def between(changes: Sequence[int], points: int) -> list[tuple[int, int]]:
    """The segments that `changes`, ascending, cut a series of so many points into: their first point, and the one behind
    their last."""
    edges = [0, *changes, points]
    return list(zip(edges[:-1], edges[1:]))
