"""Benches that crash, hang or overflow: they get their status and reason, and the rest goes on."""

from __future__ import annotations

import re
import resource
from pathlib import Path

import pytest
from running import MEASURED, TEST_WORKER, TIMES, WHOLE_ALLOCATOR, Finished, Heaptoll, Row, smoke_cases

BAD = (f"--worker={TEST_WORKER}", "--hang-seconds=2")
LANES = ["glibc", "other"]
LIST = f"glibc,other={WHOLE_ALLOCATOR}"


def usual_stack() -> None:
    """8 MiB, wherever the tests run: without a limit, a recursion takes the machine's memory instead."""
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = 8 << 20
    resource.setrlimit(resource.RLIMIT_STACK, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One run of every misbehaving case in two lanes."""
    results = tmp_path_factory.mktemp("bad") / "results"
    return Heaptoll(results).run(*BAD, allocators=LIST, before=usual_stack)


def arm_of(finished: Finished, case: str, arm: str, allocator: str = "glibc") -> list[Row]:
    rows = finished.folder.rows_where(case=f"misbehaving/{case}", arm=arm, allocator=allocator)
    assert len(rows) == 2
    return rows


def test_the_run_goes_on_to_its_end_and_says_what_was_lost(bad: Finished) -> None:
    assert bad.code == 2
    bad.folder.check_complete(smoke_cases(TEST_WORKER), LANES, launches=2)
    assert "pairs could not be measured:" in bad.stderr
    for case in ("crash/null_pointer", "crash/abort", "hang/heap", "overflow/stack", "exit/heap"):
        for lane in LANES:
            assert f"\n  misbehaving/{case}, {lane}: " in bad.stderr
    assert "misbehaving/fine/64," not in bad.stderr
    assert "misbehaving/crash/one_lane, glibc" not in bad.stderr


CRASHES = [
    ("crash/null_pointer", "heap", "SIGSEGV"),
    ("crash/abort", "heap", "SIGABRT"),
    ("crash/late", "heap", "SIGSEGV"),
    ("overflow/stack", "stack", "stack overflow"),
    ("overflow/frame", "stack", "stack overflow"),
    ("exit/heap", "heap", "the worker exited with status 3"),
]


@pytest.mark.parametrize(("case", "arm", "reason"), CRASHES, ids=[case for case, _, _ in CRASHES])
def test_a_crashed_arm_says_how_it_crashed(bad: Finished, case: str, arm: str, reason: str) -> None:
    for lane in LANES:
        for row in arm_of(bad, case, arm, lane):
            assert row["status"] == "crashed"
            assert reason in row["reason"]
            assert [row[name] for name in TIMES] == [""] * len(TIMES)
            assert (row["ops_per_slice"], row["slices"], row["quiet_slices"]) == ("", "", "")


@pytest.mark.parametrize(("case", "arm", "reason"), CRASHES, ids=[case for case, _, _ in CRASHES])
def test_a_crashed_arm_keeps_the_other_arms(bad: Finished, case: str, arm: str, reason: str) -> None:
    for lane in LANES:
        for other in {"null", "stack", "heap"} - {arm}:
            for row in arm_of(bad, case, other, lane):
                assert row["status"] in MEASURED, row["reason"]
                assert float(row["ns_median"]) > 0


def test_a_null_pointer_is_named_by_its_address_and_an_abort_has_none(bad: Finished) -> None:
    assert "at 0x0 " in arm_of(bad, "crash/null_pointer", "heap")[0]["reason"]
    assert " at 0x" not in arm_of(bad, "crash/abort", "heap")[0]["reason"]


def test_a_crash_in_one_lane_keeps_the_other_lane(bad: Finished) -> None:
    for row in arm_of(bad, "crash/one_lane", "heap", "other"):
        assert row["status"] == "crashed"
    for arm in ("null", "stack", "heap"):
        for row in arm_of(bad, "crash/one_lane", arm, "glibc"):
            assert row["status"] in MEASURED


def test_a_case_without_a_working_arm_is_crashed_in_all_of_them(bad: Finished) -> None:
    for lane in LANES:
        for arm in ("null", "stack", "heap"):
            for row in arm_of(bad, "crash/all_arms", arm, lane):
                assert row["status"] == "crashed"


def test_a_hanging_arm_is_a_timeout_and_keeps_the_other_arms(bad: Finished) -> None:
    for lane in LANES:
        for row in arm_of(bad, "hang/heap", "heap", lane):
            assert row["status"] == "timeout"
            assert "no answer within 2 s, killed" in row["reason"]
        for arm in ("null", "stack"):
            for row in arm_of(bad, "hang/heap", arm, lane):
                assert row["status"] in MEASURED


def test_a_crash_is_not_tried_again(bad: Finished) -> None:
    for row in arm_of(bad, "crash/null_pointer", "heap"):
        assert "in the audit; not tried again" in row["reason"]
    for row in arm_of(bad, "crash/late", "heap"):
        assert "launch 0; not tried again" in row["reason"]


def test_well_behaved_cases_of_the_same_run_are_measured(bad: Finished) -> None:
    for case in ("fine/64", "big_frame/1mib"):
        for lane in LANES:
            for arm in ("null", "stack", "heap"):
                for row in arm_of(bad, case, arm, lane):
                    assert row["status"] in MEASURED, row["reason"]


def test_with_only_good_cases_the_same_worker_exits_0(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(*BAD, "--benchmark_filter=fine|big_frame", allocators=LIST)
    assert (finished.code, finished.stderr.count("could not be measured")) == (0, 0)


# ---- a crash when there is time for one round only

ONE_ROUND = (*BAD, "--benchmark_filter=crash/late", "--launch-seconds=0.001", "--max-seconds-per-case=0.001")


def test_a_restarted_worker_that_had_no_turn_yet_counts_as_no_thread(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(*ONE_ROUND)
    assert not any("thread" in warning for warning in finished.folder.facts["warnings"])


def test_a_row_that_counts_as_measured_has_a_time(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(*ONE_ROUND)
    for row in finished.folder.rows:
        assert row["ns_median"] or row["status"] not in MEASURED, row


def test_the_reader_of_results_takes_a_run_with_crashes(bad: Finished) -> None:
    pytest.importorskip("pandas")
    from heaptoll.measurements import read_run

    assert len(read_run(bad.folder.path).rows) == len(bad.folder.rows)


# ---- the stack limit


def small_stack() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, hard))


LARGE, SMALL = "array_size/fixed/131072/all", "array_size/fixed/8/all"
BOTH = ("--profile=full", f"--benchmark_filter=^({LARGE}|{SMALL})$")


def test_a_case_too_large_for_the_stack_is_skipped_with_the_limit_and_what_raises_it(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(*BOTH, before=small_stack)
    assert finished.code == 0, finished.stderr
    for row in finished.folder.rows_where(case=LARGE):
        assert row["status"] == "skipped"
        assert "512 KiB" in row["reason"] and "ulimit -s " in row["reason"]
        assert row["ns_median"] == ""
    assert {row["status"] for row in finished.folder.rows_where(case=SMALL)} <= MEASURED
    assert "1 of 2 pairs skipped" in finished.stderr


def test_the_stack_limit_that_the_reason_asks_for_is_enough(heaptoll: Heaptoll, tmp_path: Path) -> None:
    asked = heaptoll.run(*BOTH, before=small_stack).folder.rows_where(case=LARGE)[0]["reason"]
    match = re.search(r"ulimit -s (\d+)", asked)
    assert match
    kib = int(match[1])

    def as_asked() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_STACK)
        resource.setrlimit(resource.RLIMIT_STACK, (kib << 10, hard))

    again = Heaptoll(tmp_path / "again").run(*BOTH, before=as_asked)
    assert again.code == 0, again.stderr
    assert {row["status"] for row in again.folder.rows} <= MEASURED


def test_a_frame_that_was_not_declared_is_an_overflow_and_not_a_dead_run(heaptoll: Heaptoll) -> None:
    """What the check of the limit prevents, seen in a case that hides its frame from it."""
    finished = heaptoll.run(*BAD, "--benchmark_filter=overflow/frame|fine", before=small_stack)
    assert finished.code == 2
    for row in arm_of(finished, "overflow/frame", "stack"):
        assert (row["status"], "stack overflow" in row["reason"]) == ("crashed", True)
    for row in arm_of(finished, "fine/64", "stack"):
        assert row["status"] in MEASURED
