"""Whether it matters how one small block escapes: the same block in every variant that has it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.representatives import is_twin, representatives
from heaptoll.report.words.evidence import Evidence, Sign, Toll
from heaptoll.report.words.numbers import count, cycles, ns, ns_from_to
from heaptoll.report.words.sentence import Name, Number, Piece, Sentence, Silence, listed
from heaptoll.run_facts import CaseFacts

_FEWEST = 4
_BYTES = (8, 128)


def sentence(evidence: Evidence) -> Sentence | Silence:
    """Medians over variants, one case of each: a dense sweep of sizes counts once. Needs four variants of two
    scenarios, timed and not contended under every allocator."""
    cases = [case for case in _one_small_block(evidence) if _is_whole(evidence, case)]
    scenarios = len({case.scenario for case in cases})
    if len(cases) < _FEWEST or scenarios < 2:
        why = f"that needs {_FEWEST} variants of two scenarios with one such block, launches enough, and quiet"
        return Silence("whether it matters how a small block escapes", why)
    found = [_Lane(name, [t for case in cases if (t := evidence.toll(case, name))]) for name in evidence.allocators]
    what = f"In {count(len(cases), 'variant')} of {scenarios} scenarios, each with one block of 8 to 128 bytes, "
    medians = listed(_words(lane, first=not i) for i, lane in enumerate(found))
    return Sentence("small-blocks", _head(found), (what, "the median toll is ", *medians, "."), "forest")


class _Lane:
    """One allocator over all cases. Quartiles in ns, and in core cycles where every case tells them."""

    def __init__(self, allocator: str, tolls: Sequence[Toll]) -> None:
        self.allocator = allocator
        self.ns = _quartiles([toll.ns.value for toll in tolls])
        self.cycles = None
        if all(toll.cycles for toll in tolls):
            self.cycles = _quartiles([toll.cycles.value for toll in tolls if toll.cycles])
        self.of = f"median toll of {count(len(tolls), 'case')} of 8 to 128 bytes, {allocator}"
        self.spread = f"half of the cases {ns_from_to(self.ns[0], self.ns[2])}; not an interval, but their quartiles"


def _quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)


def _words(lane: _Lane, first: bool) -> tuple[Piece, ...]:
    low, middle, high = lane.ns
    half = "half of them " if first else ""
    return (Number(ns(middle), lane.of, lane.spread), f" ({half}{ns_from_to(low, high)}) with ", Name(lane.allocator))


def _head(found: Sequence[_Lane]) -> tuple[Piece, ...]:
    if any(lane.cycles is None for lane in found):
        return ("However it escapes.",)
    lowest, *_, highest = sorted([*found, *found], key=lambda lane: lane.cycles[1] if lane.cycles else 0.0)
    ends = [cycles(lane.cycles[1]) for lane in (lowest, highest) if lane.cycles]
    text = ends[1] if ends[0] == ends[1] else f"{ends[0].split()[0]} to {ends[1]}"
    return ("However it escapes, about ", Number(text, f"medians: {lowest.of}, and {highest.of}", highest.spread), ".")


def _one_small_block(evidence: Evidence) -> list[CaseFacts]:
    """A case per variant that takes one block an operation on the heap and none on the stack, as the audit counted."""
    blocks = _blocks(evidence)
    low, high = _BYTES
    return representatives(
        case
        for case in eligible_cases(evidence.measured.run, evidence.measured.build)
        if low <= (case.size_bytes or 0) <= high and not is_twin(case)
        and blocks.get((case.name, "heap")) == 1 and blocks.get((case.name, "stack")) == 0
    )  # fmt: skip


def _blocks(evidence: Evidence) -> dict[tuple[str, str], float]:
    """Blocks per operation of each case and arm; they are the same in all lanes and launches."""
    rows = evidence.measured.run.rows
    rows = rows[rows["build"] == evidence.measured.build]
    counted = rows.groupby(["case", "arm"], observed=True)["allocs_per_op"].median()
    return {(str(case), str(arm)): float(value) for (case, arm), value in counted.items()}


def _is_whole(evidence: Evidence, case: CaseFacts) -> bool:
    tolls = evidence.tolls(case)
    return len(tolls) == len(evidence.allocators) and not any(t.contended or t.sign is Sign.UNSURE for t in tolls)
