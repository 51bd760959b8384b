"""Moves labels apart, each as little as possible."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least `gap` apart, within [low, high], near to the wanted ones and in the same order.

    The sum of squared moves is the least that keeps the order and the gaps: with y(i) = wanted(i) - i * gap
    the positions must not decrease, which is isotonic regression, solved by pooling adjacent violators
    (Barlow et al., Statistical Inference under Order Restrictions, Wiley 1972). When the room does not
    suffice, the labels start at `low` and run over `high`.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    pools: list[tuple[float, int]] = []  # mean, count
    for rank, i in enumerate(order):
        mean, count = wanted[i] - rank * gap, 1
        while pools and pools[-1][0] > mean:
            before, many = pools.pop()
            mean, count = (before * many + mean * count) / (many + count), many + count
        pools.append((mean, count))
    shifted = [mean for mean, count in pools for _ in range(count)]
    last = max(low, high - (len(wanted) - 1) * gap)
    placed = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        placed[i] = min(max(shifted[rank], low), last) + rank * gap
    return placed
