"""Statistics on numbers whose answers were worked out by hand."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heaptoll.statistics import (
    Interval, estimate, median, order_statistic_interval, ratio_per_launch, toll_per_launch,
)  # fmt: skip

finite = st.floats(-1e9, 1e9)


def exact_coverage(n: int, k: int) -> Fraction:
    """P(k <= Bin(n, 1/2) <= n-k), by counting."""
    return Fraction(sum(math.comb(n, i) for i in range(k, n - k + 1)), 2**n)


def test_the_median_of_an_odd_number_is_the_middle_one() -> None:
    assert median([9.0, 1.0, 5.0]) == 5.0


def test_the_median_of_an_even_number_is_the_mean_of_the_middle_two() -> None:
    assert median([10.0, 1.0, 4.0, 2.0]) == 3.0


@pytest.mark.parametrize(
    "n, k, coverage",
    [
        # n = 6: only 0 and 6 of 6 values below the median miss it, 2 of 64 outcomes.
        (6, 1, 62 / 64),
        (7, 1, 126 / 128),
        # n = 8: k = 2 would leave 2 * (1 + 8) of 256 outcomes out, 93.0 %.
        (8, 1, 254 / 256),
        # n = 9: 2 * (1 + 9) of 512 outcomes.
        (9, 2, 492 / 512),
        # n = 11: k = 3 would leave out 2 * (1 + 11 + 55) of 2048, 93.5 %.
        (11, 2, 2024 / 2048),
        # n = 20: the classic 6th and 15th, 95.86 %.
        (20, 6, 0.9586105346679688),
    ],
)
def test_the_interval_takes_the_known_order_statistics(n: int, k: int, coverage: float) -> None:
    values = [float(i) for i in range(1, n + 1)]
    interval = order_statistic_interval(values)
    assert (interval.low, interval.high) == (k, n - k + 1)
    assert interval.coverage == pytest.approx(coverage, abs=1e-12)
    assert interval.reached


@pytest.mark.parametrize("n, coverage", [(1, 0.0), (2, 0.5), (3, 0.75), (4, 0.875), (5, 0.9375)])
def test_too_few_values_give_their_range_with_its_true_coverage(n: int, coverage: float) -> None:
    values = [float(i) for i in range(1, n + 1)]
    interval = order_statistic_interval(values)
    assert (interval.low, interval.high) == (1, n)
    assert interval.coverage == pytest.approx(coverage, abs=1e-12)
    assert not interval.reached


@given(st.integers(1, 200), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_k_is_the_largest_that_still_covers_enough(n: int, confidence: float) -> None:
    interval = order_statistic_interval([float(i) for i in range(1, n + 1)], confidence)
    k = int(interval.low)
    assert interval.high == n - k + 1
    assert interval.coverage == pytest.approx(float(exact_coverage(n, k)), abs=1e-9)
    if interval.reached:
        assert exact_coverage(n, k) >= Fraction(confidence)
        assert k == n // 2 or exact_coverage(n, k + 1) < Fraction(confidence)
    else:
        assert k == 1 and exact_coverage(n, 1) < Fraction(confidence)


@given(st.lists(finite, min_size=1, max_size=60), st.randoms())
def test_the_order_of_the_values_does_not_matter(values: list[float], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert order_statistic_interval(values) == order_statistic_interval(shuffled)


@given(st.lists(finite, min_size=2, max_size=60))
def test_the_median_lies_within_its_interval(values: list[float]) -> None:
    interval = order_statistic_interval(values)
    assert interval.low <= median(values) <= interval.high


def test_the_interval_covers_the_true_median_as_often_as_it_says() -> None:
    samples = np.random.default_rng(7).lognormal(0, 1, size=(2000, 10))
    intervals = [order_statistic_interval(sample) for sample in samples]
    covered = np.mean([i.low <= 1.0 <= i.high for i in intervals])
    assert covered == pytest.approx(intervals[0].coverage, abs=0.015)
    # The same count notices an interval that is one order statistic too narrow on either side.
    narrower = np.mean([np.sort(s)[2] <= 1.0 <= np.sort(s)[-3] for s in samples])
    assert narrower < 0.95 - 0.015


def test_the_toll_is_the_difference_within_each_launch() -> None:
    heap = {0: 12.0, 1: 24.0, 2: 18.0}
    stack = {2: 8.0, 0: 2.0, 1: 4.0}
    assert toll_per_launch(heap, stack).tolist() == [10.0, 20.0, 10.0]


def test_a_launch_that_lacks_one_arm_has_no_toll() -> None:
    assert toll_per_launch({0: 12.0, 1: 24.0}, {1: 4.0, 5: 1.0}).tolist() == [20.0]
    assert toll_per_launch({0: 12.0}, {1: 4.0}).tolist() == []


def test_pairing_by_launch_takes_out_what_the_launch_had_in_common() -> None:
    noise = [0.0, 50.0, 3.0, 120.0, 7.0, 61.0, 18.0, 99.0]
    stack = {i: 2.0 + n for i, n in enumerate(noise)}
    heap = {i: 12.0 + n for i, n in enumerate(noise)}
    paired = estimate(toll_per_launch(heap, stack)).interval
    assert (paired.low, paired.high) == pytest.approx((10.0, 10.0))
    # Paired with the wrong launch, the same numbers say nothing.
    shifted = {(i + 1) % 8: value for i, value in stack.items()}
    unpaired = estimate(toll_per_launch(heap, shifted)).interval
    assert unpaired.high - unpaired.low > 100


def test_the_ratio_is_the_quotient_within_each_launch() -> None:
    assert ratio_per_launch({0: 12.0, 1: 24.0}, {0: 2.0, 1: 8.0}).tolist() == [6.0, 3.0]


def test_there_is_no_ratio_to_nothing() -> None:
    with pytest.raises(ValueError, match="launch 1"):
        ratio_per_launch({0: 1.0, 1: 1.0}, {0: 1.0, 1: 0.0})


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf]])
def test_what_is_no_sample_is_refused(values: list[float]) -> None:
    with pytest.raises(ValueError):
        median(values)
    with pytest.raises(ValueError):
        order_statistic_interval(values)


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0])
def test_a_confidence_that_is_no_probability_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        order_statistic_interval([1.0, 2.0], confidence)
