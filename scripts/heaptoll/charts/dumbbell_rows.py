"""The contents of a chart of dumbbells: a block per case, a row per allocator, and the words for each toll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from heaptoll import summary
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult
from heaptoll.units import format_bytes, format_difference_ns

_PAIR = ("stack", "heap")
_NOT_SHOWN = ("null",)
SHORT_INTERVAL = "†"


@dataclass(frozen=True)
class Row:
    """One allocator's lane of one case."""

    allocator: str
    stack: ArmResult | None
    heap: ArmResult | None
    extras: tuple[ArmResult, ...]
    toll: Estimate | None

    @property
    def words(self) -> tuple[str, str]:
        """The toll and its interval, or, in place of the interval, why there is none."""
        if self.toll is not None:
            low, high, _, reached = self.toll.interval
            value, interval = format_difference_ns(self.toll.value, low, high)
            return value, interval if reached else interval + SHORT_INTERVAL
        if not self.arms:
            return "–", "not measured"
        if self.skipped is not None:
            return "–", "skipped"
        for arm, result in zip(_PAIR, (self.stack, self.heap)):
            if result is None:
                return "–", f"{arm} not measured"
            if not result.ns_by_launch:
                return "–", f"{arm} {result.failures[0].status}"
        return "–", "no launch in common"

    @property
    def skipped(self) -> str | None:
        """The reason, when the whole pair was skipped."""
        reasons = [_skipped(arm) for arm in (self.stack, self.heap)]
        return reasons[0] if None not in reasons else None

    @property
    def contended(self) -> bool:
        return any(arm.contended for arm in (self.stack, self.heap) if arm is not None)

    @property
    def arms(self) -> list[ArmResult]:
        return [arm for arm in (self.stack, self.heap, *self.extras) if arm is not None]


@dataclass(frozen=True)
class Block:
    case: CaseFacts
    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        """The case's name below its scenario, and its size where the name does not tell it."""
        name = self.case.name.removeprefix(self.case.scenario + "/")
        size = self.case.size_bytes
        if size is None or str(size) in name.split("/"):
            return name
        return f"{name} ({format_bytes(size)})"

    @property
    def skipped(self) -> str | None:
        """The reason, when the pair was skipped in every lane for the same one."""
        reasons = {row.skipped for row in self.rows}
        return reasons.pop() if len(reasons) == 1 else None

    @property
    def extra_arms(self) -> list[str]:
        return list(dict.fromkeys(extra.key.arm for row in self.rows for extra in row.extras))


def _skipped(arm: ArmResult | None) -> str | None:
    if arm is None or arm.ns_by_launch or {failure.status for failure in arm.failures} != {"skipped"}:
        return None
    return arm.failures[0].reason


def eligible_cases(run: Run, build: str) -> list[CaseFacts]:
    """The cases that have rows of a stack and of a heap arm, whatever became of them.

    Of a variant that has none, those without any rows: the run set out to measure them, and a chart that
    left them out would hide that it did not.
    """
    rows = run.rows[run.rows["build"] == build]
    stack, heap = (set(rows["case"][rows["arm"] == arm].unique()) for arm in _PAIR)
    measured = set(rows["case"].unique())
    cases = run.cases()
    with_pair = {(case.scenario, case.variant) for case in cases if case.name in stack & heap}
    return [
        case
        for case in cases
        if case.name in stack & heap
        or (case.name not in measured and (case.scenario, case.variant) not in with_pair)
    ]


def make_block(case: CaseFacts, allocators: Sequence[str], results: Mapping[ArmKey, ArmResult]) -> Block:
    rows = []
    for allocator in allocators:
        arms = {k.arm: r for k, r in results.items() if k.case == case.name and k.allocator == allocator}
        stack, heap = (arms.get(arm) for arm in _PAIR)
        extras = tuple(arms[arm] for arm in arms if arm not in (*_PAIR, *_NOT_SHOWN))
        rows.append(Row(allocator, stack, heap, extras, summary.toll(heap, stack)))
    return Block(case, tuple(rows))


def shown_keys(blocks: Iterable[Block]) -> list[ArmKey]:
    """What the chart should show: the pair in every lane, and what other arms there are."""
    keys = []
    for block in blocks:
        for row in block.rows:
            arms = (*_PAIR, *(extra.key.arm for extra in row.extras))
            keys += [ArmKey(block.case.name, arm, row.allocator) for arm in arms]
    return keys
