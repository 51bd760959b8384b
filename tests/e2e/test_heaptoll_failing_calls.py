"""Every system call that heaptoll checks, made to fail: it says what it tried, and on what."""

from __future__ import annotations

import errno
import os
import signal

import pytest
from running import FAILING_CALLS, MEASURED, ONE_CASE, Finished, Heaptoll


def run_with(heaptoll: Heaptoll, failure: str, *flags: str) -> Finished:
    variables = {"LD_PRELOAD": str(FAILING_CALLS), "HEAPTOLL_TEST_FAIL": failure}
    return heaptoll.run(ONE_CASE, *flags, variables=variables)


def test_the_library_alone_changes_nothing(heaptoll: Heaptoll) -> None:
    finished = run_with(heaptoll, "no_such_call:5")
    assert finished.code == 0, finished.stderr
    assert {row["status"] for row in finished.folder.rows} <= MEASURED


FAILURES = [
    ("readlink", errno.ENOENT, "cannot find out where heaptoll itself is"),
    ("pipe2", errno.EMFILE, "cannot make a pipe to run"),
    ("posix_spawnp", errno.EAGAIN, "cannot run "),
    ("memfd_create", errno.EMFILE, "cannot make the page shared with the workers"),
    ("ftruncate", errno.ENOSPC, "cannot make the page shared with the workers"),
    ("mmap", errno.ENOMEM, "cannot map the page shared with the workers"),
    ("sched_getaffinity", errno.EPERM, "cannot read which CPUs this process may use"),
    ("posix_spawn", errno.EAGAIN, "its worker does not start: cannot start "),
    ("write", errno.EIO, "measurements.csv"),
    ("fsync", errno.EIO, "run.json"),
    ("rename", errno.EROFS, "run.json"),
]


@pytest.mark.parametrize(("call", "error", "said"), FAILURES, ids=[call for call, _, _ in FAILURES])
def test_a_call_that_fails_ends_the_run_with_what_was_tried(
    heaptoll: Heaptoll, call: str, error: int, said: str
) -> None:
    finished = run_with(heaptoll, f"{call}:{error}")
    assert finished.code == 2, finished.stdout
    assert said in finished.stderr
    if call != "sched_getaffinity":  # of which only one error is possible
        assert os.strerror(error) in finished.stderr
    assert not (heaptoll.results / "latest").is_symlink()


def test_a_write_that_fails_in_mid_run_keeps_the_launches_before_it(heaptoll: Heaptoll) -> None:
    """The header, run.json in two pieces, the first launch, run.json again; then the second launch."""
    finished = run_with(heaptoll, f"write:{errno.EIO}:7", "--launches=5")
    assert finished.code == 2
    assert "Input/output error" in finished.stderr
    assert [row["launch"] for row in finished.folder.rows] == ["0"] * 3


def test_a_latest_that_cannot_be_made_keeps_the_run(heaptoll: Heaptoll) -> None:
    finished = run_with(heaptoll, f"symlink:{errno.EROFS}")
    assert finished.code == 2
    assert "latest" in finished.stderr and os.strerror(errno.EROFS) in finished.stderr
    assert finished.folder.status == "complete"
    assert len(finished.folder.rows) == 6


def test_a_run_that_cannot_be_pinned_is_not_passed_off_as_one_that_is(heaptoll: Heaptoll) -> None:
    finished = run_with(heaptoll, f"sched_setaffinity:{errno.EPERM}")
    assert finished.code == 2 or any("CPU" in warning for warning in finished.folder.facts["warnings"])


# ---- a signal at the worst moment: not while heaptoll sleeps, but while it is about to do something


@pytest.mark.parametrize(
    ("call", "nth"),
    [("posix_spawnp", 1), ("memfd_create", 1), ("posix_spawn", 1), ("posix_spawn", 2), ("posix_spawnp", 4)],
    ids=["describing", "setting up", "first worker", "second worker", "hashing the library"],
)
def test_a_signal_between_two_waits_stops_the_launch_too(heaptoll: Heaptoll, call: str, nth: int) -> None:
    variables = {"LD_PRELOAD": str(FAILING_CALLS), "HEAPTOLL_TEST_RAISE": f"{call}:{int(signal.SIGTERM)}:{nth}"}
    flags = (ONE_CASE, "--launch-seconds=0.3", "--max-seconds-per-case=0.6")
    finished = heaptoll.run(*flags, variables=variables, allocators="a=glibc,b=glibc")
    if (call, nth) != ("posix_spawnp", 1):  # before signals matter, the run may simply end
        assert finished.folder.status == "interrupted"
        assert finished.folder.rows == [], "the launch went on to its end"
    assert finished.code == 143
