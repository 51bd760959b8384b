"""What counting both sides of a gate leaves: the plain numbers of every arm in every lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple



class Allocated(NamedTuple):
    """What one audit counted, per operation; None where it could not."""

    allocs_per_op: float | None
    bytes_per_op: float | None


@dataclass(frozen=True)
class Reading:
    """One arm in one lane of one side.

    `status` and `reason` are the counting's (`ok`, `skipped`, `crashed`, `timeout`). `instructions` has the count of
    `operations` operations, once for each pass: one, and a second one where the sides' first passes differed.
    `allocated` likewise has one or two audits. `dishonest` is what the audit found the arm to lie about, or "".
    """

    status: str
    reason: str
    operations: int
    instructions: tuple[int, ...]
    allocated: tuple[Allocated, ...]
    dishonest: str = ""


@dataclass(frozen=True)
class ReadingPair:
    """The same arm of the same case on both sides. `allocator` is the name of the pair of lanes."""

    case: str
    arm: str
    allocator: str
    base: Reading
    head: Reading


@dataclass(frozen=True)
class LeftOut:
    """A case, or an arm of one, that the sides do not have in common."""

    case: str
    reason: str


@dataclass(frozen=True)
class CountsResult:
    """Everything that was counted, by case, then arm, then lane. `fixed`: what both sides were counted under."""

    pairs: tuple[ReadingPair, ...]
    left_out: tuple[LeftOut, ...] = ()
    fixed: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Unavailable:
    """Why nothing could be counted, and what would help. The clocked comparison does without."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return "; ".join(words for words in (f"counts: not available: {self.reason}", self.remedy) if words)
