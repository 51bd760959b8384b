"""The answer in one look: the toll of one small block for each allocator, large, before any sentence."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from heaptoll.report.words.evidence import Evidence, Sign, Toll
from heaptoll.report.words.returned_pointer import CASE, small_case
from heaptoll.report.words.sentence import Number


@dataclass(frozen=True)
class Tile:
    """One allocator's toll. `index`: its place among the page's allocators, which have its colour and mark. `doubt`:
    why it is to be read with care."""

    allocator: str
    index: int
    ns: Number
    cycles: Number | None
    doubt: str | None


@dataclass(frozen=True)
class Lead:
    """`what`: the heading above the tiles. `address`: what follows case.html# to lead to the case. `longer`: whether
    every interval says that the heap takes longer."""

    what: str
    longer: bool
    address: str
    tiles: tuple[Tile, ...]


def lead(evidence: Evidence) -> Lead | None:
    """Of the case by which small blocks are judged; None where it was not timed."""
    case = small_case(evidence)
    if case is None:
        return None
    what = "a 64-byte struct" if case.name == CASE else case.name
    order = evidence.measured.allocators
    tiles = [
        Tile(toll.allocator, order.index(toll.allocator), toll.in_ns(), toll.in_cycles(), _doubt(toll))
        for toll in evidence.tolls(case)
    ]
    longer = all(toll.sign is Sign.MORE for toll in evidence.tolls(case))
    return Lead(what, longer, urlencode({"case": case.name}), tuple(tiles))


def _doubt(toll: Toll) -> str | None:
    if toll.contended:
        return "contended"
    return {Sign.UNSURE: "too few launches for an interval", Sign.ALIKE: "not to be told from 0"}.get(toll.sign)
