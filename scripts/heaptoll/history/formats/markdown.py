"""GitHub's Markdown, no more than a step summary holds: the newest event first, the rest folded away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heaptoll.escapes import markdown_text
from heaptoll.history.change.search import Found
from heaptoll.history.events import Event, events
from heaptoll.history.formats import words
from heaptoll.history.told import Told
from heaptoll.limited_text import KEPT_FOR_ENDS, LARGEST_BYTES, LimitedText

_OPEN_EVENTS = 5
_OPEN_ROWS = 10
_HEADER = "| series | | change (95 %) | before → after |\n|:--|:--|--:|--:|\n"


def write(found: Found, told: Told) -> str:
    return within(found, told, LARGEST_BYTES)


def within(found: Found, told: Told, largest_bytes: int) -> str:
    """The report in at most so many bytes of UTF-8; it says what is left out. The heading and the warnings always stay."""
    happened, names = list(reversed(events(found))), words.labels(found.searched)
    text = LimitedText(largest_bytes - KEPT_FOR_ENDS)
    text.add("### History\n\n")
    for name, value in told.heading.items():
        text.add(f"- {markdown_text(name)}: {markdown_text(value)}\n")
    for said in (*words.searched(found), *told.notices):
        text.add(f"- {markdown_text(said)}\n")
    for warning in told.warnings:
        text.add(f"- **warning**: {markdown_text(warning)}\n")
    text.add(f"\n**{len(happened)} {'change' if len(happened) == 1 else 'changes'}**\n\n")
    several = len({words.machine_of(event) for event in happened}) > 1
    told_events = [_event(event, names, several) for event in happened]
    text.add_each(told_events[:_OPEN_EVENTS], min(len(happened), _OPEN_EVENTS), "changes")
    if len(happened) > _OPEN_EVENTS:
        earlier = happened[_OPEN_EVENTS:]
        text.add(f"<details><summary>{len(earlier)} earlier changes</summary>\n\n")
        text.add_each(told_events[_OPEN_EVENTS:], len(earlier), "changes")
        text.add("\n</details>\n")
    drifting = words.drifts(found)
    if drifting:
        text.add(f"<details><summary>{len(drifting)} series drift, without a step</summary>\n\n")
        text.add_each((f"- {markdown_text(each)}\n" for each in drifting), len(drifting), "series")
        text.add("\n</details>\n")
    return text.text()


def _event(event: Event, names: Mapping[int, str], several: bool) -> str:
    since, before = event.since, event.before
    head = f"{words.moment(since)}, {words.commit(since)}"
    lines = [f"#### {markdown_text(head)}: {markdown_text(words.summary(event))}\n"]
    lines += [f"- on {markdown_text(words.machine_of(event))}"] if several else []
    lines.append(f"- before it: {markdown_text(f'{words.moment(before)}, {words.commit(before)}')}")
    lines += [f"- {markdown_text(said)}" for said in (*words.doubts(event), words.place(event), words.log(event)) if said]
    lines += ["", _table(event, names, range(min(_OPEN_ROWS, len(event.moved))))]
    if len(event.moved) > _OPEN_ROWS:
        lines += [f"<details><summary>{len(event.moved) - _OPEN_ROWS} more series</summary>", ""]
        lines += [_table(event, names, range(_OPEN_ROWS, len(event.moved))), "</details>", ""]
    return "\n".join(lines) + "\n"


def _table(event: Event, names: Mapping[int, str], which: Iterable[int]) -> str:
    rows = []
    for i in which:
        one = event.moved[i]
        cells = (names[id(one.searched)], words.direction(one), words.change(one), words.levels(one))
        rows.append(f"| {' | '.join(map(markdown_text, cells))} |\n")
    return _HEADER + "".join(rows)
