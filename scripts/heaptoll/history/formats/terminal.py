"""For the terminal: the newest event first."""

from __future__ import annotations

from heaptoll.escapes import visible
from heaptoll.history.change.search import Found
from heaptoll.history.events import Event, events
from heaptoll.history.formats import words
from heaptoll.history.told import Told

_MOST_EVENTS = 10
_MOST_MOVED = 8


def write(found: Found, told: Told) -> str:
    happened = list(reversed(events(found)))
    lines = [f"{name}: {visible(text)}" for name, text in told.heading.items()]
    lines += words.searched(found)
    lines += [f"warning: {visible(text)}" for text in told.warnings]
    lines += [visible(text) for text in told.notices]
    for event in happened[:_MOST_EVENTS]:
        lines += ["", *_event(event)]
    if len(happened) > _MOST_EVENTS:
        lines += ["", f"and {len(happened) - _MOST_EVENTS} earlier ones; --format=csv has them all"]
    lines += ["", f"in all: {len(happened)} {'change' if len(happened) == 1 else 'changes'}"]
    return "\n".join(lines) + "\n"


def _event(event: Event) -> list[str]:
    since, before = event.since, event.before
    head = f"{words.day(since)}  {words.commit(since)} (before it: {words.day(before)}, {words.commit(before)})"
    lines = [visible(head), f"  {words.summary(event)}"]
    lines += [f"  {visible(text)}" for text in (*words.doubts(event), words.place(event), words.log(event)) if text]
    shown = event.moved[:_MOST_MOVED]
    figures = [(words.change(one), words.levels(one)) for one in shown]
    widths = [max(len(each[i]) for each in figures) for i in (0, 1)]
    for one, (change, levels) in zip(shown, figures):
        lines.append(f"  {change:>{widths[0]}}  {levels:>{widths[1]}}  {visible(str(one.searched.series.name))}")
    if len(event.moved) > _MOST_MOVED:
        lines.append(f"  and {len(event.moved) - _MOST_MOVED} more series")
    return lines
