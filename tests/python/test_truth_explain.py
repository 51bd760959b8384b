"""Why the engines differ, on made-up results: every reason there is, and the table and command around them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from test_truth_judge import ZEN_5, known

from heaptoll.bad_input import BadInput
from heaptoll.truth import command, measure
from heaptoll.truth.explain import Reason, explain, settled_cycles
from heaptoll.truth.figures import Arm, Sample, Truth
from heaptoll.truth.table import table

CASE = "a_scenario/a_variant/64"
LAUNCHES = (0.99, 1.0, 1.0, 1.0, 1.01)


def arm(
    name: str = "stack", *, ours: float = 20.0, theirs: float = 20.0, ghz: float = 4.0, theirs_ghz: float = 4.0,
    shorter: float | None = None, slow: float = 1.0, launches: tuple[float, ...] = LAUNCHES, repetitions: int = 8,
) -> Arm:  # fmt: skip
    """Cycles per operation of both engines; `launches` are ours as shares of `ours`, `slow` what their slow
    slices take more."""
    made = Arm(CASE, name)
    for turn, share in enumerate(launches):
        made.ours.append(Sample(turn, 0, ours * share / ghz, ours * share, 3000, ours * share * slow))
    for number in range(repetitions):
        made.theirs.append(Sample(number % 4, number, theirs / theirs_ghz, theirs, 10_000, theirs))
        if shorter:
            made.shorter.append(Sample(number % 4, number, shorter / theirs_ghz, shorter, 1_000, shorter))
    return made


def reason(*arms: Arm) -> Reason:
    return explain(arms)[0].reason


def test_results_within_two_per_cent_are_the_same() -> None:
    assert reason(arm(theirs=20.3)) is Reason.SAME


def test_few_quiet_launches_of_ours_explain_everything() -> None:
    assert reason(arm(theirs=40, launches=(1.0, 1.0))) is Reason.NOISY
    assert reason(arm(launches=())) is Reason.NOISY


def test_few_quiet_repetitions_of_theirs_explain_everything() -> None:
    assert reason(arm(theirs=40, repetitions=5)) is Reason.FEW
    assert reason(arm(repetitions=0)) is Reason.FEW


def test_repetitions_of_one_turn_only_are_few() -> None:
    one = arm(theirs=40)
    one.theirs = [sample._replace(turn=0) for sample in one.theirs]
    assert reason(one) is Reason.FEW


def test_cycles_that_agree_mean_that_the_clock_moved() -> None:
    assert reason(arm(theirs_ghz=3.8)) is Reason.CLOCK


def test_a_loss_at_the_start_of_every_repetition_is_settling() -> None:
    # 20 cycles each, and 20 000 once: 40 per operation over 1 000 of them, 22 over 10 000.
    settling = arm(theirs=22, shorter=40)
    assert settled_cycles(settling) == pytest.approx(20)
    assert reason(settling) is Reason.SETTLING


def test_shorter_repetitions_that_are_no_slower_show_no_settling() -> None:
    assert reason(arm(theirs=22, shorter=22)) is Reason.UNEXPLAINED
    assert math.isnan(settled_cycles(arm(theirs=22)))


def test_settling_does_not_explain_what_remains_without_it() -> None:
    assert reason(arm(theirs=26, shorter=44)) is Reason.UNEXPLAINED


def test_a_result_among_our_launches_is_a_matter_of_layout() -> None:
    assert reason(arm(theirs=21, launches=(0.99, 1.0, 1.0, 1.0, 1.06))) is Reason.LAYOUT


def test_a_mean_among_our_slices_holds_interruptions() -> None:
    assert reason(arm(theirs=21, slow=1.06)) is Reason.MEAN
    assert reason(arm(theirs=21, slow=1.04)) is Reason.UNEXPLAINED
    assert reason(arm(theirs=19, slow=1.06)) is Reason.UNEXPLAINED


def test_a_heap_arm_whose_stack_arm_agrees_has_another_allocator_state() -> None:
    assert reason(arm("heap", theirs=24), arm("stack")) is Reason.STATE


def test_without_a_stack_arm_that_agrees_the_heap_is_not_explained() -> None:
    assert reason(arm("heap", theirs=24), arm("stack", theirs=24)) is Reason.UNEXPLAINED
    assert reason(arm("heap", theirs=24), arm("stack", repetitions=0)) is Reason.UNEXPLAINED
    assert reason(arm("heap", theirs=24)) is Reason.UNEXPLAINED


def test_what_nothing_explains_is_called_unexplained() -> None:
    assert reason(arm("stack", theirs=24)) is Reason.UNEXPLAINED


def test_ratios_are_paired_turn_by_turn() -> None:
    drifting = arm()
    drifting.ours = [s._replace(ns=s.ns * (1 + s.turn)) for s in drifting.ours]
    drifting.theirs = [s._replace(ns=s.ns * (1 + s.turn)) for s in drifting.theirs]
    assert explain([drifting])[0].ratio_ns == pytest.approx(1)


# ---- table, file, command


def found() -> Truth:
    truth = known()
    truth.ordinary = [arm(), arm("heap", theirs=24), arm("null", repetitions=0)]
    truth.machine, truth.date, truth.revision, truth.quiet_share = "a machine", "2026-01-31", "0123456789abcdef", 0.9
    return truth


def test_the_table_has_every_reason_with_its_count() -> None:
    text = table(found())
    for each in Reason:
        count = {Reason.SAME: 1, Reason.STATE: 1, Reason.FEW: 1}.get(each, 0)
        assert f"| {each.value} | {count} |" in text


def test_the_table_says_which_costs_are_off_and_which_are_the_unit() -> None:
    assert "| known_cost/add_chain/1024 | stack | 1024 | 1044.5 | +2.00 % | 8 | off |" in table(known(1.02))
    assert "| ok (unit) |" in table(known(case="known_cost/multiply_chain/256", each=3.0))
    assert "1 (50 %)" in table(found()) and "| 2 of 3 |" in table(found())


def test_an_empty_run_has_a_table_too() -> None:
    assert "0 of 0" in table(Truth(ZEN_5))


def test_what_is_written_reads_back_the_same() -> None:
    assert Truth.from_json(json.loads(json.dumps(found().as_json()))) == found()


@pytest.mark.parametrize("factor, code", [(1.0, 0), (1.02, 1)])
def test_a_measured_file_is_judged_again_without_measuring(tmp_path: Path, factor: float, code: int) -> None:
    truth = known(factor)
    truth.quiet_share = 0.9
    (tmp_path / "in.json").write_text(json.dumps(truth.as_json()), encoding="utf-8")
    assert command.main(["--from", str(tmp_path / "in.json"), "--out", str(tmp_path / "out")]) == code
    assert (tmp_path / "out" / "truth.md").read_text(encoding="utf-8") == table(truth)
    assert Truth.from_json(json.loads((tmp_path / "out" / "truth.json").read_text(encoding="utf-8"))) == truth


def test_a_run_that_could_not_judge_says_so_with_its_exit_code(tmp_path: Path) -> None:
    truth = known()
    for each in truth.known:
        each.ours.clear()
    (tmp_path / "in.json").write_text(json.dumps(truth.as_json()), encoding="utf-8")
    assert command.main(["--from", str(tmp_path / "in.json"), "--out", str(tmp_path)]) == 3


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cpu": {}, "known": 1, "ordinary": []}', "not json"])
def test_a_file_that_is_none_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "in.json").write_text(content, encoding="utf-8")
    assert command.main(["--from", str(tmp_path / "in.json"), "--out", str(tmp_path)]) == 2
    assert "in.json" in capsys.readouterr().err


def test_a_missing_program_is_named_with_what_builds_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="make build"):
        measure.check_built(tmp_path)
