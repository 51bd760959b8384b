"""--resume: a run that was stopped, however hard, goes on from its last complete launch and ends as any other."""

from __future__ import annotations

import json
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from running import (
    MEASURED,
    ONE_CASE,
    TEST_WORKER,
    WHOLE_ALLOCATOR,
    Finished,
    Heaptoll,
    Row,
    RunFolder,
    cases_of,
    processes_tagged,
    smoke_cases,
    until,
)

LIST = f"glibc,other={WHOLE_ALLOCATOR}"
LANES = ["glibc", "other"]
PATTERN = "by_value/64|interface/8|fixed/8192"
FILTER = f"--benchmark_filter={PATTERN}"
CASES = [case for case in smoke_cases() if any(part in case.name for part in PATTERN.split("|"))]
# A whole run takes seconds: long enough to be killed in the middle, launch after launch.
LONG = (FILTER, "--launches=40", "--launch-seconds=0.02", "--max-seconds-per-case=20", "--seed=77")


def goes_on(heaptoll: Heaptoll, folder: Path, *flags: str) -> Finished:
    """A heaptoll with --resume and no other option than its results' folder."""
    again = Heaptoll(heaptoll.results, program=heaptoll.program)
    again.settings = ()
    heaptoll.started.append(running := again.start(f"--resume={folder}", *flags, allocators=None))
    return running.finish()


def killed(heaptoll: Heaptoll, *flags: str, rows: int = 6, allocators: str = LIST) -> RunFolder:
    """A run that was killed once it had some rows."""
    running = heaptoll.start(*flags, allocators=allocators)
    running.wait_for_rows(rows)
    running.send(signal.SIGKILL)
    finished = running.finish()
    until("its workers are gone", lambda: processes_tagged(finished.tag) == {})
    return finished.folder


def keys(rows: list[Row]) -> list[tuple[str, str, str, str]]:
    return [(row["case"], row["launch"], row["arm"], row["allocator"]) for row in rows]


def test_killed_at_twenty_moments_and_resumed_no_launch_is_lost_and_none_is_there_twice(heaptoll: Heaptoll) -> None:
    moments = random.Random(20)
    folder = killed(heaptoll, *LONG)
    grew = 0
    for _ in range(20):
        before = folder.path.joinpath("measurements.csv").read_bytes()
        whole = before[: before.rfind(b"\r\n") + 2]
        again = Heaptoll(heaptoll.results)
        again.settings = ()
        heaptoll.started.append(running := again.start(f"--resume={folder.path}", allocators=None))
        time.sleep(moments.uniform(0.05, 0.6))
        running.send(signal.SIGKILL)
        ended = running.finish()
        until("its workers are gone", lambda: processes_tagged(ended.tag) == {})
        after = folder.path.joinpath("measurements.csv").read_bytes()
        assert after.startswith(whole), "a launch that was whole is gone"
        grew += len(after) > len(whole)
        rows = folder.check_whole_launches(CASES, LANES)
        assert len(set(keys(rows))) == len(rows)
        if ended.code == 0:  # it came to its end before we did
            break
    assert grew >= 5, "hardly any of the moments lay among launches"
    finished = goes_on(heaptoll, folder.path)
    assert finished.code == 0, finished.stderr
    folder.check_complete(CASES, LANES, launches=40)
    assert folder.facts["launches_done"] == 40 * len(CASES)


def test_a_resumed_run_is_a_normal_complete_run(heaptoll: Heaptoll) -> None:
    folder = killed(heaptoll, FILTER, "--launches=6", "--launch-seconds=0.2", "--seed=5")
    had = folder.rows
    done = len({(row["case"], row["launch"]) for row in had})
    started = folder.facts["started_utc"]
    finished = goes_on(heaptoll, folder.path)
    assert finished.code == 0, finished.stderr
    rows = folder.check_complete(CASES, LANES, launches=6)
    assert rows[: len(had)] == had
    assert {row["status"] for row in rows} <= MEASURED
    facts = folder.facts
    assert (facts["seed"], facts["started_utc"], facts["plan"]["launches"]) == ("5", started, 6)
    assert facts["slices"] == sum(int(row["slices"]) for row in rows)
    assert 0 < facts["measured_share"] < 1
    assert [each["launches_done"] for each in facts["resumed"]] == [done]
    assert (heaptoll.results / "latest").resolve() == folder.path.resolve()
    assert f"going on with {folder.path.name}: {done} of {6 * len(CASES)} launches were done" in finished.stdout
    assert sorted(file.name for file in folder.path.iterdir()) == ["measurements.csv", "run.json"]


def test_an_interrupted_run_says_how_to_go_on_and_that_works(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(*LONG, allocators=LIST)
    running.wait_for_rows(6)
    running.send(signal.SIGINT)
    stopped = running.finish()
    assert stopped.code == 130
    assert f"to go on with it: heaptoll --resume={stopped.folder.path}" in stopped.stdout
    finished = goes_on(heaptoll, stopped.folder.path)
    assert finished.code == 0, finished.stderr
    stopped.folder.check_complete(CASES, LANES, launches=40)


def test_the_launches_still_to_come_lie_where_the_seed_puts_them(heaptoll: Heaptoll, tmp_path: Path) -> None:
    """Number 3 of a case has its own layout, whoever measures it."""
    from test_heaptoll_runs import Tap

    tap = Tap(tmp_path)
    worker = f"--worker={tap.script}"
    folder = killed(heaptoll, ONE_CASE, "--launches=8", "--launch-seconds=0.1", "--seed=9", worker, allocators="glibc")
    assert goes_on(heaptoll, folder.path, worker).code == 0
    resumed = {tuple(start[2:5]) for start in tap.starts()}
    tap.log.unlink()
    whole = Heaptoll(tmp_path / "whole").run(ONE_CASE, "--launches=8", "--seed=9", worker)
    assert whole.code == 0, whole.stderr
    assert {tuple(start[2:5]) for start in tap.starts()} == resumed


def test_the_report_of_google_benchmark_has_the_earlier_launches_too(heaptoll: Heaptoll) -> None:
    folder = killed(heaptoll, ONE_CASE, "--launches=5", "--launch-seconds=0.2")
    finished = goes_on(heaptoll, folder.path, "--benchmark_format=json")
    assert finished.code == 0, finished.stderr
    report = json.loads(finished.stdout)
    iterations = [entry for entry in report["benchmarks"] if entry["run_type"] == "iteration"]
    medians = [float(row["ns_median"]) for row in folder.rows_where(arm="heap", allocator="glibc")]
    assert sorted(round(entry["real_time"], 2) for entry in iterations) == pytest.approx(
        sorted(round(value, 2) for value in medians), abs=0.02
    )


def test_a_crash_that_was_found_before_is_not_tried_again(heaptoll: Heaptoll) -> None:
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=crash/late|fine/64", "--launches=6", "--launch-seconds=0.1")
    folder = killed(heaptoll, *flags, rows=12, allocators="glibc")
    finished = goes_on(heaptoll, folder.path, f"--worker={TEST_WORKER}")
    assert finished.code == 2
    names = ("misbehaving/crash/late", "misbehaving/fine/64")
    cases = [case for case in cases_of(TEST_WORKER) if case.name in names]
    folder.check_complete(cases, ["glibc"], launches=6)
    crashed = folder.rows_where(case="misbehaving/crash/late", arm="heap")
    assert len({row["reason"] for row in crashed}) == 1


# ---- what cannot go on


def cut(folder: RunFolder, bytes_off: int) -> None:
    file = folder.path / "measurements.csv"
    data = file.read_bytes()
    file.write_bytes(data[:-bytes_off])


@pytest.fixture
def stopped(heaptoll: Heaptoll) -> RunFolder:
    # In its second launch: what the first has found out about the lanes is in run.json then.
    return killed(heaptoll, ONE_CASE, "--launches=8", "--launch-seconds=0.05", rows=12)


@pytest.mark.parametrize("bytes_off", [1, 2, 40, 200], ids=str)
def test_a_launch_of_which_a_part_is_written_is_measured_again(
    heaptoll: Heaptoll, stopped: RunFolder, bytes_off: int
) -> None:
    before = stopped.rows
    cut(stopped, bytes_off)
    finished = goes_on(heaptoll, stopped.path)
    assert finished.code == 0, finished.stderr
    assert "one of which not all was written is measured again" in finished.stdout
    rows = stopped.check_complete([case for case in cases_of() if case.name in ONE_CASE], LANES, launches=8)
    assert rows[: len(before) - 6] == before[:-6]


def changed(text: str) -> str:
    lines = text.split("\r\n")
    lines[2] = lines[2].replace(",stack,", ",heap,")
    return "\r\n".join(lines)


DAMAGE = {
    "a row of another arm": (changed, "line 3"),
    "a row twice": (lambda text: text.replace(text.split("\r\n")[1], "\r\n".join([text.split("\r\n")[1]] * 2), 1), "line 3"),
    "other columns": (lambda text: text.replace("cycles_median,", "", 1), "other columns"),
    "a cell too few": (lambda text: text.replace(",ok,,", ",ok,", 1).replace(",contended,", ",", 1), "cells"),
    "not CSV": (lambda text: text.split("\r\n")[0] + "\r\n\"\"\"x\r\n", "line 2"),
}  # fmt: skip


@pytest.mark.parametrize(("damage", "said"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_file_is_refused_with_its_place_and_left_as_it_is(
    heaptoll: Heaptoll, stopped: RunFolder, damage: object, said: str
) -> None:
    file = stopped.path / "measurements.csv"
    assert callable(damage)
    file.write_bytes(damage(file.read_bytes().decode()).encode())
    before = file.read_bytes()
    finished = goes_on(heaptoll, stopped.path)
    assert finished.code == 2
    assert said in finished.stderr and "measure anew" in finished.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("key", "inner"), [("machine", "cpu_model"), ("toolchain", "worker_sha256"), ("toolchain", "compiler")]
)
def test_another_machine_or_build_is_named_and_refused(
    heaptoll: Heaptoll, stopped: RunFolder, key: str, inner: str
) -> None:
    facts = stopped.facts
    facts[key][inner] = "another"
    (stopped.path / "run.json").write_text(json.dumps(facts))
    finished = goes_on(heaptoll, stopped.path)
    assert finished.code == 2
    assert f"{inner}: then another, now " in finished.stderr


def test_another_version_of_an_allocator_is_refused(heaptoll: Heaptoll, stopped: RunFolder) -> None:
    facts = stopped.facts
    facts["allocators"][1]["sha256"] = "0" * 64
    (stopped.path / "run.json").write_text(json.dumps(facts))
    before = len(stopped.rows)
    for _ in range(2):  # having been refused once makes it no better
        finished = goes_on(heaptoll, stopped.path)
        assert finished.code == 2
        assert "other: then 000" in finished.stderr
        assert len(stopped.rows) == before
        assert stopped.facts["allocators"] == facts["allocators"]


def test_what_was_verified_once_is_remembered_through_a_resume_that_came_to_nothing(
    heaptoll: Heaptoll, stopped: RunFolder
) -> None:
    before = stopped.facts["allocators"]
    assert all(lane["sha256"] for lane in before)
    again = Heaptoll(heaptoll.results)
    again.settings = ()
    heaptoll.started.append(running := again.start(f"--resume={stopped.path}", allocators=None))
    until("it has begun", lambda: stopped.facts.get("resumed"))
    running.send(signal.SIGKILL)
    running.finish()
    assert stopped.facts["allocators"] == before


def test_what_configures_an_allocator_must_be_as_it_was(heaptoll: Heaptoll, stopped: RunFolder) -> None:
    again = Heaptoll(heaptoll.results)
    again.settings = ()
    finished = again.run(f"--resume={stopped.path}", allocators=None, variables={"MALLOC_ARENA_MAX": "1"})
    assert finished.code == 2
    assert "allocator_environment: then [], now [\"MALLOC_ARENA_MAX=1\"]" in finished.stderr


def test_other_counters_than_then_are_refused(heaptoll: Heaptoll) -> None:
    folder = killed(heaptoll, ONE_CASE, "--launches=8", "--launch-seconds=0.05", "--counters=page-faults")
    facts = folder.facts
    facts["counters"][0]["scope"] = "user"
    (folder.path / "run.json").write_text(json.dumps(facts))
    finished = goes_on(heaptoll, folder.path)
    assert finished.code == 2 and "counters: then " in finished.stderr


def test_warnings_of_before_stay_and_say_so(heaptoll: Heaptoll, stopped: RunFolder) -> None:
    facts = stopped.facts
    facts["warnings"] = ["something was wrong", "1 of 2 case-allocator pairs are contended: as judged then"]
    (stopped.path / "run.json").write_text(json.dumps(facts))
    assert goes_on(heaptoll, stopped.path).code == 0
    warnings = stopped.facts["warnings"]
    assert "before the run was resumed: something was wrong" in warnings
    assert not any("as judged then" in warning for warning in warnings)


def test_a_complete_run_has_nothing_left(heaptoll: Heaptoll) -> None:
    folder = heaptoll.run(ONE_CASE).folder
    before = {file.name: file.read_bytes() for file in folder.path.iterdir()}
    (heaptoll.results / "latest").unlink()  # as when it died at the very last moment
    finished = goes_on(heaptoll, folder.path)
    assert finished.code == 0
    assert "nothing left to measure" in finished.stdout
    assert {file.name: file.read_bytes() for file in folder.path.iterdir()} == before
    assert (heaptoll.results / "latest").resolve() == folder.path.resolve()


def test_a_run_that_is_still_measured_is_left_alone(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(*LONG, allocators=LIST)
    running.wait_for_rows(6)
    (folder,) = heaptoll.runs()
    finished = goes_on(heaptoll, folder)
    assert finished.code == 2
    assert "another heaptoll is measuring" in finished.stderr
    running.send(signal.SIGTERM)
    assert running.finish().code == 143
    RunFolder(folder).check_whole_launches(CASES, LANES)


@pytest.mark.parametrize(
    "flag", ["--profile=full", "--launches=3", "--seed=1", "--allocators=glibc", "--counters=cycles", ONE_CASE]
)
def test_an_option_that_the_run_has_already_is_refused_by_name(
    heaptoll: Heaptoll, stopped: RunFolder, flag: str
) -> None:
    finished = goes_on(heaptoll, stopped.path, flag)
    assert finished.code == 2
    assert f"leave out {flag.partition('=')[0]}" in finished.stderr


def test_a_folder_that_is_no_run_is_named(heaptoll: Heaptoll, tmp_path: Path) -> None:
    finished = goes_on(heaptoll, tmp_path / "nowhere")
    assert finished.code == 2 and "no such run" in finished.stderr
    (tmp_path / "empty").mkdir()
    finished = goes_on(heaptoll, tmp_path / "empty")
    assert finished.code == 2 and "run.json" in finished.stderr and "run again" in finished.stderr


def test_a_run_is_found_by_its_id(heaptoll: Heaptoll, stopped: RunFolder) -> None:
    assert goes_on(heaptoll, Path(stopped.path.name)).code == 0


def test_a_run_of_the_ordinary_engine_cannot_go_on(heaptoll: Heaptoll) -> None:
    folder = heaptoll.run(ONE_CASE, "--engine=gbench", "--benchmark_min_time=0.001").folder
    finished = goes_on(heaptoll, folder.path)
    assert finished.code == 2 and "lockstep" in finished.stderr


def test_a_run_goes_on_where_it_was_moved_to(heaptoll: Heaptoll, stopped: RunFolder, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere" / stopped.path.name
    shutil.move(stopped.path, moved)
    finished = goes_on(heaptoll, moved)
    assert finished.code == 0, finished.stderr
    assert RunFolder(moved).status == "complete"
    assert not (heaptoll.results / "latest").is_symlink()
