"""Changes as plain figures, for the forms that programs read."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.history.change.search import Change, Found, Searched
from heaptoll.history.events import Event, events


@dataclass(frozen=True)
class Row:
    """One change. `event`: the number of its event, in the order of time from 1; None within the dead zone. Times are ISO
    8601, levels and changes in `unit`, `percent` of the level before."""

    event: int | None
    case: str
    allocator: str
    arm: str
    key: str
    unit: str
    since: str
    run: str
    commit: str | None
    before_run: str
    before_commit: str | None
    earliest_run: str
    latest_run: str
    before: float
    after: float
    change: float
    low: float
    high: float
    percent: float | None
    p: float
    adjusted_p: float
    by_machine: bool


def rows(found: Found) -> list[Row]:
    """Every change: those of events, in the order of time and surest first, then those within the dead zone."""
    listed, in_events = [], set[int]()
    for number, event in enumerate(events(found), start=1):
        for one in (*event.moved, *event.moved_controls):
            in_events.add(id(one.change))
            listed.append(_row(one.searched, one.change, number, event))
    return listed + [
        _row(each, change, None, None)
        for each in found.searched for change in each.changes if id(change) not in in_events
    ]  # fmt: skip


def _row(searched: Searched, change: Change, number: int | None, event: Event | None) -> Row:
    series, step = searched.series, change.step
    name, since, before = series.name, searched.since(change), searched.before(change)
    return Row(
        number, name.case, name.allocator, name.arm, name.key, series.unit, since.time_utc.isoformat(), since.name,
        since.commit, before.name, before.commit, series.run(change.first).name, series.run(change.last).name, step.before,
        step.after, step.change, step.low, step.high, step.percent(step.change), change.p, change.adjusted_p,
        event is not None and event.by_machine,
    )  # fmt: skip

