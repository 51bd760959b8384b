"""What happened when: the changes of many series that one run brought, as one event.

A commit that slows down `malloc` moves dozens of series in the same night, and a machine that was moved to another host moves
all of them. Neither is read series by series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.history.change.search import Change, Found, Searched
from heaptoll.history.series import Measured


@dataclass(frozen=True, eq=False)
class Moved:
    """One series that an event moved."""

    searched: Searched
    change: Change


@dataclass(frozen=True, eq=False)
class Event:
    """`since`: the first run with the new levels; `before`: the last with the old ones, of the series that tells them most
    surely. `moved`: what it moved, surest first, without controls. `controls_moved` of `controls`: arms without an
    allocation that changed with them, and that were there then. `earliest`, `latest`: between them the change is with 95 %
    probability, by the same series."""

    before: Measured
    since: Measured
    earliest: Measured
    latest: Measured
    moved: tuple[Moved, ...]
    controls_moved: int
    controls: int

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
    says of its place, and every other change whose place may be the same. One of controls only is an event too."""
    left = [Moved(each, change) for each in found.searched for change in each.changes if not change.in_zone]
    left.sort(key=lambda one: (one.change.p, -abs(one.change.step.change) / max(abs(one.change.step.before), 1e-300)))
    controls = [each for each in found.searched if each.series.name.control and not each.too_short]
    told: list[tuple[int, Event]] = []
    while left:
        first = next((one for one in left if not one.searched.series.name.control), left[0])
        at = int(first.searched.series.at[first.change.at])
        together = [one for one in left if _may_be_at(one, at, first.searched)]
        left = [one for one in left if one not in together]
        told.append((at, _event(first, together, controls)))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def _may_be_at(one: Moved, at: int, beside: Searched) -> bool:
    """Whether the change `one` may have come with run number `at` of the runs that both share."""
    series = one.searched.series
    if series.runs is not beside.series.runs:
        return False
    return int(series.at[one.change.first - 1]) < at <= int(series.at[one.change.last])


def _event(first: Moved, together: Sequence[Moved], controls: Sequence[Searched]) -> Event:
    series, change = first.searched.series, first.change
    at = int(series.at[change.at])
    moved = tuple(one for one in together if not one.searched.series.name.control) or (first,)
    there = [one for one in controls if int(one.series.at[0]) < at <= int(one.series.at[-1])]
    return Event(
        first.searched.before(change), first.searched.since(change), series.run(change.first), series.run(change.last),
        (first, *(one for one in moved if one is not first)),
        sum(one.searched.series.name.control for one in together), len(there),
    )  # fmt: skip
