"""Where the heap is the faster side, and how often."""

from __future__ import annotations

from collections import Counter

from heaptoll.report.words.evidence import Evidence, Sign, Toll
from heaptoll.report.words.numbers import count
from heaptoll.report.words.phrases import toll_range
from heaptoll.report.words.sentence import Name, Piece, Sentence, Silence, listed
from heaptoll.run_facts import CaseFacts
from heaptoll.verdict.zone import DeadZone

_MOST = 3
_ZONE = DeadZone()


def sentence(evidence: Evidence) -> Sentence | Silence:
    """Pairs of a case and an allocator whose toll lies below 0, or above it, beyond the dead zone of `make compare`;
    and the variants in which that is so under every allocator, the largest gain first."""
    tolls = [toll for case in evidence.cases for toll in evidence.tolls(case)]
    judged = [toll for toll in tolls if toll.sign is not Sign.UNSURE and not toll.contended]
    if not judged:
        return Silence("where the heap is the faster side", "no pair has enough launches without contention")
    counted = Counter(_beyond(toll) for toll in judged)
    pairs = count(len(judged), "pair")
    faster = counted[Sign.LESS]
    untold = counted[Sign.ALIKE]
    alike = f"; in {untold} the two are within 1 %, or not to be told apart" if untold else ""
    if not faster:
        return Sentence("faster-heap", ("The heap is nowhere the faster side.",), (
            f"Of {pairs} of a case and an allocator, the heap costs more in {counted[Sign.MORE]}, less in none{alike}.",
        ), "forest")  # fmt: skip
    shown = _variants(evidence)
    most: tuple[Piece, ...] = ()
    if shown:
        every = "Under every allocator it" if len(evidence.allocators) > 1 else "It"
        most = (f" {every} is faster in ", *listed(_case(evidence, case) for case in shown), ".")
    return Sentence("faster-heap", ("The stack is not always the cheap side.",), (
        f"Of {pairs} of a case and an allocator, the heap costs more in {counted[Sign.MORE]} and less in {faster}",
        f"{alike}.", *most,
    ), "forest")  # fmt: skip


def _beyond(toll: Toll) -> Sign:
    stack = toll.stack.estimate
    zone = _ZONE.ns(stack.value if stack else 0.0)
    if toll.ns.interval.low > zone:
        return Sign.MORE
    return Sign.LESS if toll.ns.interval.high < -zone else Sign.ALIKE


def _variants(evidence: Evidence) -> list[CaseFacts]:
    """Of each variant its case with the largest gain; of those the largest."""
    best: dict[tuple[str, str], tuple[float, CaseFacts]] = {}
    for case in evidence.cases:
        tolls = evidence.tolls(case)
        if len(tolls) < len(evidence.allocators) or any(t.contended or t.sign is Sign.UNSURE for t in tolls):
            continue
        if any(_beyond(toll) is not Sign.LESS for toll in tolls):
            continue
        gain = max(toll.ratio.value if toll.ratio else 1.0 for toll in tolls)  # of the allocator that gains least
        key = (case.scenario, case.variant)
        if key not in best or gain < best[key][0]:
            best[key] = (gain, case)
    return [case for _, case in sorted(best.values(), key=lambda item: item[0])][:_MOST]


def _case(evidence: Evidence, case: CaseFacts) -> tuple[Piece, ...]:
    """By how much, from the allocator that gains least to the one that gains most."""
    return (Name(case.name, case.name), " (", toll_range(evidence.tolls(case)), " less)")
