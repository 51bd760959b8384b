"""What scripts/perf.py is made of: reading perf and callgrind_annotate, finding the arm."""

from __future__ import annotations

from pathlib import Path

import pytest

from heaptoll.bad_input import BadInput
from heaptoll.counts.catalogue import Case, Lane
from heaptoll.profile import callgrind_tool, perf_tool
from heaptoll.profile.subject import Subject, find_arm, only_lane

STAT = """\
<not supported>\t\tcycles\t0\t0.00\t\t
0.52\tmsec\ttask-clock\t520000\t100.00\t0.5\tCPUs utilized
55\t\tpage-faults:u\t520000\t100.00\t\t
<not counted>\t\tbranches\t0\t0.00\t\t
"""
REPORT = """\
# To display the perf.data header info, please use --header/--header-only options.
# Overhead\tSymbol\tShared Object
 21.73\t[.] ht_consume              \theaptoll-worker
 15.71\t[.] malloc                  \tlibc.so.6

"""
ANNOTATED = """\
--------------------------------------------------------------------------------
Ir
--------------------------------------------------------------------------------
187,438,080 (100.0%)  PROGRAM TOTALS

--------------------------------------------------------------------------------
Ir                   file:function
--------------------------------------------------------------------------------
41,061,888 (21.91%)  ???:free [/usr/lib/libjemalloc.so.2]
37,701,120 ( 9.40%)  /src/harness/body.c:ht_consume [/build/heaptoll-worker]

--------------------------------------------------------------------------------
-- Auto-annotated source: /src/harness/body.c
--------------------------------------------------------------------------------
1,000 ( 0.01%)  not:a_function [x]
"""
CASES = {"a/b/64": Case("a/b/64", "a", "b", 64, "", ("null", "stack", "heap"))}


def test_only_events_with_a_number_are_countable() -> None:
    assert perf_tool.countable(STAT) == ["task-clock", "page-faults"]


def test_perfs_report_is_read_line_by_line() -> None:
    hottest = perf_tool.parse_report(REPORT)
    assert [(hot.share, hot.function, hot.object) for hot in hottest] == [
        (21.73, "ht_consume", "heaptoll-worker"), (15.71, "malloc", "libc.so.6"),
    ]  # fmt: skip


def test_callgrinds_functions_end_where_the_sources_begin() -> None:
    hottest = callgrind_tool.parse_annotated(ANNOTATED)
    assert [(hot.share, hot.function, hot.object) for hot in hottest] == [
        (21.91, "free", "libjemalloc.so.2"), (9.4, "ht_consume", "heaptoll-worker"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "case, arm, words", [("a/b/63", "heap", "nearest: a/b/64"), ("a/b/64", "heep", "null, stack, heap")]
)
def test_a_mistyped_name_is_answered_with_the_nearest(case: str, arm: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        find_arm(CASES, case, arm)


def test_one_allocator_at_a_time() -> None:
    with pytest.raises(BadInput, match="one allocator"):
        only_lane([Lane("glibc", ""), Lane("jemalloc", "/l.so")])


def test_the_allocator_is_preloaded_into_the_worker_alone() -> None:
    subject = Subject(Path("/w"), "a/b/64", "heap", Lane("mine", "/l.so"), 2)
    assert subject.command() == ["env", "-u", "LD_PRELOAD", "LD_PRELOAD=/l.so", "/w", "--run", "a/b/64", "heap", "2"]
    assert subject.folder(Path("r")) == Path("r/a/b/64/heap-mine")
