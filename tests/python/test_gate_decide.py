"""The gate's conclusions, from made-up measurements."""

from __future__ import annotations

import dataclasses

import pytest
from gate_pairs import LAYOUTS, pair

from heaptoll.gate import decide
from heaptoll.gate.decide import Conclusion, GateRow, Outcome, conclude, judgement
from heaptoll.gate.paired import Key, Pair
from heaptoll.verdict.zone import DeadZone

ZONE = DeadZone()


def concluded(first: list[Pair], second: list[Pair]) -> list[GateRow]:
    return conclude(first, {pair.key: pair for pair in second}, {}, LAYOUTS, ZONE)


def first(**kind: object) -> Pair:
    return pair(**{"launches": 12, "seed": 1, **kind})  # type: ignore[arg-type]


def second(**kind: object) -> Pair:
    return pair(**{"launches": 64, "seed": 2, **kind})  # type: ignore[arg-type]


def test_a_change_in_both_measurements_is_slower() -> None:
    (row,) = concluded([first(change=0.03)], [second(change=0.03)])
    assert row.outcome is Outcome.SLOWER
    assert row.decisive is row.second is not None


def test_a_gain_in_both_measurements_is_faster() -> None:
    (row,) = concluded([first(change=-0.03)], [second(change=-0.03)])
    assert row.outcome is Outcome.FASTER


def test_what_the_second_measurement_does_not_show_is_not_slower() -> None:
    (row,) = concluded([first(change=0.03)], [second(change=0.0)])
    assert row.outcome is Outcome.SAME


def test_without_the_second_measurement_the_first_would_have_accused() -> None:
    """The guard off: judged by the first data alone, the same row is slower."""
    chosen = first(change=0.03)
    assert decide.judged([chosen], ZONE)[chosen.key].verdict.value == "slower"


def test_no_change_is_the_same_and_not_measured_again() -> None:
    (row,) = concluded([first(change=0.0005)], [])
    assert row.outcome is Outcome.SAME
    assert row.second is None


def test_a_change_within_the_dead_zone_is_the_same() -> None:
    (row,) = concluded([first(change=0.007)], [second(change=0.007)])
    assert row.outcome is Outcome.SAME


def test_a_change_below_the_floor_in_ns_is_the_same() -> None:
    kind = {"ns": 1.0, "change": 0.03}
    (row,) = concluded([first(**kind)], [second(**kind)])
    assert row.outcome is Outcome.SAME


def shown_in(layouts: int) -> dict[str, object]:
    return {"by_layout": (0.05,) * layouts + (0.0,) * (LAYOUTS - layouts)}


@pytest.mark.parametrize("showing", [1, 2, 4, 5, 7])
def test_a_change_that_some_layouts_show_is_layout(showing: int) -> None:
    (row,) = concluded([first(change=0.05)], [second(**shown_in(showing))])
    assert row.outcome is Outcome.LAYOUT
    assert f"{showing} of 8 layouts show it: +" in row.note


def test_a_change_that_all_layouts_show_is_slower() -> None:
    (row,) = concluded([first(change=0.05)], [second(**shown_in(LAYOUTS))])
    assert row.outcome is Outcome.SLOWER


def test_without_looking_at_layouts_what_some_of_them_show_would_be_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard off."""
    monkeypatch.setattr(decide, "depends_on_layout", lambda row, direction, changes: "")
    (row,) = concluded([first(change=0.05)], [second(**shown_in(5), launches=192)])
    assert row.outcome is Outcome.SLOWER


def test_what_a_third_measurement_says_takes_the_place_of_the_second() -> None:
    wide, narrow = second(change=0.03, noise=0.2), second(change=0.03, launches=192)
    (row,) = conclude([first(change=0.03)], {wide.key: wide}, {narrow.key: narrow}, LAYOUTS, ZONE)
    assert row.outcome is Outcome.SLOWER
    assert row.decisive is not None and row.decisive.base_launches == 192


def test_measurements_that_contradict_each_other_prove_nothing() -> None:
    (row,) = concluded([first(change=-0.03)], [second(change=0.03)])
    assert row.outcome is Outcome.UNSURE
    assert "the first measurement saw -" in row.note


def test_layouts_that_differ_but_all_show_the_change_leave_it_slower() -> None:
    (row,) = concluded([first(change=0.1)], [second(change=0.1, by_layout=(0.0, 0.02, 0.04, -0.02) * 2)])
    assert row.outcome is Outcome.SLOWER


def test_too_few_quiet_launches_prove_nothing() -> None:
    (row,) = concluded([first(change=0.5, quiet=5)], [])
    assert row.outcome is Outcome.UNSURE
    assert row.lost
    assert "5 of 12 launches were quiet" in row.note


def test_a_flagged_row_that_could_not_be_measured_again_proves_nothing() -> None:
    (row,) = concluded([first(change=0.1)], [second(change=0.1, quiet=20)])
    assert row.outcome is Outcome.UNSURE
    assert row.lost and row.first is not None


def test_a_side_that_crashed_says_so_and_is_no_noise() -> None:
    (row,) = concluded([first(quiet=0, reason="head: crashed: by signal 11")], [])
    assert row.outcome is Outcome.UNSURE
    assert row.note == "head: crashed: by signal 11"
    assert not row.lost


def rows(*outcomes: Outcome, control: bool = False) -> list[GateRow]:
    arm = "null" if control else "heap"
    measured = decide.judged([first(change=0.0)], ZONE)[first().key]
    return [GateRow(Key(f"s/v/{i}", "glibc", arm), control, measured, None, each, "") for i, each in enumerate(outcomes)]


def lost_rows(count: int) -> list[GateRow]:
    return [dataclasses.replace(row, first=None, lost=True) for row in rows(*[Outcome.UNSURE] * count)]


def test_nothing_slower_is_fine() -> None:
    found = judgement(rows(Outcome.SAME, Outcome.FASTER, Outcome.LAYOUT, Outcome.UNSURE), [], [], "")
    assert found.conclusion is Conclusion.FINE


def test_one_slower_row_is_a_regression() -> None:
    found = judgement(rows(Outcome.SAME, Outcome.SLOWER), [], [], "")
    assert found.conclusion is Conclusion.REGRESSION
    assert "1 row slower, first and when measured again" in found.reasons


@pytest.mark.parametrize("moved", [Outcome.SLOWER, Outcome.FASTER])
def test_a_control_that_moves_makes_the_gate_inconclusive(moved: Outcome) -> None:
    found = judgement([*rows(Outcome.SLOWER), *rows(moved, control=True)], [], [], "")
    assert found.conclusion is Conclusion.INCONCLUSIVE
    assert "s/v/0 null (glibc)" in found.reasons[0]


def test_without_the_control_rows_the_same_gate_would_be_red() -> None:
    """The guard off."""
    moved = [dataclasses.replace(row, control=False) for row in rows(Outcome.SLOWER, control=True)]
    assert judgement([*rows(Outcome.SLOWER), *moved], [], [], "").conclusion is Conclusion.REGRESSION


def test_a_control_whose_instructions_changed_is_code_under_test() -> None:
    control = rows(Outcome.SLOWER, control=True)
    assert judgement(control, [], [control[0].key], "").conclusion is Conclusion.REGRESSION


def test_exact_counts_are_red_whatever_the_noise() -> None:
    lost = lost_rows(2)
    found = judgement([*lost, *rows(Outcome.FASTER, control=True)], [lost[0].key], [], "")
    assert found.conclusion is Conclusion.REGRESSION


def test_a_gate_that_saw_too_little_is_inconclusive_and_names_what_it_lost() -> None:
    found = judgement([*lost_rows(2), *rows(*[Outcome.SAME] * 10)], [], [], "")
    assert found.conclusion is Conclusion.INCONCLUSIVE
    found = judgement([*lost_rows(1), *rows(*[Outcome.SAME] * 10)], [], [], "")
    assert found.conclusion is Conclusion.FINE
    assert found.reasons == ("1 of 11 rows had too few quiet launches: s/v/0 heap (glibc)",)


def test_a_gate_that_compared_nothing_has_failed() -> None:
    skipped = [dataclasses.replace(row, first=None) for row in rows(Outcome.UNSURE)]
    for nothing in ([], skipped):
        found = judgement(nothing, [], [], "")
        assert (found.conclusion, found.reasons) == (Conclusion.FAILED, ("nothing was compared",))


def test_what_could_not_be_measured_is_no_success() -> None:
    assert judgement(rows(Outcome.SAME), [], [], "1 of 4 pairs crashed").conclusion is Conclusion.FAILED
    assert judgement(rows(Outcome.SLOWER), [], [], "1 of 4 pairs crashed").conclusion is Conclusion.REGRESSION
