"""Whether the toll fades when the memory is used."""

from __future__ import annotations

from heaptoll.report.words.evidence import Evidence, Sign, Toll, apart, nearest
from heaptoll.report.words.phrases import lane
from heaptoll.report.words.sentence import Piece, Sentence, Silence, listed, pieces
from heaptoll.run_facts import CaseFacts
from heaptoll.units import format_bytes

_TYPICAL_BYTES = 64 * 1024


def sentence(evidence: Evidence) -> Sentence | Silence:
    """An array of which one element is used against the same one used whole: heap divided by stack of both. They are
    two cases, so that it fades is claimed where their intervals do not touch."""
    pair = _cases(evidence)
    if pair is None:
        return Silence("whether using the memory makes the toll fade",
                       "that needs an array of one size with its first element used, and with all")  # fmt: skip
    first, every = pair
    both = [
        (one, other)
        for allocator in evidence.allocators
        if (one := evidence.toll(first, allocator)) and (other := evidence.toll(every, allocator))
        and one.ratio and other.ratio
    ]  # fmt: skip
    if not both:
        return Silence("whether using the memory makes the toll fade", "no allocator was timed in both cases")
    doubt = _doubt([toll for pair in both for toll in pair])
    fading = [] if doubt else [(one, other) for one, other in both if _fades(one, other)]
    rest = [pair for pair in both if pair not in fading]
    what = f"{format_bytes(first.size_bytes or 0)} of which only the first element is used take "
    if doubt:
        return Sentence("use", ("Using the memory.",), (
            what, *_lanes([one for one, _ in both]), "; written and read as a whole, ",
            *_lanes([other for _, other in both]), f". {doubt}",
        ), "size_sweep")  # fmt: skip
    told = pieces()
    if fading:
        told = pieces(what, *_lanes([one for one, _ in fading]), "; written and read as a whole, ",
                      *_lanes([other for _, other in fading]), ".")  # fmt: skip
    if rest:
        size = format_bytes(first.size_bytes or 0)
        start = f"{' ' if fading else ''}That the toll of {size} fades when all of it is used cannot be told of "
        told = pieces(*told, start, *listed(_both(one, other) for one, other in rest), ".")
    return Sentence("use", (_head(len(fading), len(rest)),), told, "size_sweep")


def _doubt(tolls: list[Toll]) -> str:
    """Why no more may be said than the figures, or nothing."""
    if any(toll.contended for toll in tolls):
        return "Times that are contended say no more than that."
    return "These are too few launches to say more." if any(toll.sign is Sign.UNSURE for toll in tolls) else ""


def _head(fading: int, rest: int) -> str:
    if not fading:
        return "Using the memory is not seen to make the toll fade."
    if not rest:
        return "Use the memory, and the toll fades."
    return f"Use the memory, and {'most tolls fade' if fading > rest else 'some tolls fade'}."


def _cases(evidence: Evidence) -> tuple[CaseFacts, CaseFacts] | None:
    """The size nearest to 64 KiB that has both; of equals the first in the run."""
    found: list[tuple[CaseFacts, CaseFacts]] = []
    for case in evidence.cases:
        if case.scenario != "array_size" or case.params.get("touch") != "first" or not case.size_bytes:
            continue
        same = {**case.params, "touch": "all"}
        whole = next((c for c in evidence.of(case.scenario, case.variant, **same) if dict(c.params) == same), None)
        if whole and evidence.tolls(case) and evidence.tolls(whole):
            found.append((case, whole))
    return nearest(found, _TYPICAL_BYTES)


def _fades(one: Toll, other: Toll) -> bool:
    if one.ratio is None or other.ratio is None:
        return False
    return one.sign is Sign.MORE and apart(other.ratio, one.ratio) is Sign.LESS


def _lanes(tolls: list[Toll]) -> tuple[Piece, ...]:
    """`4.35 times as long on the heap with glibc, 33.9 times with jemalloc`."""
    return listed(
        (toll.in_times() or "–", "" if i else " as long on the heap", " with ", *lane(toll))
        for i, toll in enumerate(tolls)
    )


def _both(one: Toll, other: Toll) -> tuple[Piece, ...]:
    times = (one.in_times() or "–", other.in_times() or "–")
    return (*lane(one), " (", times[0], " with one element used, ", times[1], " with all)")
