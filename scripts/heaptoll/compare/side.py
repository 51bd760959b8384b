"""What was read of one side, whatever it was written by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Key(NamedTuple):
    """One thing that has times. `allocator` is empty in what other suites wrote."""

    case: str
    allocator: str
    arm: str


@dataclass(frozen=True)
class Times:
    """ns per operation by launch, or by repetition, counted from 0; never empty."""

    ns: Mapping[int, float]
    contended: bool = False


class Fact(NamedTuple):
    """What must agree between two sides, and under which word of --allow it may differ nevertheless.

    `tolerance`: values that are numbers agree when they differ by no more than this share.
    """

    word: str
    name: str
    value: str | None  # None: not told
    tolerance: float = 0.0


@dataclass(frozen=True)
class Side:
    """`kind`: the format in words; sides of different kinds cannot be compared. `unit`: what one value of `times` is.

    `identity`: which result it is, in one line. `untimed`: what has no time, and why, in words. `notable`: facts that
    are worth a warning where they differ.
    """

    file: Path
    kind: str
    unit: str
    identity: str
    times: Mapping[Key, Times]
    untimed: Mapping[Key, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    notable: tuple[Fact, ...] = ()
    warnings: tuple[str, ...] = ()
