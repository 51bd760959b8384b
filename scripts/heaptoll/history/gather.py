"""Gathers the values of many runs into series."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heaptoll.history.chosen import Chosen
from heaptoll.history.conditions import Conditions
from heaptoll.history.index_file import IndexFile
from heaptoll.history.keys import Key, in_words, key_of
from heaptoll.history.record import TOLL, Name
from heaptoll.history.series import Series, SeriesName
from heaptoll.history.stored_run import StoredRun

_ARMS = ("null", "stack", "heap", TOLL)  # the others follow, by name


class _Group(NamedTuple):
    """All series of one allocator under one key: they have neighbouring slots, from `first` on."""

    key: Key
    allocator: str
    first: int


class Gathered:
    """The values of the chosen series of all runs. Each series is a slot; `counts` of its values lie behind one another
    in `at` and `values`, from `starts` on: two passes over the runs, and no sorting of millions of numbers."""

    def __init__(
        self, file: IndexFile, runs: Sequence[tuple[int, StoredRun]], names: Mapping[int, Name], wanted: Sequence[int],
        chosen: Chosen,
    ) -> None:  # fmt: skip
        self._runs = [run.measured for _, run in runs]
        self._chosen = chosen
        self._places = _Places(names, wanted)
        self._groups, firsts, slots = _groups(runs, self._places, chosen.join)
        ids = [number for number, _ in runs]
        counts = np.zeros(slots, np.int64)
        for at, (found, _) in enumerate(file.points(ids)):
            counts[self._slots(found, firsts[at])[1]] += 1
        self._ends = np.cumsum(counts)
        self._counts = counts
        self._fill(file, ids, firsts)

    def _slots(self, found: NDArray[np.int32], first: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which of a run's names are wanted, and the slots of their series."""
        local = self._places.local[found]
        at = np.flatnonzero(local >= 0)
        return at, first[self._places.allocator[found[at]]] + local[at]

    def _fill(self, file: IndexFile, ids: Sequence[int], firsts: Sequence[NDArray[np.int64]]) -> None:
        rows = slice(0, 3) if self._chosen.unit == "ns" else slice(3, 4)
        total = int(self._counts.sum())
        self._at = np.empty(total, np.int64)
        self._values = np.empty((rows.stop - rows.start, total))
        next_free = self._ends - self._counts
        for at, (found, figures) in enumerate(file.points(ids)):
            which, slots = self._slots(found, firsts[at])
            free = next_free[slots]
            next_free[slots] += 1
            self._at[free] = at
            self._values[:, free] = figures[rows, which]

    def series(self) -> Iterator[Series]:
        """By case, allocator and arm, then the keys as they began."""
        words = in_words(list(dict.fromkeys(group.key for group in self._groups)))
        order = []
        for group in self._groups:
            if self._chosen.keys is not None and self._chosen.keys.get(group.allocator) != group.key:
                continue
            for local, name in enumerate(self._places.names[group.allocator]):
                slot = group.first + local
                count = int(self._counts[slot])
                if count:
                    begin = int(self._ends[slot]) - count
                    order.append((_natural(name), int(self._at[begin]), begin, count, words[group.key], name))
        for _, _, begin, count, key, name in sorted(order, key=lambda each: each[:3]):
            found = self._series(slice(begin, begin + count), SeriesName(key, name.case, name.arm, name.allocator))
            if len(found):
                yield found

    def _series(self, where: slice, name: SeriesName) -> Series:
        at, values = self._at[where], self._values[:, where]
        if self._chosen.unit == "ns":
            return Series(name, "ns", self._runs, at, values[0], values[1], values[2])
        there = ~np.isnan(values[0])
        none = np.full(np.count_nonzero(there), np.nan)
        return Series(name, "cycles", self._runs, at[there], values[0][there], none, none)


class _Places:
    """Where the wanted names stand. `names`: those of each allocator. By a name's id, `allocator`: the number of its
    allocator, and `local`: its place among the allocator's names, -1 for what is not wanted."""

    def __init__(self, names: Mapping[int, Name], wanted: Sequence[int]) -> None:
        size = max(names, default=0) + 1
        self.names: dict[str, list[Name]] = {}
        self.local = np.full(size, -1, np.int64)
        self.allocator = np.zeros(size, np.int64)
        numbers: dict[str, int] = {}
        for each in wanted:
            name = names[each]
            group = self.names.setdefault(name.allocator, [])
            self.local[each] = len(group)
            self.allocator[each] = numbers.setdefault(name.allocator, len(numbers))
            group.append(name)


def _groups(
    runs: Sequence[tuple[int, StoredRun]], places: _Places, join: frozenset[str]
) -> tuple[list[_Group], list[NDArray[np.int64]], int]:
    """The groups; for each run, by the number of an allocator, the first slot of its group; and how many slots there
    are."""
    groups: dict[tuple[Key, str], _Group] = {}
    slots = 0
    known: dict[Conditions, NDArray[np.int64]] = {}
    firsts = []
    for _, run in runs:
        first = known.get(run.conditions)
        if first is None:
            first = known[run.conditions] = np.zeros(max(len(places.names), 1), np.int64)
            for number, (allocator, names) in enumerate(places.names.items()):
                key = key_of(run.conditions, allocator, join)
                if (key, allocator) not in groups:
                    groups[key, allocator] = _Group(key, allocator, slots)
                    slots += len(names)
                first[number] = groups[key, allocator].first
        firsts.append(first)
    return list(groups.values()), firsts, slots


def _natural(name: Name) -> tuple[object, ...]:
    """Numbers within a name as numbers: 8, 16, 128."""
    pieces = tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in re.split(r"(\d+)", name.case))
    arm = _ARMS.index(name.arm) if name.arm in _ARMS else len(_ARMS)
    return pieces, name.allocator, arm, name.arm
