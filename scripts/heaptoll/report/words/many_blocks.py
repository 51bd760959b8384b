"""Whether a block costs as much when many live at once."""

from __future__ import annotations

from collections.abc import Sequence

from heaptoll.report.words.evidence import Evidence, Sign, Toll, apart
from heaptoll.report.words.numbers import ns
from heaptoll.report.words.phrases import lane
from heaptoll.report.words.sentence import Name, Number, Piece, Sentence, Silence, interval_words, listed, pieces
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate, Interval

_ORDERS = ("random", "fifo", "lifo")  # the most telling first
_KEY = "blocks"


def sentence(evidence: Evidence) -> Sentence | Silence:
    """The fewest blocks that live at once against the most, freed in random order where the run has it. Two cases have
    no launches in common, so a change is claimed where their intervals do not touch."""
    ends = _ends(evidence)
    if ends is None:
        return Silence("what a block costs when many live at once", "that needs lifetime/live at two numbers of blocks")
    few, many = ends
    pairs = [
        (one, other)
        for allocator in evidence.allocators
        if (one := evidence.toll(few, allocator)) and (other := evidence.toll(many, allocator))
    ]
    if not pairs:
        return Silence("what a block costs when many live at once", "no allocator was timed at both numbers of blocks")
    order = many.params.get("order", "")
    freed = pieces(", freed in ", Name(order), " order") if order else pieces()
    signs = {sign: [pair for pair in pairs if _sign(pair) is sign] for sign in Sign}
    parts = [_changed(pair) for sign in (Sign.MORE, Sign.LESS) for pair in signs[sign]]
    parts += [("as much as before, as far as can be told, with ", *lane(other), " (", _per_block(other), ")")
              for _, other in signs[Sign.ALIKE]]  # fmt: skip
    parts += [("about ", *_changed(pair)) for pair in signs[Sign.UNSURE]]
    doubt = " (too few launches for an interval)" if signs[Sign.UNSURE] else ""
    what = pieces(
        "With ", Name(f"{_number(many)}", many.name), f" blocks alive at once instead of {_number(few)}", *freed,
        ", the toll of one is ", *listed(parts), f"{doubt}.",
    )  # fmt: skip
    return Sentence("many-blocks", _head(pairs), what, "lifetime_blocks")


def _ends(evidence: Evidence) -> tuple[CaseFacts, CaseFacts] | None:
    for order in (*_ORDERS, None):
        asked = {"order": order} if order else {}
        cases = [c for c in evidence.of("lifetime", "live", **asked) if _number(c) and evidence.tolls(c)]
        cases.sort(key=_number)
        if cases and _number(cases[-1]) > _number(cases[0]):
            return cases[0], cases[-1]
    return None


def _number(case: CaseFacts) -> int:
    """How many blocks live at once; 0 where the case does not say."""
    text = case.params.get(_KEY, "")
    return int(text) if text.isdecimal() else 0


def _each(toll: Toll) -> Estimate:
    """The toll of one block."""
    low, high, coverage, reached = toll.ns.interval
    n = _number(toll.case)
    return Estimate(toll.ns.value / n, Interval(low / n, high / n, coverage, reached), toll.ns.launches)


def _per_block(toll: Toll) -> Number:
    each = _each(toll)
    words = interval_words(each, ns(each.interval.low), ns(each.interval.high))
    return Number(ns(each.value), f"toll per block of {toll.case.name}, {toll.allocator}", words, toll.case.name)


def _sign(pair: tuple[Toll, Toll]) -> Sign:
    one, other = pair
    return apart(_each(other), _each(one))


def _changed(pair: tuple[Toll, Toll]) -> tuple[Piece, ...]:
    one, other = pair
    return (_per_block(other), " instead of ", _per_block(one), " with ", *lane(other))


def _head(pairs: Sequence[tuple[Toll, Toll]]) -> tuple[Piece, ...]:
    if any(toll.contended for pair in pairs for toll in pair):
        return ("Many at once.",)
    signs = {_sign(pair) for pair in pairs}
    if signs == {Sign.MORE}:
        return ("Many at once cost more each.",)
    if signs == {Sign.LESS}:
        return ("Many at once cost less each.",)
    if {Sign.MORE, Sign.LESS} <= signs:
        return ("Many at once tell the allocators apart.",)
    return ("Many at once.",)
