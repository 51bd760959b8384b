"""The statistics of Heaptoll: pure functions on numbers, no files, no frames, no timing.

The launch is the unit of inference. A launch's many slices share one memory layout and are summarised by
their median before they come here; what varies between launches is what an interval must cover. So every
`values` below holds one number per launch, n of them, in ns per operation unless a function says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

CONFIDENCE = 0.95

Values = Sequence[float] | NDArray[np.float64]


class Interval(NamedTuple):
    """A confidence interval for a median.

    `low`, `high`: the ends, in the unit of the values. `coverage`: the probability, at least, with which
    such an interval covers the true median. `reached`: whether that is as much as was asked for; where it
    is not, the interval is the whole range of too few values.
    """

    low: float
    high: float
    coverage: float
    reached: bool


class Estimate(NamedTuple):
    """A median with its interval, and the number of launches behind both."""

    value: float
    interval: Interval
    launches: int


def median(values: Values) -> float:
    """The sample median of n >= 1 values; the mean of the middle two when n is even."""
    return float(np.median(_checked(values)))


def order_statistic_interval(values: Values, confidence: float = CONFIDENCE) -> Interval:
    """Distribution-free confidence interval for the median of n >= 1 independent values.

    With the values sorted, x(1) <= ... <= x(n), the interval is [x(k), x(n-k+1)] for the largest k that
    has P(k <= B <= n-k) >= confidence, B ~ Binomial(n, 1/2): B is the number of values below the true
    median, and the interval covers it exactly when at least k values lie on either side. When even k = 1
    falls short (n < 6 at 95 %), the interval is [x(1), x(n)], its true coverage is given, and `reached`
    is false.

    Source: H. A. David and H. N. Nagaraja, Order Statistics, 3rd ed., Wiley 2003, section 7.1; J.-Y. Le
    Boudec, Performance Evaluation of Computer and Communication Systems, EPFL Press 2010, theorem 2.1.
    """
    ordered = np.sort(_checked(values))
    n = len(ordered)
    k, coverage, reached = order_statistic_rank(n, confidence)
    return Interval(float(ordered[k - 1]), float(ordered[n - k]), coverage, reached)


@lru_cache(maxsize=None)
def order_statistic_rank(n: int, confidence: float) -> tuple[int, float, bool]:
    """The k of `order_statistic_interval` for n >= 1 values, its coverage, and whether that reaches the confidence."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    k = np.arange(1, max(n // 2, 1) + 1)
    coverage = np.maximum(binom.cdf(n - k, n, 0.5) - binom.cdf(k - 1, n, 0.5), 0.0)
    # Coverage falls as k grows, so those that reach the confidence come first.
    reaching = int(np.count_nonzero(coverage >= confidence))
    chosen = max(reaching, 1)
    return chosen, float(coverage[chosen - 1]), reaching > 0


def estimate(values: Values, confidence: float = CONFIDENCE) -> Estimate:
    """The median of n >= 1 values with its order-statistic interval."""
    return Estimate(median(values), order_statistic_interval(values, confidence), len(values))


def toll_per_launch(heap: Mapping[int, float], stack: Mapping[int, float]) -> NDArray[np.float64]:
    """Heap minus stack, in ns per operation, of every launch that has both, in the order of the launches.

    `heap` and `stack` map a launch to its ns per operation. Both arms of a launch ran interleaved on one
    core with one memory layout, so the difference is free of what the launch had in common; differences
    of medians would not be. Shape of the result: (launches in both,), which may be (0,).
    """
    both = sorted(heap.keys() & stack.keys())
    return np.array([heap[launch] - stack[launch] for launch in both], dtype=np.float64)


def ratio_per_launch(heap: Mapping[int, float], stack: Mapping[int, float]) -> NDArray[np.float64]:
    """Heap divided by stack, without unit, paired like `toll_per_launch`.

    Raises ValueError when a stack time is not positive: a ratio to nothing is no number.
    """
    both = sorted(heap.keys() & stack.keys())
    for launch in both:
        if not stack[launch] > 0:
            raise ValueError(f"launch {launch}: no ratio to a stack time of {stack[launch]} ns")
    return np.array([heap[launch] / stack[launch] for launch in both], dtype=np.float64)


def _checked(values: Values) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"expected a list of at least one value, not shape {array.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError("expected finite values only")
    return array
