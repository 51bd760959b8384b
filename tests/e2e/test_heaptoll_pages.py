"""What the kernel does below an array is counted where it is said to be done, and nowhere else: minor page faults."""

from __future__ import annotations

import pytest
from running import Finished, Heaptoll, Row


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    finished = Heaptoll(tmp_path_factory.mktemp("pages") / "results").run(
        "--profile=full", "--benchmark_filter=array_size/(first_touch|mmap_threshold|stack_clash/8192)/", allocators=None
    )
    assert finished.code == 0, finished.stderr
    return finished


def faults(rows: list[Row]) -> list[float]:
    assert rows
    return [float(row["minor_faults_per_op"]) for row in rows]


def rows_of(pages: Finished, point: str, *arms: str, allocator: str = "glibc") -> list[Row]:
    case = f"array_size/{point}"
    return [row for arm in arms for row in pages.folder.rows_where(case=case, arm=arm, allocator=allocator)]


@pytest.mark.parametrize(("elements", "whole_pages"), [(2048, 3), (8192, 15), (32768, 63)])
def test_cold_pages_are_touched_first_on_the_stack_as_on_the_heap(
    pages: Finished, elements: int, whole_pages: int
) -> None:
    for found in faults(rows_of(pages, f"first_touch/{elements}/cold", "null", "stack", "heap")):
        assert whole_pages <= found <= whole_pages + 1.5  # an allocator may touch a page of its own


@pytest.mark.parametrize("elements", [2048, 8192, 32768])
def test_warm_pages_are_there(pages: Finished, elements: int) -> None:
    for found in faults(rows_of(pages, f"first_touch/{elements}/warm", "null", "stack", "heap")):
        assert found < 0.5


def test_a_fixed_threshold_maps_every_large_block_anew(pages: Finished) -> None:
    for elements in (25000, 131072):
        for found in faults(rows_of(pages, f"mmap_threshold/{elements}/all/fixed", "heap")):
            assert found >= elements * 8 // 4096
        for found in faults(rows_of(pages, f"mmap_threshold/{elements}/first/fixed", "heap")):
            assert found >= 1


def test_a_sliding_threshold_keeps_them(pages: Finished) -> None:
    for point in ("25000/all", "131072/all", "25000/first"):
        for found in faults(rows_of(pages, f"mmap_threshold/{point}/sliding", "heap")):
            assert found < 0.5


def test_below_the_threshold_both_are_the_same(pages: Finished) -> None:
    for found in faults(rows_of(pages, "mmap_threshold/12800/all/fixed", "stack", "null")):
        assert found < 0.5


def test_other_allocators_have_no_such_threshold_and_say_so(pages: Finished) -> None:
    rows = [
        row for row in pages.folder.rows
        if row["variant"] == "mmap_threshold" and row["allocator"] not in ("glibc", "")
    ]  # fmt: skip
    for row in rows:
        assert (row["status"], row["reason"]) == ("skipped", "only glibc has this threshold")
        assert row["ns_median"] == ""
