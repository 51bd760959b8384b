"""Work on several cores, in processes that die with this one, however that ends, and keep nothing of it alive.

concurrent.futures is not enough: its processes wait for work for ever when this one is killed, since each of them holds
the other end of the pipe, and at Ctrl-C each prints a traceback.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Any, TypeVar, Union

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")
_Sent = tuple[int, Union[list[Any], str]]  # the number of a chunk; its results, or the traceback of what went wrong
_PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


def pooled(
    function: Callable[[_Task], _Result], tasks: Sequence[_Task], processes: int, chunk: int = 1
) -> Iterator[_Result]:
    """`function` of each task, in the order of the tasks. So many `processes` take `chunk` tasks at a time. They are
    forked, so function and tasks may be anything; results must pickle. Raises RuntimeError where the function raised
    anything, or a process was killed. They die with the thread that takes the first result, at the latest."""
    context = multiprocessing.get_context("fork")
    chunks = -(-len(tasks) // chunk)
    next_chunk = context.Value("q", 0)
    readers: dict[Connection, ForkProcess] = {}
    started: list[ForkProcess] = []
    try:
        for _ in range(min(processes, chunks)):
            reader, writer = context.Pipe(duplex=False)
            arguments = (os.getpid(), function, tasks, chunk, next_chunk, writer)
            process = context.Process(target=_work, args=arguments, daemon=True)
            with _without_interrupts():
                process.start()
            started.append(process)
            readers[reader] = process
            writer.close()
        done: dict[int, list[Any]] = {}
        for number in range(chunks):
            while number not in done:
                for ready in wait(list(readers)):
                    assert isinstance(ready, Connection)
                    _receive(ready, readers, done)
            yield from done.pop(number)
    finally:
        for process in started:
            process.kill()
        for process in started:
            process.join()
        for reader in readers:
            reader.close()


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """A process that is forked here hears of no Ctrl-C before it can decide what to do about it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _receive(reader: Connection, readers: dict[Connection, ForkProcess], done: dict[int, list[Any]]) -> None:
    try:
        sent: _Sent = reader.recv()
    except EOFError:
        process = readers.pop(reader)
        reader.close()
        process.join()
        if process.exitcode:
            raise RuntimeError(
                f"another process of this program ended with {process.exitcode}: was there memory enough?"
            ) from None
        return
    number, results = sent
    if isinstance(results, str):
        raise RuntimeError(f"in another process of this program:\n{results}")
    done[number] = results


def _work(
    parent: int, function: Callable[[Any], Any], tasks: Sequence[Any], chunk: int, next_chunk: Any, writer: Connection
) -> None:
    """In another process: takes chunks until none is left."""
    _die_with(parent)
    while True:
        with next_chunk.get_lock():
            number = next_chunk.value
            next_chunk.value += 1
        first = number * chunk
        if first >= len(tasks):
            return
        try:
            found: _Sent = (number, [function(task) for task in tasks[first : first + chunk]])
        except Exception:
            found = (number, traceback.format_exc())
        writer.send(found)


def _die_with(parent: int) -> None:
    """The terminal sends Ctrl-C to every process, and the parent is the one to say so. Its handlers are not ours."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before it could be told
        os._exit(1)
