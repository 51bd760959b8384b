"""How often the gate was right, and how often not: counts over trials, with their intervals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from heaptoll.gate.selftest.mann_whitney import GbenchPair
from heaptoll.gate.selftest.trial import IN_CODE, NOTHING_PLANTED, PLANTED_ARM, Done, Kind, Place
from heaptoll.share import Share

NONE = Share(0, 0)


def _sum(shares: Iterable[Share]) -> Share:
    return sum(shares, NONE)


def chosen(done: Sequence[Done], kinds: Collection[Kind], dead_zone_percent: float | None = None) -> list[Done]:
    """The trials of these kinds, with that dead zone unless it is None."""
    return [
        each for each in done
        if each.trial.kind in kinds and dead_zone_percent in (None, each.trial.dead_zone_percent)
    ]  # fmt: skip


def false_reds(done: Iterable[Done]) -> Share:
    """Rows called slower or faster that no plant explains, of all comparisons. An inconclusive gate calls none anything,
    and is left out."""
    return _sum(
        Share(len(_false(each)), each.result.comparisons) for each in done if not each.result.inconclusive
    )


def _false(done: Done) -> list[Place]:
    return [place for place in {*done.result.all_red, *done.result.faster} if not done.trial.touches(place)]


def false_pairs(done: Iterable[Done]) -> Share:
    """Cases × allocators with a row called slower or faster that no plant explains, of all of them; without those with a
    plant."""
    return _sum(
        Share(
            len({place[:2] for place in _false(each) if place.case not in each.trial.planted}),
            each.result.pairs - len(each.trial.planted) * len(each.result.allocators),
        )
        for each in done
        if not each.result.inconclusive
    )


def false_runs(done: Iterable[Done]) -> Share:
    """Gates that were red although nothing was planted, of all such gates, inconclusive ones included."""
    return _sum(Share(bool(each.result.all_red), 1) for each in done if each.trial.kind in NOTHING_PLANTED)


def inconclusive(done: Iterable[Done]) -> Share:
    """Gates that said they could not tell."""
    return _sum(Share(each.result.inconclusive, 1) for each in done)


def found(done: Iterable[Done], percent: float | None = None) -> Share:
    """Planted cases × allocators whose heap arm went red, of all of them; those planted with `percent` unless it is
    None. What is in the code must be
    shown by the counts, whatever the clock says; without counts it was not tried. An inconclusive gate has found nothing."""
    return _sum(_found(each) for each in done if percent in (None, each.trial.planted_percent))


def _found(done: Done) -> Share:
    trial, result = done.trial, done.result
    if trial.kind in IN_CODE and result.counts_missing:
        return NONE
    places = [Place(case, allocator, PLANTED_ARM) for case in trial.planted for allocator in result.allocators]
    red = frozenset(result.counted_more) if trial.kind in IN_CODE else result.all_red
    return Share(sum(place in red for place in places), len(places))


def gbench_share(pairs: Iterable[GbenchPair], percent: float) -> Share:
    """Of Google Benchmark's pairs with this plant, how many its tool calls slower; with 0 how many it calls different."""
    return _sum(
        Share(pair.found if percent else pair.alarm, 1) for pair in pairs if pair.planted_percent == percent
    )


def seconds_per_case(done: Iterable[Done]) -> list[float]:
    """Of every trial, the seconds of measuring for each case and allocator, all measurements."""
    return [each.result.seconds_per_case for each in done if each.result.cases]


def median(values: Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else float("nan")
