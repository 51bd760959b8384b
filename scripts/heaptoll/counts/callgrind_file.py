"""One file of callgrind's: what was counted between two moments."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted

_AGAIN = "count again; if it stays, this valgrind writes another format"
# glibc picks one of several such functions by what the CPU can do; the name says which.
_VARIANT = re.compile(r"^c?fn=\(\d+\) ((?:__)?mem(?:cpy|move|set)[\w@.]*)", re.MULTILINE)


@dataclass(frozen=True)
class Counted:
    """Instructions, and which of the C library's copying and filling functions ran."""

    instructions: int
    variants: frozenset[str]


def parse(file: Path | str, text: str) -> Counted:
    """Reads the text of a file in the callgrind format. Raises BadInput when it is not whole."""
    totals, events = None, None
    for number, line in enumerate(text.splitlines(), start=1):
        key, colon, value = line.partition(":")
        if not colon:
            continue
        if key == "events":
            events = value.split()
            if "Ir" not in events:
                raise BadInput(file, "Ir (instructions) among the events", _AGAIN, line=number, found=quoted(value))
        elif key == "totals":
            totals = (number, value.split())
    if events is None:
        raise BadInput(file, "a line `events:`", _AGAIN, found="none")
    if totals is None or not text.endswith("\n"):
        raise BadInput(file, "a line `totals:` at its end", _AGAIN, found="none: the file was cut off")
    number, figures = totals
    if not all(re.fullmatch("[0-9]+", figure) for figure in figures) or not 1 <= len(figures) <= len(events):
        raise BadInput(
            file, f"whole numbers, 1 to {len(events)} of them", _AGAIN, line=number, found=quoted(" ".join(figures))
        )
    # Events at the end of the line that were never counted are left out.
    at = events.index("Ir")
    instructions = int(figures[at]) if at < len(figures) else 0
    return Counted(instructions, frozenset(_VARIANT.findall(text)))


def read(file: Path) -> Counted:
    """Reads a file. Raises BadInput when it is not there, not text, or not whole."""
    try:
        return parse(file, file.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        advice = "is there room for temporary files? Otherwise this valgrind names its files differently"
        raise BadInput(file, "a file that callgrind wrote", advice, found=error.strerror) from error
