"""The contents of composition: for each toll what the heap arm adds of what can be counted, and nothing that cannot.

A toll has no parts that add up: instructions overlap, and the core waits while it works. So nothing is split; each
quantity stands in a column of its own, heap minus stack, paired by launch like the toll itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import pandas as pd

from heaptoll import columns, statistics
from heaptoll.charts.dumbbell_rows import Row
from heaptoll.counts.of_run import CountedArm
from heaptoll.measurements import Run
from heaptoll.summary import ArmKey, ArmResult

NOT_COUNTED = "not counted"
MOST_COUNTERS = 2
# Which of the columns.
CYCLES = 0
INSTRUCTIONS = 1
FIRST_COUNTER = 4
# Counters that a column of its own stands for already.
_OWN_COLUMN = ("cycles", "instructions", "page-faults", "minor-faults")


class Known(Enum):
    """What the two ends of a part are."""

    EXACTLY = "exact"
    INTERVAL = "95 % interval"
    RANGE = "range of too few launches"


@dataclass(frozen=True)
class Part:
    """How much of something the heap arm adds per operation, with its interval, which has no width for exact counts.
    `known`: where so few launches give no 95 % interval it is the range of them all."""

    value: float
    low: float
    high: float
    known: Known


@dataclass(frozen=True)
class Column:
    """One quantity: two lines that name it, whether its scale is logarithmic, and its parts by case and allocator."""

    heading: tuple[str, str]
    logarithmic: bool
    parts: Mapping[tuple[str, str], Part]


Series = Mapping[ArmKey, Mapping[int, float]]


def find_columns(
    run: Run, build: str, rows: Sequence[tuple[str, Row]], counted: Mapping[CountedArm, float]
) -> list[Column]:
    """The columns for rows of cases; one without parts has nothing in this run. `rows`: case and row."""

    ours = run.rows[(run.rows["build"] == build) & run.rows["case"].isin({case for case, _ in rows})]

    def of(column: str) -> dict[tuple[str, str], Part]:
        series = _series(ours, column)
        found = {(case, row.allocator): _toll(series, row.stack, row.heap) for case, row in rows}
        return {key: part for key, part in found.items() if part is not None}

    cycles = of("cycles_median")
    names = _counters(run)
    by_hardware = names.pop("instructions", None)
    # Never a mixture: hardware may count the kernel's too.
    instructions = _exact(rows, counted) or (of(by_hardware) if by_hardware else {})
    others = [name for name in names if name not in _OWN_COLUMN]
    others.sort(key=lambda name: "miss" not in name)
    more = [Column(_heading(name), False, of(names[name])) for name in others[:MOST_COUNTERS]]
    return [
        Column(("extra", "core cycles"), True, cycles),
        Column(("extra", "instructions"), True, instructions),
        Column(("instructions", "per cycle"), False, _per_cycle(instructions, cycles)),
        Column(("extra", "page faults"), False, of("minor_faults_per_op")),
        *(more or [Column(("cache and", "branch misses"), False, {})]),
    ]


def further_counters(run: Run) -> list[str]:
    """The counters that were counted and have no column."""
    others = [name for name in _counters(run) if name not in _OWN_COLUMN]
    return sorted(others, key=lambda name: "miss" not in name)[MOST_COUNTERS:]


def blocks_taken(run: Run, build: str, case: str) -> str:
    """What an operation of a case takes from the heap, by the audit, in words; empty where that is not known."""
    rows = run.rows[(run.rows["case"] == case) & (run.rows["build"] == build) & (run.rows["arm"] == "heap")]
    numbers, sizes = (rows[name].dropna() for name in ("allocs_per_op", "alloc_bytes_per_op"))
    if not len(numbers) or not len(sizes):
        return ""
    number, size = _range(numbers.min(), numbers.max()), _range(sizes.min(), sizes.max())
    return f"{number} block{'' if number == '1' else 's'}, {size} byte{'' if size == '1' else 's'} per operation"


def number_words(value: float) -> str:
    """A count with about three digits."""
    magnitude = abs(value)
    if magnitude >= 1e6 or 0 < magnitude < 0.001:
        text = f"{magnitude:.2g}"
    elif magnitude >= 100:
        text = f"{magnitude:.0f}"
    else:
        text = f"{magnitude:.{1 if magnitude >= 10 else 2 if magnitude >= 0.1 else 3}f}"
        text = text.rstrip("0").rstrip(".") if magnitude == round(magnitude) else text
    return text if value >= 0 or float(text) == 0 else f"\N{MINUS SIGN}{text}"


def _range(low: float, high: float) -> str:
    """Whole numbers in full: these are exact."""
    texts = [f"{value:.0f}" if value == round(value) and value < 1e6 else number_words(value) for value in (low, high)]
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"


def _counters(run: Run) -> dict[str, str]:
    """The run's hardware counters that were counted somewhere: the column of each, by its name."""
    return {
        name.removeprefix(columns.COUNTER_PREFIX).replace("_", "-"): name
        for name in run.rows.columns
        if name.startswith(columns.COUNTER_PREFIX) and run.rows[name].notna().any()
    }


def _heading(name: str) -> tuple[str, str]:
    """A counter's name on two lines: `extra L1 dcache`, `load misses`."""
    words = ["extra", *name.split("-")]
    return " ".join(words[:-2] or words[:1]), " ".join(words[-2:] if len(words) > 2 else words[1:])


def _series(rows: pd.DataFrame, column: str) -> Series:
    """The values of a column by arm and launch, where there are any."""
    rows = rows[np.isfinite(rows[column])]
    series: dict[ArmKey, dict[int, float]] = {}
    wanted = ("case", "arm", "allocator", "launch", column)
    for case, arm, allocator, launch, value in zip(*(rows[name].tolist() for name in wanted)):
        series.setdefault(ArmKey(case, arm, allocator), {})[launch] = value
    return series


def _toll(series: Series, stack: ArmResult | None, heap: ArmResult | None) -> Part | None:
    """Over the launches that count for the toll in time."""
    if stack is None or heap is None:
        return None
    of_heap, of_stack = (
        {launch: value for launch, value in series.get(arm.key, {}).items() if launch in arm.ns_by_launch}
        for arm in (heap, stack)
    )
    tolls = statistics.toll_per_launch(of_heap, of_stack)
    if not len(tolls):
        return None
    estimate = statistics.estimate(tolls)
    known = Known.INTERVAL if estimate.interval.reached else Known.RANGE
    return Part(estimate.value, estimate.interval.low, estimate.interval.high, known)


def _exact(rows: Sequence[tuple[str, Row]], counted: Mapping[CountedArm, float]) -> dict[tuple[str, str], Part]:
    parts = {}
    for case, row in rows:
        heap, stack = (counted.get(CountedArm(case, arm, row.allocator)) for arm in ("heap", "stack"))
        if heap is not None and stack is not None:
            parts[case, row.allocator] = Part(heap - stack, heap - stack, heap - stack, Known.EXACTLY)
    return parts


def _per_cycle(
    instructions: Mapping[tuple[str, str], Part], cycles: Mapping[tuple[str, str], Part]
) -> dict[tuple[str, str], Part]:
    """Only where the heap takes more of both for certain: there is nothing to divide otherwise."""
    parts = {}
    for key in instructions.keys() & cycles.keys():
        count, time = instructions[key], cycles[key]
        if count.low > 0 and time.low > 0 and math.isfinite(count.high / time.low):
            known = Known.RANGE if Known.RANGE in (count.known, time.known) else Known.INTERVAL
            parts[key] = Part(count.value / time.value, count.low / time.high, count.high / time.low, known)
    return parts
