"""Text for a terminal of 80 columns: how wide it is, cut to fit, wrapped. `harness/text.c` is the same for heaptoll.

80 whatever the terminal is: what is printed ends up in issues, logs and mails, too.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TextIO

from heaptoll.escapes import visible

COLUMNS = 80
ELLIPSIS = "…"
_DEEPEST = 24  # columns: what is indented further would be a column of single words


def colour_wanted(out: TextIO) -> bool:
    """Whether `out` is a terminal that has colours, and its user does not refuse them (no-color.org)."""
    return out.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") not in ("", "dumb")


def width(text: str) -> int:
    """Columns that a visible text takes: two for a wide character, none for what combines with the one before."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def fit(text: str, columns: int) -> str:
    """A visible text in `columns` columns, 1 or more, at most: the middle of a longer one gives way to an ellipsis,
    since names differ at both ends."""
    if width(text) <= columns:
        return text
    room = columns - 1
    head = _beginning(text, (room + 1) // 2)
    return head + ELLIPSIS + _end(text, room - (room + 1) // 2)


def padded(text: str, columns: int, *, right: bool = False) -> str:
    """With spaces up to so many columns, before it when `right`."""
    spaces = " " * (columns - width(text))
    return spaces + text if right else text + spaces


def wrapped(text: str, hang: int = 2) -> list[str]:
    """A text, made visible, as lines that fit, broken at spaces where there are any. What it is indented by, the lines
    after the first are too, and by `hang` more."""
    rest, lines = visible(text), []
    indent = " " * min(len(rest) - len(rest.lstrip(" ")) + hang, _DEEPEST)
    while width(rest) > COLUMNS:
        line = _beginning(rest, COLUMNS)
        cut = len(line) if rest[len(line)] == " " else line.rfind(" ")
        if not line[:cut].strip():  # a word longer than a line
            cut = len(line)
        lines.append(rest[:cut].rstrip(" "))
        rest = indent + rest[cut:].lstrip(" ")
    return [*lines, rest]


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _beginning(text: str, columns: int) -> str:
    """The longest beginning that takes so many columns at most, with what combines with its last character."""
    taken = 0
    for i, character in enumerate(text):
        taken += _columns(character)
        if taken > columns:
            return text[:i]
    return text


def _end(text: str, columns: int) -> str:
    """The longest end that takes so many columns at most and begins with no mark whose letter is gone."""
    begins, taken = len(text), 0
    for i in range(len(text) - 1, -1, -1):
        taken += _columns(text[i])
        if taken > columns:
            break
        begins = i if _columns(text[i]) else begins
    return text[begins:]
