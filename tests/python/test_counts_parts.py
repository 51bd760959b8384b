"""What scripts/counts.py is made of: callgrind's files, operation counts, rows, the audit's lines, the table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heaptoll.bad_input import BadInput
from heaptoll.counts import audit, callgrind_file, report, table
from heaptoll.counts.catalogue import Build, Case, Lane, parse_description
from heaptoll.counts.counting import Answered, Outcome, Task
from heaptoll.counts.operations import LEAST, MOST, operations_for
from heaptoll.counts.table import TwoPasses

DUMP = """\
# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 29494
part: 2

desc: Trigger: --dump-after=ht_counted

positions: line
events: Ir
summary: 2261011

ob=(5)
fn=(612) ht_counted
cfn=(613) __memmove_avx_unaligned_erms
calls=0 0
0 2261011

totals: 2261011
"""


# ---- callgrind's files


def test_a_dump_tells_its_instructions_and_the_copying_function() -> None:
    counted = callgrind_file.parse("x.2", DUMP)
    assert counted.instructions == 2261011
    assert counted.variants == {"__memmove_avx_unaligned_erms"}


def test_instructions_are_found_among_other_events() -> None:
    text = DUMP.replace("events: Ir", "events: Bc Ir Dr").replace("totals: 2261011", "totals: 7 2261011 9")
    assert callgrind_file.parse("x.2", text).instructions == 2261011


def test_events_left_out_at_the_end_are_zero() -> None:
    assert callgrind_file.parse("x.2", "events: Bc Ir\ntotals: 7\n").instructions == 0


@pytest.mark.parametrize(
    "old, new, expected",
    [
        ("totals: 2261011\n", "", "cut off"),
        ("totals: 2261011", "totals: many", "whole numbers"),
        ("totals: 2261011", "totals: 1 2", "1 to 1 of them"),
        ("totals: 2261011", "totals:", "1 to 1 of them"),
        ("totals: 2261011", "totals: -1", "whole numbers"),
        ("events: Ir\n", "", "events:"),
        ("events: Ir", "events: Dr", "Ir (instructions)"),
    ],
)
def test_a_damaged_dump_is_refused(old: str, new: str, expected: str) -> None:
    with pytest.raises(BadInput, match="x.2") as caught:
        callgrind_file.parse("x.2", DUMP.replace(old, new))
    assert expected in str(caught.value)


@pytest.mark.parametrize("length", range(len(DUMP)))
def test_a_dump_cut_off_anywhere_is_refused(length: int) -> None:
    with pytest.raises(BadInput):
        callgrind_file.parse("x.2", DUMP[:length])


# ---- operations


@given(st.none() | st.floats(0, 1e12))
def test_operations_are_a_power_of_two_within_bounds(per_op: float | None) -> None:
    operations = operations_for(per_op)
    assert LEAST <= operations <= MOST and operations & (operations - 1) == 0


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_longer_operation_is_done_no_more_often(one: float, other: float) -> None:
    short, long = sorted((one, other))
    assert operations_for(short) >= operations_for(long)


@given(st.integers(0, 1 << 50), st.integers(0, 12))
def test_a_quotient_is_written_in_full(total: int, exponent: int) -> None:
    text = table.per_op(total, 1 << exponent)
    assert Fraction(text) == Fraction(total, 1 << exponent)
    assert "e" not in text.lower() and not (("." in text) and text.endswith(("0", ".")))


# ---- rows

CASE = Case("a/b/64", "a", "b", 64, "touch=all", ("stack", "heap"))
ANSWERED = Answered("/lib/libc.so.6", "/lib/libc.so.6", "2.36")


def outcome(first: int, second: int, status: str = "ok", reason: str = "") -> Outcome:
    return Outcome(Task("a/b/64", "heap", 4), status, reason, (first, second) if status == "ok" else None)


def row(counted: TwoPasses, audited: audit.Audited | None = None) -> table.Row:
    return table.make_row(CASE, "heap", Lane("glibc", ""), ANSWERED, Build("gcc", "gcc 12", "-O2"), counted, audited)


GOOD = outcome(10, 51)
FAULTS = outcome(0, 0)


def test_a_row_has_differences_per_operation_and_what_the_audit_says() -> None:
    made = row(TwoPasses((FAULTS, FAULTS), (GOOD, GOOD)), audit.Audited("1", "64", "ok", ""))
    assert (made.instructions_per_op, made.minor_faults_per_op, made.operations) == ("10.25", "0", "4")
    assert (made.allocs_per_op, made.alloc_bytes_per_op) == ("1", "64")
    assert (made.exact, made.status, made.reason) == ("yes", "ok", "")


def test_passes_that_differ_are_marked_with_both_counts() -> None:
    made = row(TwoPasses((FAULTS, outcome(0, 1)), (GOOD, outcome(10, 50))))
    assert made.exact == "no" and made.status == "ok"
    assert made.reason == "two passes counted 10.25 and 10 instructions; two passes counted 0 and 0.25 minor faults"


def test_the_same_difference_of_other_counts_is_exact() -> None:
    assert row(TwoPasses((FAULTS, FAULTS), (GOOD, outcome(11, 52)))).exact == "yes"


def test_what_failed_first_gives_the_status() -> None:
    crashed = outcome(0, 0, "crashed", "SIGSEGV")
    assert row(TwoPasses((crashed, None), (None, None))).reason == "SIGSEGV"
    late = row(TwoPasses((FAULTS, FAULTS), (GOOD, crashed)))
    assert (late.status, late.reason, late.exact) == ("crashed", "SIGSEGV (under callgrind)", "")
    lied = row(TwoPasses((FAULTS, FAULTS), (GOOD, GOOD)), audit.Audited("2", "64", "dishonest", "2, not 1"))
    assert (lied.status, lied.reason) == ("dishonest", "2, not 1 (the audit)")


def test_the_file_is_rfc_4180() -> None:
    odd = row(TwoPasses((outcome(0, 0, "crashed", 'said "no", and died'), None), (None, None)))
    text = table.as_csv([odd])
    assert text.count("\r\n") == 2 and text.count("\n") == 2
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert tuple(lines[0]) == table.COLUMNS
    assert lines[1][-1] == 'said "no", and died'


# ---- what heaptoll and its worker say

AUDIT = "case\tarm\tallocator\tallocs_per_op\talloc_bytes_per_op\tstatus\treason\na/b/64\theap\tglibc\t1\t64\tok\t\n"


def test_the_audits_lines_are_found_by_case_arm_and_allocator() -> None:
    assert audit.parse(AUDIT) == {("a/b/64", "heap", "glibc"): audit.Audited("1", "64", "ok", "")}


@pytest.mark.parametrize("text", ["", "case\tarm\n", AUDIT + "a/b/64\theap\n"])
def test_other_lines_than_the_audits_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="audit"):
        audit.parse(text)


@pytest.mark.parametrize("text", ["", "worker\t1\tgcc\tgcc 12\t-O2\n", "nonsense\n"])
def test_a_description_that_is_none_is_refused(text: str) -> None:
    from pathlib import Path

    with pytest.raises(BadInput, match="description"):
        parse_description(Path("worker"), text)


# ---- the table


def made_row(case: str, arm: str, instructions: str, allocator: str = "glibc", status: str = "ok") -> table.Row:
    made = row(TwoPasses((FAULTS, FAULTS), (GOOD, GOOD)))
    values = {**vars(made), "case": case, "scenario": case.split("/")[0], "arm": arm, "allocator": allocator}
    return table.Row(**{**values, "instructions_per_op": instructions, "status": status})


def test_the_table_shows_stack_heap_and_their_difference() -> None:
    rows = [made_row("a/b/1", "stack", "60"), made_row("a/b/1", "heap", "202.5")]
    header, line = report.table(rows).splitlines()
    assert line.split() == ["a/b/1", "60.0", "202.5", "142.5"]
    assert "glibc" in header


def test_an_arm_that_failed_leaves_a_gap() -> None:
    rows = [made_row("a/b/1", "stack", "60"), made_row("a/b/1", "heap", "", status="crashed")]
    assert report.table(rows).splitlines()[1].split() == ["a/b/1", "60.0", "-", "-"]
    assert len(report.failures(rows)) == 1


def test_what_is_skipped_takes_a_line_for_each_reason() -> None:
    rows = [
        replace(made_row(case, arm, "", lane, status="skipped"), reason=reason)
        for case, reason in (("a/b/1", "no such thing"), ("a/b/2", "no such thing"), ("a/c/1", "no clang"))
        for arm in ("stack", "heap")
        for lane in ("jemalloc", "tcmalloc")
    ]
    assert report.skipped([made_row("a/b/0", "heap", "1"), *rows]) == [
        "skipped: 2 cases (a/b/1 …), jemalloc, tcmalloc: no such thing",
        "skipped: a/c/1, jemalloc, tcmalloc: no clang",
    ]
    assert report.failures(rows) == []


def test_many_cases_become_a_line_per_scenario() -> None:
    rows = [made_row(f"{name}/b/{n}", "stack", str(n)) for name in "xy" for n in range(report.MOST_LINES)]
    lines = report.table(rows).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["x", "y"]
