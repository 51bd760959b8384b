"""Many comparisons at once: p-values adjusted so that the chance of even one false alarm among all stays bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p: Sequence[float] | NDArray[np.float64]) -> list[float]:
    """The adjusted p-values, in the order given; an empty list for none.

    With p(1) <= ... <= p(m), the adjusted p(i) is the largest of (m - j + 1) p(j) over j <= i, and at most 1: to
    reject what is adjusted to at most alpha keeps the chance of any false rejection at alpha or below, whatever the
    dependence.
    Raises ValueError for what is no probability.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
    (1979), 65-70.
    """
    values = np.asarray(p, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError("a p-value lies between 0 and 1")
    order = np.argsort(values, kind="stable")
    steps = np.arange(len(values), 0, -1) * values[order]
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(each) for each in adjusted]
