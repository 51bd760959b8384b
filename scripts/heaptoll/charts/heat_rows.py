"""The contents of the heat map: a row per variant, and for each allocator how its toll compares with the lowest.

Lanes of one launch ran in the same milliseconds, with the same drawn offsets. So two tolls are told apart by their
difference in each launch, and not by their intervals, in which what launches have in common is counted twice: where the
order-statistic interval of the median difference lies above 0. The lowest toll is chosen by the same data and held
against each of k - 1 others, so that these intervals are of 1 - 5 % / (k - 1) each (Bonferroni). The toll that is truly
the lowest is left out of the marked ones only if such an interval puts it above the one that seems lowest, and so with
5 % probability at most, whichever that is. (Selecting a subset that contains the best: S. S. Gupta, On some multiple
decision (selection and ranking) rules, Technometrics 7 (1965) 225-245.)

A ratio of tolls has a meaning only where the lowest one is clearly above 0: 4 ns against 2 ns is twice the toll, 4 ns
against something that may be 0 or less is not any number of times. Such rows compare without ratios.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heaptoll import statistics, summary
from heaptoll.charts.dumbbell_rows import Block, Row, eligible_cases, make_block
from heaptoll.charts.representatives import representatives
from heaptoll.measurements import Run
from heaptoll.statistics import CONFIDENCE, Estimate, Interval
from heaptoll.summary import ArmKey, ArmResult

NEGLIGIBLE_NS = 0.1  # a third of a core cycle


@dataclass(frozen=True)
class Cell:
    """One allocator's toll of one case, which is None where `lane` tells why.

    `times`: the toll divided by the lowest of the row; None where that has no meaning. `lowest`: whether it is the
    lowest itself; `alike`: whether it is another one that cannot be told from it. `above`: of any other one, the
    interval of its difference from the lowest, launch by launch; None where fewer than two launches have both. `alone`:
    whether it is the only toll of the row, and so neither.
    """

    lane: Row
    times: float | None
    lowest: bool
    alike: bool
    alone: bool = False
    above: Interval | None = None

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
    lowest = min((lane for lane in block.rows if lane.toll is not None), key=_value)
    confidence = confidence_among(len(tolls))
    return HeatRow(block, tuple(compared(lane, lowest, confidence) for lane in block.rows))


def confidence_among(lanes: int) -> float:
    """What each difference from the lowest of so many tolls, two at least, must have."""
    return 1 - (1 - CONFIDENCE) / (lanes - 1)


def _value(lane: Row) -> float:
    return lane.toll.value if lane.toll is not None else math.inf


def sign(toll: Estimate) -> int:
    """Whether a toll is below 0, above it, or, as 0, not to be told from it."""
    low, high = toll.interval.low, toll.interval.high
    if low <= 0 <= high or abs(toll.value) < NEGLIGIBLE_NS:
        return 0
    return 1 if low > 0 else -1


def compared(lane: Row, lowest: Row, confidence: float) -> Cell:
    """A lane beside the one whose toll is the lowest."""
    toll, least = lane.toll, lowest.toll
    if toll is None or least is None:
        return Cell(lane, None, lowest=False, alike=False)
    above = None if lane is lowest else _difference(lane, lowest, confidence)
    return Cell(
        lane,
        toll.value / least.value if sign(least) > 0 else None,
        lowest=toll.value == least.value,
        alike=toll.value != least.value and not _is_above(above),
        above=above,
    )


def _difference(lane: Row, lowest: Row, confidence: float) -> Interval | None:
    """Of the toll of a lane less that of the lowest, in each launch that has both; None with fewer than two: the
    interval of a single launch is a point, which says nothing of the next one."""
    tolls, lows = (summary.toll_by_launch(each.heap, each.stack) for each in (lane, lowest))
    differences = [toll - lows[launch] for launch, toll in tolls.items() if launch in lows]
    return statistics.order_statistic_interval(differences, confidence) if len(differences) > 1 else None


def _is_above(difference: Interval | None) -> bool:
    return difference is not None and difference.low > 0
