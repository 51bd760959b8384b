"""Runs heaptoll for the end-to-end tests, and reads what it wrote."""

from __future__ import annotations

import csv
import glob
import json
import os
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("HEAPTOLL_BUILD_DIR", "build")
HEAPTOLL = BUILD / "heaptoll"
WORKER = BUILD / "heaptoll-worker"
INTERPOSER = BUILD / "heaptoll-audit.so"
TEST_WORKER = BUILD / "tests" / "heaptoll-test-worker"
UNGUARDED_WORKER = BUILD / "tests" / "heaptoll-unguarded-worker"
PROBING_WORKER = BUILD / "tests" / "heaptoll-probing-worker"
EXTRA_WORKER = BUILD / "tests" / "heaptoll-extra-worker"
NO_CLANG_WORKER = BUILD / "tests" / "heaptoll-no-clang-worker"
TEST_GBENCH = BUILD / "tests" / "heaptoll-test-gbench"
WHOLE_ALLOCATOR = BUILD / "tests" / "whole_allocator.so"
MALLOC_ONLY = BUILD / "tests" / "malloc_only.so"
NESTING_ALLOCATOR = BUILD / "tests" / "nesting_allocator.so"
COUNTING_TWICE = BUILD / "tests" / "counting_twice.so"
FAILING_CALLS = BUILD / "tests" / "failing_calls.so"

COLUMNS = [
    "run_id", "case", "scenario", "variant", "size_bytes", "params", "arm", "allocator", "build", "cpu", "launch",
    "status", "reason", "ops_per_slice", "slices", "quiet_slices", "ns_p05", "ns_p25", "ns_median", "ns_p75",
    "ns_p95", "cycles_median", "allocs_per_op", "alloc_bytes_per_op", "minor_faults_per_op",
]  # fmt: skip
TIMES = ["ns_p05", "ns_p25", "ns_median", "ns_p75", "ns_p95", "cycles_median"]
MEASURED = {"ok", "contended"}  # how noisy the machine is today decides between the two

# As short as a run can be: whether it is precise is no concern of these tests.
SHORT = ("--profile=smoke", "--launches=2", "--launch-seconds=0.01", "--max-seconds-per-case=0.1")
ONE_CASE = "--benchmark_filter=returned_pointer/by_value/64"
# A run that goes on until it is stopped, in launches of 0.1 s at most.
ENDLESS = ("--launches=10000", "--launch-seconds=0.05", "--max-seconds-per-case=1000", ONE_CASE)

DEADLINE_SECONDS = 60.0

Row = dict[str, str]


def until(what: str, condition: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
    """Polls until `condition()` is true, and returns what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain until {what}"
        time.sleep(0.01)


def cpu_model() -> str:
    """The CPU as run.json names it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return "unknown"


@dataclass(frozen=True)
class Case:
    """One case as a worker describes it."""

    name: str
    profile: int
    arms: tuple[str, ...]
    explains: str
    unavailable: str  # why this build cannot have it


def cases_of(worker: Path = WORKER) -> list[Case]:
    text = subprocess.run([worker, "--describe"], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.split("\t") for line in text.splitlines()]
    return [
        Case("/".join(fields[1:4]), int(fields[7]), tuple(fields[8].split(",")), fields[10], fields[12])
        for fields in lines
        if fields[0] == "case"
    ]


def smoke_cases(worker: Path = WORKER) -> list[Case]:
    return [case for case in cases_of(worker) if case.profile == 0]


def installed_allocators() -> list[str]:
    folders = ("/usr/local/lib", "/usr/lib/*-linux-gnu", "/lib/*-linux-gnu", "/usr/lib64", "/usr/lib")
    libraries = {"jemalloc": "libjemalloc.so*", "mimalloc": "libmimalloc.so*", "tcmalloc": "libtcmalloc*.so*"}
    return ["glibc"] + [
        name for name, pattern in libraries.items() if any(glob.glob(f"{folder}/{pattern}") for folder in folders)
    ]


class Tap:
    """A worker that notes how it was started, and then is heaptoll's own."""

    def __init__(self, folder: Path, worker: Path = WORKER) -> None:
        self.log = folder / "started.tsv"
        self.script = folder / "noting-worker"
        self.script.write_text(
            "#!/bin/sh\n"
            f"[ \"$1\" != --lane ] || printf '%s\\t%s\\t%s\\t%s\\t%s\\t%s\\n' \"$3\" \"$5\" \"$6\" \"$7\" "
            f'"${{#HEAPTOLL_PADDING}}" "$LD_PRELOAD" >>{self.log}\n'
            f'exec {worker} "$@"\n'
        )
        self.script.chmod(0o755)

    def starts(self) -> list[list[str]]:
        """Lane, case, stack offset, heap offset, environment padding, preload; in the order of starting. Without those
        that the audit started."""
        return [start for start in self.all_starts() if not start[5].startswith("/proc/self/fd/")]

    def all_starts(self) -> list[list[str]]:
        """The same with those that the audit started."""
        return [line.split("\t") for line in self.log.read_text().splitlines()]


@dataclass(frozen=True)
class RunFolder:
    """The two files of one run."""

    path: Path

    @property
    def facts(self) -> dict[str, Any]:
        loaded = json.loads((self.path / "run.json").read_text(encoding="utf-8"))
        assert isinstance(loaded, dict)
        return loaded

    @property
    def status(self) -> str:
        return str(self.facts["status"])

    @property
    def rows(self) -> list[Row]:
        """Every row. Fails on a file that is not RFC 4180, has a cut line, or other columns than documented."""
        data = (self.path / "measurements.csv").read_bytes()
        assert data.endswith(b"\r\n"), f"the last line is cut: …{data[-80:]!r}"
        assert b"\0" not in data
        assert data.count(b"\n") == data.count(b"\r\n")
        lines = list(csv.reader(data.decode("utf-8").split("\r\n")[:-1], strict=True))
        assert lines[0] == COLUMNS
        for line in lines[1:]:
            assert len(line) == len(COLUMNS), line
        rows = [dict(zip(COLUMNS, line)) for line in lines[1:]]
        assert {row["run_id"] for row in rows} <= {self.path.name}
        return rows

    def rows_where(self, **wanted: str) -> list[Row]:
        return [row for row in self.rows if all(row[key] == value for key, value in wanted.items())]

    def check_whole_launches(self, cases: list[Case], allocators: list[str]) -> list[Row]:
        """Each launch that is there has one row per arm and allocator, and no launch was left out."""
        arms = {case.name: case.arms for case in cases}
        rows = self.rows
        seen = [(row["case"], row["launch"], row["arm"], row["allocator"]) for row in rows]
        launches = sorted({(case, int(launch)) for case, launch, _, _ in seen})
        expected = [
            (case, str(launch), arm, allocator)
            for case, launch in launches
            for arm in arms[case]
            for allocator in allocators
        ]
        assert sorted(seen) == sorted(expected)
        for name in {case for case, _ in launches}:
            numbers = [launch for case, launch in launches if case == name]
            assert numbers == list(range(len(numbers)))
        return rows

    def check_complete(self, cases: list[Case], allocators: list[str], launches: int) -> list[Row]:
        """Exactly one row for every case, launch, arm and allocator, and run.json agrees."""
        rows = self.check_whole_launches(cases, allocators)
        assert len(rows) == sum(len(case.arms) for case in cases) * len(allocators) * launches
        assert self.status == "complete"
        assert [case["name"] for case in self.facts["cases"]] == [case.name for case in cases]
        assert [lane["name"] for lane in self.facts["allocators"]] == allocators
        return rows


def processes_tagged(tag: str) -> dict[int, str]:
    """The processes below a run that are alive, by their environment: pid and program."""
    wanted = f"HEAPTOLL_TEST_TAG={tag}".encode()
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found[int(folder.name)] = os.path.basename(os.readlink(folder / "exe"))
        except OSError:
            continue  # gone meanwhile, or not ours
    return found


def cpu_seconds(pid: int) -> float:
    """What a process has computed so far; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def describes(pid: int) -> bool:
    """Is it a worker that only lists its cases?"""
    try:
        return b"--describe" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True  # gone meanwhile


def audits(pid: int) -> bool:
    """Is it a worker that is counted, before anything is timed?"""
    try:
        return b"LD_PRELOAD=/proc/self/fd/" in Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return True  # gone meanwhile


@dataclass
class Finished:
    code: int
    stdout: str
    stderr: str
    tag: str
    results: Path

    @property
    def folder(self) -> RunFolder:
        """The one run in the results."""
        (only,) = (self.results / "runs").iterdir()
        return RunFolder(only)


class Running:
    """A heaptoll that was started and has not ended."""

    def __init__(self, command: list[str], variables: Mapping[str, str], before: Callable[[], None] | None) -> None:
        self.tag = variables["HEAPTOLL_TEST_TAG"]
        self.results = Path(next(word for word in command if word.startswith("--results-dir=")).partition("=")[2])
        # Files, not pipes: a process that outlives the run would keep a pipe open, and us waiting.
        self._stdout, self._stderr = (tempfile.TemporaryFile("w+", encoding="utf-8") for _ in range(2))
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=self._stdout,
            stderr=self._stderr,
            env=variables,
            start_new_session=True,
            preexec_fn=before,
        )

    def workers(self, program: str = "heaptoll-worker", *, also_audited: bool = False) -> list[int]:
        """The processes that measure."""
        named = [pid for pid, name in processes_tagged(self.tag).items() if name == program]
        return [pid for pid in named if not describes(pid) and (also_audited or not audits(pid))]

    def wait_for_worker(self, program: str = "heaptoll-worker", *, also_audited: bool = False) -> int:
        def found() -> list[int]:
            self._check_alive()
            return self.workers(program, also_audited=also_audited)

        return int(until(f"a {program} runs", found)[0])

    def wait_for_rows(self, count: int = 1) -> None:
        """Until at least so many rows are on disk."""

        def written() -> bool:
            self._check_alive()
            files = list((self.results / "runs").glob("*/measurements.csv"))
            return any(file.read_bytes().count(b"\r\n") > count for file in files)

        until(f"{count} rows are written", written)

    def _check_alive(self) -> None:
        if self.process.poll() is not None:
            raise AssertionError(f"heaptoll ended early: {self.finish()}")

    def send(self, number: int, *, to_group: bool = False) -> None:
        if to_group:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)

    def finish(self) -> Finished:
        code = self.process.wait(timeout=DEADLINE_SECONDS)
        said = []
        for file in (self._stdout, self._stderr):
            file.seek(0)
            said.append(file.read())
        return Finished(code, said[0], said[1], self.tag, self.results)

    def end(self) -> None:
        """Whatever a test did: nothing of the run stays."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in processes_tagged(self.tag):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


@dataclass
class Heaptoll:
    """heaptoll with a results folder of its own, which counts as an empty machine's."""

    results: Path
    program: Path = HEAPTOLL
    settings: tuple[str, ...] = SHORT
    started: list[Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A core that is known needs no long calibration. That the figure is made up makes slices contended at worst.
        self.results.mkdir(parents=True, exist_ok=True)
        (self.results / "known-cores.tsv").write_text(f"{cpu_model()}\t0.25\n")

    @property
    def environment(self) -> dict[str, str]:
        foreign = ("BENCHMARK_", "HEAPTOLL_", "MALLOC_", "GLIBC_TUNABLES", "LD_", "MIMALLOC_", "TCMALLOC_", "_RJEM_")
        return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}

    def start(
        self,
        *flags: str,
        allocators: str | None = "glibc",
        variables: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> Running:
        """Starts it with short settings; `flags` come last and win. `before` runs in the child, for limits."""
        tag = uuid.uuid4().hex
        command = [str(self.program), *self.settings, f"--results-dir={self.results}"]
        command += [f"--allocators={allocators}"] if allocators is not None else []
        given = {**self.environment, "HEAPTOLL_TEST_TAG": tag, **(variables or {})}
        running = Running(command + list(flags), given, before)
        self.started.append(running)
        return running

    def run(
        self,
        *flags: str,
        allocators: str | None = "glibc",
        variables: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> Finished:
        finished = self.start(*flags, allocators=allocators, variables=variables, before=before).finish()
        assert processes_tagged(finished.tag) == {}, "processes of a run outlive it"
        return finished

    def measured_nothing(self) -> bool:
        """No run left a row."""
        return all(RunFolder(path).rows == [] for path in self.runs())

    def runs(self) -> Iterator[Path]:
        folder = self.results / "runs"
        return folder.iterdir() if folder.is_dir() else iter(())
