"""Which allocator has the lowest toll, and which the highest, where that can be told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.representatives import representatives
from heaptoll.report.words.evidence import Evidence, Toll
from heaptoll.report.words.numbers import count, ns
from heaptoll.report.words.returned_pointer import small_case
from heaptoll.report.words.sentence import Name, Number, Piece, Sentence, Silence, interval_words, listed
from heaptoll.report.words.told_apart import Ranking, Rival, ranked

_ALL = "for all comparisons of this case together"
_ABOUT = "which allocator has the lowest toll"


def sentence(evidence: Evidence) -> Sentence | Silence:
    """Over variants, one case of each, and for one small block by how much."""
    if len(evidence.allocators) < 2:
        return Silence(_ABOUT, "the run has one allocator")
    lowest, highest = (_rankings(evidence, from_top) for from_top in (False, True))
    if not lowest:
        return Silence(_ABOUT, "no variant was timed under two allocators without contention")
    if not any(ranking.enough for ranking in lowest):
        launches = max(len(ranking.extreme.by_launch) for ranking in lowest)
        many = count(len(evidence.allocators), "allocator")
        return Silence(_ABOUT, f"{count(launches, 'launch is', 'launches are')} too few to tell {many} apart")
    alone = Counter(ranking.extreme.allocator for ranking in lowest if ranking.is_told)
    pieces: tuple[Piece, ...] = (
        f"Of {count(len(lowest), 'variant')}, one case of each, ", *_wins(alone, "lowest"), *_open(lowest),
    )  # fmt: skip
    dearest = Counter(ranking.extreme.allocator for ranking in highest if ranking.is_told)
    if dearest:
        pieces = (*pieces, "; ", *_wins(dearest, "highest"))
    return Sentence("cheapest", _head(alone, len(lowest)), (*pieces, ". ", *_small_block(evidence)), "heat_map")


def _rankings(evidence: Evidence, from_top: bool) -> list[Ranking]:
    """Of every variant with two lanes at least that are not contended."""
    cases = representatives(eligible_cases(evidence.measured.run, evidence.measured.build))
    found = (ranked([t for t in evidence.tolls(case) if not t.contended], from_top=from_top) for case in cases)
    return [ranking for ranking in found if ranking is not None]


def _wins(alone: Counter[str], word: str) -> tuple[Piece, ...]:
    """`tcmalloc has the lowest toll in 26, jemalloc in 2`; nothing for none."""
    if not alone:
        return (f"no allocator alone has the {word} toll in any",)
    (first, most), *others = sorted(alone.items(), key=lambda item: (-item[1], item[0]))
    rest = [(Name(name), f" in {wins}") for name, wins in others]
    return (*listed([(Name(first), f" alone has the {word} toll in {most}"), *rest]),)


def _open(rankings: Sequence[Ranking]) -> tuple[Piece, ...]:
    untold = sum(not ranking.is_told for ranking in rankings)
    return (f"; in {untold} the next is within 1 % of it, or cannot be told from it",) if untold else ()


def _head(alone: Counter[str], variants: int) -> tuple[Piece, ...]:
    if not alone:
        return ("No allocator is told to be the cheapest.",)
    name, wins = max(sorted(alone.items()), key=lambda item: item[1])
    if wins == variants:
        return (Name(name), " has the lowest toll everywhere.")
    if 2 * wins > variants:
        return (Name(name), " has the lowest toll most often.")
    return ("No allocator has the lowest toll most often.",)


def _small_block(evidence: Evidence) -> tuple[Piece, ...]:
    """By how much, launch by launch."""
    case = small_case(evidence)
    ranking = ranked([toll for toll in evidence.tolls(case) if not toll.contended]) if case else None
    if case is None or ranking is None or not ranking.enough:
        return ()
    told = [rival for rival in ranking.rivals if rival.told]
    if not told:
        return ("In ", Name(case.name, case.name), " no two can be told apart.")
    below = [(_apart(rival, ranking.extreme), " below ", Name(rival.toll.allocator)) for rival in told]
    alike = [toll.allocator for toll in ranking.alike if toll is not ranking.extreme]
    also: tuple[Piece, ...] = (", and not told from ", *listed((Name(name),) for name in alike)) if alike else ()
    return ("In ", Name(case.name, case.name), " ", Name(ranking.extreme.allocator), " is ", *listed(below), *also, ".")



def _apart(rival: Rival, lowest: Toll) -> Number:
    low, high = rival.apart.interval[:2]
    of = f"toll of {lowest.case.name}, {rival.toll.allocator} less {lowest.allocator}"
    return Number(ns(rival.apart.value), of, interval_words(rival.apart, ns(low), ns(high), _ALL), lowest.case.name)
