"""The gate's counts of two workers: nothing where there is nothing, and every extra instruction, block and byte.

The cases of `extra` do a little more in heaptoll-extra-worker than in the test worker, as their names say.
"""

from __future__ import annotations

import ctypes
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from counting import copy_programs, processes_of
from running import BUILD, EXTRA_WORKER, MALLOC_ONLY, ROOT, TEST_WORKER, WHOLE_ALLOCATOR, WORKER, until

sys.path.insert(0, str(ROOT / "scripts"))

from heaptoll.bad_input import BadInput  # noqa: E402
from heaptoll.gate.counts import (  # noqa: E402
    CountedSides, CountRow, CountsResult, Thresholds, Unavailable, build_sides, count_sides, counts_if_possible,
    differences, library_sides, uncounted,
)  # fmt: skip

EXTRA = [f"extra/does/{name}" for name in ("nothing", "instruction", "instructions", "less", "allocation", "bytes")]
LANES = f"glibc,whole={WHOLE_ALLOCATOR}"


def silent(what: str, done: int, total: int) -> None:
    """Nobody to tell how far it is."""


def counted(
    cases: Sequence[str], *, base: Path = TEST_WORKER, head: Path = TEST_WORKER, allocators: str = "glibc",
    hang_seconds: int = 10, off: frozenset[str] = frozenset(),
) -> CountsResult:  # fmt: skip
    sides = build_sides(BUILD, base, head, allocators)
    return count_sides(sides, cases, silent, hang_seconds=hang_seconds, off=off)


def heap_rows(rows: Sequence[CountRow]) -> dict[str, CountRow]:
    """The heap arms under glibc, by the last part of the case's name."""
    return {row.case.rpartition("/")[2]: row for row in rows if (row.arm, row.allocator) == ("heap", "glibc")}


@pytest.fixture(scope="module")
def extra() -> list[CountRow]:
    result = counted(EXTRA, head=EXTRA_WORKER, allocators=LANES)
    assert result.left_out == ()
    return differences(result)


def test_a_worker_against_itself_is_equal_in_every_row() -> None:
    result = counted(["returned_pointer/by_value/64"], base=WORKER, head=WORKER, allocators=LANES)
    rows = differences(result)
    assert len(rows) == 3 * 2 and {row.status for row in rows} == {"equal"}
    assert not any(row.red or row.reason for row in rows)
    assert all(row.exact_base and row.exact_head for row in rows)
    # What agreed at once was counted once.
    assert {len(pair.head.instructions) for pair in result.pairs} == {1}


def test_what_does_not_differ_is_equal_in_another_program(extra: list[CountRow]) -> None:
    untouched = [row for row in extra if row.arm != "heap" or row.case == "extra/does/nothing"]
    assert len(untouched) == 2 * (2 * 6 + 1)
    assert {row.status for row in untouched} == {"equal"}


def test_one_instruction_is_found_to_the_last_one(extra: list[CountRow]) -> None:
    row = heap_rows(extra)["instruction"]
    assert (row.status, row.instructions_change, row.allocs_change) == ("more", 1.0, 0.0)
    assert row.exact_base and row.exact_head
    assert not row.red, "one of some two hundred is below half a per cent"


def test_instructions_over_the_threshold_are_red(extra: list[CountRow]) -> None:
    row = heap_rows(extra)["instructions"]
    assert (row.status, row.red, row.instructions_change) == ("more", True, 16.0)
    assert "over 0.5 %" in row.reason


def test_one_instruction_less_is_fewer(extra: list[CountRow]) -> None:
    row = heap_rows(extra)["less"]
    assert (row.status, row.red, row.instructions_change) == ("fewer", False, -1.0)


def test_one_more_block_is_red_under_every_allocator_and_called_undeclared(extra: list[CountRow]) -> None:
    rows = [row for row in extra if row.case == "extra/does/allocation" and row.arm == "heap"]
    assert len(rows) == 2
    for row in rows:
        assert (row.status, row.red, row.base_allocs_per_op, row.head_allocs_per_op) == ("more", True, 1.0, 2.0)
        assert "+1 allocations" in row.reason and "head: dishonest" in row.reason


def test_a_larger_block_is_shown(extra: list[CountRow]) -> None:
    row = heap_rows(extra)["bytes"]
    assert (row.status, row.allocs_change, row.bytes_change) == ("more", 0.0, 16.0)


def test_two_libraries_under_one_worker_are_compared() -> None:
    sides = library_sides(BUILD, TEST_WORKER, "glibc", str(WHOLE_ALLOCATOR))
    rows = differences(count_sides(sides, ["extra/does/nothing"], silent))
    assert {row.allocator for row in rows} == {"allocator"}
    status = {row.arm: row.status for row in rows}
    # The library forwards every call to the C library, in some instructions of its own.
    assert status == {"null": "equal", "stack": "equal", "heap": "more"}
    assert heap_rows([replace(row, allocator="glibc") for row in rows])["nothing"].allocs_change == 0.0


# ---- what does not repeat, and what cannot be counted


def test_what_chance_decides_is_inexact_and_never_red() -> None:
    rows = differences(counted(["weather/chance/byte"]), Thresholds(instructions_percent=0.0))
    row = next(row for row in rows if row.arm == "heap")
    assert (row.status, row.red) == ("inexact", False)
    assert "does not repeat" in row.reason and " or " in row.reason


def test_without_the_guard_of_the_clock_a_worker_differs_from_itself() -> None:
    def status(off: frozenset[str]) -> str:
        return heap_rows(differences(counted(["weather/clock/ns"], off=off)))["ns"].status

    assert status(frozenset()) == "equal"
    assert status(frozenset({"clock"})) == "inexact"


def test_an_arm_that_crashes_or_hangs_costs_its_own_row_only() -> None:
    cases = ["misbehaving/crash/null_pointer", "misbehaving/hang/heap", "misbehaving/fine/64"]
    rows = differences(counted(cases, hang_seconds=1))
    bad = uncounted(rows)
    assert {row.case for row in bad} == set(cases[:2])
    assert any("timeout" in row.reason for row in bad) and any("crashed" in row.reason for row in bad)
    assert {row.status for row in rows if row.case == cases[2]} == {"equal"}


def test_a_case_of_one_side_only_is_left_out_with_the_reason() -> None:
    result = counted(["weather/chance/byte", "no/such/case", "extra/does/nothing"], head=EXTRA_WORKER)
    assert {one.case: one.reason for one in result.left_out} == {
        "weather/chance/byte": "in base only", "no/such/case": "in neither side",
    }  # fmt: skip
    assert {pair.case for pair in result.pairs} == {"extra/does/nothing"}


def test_nothing_in_common_is_an_empty_result() -> None:
    result = counted(["no/such/case"])
    assert result.pairs == () and len(result.left_out) == 1


# ---- afterwards, and without


def test_addresses_pages_and_limits_are_as_before_afterwards() -> None:
    libc = ctypes.CDLL(None)

    def now() -> tuple[object, ...]:
        return (
            libc.personality(0xFFFFFFFF), libc.prctl(42, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_STACK),
            resource.getrlimit(resource.RLIMIT_CORE),
        )  # fmt: skip

    before = now()
    seen = []
    count_sides(
        build_sides(BUILD, TEST_WORKER, TEST_WORKER, "glibc"), EXTRA[:1], lambda *said: seen.append(now()),
        off=frozenset(),
    )  # fmt: skip
    assert seen and all(then != before for then in seen), "nothing was fixed, so nothing could stay so"
    assert now() == before


def test_stopped_in_the_middle_it_ends_what_runs_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = copy_programs(tmp_path / "programs")  # a name of its own, to find its processes by
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def stop(what: str, done: int, total: int) -> None:
        if what == "run natively":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sides = build_sides(BUILD, worker, worker, "glibc")
        count_sides(sides, ["misbehaving/counted/hang"], stop, hang_seconds=3600)
    until("its processes are gone", lambda: not processes_of(worker), seconds=10)
    assert not list(tmp_path.glob("heaptoll-counts-*"))


def test_another_place_of_the_worker_changes_nothing(tmp_path: Path) -> None:
    copied = copy_programs(tmp_path / ("a folder with quite another name " + "x" * 100))
    cases = ["weather/addresses/work", "weather/copy/4096"]
    assert {row.status for row in differences(counted(cases, head=copied))} == {"equal"}


def test_without_valgrind_it_is_unavailable_and_says_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = build_sides(BUILD, TEST_WORKER, TEST_WORKER, "glibc")
    monkeypatch.setenv("PATH", str(tmp_path))
    told = counts_if_possible(sides, EXTRA, silent)
    assert isinstance(told, Unavailable)
    assert "valgrind is not installed" in str(told) and "scripts/setup.sh --for=counts" in str(told)
    with pytest.raises(BadInput, match="setup.sh"):
        counts_if_possible(sides, EXTRA, silent, required=True)


@pytest.mark.parametrize(
    "sides, words",
    [
        (lambda: build_sides(BUILD, TEST_WORKER, Path("/bin/true"), "glibc"), "description"),
        (lambda: build_sides(BUILD, TEST_WORKER, Path("/no/such/worker"), "glibc"), "no such file"),
        (lambda: build_sides(BUILD, TEST_WORKER, TEST_WORKER, f"half={MALLOC_ONLY}"), "free"),
        (lambda: build_sides(BUILD, TEST_WORKER, TEST_WORKER, "glibk"), "unknown allocator"),
    ],
)
def test_what_cannot_be_counted_is_unavailable_or_an_error_where_it_is_required(
    sides: Callable[[], CountedSides], words: str
) -> None:
    told = counts_if_possible(sides, EXTRA[:1], silent)
    assert isinstance(told, Unavailable) and words in str(told) and "\n" not in str(told)
    with pytest.raises(Exception, match=words):
        counts_if_possible(sides, EXTRA[:1], silent, required=True)


def test_a_tool_that_does_not_run_here_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "valgrind"
    broken.write_text("#!/bin/sh\necho 'valgrind: cannot run on this machine' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    told = counts_if_possible(build_sides(BUILD, TEST_WORKER, TEST_WORKER, "glibc"), EXTRA[:1], silent)
    assert isinstance(told, Unavailable) and "cannot run on this machine" in str(told)
