"""A run on a good day: what it writes, and that it is what was asked for."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import (
    COLUMNS,
    HEAPTOLL,
    MEASURED,
    ONE_CASE,
    SHORT,
    TEST_WORKER,
    TIMES,
    WHOLE_ALLOCATOR,
    WORKER,
    Finished,
    Heaptoll,
    Tap,
    cases_of,
    installed_allocators,
    smoke_cases,
)

# ---- the files


def test_a_smoke_run_has_one_row_for_every_case_arm_and_launch(smoke: Finished) -> None:
    assert smoke.code == 0, smoke.stderr
    rows = smoke.folder.check_complete(smoke_cases(), ["glibc"], launches=2)
    assert {row["status"] for row in rows} <= MEASURED


def test_a_measured_row_has_times_in_order_and_all_counts(smoke: Finished) -> None:
    for row in smoke.folder.rows:
        quantiles = [float(row[name]) for name in TIMES[:5]]
        assert quantiles == sorted(quantiles) and quantiles[0] > 0
        assert float(row["cycles_median"]) > 0
        assert int(row["ops_per_slice"]) >= 1
        assert int(row["slices"]) >= max(1, int(row["quiet_slices"]))
        assert int(row["cpu"]) in os.sched_getaffinity(0)
        assert (row["reason"] == "") == (row["status"] == "ok")


def test_one_arm_has_the_same_operations_in_every_launch(smoke: Finished) -> None:
    operations: dict[tuple[str, str], set[str]] = {}
    for row in smoke.folder.rows:
        operations.setdefault((row["case"], row["arm"]), set()).add(row["ops_per_slice"])
    assert {len(each) for each in operations.values()} == {1}


def test_what_is_not_counted_is_an_empty_cell(smoke: Finished) -> None:
    for row in smoke.folder.rows:
        for name in COLUMNS[COLUMNS.index("allocs_per_op") :]:
            assert row[name] == "" or float(row[name]) >= 0


def test_run_json_tells_what_was_run(smoke: Finished) -> None:
    facts = smoke.folder.facts
    assert facts["schema_version"] == 1
    assert facts["run_id"] == smoke.folder.path.name
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{4}", facts["run_id"])
    assert (facts["profile"], facts["engine"], facts["seed"]) == ("smoke", "lockstep", "12345")
    assert facts["command_line"][:2] == [str(HEAPTOLL), "--profile=smoke"]
    assert (facts["plan"]["launches"], facts["plan"]["launch_seconds"]) == (2, 0.01)
    assert facts["launches_done"] == 2 * len(smoke_cases())
    assert facts["slices"] == sum(int(row["slices"]) for row in smoke.folder.rows)
    assert 0 <= facts["quiet_share"] <= 1
    assert 0 < facts["measured_share"] < 1
    assert facts["ended_utc"] >= facts["started_utc"]
    assert facts["machine"]["page_bytes"] == os.sysconf("SC_PAGE_SIZE")
    assert facts["toolchain"]["flags"].startswith("-O2")


def test_latest_points_at_the_run(smoke: Finished) -> None:
    latest = smoke.results / "latest"
    assert os.readlink(latest) == f"runs/{smoke.folder.path.name}"


def test_nothing_but_the_two_files_is_left_in_the_folder(smoke: Finished) -> None:
    assert sorted(file.name for file in smoke.folder.path.iterdir()) == ["measurements.csv", "run.json"]


def test_the_table_names_every_case(smoke: Finished) -> None:
    for case in smoke_cases():
        scenario, _, point = case.name.partition("/")
        assert f"\n{scenario}\n" in smoke.stdout and f"\n {point}\n" in smoke.stdout
    assert f"complete: {smoke.folder.path / 'measurements.csv'}" in smoke.stdout
    assert not re.search(r"\bnan\b", smoke.stdout)


def test_a_second_run_leaves_the_first_alone_and_moves_latest(heaptoll: Heaptoll) -> None:
    first = heaptoll.run(ONE_CASE).folder.path
    before = (first / "measurements.csv").read_bytes()
    assert heaptoll.run(ONE_CASE).code == 0
    (second,) = (path for path in heaptoll.runs() if path != first)
    assert (first / "measurements.csv").read_bytes() == before
    assert os.readlink(heaptoll.results / "latest") == f"runs/{second.name}"


@pytest.mark.parametrize("flags", [(), ("--engine=gbench", "--benchmark_min_time=0.001")], ids=["lockstep", "gbench"])
def test_the_reader_of_results_takes_what_a_run_writes(heaptoll: Heaptoll, flags: tuple[str, ...]) -> None:
    pytest.importorskip("pandas")
    from heaptoll.measurements import read_run

    finished = heaptoll.run("--benchmark_filter=/64", *flags, allocators=f"glibc,other={WHOLE_ALLOCATOR}")
    assert finished.code == 0, finished.stderr
    run = read_run(finished.folder.path)
    assert len(run.rows) == len(finished.folder.rows)
    assert run.allocators(run.builds[0]) == ["glibc", "other"]


# ---- the allocators


def test_all_installed_allocators_are_lanes_and_run_on_their_libraries(heaptoll: Heaptoll, tmp_path: Path) -> None:
    tap = Tap(tmp_path)
    finished = heaptoll.run(ONE_CASE, f"--worker={tap.script}", allocators=None)
    assert finished.code == 0, finished.stderr
    names = installed_allocators()
    finished.folder.check_complete([case for case in cases_of() if case.name in ONE_CASE], names, launches=2)

    preloaded = {names[int(start[0])]: start[5] for start in tap.starts()}
    assert preloaded["glibc"] == ""
    for lane in finished.folder.facts["allocators"]:
        if lane["name"] == "glibc":
            assert os.path.basename(lane["path"]).startswith("libc.so")
        else:
            assert lane["path"] == os.path.realpath(preloaded[lane["name"]])
        assert lane["sha256"] == hashlib.sha256(Path(lane["path"]).read_bytes()).hexdigest()
        assert lane["version"]


def test_a_library_of_ones_own_is_a_lane_beside_the_c_library(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, allocators=f"glibc,mine={WHOLE_ALLOCATOR}")
    assert finished.code == 0, finished.stderr
    mine = finished.folder.facts["allocators"][1]
    assert (mine["name"], mine["path"], mine["version"]) == ("mine", str(WHOLE_ALLOCATOR.resolve()), None)
    assert {row["status"] for row in finished.folder.rows_where(allocator="mine")} <= MEASURED


def test_a_preload_of_the_users_does_not_reach_the_c_librarys_lane(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, variables={"LD_PRELOAD": str(WHOLE_ALLOCATOR)})
    assert finished.code == 0, finished.stderr
    assert os.path.basename(finished.folder.facts["allocators"][0]["path"]).startswith("libc.so")


def test_settings_of_an_allocator_in_the_environment_are_recorded_and_warned_of(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, variables={"MALLOC_ARENA_MAX": "1"})
    assert finished.folder.facts["allocator_environment"] == ["MALLOC_ARENA_MAX=1"]
    assert any("allocator options" in warning for warning in finished.folder.facts["warnings"])
    assert "warning: the environment sets allocator options" in finished.stdout


# ---- launches and their layouts

LAUNCHES = "--launches=4"


def test_a_seed_gives_the_same_layouts_again_and_another_seed_others(heaptoll: Heaptoll, tmp_path: Path) -> None:
    layouts = []
    for number, seed in enumerate((7, 7, 8)):
        folder = tmp_path / str(number)
        folder.mkdir()
        tap = Tap(folder)
        assert heaptoll.run("--benchmark_filter=/64", LAUNCHES, f"--seed={seed}", f"--worker={tap.script}").code == 0
        layouts.append(sorted(tap.starts()))  # the order of the cases is Google Benchmark's
    assert layouts[0] == layouts[1]
    assert layouts[0] != layouts[2]


def test_every_launch_has_fresh_processes_in_a_layout_that_its_lanes_share(heaptoll: Heaptoll, tmp_path: Path) -> None:
    tap = Tap(tmp_path)
    flags = (ONE_CASE, LAUNCHES, "--seed=1", f"--worker={tap.script}")
    finished = heaptoll.run(*flags, allocators="a=glibc,b=glibc,c=glibc")
    assert finished.code == 0, finished.stderr
    starts = tap.starts()
    assert [start[0] for start in starts] == ["00", "01", "02"] * 4
    layouts = [tuple(start[2:5]) for start in starts]
    per_launch = [layouts[i : i + 3] for i in range(0, len(layouts), 3)]
    assert all(len(set(launch)) == 1 for launch in per_launch)
    for part in range(3):  # stack, heap and environment, each on its own
        assert len({launch[0][part] for launch in per_launch}) == 4


ADDR_NO_RANDOMIZE = 0x0040000


def same_addresses_every_time() -> None:
    """In the child: the kernel's own randomization would hide ours."""
    if ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE) == -1:
        raise OSError("not permitted")


def test_a_layout_moves_the_stack_and_the_heap_by_what_it_says(heaptoll: Heaptoll, tmp_path: Path) -> None:
    tap = Tap(tmp_path, TEST_WORKER)
    where = tmp_path / "where.tsv"
    try:
        finished = heaptoll.run(
            "--benchmark_filter=telltale/layout/addresses", "--launches=8", "--seed=1", f"--worker={tap.script}",
            variables={"HEAPTOLL_TEST_WHERE": str(where)}, before=same_addresses_every_time,
        )  # fmt: skip
    except subprocess.SubprocessError:
        pytest.skip("address randomization cannot be turned off here")
    assert finished.code == 0, finished.stderr
    starts = [[int(number) for number in start[2:5]] for start in tap.starts()]
    told = [[int(number) for number in line.split("\t")] for line in where.read_text().splitlines()][1:]  # the audit's
    assert len(starts) == len(told) == 8
    # Stacks grow down: what was put above the frame, added to its address, gives the same top every time, but for
    # alignment and the digits of the worker's arguments.
    tops = [frame + stack + padding for (stack, _, padding), (frame, _) in zip(starts, told)]
    bottoms = [block - heap for (_, heap, _), (_, block) in zip(starts, told)]
    assert max(tops) - min(tops) <= 64
    assert max(bottoms) - min(bottoms) <= 64
    assert max(frame for frame, _ in told) - min(frame for frame, _ in told) > 256
    assert max(block for _, block in told) - min(block for _, block in told) > 256


# ---- the workers


def test_a_worker_of_another_protocol_version_is_refused(heaptoll: Heaptoll, tmp_path: Path) -> None:
    old = tmp_path / "old-worker"
    old.write_text("#!/bin/sh\nprintf 'worker\\t99\\tgcc\\tgcc 1.0\\t-O2\\n'\n")
    old.chmod(0o755)
    finished = heaptoll.run(f"--worker={old}")
    assert finished.code == 2
    assert "protocol 99" in finished.stderr and "build both" in finished.stderr
    assert heaptoll.measured_nothing()


@pytest.mark.parametrize("version", [0, 1, 99])
def test_a_worker_refuses_a_page_of_another_version(version: int) -> None:
    page = os.memfd_create("page")
    try:
        os.write(page, (0x68746F6C).to_bytes(4, sys.byteorder) + version.to_bytes(4, sys.byteorder))
        os.ftruncate(page, 1 << 20)
        finished = subprocess.run(
            [WORKER, "--lane", str(page), "0", str(os.getpid()), "returned_pointer/by_value/64", "0", "0"],
            pass_fds=[page], capture_output=True, text=True, timeout=30,
        )  # fmt: skip
    finally:
        os.close(page)
    assert finished.returncode == 2
    assert f"the coordinator speaks protocol {version}, this worker" in finished.stderr


def test_a_worker_that_nobody_coordinates_ends_at_once() -> None:
    """It would otherwise wait for a token for ever."""
    finished = subprocess.run([WORKER, "--lane", "0", "0", "1", "a/b/c", "0", "0"], capture_output=True, timeout=30)
    assert finished.returncode == 2


def test_a_worker_started_by_hand_explains_itself() -> None:
    assert "usage:" in subprocess.run([WORKER, "--help"], capture_output=True, text=True, check=True).stdout
    alone = subprocess.run([WORKER], capture_output=True, text=True)
    assert (alone.returncode, alone.stdout) == (2, "")
    assert "run heaptoll itself" in alone.stderr


def test_a_thread_that_a_lane_starts_is_warned_of(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(f"--worker={TEST_WORKER}", "--benchmark_filter=thread/heap")
    assert finished.code == 0, finished.stderr
    assert any("in 2 launches" in warning and "thread" in warning for warning in finished.folder.facts["warnings"])
    calm = Heaptoll(heaptoll.results.parent / "calm").run(f"--worker={TEST_WORKER}", "--benchmark_filter=fine")
    assert not any("thread" in warning for warning in calm.folder.facts["warnings"])


def test_no_process_of_a_run_takes_more_than_64_mib(heaptoll: Heaptoll) -> None:
    """Asked of a small parent, because a child's peak begins with that of the process that forked it."""
    measure = (
        "import os, sys; pid = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]); "
        "_, status, usage = os.wait4(pid, 0); print(status, usage.ru_maxrss)"
    )
    flags = [*SHORT, "--benchmark_filter=array_size/fixed/(8192|131072)/all", "--profile=full"]
    finished = subprocess.run(
        [sys.executable, "-I", "-S", "-c", measure, str(HEAPTOLL), f"--results-dir={heaptoll.results}", *flags],
        capture_output=True, text=True, check=True, env=heaptoll.environment, timeout=120,
    )  # fmt: skip
    status, peak_kib = finished.stdout.splitlines()[-1].split()
    assert status == "0", finished.stderr
    assert int(peak_kib) < 64 << 10


def test_two_runs_at_once_do_not_disturb_each_others_files(tmp_path: Path) -> None:
    both = [Heaptoll(tmp_path / name).start(ONE_CASE, "--launches=3") for name in ("one", "two")]
    for running in both:
        finished = running.finish()
        assert finished.code == 0, finished.stderr
        assert len(finished.folder.rows) == 3 * 3
        json.dumps(finished.folder.facts)
