"""Runs the worker's --count, natively or under callgrind, and reads what it says arm by arm."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.counts import callgrind_file
from heaptoll.counts.catalogue import Lane, Programs
from heaptoll.counts.fixed import STACK_BYTES, Fixed

_REBUILD = "build heaptoll and its worker from the same sources: make build"
_ARM_FIELDS = 9


@dataclass(frozen=True)
class Task:
    """So many operations of one arm."""

    case: str
    arm: str
    operations: int


@dataclass(frozen=True)
class Outcome:
    """What became of a task. `counts` are those of the first call, of one operation, and of the second, of
    `task.operations` more: instructions under callgrind, minor page faults without. None unless `status` is ok."""

    task: Task
    status: str
    reason: str
    counts: tuple[int, int] | None
    variants: frozenset[str] = frozenset()

    @property
    def difference(self) -> int | None:
        """The count of `task.operations` operations."""
        return None if self.counts is None else self.counts[1] - self.counts[0]


@dataclass(frozen=True)
class Answered:
    """Which objects answer malloc and free in a lane, and what the allocator calls its version."""

    malloc_from: str
    free_from: str
    version: str


@dataclass(frozen=True)
class Pass:
    """All tasks of one process."""

    answered: Answered
    outcomes: tuple[Outcome, ...]


class Counter:
    """Starts the processes that count, and ends them when told to. Used by several threads at once."""

    def __init__(self, programs: Programs, fixed: Fixed, scratch: Path, limit_seconds: int) -> None:
        self._programs, self._fixed, self._scratch, self._limit = programs, fixed, scratch, limit_seconds
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def faults(self, lane: Lane, tasks: Sequence[Task], done: Callable[[], None]) -> Pass:
        """Minor page faults of each task, without callgrind. `done` is called after each."""
        return self._count(lane, tasks, [], self._limit, done)

    def instructions(self, lane: Lane, tasks: Sequence[Task], done: Callable[[], None]) -> Pass:
        """Instructions of each task, under callgrind. `done` is called after each."""
        # Some fifty times as slow; a limit is for what never ends.
        return self._count(lane, tasks, callgrind_command(), self._limit * 12, done)

    def stop(self) -> None:
        """Ends what runs, and lets nothing start any more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                os.killpg(process.pid, signal.SIGKILL)

    def _count(
        self, lane: Lane, tasks: Sequence[Task], tool: list[str], limit: int, done: Callable[[], None]
    ) -> Pass:
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        listed = folder / "tasks"
        listed.write_text("".join(f"{task.case}\t{task.arm}\t{task.operations}\n" for task in tasks))
        worker = [str(self._programs.worker), "--count", str(limit), *self._fixed.worker_words()]
        with listed.open() as lines, (folder / "said").open("w") as said, self._lock:
            if self._stopped:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                [*tool, *worker], stdin=lines, stdout=subprocess.PIPE, stderr=said, text=True, cwd=folder,
                env=self._fixed.environment(lane.library, self._programs.frozen_clock), start_new_session=True,
            )  # fmt: skip
            self._running.add(process)
        try:
            return self._read(process, lane, tasks, folder, bool(tool), done)
        finally:
            with self._lock:
                self._running.remove(process)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
            shutil.rmtree(folder)

    def _read(
        self, process: subprocess.Popen[str], lane: Lane, tasks: Sequence[Task], folder: Path, callgrind: bool,
        done: Callable[[], None],
    ) -> Pass:  # fmt: skip
        assert process.stdout is not None
        answered = _check_lane(lane, self._read_line(process, folder))
        outcomes = []
        for task in tasks:
            outcomes.append(_outcome(task, self._read_line(process, folder), folder if callgrind else None))
            done()
        return Pass(answered, tuple(outcomes))

    def _read_line(self, process: subprocess.Popen[str], folder: Path) -> list[str]:
        assert process.stdout is not None
        line = process.stdout.readline()
        fields = line.rstrip("\n").split("\t")
        if line.endswith("\n") and fields[0] in ("lane", "arm"):
            return fields
        process.wait()
        if self._stopped:
            raise KeyboardInterrupt
        log = folder / "log"
        words = line + (folder / "said").read_text() + (log.read_text(errors="replace") if log.exists() else "")
        raise BadInput(
            self._programs.worker, "a worker that counts to the end", _REBUILD,
            found=f"exit status {process.returncode} and the words {words.strip()[:400]!r}",
        )  # fmt: skip


def callgrind_command() -> list[str]:
    """callgrind, told to count nothing but what the worker's ht_counted does. Raises BadInput without valgrind."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise BadInput(
            "valgrind", "a program of that name", "install it: scripts/setup.sh --for=counts", found="none on PATH"
        )
    return [
        valgrind, "--tool=callgrind", "--quiet", "--child-silent-after-fork=yes", "--log-file=log",
        "--callgrind-out-file=%p", "--toggle-collect=ht_counted", "--dump-after=ht_counted", "--dump-line=no",
        f"--main-stacksize={STACK_BYTES}",
    ]  # fmt: skip


def _check_lane(lane: Lane, fields: list[str]) -> Answered:
    """A preload that the dynamic linker ignored must not be counted as something else."""
    if fields[0] != "lane" or len(fields) != 4:
        raise BadInput("heaptoll-worker --count", "a line `lane` with 4 fields", _REBUILD, found=quoted(str(fields)))
    answered = Answered(*fields[1:])
    for function, path in (("malloc", answered.malloc_from), ("free", answered.free_from)):
        if lane.library:
            right = path != "" and os.path.realpath(path) == os.path.realpath(lane.library)
        else:
            right = os.path.basename(path).startswith(("libc.so", "libc-2.", "ld-musl"))
        if not right:
            raise BadInput(
                f"allocator '{lane.allocator}'", f"{function} from {lane.library or 'the C library'}",
                "is it a shared object for this machine that defines malloc and free?", found=path or "nobody known",
            )  # fmt: skip
    return answered


def _outcome(task: Task, fields: list[str], folder: Path | None) -> Outcome:
    if len(fields) != _ARM_FIELDS or fields[1:4] != [task.case, task.arm, str(task.operations)]:
        raise BadInput(
            "heaptoll-worker --count", f"a line `arm` for {task.case} {task.arm} with {_ARM_FIELDS} fields",
            _REBUILD, found=quoted("\t".join(fields)),
        )  # fmt: skip
    _, _, _, _, pid, first, second, status, reason = fields
    counts, variants = (int(first), int(second)), frozenset[str]()
    if folder is not None:
        dumps = [folder / f"{pid}.{part}" for part in (1, 2)]
        if status == "ok":
            found = [callgrind_file.read(dump) for dump in dumps]
            counts = (found[0].instructions, found[1].instructions)
            variants = found[0].variants | found[1].variants
        for dump in dumps:
            dump.unlink(missing_ok=True)
    return Outcome(task, status, reason, counts if status == "ok" else None, variants)
