"""What a command that compares has to say, before it is laid out in some format."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from heaptoll.statistics import CONFIDENCE
from heaptoll.verdict.comparison import TOLL
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.zone import DeadZone

CHANGED = (Verdict.SLOWER, Verdict.FASTER)


@dataclass(frozen=True)
class OneSided:
    """What could not be compared because only one side, or none, has a time of it. `why`: in words."""

    case: str
    allocator: str
    arm: str
    why: str


@dataclass(frozen=True)
class Report:
    """`heading`: what base and head are, and whatever else a reader must know to take neither for the other.

    `title`: the command in a few words. `unit`: what is counted in a row's launches.
    """

    title: str
    heading: Mapping[str, str]
    rows: Sequence[Row]
    one_sided: Sequence[OneSided]
    warnings: Sequence[str]
    zone: DeadZone
    confidence: float = CONFIDENCE
    unit: str = "launches"


@dataclass(frozen=True)
class Sorted:
    """The rows in the order in which they matter: `changed`, the largest change first; `beyond`, which are unsure but
    beyond the dead zone; the `rest`, as they came."""

    changed: Sequence[Row]
    beyond: Sequence[Row]
    rest: Sequence[Row]


def in_order(rows: Sequence[Row]) -> Sorted:
    changed = [row for row in rows if row.verdict in CHANGED]
    beyond = [row for row in rows if row.verdict is Verdict.UNSURE and abs(row.change_ns) > row.zone_ns]
    settled = {id(row) for row in (*changed, *beyond)}
    return Sorted(
        sorted(changed, key=_size, reverse=True), sorted(beyond, key=_size, reverse=True),
        [row for row in rows if id(row) not in settled],
    )  # fmt: skip


def _size(row: Row) -> float:
    """Per cent, or for a toll, which has none, as many times its zone: the usual zone is one per cent."""
    if row.change_percent is not None:
        return abs(row.change_percent)
    return abs(row.change_ns) / row.zone_ns if row.zone_ns else math.inf


def counts(rows: Iterable[Row]) -> dict[Verdict, int]:
    """How many rows of each verdict, in the order of `Verdict`."""
    found = dict.fromkeys(Verdict, 0)
    for row in rows:
        found[row.verdict] += 1
    return found


def counted(rows: Iterable[Row]) -> str:
    """The same in words: "3 slower, 120 same"; what there is none of is left out."""
    return ", ".join(f"{number} {verdict.value}" for verdict, number in counts(rows).items() if number) or "none"


def arms(rows: Iterable[Row]) -> list[Row]:
    """The rows that decide: all but tolls, which are made of two arms that are judged themselves."""
    return [row for row in rows if row.arm != TOLL]
