"""What a returned pointer costs: the sentence that everybody came for."""

from __future__ import annotations

from heaptoll.report.words.evidence import Evidence, Sign, Toll
from heaptoll.report.words.phrases import toll_range, tolls_in_words
from heaptoll.report.words.sentence import Name, Piece, Sentence, Silence
from heaptoll.run_facts import CaseFacts

CASE = "returned_pointer/by_value/64"
SMALL_BYTES = 128


def sentence(evidence: Evidence) -> Sentence | Silence:
    """Of `CASE`; where it was not timed, of the first small case that was."""
    case = small_case(evidence)
    if case is None:
        return Silence("what one small block costs", "no case of 8 to 128 bytes was timed on the stack and on the heap")
    tolls = evidence.tolls(case)
    what: tuple[Piece, ...] = (Name(case.name, case.name), " costs, on the heap instead of the stack, ")
    if case.name == CASE:
        what = ("a 64-byte ", Name("returned pointer", case.name), " costs ")
    than = " than the value on the stack." if case.name == CASE else "."
    return Sentence("small-block", _head(tolls), ("On this machine ", *what, *tolls_in_words(tolls), than), "headline")


def small_case(evidence: Evidence) -> CaseFacts | None:
    """The case by which small blocks are judged."""
    every = sorted(evidence.cases, key=lambda case: case.name != CASE)
    return next(
        (case for case in every if 8 <= (case.size_bytes or 0) <= SMALL_BYTES and evidence.tolls(case)), None
    )


def _head(tolls: list[Toll]) -> tuple[Piece, ...]:
    if any(toll.sign is not Sign.MORE or toll.contended for toll in tolls):
        return ("One small block, heap against stack.",)
    return ("One small block costs ", toll_range(tolls), ".")
