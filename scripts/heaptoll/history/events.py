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

_CLOSE = 2  # points: the place of a change is not known better than that one time in twenty


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
        """Whether a fifth of what has no allocation changed with it, so that neither an allocator nor a scenario explains it:
        the machine, the compiler or the harness changed. One of many may be chance."""
        return self.controls > 0 and self.controls_moved >= min(2, self.controls) and self.controls_moved * 5 >= self.controls

    @property
    def surest(self) -> Moved:
        return self.moved[0]


def events(found: Found) -> list[Event]:
    """Every change beyond the dead zone, each in one event, in the order of time. An event is what the surest change left
    says of its place, and every other change on the same machine whose place may be the same."""
    machine = _machines(found.searched)
    left = [Moved(each, change) for each in found.searched for change in each.changes if not change.in_zone]
    # A control tells of an event only where nothing else does.
    left.sort(key=lambda one: (one.searched.series.name.control, one.change.p, -_relative(one.change)))
    controls = [each for each in found.searched if each.series.name.control and not each.too_short]
    # Two per cent of a control are less than any zone's floor, and tell of a slower clock all the same.
    little = [Moved(each, change) for each in controls for change in each.changes if change.in_zone]
    told: list[tuple[int, Event]] = []
    while left:
        first = left[0]
        where = machine[id(first.searched)]
        together = [
            one for one in (*left, *little)
            if one is first or (machine[id(one.searched)] == where and _may_be_one(one, first))
        ]  # fmt: skip
        taken = set(map(id, together))
        left = [one for one in left if id(one) not in taken]
        little = [one for one in little if id(one) not in taken]
        at = int(first.searched.series.at[first.change.at])
        there = [each for each in controls if machine[id(each)] == where and each.series.at[0] < at <= each.series.at[-1]]
        told.append((at, _event(first, together, len(there), found.zone)))
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def _machines(searched: Sequence[Searched]) -> dict[int, int]:
    """A number for each series, by its id: the same for those that were measured by the same runs, if only by some. What two
    machines measured has no run in common."""
    number: dict[int, int] = {}
    groups: list[tuple[object, set[int]]] = []  # the store's runs, and which of them
    known: dict[tuple[int, bytes], int] = {}
    for each in searched:
        series = each.series
        key = (id(series.runs), series.at.tobytes())
        if key not in known:
            mine = set(series.at.tolist())
            same = [i for i, (runs, other) in enumerate(groups) if runs is series.runs and not other.isdisjoint(mine)]
            place = same[0] if same else len(groups)
            if not same:
                groups.append((series.runs, set()))
            for i in same[1:]:
                mine |= groups[i][1]
                groups[i] = (None, set())
                known = {which: place if at == i else at for which, at in known.items()}
                number = {which: place if at == i else at for which, at in number.items()}
            groups[place][1].update(mine)
            known[key] = place
        number[id(each)] = known[key]
    return number


def _relative(change: Change) -> float:
    before = abs(change.step.before)
    return abs(change.step.change) / before if before else 0.0


def _may_be_one(one: Moved, first: Moved) -> bool:
    """Whether both changes may have come with the same run: the runs after which and by which they came have one in common.
    Two runs off is as good where it is the same commit: a place is not known better than that one time in twenty."""
    (after, by), (first_after, first_by) = _place(one), _place(first)
    if max(after, first_after) < min(by, first_by):
        return True
    apart = abs(int(one.searched.series.at[one.change.at]) - int(first.searched.series.at[first.change.at]))
    commits = {each.searched.since(each.change).commit for each in (one, first)}
    return apart <= _CLOSE and len(commits) == 1 and None not in commits


def _place(one: Moved) -> tuple[int, int]:
    """The run after which the change came, and the one by which it had come, with 95 % probability."""
    at = one.searched.series.at
    return int(at[one.change.first - 1]), int(at[one.change.last])


def _event(first: Moved, together: Sequence[Moved], controls: int, zone: DeadZone) -> Event:
    series, change = first.searched.series, first.change
    others = tuple(one for one in together if one is not first)
    return Event(
        first.searched.before(change), first.searched.since(change), series.run(change.first - 1), series.run(change.first),
        series.run(change.last), (first, *(one for one in others if not one.searched.series.name.control)),
        tuple(one for one in others if one.searched.series.name.control), controls, _undone(first, zone),
    )  # fmt: skip


def _undone(moved: Moved, zone: DeadZone) -> Measured | None:
    """The next change of the series, where it led back to within the zone around the level before."""
    changes = moved.searched.changes
    following = changes[changes.index(moved.change) + 1 :]
    before = moved.change.step.before
    if following and abs(following[0].step.after - before) <= max(zone.relative * abs(before), 0.1 * abs(moved.change.step.change)):
        return moved.searched.since(following[0])
    return None
