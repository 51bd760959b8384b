"""The verdicts on everything that one command compares.

- The change and its interval are those of one comparison by itself, at the confidence asked for.
- `slower`: the change is beyond the dead zone, with a two-sided p-value (twice the smaller of the one-sided two) that
  Holm's correction over everything compared in the call leaves at 1 - confidence or below. `faster`: likewise.
- `same`: the interval lies within the dead zone.
- `unsure`: anything else, and whatever is in doubt for another reason. The note says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from heaptoll.statistics import CONFIDENCE
from heaptoll.verdict import batch, rank_sum
from heaptoll.verdict.batch import Changes
from heaptoll.verdict.comparison import TOLL, Comparison, Sample
from heaptoll.verdict.holm import holm
from heaptoll.verdict.zone import DeadZone

__all__ = ["Comparison", "Row", "Sample", "Verdict", "judge"]

_MOST_LAUNCHES = 1000  # more are not worth advising


class Verdict(Enum):
    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Row:
    """One comparison, judged. Times are ns per operation.

    `base_ns`, `head_ns`: medians. `change_ns`: the median of the differences, of the pairs where there are pairs and of
    all where there are none; it need not be the difference of the medians. `low_ns`, `high_ns`: its interval. The
    percentages are of `base_ns`; None for a toll, and where the base takes no time. `p`: two-sided, of a change beyond
    the zone of `zone_ns`, adjusted.
    """

    case: str
    allocator: str
    arm: str
    base_ns: float
    head_ns: float
    change_ns: float
    change_percent: float | None
    low_ns: float
    high_ns: float
    low_percent: float | None
    high_percent: float | None
    zone_ns: float
    base_launches: int
    head_launches: int
    p: float
    verdict: Verdict
    note: str


def judge(
    comparisons: Sequence[Comparison], zone: DeadZone, confidence: float = CONFIDENCE, level: float | None = None
) -> list[Row]:
    """One row per comparison, in their order.

    `level`: the chance of even one false `slower` or `faster` in this call, 1 - confidence unless it is given; one who
    judges twice gives each its part. Raises ValueError for a comparison in which no launch counts on one side, or no pair of launches, which belongs
    among what only one side has; and for values that are not finite.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    found = _found(comparisons, zone, confidence)
    p = holm([each.p for each in found])
    alpha = 1 - confidence if level is None else level
    left = len(found) - sum(adjusted <= alpha for adjusted in p)
    return [
        _row(comparison, each, adjusted, left, confidence, alpha)
        for comparison, each, adjusted in zip(comparisons, found, p)
    ]  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """What the numbers of one comparison say by themselves; `p` is two-sided and not adjusted."""

    base_ns: float
    head_ns: float
    change_ns: float
    low_ns: float
    high_ns: float
    zone_ns: float
    sizes: tuple[int, int]
    p: float
    slower: bool  # else faster, if the p-value is small
    reached: bool


def _found(comparisons: Sequence[Comparison], zone: DeadZone, confidence: float) -> list[_Found]:
    """In batches of as many values, because one at a time takes numpy a minute for a hundred thousand."""
    values = [comparison.sample.values() for comparison in comparisons]
    alike: dict[tuple[bool, int, int], list[int]] = {}
    for i, (comparison, (base, head)) in enumerate(zip(comparisons, values)):
        if not len(base) or not len(head):
            raise ValueError(f"{comparison.case}, {comparison.arm}, {comparison.allocator}: nothing to compare")
        alike.setdefault((comparison.sample.paired, len(base), len(head)), []).append(i)
    found: dict[int, _Found] = {}
    for (is_paired, *_), members in alike.items():
        bases, heads = np.stack([values[i][0] for i in members]), np.stack([values[i][1] for i in members])
        if not np.all(np.isfinite(bases)) or not np.all(np.isfinite(heads)):
            raise ValueError("expected finite values only")
        references = [comparisons[i].reference_ns for i in members]
        found |= zip(members, _batch(bases, heads, references, zone, is_paired, confidence))
    return [found[i] for i in range(len(comparisons))]


def _batch(
    bases: NDArray[np.float64], heads: NDArray[np.float64], references: Sequence[float | None], zone: DeadZone,
    is_paired: bool, confidence: float,
) -> list[_Found]:  # fmt: skip
    base_ns, head_ns = np.median(bases, axis=1).tolist(), np.median(heads, axis=1).tolist()
    zones = [zone.ns(own if given is None else given) for own, given in zip(base_ns, references)]
    find = batch.paired if is_paired else batch.unpaired
    changes: Changes = find(bases, heads, np.array(zones), confidence)
    two_sided = np.minimum(2 * np.minimum(changes.p_slower, changes.p_faster), 1.0).tolist()
    slower = (changes.p_slower <= changes.p_faster).tolist()
    sizes = bases.shape[1], heads.shape[1]
    columns = zip(
        base_ns, head_ns, changes.value.tolist(), changes.low.tolist(), changes.high.tolist(), zones, two_sided, slower
    )
    return [
        _Found(base, head, change, low, high, around, sizes, p, is_slower, changes.reached)
        for base, head, change, low, high, around, p, is_slower in columns
    ]


def _row(
    comparison: Comparison, found: _Found, p: float, left: int, confidence: float, alpha: float
) -> Row:
    verdict, note = _verdict(comparison, found, p, left, confidence, alpha)
    no_percent = comparison.arm == TOLL or not found.base_ns > 0
    change, low, high = (
        None if no_percent else 100 * each / found.base_ns for each in (found.change_ns, found.low_ns, found.high_ns)
    )
    return Row(
        comparison.case, comparison.allocator, comparison.arm, found.base_ns, found.head_ns, found.change_ns, change,
        found.low_ns, found.high_ns, low, high, found.zone_ns, *found.sizes, p, verdict, note,
    )  # fmt: skip


def _verdict(
    comparison: Comparison, found: _Found, p: float, left: int, confidence: float, alpha: float
) -> tuple[Verdict, str]:  # fmt: skip
    """The verdict and, where it is unsure, why. `left`: comparisons that are not certain."""
    if comparison.doubt:
        return Verdict.UNSURE, comparison.doubt
    if p <= alpha:
        return (Verdict.SLOWER if found.slower else Verdict.FASTER), ""
    within = -found.zone_ns <= found.low_ns and found.high_ns <= found.zone_ns
    if within and found.reached:
        return Verdict.SAME, ""
    sample, have = comparison.sample, _have(found.sizes, comparison.sample)
    zone = f"{found.zone_ns:.3g} {comparison.measure}".rstrip()
    if not found.reached:
        enough = _enough(sample.paired, 1, 1 - confidence)
        return Verdict.UNSURE, f"{have} give no {confidence * 100:g} % interval{enough}"
    if abs(found.change_ns) <= found.zone_ns:
        return Verdict.UNSURE, f"the interval reaches beyond the dead zone of {zone}"
    if left * 2 * _least_p(sample.paired, *found.sizes) > alpha:
        enough = _enough(sample.paired, left, alpha)
        return Verdict.UNSURE, f"{have} cannot decide among {left} comparisons{enough}"
    return Verdict.UNSURE, f"beyond the dead zone of {zone}, but not for certain"


def _have(sizes: tuple[int, int], sample: Sample) -> str:
    base, head = sizes
    if sample.paired:
        return f"{base} {sample.unit}"
    return f"{base} {sample.unit} a side" if base == head else f"{base} and {head} {sample.unit}"


def _least_p(is_paired: bool, base: int, head: int) -> float:
    """One-sided."""
    return float(0.5**base) if is_paired else rank_sum.least_p(base, head)


def _enough(is_paired: bool, comparisons: int, alpha: float) -> str:
    """How many launches a side could decide among so many comparisons, in words."""
    for launches in range(2, _MOST_LAUNCHES):
        if comparisons * 2 * _least_p(is_paired, launches, launches) <= alpha:
            return f": {launches} would"
    return ""
