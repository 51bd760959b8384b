"""Leads a gate: measures, looks at what differs, measures that again, and concludes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from heaptoll.gate import decide
from heaptoll.gate.decide import GateRow
from heaptoll.gate.measure import Chosen, Effort, Measured, measure
from heaptoll.gate.paired import Key, Pair, pairs_of
from heaptoll.gate.sides import Sides
from heaptoll.verdict.judge import Row
from heaptoll.verdict.zone import DeadZone

MOST_LAYOUTS = 4
FIRST = Effort(launches=12, layouts=1)
# A multiple of the square of the layouts, so that each of the base meets each of the head equally often.
SECOND = Effort(launches=48, layouts=MOST_LAYOUTS)
# What is measured again in more launches where the first measurement was wide: so many times as many at most.
MOST_TIMES = 4


@dataclass(frozen=True)
class Plan:
    """What a gate measures with, and how much. `results`: where its runs go."""

    heaptoll: Path
    results: Path
    zone: DeadZone = DeadZone()
    first: Effort = FIRST
    second: Effort = SECOND


@dataclass(frozen=True)
class Timed:
    """The timed part of a gate. `runs`: ids of its runs, the first measurement's first. `measuring_seconds`: wall time
    of both measurements. `losses`: what could not be measured, in heaptoll's words. `one_sided`: cases that were not
    measured because only one side has them, or has them alike, with why. `warnings`: of the runs."""

    rows: tuple[GateRow, ...]
    runs: tuple[str, ...]
    cases: int
    measuring_seconds: float
    losses: str
    one_sided: tuple[str, ...]
    warnings: tuple[str, ...]


def time_sides(plan: Plan, sides: Sides, chosen: Chosen, say: Callable[[str], None]) -> Timed:
    """Measures the chosen cases, and again what is flagged. Raises BadInput and Stopped."""
    names = sides.names
    say(f"first measurement: {sides.base_title} against {sides.head_title}")
    first = measure(plan.heaptoll, plan.results, sides, names, chosen, plan.first)
    first_pairs = pairs_of(first.run, sides.pairs(names))
    first_rows = decide.judged(first_pairs, plan.zone)
    again = {key: row for key, row in first_rows.items() if decide.must_look_again(row)}
    measured = [first]
    second_pairs: list[Pair] = []
    for group in _groups(names, again):
        effort = replace(plan.second, launches=plan.second.launches * group.times)
        say(f"measuring again, {effort.launches} launches: {len(group.cases)} cases, {', '.join(group.names)}")
        one = measure(plan.heaptoll, plan.results, sides, group.names, Chosen.exactly(group.cases), effort)
        measured.append(one)
        second_pairs += pairs_of(one.run, sides.pairs(group.names))
    rows = decide.conclude(first_pairs, second_pairs, sides, plan.second.layouts, plan.zone)
    return Timed(
        rows=tuple(rows),
        runs=tuple(each.run.facts.run_id for each in measured),
        cases=len({row.key.case for row in rows}),
        measuring_seconds=sum(each.seconds for each in measured),
        losses="\n".join(dict.fromkeys(each.losses for each in measured if each.losses)),
        one_sided=_one_sided(first),
        warnings=_once(warning for each in measured for warning in each.run.warnings),
    )


@dataclass(frozen=True)
class _Group:
    """Cases that are measured again with the same lane pairs, in `times` the usual number of launches."""

    cases: tuple[str, ...]
    names: tuple[str, ...]
    times: int


def _groups(names: Sequence[str], flagged: Mapping[Key, Row]) -> list[_Group]:
    """One group per set of lane pairs that have something flagged, and per effort: a lane that is not in doubt costs no
    time, and only what was wide is measured at length."""
    by_case: dict[str, dict[str, int]] = {}
    for key, row in flagged.items():
        found = by_case.setdefault(key.case, {})
        found[key.allocator] = max(found.get(key.allocator, 1), times_as_many(row))
    groups: dict[tuple[tuple[str, ...], int], list[str]] = {}
    for case, found in by_case.items():
        group = tuple(name for name in names if name in found), max(found.values())
        groups.setdefault(group, []).append(case)
    return [_Group(tuple(cases), chosen, times) for (chosen, times), cases in groups.items()]


def times_as_many(row: Row) -> int:
    """How many times the usual launches a row needs, 1, 2 or MOST_TIMES, from how wide its first measurement was.

    An interval narrows with the root of the number of launches, and in four times those of the first measurement, the
    usual number, to half. For a change of twice the zone to be found it should be about half of the zone to either side.
    """
    half_width = (row.high_ns - row.low_ns) / 2
    wanted = (half_width / row.zone_ns) ** 2 if row.zone_ns > 0 else 1.0
    return 1 if wanted <= 1 else 2 if wanted <= 2 else MOST_TIMES


def _once(warnings: Iterable[str]) -> tuple[str, ...]:
    """Each warning once, whatever the figures in it are."""
    return tuple({re.sub("[0-9.]+", "0", warning): warning for warning in warnings}.values())


def _one_sided(measured: Measured) -> tuple[str, ...]:
    return tuple(
        f"{left_out.case}: {left_out.why}" for left_out in measured.run.facts.not_in_every_build
    )
