"""What happened when: the changes of many series that one run brought, as one event.

A commit that slows down `malloc` moves dozens of series in the same night, and a machine that was moved to another host moves
all of them. Neither is read series by series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.history.change.search import Change, Found, Searched
from heaptoll.history.series import Measured
from heaptoll.verdict.zone import DeadZone


@dataclass(frozen=True, eq=False)
class Moved:
    """One series that an event moved."""

    searched: Searched
    change: Change


@dataclass(frozen=True, eq=False)
class Event:
    """`since`: the first run with the new levels; `before`: the last with the old ones, of the series that tells them most
    surely. By the same series it came with 95 % probability between `earliest` and `latest`, `before_earliest` being the run
    before those. `moved`: what it moved, surest first, without controls unless nothing else moved; `moved_controls`: arms
    without an allocation that changed with it, of `controls` that were measured then. `undone`: the run with which the surest
    series was back where it had been."""

    before: Measured
    since: Measured
    before_earliest: Measured
    earliest: Measured
    latest: Measured
    moved: tuple[Moved, ...]
    moved_controls: tuple[Moved, ...]
    controls: int
    undone: Measured | None

    @property
    def controls_moved(self) -> int:
        return len(self.moved_controls) + sum(one.searched.series.name.control for one in self.moved)

    @property
    def by_machine(self) -> bool:
        """Whether what has no allocation changed with it, so that neither an allocator nor a scenario explains it: the
        machine, the compiler or the harness changed. One control of many may be chance."""
        return self.controls_moved >= 2 and self.controls_moved * 5 >= self.controls

    @property
    def surest(self) -> Moved:
        return self.moved[0]


def events(found: Found) -> list[Event]:
    """Every change beyond the dead zone, each in one event, in the order of time. An event is what the surest change left
    says of its place, and every other change whose place may be the same."""
    left = [Moved(each, change) for each in found.searched for change in each.changes if not change.in_zone]
    # A control tells of an event only where nothing else does.
    left.sort(key=lambda one: (one.searched.series.name.control, one.change.p, -_relative(one.change)))
    controls = [each for each in found.searched if each.series.name.control and not each.too_short]
    # Two per cent of a control are less than any zone's floor, and tell of a slower clock all the same.
    little = [Moved(each, change) for each in controls for change in each.changes if change.in_zone]
    told: list[tuple[int, Event]] = []
    while left:
        first = left[0]
        at = int(first.searched.series.at[first.change.at])
        together = [one for one in (*left, *little) if one is first or _may_be_at(one, at, first.searched)]
        taken = set(map(id, together))
        left = [one for one in left if id(one) not in taken]
        little = [one for one in little if id(one) not in taken]
        told.append((at, _event(first, together, at, controls, found.zone)))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def _relative(change: Change) -> float:
    before = abs(change.step.before)
    return abs(change.step.change) / before if before else 0.0


def _may_be_at(one: Moved, at: int, beside: Searched) -> bool:
    """Whether the change `one` may have come with run number `at` of the runs that both share."""
    series = one.searched.series
    if series.runs is not beside.series.runs:
        return False
    return int(series.at[one.change.first - 1]) < at <= int(series.at[one.change.last])


def _event(first: Moved, together: Sequence[Moved], at: int, controls: Sequence[Searched], zone: DeadZone) -> Event:
    series, change = first.searched.series, first.change
    others = tuple(one for one in together if one is not first)
    there = [each for each in controls if int(each.series.at[0]) < at <= int(each.series.at[-1])]
    return Event(
        first.searched.before(change), first.searched.since(change), series.run(change.first - 1), series.run(change.first),
        series.run(change.last), (first, *(one for one in others if not one.searched.series.name.control)),
        tuple(one for one in others if one.searched.series.name.control), len(there), _undone(first, zone),
    )  # fmt: skip


def _undone(moved: Moved, zone: DeadZone) -> Measured | None:
    """The next change of the series, where it led back to within the zone around the level before."""
    changes = moved.searched.changes
    following = changes[changes.index(moved.change) + 1 :]
    before = moved.change.step.before
    if following and abs(following[0].step.after - before) <= max(zone.relative * abs(before), 0.1 * abs(moved.change.step.change)):
        return moved.searched.since(following[0])
    return None
