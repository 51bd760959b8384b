"""Command lines that cannot be measured, and those that only ask: what is said, and that nothing is measured."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from pathlib import Path

import pytest
from running import HEAPTOLL, MALLOC_ONLY, ONE_CASE, Heaptoll, cases_of, smoke_cases


def refused(heaptoll: Heaptoll, *flags: str, allocators: str | None = "glibc") -> str:
    """Exit 2 and no row; returns what was said."""
    finished = heaptoll.run(*flags, allocators=allocators)
    assert finished.code == 2, finished.stdout
    assert heaptoll.measured_nothing()
    assert not (heaptoll.results / "latest").is_symlink()
    assert finished.stderr.strip()
    return finished.stderr


# ---- names


def test_a_filter_that_matches_nothing_names_the_nearest_cases(heaptoll: Heaptoll) -> None:
    said = refused(heaptoll, "--benchmark_filter=retruned_pointer/by_value/64")
    assert "'retruned_pointer/by_value/64'" in said
    assert "nearest: returned_pointer/by_value/64," in said
    assert "--list" in said


def test_a_filter_that_is_no_expression_is_refused(heaptoll: Heaptoll) -> None:
    assert "'by_(value'" in refused(heaptoll, "--benchmark_filter=by_(value")


def test_an_unknown_profile_lists_the_profiles(heaptoll: Heaptoll) -> None:
    said = refused(heaptoll, "--profile=smok")
    assert "unknown profile 'smok'" in said and "valid: smoke, " in said


def test_an_unknown_allocator_lists_the_known_nearest_first(heaptoll: Heaptoll) -> None:
    said = refused(heaptoll, allocators="glibc,jemaloc")
    assert "unknown allocator 'jemaloc'" in said and "known: jemalloc, " in said


def test_an_unknown_engine_lists_the_engines(heaptoll: Heaptoll) -> None:
    assert "valid: gbench, lockstep" in refused(heaptoll, "--engine=gbnch")


def test_an_unknown_option_is_named(heaptoll: Heaptoll) -> None:
    assert "--profil-e" in refused(heaptoll, "--profil-e=smoke")
    assert "'smoke'" in refused(heaptoll, "smoke")


def test_a_bad_value_names_option_value_and_what_was_expected(heaptoll: Heaptoll) -> None:
    said = refused(heaptoll, "--launches=many")
    assert "--launches=many" in said and "whole number" in said


def test_a_cpu_that_is_not_there_is_named_and_leaves_no_half_a_run(heaptoll: Heaptoll) -> None:
    assert "--cpu=60000" in refused(heaptoll, ONE_CASE, "--cpu=60000")
    for path in heaptoll.runs():
        assert (path / "run.json").exists(), "a run's folder without its run.json"


# ---- libraries


def test_a_library_that_is_not_there_is_named(heaptoll: Heaptoll) -> None:
    assert "/no/such/libmine.so" in refused(heaptoll, ONE_CASE, allocators="glibc,mine=/no/such/libmine.so")


def test_a_library_that_is_no_allocator_is_not_measured_as_another(heaptoll: Heaptoll) -> None:
    ctypes.CDLL("libm.so.6")
    with open("/proc/self/maps") as maps:
        library = next(line.split()[-1] for line in maps if re.search(r"/libm[-.]", line))
    said = refused(heaptoll, ONE_CASE, allocators=f"mine={library}")
    assert os.path.realpath(library) in said and "malloc is answered by" in said
    (folder,) = heaptoll.runs()
    assert '"failed"' in (folder / "run.json").read_text()


def test_a_text_file_is_not_measured_as_the_c_library(heaptoll: Heaptoll, tmp_path: Path) -> None:
    """The dynamic linker ignores it with a warning."""
    text = tmp_path / "libtext.so"
    text.write_text("no library\n")
    said = refused(heaptoll, ONE_CASE, allocators=f"mine={text}")
    assert str(text) in said and "malloc is answered by" in said


def test_a_library_that_answers_malloc_but_not_free_is_refused(heaptoll: Heaptoll) -> None:
    said = refused(heaptoll, ONE_CASE, allocators=f"mine={MALLOC_ONLY}")
    assert str(MALLOC_ONLY.resolve()) in said and "free is answered by" in said


def test_a_bad_lane_ends_the_run_before_its_neighbours_are_measured(heaptoll: Heaptoll) -> None:
    """A run in which one of the allocators asked for is missing would be taken for one of all."""
    assert "'mine'" in refused(heaptoll, ONE_CASE, allocators=f"glibc,mine={MALLOC_ONLY}")


# ---- workers


def script(path: Path, text: str) -> Path:
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return path


def test_a_worker_that_is_not_there_is_named(heaptoll: Heaptoll) -> None:
    assert "/no/such/worker" in refused(heaptoll, "--worker=/no/such/worker")


def test_a_program_that_is_no_worker_is_told_by_its_first_wrong_line(heaptoll: Heaptoll, tmp_path: Path) -> None:
    said = refused(heaptoll, f"--worker={script(tmp_path / 'w', 'echo hello')}")
    assert "line 1" in said and "own worker" in said


def test_a_worker_that_fails_to_describe_itself_is_named_with_its_status(heaptoll: Heaptoll, tmp_path: Path) -> None:
    worker = script(tmp_path / "w", "exit 7")
    assert f"{worker} failed with exit status 7" in refused(heaptoll, f"--worker={worker}")


def test_a_worker_that_does_not_start_is_no_crashed_bench(heaptoll: Heaptoll, tmp_path: Path) -> None:
    worker = script(tmp_path / "w", f'[ "$1" = --describe ] || exit 5\nexec {HEAPTOLL}-worker "$@"\n')
    said = refused(heaptoll, ONE_CASE, f"--worker={worker}")
    assert "its worker does not start: the worker exited with status 5" in said
    assert "'glibc'" in said


# ---- folders


def test_a_results_folder_below_a_file_is_named(heaptoll: Heaptoll, tmp_path: Path) -> None:
    """Not a folder without permission: root may write everywhere."""
    (tmp_path / "file").write_text("")
    finished = heaptoll.run(ONE_CASE, f"--results-dir={tmp_path}/file/results")
    assert finished.code == 2
    assert f"{tmp_path}/file/results: Not a directory" in finished.stderr
    assert "--results-dir" in finished.stderr


def test_a_results_folder_that_the_kernel_refuses_is_named(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--results-dir=/proc/nope")
    assert finished.code == 2
    assert "/proc/nope" in finished.stderr and "--results-dir" in finished.stderr


def test_a_folder_in_the_place_of_latest_is_reported_and_the_run_is_kept(heaptoll: Heaptoll) -> None:
    (heaptoll.results / "latest").mkdir()
    finished = heaptoll.run(ONE_CASE)
    assert finished.code == 2
    assert str(heaptoll.results / "latest") in finished.stderr
    assert len(finished.folder.rows) == 6


# ---- questions


def test_list_tests_prints_the_names_of_the_cases_and_nothing_else(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--benchmark_list_tests")
    assert (finished.code, finished.stderr) == (0, "")
    assert finished.stdout.splitlines() == [case.name for case in smoke_cases()]
    everything = heaptoll.run("--benchmark_list_tests=true", "--profile=full", "--benchmark_filter=all")
    assert everything.stdout.splitlines() == [case.name for case in cases_of()]
    assert list(heaptoll.runs()) == []


def test_list_explains_every_case_with_its_arms(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--list", "--profile=full")
    assert finished.code == 0
    for case in cases_of():
        assert f"  {case.name}  ({', '.join(case.arms)})\n      {case.explains}\n" in finished.stdout


def test_a_list_keeps_to_the_filter(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--benchmark_list_tests", "--profile=full", "--benchmark_filter=-array_size")
    assert finished.stdout.splitlines() == [case.name for case in cases_of() if "array_size" not in case.name]


def test_a_case_of_another_profile_is_listed_when_it_is_named_in_full(heaptoll: Heaptoll) -> None:
    name = "array_size/fixed/131072/all"
    assert heaptoll.run("--benchmark_list_tests", f"--benchmark_filter={name}").stdout == f"{name}\n"


OPTIONS = [
    "--profile", "--allocators", "--list", "--engine", "--launches", "--launch-seconds", "--max-seconds-per-case",
    "--slice-us", "--cpu", "--seed", "--results-dir", "--worker", "--hang-seconds", "--table", "--help", "--version",
    "benchmark_filter", "benchmark_repetitions", "benchmark_format", "benchmark_out",
]  # fmt: skip


def test_help_names_every_option_and_exit_status() -> None:
    finished = subprocess.run([HEAPTOLL, "--help"], capture_output=True, text=True)
    assert (finished.returncode, finished.stderr) == (0, "")
    for option in OPTIONS:
        assert option in finished.stdout
    words = " ".join(finished.stdout.split())
    for status in ("Exit status: 0 ", " 2 ", "130", "143"):
        assert status in words


def test_version_is_told() -> None:
    finished = subprocess.run([HEAPTOLL, "--version"], capture_output=True, text=True)
    assert finished.returncode == 0
    assert finished.stdout.startswith("heaptoll 0.")


@pytest.mark.parametrize("flag", ["--list", "--benchmark_list_tests", "--list-lanes"])
def test_a_list_that_cannot_be_printed_is_an_error(flag: str, heaptoll: Heaptoll) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [HEAPTOLL, flag], stdout=full, stderr=subprocess.PIPE, text=True, env=heaptoll.environment, timeout=60
        )
    assert done.returncode == 2 and "cannot write to stdout: No space left on device" in done.stderr
