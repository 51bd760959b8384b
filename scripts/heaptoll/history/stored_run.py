"""What the history knows of a stored run without its values, and the keys that such runs have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from heaptoll.history.begun import Lived
from heaptoll.history.conditions import Conditions, conditions_of
from heaptoll.history.keys import Key, key_of
from heaptoll.history.record import Record
from heaptoll.history.series import Measured


@dataclass(frozen=True)
class StoredRun:
    """`values`: how many it has; `left_out`: how many results are none, by status. The rest as in a record."""

    run_id: str
    started_utc: datetime
    ended_utc: datetime | None
    commit: str | None
    dirty: bool
    conditions: Conditions
    measured_ghz: float | None
    values: int
    left_out: Mapping[str, int]

    @property
    def measured(self) -> Measured:
        return Measured(self.run_id, self.started_utc, self.commit, self.dirty)

    @property
    def until(self) -> datetime:
        """When it ended; where nobody knows, when it began."""
        return self.ended_utc or self.started_utc


def stored(record: Record) -> StoredRun:
    return StoredRun(
        record.run_id, record.started_utc, record.ended_utc, record.commit, record.dirty, conditions_of(record),
        record.measured_ghz, len(record.names), Counter(each.status for each in record.left_out),
    )  # fmt: skip


def by_key(runs: Iterable[StoredRun], join: frozenset[str] = frozenset()) -> dict[Key, list[StoredRun]]:
    """The runs under each key of a run, whatever allocators they measured; without the parts in `join`."""
    found: dict[Key, list[StoredRun]] = {}
    keys: dict[Conditions, Key] = {}
    for run in runs:
        key = keys.get(run.conditions)
        if key is None:
            key = keys[run.conditions] = key_of(run.conditions, None, join)
        found.setdefault(key, []).append(run)
    return found


def lived(runs: Iterable[StoredRun], join: frozenset[str] = frozenset()) -> list[Lived]:
    """From when to when each allocator was measured under each of its keys. `runs` by time."""
    found: dict[tuple[Key, str], tuple[datetime, datetime]] = {}
    keys: dict[Conditions, list[tuple[Key, str]]] = {}
    for run in runs:
        if run.conditions not in keys:
            names = [name for name, _ in run.conditions.versions]
            keys[run.conditions] = [(key_of(run.conditions, name, join), name) for name in names]
        for each in keys[run.conditions]:
            first, _ = found.get(each, (run.started_utc, run.started_utc))
            found[each] = first, run.started_utc
    return [Lived(key, allocator, first, last) for (key, allocator), (first, last) in found.items()]
