"""The self-test's figures: tallies of made-up trials, what is asked, the table, the file; no gate runs here."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from heaptoll.gate.selftest import asked, mann_whitney, tally
from heaptoll.gate.selftest.asked import Answer
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.mann_whitney import GbenchPair
from heaptoll.gate.selftest.table import gate_share, table
from heaptoll.share import Share
from heaptoll.gate.selftest.trial import Done, Kind, Place, Trial, TrialResult

CASES = ("scenario/variant/8", "scenario/variant/64")
HEAP, OTHER_HEAP = (Place(case, "glibc", "heap") for case in CASES)
STACK = Place(CASES[0], "glibc", "stack")


def done(
    kind: Kind = Kind.SAME, *, percent: float = 0.0, zone: float = 1.0, planted: tuple[str, ...] = (),
    red: tuple[Place, ...] = (), more: tuple[Place, ...] = (), inconclusive: bool = False, seconds: float = 3.0,
) -> Done:  # fmt: skip
    result = TrialResult(
        comparisons=4, pairs=2, red=red, red_by_counts=(), inconclusive=inconclusive, measuring_seconds=seconds, cases=2,
        allocators=("glibc",), counted_more=more,
    )  # fmt: skip
    return Done(Trial(kind, percent, zone, CASES, planted), result)


def slower(percent: float, zone: float, *red: Place) -> Done:
    return done(Kind.SLOWER, percent=percent, zone=zone, planted=CASES[:1], red=red)


# ---- tallies


def test_an_interval_is_that_of_clopper_and_pearson() -> None:
    # With no hit in n the upper bound is 1 - (alpha / 2)^(1 / n).
    low, high = Share(0, 10).interval()
    assert (low, high) == (0.0, pytest.approx(1 - 0.025**0.1))
    low, high = Share(10, 10).interval()
    assert (low, high) == (pytest.approx(0.025**0.1), 1.0)


def test_a_share_of_nothing_is_no_number_and_could_be_anything() -> None:
    assert math.isnan(tally.NONE.value)
    assert tally.NONE.interval() == (0.0, 1.0)


def test_a_planted_arm_that_goes_red_is_found_and_no_false_red() -> None:
    trials = [slower(2, 1, HEAP), slower(2, 1)]
    assert tally.found(trials, 2) == Share(1, 2)
    assert tally.false_reds(trials) == Share(0, 8)


def test_a_red_row_that_no_plant_touches_is_false_even_beside_one_that_is_found() -> None:
    trials = [slower(2, 1, HEAP, STACK), slower(2, 1, HEAP, OTHER_HEAP)]
    assert tally.found(trials) == Share(2, 2)
    assert tally.false_reds(trials) == Share(2, 8)
    # Of the cases without a plant only: the stack arm's belongs to a planted one.
    assert tally.false_pairs(trials) == Share(1, 2)


def test_the_toll_of_a_planted_case_may_go_red() -> None:
    assert tally.false_reds([slower(2, 1, HEAP, Place(CASES[0], "glibc", "toll"))]).hits == 0


def test_what_is_found_in_one_allocator_only_is_half_found() -> None:
    one = slower(2, 1, HEAP)
    both = Done(one.trial, replace(one.result, allocators=("glibc", "jemalloc")))
    assert tally.found([both]) == Share(1, 2)


def test_an_inconclusive_gate_finds_nothing_and_proves_nothing() -> None:
    trial = done(Kind.SLOWER, percent=2, planted=CASES[:1], inconclusive=True)
    assert tally.found([trial]) == Share(0, 1)
    assert tally.false_reds([trial]) == Share(0, 0)
    assert tally.inconclusive([trial, done()]) == Share(1, 2)


def test_code_that_does_more_has_to_be_shown_by_the_counts_not_by_the_clock() -> None:
    by_clock = done(Kind.MALLOC, planted=CASES[:1], red=(HEAP,))
    by_counts = done(Kind.MALLOC, planted=CASES[:1], more=(HEAP,))
    assert tally.found([by_clock]) == Share(0, 1)
    assert tally.found([by_counts]) == Share(1, 1)


def test_where_nothing_can_be_counted_code_was_not_tried_rather_than_not_found() -> None:
    trial = done(Kind.MALLOC, planted=CASES[:1])
    missing = Done(trial.trial, replace(trial.result, counts_missing="no valgrind"))
    assert tally.found([missing]) == Share(0, 0)
    assert tally.found([trial]) == Share(0, 1)


def test_false_alarms_at_nothing_planted_are_counted_by_dead_zone() -> None:
    found = Selftest(1, "smoke", 2, trials=[done(zone=1.0), done(zone=0.2, red=(HEAP,))])
    assert gate_share(found, 0, 1.0) == Share(0, 4)
    assert gate_share(found, 0, 0.2) == Share(1, 4)


# ---- Google Benchmark


def test_the_test_agrees_with_known_numbers() -> None:
    # Two samples of 9 without overlap: U = 0, 40.5 below its mean, half of one for continuity; variance 9·9·19 / 12. From
    # 9 a side on, scipy takes the normal limit, and so does the tool.
    z = 40 / math.sqrt(9 * 9 * 19 / 12)
    assert mann_whitney.p_value(range(9), range(10, 19)) == pytest.approx(math.erfc(z / math.sqrt(2)))
    assert mann_whitney.p_value([1, 3, 5, 7, 9, 11, 13, 15, 17], [2, 4, 6, 8, 10, 12, 14, 16, 18]) > 0.5


def test_fewer_repetitions_than_the_tool_wants_are_refused() -> None:
    with pytest.raises(ValueError, match="8 and 9"):
        mann_whitney.p_value(range(8), range(9))


def test_different_but_faster_is_an_alarm_and_not_found() -> None:
    pairs = [GbenchPair("c", percent, 0.01, 10.0, 9.0, 2.0) for percent in (0.0, 2.0)]
    assert tally.gbench_share(pairs, 0.0) == Share(1, 1)
    assert tally.gbench_share(pairs, 2.0) == Share(0, 1)


def test_a_p_above_the_level_is_no_alarm() -> None:
    assert tally.gbench_share([GbenchPair("c", 2.0, 0.06, 10.0, 11.0, 2.0)], 2.0) == Share(0, 1)


# ---- what is asked


def bound(what: str) -> asked.Asked:
    (one,) = [each for each in asked.ASKED if each.what.startswith(what)]
    return one


def test_a_bound_is_not_reached_before_it_was_tried_often_enough() -> None:
    five = bound("5 % slower")
    assert five.answer([]) is Answer.TOO_FEW
    assert five.answer([slower(5, 1, HEAP)] * 99) is Answer.TOO_FEW
    assert five.answer([slower(5, 1, HEAP)] * 100) is Answer.YES


def test_one_miss_where_all_are_asked_for_is_a_no_at_once() -> None:
    assert bound("5 % slower").answer([slower(5, 1)]) is Answer.NO


def test_misses_within_the_bound_are_allowed_and_one_more_is_not() -> None:
    narrow = bound("1 % slower")
    hits, misses = [slower(1, 0.2, HEAP)], [slower(1, 0.2)]
    assert narrow.answer(hits * 95 + misses * 5) is Answer.YES
    assert narrow.answer(hits * 94 + misses * 6) is Answer.NO
    assert narrow.answer(hits * 10 + misses * 6) is Answer.NO  # 100 tries can no longer make it good


def test_trials_with_another_dead_zone_or_plant_do_not_count_for_a_bound() -> None:
    assert bound("2 % slower").share([slower(2, 0.2, HEAP), slower(5, 1, HEAP)]) == Share(0, 0)


def test_one_false_red_in_a_thousand_is_allowed_and_two_are_not() -> None:
    clean, false = done(), done(red=(HEAP,))
    rule = bound("nothing changed in a case, dead zone 1 %")
    assert rule.answer([clean] * 499 + [false]) is Answer.YES
    assert rule.answer([clean] * 498 + [false] * 2) is Answer.NO
    assert rule.answer([clean] * 499) is Answer.TOO_FEW


@pytest.mark.parametrize("kind", [Kind.SUITE, Kind.BUSY_OTHER, Kind.BUSY_SAME])
def test_one_red_gate_where_none_may_be_is_a_no(kind: Kind) -> None:
    rule = bound("nothing changed, gates over" if kind is Kind.SUITE else kind.value)
    assert rule.answer([done(kind, inconclusive=True)] * 20) is Answer.YES
    assert rule.answer([done(kind)] * 20 + [done(kind, red=(STACK,))]) is Answer.NO


def test_measuring_too_long_is_a_no_and_a_neighbour_does_not_count() -> None:
    assert asked.seconds_answer([done(seconds=4.0)]) is Answer.YES
    assert asked.seconds_answer([done(seconds=4.2)]) is Answer.NO
    assert asked.seconds_answer([done(), done(Kind.BUSY_SAME, seconds=40)]) is Answer.YES
    assert asked.seconds_answer([]) is Answer.TOO_FEW


def test_the_exit_status_is_the_worst_answer() -> None:
    assert asked.exit_status([]) == 3
    assert asked.exit_status([slower(5, 1)]) == 1


def test_all_bounds_reached_is_status_0() -> None:
    kinds = [Kind.SUITE, Kind.BUSY_OTHER, Kind.BUSY_SAME]
    good = [done(kind) for kind in kinds] * 20 + [done(Kind.MOVED)] * 250 + [done(zone=zone) for zone in (1.0, 0.2)] * 500
    good += [slower(percent, zone, HEAP) for percent in (0.5, 1, 2, 5) for zone in (1, 0.2)] * 100
    good += [done(Kind.ONE_SIZE, percent=5, planted=CASES[:1], red=(HEAP,))] * 10
    good += [done(kind, planted=CASES[:1], more=(HEAP,)) for kind in (Kind.MALLOC, Kind.INSTRUCTION)] * 5
    assert asked.exit_status(good) == 0
    assert asked.exit_status([*good, done(Kind.INSTRUCTION, planted=CASES[:1])]) == 1


# ---- table and file


def made() -> Selftest:
    return Selftest(
        seed=7, profile="smoke", planned=9, seconds=600.0, machine="a machine", date="2026-01-31",
        revision="0123456789abcdef with local changes",
        trials=[done(), slower(2, 1, HEAP), done(Kind.MALLOC, planted=CASES, more=(HEAP, OTHER_HEAP))],
        gbench=[GbenchPair("c", 2.0, 0.01, 10.0, 11.0, 2.0), GbenchPair("c", 0.0, 0.01, 10.0, 11.0, 2.0)],
    )  # fmt: skip


def test_the_table_puts_what_is_asked_beside_what_is_measured() -> None:
    text = table(made())
    assert "| 2 % slower, found with a dead zone of 1 % | 1 of 1 (2.5 % to 100 %) | ≥ 99 % | too few trials |" in text
    assert "| extra malloc, found by the counts | 2 of 2 (15.8 % to 100 %) | all | too few trials |" in text
    assert "| ≤ 2 s | yes |" in text


def test_the_table_has_google_benchmark_beside_the_gate() -> None:
    assert "| 2 % found | 1 of 1 (2.5 % to 100 %) | not tried | 1 of 1 (2.5 % to 100 %) |" in table(made())
    assert "| nothing: false alarms | 0 of 4 (0 % to 60.2 %) | not tried | 1 of 1 (2.5 % to 100 %) |" in table(made())


def test_the_table_of_a_stopped_self_test_says_how_much_was_planned() -> None:
    assert "3 gates and 2 pairs of Google Benchmark runs (of 9 planned)" in table(made())
    assert "commit 0123456789ab with local changes" in table(made())


def test_failures_and_what_was_not_tried_are_told() -> None:
    found = made()
    found.failures, found.notes = ["slower: heaptoll: exit status 2"], ["a neighbour on another core: one core"]
    assert "Failed: 1, the first: slower: heaptoll: exit status 2" in table(found)
    assert "Not tried: a neighbour on another core" in table(found)


def test_a_self_test_without_any_trial_has_a_table() -> None:
    assert "not tried" in table(Selftest(1, "smoke", 5))


def test_what_is_written_reads_back_the_same() -> None:
    assert Selftest.from_json(json.loads(json.dumps(made().as_json()))) == made()
