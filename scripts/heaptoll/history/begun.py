"""Where one key of an allocator's series ends and the next begins: what changed there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from heaptoll.history.keys import Key, changes, differing


@dataclass(frozen=True)
class Lived:
    """From when to when an allocator was measured under a key: the times at which its first and last run began."""

    key: Key
    allocator: str
    first: datetime
    last: datetime


@dataclass(frozen=True)
class Begun:
    """Series that go on under another key since `since`. `change`: what is other, in words."""

    since: datetime
    change: str
    allocators: tuple[str, ...]

    def __str__(self) -> str:
        return f"a new series since {self.since:%Y-%m-%d}: {self.change} ({', '.join(self.allocators)})"


def begun(lived: Iterable[Lived]) -> list[Begun]:
    """Every beginning, the newest first. A key takes the place of the earlier one that is most like it; where that one
    is still measured, as on a second machine, nothing ended."""
    by_allocator: dict[str, list[Lived]] = {}
    for each in sorted(lived, key=lambda each: (each.first, each.last)):
        by_allocator.setdefault(each.allocator, []).append(each)
    found: dict[tuple[datetime, str], list[str]] = {}
    for allocator, keys in by_allocator.items():
        for at, each in enumerate(keys):
            before = _predecessor(each, keys[:at]) if at else None
            if before is not None and before.last < each.first:
                found.setdefault((each.first, changes(before.key, each.key)), []).append(allocator)
    newest_first = sorted(found, key=lambda at: at[0], reverse=True)
    return [Begun(since, change, tuple(found[since, change])) for since, change in newest_first]


def _predecessor(each: Lived, earlier: Sequence[Lived]) -> Lived:
    return min(earlier, key=lambda other: (differing(other.key, each.key), -other.last.timestamp()))
