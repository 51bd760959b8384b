"""The sanitizers' build: coordinator, worker and unit tests run without a report, and would make one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ENDLESS, ONE_CASE, ROOT, TEST_WORKER, WORKER, Finished, Heaptoll, smoke_cases

BUILD = ROOT / os.environ.get("HEAPTOLL_SANITIZE_BUILD_DIR", "build-sanitize")
WATCH = {
    # The audit's interposer stands before the run-time library, which would otherwise refuse to start.
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:verify_asan_link_order=0",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "ASAN_SYMBOLIZER_PATH": "",  # clang's would be one more process, which outlives the worker
}
REPORTS = ("AddressSanitizer", "LeakSanitizer", "runtime error:", "UndefinedBehaviorSanitizer")


def quietly(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """Beside whatever else this machine does."""
    return subprocess.run(["nice", "-n", "19", *command], capture_output=True, text=True)


@pytest.fixture(scope="module")
def sanitized() -> Path:
    """The build's folder. The first time, building it takes a while."""
    flags = ("-DHEAPTOLL_SANITIZE=ON", "-DHEAPTOLL_TESTS=ON")
    for arguments in (("-S", str(ROOT), "-B", str(BUILD), *flags), ("--build", str(BUILD))):
        made = quietly("cmake", *arguments)
        assert made.returncode == 0, made.stdout + made.stderr
    return BUILD


@pytest.fixture(scope="module")
def lane() -> str:
    """Under the address sanitizer its run-time library answers malloc, so that is what the lane must be called."""
    compiler = os.environ.get("CC", "cc")
    for name in ("libclang_rt.asan-x86_64.so", "libasan.so"):  # clang knows gcc's too, gcc not clang's
        found = quietly(compiler, f"-print-file-name={name}").stdout.strip()
        if os.path.isabs(found):
            return f"asan={os.path.realpath(found)}"
    pytest.fail(f"{compiler} has no address sanitizer to load")


@pytest.fixture
def watched(sanitized: Path, tmp_path: Path) -> Iterator[Heaptoll]:
    made = Heaptoll(tmp_path / "results", program=sanitized / "heaptoll")
    yield made
    for running in made.started:
        running.end()


def check_no_report(finished: Finished) -> None:
    for report in REPORTS:
        assert report not in finished.stderr + finished.stdout, finished.stderr


def test_a_run_makes_no_report(watched: Heaptoll, lane: str) -> None:
    finished = watched.run(allocators=lane, variables=WATCH)
    check_no_report(finished)
    assert finished.code == 0, finished.stderr
    finished.folder.check_complete(smoke_cases(), ["asan"], launches=2)


def test_a_bench_that_reads_past_its_block_is_reported(watched: Heaptoll, sanitized: Path, lane: str) -> None:
    """So that silence above means something."""
    flags = (f"--worker={sanitized}/tests/heaptoll-test-worker", "--benchmark_filter=misbehaving/overflow/heap")
    finished = watched.run(*flags, allocators=lane, variables=WATCH)
    assert any(report in finished.stderr for report in REPORTS)
    assert finished.code == 2
    assert {row["status"] for row in finished.folder.rows_where(arm="heap")} == {"crashed"}


# The coordinator alone, with the worker of the ordinary build: the paths on which things go wrong.
GOOD_WORKER = f"--worker={WORKER}"
ERRORS = {
    "no such case": (GOOD_WORKER, "--benchmark_filter=nothing_like_it"),
    "no expression": (GOOD_WORKER, "--benchmark_filter=("),
    "no such profile": (GOOD_WORKER, "--profile=smok"),
    "bad number": (GOOD_WORKER, "--launches=many"),
    "no such allocator": (GOOD_WORKER, "--allocators=jemaloc"),
    "no allocator": (GOOD_WORKER, ONE_CASE, f"--allocators=mine={ROOT}/README.md"),
    "no such cpu": (GOOD_WORKER, ONE_CASE, "--cpu=60000"),
    "no folder": (GOOD_WORKER, ONE_CASE, "--results-dir=/proc/nope"),
    "no worker": ("--worker=/bin/true",),
    "failing worker": ("--worker=/bin/false",),
    "chattering worker": ("--worker=/bin/echo",),
    "unknown flag": (GOOD_WORKER, ONE_CASE, "--benchmark_wings=true"),
}


@pytest.mark.parametrize("flags", ERRORS.values(), ids=ERRORS.keys())
def test_bad_input_makes_no_report(watched: Heaptoll, flags: tuple[str, ...]) -> None:
    finished = watched.run(*flags, variables=WATCH)
    check_no_report(finished)
    assert finished.code == 2, finished.stderr


def test_crashes_and_skips_make_no_report(watched: Heaptoll) -> None:
    finished = watched.run(
        f"--worker={TEST_WORKER}", "--hang-seconds=2", "--benchmark_filter=crash|exit|hang|overflow/stack",
        allocators="a=glibc,b=glibc", variables=WATCH,
    )  # fmt: skip
    check_no_report(finished)
    assert finished.code == 2


def test_being_stopped_makes_no_report(watched: Heaptoll) -> None:
    running = watched.start(*ENDLESS, GOOD_WORKER, variables=WATCH)
    running.wait_for_rows(6)
    running.send(signal.SIGTERM)
    finished = running.finish()
    check_no_report(finished)
    assert finished.code == 143


@pytest.mark.parametrize("flag", ["--benchmark_format=json", "--benchmark_out=report.json"])
def test_a_report_of_google_benchmark_makes_none_of_the_sanitizers(watched: Heaptoll, flag: str) -> None:
    flag = flag.replace("report.json", str(watched.results.parent / "report.json"))
    finished = watched.run(GOOD_WORKER, ONE_CASE, flag, variables=WATCH)
    check_no_report(finished)
    assert finished.code == 0


def test_a_list_makes_no_report(watched: Heaptoll) -> None:
    finished = watched.run("--list", "--profile=full", GOOD_WORKER, variables=WATCH)
    check_no_report(finished)
    assert finished.code == 0


def test_the_unit_tests_make_no_report(sanitized: Path) -> None:
    tests = sorted(path for path in (sanitized / "tests").glob("test_*") if path.is_file() and os.access(path, os.X_OK))
    assert len(tests) >= len(list((ROOT / "tests" / "unit").glob("test_*.c")))
    for test in tests:
        done = subprocess.run([test], capture_output=True, text=True, env={**os.environ, **WATCH}, timeout=120)
        for report in REPORTS:
            assert report not in done.stdout + done.stderr, f"{test.name}\n{done.stderr}"
        assert "[  PASSED  ]" in done.stderr + done.stdout, f"{test.name} did not run to its end"
