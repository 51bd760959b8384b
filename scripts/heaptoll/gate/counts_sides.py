"""Counts base and head under the same conditions: the same operations of the same arms, and nothing else that differs.

Both workers run below one heaptoll, with one clock that stands still and one interposer. Each is counted once; where
the two counts of a row differ, both sides are counted again, and only a difference between counts that repeat is one. A
row whose sides agree at once has two passes that agree already. An arm has a process of its own that was forked from an
untouched one (docs/METHOD.md, "Counting"), so what else is counted in a pass does not matter.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from heaptoll.counts.audit import Audited, Key, audited
from heaptoll.counts.catalogue import Case, Lane, Programs, ask, chosen_lanes, parse_description, programs_in
from heaptoll.counts.counting import Counter, Outcome, Pass, Task, callgrind_command
from heaptoll.counts.fixed import fixed_for_now, usable_cpus
from heaptoll.counts.whole import Seats, Tally, pilot, tasks_for
from heaptoll.gate.counts_readings import Allocated, CountsResult, LeftOut, Reading, ReadingPair

Say = Callable[[str, int, int], None]


@dataclass(frozen=True)
class PairedLane:
    """The lanes of both sides that are compared; `name` is the allocator as the reader knows it."""

    name: str
    base: Lane
    head: Lane


@dataclass(frozen=True)
class CountedSides:
    """The programs that count each side: heaptoll, frozen clock and interposer are the same ones, the worker is the
    side's. `lanes` are compared one by one."""

    base: Programs
    head: Programs
    lanes: tuple[PairedLane, ...]

    @property
    def both(self) -> tuple[Programs, Programs]:
        return self.base, self.head

    def lanes_of(self, side: int) -> list[Lane]:
        """The lanes of base (0) or head (1)."""
        return [lane.head if side else lane.base for lane in self.lanes]


def build_sides(build: Path, base_worker: Path, head_worker: Path, allocators: str | None) -> CountedSides:
    """Two workers, each under the same allocators (as --allocators takes them; None: all that are installed).

    `build` is the folder with heaptoll. Raises BadInput, Refused.
    """
    base, head = programs_in(build, base_worker), programs_in(build, head_worker)
    lanes = chosen_lanes(base, allocators)
    return CountedSides(base, head, tuple(PairedLane(lane.allocator, lane, lane) for lane in lanes))


def library_sides(build: Path, worker: Path, base_library: str, head_library: str) -> CountedSides:
    """One worker under two libraries, each a path or the name of an allocator. Raises BadInput, Refused."""
    programs = programs_in(build, worker)
    base, head = chosen_lanes(programs, f"base={base_library},head={head_library}")
    return CountedSides(programs, programs, (PairedLane("allocator", base, head),))


def count_sides(
    sides: CountedSides, cases: Sequence[str], say: Say, *, hang_seconds: int = 10, off: frozenset[str] = frozenset()
) -> CountsResult:
    """Counts the cases of these names. `say` gets what is done, how far, of how many; `off` are guards to leave out,
    for tests. An arm that takes longer than `hang_seconds` natively, or twelve times as long counted, is given up.

    Raises BadInput without valgrind, or when a worker cannot count; Refused when heaptoll refuses something. What was
    fixed for the counting is as before afterwards, and after a KeyboardInterrupt nothing of it runs any more: a command
    that calls this lets SIGTERM raise one.
    """
    started = time.monotonic()
    for programs in sides.both:
        programs.check_built()
    callgrind_command()
    chosen, left_out = _in_both(sides, cases)
    cpus = usable_cpus()
    with fixed_for_now(off) as fixed, tempfile.TemporaryDirectory(prefix="heaptoll-counts-") as scratch:
        counters = [Counter(programs, fixed, Path(scratch), hang_seconds) for programs in sides.both]

        def stop() -> None:
            for counter in counters:
                counter.stop()

        seats = Seats(cpus, stop)
        try:
            pairs = _Counting(sides, counters, seats, len(cpus), hang_seconds, say).all(chosen) if chosen else ()
        finally:
            stop()
            seats.leave()
    return CountsResult(tuple(pairs), left_out, fixed.facts, time.monotonic() - started)


def _in_both(sides: CountedSides, names: Sequence[str]) -> tuple[list[Case], tuple[LeftOut, ...]]:
    """The cases, each with the arms that both workers have, and what only one has. Raises Refused, BadInput."""
    base, head = (parse_description(each.worker, ask([each.worker, "--describe"]))[1] for each in sides.both)
    chosen, left_out = [], []
    for name in dict.fromkeys(names):
        ours, theirs = base.get(name), head.get(name)
        if ours is None or theirs is None:
            where = "neither side" if ours is theirs else "head only" if ours is None else "base only"
            left_out.append(LeftOut(name, f"in {where}"))
        elif (ours.size_bytes, ours.params) != (theirs.size_bytes, theirs.params):
            left_out.append(LeftOut(name, "of another size or with other parameters in head: not the same work"))
        else:
            arms = tuple(arm for arm in ours.arms if arm in theirs.arms)
            alone = [arm for arm in (*ours.arms, *theirs.arms) if arm not in arms]
            if alone:
                left_out.append(LeftOut(name, f"arms that one side has only: {', '.join(alone)}"))
            if arms:
                chosen.append(replace(ours, arms=arms))
    return chosen, tuple(left_out)


# Which lane of which side: side 0 is base, 1 is head.
_Place = tuple[int, int]


class _Counting:
    """One counting of both sides, step by step."""

    def __init__(
        self, sides: CountedSides, counters: Sequence[Counter], seats: Seats, seat_count: int, hang_seconds: int,
        say: Say,
    ) -> None:  # fmt: skip
        self._sides, self._counters, self._seats, self._seat_count = sides, counters, seats, seat_count
        self._hang_seconds, self._say = hang_seconds, say
        self._places: list[_Place] = [(side, lane) for side in (0, 1) for lane in range(len(sides.lanes))]

    def all(self, cases: Sequence[Case]) -> list[ReadingPair]:
        # Of base alone: both sides do as many operations as it says.
        tasks = tasks_for(cases, pilot(cases, self._counters[0], self._seats, self._say))
        natively = self._pass("run natively", dict.fromkeys(self._places, tasks), natively=True)
        good = {place: self._good(tasks, natively, place[1]) for place in self._places}
        first = self._pass("instructions", good, natively=False)
        again = self._pass("instructions again", _differing(good, first), natively=False)
        audits = self._audits([case.name for case in cases])
        audits_again = self._audits(_audited_differently(audits))
        return [
            ReadingPair(
                task.case, task.arm, lane.name,
                *(
                    _reading(task, [each[side, at] for each in (natively, first, again)],
                             [each[side].get((task.case, task.arm, at)) for each in (audits, audits_again)])
                    for side in (0, 1)
                ),
            )
            for task in tasks
            for at, lane in enumerate(self._sides.lanes)
        ]  # fmt: skip

    def _pass(
        self, what: str, lists: Mapping[_Place, Sequence[Task]], *, natively: bool
    ) -> dict[_Place, dict[Task, Outcome]]:
        """Counts the tasks of each place once, on all seats: minor faults natively, or instructions."""
        done = Tally(what, sum(map(len, lists.values())), self._say)
        pieces = -(-self._seat_count // len(lists))  # more seats than lanes: a lane's arms are shared out
        jobs = [
            (place, partial(self._how(place[0], natively), self._sides.lanes_of(place[0])[place[1]], piece, done))
            for place, tasks in lists.items()
            for piece in (tasks[start::pieces] for start in range(pieces))
            if piece
        ]
        found: dict[_Place, dict[Task, Outcome]] = {place: {} for place in lists}
        for (place, _), one in zip(jobs, self._seats.all([job for _, job in jobs])):
            found[place].update({outcome.task: outcome for outcome in one.outcomes})
        return found

    def _how(self, side: int, natively: bool) -> Callable[[Lane, Sequence[Task], Callable[[], None]], Pass]:
        counter = self._counters[side]
        return counter.faults if natively else counter.instructions

    @staticmethod
    def _good(
        tasks: Sequence[Task], natively: Mapping[_Place, Mapping[Task, Outcome]], lane: int
    ) -> list[Task]:
        """What neither side crashed or hung in: the others have nothing to compare."""
        return [task for task in tasks if all(natively[side, lane][task].status == "ok" for side in (0, 1))]

    def _audits(self, cases: Sequence[str]) -> list[dict[tuple[str, str, int], Audited]]:
        """What the audit of each side says of the cases, by case, arm and the number of the lane."""
        if not cases:
            return [{}, {}]
        pattern = f"^({'|'.join(re.escape(case) for case in cases)})$"
        jobs = [
            partial(audited, programs, "full", pattern, _as_asked(self._sides.lanes_of(side)), self._hang_seconds)
            for side, programs in enumerate(self._sides.both)
        ]
        return [self._by_lane(side, rows) for side, rows in enumerate(self._seats.all(jobs))]

    def _by_lane(self, side: int, rows: Mapping[Key, Audited]) -> dict[tuple[str, str, int], Audited]:
        numbers = {lane.allocator: number for number, lane in enumerate(self._sides.lanes_of(side))}
        return {(case, arm, numbers[allocator]): one for (case, arm, allocator), one in rows.items()}


def _as_asked(lanes: Sequence[Lane]) -> str:
    return ",".join(f"{lane.allocator}={lane.library or 'glibc'}" for lane in lanes)


def _differing(
    lists: Mapping[_Place, Sequence[Task]], counted: Mapping[_Place, Mapping[Task, Outcome]]
) -> dict[_Place, list[Task]]:
    """Of each lane, what its two sides counted differently."""
    return {
        (side, lane): [task for task in tasks if _differ(counted[0, lane][task], counted[1, lane][task])]
        for (side, lane), tasks in lists.items()
    }


def _differ(base: Outcome, head: Outcome) -> bool:
    """False, too, where one of them failed: there is no second number for it to be compared with."""
    return base.status == head.status == "ok" and base.difference != head.difference


def _audited_differently(audits: Sequence[Mapping[tuple[str, str, int], Audited]]) -> list[str]:
    base, head = audits
    keys = dict.fromkeys([*base, *head])
    return list(dict.fromkeys(key[0] for key in keys if _allocated(base.get(key)) != _allocated(head.get(key))))


def _allocated(one: Audited | None) -> Allocated:
    if one is None or not one.allocs_per_op:
        return Allocated(None, None)
    return Allocated(float(one.allocs_per_op), float(one.alloc_bytes_per_op))


def _reading(
    task: Task, passes: Sequence[Mapping[Task, Outcome]], audits: Sequence[Audited | None]
) -> Reading:
    """One side's numbers from its native pass, its counted ones and its audits; the first that failed says why."""
    outcomes = [one for one in (each.get(task) for each in passes) if one is not None]
    failed = next((one for one in outcomes if one.status != "ok"), None)
    lies = next((one.reason for one in audits if one is not None and one.status == "dishonest"), "")
    if failed is not None:
        return Reading(failed.status, failed.reason, task.operations, (), (), lies)
    instructions = tuple(one.difference for one in outcomes[1:] if one.difference is not None)
    allocated = tuple(_allocated(one) for one in audits if one is not None)
    return Reading("ok", "", task.operations, instructions, allocated, lies)
