"""Signals and sudden deaths: it stops soon, leaves no process behind, and keeps every launch that was done."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from running import (
    ENDLESS,
    MEASURED,
    ONE_CASE,
    TEST_WORKER,
    WHOLE_ALLOCATOR,
    WORKER,
    Finished,
    Heaptoll,
    cases_of,
    processes_tagged,
    until,
)

LIST = f"glibc,other={WHOLE_ALLOCATOR}"
LANES = ["glibc", "other"]
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def nothing_runs(tag: str) -> bool:
    return processes_tagged(tag) == {}


def check_interrupted(finished: Finished, number: int) -> None:
    assert finished.code == 128 + number, finished.stderr
    assert processes_tagged(finished.tag) == {}
    assert finished.folder.status == "interrupted"
    finished.folder.check_whole_launches(cases_of(), LANES)


@pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])
def test_a_signal_stops_the_run_and_keeps_whole_launches(heaptoll: Heaptoll, number: signal.Signals) -> None:
    running = heaptoll.start(*ENDLESS, allocators=LIST)
    running.wait_for_rows(12)
    running.send(number)
    finished = running.finish()
    check_interrupted(finished, number)
    assert len(finished.folder.rows) >= 12
    assert f"interrupted: {finished.folder.path}" in finished.stdout
    assert finished.folder.facts["ended_utc"]


def test_ctrl_c_at_a_terminal_is_for_the_coordinator_alone(heaptoll: Heaptoll) -> None:
    """A terminal signals the whole process group; a worker that died of it would be a crashed bench."""
    running = heaptoll.start(*ENDLESS, allocators=LIST)
    running.wait_for_rows(6)
    for worker in running.workers():
        try:
            assert os.getpgid(worker) != running.process.pid, "the terminal would signal the worker too"
        except ProcessLookupError:
            continue  # its launch has ended
    running.send(signal.SIGINT, to_group=True)
    finished = running.finish()
    check_interrupted(finished, signal.SIGINT)
    assert {row["status"] for row in finished.folder.rows} <= MEASURED


def test_latest_is_not_moved_to_an_interrupted_run(heaptoll: Heaptoll) -> None:
    complete = heaptoll.run(ONE_CASE).folder.path
    running = heaptoll.start(*ENDLESS)
    running.wait_for_worker()
    running.send(signal.SIGTERM)
    assert running.finish().code == 143
    assert os.readlink(heaptoll.results / "latest") == f"runs/{complete.name}"


def test_a_signal_stops_a_launch_that_would_take_an_hour(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(ONE_CASE, "--launch-seconds=3600", "--max-seconds-per-case=86400", allocators=LIST)
    running.wait_for_worker()
    running.send(signal.SIGTERM)
    finished = running.finish()
    check_interrupted(finished, signal.SIGTERM)
    assert finished.folder.rows == []


def test_a_signal_stops_a_run_whose_bench_hangs(heaptoll: Heaptoll) -> None:
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=hang", "--hang-seconds=3600")
    running = heaptoll.start(*flags, allocators=LIST)
    running.wait_for_worker("heaptoll-test-worker", also_audited=True)
    running.send(signal.SIGINT)
    check_interrupted(running.finish(), signal.SIGINT)


def test_a_signal_stops_a_run_whose_worker_never_comes_up(heaptoll: Heaptoll, tmp_path: Path) -> None:
    """As with an allocator that hangs while it is loaded."""
    worker = tmp_path / "w"
    worker.write_text(f'#!/bin/sh\n[ "$1" = --describe ] || exec sleep 3600\nexec {WORKER} "$@"\n')
    worker.chmod(0o755)
    running = heaptoll.start(ONE_CASE, f"--worker={worker}", allocators=LIST)
    running.wait_for_worker("sleep", also_audited=True)
    running.send(signal.SIGINT)
    check_interrupted(running.finish(), signal.SIGINT)


def test_a_signal_during_the_first_moments_ends_it_too(heaptoll: Heaptoll) -> None:
    for _ in range(5):
        running = heaptoll.start(*ENDLESS)
        until("it catches signals", lambda: catches(running.process.pid, signal.SIGTERM))
        running.send(signal.SIGTERM)
        finished = running.finish()
        assert finished.code == 143, finished.stderr
        assert nothing_runs(finished.tag)


def catches(pid: int, number: int) -> bool:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


# ---- deaths that nobody can catch


def test_a_killed_coordinator_takes_its_workers_along(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(*ENDLESS, allocators=LIST)
    running.wait_for_rows(6)
    running.wait_for_worker()
    running.send(signal.SIGKILL)
    finished = running.finish()
    until("its workers are gone", lambda: nothing_runs(finished.tag), seconds=20)
    finished.folder.check_whole_launches(cases_of(), LANES)
    assert finished.folder.status == "running"


def test_a_coordinator_killed_while_a_bench_hangs_takes_its_workers_along(heaptoll: Heaptoll) -> None:
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=hang", "--hang-seconds=3600")
    running = heaptoll.start(*flags, allocators=LIST)
    running.wait_for_worker("heaptoll-test-worker", also_audited=True)
    running.send(signal.SIGKILL)
    finished = running.finish()
    until("its workers are gone", lambda: nothing_runs(finished.tag), seconds=20)


def test_a_worker_that_somebody_kills_costs_its_lane_and_not_the_run(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(ONE_CASE, "--launch-seconds=0.5", "--max-seconds-per-case=4", allocators=LIST)
    os.kill(running.wait_for_worker(), signal.SIGKILL)
    finished = running.finish()
    assert finished.code == 2
    cases = [case for case in cases_of() if case.name in ONE_CASE]
    rows = finished.folder.check_complete(cases, LANES, launches=2)
    crashed = [row for row in rows if row["status"] == "crashed"]
    assert crashed and all("SIGKILL" in row["reason"] for row in crashed)
    assert len({row["allocator"] for row in crashed}) == 1
    assert {row["status"] for row in rows if row not in crashed} <= MEASURED


def test_a_worker_that_is_stopped_is_a_timeout_and_not_waited_for(heaptoll: Heaptoll) -> None:
    flags = ("--hang-seconds=2", "--launch-seconds=0.5", "--max-seconds-per-case=4")
    running = heaptoll.start(ONE_CASE, *flags, allocators=LIST)
    os.kill(running.wait_for_worker(), signal.SIGSTOP)
    finished = running.finish()
    assert finished.code == 2
    timeouts = finished.folder.rows_where(status="timeout")
    assert timeouts and all("no answer within 2 s" in row["reason"] for row in timeouts)
    assert processes_tagged(finished.tag) == {}
