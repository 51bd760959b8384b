"""What the gate says of counts: differences, thresholds, what does not repeat, and how it is shown."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heaptoll.gate.counts import (
    CountRow, CountsResult, Thresholds, Unavailable, as_markdown, as_terminal, differences, red, summary, uncounted,
)  # fmt: skip
from heaptoll.gate.counts_readings import Allocated, Reading, ReadingPair

OPERATIONS = 1024
NO_LIMIT = Thresholds(instructions_percent=math.inf, allocs_per_op=math.inf)


def reading(
    *per_op: float, allocs: float = 1.0, size: float = 64.0, status: str = "ok", reason: str = "", dishonest: str = ""
) -> Reading:
    """One side's reading, with a pass for each count of instructions per operation."""
    totals = tuple(round(one * OPERATIONS) for one in per_op)
    return Reading(status, reason, OPERATIONS, totals, (Allocated(allocs, size),) if totals else (), dishonest)


def pair(
    base: Reading, head: Reading, allocator: str = "glibc", case: str = "a/b/64", arm: str = "heap"
) -> ReadingPair:
    return ReadingPair(case, arm, allocator, base, head)


def row(base: Reading, head: Reading, thresholds: Thresholds = Thresholds()) -> CountRow:
    (made,) = differences(CountsResult((pair(base, head),)), thresholds)
    return made


# ---- differences


def test_equal_counts_are_equal_and_exact() -> None:
    made = row(reading(200), reading(200))
    assert (made.status, made.red, made.reason) == ("equal", False, "")
    assert made.exact_base and made.exact_head
    assert (made.instructions_change, made.instructions_change_percent, made.allocs_change) == (0.0, 0.0, 0.0)


def test_the_smallest_difference_is_a_difference() -> None:
    made = row(reading(200, 200), reading(200 + 1 / OPERATIONS, 200 + 1 / OPERATIONS))
    assert (made.status, made.instructions_change) == ("more", 1 / OPERATIONS)
    assert not made.red


def test_one_more_allocation_is_red_by_itself_though_instructions_are_fewer() -> None:
    made = row(reading(200, 200), reading(150, 150, allocs=2))
    assert (made.status, made.red) == ("more", True)
    assert made.reason == "+1 allocations per operation"


def test_allocations_are_let_through_by_a_threshold_of_their_own() -> None:
    """The guard off: without the threshold of 0, the same row is not red."""
    assert not row(reading(200, 200), reading(200, 200, allocs=2), Thresholds(allocs_per_op=1)).red


@pytest.mark.parametrize("more, is_red", [(0.5, False), (1.0, False), (1.0 + 1 / OPERATIONS, True), (20, True)])
def test_instructions_are_red_above_their_threshold_and_not_at_it(more: float, is_red: bool) -> None:
    base, head = reading(200, 200), reading(200 + more, 200 + more)
    made = row(base, head)
    assert (made.status, made.red) == ("more", is_red)
    assert ("over 0.5 %" in made.reason) == is_red
    assert not row(base, head, NO_LIMIT).red
    assert row(base, head, Thresholds(instructions_percent=0)).red


def test_anything_more_than_nothing_is_over_the_threshold() -> None:
    made = row(reading(0, 0), reading(1, 1))
    assert made.red and made.instructions_change_percent is None


def test_fewer_is_never_red() -> None:
    made = row(reading(200, 200), reading(100, 100, allocs=0, size=0), Thresholds(0, 0))
    assert (made.status, made.red) == ("fewer", False)


def test_more_bytes_are_shown_and_not_red() -> None:
    made = row(reading(200), reading(200, size=80))
    assert (made.status, made.red, made.bytes_change) == ("more", False, 16.0)


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 40), st.floats(0, 10))
def test_red_is_what_the_threshold_says(base: int, head: int, percent: float) -> None:
    one = Reading("ok", "", OPERATIONS, (base, base), (Allocated(1, 64),))
    other = dataclasses.replace(one, instructions=(head, head))
    made = row(one, other, Thresholds(instructions_percent=percent))
    assert made.status == ("more" if head > base else "fewer" if head < base else "equal")
    assert made.red == ((head - base) / OPERATIONS > base / OPERATIONS * percent / 100 and head > base)


# ---- what does not repeat


def test_what_does_not_repeat_is_never_red_and_says_what_was_counted() -> None:
    made = row(reading(200, 201), reading(300, 300))
    assert (made.status, made.red, made.exact_base, made.exact_head) == ("inexact", False, False, True)
    assert made.reason == "does not repeat: base 200 or 201, head 300 instructions"


def test_without_the_second_pass_the_same_would_be_red() -> None:
    """The guard off: that is what the second pass is for."""
    assert row(reading(200), reading(300)).red


def test_an_allocation_more_is_red_where_only_the_instructions_do_not_repeat() -> None:
    made = row(reading(200, 201), reading(300, 300, allocs=2))
    assert (made.status, made.red) == ("more", True)
    assert "does not repeat" in made.reason and "+1 allocations" in made.reason


def test_allocations_that_do_not_repeat_are_not_red() -> None:
    head = dataclasses.replace(reading(200), allocated=(Allocated(2, 64), Allocated(1, 64)))
    made = row(reading(200), head)
    assert (made.status, made.red, made.exact_head) == ("inexact", False, False)
    assert "head 2 or 1 allocations" in made.reason


# ---- what is not there


def test_a_crash_is_uncounted_with_its_reason() -> None:
    made = row(reading(200), reading(status="crashed", reason="SIGSEGV"))
    assert (made.status, made.red, made.reason) == ("uncounted", False, "head: crashed: SIGSEGV")
    assert made.exact_base is None and made.head_instructions_per_op is None
    assert uncounted([made]) == [made]


def test_what_cannot_be_run_here_is_skipped_and_not_missing() -> None:
    made = row(*[reading(status="skipped", reason="no clang here")] * 2)
    assert made.status == "skipped" and uncounted([made]) == []


def test_instructions_are_judged_though_the_audit_failed() -> None:
    base, head = (dataclasses.replace(reading(one, one), allocated=(Allocated(None, None),)) for one in (200, 300))
    made = row(base, head)
    assert (made.status, made.red) == ("uncounted", True)
    assert "no allocations and no bytes of both sides" in made.reason


def test_what_the_audit_calls_dishonest_is_said() -> None:
    assert "head: dishonest: takes 2, declares 1" in row(
        reading(200, 200), reading(250, 250, allocs=2, dishonest="takes 2, declares 1")
    ).reason


# ---- shown

SAME, FEW, MUCH = (
    pair(reading(200), reading(200), "glibc"),
    pair(reading(200, 200), reading(150, 150), "glibc", "a/b/few"),
    [pair(reading(100, 100), reading(101, 101), name, "a/b/much", "stack") for name in ("glibc", "jemalloc")],
)
ROWS = differences(CountsResult((SAME, FEW, *MUCH)))


def test_the_summary_says_how_many_are_equal_and_what_is_over() -> None:
    assert summary(ROWS) == "counts: 1 of 4 rows equal, 2 more, 1 fewer; 2 over the threshold"
    assert summary(ROWS[:1]) == "counts: 1 of 1 rows equal"
    assert summary([]) == "counts: nothing to count"


def test_where_all_is_equal_there_is_no_table() -> None:
    assert as_terminal(ROWS[:1]) == as_markdown(ROWS[:1]) == summary(ROWS[:1])


def test_the_table_has_the_red_first_and_one_line_for_all_allocators_alike() -> None:
    lines = as_terminal(ROWS).splitlines()
    assert len(lines) == 1 + 1 + 2 + 2 * 2 + 1  # beneath the first one, why
    assert lines[4] == "a/b/much" and "glibc, jemalloc" in lines[5]
    assert "100 -> 101" in lines[5] and "+1 (+1 %)" in lines[5] and "RED more" in lines[5]
    assert lines[7] == "a/b/few" and "fewer" in lines[8] and "RED" not in lines[8]


def test_a_long_table_is_cut_and_says_so() -> None:
    assert as_terminal(ROWS, most=1).splitlines()[-1] == "and 1 more of these"
    assert as_markdown(ROWS, most=1).splitlines()[-1] == "and 1 more of these"


def test_markdown_is_a_table_whatever_a_reason_holds() -> None:
    made = differences(CountsResult((pair(reading(200), reading(status="crashed", reason="a|b\nc")),)))
    table = as_markdown(made).splitlines()[2:]
    assert len(table) == 3
    assert all(line.replace("\\|", "").count("|") == 9 for line in table)


def test_a_row_is_plain_data() -> None:
    loaded = json.loads(json.dumps([dataclasses.asdict(each) for each in ROWS]))
    assert [CountRow(**each) for each in loaded] == ROWS
    assert red(ROWS) == [each for each in ROWS if each.red]


def test_unavailable_says_why_and_what_helps() -> None:
    assert str(Unavailable("no valgrind", "install it")) == "counts: not available: no valgrind; install it"
