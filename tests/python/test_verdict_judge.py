"""Verdicts on samples made to be one thing or another."""

from __future__ import annotations

import numpy as np
import pytest

from heaptoll.verdict.comparison import Comparison, Sample
from heaptoll.verdict.judge import Row, Verdict, judge
from heaptoll.verdict.zone import DeadZone

ZONE = DeadZone()
SPREAD = [-0.004, -0.003, -0.002, -0.001, 0.0, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007]


def launches(ns: float, number: int = 12) -> list[float]:
    return [ns + each for each in SPREAD[:number]]


def compared(base: float, head: float, *, number: int = 12, arm: str = "heap", **more: object) -> Comparison:
    sample = Sample(launches(base, number), launches(head, number), paired=False)
    return Comparison("boxed_value/int/8", "glibc", arm, sample, **more)  # type: ignore[arg-type]


def only(*comparisons: Comparison, zone: DeadZone = ZONE) -> Row:
    return judge(comparisons, zone)[0]


def test_a_change_beyond_the_zone_is_slower_or_faster() -> None:
    row = only(compared(10, 11))
    assert row.verdict is Verdict.SLOWER and row.note == ""
    assert row.change_ns == pytest.approx(1.0) and row.change_percent == pytest.approx(10.0, rel=1e-2)
    assert row.low_ns < 1 < row.high_ns and row.p < 0.001
    assert (row.base_launches, row.head_launches) == (12, 12)
    assert only(compared(11, 10)).verdict is Verdict.FASTER


def test_a_change_within_the_zone_is_none_however_certain() -> None:
    assert only(compared(10, 10.08)).verdict is Verdict.SAME
    assert only(compared(10, 10.08), zone=DeadZone(0.001, 0.0)).verdict is Verdict.SLOWER


def test_below_a_nanosecond_the_floor_holds_a_verdict_back() -> None:
    assert only(compared(0.3, 0.34)).verdict is Verdict.SAME
    assert only(compared(0.3, 0.34), zone=DeadZone(0.01, 0.0)).verdict is Verdict.SLOWER


def test_wide_results_are_unsure_and_say_why() -> None:
    spread = [float(each) for each in range(5, 17)]
    row = only(Comparison("a/b/1", "glibc", "heap", Sample(spread, spread, False)))
    assert row.verdict is Verdict.UNSURE and "reaches beyond the dead zone" in row.note


def test_something_slower_is_not_certain_among_many() -> None:
    alone = compared(10, 11, number=6)
    assert only(alone).verdict is Verdict.SLOWER
    row = judge([alone] + [compared(10, 10, number=6)] * 395, ZONE)[0]
    assert row.verdict is Verdict.UNSURE
    # 2 / C(12, 6) = 1/462 of 396 comparisons is far above 5 %; with 9 a side it is 2 / 48620, and enough.
    assert row.note == "6 launches a side cannot decide among 396 comparisons: 9 would"
    assert judge([compared(10, 11, number=9)] + [compared(10, 10, number=9)] * 395, ZONE)[0].verdict is Verdict.SLOWER


def test_too_few_launches_have_no_interval_and_are_never_called_the_same() -> None:
    row = only(compared(10, 10, number=3))
    assert row.verdict is Verdict.UNSURE
    assert row.note == "3 launches a side give no 95 % interval: 4 would"


def test_what_is_in_doubt_is_unsure_at_most() -> None:
    row = only(compared(10, 20, doubt="contended in head"))
    assert (row.verdict, row.note) == (Verdict.UNSURE, "contended in head")
    assert only(compared(10, 20)).verdict is Verdict.SLOWER


def test_the_zone_of_a_toll_is_that_of_its_arms() -> None:
    row = only(compared(0.5, 1.0, arm="toll", reference_ns=100.0))
    assert row.zone_ns == pytest.approx(1.0) and row.verdict is Verdict.SAME
    assert row.change_percent is None and row.low_percent is None
    assert only(compared(0.5, 1.0, arm="toll")).verdict is Verdict.SLOWER


def test_a_base_that_takes_no_time_has_no_percentage() -> None:
    row = only(compared(-0.1, 5))
    assert row.change_percent is None and row.verdict is Verdict.SLOWER


def test_launches_pair_by_their_number() -> None:
    drift = {launch: 10.0 * launch for launch in range(10)}
    base = {launch: 10 + ns for launch, ns in drift.items()}
    head = {launch: 12 + ns for launch, ns in reversed(drift.items())} | {99: 1.0}
    paired = only(Comparison("a/b/1", "glibc", "heap", Sample(base, head, True), 10.0))
    assert paired.verdict is Verdict.SLOWER and paired.base_launches == paired.head_launches == 10
    assert paired.change_ns == pytest.approx(2.0)
    unpaired = only(Comparison("a/b/1", "glibc", "heap", Sample(base, head, False), 10.0))
    assert unpaired.verdict is Verdict.UNSURE


def test_comparisons_of_unlike_sizes_keep_their_order() -> None:
    sizes = [12, 6, 12, 8, 6]
    rows = judge([compared(10 + i, 10 + i, number=n) for i, n in enumerate(sizes)], ZONE)
    assert [row.base_launches for row in rows] == sizes
    assert [round(row.base_ns) for row in rows] == [10, 11, 12, 13, 14]
    assert judge([], ZONE) == []


def test_nothing_on_one_side_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="boxed_value/int/8, heap, glibc: nothing to compare"):
        only(Comparison("boxed_value/int/8", "glibc", "heap", Sample([1.0], [], False)))
    with pytest.raises(ValueError, match="nothing to compare"):
        only(Comparison("a/b/1", "glibc", "heap", Sample({1: 1.0}, {2: 1.0}, True)))


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_values_that_are_no_times_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite values only"):
        only(Comparison("a/b/1", "", "heap", Sample([1.0, bad], [1.0, 2.0], False)))


@pytest.mark.parametrize("base, head", [([1.0, 2.0], [1.0]), ({1: 1.0}, [1.0])])
def test_pairs_that_cannot_be_made_are_refused(base: object, head: object) -> None:
    with pytest.raises(ValueError, match="pairs need"):
        only(Comparison("a/b/1", "glibc", "heap", Sample(base, head, True)))  # type: ignore[arg-type]


def test_of_many_identical_pairs_hardly_any_call_is_a_false_alarm() -> None:
    """Without the correction, of 200 calls of 40 comparisons most would hold an alarm."""
    random = np.random.default_rng(3)
    alarms = uncorrected = 0
    for _ in range(200):
        made = [
            Comparison(f"a/b/{i}", "glibc", "heap", Sample(random.normal(10, 1, 12), random.normal(10, 1, 12), False))
            for i in range(40)
        ]
        rows = judge(made, DeadZone(0.0, 0.0))
        alarms += any(row.verdict in (Verdict.SLOWER, Verdict.FASTER) for row in rows)
        alone = [judge([each], DeadZone(0.0, 0.0))[0].verdict for each in made[:10]]
        uncorrected += any(verdict in (Verdict.SLOWER, Verdict.FASTER) for verdict in alone)
    assert alarms <= 20  # 10 are expected at most
    assert uncorrected > 40
