"""The words and figures of a change, the same in every form for people."""

from __future__ import annotations

from heaptoll.history.change.search import Found
from heaptoll.history.events import Event, Moved
from heaptoll.history.series import Measured

_TIMES = ("ns", "cycles")
_SHORT_COMMIT = 10
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
        said.append(f"undone {day(event.undone)}, {commit(event.undone)}")
    return said


def day(run: Measured) -> str:
    return f"{run.time_utc:%Y-%m-%d}"


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
    return f"95 %: from {day(event.earliest)}, {commit(event.earliest)}, to {day(event.latest)}, {commit(event.latest)}"


def log(event: Event) -> str:
    """The command that lists the commits which may have done it; empty where commits are not known or the same."""
    before, after = event.before_earliest.commit, event.latest.commit
    return f"git log {short(before)}..{short(after)}" if before and after and before != after else ""


def change(moved: Moved) -> str:
    """The change with its interval: "+17.8 % (+17.1 to +18.4)", in the series' unit where a percentage has no meaning."""
    step = moved.change.step
    percent, low, high = (step.percent(each) for each in (step.change, step.low, step.high))
    if percent is None or low is None or high is None:
        unit = moved.searched.series.unit
        return f"{step.change:+.3g} {unit} ({step.low:+.3g} to {step.high:+.3g})".replace("-", MINUS)
    digits = 1 if max(abs(percent), abs(low), abs(high)) < 1000 else 0
    return f"{percent:+.{digits}f} % ({low:+.{digits}f} to {high:+.{digits}f})".replace("-", MINUS)


def levels(moved: Moved) -> str:
    """"10.1 → 11.9 ns"."""
    step, unit = moved.change.step, moved.searched.series.unit
    return f"{step.before:.4g} → {step.after:.4g} {unit}".replace("-", MINUS).rstrip()


def searched(found: Found) -> list[str]:
    """What was searched, and how often it is wrong."""
    short_ones = sum(each.too_short for each in found.searched)
    long_ones = len(found.searched) - short_ones
    said = [f"{long_ones} series searched" + (f"; {short_ones} have fewer than the 10 values it takes" if short_ones else "")]
    if long_ones:
        said.append(
            f"if nothing had changed, about {found.expected_false:.2g} of them would show a change "
            f"({100 * found.false_alarms:g} % each)"
        )
    small = sum(change.in_zone for each in found.searched for change in each.changes)
    if small:
        said.append(f"{small} changes that may be within the dead zone are not listed; csv and json have them")
    return said
