"""What the gate's answer means for a trial: rows and conclusions are made up, nothing is measured."""

from __future__ import annotations

from heaptoll.gate.counted import Counted
from heaptoll.gate.counts_rows import CountRow
from heaptoll.gate.decide import Conclusion, GateRow, Outcome
from heaptoll.gate.paired import Key
from heaptoll.gate.run import Timed
from heaptoll.gate.selftest.through_gate import result_of
from heaptoll.gate.selftest.trial import Place, TrialResult

HEAP = Place("a/b/8", "glibc", "heap")


def row(arm: str, outcome: Outcome = Outcome.SAME, *, lost: bool = False) -> GateRow:
    return GateRow(Key(HEAP.case, HEAP.allocator, arm), arm == "null", None, None, outcome, "", lost)


def answer(*rows: GateRow, conclusion: Conclusion, counted: Counted = Counted((), "")) -> TrialResult:
    timed = Timed(rows, ("run",), 1, 1.5, "", (), ())
    return result_of(timed, conclusion, counted, ("glibc",))


def counted(status: str, red: bool) -> Counted:
    nothing = dict.fromkeys(CountRow.__dataclass_fields__)
    values = {**nothing, "case": HEAP.case, "arm": HEAP.arm, "allocator": HEAP.allocator, "status": status, "red": red}
    return Counted((CountRow(**values),), "")  # type: ignore[arg-type]


def test_a_slower_row_of_a_regression_is_red() -> None:
    result = answer(row("null"), row("stack"), row("heap", Outcome.SLOWER), conclusion=Conclusion.REGRESSION)
    assert result.red == (HEAP,)
    assert (result.comparisons, result.pairs, result.inconclusive) == (2, 1, False)
    assert result.seconds_per_case == 1.5


def test_what_the_gate_takes_back_because_a_control_moved_is_not_red() -> None:
    moved = (row("null", Outcome.FASTER), row("heap", Outcome.SLOWER))
    result = answer(*moved, conclusion=Conclusion.INCONCLUSIVE)
    assert (result.red, result.inconclusive) == ((), True)
    # Nor when the counts alone make it a regression.
    result = answer(*moved, conclusion=Conclusion.REGRESSION, counted=counted("more", True))
    assert (result.red, result.red_by_counts) == ((), (HEAP,))


def test_rows_of_other_outcomes_are_not_red() -> None:
    others = [outcome for outcome in Outcome if outcome is not Outcome.SLOWER]
    assert answer(*(row("heap", outcome) for outcome in others), conclusion=Conclusion.REGRESSION).red == ()


def test_a_row_that_noise_took_away_is_no_comparison() -> None:
    assert answer(row("stack"), row("heap", lost=True), conclusion=Conclusion.FINE).comparisons == 1


def test_a_count_below_its_threshold_is_shown_and_not_red() -> None:
    result = answer(row("heap"), conclusion=Conclusion.FINE, counted=counted("more", False))
    assert (result.red_by_counts, result.counted_more) == ((), (HEAP,))
    equal = answer(row("heap"), conclusion=Conclusion.FINE, counted=counted("equal", False))
    assert equal.counted_more == ()


def test_why_nothing_was_counted_is_kept() -> None:
    result = answer(row("heap"), conclusion=Conclusion.FINE, counted=Counted((), "counts: not available: no valgrind"))
    assert "no valgrind" in result.counts_missing
