"""What is asked of the gate. The only place with these bounds; what was found comes from the trials alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from heaptoll.gate.selftest import tally
from heaptoll.gate.selftest.trial import IN_CODE, Done, Kind
from heaptoll.share import Share

DEFAULT_ZONE, NARROW_ZONE = 1.0, 0.2  # per cent
# The zone's floor, which is 0.05 ns with a zone of 1 %, gets narrower with it.
FLOOR_NS_PER_PERCENT = 0.05
MOST_SECONDS_PER_CASE = 2.0


class Answer(Enum):
    """Was it reached? The value is the word in the table."""

    YES = "yes"
    NO = "no"
    TOO_FEW = "too few trials"


@dataclass(frozen=True)
class Asked:
    """A share of something, to be at least or at most `bound`, in `fewest` tries before anybody may say that it is."""

    what: str
    share: Callable[[Sequence[Done]], Share]
    bound: float
    at_least: bool
    fewest: int

    @property
    def text(self) -> str:
        if self.at_least:
            return "all" if self.bound == 1 else f"≥ {_percent(self.bound)}"
        return "none" if self.bound == 0 else f"≤ 1 in {round(1 / self.bound)}"

    def answer(self, done: Sequence[Done]) -> Answer:
        """NO as soon as the tries so far cannot become a yes within `fewest`; TOO_FEW before that many."""
        share = self.share(done)
        tries = max(share.of, self.fewest)
        misses = share.of - share.hits if self.at_least else share.hits
        allowed = math.floor(tries * (1 - self.bound if self.at_least else self.bound) + 1e-9)
        if misses > allowed:
            return Answer.NO
        return Answer.YES if share.of >= self.fewest else Answer.TOO_FEW


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


_SAME = (Kind.SAME, Kind.SUITE)
_PLANTED = (Kind.SLOWER,)


def _found(percent: float, zone: float, bound: float, fewest: int) -> Asked:
    return Asked(
        f"{percent:g} % slower, found with a dead zone of {zone:g} %",
        lambda done: tally.found(tally.chosen(done, _PLANTED, zone), percent), bound, True, fewest,
    )  # fmt: skip


def _same(zone: float) -> Asked:
    return Asked(
        f"nothing changed in a case, dead zone {zone:g} %: slower or faster among cases × allocators",
        lambda done: tally.false_pairs(tally.chosen(done, (*_SAME, *_PLANTED), zone)), 0.001, False, 1000,
    )  # fmt: skip


def _busy(kind: Kind) -> Asked:
    return Asked(f"{kind.value}: red gates", lambda done: tally.false_runs(tally.chosen(done, (kind,))), 0, False, 5)


def _counted(kind: Kind) -> Asked:
    return Asked(
        f"{kind.value}, found by the counts", lambda done: tally.found(tally.chosen(done, (kind,))), 1, True, 5
    )


ASKED = (
    _same(DEFAULT_ZONE),
    _same(NARROW_ZONE),
    Asked(
        "nothing changed, gates over the whole suite: red",
        lambda done: tally.false_runs(tally.chosen(done, (Kind.SUITE,))), 0, False, 20,
    ),
    Asked(
        "the same code, linked elsewhere: slower or faster among cases × allocators",
        lambda done: tally.false_pairs(tally.chosen(done, (Kind.MOVED,))), 0.001, False, 300,
    ),
    _found(2, DEFAULT_ZONE, 0.99, 100),
    _found(5, DEFAULT_ZONE, 1, 100),
    _found(1, NARROW_ZONE, 0.95, 100),
    _found(0.5, NARROW_ZONE, 0.80, 100),
    Asked("slower at one size, found", lambda done: tally.found(tally.chosen(done, (Kind.ONE_SIZE,))), 1, True, 10),
    _counted(Kind.MALLOC),
    _counted(Kind.INSTRUCTION),
    Asked(
        "slower or faster rows beside a plant, that no plant explains",
        lambda done: tally.false_reds(tally.chosen(done, (Kind.SLOWER, Kind.ONE_SIZE, *IN_CODE))), 0.001, False, 1000,
    ),
    _busy(Kind.BUSY_OTHER),
    _busy(Kind.BUSY_SAME),
)  # fmt: skip


def seconds_answer(done: Sequence[Done]) -> Answer:
    """Is the median trial within MOST_SECONDS_PER_CASE? Without neighbours, who take half of the time."""
    seconds = seconds_of(done)
    if not seconds:
        return Answer.TOO_FEW
    return Answer.YES if tally.median(seconds) <= MOST_SECONDS_PER_CASE else Answer.NO


def seconds_of(done: Sequence[Done]) -> list[float]:
    """Of every trial without a neighbour, the seconds of measuring for each case."""
    quiet = tally.chosen(done, [kind for kind in Kind if kind not in (Kind.BUSY_OTHER, Kind.BUSY_SAME)])
    return tally.seconds_per_case(quiet)


def exit_status(done: Sequence[Done]) -> int:
    """0: all of it reached; 1: something was not; 3: too few trials to say."""
    answers = [asked.answer(done) for asked in ASKED] + [seconds_answer(done)]
    if Answer.NO in answers:
        return 1
    return 3 if Answer.TOO_FEW in answers else 0
