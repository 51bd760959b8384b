"""What a gate tells, in all of its formats."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from gate_pairs import LAYOUTS, pair

from heaptoll.gate import report
from heaptoll.gate.counted import Counted
from heaptoll.gate.counts import CountsResult, differences
from heaptoll.gate.counts_readings import Allocated, Reading, ReadingPair
from heaptoll.gate.csv_file import COLUMNS, as_csv
from heaptoll.gate.decide import GateRow, conclude, judgement
from heaptoll.gate.json_file import as_json
from heaptoll.gate.paired import Key, Pair
from heaptoll.gate.junit_file import as_junit
from heaptoll.gate.report import Report
from heaptoll.gate.run import Timed
from heaptoll.verdict.zone import DeadZone

ZONE = DeadZone()


def concluded(first: list[Pair], again: list[Pair]) -> list[GateRow]:
    return conclude(first, {pair.key: pair for pair in again}, {}, LAYOUTS, ZONE)


def gate_rows() -> list[GateRow]:
    kinds = {
        "s/slow/8": {"change": 0.03},
        "s/slower/8": {"change": 0.3},
        "s/fast/8": {"change": -0.02},
        "s/layout/8": {"by_layout": (0.05,) * 4 + (0.0,) * 4},
        "s/same/8": {},
    }
    lost = pair("s/lost/8", quiet=2)
    again = [pair(case, seed=2, **kind) for case, kind in kinds.items()]  # type: ignore[arg-type]
    return concluded([*(pair(case, **kind) for case, kind in kinds.items()), lost], again)  # type: ignore[arg-type]


def counted() -> Counted:
    base = Reading("ok", "", 8, (800,), (Allocated(1.0, 64.0),))
    head = Reading("ok", "", 8, (880,), (Allocated(2.0, 64.0),))
    pairs = (ReadingPair("s/same/8", "heap", "glibc", base, head), ReadingPair("s/same/8", "null", "glibc", base, base))
    return Counted(tuple(differences(CountsResult(pairs))), "")


def made(rows: list[GateRow] | None = None, counts: Counted = Counted((), "counts: off"), losses: str = "") -> Report:
    found = gate_rows() if rows is None else rows
    timed = Timed(
        tuple(found), ("20260131T120000Z-beef",), 6, 9.0, losses, ("s/old/8: only in base",), ("a warning",)
    )
    judged = judgement(found, list(counts.red(found)), counts.changed_controls, losses, timed.one_sided)
    return Report("v1 | <old>", "the tree", ZONE, timed, judged, counts)


def test_the_text_begins_with_the_sides_and_ends_with_the_verdict() -> None:
    lines = report.as_text(made()).splitlines()
    assert lines[0] == "base: v1 | <old>"
    assert "gate: regression" in lines
    assert lines[-1].strip() == "1 case not compared, because the sides do not have them alike"


def test_the_largest_slowdown_comes_first_and_what_is_the_same_is_not_listed() -> None:
    named = [line.split()[0] for line in report.as_text(made()).splitlines() if line.startswith("s/")]
    assert named == ["s/slower/8", "s/slow/8", "s/layout/8", "s/fast/8"]


def test_the_text_says_what_was_not_compared() -> None:
    text = report.as_text(made())
    assert "not compared: s/old/8: only in base" in text
    assert "warning: a warning" in text


def test_a_gate_of_nothing_can_be_told() -> None:
    assert report.as_text(made([])).endswith(
        "gate: not everything could be measured\n  nothing was compared\n"
        "  1 case not compared, because the sides do not have them alike"
    )


def test_markdown_keeps_its_table_whatever_the_names() -> None:
    text = report.as_markdown(made())
    assert "v1 \\| \\<old\\>" in text
    rows = [line for line in text.splitlines() if line.startswith("| s/")]
    assert len(rows) == 4
    assert {line.replace("\\|", "").count("|") for line in rows} == {10}


def test_many_changes_are_cut_with_a_line_that_says_so() -> None:
    many = [pair(f"s/v/{i}", change=0.1) for i in range(report.MOST_ROWS + 5)]
    again = [pair(f"s/v/{i}", change=0.1, seed=2) for i in range(report.MOST_ROWS + 5)]
    found = made(concluded(many, again))
    assert "and 5 more rows, in gate.json" in report.as_text(found)
    assert "and 5 more rows, in gate.json" in report.as_markdown(found)


def test_json_has_every_row_with_both_measurements() -> None:
    content = json.loads(as_json(made(counts=counted())))
    assert (content["conclusion"], content["exit_status"]) == ("regression", 1)
    by_case = {row["case"]: row for row in content["rows"]}
    assert len(by_case) == 6
    assert by_case["s/slow/8"]["second"]["launches"] == 64
    assert by_case["s/same/8"]["second"] is None
    assert by_case["s/lost/8"]["first"] is None
    assert [row["red"] for row in content["counts"]] == [True, False]


def test_junit_fails_what_is_slower_and_what_counts_more() -> None:
    suite = ElementTree.fromstring(as_junit(made(counts=counted())).encode())
    failed = [(c.get("classname"), c.get("name")) for c in suite.iter("testcase") if c.find("failure") is not None]
    assert failed == [("s/slow/8", "heap glibc"), ("s/slower/8", "heap glibc"), ("s/same/8", "heap glibc counts")]
    assert suite.get("failures") == "3"
    assert suite.get("tests") == str(len(list(suite.iter("testcase"))))
    assert suite.get("skipped") == str(len(list(suite.iter("skipped"))))


def test_junit_skips_layout_and_what_was_lost_with_the_reason() -> None:
    suite = ElementTree.fromstring(as_junit(made()).encode())
    skipped = {c.get("classname"): s.get("message") or "" for c in suite.iter("testcase") for s in c.iter("skipped")}
    assert skipped["s/layout/8"].startswith("layout: 4 of 8 layouts show it")
    assert "2 of 64 launches were quiet" in skipped["s/lost/8"]


def test_where_a_control_moved_nothing_fails_in_junit() -> None:
    kinds = [{"arm": arm, "change": 0.1} for arm in ("null", "heap")]
    rows = concluded([pair(**kind) for kind in kinds], [pair(seed=2, **kind) for kind in kinds])  # type: ignore[arg-type]
    suite = ElementTree.fromstring(as_junit(made(rows)).encode())
    assert suite.get("failures") == "0"
    text = ElementTree.tostring(suite, encoding="unicode")
    assert "a control row moved: slower" in text and "slower, but control rows moved too" in text


def test_what_could_not_be_measured_is_an_error_in_junit() -> None:
    suite = ElementTree.fromstring(as_junit(made(losses="s/v/8, heap, glibc: head: crashed: by signal 11\nmore")).encode())
    (error,) = suite.iter("error")
    assert (suite.get("errors"), error.get("message")) == ("1", "s/v/8, heap, glibc: head: crashed: by signal 11")


def test_without_counts_the_audits_allocations_are_red_by_themselves() -> None:
    rows = [replace(row, more_allocs=1.0 if row.key.case == "s/same/8" else 0.0) for row in gate_rows()]
    found = made(rows)
    assert found.red_counts == {Key("s/same/8", "glibc", "heap"): "+1 allocations per operation, by the audit"}
    assert "s/same/8 heap (glibc): +1 allocations per operation, by the audit" in report.as_text(found)


def test_more_instructions_in_less_time_are_not_held_against_the_head_and_more_allocations_are() -> None:
    base = Reading("ok", "", 8, (800,), (Allocated(1.0, 64.0),))
    head = Reading("ok", "", 8, (880,), (Allocated(1.0, 64.0),))
    more = Reading("ok", "", 8, (880,), (Allocated(2.0, 64.0),))
    faster = [row for row in gate_rows() if row.key.case == "s/fast/8"]
    for reading, is_red in ((head, False), (more, True)):
        pairs = (ReadingPair("s/fast/8", "heap", "glibc", base, reading),)
        assert bool(Counted(tuple(differences(CountsResult(pairs))), "").red(faster)) is is_red


def test_what_has_no_time_is_listed_with_its_reason() -> None:
    rows = concluded([pair(quiet=0, reason="base: skipped: no clang here")], [])
    assert "not timed: 1 rows (s/v/8 …): base: skipped: no clang here" in report.as_text(made(rows))


@pytest.mark.parametrize("required, loses", [(False, ""), (True, "not counted: s/v/8, heap, glibc: head: crashed: x")])
def test_what_was_not_counted_is_a_loss_only_where_it_had_to_be(required: bool, loses: str) -> None:
    base = Reading("ok", "", 8, (800,), (Allocated(1.0, 64.0),))
    head = Reading("crashed", "x", 8, (), ())
    rows = tuple(differences(CountsResult((ReadingPair("s/v/8", "heap", "glibc", base, head),))))
    assert Counted(rows, "", required=required).losses == loses


def test_a_control_whose_instructions_changed_is_known() -> None:
    base = Reading("ok", "", 8, (800,), (Allocated(0.0, 0.0),))
    head = Reading("ok", "", 8, (808,), (Allocated(0.0, 0.0),))
    rows = tuple(differences(CountsResult((ReadingPair("s/v/8", "null", "glibc", base, head),))))
    assert [key.arm for key in Counted(rows, "").changed_controls] == ["null"]


def table(found: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(found), newline=""), strict=True))


def test_csv_has_every_row_with_both_measurements_and_what_was_not_compared() -> None:
    text = as_csv(made(counts=counted()))
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n") == 1 + 6 + 1
    rows = {row["case"]: row for row in table(made(counts=counted()))}
    assert list(rows["s/slow/8"]) == list(COLUMNS)
    slow, lost, old = rows["s/slow/8"], rows["s/lost/8"], rows["s/old/8"]
    assert (slow["verdict"], slow["red"], slow["second_launches"], slow["second_verdict"]) == ("slower", "yes", "64", "slower")
    assert 2.5 < float(slow["first_change_percent"]) < 3.5
    assert (lost["verdict"], lost["red"], lost["first_base_ns"]) == ("unsure", "no", "")
    assert (old["note"], old["verdict"], old["allocator"]) == ("only in base", "", "")


def test_csv_says_which_counts_are_red_and_has_them_in_full() -> None:
    rows = {row["case"]: row for row in table(made(counts=counted()))}
    same = rows["s/same/8"]
    assert (same["verdict"], same["red"], same["counts"]) == ("same", "yes", "more")
    assert (same["base_instructions_per_op"], same["head_instructions_per_op"]) == ("100", "110")
    assert "+1 allocations per operation" in same["red_counts"]
    assert rows["s/slow/8"]["counts"] == rows["s/slow/8"]["red_counts"] == ""


def test_where_a_control_moved_nothing_is_red_in_csv() -> None:
    kinds = [{"arm": arm, "change": 0.1} for arm in ("null", "heap")]
    rows = concluded([pair(**kind) for kind in kinds], [pair(seed=2, **kind) for kind in kinds])  # type: ignore[arg-type]
    found = table(made(rows))
    assert [(row["control"], row["verdict"], row["red"]) for row in found[:2]] == [
        ("yes", "slower", "no"),
        ("no", "slower", "no"),
    ]


def test_no_name_is_a_formula_or_a_row_of_its_own_in_csv() -> None:
    hostile = '=cmd|" /c calc"!A1\n@x,"y'
    (row, _) = table(made(concluded([pair(case=hostile, allocator=hostile)], [])))
    assert row["case"] == row["allocator"] == "'" + hostile.replace("\n", "\\n")
