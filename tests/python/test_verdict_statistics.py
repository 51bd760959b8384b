"""The statistics of verdicts, on numbers whose answers were worked out by hand or by scipy."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, mannwhitneyu

from heaptoll.verdict import differences, rank_sum
from heaptoll.verdict.holm import holm
from heaptoll.verdict.intervals import paired_change, paired_p_beyond, unpaired_change, unpaired_p_beyond
from heaptoll.verdict.zone import DeadZone

values = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


def test_the_dead_zone_is_a_part_of_the_base_but_at_least_its_floor() -> None:
    zone = DeadZone(relative=0.01, floor_ns=0.05)
    assert zone.ns(100.0) == pytest.approx(1.0)
    assert zone.ns(0.3) == 0.05
    assert zone.ns(-4.0) == 0.05


@pytest.mark.parametrize("relative, floor_ns", [(-0.01, 0.0), (0.01, -1.0), (math.nan, 0.0), (0.01, math.inf)])
def test_a_zone_that_is_no_size_is_refused(relative: float, floor_ns: float) -> None:
    with pytest.raises(ValueError, match="finite and not negative"):
        DeadZone(relative, floor_ns)


def test_holm_adjusts_as_in_the_worked_example() -> None:
    # Sorted 0.005, 0.01, 0.03, 0.04 times 4, 3, 2, 1: 0.02, 0.03, 0.06, 0.04, and the last may not fall below 0.06.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_holm_refuses_what_is_no_probability(p: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.5, p])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_no_correction_and_bonferroni(p: list[float]) -> None:
    for raw, adjusted in zip(p, holm(p)):
        assert raw <= adjusted <= min(1.0, len(p) * raw) + 1e-15


def test_the_paired_change_is_the_median_difference_with_the_known_order_statistics() -> None:
    base = [100.0] * 9
    head = [100.0 + difference for difference in (5, 1, 9, 2, 8, 3, 7, 4, 6)]
    found = paired_change(base, head)
    # n = 9: the 2nd and the 8th, as in test_statistics.
    assert (found.value, found.interval.low, found.interval.high, found.launches) == (5.0, 2.0, 8.0, 9)
    assert found.interval.reached


def test_what_base_and_head_of_a_launch_have_in_common_cancels_only_in_pairs() -> None:
    drift = [0.0, 50.0, 100.0, 150.0, 200.0, 250.0, 300.0, 350.0]
    base, head = [10 + d for d in drift], [11 + d for d in drift]
    assert paired_change(base, head).interval[:2] == (1.0, 1.0)
    low, high, *_ = unpaired_change(base, head).interval
    assert low < 0 < high


def test_the_unpaired_interval_takes_the_ranks_of_the_textbook() -> None:
    # Hollander, Wolfe and Chicken, example 4.1 and 4.3, n = 10, m = 5: estimate -0.305, 96 % interval -0.76 to 0.15.
    base = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    head = [1.15, 0.88, 0.90, 0.74, 1.21]
    found = unpaired_change(base, head)
    assert found.value == pytest.approx(-0.305)
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.76, 0.15))
    assert found.interval.coverage == pytest.approx(0.9600, abs=5e-4)
    assert found.launches == 5


def test_three_a_side_give_no_95_percent_interval_and_the_result_says_so() -> None:
    interval = unpaired_change([1.0, 2.0, 3.0], [11.0, 12.0, 13.0]).interval
    # All 9 differences; complete separation in either direction is 2 of the 20 orders.
    assert (interval.low, interval.high) == (8.0, 12.0)
    assert interval.coverage == pytest.approx(0.9)
    assert not interval.reached
    assert unpaired_change([1.0, 2.0, 3.0, 4.0], [11.0, 12.0, 13.0, 14.0]).interval.reached


@pytest.mark.parametrize("n, m", [(1, 1), (1, 4), (3, 2), (4, 4)])
def test_the_null_distribution_is_that_of_all_orders(n: int, m: int) -> None:
    orders = list(combinations(range(n + m), m))
    u = [sum(sum(other not in heads and other < head for other in range(n + m)) for head in heads) for heads in orders]
    for k in range(n * m + 1):
        expected = sum(each <= k for each in u) / len(orders)
        assert rank_sum.at_most(np.array([k]), n, m)[0] == pytest.approx(expected)


def test_the_normal_approximation_takes_over_without_a_step() -> None:
    exact = rank_sum.interval_rank(40, 40, 0.95)
    normal = rank_sum.interval_rank(40, 41, 0.95)
    assert 0 <= normal[0] - exact[0] <= 20
    assert normal[1] == pytest.approx(0.95, abs=0.005) and normal[1] >= 0.95
    quarter = rank_sum.at_most(np.array([600]), 40, 40)[0], rank_sum.at_most(np.array([615]), 40, 41)[0]
    assert quarter[0] == pytest.approx(quarter[1], abs=2e-3)


@given(values, values, st.floats(0, 10))
def test_the_unpaired_p_values_are_those_of_scipy_where_no_two_values_tie(
    base: list[float], head: list[float], zone: float
) -> None:
    p_slower, p_faster = unpaired_p_beyond(base, head, zone)
    for p, shifted, alternative in (
        (p_slower, np.array(head) - zone, "greater"),
        (p_faster, np.array(head) + zone, "less"),
    ):
        gaps = np.abs(np.subtract.outer(shifted, np.array(base)))
        if gaps.min() < 1e-6:
            continue
        # Ties within one sample do not change U, but make scipy leave the exact way unless it is told not to.
        assert p == pytest.approx(mannwhitneyu(shifted, base, alternative=alternative, method="exact").pvalue)


def test_values_rounded_to_be_equal_never_make_a_p_value_smaller() -> None:
    rounded = unpaired_p_beyond([1.0, 1.0, 2.0, 2.0], [2.0, 2.0, 3.0, 3.0], 0.0)
    apart = unpaired_p_beyond([1.0, 1.1, 2.0, 2.1], [2.2, 2.3, 3.0, 3.1], 0.0)
    assert rounded[0] > apart[0]


@given(values, st.floats(0, 10))
def test_the_paired_p_values_are_those_of_the_sign_test(differences_: list[float], zone: float) -> None:
    n = len(differences_)
    above, below = sum(d > zone for d in differences_), sum(d < -zone for d in differences_)
    assert paired_p_beyond(differences_, zone) == pytest.approx(
        (
            binomtest(above, n, 0.5, alternative="greater").pvalue,
            binomtest(below, n, 0.5, alternative="greater").pvalue,
        )
    )


def test_a_change_within_the_zone_is_no_evidence_however_sure() -> None:
    assert paired_p_beyond([0.04] * 30, 0.05)[0] == 1.0
    assert paired_p_beyond([0.04] * 30, 0.0)[0] < 1e-8
    base, head = list(np.linspace(10, 10.001, 30)), list(np.linspace(10.04, 10.041, 30))
    assert unpaired_p_beyond(base, head, 0.05)[0] == pytest.approx(1.0)
    assert unpaired_p_beyond(base, head, 0.0)[0] < 1e-8


@given(values, values, st.data())
def test_the_differences_at_some_ranks_are_those_of_sorting_them_all(
    base: list[float], head: list[float], data: st.DataObject
) -> None:
    ordered = np.sort(np.subtract.outer(np.array(head), np.array(base)).ravel())
    rank = data.draw(st.integers(1, len(ordered)))
    found = differences.smallest(np.array(base), np.array(head), [rank])[0]
    assert found == pytest.approx(ordered[rank - 1], rel=1e-9, abs=1e-8)


def test_samples_too_large_for_all_their_differences_are_judged_alike() -> None:
    random = np.random.default_rng(5)
    base, head = random.normal(10, 1, 2100), random.normal(10.5, 1, 2100)
    large = unpaired_change(base, head)
    ordered = np.sort(np.subtract.outer(head, base).ravel())
    k = rank_sum.interval_rank(2100, 2100, 0.95)[0]
    assert large.value == pytest.approx(np.median(ordered), abs=1e-9)
    assert large.interval[:2] == pytest.approx((ordered[k - 1], ordered[-k]), abs=1e-9)
    assert differences.beyond(base, head, 0.1) == ((ordered > 0.1).sum(), (ordered < -0.1).sum())


@pytest.mark.parametrize("change", [paired_change, unpaired_change])
@pytest.mark.parametrize("bad", [[], [math.nan], [math.inf]])
def test_samples_without_numbers_are_refused(change: object, bad: list[float]) -> None:
    assert callable(change)
    with pytest.raises(ValueError, match="expected"):
        change(bad, bad)
    with pytest.raises(ValueError, match="expected"):
        change([1.0], bad) if change is unpaired_change else change(bad, bad)


def test_pairs_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="not 2 and 1"):
        paired_change([1.0, 2.0], [1.0])
