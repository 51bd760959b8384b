"""Order statistics of all differences between two samples, without keeping them all where they are too many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_STEPS = 80


def smallest(base: NDArray[np.float64], head: NDArray[np.float64], ranks: Sequence[int]) -> list[float]:
    """The differences head[j] - base[i] that stand at `ranks` (from 1 to n m) when all n m are sorted.

    By bisection on the value, counting the differences below it: O((n + m) log) a step, where sorting all of them
    would take n m of memory. Right to the last digits of a float64.
    """
    low_end, high_end = np.sort(base), np.sort(head)
    return [_at(low_end, high_end, rank) for rank in ranks]


def beyond(base: NDArray[np.float64], head: NDArray[np.float64], zone: float) -> tuple[int, int]:
    """How many of the n m differences head[j] - base[i] exceed `zone`, and how many lie below -`zone`."""
    ordered = np.sort(base)
    above = int(np.searchsorted(ordered, head - zone, side="left").sum())
    below = len(base) * len(head) - int(np.searchsorted(ordered, head + zone, side="right").sum())
    return above, below


def _at(base: NDArray[np.float64], head: NDArray[np.float64], rank: int) -> float:
    low, high = float(head[0] - base[-1]), float(head[-1] - base[0])
    for _ in range(_STEPS):
        middle = low + (high - low) / 2
        if not low < middle < high:
            break
        # head[j] - base[i] <= middle, that is base[i] >= head[j] - middle.
        at_most = len(base) * len(head) - int(np.searchsorted(base, head - middle, side="left").sum())
        if at_most >= rank:
            high = middle
        else:
            low = middle
    return high
