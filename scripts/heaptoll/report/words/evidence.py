"""What sentences are made of: the tolls of a run, and what may be claimed of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from heaptoll import summary
from heaptoll.charts.representatives import is_twin
from heaptoll.report import estimates
from heaptoll.report.dataset import Measured
from heaptoll.report.words import numbers
from heaptoll.report.words.sentence import Number, interval_words
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult


Write = Callable[[float], str]


class Sign(Enum):
    """Of a difference: above 0, below it, not to be told from it, or with too few launches to say."""

    MORE = "more"
    LESS = "less"
    ALIKE = "alike"
    UNSURE = "unsure"


def sign(estimate: Estimate) -> Sign:
    """By the 95 % interval alone."""
    if not estimate.interval.reached:
        return Sign.UNSURE
    if estimate.interval.low > 0:
        return Sign.MORE
    return Sign.LESS if estimate.interval.high < 0 else Sign.ALIKE


def apart(one: Estimate, other: Estimate) -> Sign:
    """How `one` lies to `other` where launches cannot be paired, as between two cases: more or less only where their
    intervals have nothing in common, which errs on the side of caution."""
    if not (one.interval.reached and other.interval.reached):
        return Sign.UNSURE
    if one.interval.low > other.interval.high:
        return Sign.MORE
    return Sign.LESS if one.interval.high < other.interval.low else Sign.ALIKE


@dataclass(frozen=True)
class Toll:
    """One lane's toll of a case. `heap`, `stack`: the two arms."""

    case: CaseFacts
    allocator: str
    ns: Estimate
    cycles: Estimate | None
    ratio: Estimate | None
    heap: ArmResult
    stack: ArmResult

    @property
    def contended(self) -> bool:
        return self.heap.contended or self.stack.contended

    @property
    def sign(self) -> Sign:
        return sign(self.ns)

    @property
    def by_launch(self) -> dict[int, float]:
        """In ns, of each launch that timed both."""
        return summary.toll_by_launch(self.heap, self.stack)

    def in_ns(self, *, size: bool = False) -> Number:
        """`size`: without its sign, for words that say it."""
        return self._number(self.ns, "toll", numbers.ns, size)

    def in_cycles(self, *, size: bool = False) -> Number | None:
        return None if self.cycles is None else self._number(self.cycles, "toll", numbers.cycles, size)

    def in_times(self) -> Number | None:
        return None if self.ratio is None else self._number(self.ratio, "heap divided by stack", numbers.times, False)

    def _number(self, estimate: Estimate, what: str, write: Write, size: bool) -> Number:
        value = abs(estimate.value) if size else estimate.value
        return Number(write(value), f"{what} of {self.case.name}, {self.allocator}",
                      interval_words(estimate, write(estimate.interval.low), write(estimate.interval.high)),
                      self.case.name)  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """A run's tolls, each computed once. Lanes without one have none: `Toll` is only what was timed."""

    measured: Measured
    _tolls: dict[tuple[str, str], Toll | None] = field(default_factory=dict, repr=False)

    @property
    def allocators(self) -> list[str]:
        return self.measured.allocators

    @property
    def cases(self) -> list[CaseFacts]:
        return self.measured.cases

    @property
    def go(self) -> Evidence | None:
        """The same of Go, whose one allocator is `go`; None where the run has none."""
        return None if self.measured.go is None else Evidence(self.measured.go.measured)

    def arm(self, case: CaseFacts, arm: str, allocator: str) -> ArmResult | None:
        found = self.measured.arms.get(ArmKey(case.name, arm, allocator))
        return None if found is None else found.ns

    def toll(self, case: CaseFacts, allocator: str) -> Toll | None:
        key = (case.name, allocator)
        if key not in self._tolls:
            self._tolls[key] = self._make(case, allocator)
        return self._tolls[key]

    def tolls(self, case: CaseFacts) -> list[Toll]:
        """Of every lane that has one, in the order of the allocators."""
        return [toll for allocator in self.allocators if (toll := self.toll(case, allocator)) is not None]

    def stack(self, case: CaseFacts) -> ArmResult | None:
        """The stack arm over all lanes, in which it is the same code."""
        return summary.across_lanes(
            arm for allocator in self.allocators if (arm := self.arm(case, "stack", allocator)) is not None
        )

    def of(self, scenario: str, variant: str, **params: str) -> list[CaseFacts]:
        """The cases of a variant that have these parameters, in the run's order; no dependent twins."""
        return [
            case
            for case in self.cases
            if (case.scenario, case.variant) == (scenario, variant)
            and params.items() <= case.params.items()
            and not is_twin(case)
        ]

    def _make(self, case: CaseFacts, allocator: str) -> Toll | None:
        pair = estimates.pair(self.measured.arms, case.name, allocator)
        if pair is None or pair.toll_ns is None:
            return None
        heap, stack = (self.measured.arms[ArmKey(case.name, arm, allocator)].ns for arm in ("heap", "stack"))
        return Toll(case, allocator, pair.toll_ns, pair.toll_cycles, pair.ratio, heap, stack)


def nearest(pairs: Iterable[tuple[CaseFacts, CaseFacts]], size_bytes: int) -> tuple[CaseFacts, CaseFacts] | None:
    """The pair whose cases' size is nearest to this one, on a logarithmic scale; of equals the first. None of none."""
    every = list(pairs)
    return min(every, key=lambda pair: abs(math.log2((pair[0].size_bytes or 1) / size_bytes))) if every else None


def by_sign(tolls: Iterable[Toll]) -> Mapping[Sign, list[Toll]]:
    """Every sign has a list."""
    found: dict[Sign, list[Toll]] = {each: [] for each in Sign}
    for toll in tolls:
        found[toll.sign].append(toll)
    return found
