"""What the counts of base and head say, row by row: pure, without a program to run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heaptoll.gate.counts_readings import Allocated, CountsResult, Reading, ReadingPair

MORE, FEWER, EQUAL, INEXACT, SKIPPED, UNCOUNTED = "more", "fewer", "equal", "inexact", "skipped", "uncounted"


@dataclass(frozen=True)
class Thresholds:
    """More than this much more is red: instructions in per cent of base's, allocations per operation."""

    instructions_percent: float = 0.5
    allocs_per_op: float = 0.0


@dataclass(frozen=True)
class CountRow:
    """One arm of a case in one pair of lanes. What was not counted is None.

    Figures are per operation and exact: an operation count is a power of two. `*_bytes_per_op` are those taken from the
    heap. `exact_*`: every pass of that side counted the same; None where nothing was counted. `status`:

    - `more`: instructions, allocations or bytes, any of them, whatever happens to the others;
    - `fewer`: some of them, and none more;
    - `equal`: all of them the same, to the last one;
    - `inexact`: nothing is more or fewer but what did not repeat in one of the sides; never red;
    - `skipped`: it cannot be run here, on one side at least;
    - `uncounted`: it crashed, hung, or what was counted is not complete; what there is may be red.

    `reason` says why in words; empty for `equal`.
    """

    case: str
    arm: str
    allocator: str
    operations: int
    base_instructions_per_op: float | None
    head_instructions_per_op: float | None
    instructions_change: float | None
    instructions_change_percent: float | None
    base_allocs_per_op: float | None
    head_allocs_per_op: float | None
    allocs_change: float | None
    base_bytes_per_op: float | None
    head_bytes_per_op: float | None
    bytes_change: float | None
    exact_base: bool | None
    exact_head: bool | None
    status: str
    red: bool
    reason: str


def differences(result: CountsResult, thresholds: Thresholds = Thresholds()) -> list[CountRow]:
    """A row for every pair that was to be counted, in the same order."""
    return [_row(pair, thresholds) for pair in result.pairs]


def red(rows: list[CountRow]) -> list[CountRow]:
    """What is over a threshold."""
    return [row for row in rows if row.red]


def uncounted(rows: list[CountRow]) -> list[CountRow]:
    """What should have been counted and was not: a gate that must count has not done so."""
    return [row for row in rows if row.status == UNCOUNTED]


@dataclass(frozen=True)
class _Figure:
    """One kind of count on both sides, and whether it repeats. `base` and `head` are None where there is none."""

    what: str
    base: float | None
    head: float | None
    base_repeats: bool
    head_repeats: bool
    passes: str  # all of them in words, for what does not repeat

    @property
    def repeats(self) -> bool:
        return self.base_repeats and self.head_repeats

    @property
    def change(self) -> float | None:
        return None if self.base is None or self.head is None else self.head - self.base

    @property
    def percent(self) -> float | None:
        """Of base's; None where that is none or 0."""
        return None if self.change is None or not self.base else 100 * self.change / self.base

    @property
    def certain_change(self) -> float:
        """The change if it repeats; 0 if it may be chance."""
        return self.change if self.change is not None and self.repeats else 0.0


def _figure(what: str, base: list[float | None], head: list[float | None]) -> _Figure:
    return _Figure(
        what, base[0] if base else None, head[0] if head else None, len(set(base)) <= 1, len(set(head)) <= 1,
        f"base {_either(base)}, head {_either(head)} {what}",
    )  # fmt: skip


def _either(values: list[float | None]) -> str:
    return " or ".join(dict.fromkeys("nothing" if value is None else f"{value:g}" for value in values)) or "nothing"


def _instructions(reading: Reading) -> list[float | None]:
    return [total / reading.operations for total in reading.instructions]


def _audits(reading: Reading, of: Callable[[Allocated], float | None]) -> list[float | None]:
    return [of(one) for one in reading.allocated]


def _row(pair: ReadingPair, thresholds: Thresholds) -> CountRow:
    base, head = pair.base, pair.head
    instructions = _figure("instructions", _instructions(base), _instructions(head))
    allocs, size = (
        _figure(what, _audits(base, of), _audits(head, of))
        for what, of in (("allocations", lambda one: one.allocs_per_op), ("bytes", lambda one: one.bytes_per_op))
    )
    figures = (instructions, allocs, size)
    status, reason = _verdict(base, head, figures)
    over = _over(instructions, allocs, thresholds)
    counted = instructions.base is not None and instructions.head is not None
    return CountRow(
        pair.case, pair.arm, pair.allocator, base.operations,
        instructions.base, instructions.head, instructions.change, instructions.percent,
        allocs.base, allocs.head, allocs.change, size.base, size.head, size.change,
        all(each.base_repeats for each in figures) if counted else None,
        all(each.head_repeats for each in figures) if counted else None,
        status, bool(over), "; ".join([*over, *([reason] if reason else [])]),
    )  # fmt: skip


def _over(instructions: _Figure, allocs: _Figure, thresholds: Thresholds) -> list[str]:
    """What is over its threshold, in words."""
    over = []
    if allocs.certain_change > thresholds.allocs_per_op:
        over.append(f"{allocs.certain_change:+g} allocations per operation")
    more = instructions.certain_change
    if more > 0 and more > (instructions.base or 0.0) * thresholds.instructions_percent / 100:
        over.append(f"{more:+g} instructions per operation, over {thresholds.instructions_percent:g} %")
    return over


def _verdict(base: Reading, head: Reading, figures: tuple[_Figure, ...]) -> tuple[str, str]:
    """Status and the reason for it, without what is over a threshold."""
    sides = (("base", base), ("head", head))
    failed = [f"{name}: {side.status}: {side.reason}" for name, side in sides if side.status not in ("ok", "skipped")]
    if failed:
        return UNCOUNTED, "; ".join(failed)
    skipped = [f"{name}: {side.reason}" for name, side in sides if side.status == "skipped"]
    if skipped:
        return SKIPPED, "; ".join(skipped)
    missing = [figure.what for figure in figures if figure.change is None]
    notes = [f"{name}: dishonest: {side.dishonest}" for name, side in sides if side.dishonest]
    if missing:
        return UNCOUNTED, "; ".join([f"no {' and no '.join(missing)} of both sides", *notes])
    notes += [f"does not repeat: {figure.passes}" for figure in figures if not figure.repeats]
    changes = [figure.certain_change for figure in figures]
    if any(change > 0 for change in changes):
        return MORE, "; ".join(notes)
    if any(change < 0 for change in changes):
        return FEWER, "; ".join(notes)
    return (EQUAL if all(figure.repeats for figure in figures) else INEXACT), "; ".join(notes)
