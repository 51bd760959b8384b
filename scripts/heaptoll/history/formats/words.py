"""The words and figures of a change, the same in every form for people."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from heaptoll.history.change.search import LEAST_POINTS, Found, Searched
from heaptoll.history.events import Event, Moved
from heaptoll.history.series import Measured

_TIMES = ("ns", "cycles")
_SHORT_COMMIT = 10
_HASH = re.compile("[0-9a-f]{7,64}")
_PART = re.compile("; |, ")
_MANY = 30  # values: with 20, a step of ten times the noise may be missed, among spikes one time in five
MINUS = "\N{MINUS SIGN}"


def direction(moved: Moved) -> str:
    """`slower` or `faster` of a time, `up` or `down` of anything else: nobody knows which of those is better."""
    up = moved.change.step.change > 0
    if moved.searched.series.unit in _TIMES:
        return "slower" if up else "faster"
    return "up" if up else "down"


def summary(event: Event) -> str:
    """"14 slower, 2 faster; 0 of 98 controls moved"."""
    words = [direction(one) for one in event.moved]
    text = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    if event.controls:
        text += f"; {event.controls_moved} of {event.controls} controls moved"
    return text


def doubts(event: Event) -> list[str]:
    """What speaks against taking the event for a change of the code."""
    said = []
    if event.by_machine:
        said.append(
            "arms without an allocation changed with it: look at the machine, the compiler and the harness before the commit"
        )
    if not event.surest.change.sure:
        said.append(f"perhaps chance: among all series searched, one like it comes with p = {event.surest.change.adjusted_p:.2g}")
    if event.undone is not None:
        said.append(f"undone {moment(event.undone)}, {commit(event.undone)}")
    return said


def moment(run: Measured) -> str:
    return f"{run.time_utc:%Y-%m-%d %H:%M}"


def commit(run: Measured) -> str:
    """"commit 1a2b3c4d5e", or what there is instead."""
    if not run.commit:
        return run.name
    return f"commit {short(run.commit)}{' with local changes' if run.dirty else ''}"


def short(text: str) -> str:
    """The first digits of what is a commit's hash; anything else in full."""
    return text[:_SHORT_COMMIT] if len(text) == 40 and all(c in "0123456789abcdef" for c in text) else text


def place(event: Event) -> str:
    """Where else the change may have come, empty where it is certain."""
    if event.earliest == event.latest:
        return ""
    return f"95 %: from {moment(event.earliest)}, {commit(event.earliest)}, to {moment(event.latest)}, {commit(event.latest)}"


def log(event: Event) -> str:
    """The command that lists the commits which may have done it; empty where commits are not known, the same, or no
    hashes: what stands in a CSV is not for a shell."""
    before, after = event.before_earliest.commit, event.latest.commit
    if before and after and before != after and _HASH.fullmatch(before) and _HASH.fullmatch(after):
        return f"git log {short(before)}..{short(after)}"
    return ""


def labels(searched: Iterable[Searched]) -> dict[int, str]:
    """What each series is called, by its id: its name, and where several have the same name, what their keys differ in."""
    every = list(searched)
    keys: dict[str, list[str]] = {}
    for each in every:
        keys.setdefault(str(each.series.name), []).append(each.series.name.key)
    differences = {name: differing(found) for name, found in keys.items() if len(set(found)) > 1}
    return {
        id(each): " ".join(filter(None, (name, f"[{parts}]" if (parts := differences.get(name, {}).get(key, "")) else "")))
        for each in every
        for name, key in [(str(each.series.name), each.series.name.key)]
    }


def differing(keys: Iterable[str]) -> dict[str, str]:
    """Of each key the parts that not all keys have: "gcc 12.2.0" of one, "gcc 13.1" of another."""
    parts = {key: _PART.split(key) for key in keys}
    common = set.intersection(*(set(found) for found in parts.values()))
    return {key: ", ".join(each for each in found if each not in common) or key for key, found in parts.items()}


def machine_of(event: Event) -> str:
    """What the event was measured on and with: the key of its surest series, but for the allocator."""
    name = event.surest.searched.series.name
    parts = [part for part in name.key.split("; ") if not name.allocator or not part.startswith(name.allocator)]
    return "; ".join(parts)


def change(moved: Moved) -> str:
    """The change with its interval: "+17.8 % (+17.1 to +18.4)", in the series' unit where a percentage has no meaning."""
    step = moved.change.step
    percent, low, high = (step.percent(each) for each in (step.change, step.low, step.high))
    if percent is None or low is None or high is None:
        unit = moved.searched.series.unit
        return f"{step.change:+.3g} {unit} ({step.low:+.3g} to {step.high:+.3g})".replace("-", MINUS)
    digits = 2 if high - low < 0.2 else 1 if max(abs(percent), abs(low), abs(high)) < 1000 else 0
    return f"{percent:+.{digits}f} % ({low:+.{digits}f} to {high:+.{digits}f})".replace("-", MINUS)


def levels(moved: Moved) -> str:
    """"10.1 → 11.9 ns"."""
    step, unit = moved.change.step, moved.searched.series.unit
    return f"{step.before:.4g} → {step.after:.4g} {unit}".replace("-", MINUS).rstrip()


def searched(found: Found) -> list[str]:
    """What was searched, and how often it is wrong."""
    short_ones = sum(each.too_short for each in found.searched)
    long_ones = len(found.searched) - short_ones
    if not long_ones:
        return [f"nothing to search yet: a change takes 10 values of a series, and none of the {short_ones} has as many"]
    said = [f"{long_ones} series searched" + (f"; {short_ones} have fewer than the 10 values it takes" if short_ones else "")]
    said.append(f"if nothing had changed, at most about {found.expected_false:.2g} of them would show a change")
    few = sum(LEAST_POINTS <= len(each.series) < _MANY for each in found.searched)
    if few:
        said.append(f"{few} of them have fewer than {_MANY} values, where a change must be many times the noise to be seen")
    small = sum(change.in_zone for each in found.searched for change in each.changes)
    if small:
        said.append(
            f"{small} {'change that may be within the dead zone is' if small == 1 else 'changes that may be within the dead zone are'} "
            "not listed; csv and json have all"
        )
    return said


def drifts(found: Found) -> list[str]:
    """The series that drift beyond the dead zone, those that do most first."""
    drifting = [each for each in found.searched if each.drift is not None and abs(each.drift) > _zone(found, each)]
    drifting.sort(key=lambda each: -abs(each.drift_percent or 0))
    names = labels(found.searched)
    return [f"{_total(each)} from its first run to its last: {names[id(each)]}" for each in drifting]


def _zone(found: Found, each: Searched) -> float:
    middle = abs(float(np.median(each.series.values)))
    return found.zone.ns(middle) if each.series.unit == "ns" else found.zone.relative * middle


def _total(each: Searched) -> str:
    percent, drift = each.drift_percent, each.drift or 0.0
    return (f"{percent:+.1f} %" if percent is not None else f"{drift:+.3g} {each.series.unit}").replace("-", MINUS)
