"""The whole of a counting: every arm of the chosen cases in every lane, twice, on as many CPUs as there are."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from heaptoll.counts.audit import Audited, Key
from heaptoll.counts.catalogue import Build, Case, Lane
from heaptoll.counts.counting import Answered, Counter, Outcome, Pass, Task
from heaptoll.counts.operations import PILOT, operations_for
from heaptoll.counts.table import Row, TwoPasses, audited_of, make_row

_C_LIBRARY = Lane("glibc", "")
T = TypeVar("T")


class Seats:
    """Some CPUs, each with a thread that starts what runs on it. A process sees the one CPU that it is on: some
    allocators make as many arenas as they see."""

    def __init__(self, cpus: Sequence[int], stop: Callable[[], None]) -> None:
        self._free, self._lock, self._stop = list(cpus), threading.Lock(), stop
        self._pool = ThreadPoolExecutor(len(cpus), initializer=self._sit_down)

    def _sit_down(self) -> None:
        with self._lock:
            os.sched_setaffinity(0, {self._free.pop()})  # of this thread, and what it starts inherits it

    def all(self, jobs: Sequence[Callable[[], T]]) -> list[T]:
        """Runs the jobs, in that order as far as there are seats, and returns what they returned. The first one that
        raises ends the others."""
        futures: list[Future[T]] = [self._pool.submit(job) for job in jobs]
        try:
            return [future.result() for future in futures]
        except BaseException:
            self._stop()
            for future in futures:
                future.cancel()
            raise

    def leave(self) -> None:
        self._pool.shutdown()


@dataclass(frozen=True)
class Chosen:
    """What is counted, and what is known of it before."""

    build: Build
    cases: Sequence[Case]
    lanes: Sequence[Lane]
    audited: Mapping[Key, Audited]


@dataclass(frozen=True)
class Whole:
    """All rows, by case, then arm, then lane; and what answered in each lane."""

    rows: list[Row]
    answered: dict[str, Answered]
    variants: list[str]


def count(chosen: Chosen, counter: Counter, seats: Seats, say: Callable[[str, int, int], None]) -> Whole:
    """Counts everything. `say` gets what is done, how far, of how many. Raises BadInput when a worker cannot work."""
    tasks = tasks_for(chosen.cases, pilot(chosen.cases, counter, seats, say))
    lanes = range(len(chosen.lanes))

    def both(
        how: Callable[[Lane, Sequence[Task], Callable[[], None]], Pass], what: str,
        lists: Sequence[Sequence[Task]], passes: int,
    ) -> list[Pass]:  # fmt: skip
        done = Tally(what, sum(map(len, lists)) * passes, say)
        return seats.all([
            partial(how, chosen.lanes[lane], lists[lane], done) for lane in lanes for _ in range(passes)
        ])  # fmt: skip

    first = both(counter.faults, "page faults", [tasks] * len(lanes), 1)
    # What crashes or hangs natively is not tried again.
    good = [[each.task for each in first[lane].outcomes if each.status == "ok"] for lane in lanes]
    again = both(counter.faults, "page faults again", good, 1)
    instructions = both(counter.instructions, "instructions, twice", good, 2)

    again_of = [{each.task: each for each in again[lane].outcomes} for lane in lanes]
    pass_of = [{each.task: each for each in one.outcomes} for one in instructions]
    rows = []
    for case, task, index in _in_order(chosen.cases, tasks):
        for lane in lanes:
            counted = TwoPasses(
                (first[lane].outcomes[index], again_of[lane].get(task)),
                (pass_of[2 * lane].get(task), pass_of[2 * lane + 1].get(task)),
            )
            audited = audited_of(chosen.audited, case, task.arm, chosen.lanes[lane])
            rows.append(
                make_row(case, task.arm, chosen.lanes[lane], first[lane].answered, chosen.build, counted, audited)
            )
    answered = {chosen.lanes[lane].allocator: first[lane].answered for lane in lanes}
    return Whole(rows, answered, _variants(instructions))


class Tally:
    """Counts what several threads have done, and says so."""

    def __init__(self, what: str, total: int, say: Callable[[str, int, int], None]) -> None:
        self._what, self._total, self._say, self._done = what, total, say, 0
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._done += 1
            self._say(self._what, self._done, self._total)


def pilot(
    cases: Sequence[Case], counter: Counter, seats: Seats, say: Callable[[str, int, int], None]
) -> dict[str, Outcome]:
    """A few operations of each case's first arm, always with the C library: how long is one of them?"""
    tasks = [Task(case.name, case.arms[0], PILOT) for case in cases]
    done = Tally("pilot", len(tasks), say)
    [found] = seats.all([lambda: counter.instructions(_C_LIBRARY, tasks, done)])
    return {each.task.case: each for each in found.outcomes}


def tasks_for(cases: Sequence[Case], piloted: Mapping[str, Outcome]) -> list[Task]:
    """Every arm of the cases, with as many operations as the pilot says of its case."""
    tasks = []
    for case in cases:
        difference = piloted[case.name].difference
        operations = operations_for(None if difference is None else difference / PILOT)
        tasks += [Task(case.name, arm, operations) for arm in case.arms]
    return tasks


def _in_order(cases: Sequence[Case], tasks: Sequence[Task]) -> list[tuple[Case, Task, int]]:
    by_name = {case.name: case for case in cases}
    return [(by_name[task.case], task, index) for index, task in enumerate(tasks)]


def _variants(passes: Sequence[Pass]) -> list[str]:
    return sorted({name for one in passes for outcome in one.outcomes for name in outcome.variants})
