"""Cases that prepare their process: one that says no, lies, crashes or hangs loses its own case and nothing else."""

from __future__ import annotations

import pytest
from running import MEASURED, NO_CLANG_WORKER, TEST_WORKER, TIMES, WHOLE_ALLOCATOR, Finished, Heaptoll, Row, cases_of

LANES = ["glibc", "other"]
LIST = f"glibc,other={WHOLE_ALLOCATOR}"
ARMS = {"null", "stack", "heap"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One run of every case that prepares something, in two lanes."""
    results = tmp_path_factory.mktemp("preparing") / "results"
    flags = (f"--worker={TEST_WORKER}", "--profile=full", "--hang-seconds=1", "--benchmark_filter=^preparing/")
    return Heaptoll(results).run(*flags, allocators=LIST)


def rows_of(finished: Finished, case: str, allocator: str) -> list[Row]:
    rows = finished.folder.rows_where(case=f"preparing/{case}", allocator=allocator)
    assert len(rows) == 2 * len(ARMS) and {row["arm"] for row in rows} == ARMS
    return rows


def test_the_run_goes_on_to_its_end(run: Finished) -> None:
    assert run.code == 2
    named = [case for case in cases_of(TEST_WORKER) if case.name.startswith("preparing/")]
    run.folder.check_complete(named, LANES, launches=2)


@pytest.mark.parametrize("case", ["fine/nothing", "fine/kept"])
@pytest.mark.parametrize("lane", LANES)
def test_one_that_keeps_what_it_declares_is_measured(run: Finished, case: str, lane: str) -> None:
    for row in rows_of(run, case, lane):
        assert row["status"] in MEASURED, row["reason"]
        assert row["allocs_per_op"] == ("1" if row["arm"] == "heap" else "0"), "kept blocks are no operation's"


@pytest.mark.parametrize("lane", LANES)
def test_one_that_says_no_skips_the_case_with_its_reason(run: Finished, lane: str) -> None:
    for row in rows_of(run, "refused/everywhere", lane):
        assert (row["status"], row["reason"]) == ("skipped", "nobody may have this")
        assert [row[name] for name in TIMES] == [""] * len(TIMES)
    assert "preparing/refused/everywhere," not in run.stderr, "what is skipped is no failure"


def test_one_that_says_no_in_one_lane_leaves_the_other_measured(run: Finished) -> None:
    assert {row["status"] for row in rows_of(run, "refused/one_lane", "glibc")} <= MEASURED
    refused = {(row["status"], row["reason"]) for row in rows_of(run, "refused/one_lane", "other")}
    assert refused == {("skipped", "not under this allocator")}


@pytest.mark.parametrize("lane", LANES)
def test_one_that_says_no_only_where_it_is_timed_is_not_timed(run: Finished, lane: str) -> None:
    refused = {(row["status"], row["reason"], row["ns_median"]) for row in rows_of(run, "refused/when_timed", lane)}
    assert refused == {("skipped", "only the audit may have this (launch 0)", "")}


@pytest.mark.parametrize("case, keeps, declares", [("lies/more", 2, 1), ("lies/fewer", 0, 1)])
@pytest.mark.parametrize("lane", LANES)
def test_one_that_keeps_other_blocks_than_it_declares_is_dishonest(
    run: Finished, case: str, keeps: int, declares: int, lane: str
) -> None:
    reason = f"what the case prepares keeps {keeps} blocks from the heap and declares {declares}"
    for row in rows_of(run, case, lane):
        assert (row["status"], row["reason"], row["ns_median"]) == ("dishonest", reason, "")
    assert f"\n  preparing/{case}, {lane}: dishonest: {reason}" in run.stderr


@pytest.mark.parametrize(
    "case, status, reason, when",
    [
        ("crash/audit", "crashed", "SIGABRT", "in the audit"),
        ("crash/when_timed", "crashed", "SIGABRT", "launch 0"),
        ("hang/audit", "timeout", "no answer within 1 s", "in the audit"),
    ],
)
@pytest.mark.parametrize("lane", LANES)
def test_one_that_crashes_or_hangs_costs_its_case(
    run: Finished, case: str, status: str, reason: str, when: str, lane: str
) -> None:
    for row in rows_of(run, case, lane):
        assert row["status"] == status
        assert reason in row["reason"] and f"{when}; not tried again" in row["reason"]
        assert row["ns_median"] == ""


def test_a_build_without_clang_skips_its_cases_and_says_what_to_install(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(f"--worker={NO_CLANG_WORKER}", "--profile=full")
    assert finished.code == 0, finished.stderr
    blocks = cases_of(NO_CLANG_WORKER)
    assert len(blocks) == 4 and all(case.name.startswith("captured_closure/blocks/") for case in blocks)
    rows = finished.folder.check_complete(blocks, ["glibc"], launches=2)
    assert {(row["status"], row["reason"]) for row in rows} == {("skipped", "no clang here: install clang")}
    assert all(row["ns_median"] == row["allocs_per_op"] == "" for row in rows)
    assert "4 of 4 pairs skipped" in finished.stderr
