"""What pages cost that were never touched, on either side."""

from __future__ import annotations

import math

from heaptoll import statistics
from heaptoll.report.words.evidence import Evidence, Sign, apart, nearest
from heaptoll.report.words.numbers import ns, ns_from_to, times
from heaptoll.report.words.sentence import Number, Piece, Sentence, Silence, interval_words
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate, Interval
from heaptoll.summary import ArmResult
from heaptoll.units import format_bytes

_ABOUT = "what pages cost that were not touched yet"
_TYPICAL_BYTES = 64 * 1024


def sentence(evidence: Evidence) -> Sentence | Silence:
    """first_touch, cold against warm, at the size nearest to 64 KiB that has both."""
    pair = _cases(evidence)
    if pair is None:
        return Silence(_ABOUT, "that needs array_size/first_touch, cold and warm, of one size")
    cold, warm = pair
    stacks = [evidence.stack(case) for case in pair]
    before, after = (None if arm is None else arm.estimate for arm in stacks)
    if before is None or after is None:
        return Silence(_ABOUT, "no stack arm of it was timed")
    in_doubt = " (contended)" if any(arm is not None and arm.contended for arm in stacks) else ""
    size = format_bytes(cold.size_bytes or 0)
    there: tuple[Piece, ...] = (f"{size} on the stack take ", _number(before, cold), in_doubt)
    longer = apart(before, after)
    if longer is not Sign.MORE:
        why = "too few launches to say more" if longer is Sign.UNSURE else "as far as can be told, no longer"
        return Sentence("page-faults", ("Untouched pages.",), (
            *there, " with pages that were not touched yet and ", _number(after, warm), " with those that were: ",
            f"{why}.",
        ), "size_sweep")  # fmt: skip
    what: tuple[Piece, ...] = (
        *there, " with pages that were not touched yet, ", _ratio(before, after, cold, warm), " as long as with those ",
        "that were", *_on_the_heap(evidence, cold), *_per_page(evidence, before, after, cold, warm), ".",
    )  # fmt: skip
    head = "Untouched pages." if in_doubt else "The stack faults too."
    return Sentence("page-faults", (head,), what, "size_sweep")


def _cases(evidence: Evidence) -> tuple[CaseFacts, CaseFacts] | None:
    found = []
    for cold in evidence.of("array_size", "first_touch", pages="cold"):
        same = {**cold.params, "pages": "warm"}
        warm = [c for c in evidence.of("array_size", "first_touch", pages="warm") if dict(c.params) == same]
        warm = [c for c in warm if c.size_bytes == cold.size_bytes]
        if warm and cold.size_bytes:
            found.append((cold, warm[0]))
    return nearest(found, _TYPICAL_BYTES)


def _number(estimate: Estimate, case: CaseFacts) -> Number:
    words = interval_words(estimate, ns(estimate.interval.low), ns(estimate.interval.high))
    return Number(ns(estimate.value), f"stack of {case.name}, median of the lanes", words, case.name)


def _ratio(before: Estimate, after: Estimate, cold: CaseFacts, warm: CaseFacts) -> Number:
    """Of two cases, whose launches are not paired: the ends that their intervals allow."""
    low, high = before.interval.low / after.interval.high, before.interval.high / after.interval.low
    ratio = Estimate(before.value / after.value, Interval(low, high, before.interval.coverage, True), before.launches)
    words = interval_words(ratio, times(low), times(high))
    return Number(times(ratio.value), f"{cold.name} divided by {warm.name}, stack", words, cold.name)


def _on_the_heap(evidence: Evidence, cold: CaseFacts) -> tuple[Piece, ...]:
    arms = [arm for allocator in evidence.allocators if (arm := evidence.arm(cold, "heap", allocator))]
    timed: list[tuple[ArmResult, Estimate]] = [(arm, arm.estimate) for arm in arms if arm.estimate is not None]
    if not timed:
        return ("; no heap arm of it was timed",)
    doubt = " (contended)" if any(arm.contended for arm in arms) else ""
    low, *_, high = sorted([*timed, *timed], key=lambda each: each[1].value)
    words = [f"{arm.key.allocator}: {interval_words(each, ns(each.interval.low), ns(each.interval.high))}"
             for arm, each in ([low] if low is high else [low, high])]  # fmt: skip
    text = ns(low[1].value) if len(words) == 1 else ns_from_to(low[1].value, high[1].value)
    number = Number(text, f"heap of {cold.name}, least and most of the allocators", "; ".join(words), cold.name)
    return (", and ", number, " on the heap", doubt)


def _per_page(
    evidence: Evidence, before: Estimate, after: Estimate, cold: CaseFacts, warm: CaseFacts
) -> tuple[Piece, ...]:
    """The difference over the faults that were counted; nothing where none were."""
    faults = _stack_faults(evidence, cold) - _stack_faults(evidence, warm)
    if not faults >= 1:
        return ()
    low = (before.interval.low - after.interval.high) / faults
    high = (before.interval.high - after.interval.low) / faults
    each = Estimate((before.value - after.value) / faults, Interval(low, high, 0.0, True), before.launches)
    words = interval_words(each, ns(low), ns(high))
    of = f"{cold.name} less {warm.name}, stack, over {faults:.3g} page faults counted"
    return (": ", Number(ns(each.value), of, words, cold.name), " a page fault")


def _stack_faults(evidence: Evidence, case: CaseFacts) -> float:
    """Minor page faults per operation of the stack arm, the median; NaN where they were not counted."""
    rows = evidence.measured.run.rows
    mine = (rows["case"] == case.name) & (rows["arm"] == "stack") & (rows["build"] == evidence.measured.build)
    counted = rows["minor_faults_per_op"][mine].dropna()
    return statistics.median(counted.to_numpy(dtype=float)) if len(counted) else math.nan
