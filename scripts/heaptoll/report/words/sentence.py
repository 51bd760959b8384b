"""A sentence: words, and numbers that know what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heaptoll.statistics import CONFIDENCE, Estimate


@dataclass(frozen=True)
class Number:
    """A number as it is read, and where it is from. `of` says what it is ("toll of CASE, glibc"), `interval` how sure
    it is, both in words; `case` is the name of the case whose page shows more."""

    text: str
    of: str
    interval: str
    case: str | None = None


@dataclass(frozen=True)
class Name:
    """A word from a file, such as an allocator's name or a case's: to be shown as it is. `case`: the case it names."""

    text: str
    case: str | None = None


Piece = str | Number | Name


@dataclass(frozen=True)
class Sentence:
    """`id` names it in an address, `head` is its claim in a few words. `chart`: the id of the chart that shows it;
    `page`: the address of what tells more."""

    id: str
    head: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    chart: str | None = None
    page: str | None = None

    @property
    def numbers(self) -> list[Number]:
        """Each once, in the order in which they appear."""
        return list(dict.fromkeys(each for each in (*self.head, *self.pieces) if isinstance(each, Number)))

    @property
    def text(self) -> str:
        """Without head, and without what stands behind the numbers."""
        return plain(self.pieces)


@dataclass(frozen=True)
class Silence:
    """Why there is no such sentence: `about` continues "Not told:", `why` what the run lacks."""

    about: str
    why: str


def plain(pieces: Iterable[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)


def pieces(*parts: Piece) -> tuple[Piece, ...]:
    """Nothing, too, with the type of something."""
    return parts


def joined(items: Iterable[tuple[Piece, ...]], between: str) -> tuple[Piece, ...]:
    every: list[Piece] = []
    for item in items:
        every += [between, *item] if every else item
    return tuple(every)


def listed(items: Iterable[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """`a, b and c`, of pieces."""
    every = list(items)
    if len(every) < 2:
        return joined(every, "")
    return (*joined(every[:-1], ", "), " and ", *every[-1])


def names(words: Iterable[str]) -> tuple[Piece, ...]:
    return listed([(Name(word),) for word in words])


def interval_words(estimate: Estimate, low: str, high: str, together: str = "") -> str:
    """`low` and `high`: the ends as they are read. `together`: where more than one interval holds at once, which."""
    launches = f"{estimate.launches} launch{'es' if estimate.launches != 1 else ''}"
    if estimate.launches == 1:
        return "one launch, no interval"
    if not estimate.interval.reached:
        return f"{low} to {high}, the range of {launches}: too few for an interval"
    for_all = f" {together}" if together else ""
    return f"{100 * CONFIDENCE:g} % interval{for_all} {low} to {high}, {launches}"
