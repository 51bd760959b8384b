"""What a gate concludes from its two measurements. Pure functions; nothing here runs or reads anything.

- The first measurement only says what to look at again: every row whose interval leaves the dead zone and whose
  estimate is more than half of the zone away from no change. It accuses nobody.
- The second measurement is new launches, more of them, in several layouts of both sides. It alone decides, so that
  what chance picked in the first finds no help in it: `slower` and `faster` as heaptoll.verdict.judge says, with
  Holm's correction over all that was measured again. What it leaves open, because a row varies too much for so many
  launches, is measured once more, longer still, and decided by that alone. Each of the two looks has half of the 5 %.
- `layout`: where layouts differ from each other, launches of one layout are no more than one witness. Then a change
  counts when all layouts show it, and is one of layout when only some do.
- Control rows are arms without an allocation. One that moves says that something other than the code under test did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from scipy.stats import kruskal

from heaptoll.gate.paired import Key, Pair
from heaptoll.run_facts import layout_of
from heaptoll.verdict.comparison import Comparison, Sample
from heaptoll.verdict.judge import Row, Verdict, judge
from heaptoll.verdict.zone import DeadZone

# With fewer launches quiet on both sides, or less than half of them, a row says nothing.
FEWEST_LAUNCHES = 6
# A gate in which more rows than this said nothing has not looked.
MOST_LOST = 0.1
# The level at which layouts are said to differ from each other.
LAYOUT_LEVEL = 0.05
# The chance of a false `slower` or `faster` among all rows of one look; there are two that decide.
LEVEL = 0.025


class Outcome(Enum):
    """The verdict of a gate on one row: the four of a comparison, and one more."""

    SLOWER = "slower"
    FASTER = "faster"
    SAME = "same"
    UNSURE = "unsure"
    LAYOUT = "layout"


@dataclass(frozen=True)
class GateRow:
    """One arm of one case under one allocator.

    `first`, `second`: the two measurements; `second` is None where the first left nothing to ask, both are None where
    too few launches were quiet. `outcome` and `note` are the verdict and its reason. `lost`: the row could not be
    judged because the machine was too noisy. `more_allocs`: how many more allocations per operation the audit counted in
    the head, None where it could not count both.
    """

    key: Key
    control: bool
    first: Row | None
    second: Row | None
    outcome: Outcome
    note: str
    lost: bool = False
    more_allocs: float | None = None

    @property
    def decisive(self) -> Row | None:
        """The measurement that the verdict is from."""
        return self.second or self.first


def is_usable(pair: Pair) -> bool:
    """Are there launches enough that were quiet on both sides?"""
    quiet = len(pair.base_ns)
    return quiet >= FEWEST_LAUNCHES and 2 * quiet >= pair.launches


def judged(pairs: Iterable[Pair], zone: DeadZone) -> dict[Key, Row]:
    """The verdicts on the usable ones, with Holm's correction over them at LEVEL."""
    usable = [pair for pair in pairs if is_usable(pair)]
    rows = judge([Comparison(*pair.key, Sample(pair.base_ns, pair.head_ns, paired=True)) for pair in usable], zone, level=LEVEL)
    return {pair.key: row for pair, row in zip(usable, rows)}


def must_look_again(row: Row) -> bool:
    """Is this row of a first measurement worth a second one?"""
    return row.verdict is not Verdict.SAME and abs(row.change_ns) > row.zone_ns / 2


def is_open(row: Row) -> bool:
    """Did a second measurement see a change, and not for certain?"""
    return row.verdict is Verdict.UNSURE and abs(row.change_ns) > row.zone_ns


def changes_by_layout(pair: Pair, layouts: int) -> dict[int, list[float]]:
    """The changes of the launches, in parts of the base's median, by the layout that both sides had."""
    reference = float(np.median(list(pair.base_ns.values())))
    found: dict[int, list[float]] = {}
    for launch, base in pair.base_ns.items():
        found.setdefault(layout_of(launch, layouts), []).append((pair.head_ns[launch] - base) / reference)
    return found


def layouts_differ(changes: Mapping[int, Sequence[float]]) -> bool:
    """Do the layouts differ from each other, at LAYOUT_LEVEL? By Kruskal and Wallis; needs 3 launches in each."""
    groups = [values for values in changes.values() if len(values) >= 3]
    if len(groups) < 2 or np.ptp(np.concatenate(groups)) == 0:
        return False
    return bool(kruskal(*groups).pvalue <= LAYOUT_LEVEL)


def depends_on_layout(row: Row, direction: int, changes: Mapping[int, Sequence[float]]) -> str:
    """Why a change of this row, upward (1) or downward (-1), is one of layout, in words; "" when all layouts show it, or
    none, or they do not differ from each other."""
    zone = row.zone_ns / row.base_ns
    medians = {layout: float(np.median(values)) for layout, values in sorted(changes.items())}
    showing = sum(direction * median > zone for median in medians.values())
    if not layouts_differ(changes) or not 0 < showing < len(medians):
        return ""
    found = ", ".join(f"{100 * median:+.1f} %" for median in medians.values())
    return f"{showing} of {len(medians)} layouts show it: {found}"


def conclude(
    first: Sequence[Pair], second: Mapping[Key, Pair], third: Mapping[Key, Pair], layouts: int, zone: DeadZone
) -> list[GateRow]:
    """One row per pair of the first measurement, in its order. `second`: what was measured again; `third`: what that left
    open, which takes its place."""
    first_rows = judged(first, zone)
    again = {**second, **third}
    # Each look by itself: what the third has decided must not help a row that the second was to decide.
    again_rows = {**judged(second.values(), zone), **judged(third.values(), zone)}

    def concluded(pair: Pair) -> GateRow:
        row = first_rows.get(pair.key)
        if row is None:
            return _not_judged(pair, None)
        if not must_look_again(row):
            return GateRow(pair.key, pair.is_control, row, None, *_of_first(row))
        if pair.key not in again or not is_usable(again[pair.key]):
            return _not_judged(again.get(pair.key, pair), row)
        confirmed = again_rows[pair.key]
        changes = changes_by_layout(again[pair.key], layouts)
        return GateRow(pair.key, pair.is_control, row, confirmed, *_of_second(row, confirmed, changes))

    return [replace(concluded(pair), more_allocs=pair.more_allocs) for pair in first]


def _of_first(row: Row) -> tuple[Outcome, str]:
    """A row that was not looked at again is the same or, with so few launches, not known to be."""
    if row.verdict is Verdict.SAME:
        return Outcome.SAME, ""
    return Outcome.UNSURE, "no change worth a second look, but the interval is wider than the dead zone"


def _of_second(first: Row, row: Row, changes: Mapping[int, Sequence[float]]) -> tuple[Outcome, str]:
    direction = 1 if first.change_ns > 0 else -1
    why = depends_on_layout(row, direction, changes)
    if why:
        return Outcome.LAYOUT, why
    if row.verdict in (Verdict.SLOWER, Verdict.FASTER) and direction * row.change_ns < 0:
        return Outcome.UNSURE, f"the first measurement saw {first.change_ns:+.3g} ns"
    return Outcome(row.verdict.value), row.note


def _not_judged(pair: Pair, first: Row | None) -> GateRow:
    if pair.reason:
        return GateRow(pair.key, pair.is_control, first, None, Outcome.UNSURE, pair.reason)
    note = f"{len(pair.base_ns)} of {pair.launches} launches were quiet on both sides"
    return GateRow(pair.key, pair.is_control, first, None, Outcome.UNSURE, note, lost=True)


class Conclusion(Enum):
    """What a gate says, and its exit status."""

    FINE = 0
    REGRESSION = 1
    FAILED = 2
    INCONCLUSIVE = 3


@dataclass(frozen=True)
class Judgement:
    """`reasons`: why, in words, the weightiest first."""

    conclusion: Conclusion
    reasons: tuple[str, ...]


def judgement(
    rows: Sequence[GateRow], red_counts: Sequence[Key], changed_controls: Collection[Key], losses: str,
    one_sided: Sequence[str] = (),
) -> Judgement:  # fmt: skip
    """What follows from all rows. `red_counts`: rows whose exact counts are above their threshold, which no noise can
    touch; `changed_controls`: control rows whose instructions changed, so that they are code under test like any other.
    `losses`: what could not be measured at all. `one_sided`: cases that were not compared; they decide nothing, and are
    mentioned. A gate that judged nothing has failed."""
    changed = set(changed_controls)
    moved = [row for row in rows if has_moved(row, changed)]
    red = [row for row in rows if is_red(row, changed)]
    noise = _noise(rows)
    nothing = not any(row.decisive or row.lost for row in rows)
    reasons = [
        f"{_many(len(red), 'row')} slower, first and when measured again" if red and not moved else "",
        f"{_many(len(red_counts), 'row')} above the threshold of its counts" if red_counts else "",
        f"{_many(len(moved), 'control row')} moved, which no allocation can explain: {_names(moved)}; the times prove "
        "nothing" if moved else "",
        losses and "something could not be measured",
        "nothing was compared" if nothing else "",
        noise.words,
        f"{_many(len(one_sided), 'case')} not compared, because the sides do not have them alike" if one_sided else "",
    ]  # fmt: skip
    conclusion = Conclusion.FINE
    if red_counts or (red and not moved):
        conclusion = Conclusion.REGRESSION
    elif losses or nothing:
        conclusion = Conclusion.FAILED
    elif moved or noise.prevents:
        conclusion = Conclusion.INCONCLUSIVE
    return Judgement(conclusion, tuple(filter(None, reasons)))


@dataclass(frozen=True)
class _Noise:
    """What noise has cost, in words, "" for nothing, and whether a gate can conclude nevertheless."""

    words: str
    prevents: bool


def _noise(rows: Sequence[GateRow]) -> _Noise:
    lost = [row for row in rows if row.lost]
    unconfirmed = [row for row in lost if row.first is not None]
    if not lost:
        return _Noise("", False)
    if unconfirmed:
        words = f"too noisy: {_many(len(unconfirmed), 'row')} could not be measured again: {_names(unconfirmed)}"
        return _Noise(words, True)
    words = f"{len(lost)} of {_many(len(rows), 'row')} had too few quiet launches: {_names(lost)}"
    return _Noise(words, len(lost) > MOST_LOST * len(rows))


def is_red(row: GateRow, changed_controls: Collection[Key]) -> bool:
    """Is the row slower, and code under test?"""
    return row.outcome is Outcome.SLOWER and (not row.control or row.key in changed_controls)


def has_moved(row: GateRow, changed_controls: Collection[Key]) -> bool:
    """Is the row a control, and changed without its code?"""
    changed = row.outcome in (Outcome.SLOWER, Outcome.FASTER)
    return row.control and row.key not in changed_controls and changed


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _names(rows: Sequence[GateRow]) -> str:
    names = [f"{row.key.case} {row.key.arm} ({row.key.allocator})" for row in rows]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
