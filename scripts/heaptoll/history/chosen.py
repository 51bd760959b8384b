"""Which series of a store are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history.keys import Key
from heaptoll.history.record import Name
from heaptoll.name_filter import matcher

UNITS = ("ns", "cycles")
_MOST_NAMED = 5


@dataclass(frozen=True)
class Chosen:
    """`filter`: a regular expression that a case's name must match somewhere; with a "-" before it, must not. `arms`,
    `allocators`: only these; empty means all. `join`: the parts of the key that may change within a series.
    `keys`: by allocator, the only one whose series are asked for; None: all."""

    filter: str = ""
    arms: tuple[str, ...] = ()
    allocators: tuple[str, ...] = ()
    unit: str = "ns"
    join: frozenset[str] = frozenset()
    keys: Mapping[str, Key] | None = None


def chosen_names(chosen: Chosen, names: Mapping[int, Name], folder: Path) -> list[int]:
    """The ids of the names that are asked for. Raises BadInput, which says what is near, when that is none of them."""
    _refuse_unknown("an allocator", chosen.allocators, {name.allocator for name in names.values()}, folder)
    _refuse_unknown("an arm", chosen.arms, {name.arm for name in names.values()}, folder)
    matches = matcher(chosen.filter)
    cases = {name.case for name in names.values()}
    matching = {case for case in cases if matches(case)}
    if cases and not matching:
        near = get_close_matches(chosen.filter, cases, _MOST_NAMED, 0.3) or sorted(cases)[:_MOST_NAMED]
        raise BadInput(
            folder, f"a case that matches {quoted(chosen.filter)}", f"cases that are there: {', '.join(near)}",
            found="none",
        )  # fmt: skip
    return [
        number for number, name in names.items()
        if name.case in matching and (not chosen.arms or name.arm in chosen.arms)
        and (not chosen.allocators or name.allocator in chosen.allocators)
    ]  # fmt: skip


def _refuse_unknown(what: str, asked: Iterable[str], known: Iterable[str], folder: Path) -> None:
    there = sorted(known)
    for each in asked:
        if there and each not in there:
            raise BadInput(folder, f"{what} that was measured", f"there are {', '.join(there)}", found=quoted(each))
