"""What a small block costs in Go, beside C's heap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from heaptoll.report.words.evidence import Evidence, Sign, Toll, apart
from heaptoll.report.words.phrases import lane
from heaptoll.report.words.returned_pointer import CASE, SMALL_BYTES
from heaptoll.report.words.sentence import Name, Piece, Sentence, Silence, joined, listed, names, pieces
from heaptoll.run_facts import CaseFacts

NO_COLLECTION = "no collection while it was measured, the collector’s work is missing"
_ABOUT = "what a small block costs in Go"


def sentence(evidence: Evidence) -> Sentence | Silence | None:
    """Of `CASE`, or else of the first small case that was timed in Go: how often the stack's time the heap takes, in Go
    and under each allocator of C. More or less is said by ratios: the times of a process of Go and of one of C were not
    taken side by side."""
    go = evidence.go
    if go is None or evidence.measured.go is None:
        return None
    case = small_case(evidence, go)
    if case is None:
        return Silence(_ABOUT, "no case of 8 to 128 bytes was timed in Go on the stack and on the heap")
    [ours] = go.tolls(case)
    in_c = next((each for each in evidence.cases if each.name == case.name), None)
    theirs = [] if in_c is None else evidence.tolls(in_c)
    doubt = doubts(evidence, ours)
    told = linked(evidence, (*_subject(case), " takes in Go ", *_of(ours), bracketed(doubt), "; in C "))
    lanes = listed(pieces(*_of(toll), " with ", *lane(toll)) for toll in theirs) if theirs else ("it was not timed",)
    elsewhere = evidence.measured.go.lane.facts.origin.other_machine(evidence.measured.run.facts)
    judged = {} if doubt or elsewhere else _compared(ours, theirs)
    head = (_head(ours, theirs, judged),)
    return Sentence("go", head, (*told, *lanes, ".", *_claims(judged)), "go")


def in_short(evidence: Evidence) -> tuple[Piece, ...]:
    """The same in a line or two: of C the allocators with the least and the most. Nothing without such a case."""
    go = evidence.go
    case = None if go is None else small_case(evidence, go)
    if go is None or case is None:
        return ()
    [ours] = go.tolls(case)
    in_c = next((each for each in evidence.cases if each.name == case.name), None)
    tolls = [] if in_c is None else evidence.tolls(in_c)
    ends = sorted((toll for toll in tolls if toll.ratio), key=lambda toll: toll.ratio.value if toll.ratio else 0.0)
    ends = ends if len(ends) < 2 else [ends[0], ends[-1]]
    shown = [pieces(toll.in_times() or "", " with ", *lane(toll)) for toll in ends]
    in_words = ("; in C ", *joined(shown, " to ")) if shown else ()
    return (*_subject(case), " takes in Go ", *_of(ours), bracketed(doubts(evidence, ours)), *in_words, ".")


def small_case(evidence: Evidence, go: Evidence) -> CaseFacts | None:
    """The case by which Go is judged: small, takes blocks, nothing else alive."""
    if evidence.measured.go is None:
        return None
    usual = [each for each in evidence.measured.go.lane.facts.cases if each.usual and each.allocations > 0]
    small = [each.facts for each in usual if 8 <= (each.facts.size_bytes or 0) <= SMALL_BYTES]
    return next((each for each in sorted(small, key=lambda case: case.name != CASE) if go.tolls(each)), None)


def doubts(evidence: Evidence, toll: Toll) -> list[str]:
    """Why no more may be made of a toll of Go than its figure."""
    lane_of_go = evidence.measured.go
    found = ["contended"] if toll.contended else []
    if toll.sign is Sign.UNSURE:
        found.append("too few launches for an interval")
    if lane_of_go is not None and toll.case.name in lane_of_go.lane.without_collection:
        found.append(NO_COLLECTION)
    return found


def bracketed(doubts: list[str]) -> str:
    """Behind a figure; empty for none."""
    return f" ({'; '.join(doubts)})" if doubts else ""


def linked(evidence: Evidence, told: Iterable[Piece]) -> tuple[Piece, ...]:
    """The same, leading to pages that there are: only cases of C have one, and of Go's those with the same name."""
    known = {case.name for case in evidence.cases}
    return tuple(
        each if isinstance(each, str) or each.case in known else replace(each, case=None) for each in told
    )


def _subject(case: CaseFacts) -> tuple[Piece, ...]:
    if case.name == CASE:
        return ("By ", Name("pointer", case.name), " instead of by value, a 64-byte struct")
    return ("On the heap instead of the stack, ", Name(case.name, case.name))


def _of(toll: Toll) -> tuple[Piece, ...]:
    """`2.70 times as long (17.1 ns more)`, in the words that the interval of the toll supports."""
    if toll.sign is Sign.ALIKE:
        return pieces("as long, as far as can be told (", toll.in_ns(), ")")
    more = "more" if toll.ns.value >= 0 else "less"
    about = "about " if toll.sign is Sign.UNSURE else ""
    ratio = toll.in_times()
    if ratio is None:
        return pieces(about, toll.in_ns(size=True), f" {more}")
    return pieces(about, ratio, " as long (", toll.in_ns(size=True), f" {more})")


def _compared(ours: Toll, theirs: Iterable[Toll]) -> dict[Sign, list[Toll]]:
    """C's allocators by how Go's ratio lies to theirs; contended ones, and those without a ratio, are in none."""
    found: dict[Sign, list[Toll]] = {}
    for toll in theirs:
        if ours.ratio is not None and toll.ratio is not None and not toll.contended:
            found.setdefault(apart(ours.ratio, toll.ratio), []).append(toll)
    found.pop(Sign.UNSURE, None)
    return found


def _claims(judged: dict[Sign, list[Toll]]) -> tuple[Piece, ...]:
    words = {Sign.MORE: "above that with ", Sign.LESS: "below that with ", Sign.ALIKE: "not told from that with "}
    parts = [(word, *names(toll.allocator for toll in judged[sign])) for sign, word in words.items() if sign in judged]
    return (" Go’s ratio is ", *listed(parts), ".") if parts else ()


def _head(ours: Toll, theirs: list[Toll], judged: dict[Sign, list[Toll]]) -> Piece:
    """What holds against every allocator, by the ratio and by the toll alike; else only what it is about."""
    for sign, word in ((Sign.MORE, "more"), (Sign.LESS, "less")):
        if theirs and judged.get(sign) == theirs and all(apart(ours.ns, toll.ns) is sign for toll in theirs):
            return f"A small block costs {word} in Go than in C."
    return "A small block in Go, beside C."
