"""The contents of the heat map: a row per variant, and for each allocator how its toll compares with the lowest.

A ratio of tolls has a meaning only where the lowest one is clearly above 0: 4 ns against 2 ns is twice the toll, 4 ns
against something that may be 0 or less is not any number of times. Such rows compare without ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heaptoll import summary
from heaptoll.charts.dumbbell_rows import Block, Row, eligible_cases, make_block
from heaptoll.charts.representatives import representatives
from heaptoll.measurements import Run
from heaptoll.statistics import Estimate, overlap
from heaptoll.summary import ArmKey, ArmResult

NEGLIGIBLE_NS = 0.1  # a third of a core cycle


@dataclass(frozen=True)
class Cell:
    """One allocator's toll of one case, which is None where `lane` tells why.

    `times`: the toll divided by the lowest of the row; None where that has no meaning. `lowest`: whether it is the
    lowest itself; `alike`: whether it is another one that cannot be told from it, as the intervals overlap. `alone`:
    whether it is the only toll of the row, and so neither.
    """

    lane: Row
    times: float | None
    lowest: bool
    alike: bool
    alone: bool = False

    @property
    def toll(self) -> Estimate | None:
        return self.lane.toll

    @property
    def wins(self) -> bool:
        return self.lowest or self.alike


@dataclass(frozen=True)
class HeatRow:
    block: Block
    cells: tuple[Cell, ...]

    @property
    def compares(self) -> bool:
        """Whether there are two tolls at least, so that one can be the lowest."""
        return sum(cell.toll is not None for cell in self.cells) > 1


def find_heat_rows(
    run: Run, build: str, allocators: Sequence[str]
) -> tuple[list[HeatRow], Mapping[ArmKey, ArmResult]]:
    """A row for each variant of which the run has a pair, in the run's order, and the results behind them."""
    cases = representatives(eligible_cases(run, build))
    results = summary.summarise(run, [case.name for case in cases], build)
    return [heat_row(make_block(case, allocators, results)) for case in cases], results


def heat_row(block: Block) -> HeatRow:
    """Compares the lanes of a block."""
    tolls = [lane.toll for lane in block.rows if lane.toll is not None]
    if len(tolls) < 2:
        return HeatRow(block, tuple(Cell(lane, None, False, False, alone=lane.toll is not None) for lane in block.rows))
    lowest = min(tolls, key=lambda toll: toll.value)
    return HeatRow(block, tuple(compared(lane, lowest) for lane in block.rows))


def sign(toll: Estimate) -> int:
    """Whether a toll is below 0, above it, or, as 0, not to be told from it."""
    low, high = toll.interval.low, toll.interval.high
    if low <= 0 <= high or abs(toll.value) < NEGLIGIBLE_NS:
        return 0
    return 1 if low > 0 else -1


def compared(lane: Row, lowest: Estimate) -> Cell:
    """A lane beside the one whose toll is the lowest."""
    toll = lane.toll
    if toll is None:
        return Cell(lane, None, lowest=False, alike=False)
    is_lowest = toll.value == lowest.value
    return Cell(
        lane,
        toll.value / lowest.value if sign(lowest) > 0 else None,
        lowest=is_lowest,
        alike=not is_lowest and not _told_apart(toll, lowest),
    )


def _told_apart(one: Estimate, other: Estimate) -> bool:
    """The interval of a single launch is a point, which says nothing of the next one."""
    return min(one.launches, other.launches) > 1 and not overlap(one.interval, other.interval)
