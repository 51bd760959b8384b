"""What a history must not take as it is: clocks that went back, one name for two machines, two machines under one key.

What would spoil the history for good is refused before it is stored; what is only suspicious is a warning, in words
that name the runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.history import moments
from heaptoll.history.keys import Fact, Key, in_words, key_of, machine_facts
from heaptoll.history.record import Machine, Record
from heaptoll.history.record_file import file_name
from heaptoll.history.stored_run import StoredRun, by_key

# A commit may be this much younger than the run that measured it: the clocks of two machines differ.
CLOCKS_DIFFER = timedelta(minutes=10)
FURTHEST_AHEAD = timedelta(days=1)
CLOCK_SHARE = 0.02  # of the core's frequency: one machine stays within it, or wanders without a gap
_FEWEST = 2  # runs that are a group
_STARTED = "say when it really began: --started " + moments.EXAMPLE


def refuse_bad_clock(record: Record, run: Path, now: datetime) -> None:
    """Raises BadInput where the times of a run, whose folder is `run`, cannot be: they decide its place in a series."""

    def wrong(expected: str, found: str) -> BadInput:
        return BadInput(run, expected, _STARTED, key="started_utc", found=found)

    started = moments.as_text(record.started_utc)
    if record.ended_utc is not None and record.ended_utc < record.started_utc:
        raise wrong(
            "a run that began before it ended",
            f"one from {started} to {moments.as_text(record.ended_utc)}: the clock went back",
        )
    if record.started_utc > now + FURTHEST_AHEAD:
        raise wrong(f"a run that began before now, {moments.as_text(now)}", f"one that began at {started}")
    if record.commit_utc is not None and record.commit_utc > record.started_utc + CLOCKS_DIFFER:
        raise wrong(
            "a run that began after its commit was made",
            f"one of {started}, of a commit of {moments.as_text(record.commit_utc)}: the clock was slow",
        )


def refuse_other_machine(record: Record, run: Path, runs: Iterable[StoredRun], folder: Path) -> None:
    """Raises BadInput where another machine than the run's has its label already."""
    if record.machine.label is None:
        return
    facts = machine_facts(record.machine)
    labelled = (each for each in runs if each.conditions.machine.label == record.machine.label)
    for each in labelled:
        other = machine_facts(each.conditions.machine)
        differing = [(old, new) for old, new in zip(other, facts) if old != new]
        if differing:
            raise BadInput(
                run, f"the machine that is called {record.machine.label}: {_described(each.conditions.machine)} "
                f"({folder / file_name(each.run_id)})",
                "give this one another name with --machine; so too if it is the same one, rebuilt",
                found=f"{_described(record.machine)} ({'; '.join(_other(*pair) for pair in differing)})",
            )  # fmt: skip


def _described(machine: Machine) -> str:
    cores = None if machine.cores is None else f"{machine.cores} cores"
    return ", ".join(filter(None, (machine.cpu_model or "unknown CPU", cores, machine.hypervisor)))


def _other(old: Fact, new: Fact) -> str:
    return f"{new.name} {new.value or 'not told'}, not {old.value or 'not told'}"


def older_than_newest(record: Record, key: Key, runs: Iterable[StoredRun]) -> list[str]:
    """A warning where the run began before the newest stored one of its key."""
    alike = [each for each in runs if each.run_id != record.run_id and key_of(each.conditions, None) == key]
    newest = max(alike, key=lambda each: each.started_utc, default=None)
    if newest is None or newest.started_utc <= record.started_utc:
        return []
    return [
        f"run {record.run_id} of {moments.as_text(record.started_utc)} is older than the newest stored one, "
        f"{newest.run_id} of {moments.as_text(newest.started_utc)}: it is placed by its time"
    ]


def suspicious(runs: Sequence[StoredRun]) -> list[str]:
    """Warnings about keys that look like two machines. `runs` by time."""
    groups = by_key(runs)
    words = in_words(list(groups))
    found = []
    for key, group in groups.items():
        found += _overlapping(group, words[key])
        found += _two_clocks(group, words[key])
    return found


def _overlapping(runs: Sequence[StoredRun], key: str) -> list[str]:
    pairs: list[tuple[StoredRun, StoredRun]] = []
    longest: StoredRun | None = None
    for run in runs:
        if longest is not None and run.started_utc < longest.until:
            pairs.append((longest, run))
        if longest is None or run.until > longest.until:
            longest = run
    if not pairs:
        return []
    one, other = pairs[-1]
    more = f", and {len(pairs) - 1} such pairs before them" if len(pairs) > 1 else ""
    return [
        f"runs {one.run_id} and {other.run_id} were under way at the same time{more}: two machines under one key, or "
        f"one that measured twice at once ({key}); name machines with --machine"
    ]


def _two_clocks(runs: Sequence[StoredRun], key: str) -> list[str]:
    """Two groups: further from each other than CLOCK_SHARE, and than either is wide."""
    told = sorted((run.measured_ghz, run.run_id) for run in runs if run.measured_ghz)
    best = max(range(1, len(told)), key=lambda at: told[at][0] - told[at - 1][0], default=0)
    slow, fast = told[:best], told[best:]
    if len(slow) < _FEWEST or len(fast) < _FEWEST:
        return []
    gap = fast[0][0] - slow[-1][0]
    if gap <= CLOCK_SHARE * slow[-1][0] or gap <= max(slow[-1][0] - slow[0][0], fast[-1][0] - fast[0][0]):
        return []
    groups = " and ".join(
        f"{group[0][0]:.4g} to {group[-1][0]:.4g} GHz ({len(group)} runs, as {max(run_id for _, run_id in group)})"
        for group in (slow, fast)
    )
    return [f"the clock is in two groups, {groups}: two machines under one key ({key})? name them with --machine"]
