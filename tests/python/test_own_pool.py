"""Work on several cores: its order, its mistakes, and that nothing of it outlives the process that asked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from heaptoll import own_pool
from heaptoll.own_pool import pooled

SCRIPTS = str(Path(own_pool.__file__).parents[1])


@pytest.mark.parametrize(("tasks", "processes", "chunk"), [(0, 2, 1), (1, 2, 1), (7, 3, 2), (50, 2, 7), (6, 2, 100)])
def test_results_come_in_the_order_of_the_tasks(tasks: int, processes: int, chunk: int) -> None:
    def late_first(task: int) -> tuple[int, bytes]:
        time.sleep(0.02 if task == 0 else 0)
        return task * task, bytes(20_000)  # a pipe holds three of them

    found = pooled(late_first, range(tasks), processes, chunk)
    assert [each for each, _ in found] == [task * task for task in range(tasks)]
    assert not multiprocessing.active_children()


def test_several_processes_work_and_none_is_this_one() -> None:
    pids = set(pooled(lambda task: (time.sleep(0.05), os.getpid())[1], range(8), 2))
    assert len(pids) == 2 and os.getpid() not in pids


def test_what_is_raised_there_is_raised_here_and_nothing_goes_on() -> None:
    def fail(task: int) -> int:
        if task == 3:
            raise ValueError("three")
        return task

    with pytest.raises(RuntimeError, match="ValueError: three"):
        list(pooled(fail, range(9), 2))
    assert not multiprocessing.active_children()


def test_a_process_that_is_killed_is_an_error_and_no_endless_wait() -> None:
    with pytest.raises(RuntimeError, match="ended with -9"):
        list(pooled(lambda task: os.kill(os.getpid(), signal.SIGKILL), range(9), 2))


def test_who_wants_no_more_leaves_no_process() -> None:
    found = pooled(lambda task: (time.sleep(60 if task else 0), task)[1], range(9), 2)
    assert next(found) == 0
    found.close()
    assert not multiprocessing.active_children()


def started(code: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(code)], env={**os.environ, "PYTHONPATH": SCRIPTS}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


SLEEPS = [
    "import os, signal, sys, time; from heaptoll.own_pool import pooled",
    "def work(task): os.write(1, b'.'); time.sleep(60)",
]


def test_processes_die_with_the_one_that_started_them() -> None:
    parent = started([*SLEEPS, "list(pooled(work, range(9), 2))"])
    assert parent.stdout is not None
    assert parent.stdout.read(2) == ".."
    parent.kill()
    parent.communicate(timeout=10)  # ends when nobody holds its pipes any more


def test_ctrl_c_is_for_the_parent_to_tell() -> None:
    parent = started([
        *SLEEPS, "signal.signal(signal.SIGINT, signal.default_int_handler)", "try: list(pooled(work, range(9), 2))",
        "except KeyboardInterrupt: sys.exit(130)",
    ])  # fmt: skip
    assert parent.stdout is not None
    assert parent.stdout.read(2) == ".."
    os.killpg(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=10)
    assert (parent.returncode, said) == (130, "")
