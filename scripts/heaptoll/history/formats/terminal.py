"""For a terminal of 80 columns: the newest event first."""

from __future__ import annotations

from collections.abc import Mapping

from heaptoll.escapes import visible
from heaptoll.history.change.search import Found
from heaptoll.history.events import Event, events
from heaptoll.history.formats import words
from heaptoll.history.told import Told
from heaptoll.terminal_text import COLUMNS, width, wrapped

_MOST_EVENTS = 10
_MOST_MOVED = 8


def write(found: Found, told: Told) -> str:
    happened, names = list(reversed(events(found))), words.labels(found.searched)
    lines = [f"{name}: {visible(text)}" for name, text in told.heading.items()]
    lines += words.searched(found)
    lines += [f"warning: {visible(text)}" for text in told.warnings]
    lines += [visible(text) for text in told.notices]
    several = len({words.machine_of(event) for event in happened}) > 1
    for event in happened[:_MOST_EVENTS]:
        lines += ["", *_event(event, names, several)]
    if len(happened) > _MOST_EVENTS:
        lines += ["", f"and {len(happened) - _MOST_EVENTS} earlier ones; --format=csv has them all"]
    drifting = words.drifts(found)
    if drifting:
        lines += ["", "drifting, without a step:", *(f"  {visible(text)}" for text in drifting[:_MOST_MOVED])]
        lines += [f"  and {len(drifting) - _MOST_MOVED} more series"] if len(drifting) > _MOST_MOVED else []
    lines += ["", f"in all: {len(happened)} {'change' if len(happened) == 1 else 'changes'}"]
    return "\n".join(part for line in lines for part in wrapped(line)) + "\n"


def _event(event: Event, names: Mapping[int, str], several: bool) -> list[str]:
    since, before = event.since, event.before
    head = f"{words.moment(since)}  {words.commit(since)} (before it: {words.moment(before)}, {words.commit(before)})"
    lines = [visible(head), f"  {words.summary(event)}"]
    lines += [f"  {visible(words.machine_of(event))}"] if several else []
    lines += [f"  {visible(text)}" for text in (*words.doubts(event), words.place(event), words.log(event)) if text]
    shown = event.moved[:_MOST_MOVED]
    figures = [(words.change(one), words.levels(one)) for one in shown]
    widths = [max(len(each[i]) for each in figures) for i in (0, 1)]
    labels = [visible(names[id(one.searched)]) for one in shown]
    room = COLUMNS - sum(widths) - 6
    beside = max(map(width, labels)) <= room
    for label, (change, levels) in zip(labels, figures):
        row = f"  {change:>{widths[0]}}  {levels:>{widths[1]}}"
        lines += [f"{row}  {label}"] if beside else [row, f"    {label}"]
    if len(event.moved) > _MOST_MOVED:
        lines.append(f"  and {len(event.moved) - _MOST_MOVED} more series")
    return lines
