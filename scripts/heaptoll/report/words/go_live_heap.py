"""What a block costs in Go when more lives on the heap."""

from __future__ import annotations

from collections.abc import Sequence

from heaptoll.go_lane.read import GoCase
from heaptoll.report.go_words import beside
from heaptoll.report.words.evidence import Evidence, Sign, Toll, apart
from heaptoll.report.words.go_beside_c import bracketed, doubts, linked, small_case
from heaptoll.report.words.sentence import Name, Piece, Sentence, Silence, joined, listed

_ABOUT = "what a live heap does to a block’s price in Go"
_LIMITED = "the memory limit made the collector run more often"
Setting = tuple[GoCase, Toll]


def sentence(evidence: Evidence) -> Sentence | Silence | None:
    """Tolls of one pair beside each live heap, by GOGC. More or less is said where two intervals do not touch: the
    settings are processes of their own."""
    side, go = evidence.measured.go, evidence.go
    if side is None or go is None:
        return None
    small = small_case(evidence, go)
    others = dict.fromkeys(case.pair for case in side.lane.facts.cases if not case.usual)
    pair = small.name if small and small.name in others else next(iter(others), "")
    of_pair = sorted(
        (case for case in side.lane.facts.cases if case.pair == pair), key=lambda case: (case.gogc, case.live_mb)
    )
    found = [(case, toll) for case in of_pair for toll in go.tolls(case.facts)]
    if len(found) < 2:
        return Silence(_ABOUT, "no pair was timed in Go beside a live heap and without one")
    by_gogc: dict[int, list[Setting]] = {}
    for case, toll in found:
        by_gogc.setdefault(case.gogc, []).append((case, toll))
    parts = [_settings(evidence, gogc, settings) for gogc, settings in by_gogc.items()]
    told: tuple[Piece, ...] = ("In Go the toll of ", Name(pair, pair), " is ", *joined(parts, "; "), ".")
    head, claims = _claims(evidence, found)
    return Sentence("go-live-heap", (head,), linked(evidence, (*told, *claims)), "go_live_heap")


def _settings(evidence: Evidence, gogc: int, settings: Sequence[Setting]) -> tuple[Piece, ...]:
    """`with GOGC 100 17.1 ns with nothing else alive and 37.0 ns beside 64 MB of live heap`."""
    parts = [
        (toll.in_ns(), f" {'beside' if case.live_mb else 'with'} {beside(case.live_mb)}", _doubt(evidence, case, toll))
        for case, toll in settings
    ]
    return (f"with GOGC {gogc}: ", *listed(parts))


def _doubt(evidence: Evidence, case: GoCase, toll: Toll) -> str:
    side = evidence.measured.go
    found = doubts(evidence, toll)
    if side is not None and side.lane.limited(case.facts.name):
        found.append(_LIMITED)
    return bracketed(found)


def _claims(evidence: Evidence, found: Sequence[Setting]) -> tuple[str, tuple[Piece, ...]]:
    """By the largest live heap that is beyond doubt: against none at the same GOGC, and at the highest GOGC against the
    lowest."""
    sure = {(case.gogc, case.live_mb): toll for case, toll in found if not _doubt(evidence, case, toll)}
    low, high = (choose(case.gogc for case, _ in found) for choose in (min, max))
    most = max((live_mb for gogc, live_mb in sure if gogc == low), default=0)
    head, told = "Beside a live heap.", ""
    full, bare, relaxed = sure.get((low, most)), sure.get((low, 0)), sure.get((high, most))
    if full and bare and most:
        grown = apart(full.ns, bare.ns)
        head = _HEADS.get(grown, head)
        told = f" {most} MB {_GROWN[grown]}." if grown in _GROWN else ""
    if full and relaxed and high > low:
        changed = apart(relaxed.ns, full.ns)
        told += f" Beside {most} MB, GOGC {high} {_CHANGED[changed]}." if changed in _CHANGED else ""
    return head, (told,) if told else ()


_HEADS = {
    Sign.MORE: "A live heap makes Go’s blocks dearer.",
    Sign.LESS: "A live heap makes Go’s blocks cheaper.",
    Sign.ALIKE: "A live heap is not seen to change the price of Go’s blocks.",
}
_GROWN = {
    Sign.MORE: "alive make it more",
    Sign.LESS: "alive make it less",
    Sign.ALIKE: "alive are not seen to change it",
}
_CHANGED = {Sign.LESS: "makes it less", Sign.MORE: "makes it more", Sign.ALIKE: "is not seen to change it"}
