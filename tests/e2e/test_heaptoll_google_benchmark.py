"""Google Benchmark as the shell around a run, and as the other engine."""

from __future__ import annotations

import csv
import json
import math
import os
import platform
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from running import (
    HEAPTOLL,
    MEASURED,
    ONE_CASE,
    TEST_WORKER,
    WHOLE_ALLOCATOR,
    WORKER,
    Finished,
    Heaptoll,
    cases_of,
    cpu_model,
    cpu_seconds,
    processes_tagged,
    smoke_cases,
    until,
)

LIST = f"glibc,other={WHOLE_ALLOCATOR}"
CASES = [case for case in cases_of() if case.name in ONE_CASE] if WORKER.exists() else []

# ---- the shell


def check_report(report: dict[str, Any], finished: Finished, allocators: list[str]) -> None:
    """Google Benchmark's report says the same as measurements.csv."""
    launches = [entry for entry in report["benchmarks"] if entry["run_type"] == "iteration"]
    assert [entry["name"] for entry in launches] == [CASES[0].name] * 2
    for entry in launches:
        launch = str(entry["repetition_index"])
        for allocator in allocators:
            medians = {
                row["arm"]: float(row["ns_median"])
                for row in finished.folder.rows_where(launch=launch, allocator=allocator)
            }
            assert math.isclose(entry[f"heap_ns:{allocator}"], medians["heap"], rel_tol=1e-4)
            assert math.isclose(entry[f"stack_ns:{allocator}"], medians["stack"], rel_tol=1e-4)
            toll = medians["heap"] - medians["stack"]
            assert math.isclose(entry[f"toll_ns:{allocator}"], toll, rel_tol=1e-3, abs_tol=1e-2)
        assert entry["time_unit"] == "ns"
        assert math.isclose(entry["real_time"], entry[f"heap_ns:{allocators[0]}"], rel_tol=1e-6)


def test_json_goes_to_stdout_and_the_table_to_stderr(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_format=json", allocators=LIST)
    assert finished.code == 0, finished.stderr
    check_report(json.loads(finished.stdout), finished, ["glibc", "other"])
    assert "toll ns" in finished.stderr and CASES[0].name in finished.stderr


def test_csv_on_stdout_is_csv(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_format=csv")
    assert finished.code == 0, finished.stderr
    lines = list(csv.DictReader(finished.stdout.splitlines()))
    launches = lines[:2]  # then come aggregates: two launches may take the same, and their deviation is 0
    assert [line["name"] for line in launches] == [CASES[0].name] * 2
    assert all(float(line["heap_ns:glibc"]) > 0 for line in launches)


def test_a_case_that_prepares_its_process_has_one_to_itself(heaptoll: Heaptoll) -> None:
    """One of them fixes glibc's threshold, and the other finds it as it was; each is prepared once for all its arms."""
    finished = heaptoll.run(
        "--engine=gbench", "--profile=quick", "--benchmark_filter=mmap_threshold/25000/first/|fixed/8/first$",
        "--benchmark_min_time=0.001",
    )  # fmt: skip
    assert finished.code == 0, finished.stderr
    rows = finished.folder.rows
    assert {row["status"] for row in rows} == {"ok"}
    assert len({row["case"] for row in rows}) == 3 and len(rows) == 3 * 3 * 2


def test_a_report_goes_to_the_file_that_was_named(heaptoll: Heaptoll, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    finished = heaptoll.run(ONE_CASE, f"--benchmark_out={file}")
    assert finished.code == 0, finished.stderr
    check_report(json.loads(file.read_text()), finished, ["glibc"])
    assert "toll ns" in finished.stdout


def test_a_report_file_that_cannot_be_written_is_bad_input(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_out=/proc/nope/report.json")
    assert "/proc/nope/report.json" in finished.stderr
    assert finished.code == 2


def test_a_format_that_does_not_exist_is_bad_input(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_format=xml")
    assert "xml" in finished.stderr or "benchmark_format" in finished.stderr + finished.stdout
    assert finished.code == 2


def test_a_flag_that_google_benchmark_does_not_know_is_bad_input(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_wings=true")
    assert finished.code == 2
    assert "--benchmark_wings=true" in finished.stderr
    assert heaptoll.measured_nothing()


def test_repetitions_are_launches(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_repetitions=3", "--launches=3")
    finished.folder.check_complete(CASES, ["glibc"], launches=3)


@pytest.mark.parametrize(
    ("name", "value"), [("BENCHMARK_FILTER", "nothing_like_it"), ("BENCHMARK_LIST_TESTS", "true")]
)
def test_a_variable_of_google_benchmarks_does_not_make_an_empty_run_complete(
    heaptoll: Heaptoll, name: str, value: str
) -> None:
    """Google Benchmark takes its flags from the environment too."""
    finished = heaptoll.run(ONE_CASE, variables={name: value})
    if finished.code == 0:
        finished.folder.check_complete(CASES, ["glibc"], launches=2)
    else:
        assert finished.code == 2 and name in finished.stderr


def test_a_failed_case_is_an_error_in_the_report(heaptoll: Heaptoll) -> None:
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=crash/null_pointer|fine")
    finished = heaptoll.run(*flags, "--benchmark_format=json")
    assert finished.code == 2
    entries = [entry for entry in json.loads(finished.stdout)["benchmarks"] if entry["run_type"] == "iteration"]
    failed = {entry["name"]: entry.get("error_occurred", False) for entry in entries}
    assert failed == {"misbehaving/crash/null_pointer": True, "misbehaving/fine/64": False}


# ---- the other engine

GBENCH = ("--engine=gbench", "--benchmark_min_time=0.001")


@pytest.mark.parametrize("allocators", [["glibc"], ["glibc", "other"]], ids=["one", "two"])
def test_the_other_engine_measures_every_arm(heaptoll: Heaptoll, allocators: list[str]) -> None:
    finished = heaptoll.run(*GBENCH, allocators=LIST if len(allocators) == 2 else "glibc")
    assert finished.code == 0, finished.stderr
    rows = finished.folder.check_complete(smoke_cases(), allocators, launches=2)
    assert finished.folder.facts["engine"] == "gbench"
    for row in rows:
        assert row["status"] == "ok"
        assert float(row["ns_median"]) > 0
        assert float(row["cycles_median"]) > 0
        assert row["slices"] == "1" and row["quiet_slices"] in {"0", "1"}
        assert int(row["cpu"]) in os.sched_getaffinity(0)
    quiet = sum(int(row["quiet_slices"]) for row in rows)
    assert math.isclose(finished.folder.facts["quiet_share"], quiet / len(rows), abs_tol=1e-4)
    assert f"of {len(rows)} repetitions; core at" in finished.stdout
    paths = [lane["path"] for lane in finished.folder.facts["allocators"]]
    assert paths[1:] == [str(WHOLE_ALLOCATOR.resolve())] * (len(allocators) - 1)


def test_the_other_engine_refuses_a_library_that_is_no_allocator(heaptoll: Heaptoll, tmp_path: Path) -> None:
    text = tmp_path / "libtext.so"
    text.write_text("no library\n")
    finished = heaptoll.run(*GBENCH, ONE_CASE, allocators=f"mine={text}")
    assert finished.code == 2
    assert "malloc is answered by" in finished.stderr
    assert heaptoll.measured_nothing()


def test_the_other_engine_writes_a_report_of_one_allocator_only(heaptoll: Heaptoll, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    refused = heaptoll.run(*GBENCH, ONE_CASE, f"--benchmark_out={file}", allocators=LIST)
    assert refused.code == 2 and "--allocators=" in refused.stderr
    finished = Heaptoll(tmp_path / "again").run(*GBENCH, ONE_CASE, f"--benchmark_out={file}")
    assert finished.code == 0, finished.stderr
    names = {entry["run_name"].split("/repeats:")[0] for entry in json.loads(file.read_text())["benchmarks"]}
    assert names == {f"{CASES[0].name}/{arm}" for arm in CASES[0].arms}


def test_a_signal_to_the_other_engine_makes_no_crash_up(heaptoll: Heaptoll) -> None:
    """What was not measured has no row: nothing crashed."""
    running = heaptoll.start("--engine=gbench", "--benchmark_min_time=0.5", "--profile=full")
    pid = running.wait_for_worker("heaptoll-gbench")
    until("it measures", lambda: cpu_seconds(pid) > 0.3)
    running.send(signal.SIGTERM)
    finished = running.finish()
    assert finished.code == 143
    assert processes_tagged(finished.tag) == {}
    assert finished.folder.status == "interrupted"
    assert finished.folder.rows_where(status="crashed") == []


def test_a_killed_coordinator_takes_the_other_engine_along(heaptoll: Heaptoll) -> None:
    running = heaptoll.start("--engine=gbench", "--benchmark_min_time=0.5", "--profile=full")
    pid = running.wait_for_worker("heaptoll-gbench")
    until("it measures", lambda: cpu_seconds(pid) > 0.3)
    running.send(signal.SIGKILL)
    finished = running.finish()
    until("heaptoll-gbench is gone", lambda: processes_tagged(finished.tag) == {}, seconds=10)


# ---- an engine that goes wrong: heaptoll takes the heaptoll-gbench beside it, so a copy takes ours

INTRODUCTION = "printf 'allocator\\t/lib/libc.so.6\\t/lib/libc.so.6\\t2.99\\n' >&3\n"
# name, repetition, ns, CPU ns, context switches, iterations, and what the probe read before and after: ALU, chain, ALU, chain
RESULT = (
    "printf 'result\\t%s\\t%d\\t5.5\\t{cpu_ns}\\t{switches}\\t1000\\t{readings}\\n' "
    "returned_pointer/by_value/64/{arm} {launch} >&3\n"
)
CHAIN_CYCLES = 24 if platform.machine() == "x86_64" else 32
UNKNOWN = r"0\t0\t0\t0"
PROBE = "IFS='=,' read -r _ alu chain <<END\n$1\nEND\n"  # what heaptoll says of its length


def with_engine(tmp_path: Path, text: str | None) -> Heaptoll:
    folder = tmp_path / "programs"
    folder.mkdir()
    shutil.copy(HEAPTOLL, folder / "heaptoll")
    for name in ("heaptoll-worker", "heaptoll-audit.so"):
        (folder / name).symlink_to((WORKER.parent / name).resolve())
    if text is not None:
        engine = folder / "heaptoll-gbench"
        engine.write_text("#!/bin/sh\n" + text)
        engine.chmod(0o755)
    return Heaptoll(tmp_path / "results", program=folder / "heaptoll")


def test_an_engine_that_dies_loses_what_it_had_not_reported(tmp_path: Path) -> None:
    first = "".join(RESULT.format(arm=arm, launch=0, cpu_ns=5.5, switches=0, readings=UNKNOWN) for arm in ("null", "stack"))
    finished = with_engine(tmp_path, f"{INTRODUCTION}{first}kill -SEGV $$\n").run(*GBENCH, ONE_CASE)
    assert finished.code == 2
    rows = finished.folder.check_complete(CASES, ["glibc"], launches=2)
    statuses = {(row["arm"], row["launch"]): row["status"] for row in rows}
    assert [key for key, status in statuses.items() if status == "ok"] == [("null", "0"), ("stack", "0")]
    assert {row["reason"] for row in rows if row["status"] == "crashed"} == {"the process was killed by SIGSEGV"}


def test_a_repetition_is_quiet_when_both_readings_and_the_cpu_say_so(tmp_path: Path) -> None:
    # A core better than any there is: 16 of a round's 64 ALU operations in a cycle. 24 or 32 cycles make a chain's round.
    chain = CHAIN_CYCLES * 40
    own, shared = f"$((alu*160)) $((chain*{chain}))", f"$((alu*320)) $((chain*{chain}))"
    told = [
        ("null", 0, 5.5, 0, own, own), ("stack", 0, 5.5, 0, own, shared), ("heap", 0, 5.5, 0, shared, own),
        ("null", 1, 5.5, 1, own, own), ("stack", 1, 5.4, 0, own, own), ("heap", 1, 5.48, 0, own, own),
    ]  # fmt: skip
    text = INTRODUCTION + PROBE
    for arm, launch, cpu_ns, switches, before, after in told:
        line = RESULT.format(arm=arm, launch=launch, cpu_ns=cpu_ns, switches=switches, readings=r"%d\t%d\t%d\t%d")
        text += line.replace(" >&3", f" {before} {after} >&3")
    heaptoll = with_engine(tmp_path, text + "exit 0\n")
    (heaptoll.results / "known-cores.tsv").write_text(f"{cpu_model()}\t0.0625\n")
    finished = heaptoll.run(*GBENCH, ONE_CASE)
    assert finished.code == 0, finished.stderr
    quiet = {(row["arm"], row["launch"]) for row in finished.folder.rows if row["quiet_slices"] == "1"}
    assert quiet == {("null", "0"), ("heap", "1")}


def test_without_readings_there_are_no_cycles_and_nothing_is_quiet(tmp_path: Path) -> None:
    told = [
        RESULT.format(arm=arm, launch=launch, cpu_ns=5.5, switches=0, readings=UNKNOWN)
        for arm in ("null", "stack", "heap")
        for launch in (0, 1)
    ]
    finished = with_engine(tmp_path, INTRODUCTION + "".join(told)).run(*GBENCH, ONE_CASE)
    assert finished.code == 0, finished.stderr
    for row in finished.folder.check_complete(CASES, ["glibc"], launches=2):
        assert (row["ns_median"], row["cycles_median"], row["quiet_slices"]) == ("5.5", "", "0")


def test_a_worker_whose_google_benchmark_program_is_not_to_be_told_is_refused(
    heaptoll: Heaptoll, tmp_path: Path
) -> None:
    program = tmp_path / "benches"
    program.symlink_to(WORKER.resolve())
    finished = heaptoll.run(*GBENCH, ONE_CASE, f"--worker={program}")
    assert finished.code == 2
    assert "X-gbench" in finished.stderr and str(program) in finished.stderr
    assert heaptoll.measured_nothing()


def test_an_engine_that_reports_nothing_is_not_taken_for_a_measured_one(tmp_path: Path) -> None:
    finished = with_engine(tmp_path, f"{INTRODUCTION}exit 0\n").run(*GBENCH, ONE_CASE)
    assert finished.code == 2
    assert not {row["status"] for row in finished.folder.rows} & MEASURED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{INTRODUCTION}echo nonsense >&3\n", "not understood: nonsense"),
        (f"{INTRODUCTION}printf 'result\\ta/b/c/heap\\t0\\t1\\t1\\t0\\t1\\t{UNKNOWN}\\n' >&3\n", "'a/b/c"),
        ("printf 'allocator\\t/opt/x.so\\t/opt/x.so\\t1\\n' >&3\n", "malloc is answered by /opt/x.so"),
        (None, "heaptoll-gbench"),
    ],
    ids=["nonsense", "a case nobody asked for", "another allocator", "no such program"],
)
def test_an_engine_that_goes_wrong_ends_the_run(tmp_path: Path, text: str | None, said: str) -> None:
    heaptoll = with_engine(tmp_path, text)
    finished = heaptoll.run(*GBENCH, ONE_CASE)
    assert finished.code == 2
    assert said in finished.stderr
    assert heaptoll.measured_nothing()
