"""Leads a gate: measures, looks at what differs, measures that again, and concludes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.gate import decide
from heaptoll.gate.decide import GateRow
from heaptoll.gate.measure import Chosen, Effort, Measured, measure
from heaptoll.gate.paired import Pair, pairs_of
from heaptoll.gate.sides import Sides
from heaptoll.verdict.zone import DeadZone

MOST_LAYOUTS = 4
FIRST = Effort(launches=12, layouts=1, max_seconds_per_case=3.0)
SECOND = Effort(launches=64, layouts=MOST_LAYOUTS, max_seconds_per_case=4.0)


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
    again = [key for key, row in decide.judged(first_pairs, plan.zone).items() if decide.must_look_again(row)]
    measured = [first]
    second_pairs: list[Pair] = []
    for group in _groups(names, [(key.case, key.allocator) for key in again]):
        say(f"measuring again, {plan.second.launches} launches: {len(group.cases)} cases, {', '.join(group.names)}")
        one = measure(
            plan.heaptoll, plan.results, sides, group.names, Chosen.exactly(group.cases), plan.second
        )
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
        warnings=tuple(dict.fromkeys(warning for each in measured for warning in each.run.warnings)),
    )


@dataclass(frozen=True)
class _Group:
    """Cases that are measured again with the same lane pairs."""

    cases: tuple[str, ...]
    names: tuple[str, ...]


def _groups(names: Sequence[str], flagged: Sequence[tuple[str, str]]) -> list[_Group]:
    """One group per set of lane pairs that have something flagged: a lane that is not in doubt costs no time."""
    by_case: dict[str, set[str]] = {}
    for case, name in flagged:
        by_case.setdefault(case, set()).add(name)
    groups: dict[tuple[str, ...], list[str]] = {}
    for case, chosen in by_case.items():
        groups.setdefault(tuple(name for name in names if name in chosen), []).append(case)
    return [_Group(tuple(cases), chosen) for chosen, cases in groups.items()]


def _one_sided(measured: Measured) -> tuple[str, ...]:
    return tuple(
        f"{left_out.case}: {left_out.why}" for left_out in measured.run.facts.not_in_every_build
    )
