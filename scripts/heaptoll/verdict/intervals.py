"""How much one base and one head differ, with an interval, and how sure it is that they do beyond a zone.

Everything is in ns per operation; nothing assumes a distribution. `batch` has the same for many at once, with sources.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heaptoll.statistics import CONFIDENCE, Estimate, Interval, Values
from heaptoll.verdict import batch
from heaptoll.verdict.batch import Changes


def paired_change(base: Values, head: Values, confidence: float = CONFIDENCE) -> Estimate:
    """The median of head[i] - base[i] with its order-statistic interval; `launches` is the number of pairs.

    For n >= 1 values a side, as many in both. Raises ValueError otherwise.
    """
    return _estimate(_paired(base, head, 0.0, confidence), len(base))


def unpaired_change(base: Values, head: Values, confidence: float = CONFIDENCE) -> Estimate:
    """The median of all head[j] - base[i] (Hodges and Lehmann) with the interval of Moses; `launches` is the smaller of
    the two numbers. For at least one value a side; raises ValueError otherwise."""
    return _estimate(_unpaired(base, head, 0.0, confidence), min(len(base), len(head)))


def paired_p_beyond(differences: Values, zone: float) -> tuple[float, float]:
    """The p-values of "the median change is at most +zone", small when head is slower, and of "at least -zone", small
    when it is faster: the sign test at the zone's edges, of n >= 1 differences head - base."""
    changes = _paired(np.zeros(len(differences)), differences, zone, CONFIDENCE)
    return float(changes.p_slower[0]), float(changes.p_faster[0])


def unpaired_p_beyond(base: Values, head: Values, zone: float) -> tuple[float, float]:
    """The same two p-values for samples without pairs: the Mann-Whitney test of head shifted by the zone. Exact up to
    1600 pairs of a base and a head, by the normal approximation beyond."""
    changes = _unpaired(base, head, zone, CONFIDENCE)
    return float(changes.p_slower[0]), float(changes.p_faster[0])


def _paired(base: Values, head: Values, zone: float, confidence: float) -> Changes:
    one, other = _row(base), _row(head)
    if one.shape != other.shape:
        raise ValueError(f"pairs need as many values on both sides, not {one.shape[1]} and {other.shape[1]}")
    return batch.paired(one, other, _zone(zone), confidence)


def _unpaired(base: Values, head: Values, zone: float, confidence: float) -> Changes:
    return batch.unpaired(_row(base), _row(head), _zone(zone), confidence)


def _row(values: Values) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"expected a list of at least one value, not shape {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError("expected finite values only")
    return array[np.newaxis, :]


def _zone(zone: float) -> NDArray[np.float64]:
    if not 0 <= zone < float("inf"):
        raise ValueError(f"a zone must be finite and not negative, not {zone}")
    return np.array([zone])


def _estimate(changes: Changes, launches: int) -> Estimate:
    interval = Interval(float(changes.low[0]), float(changes.high[0]), changes.coverage, changes.reached)
    return Estimate(float(changes.value[0]), interval, launches)
