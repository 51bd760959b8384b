"""One trial: what is planted where, and what the gate said. The self-test knows the gate only through these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

PLANTED_ARM = "heap"


class Kind(Enum):
    """What a trial shows the gate. The value is its name in files and tables."""

    SAME = "same"  # nothing: both sides are the same program
    SUITE = "whole suite, same"  # nothing, in all cases of a profile
    MOVED = "same code, linked elsewhere"  # nothing, but every function lies somewhere else in the head
    SLOWER = "slower"  # so many per cent more operations in the heap arm of some cases
    ONE_SIZE = "slower at one size"  # the same in one of several sizes of a variant
    MALLOC = "extra malloc"  # code with one more block per operation in the heap arm
    INSTRUCTION = "extra instruction"  # code with one more instruction per operation in the heap arm
    BUSY_OTHER = "busy neighbour, other core"  # nothing, while a process spins on another core
    BUSY_SAME = "busy neighbour, same core"  # nothing, while a process spins on the core that is measured on


# Nothing is planted in these: whatever goes red is false.
NOTHING_PLANTED = frozenset({Kind.SAME, Kind.SUITE, Kind.MOVED, Kind.BUSY_OTHER, Kind.BUSY_SAME})
# Found by the counts and not by the clock.
IN_CODE = frozenset({Kind.MALLOC, Kind.INSTRUCTION})


class Place(NamedTuple):
    """A row of the gate's table."""

    case: str
    allocator: str
    arm: str


@dataclass(frozen=True)
class Trial:
    """`cases` are what the gate is told to look at, () for the whole profile; `planted` those of them whose heap arm is
    slower by `planted_percent`, which is 0 where the plant is in the code. `allocators`: under which all of it is."""

    kind: Kind
    planted_percent: float
    dead_zone_percent: float
    cases: tuple[str, ...]
    planted: tuple[str, ...] = ()
    allocators: tuple[str, ...] = ("glibc",)

    def touches(self, place: Place) -> bool:
        """May this row go red because of the plant? The toll is heap less stack, so it moves with the heap arm."""
        return place.case in self.planted and place.arm in (PLANTED_ARM, "toll")


@dataclass(frozen=True)
class TrialResult:
    """What the gate said.

    `comparisons`: rows that could have gone red, one for each case × allocator × arm that is no control. `pairs`: one
    for each case × allocator. `red`, `red_by_counts`: the rows that it calls regressions, by the clock and by the
    counts, and `faster` those that it calls so, which are none when it is `inconclusive`; `counted_more`: rows in which the counts show more of anything, above
    their threshold or not. `measuring_seconds`: wall time of heaptoll, both measurements. `cases`: how
    many were measured. `counts_missing`: why the counts were not taken, "" where they were or were not asked for.
    """

    comparisons: int
    pairs: int
    red: tuple[Place, ...]
    red_by_counts: tuple[Place, ...]
    inconclusive: bool
    measuring_seconds: float
    cases: int
    allocators: tuple[str, ...]
    counted_more: tuple[Place, ...] = ()
    counts_missing: str = ""
    faster: tuple[Place, ...] = ()

    @property
    def all_red(self) -> frozenset[Place]:
        return frozenset(self.red) | frozenset(self.red_by_counts)

    @property
    def seconds_per_case(self) -> float:
        """For each case and allocator that was compared."""
        pairs = self.cases * len(self.allocators)
        return self.measuring_seconds / pairs if pairs else float("nan")


@dataclass(frozen=True)
class Done:
    """A trial and its result."""

    trial: Trial
    result: TrialResult

    def as_json(self) -> dict[str, Any]:
        written = {"trial": asdict(self.trial), "result": asdict(self.result)}
        written["trial"]["kind"] = self.trial.kind.value
        return written

    @staticmethod
    def from_json(content: dict[str, Any]) -> Done:
        trial, result = dict(content["trial"]), dict(content["result"])
        trial["kind"] = Kind(trial["kind"])
        for key in ("cases", "planted", "allocators"):
            trial[key] = tuple(trial[key])
        for key in ("red", "red_by_counts", "counted_more", "faster"):
            result[key] = tuple(Place(*each) for each in result[key])
        result["allocators"] = tuple(result["allocators"])
        return Done(Trial(**trial), TrialResult(**result))


@dataclass(frozen=True)
class Request:
    """What the gate is asked to compare: the same worker of either side, one program per layout of the code."""

    base_workers: Sequence[Path]
    head_workers: Sequence[Path]
    allocators: Sequence[str]
    cases: Sequence[str]  # (): all of the profile
    profile: str
    dead_zone_percent: float
    counts: bool  # must the counts be taken? Without, the clock alone decides


class Gate(Protocol):
    """The gate as the self-test calls it."""

    def __call__(self, request: Request) -> TrialResult:
        """Measures and judges. Raises BadInput when it cannot."""
