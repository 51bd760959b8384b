"""Leads a gate: measures, looks at what differs, measures that again, and concludes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.gate import decide
from heaptoll.gate.build import MOST_LAYOUTS
from heaptoll.gate.decide import GateRow
from heaptoll.gate.measure import Chosen, Effort, Measured, measure
from heaptoll.gate.paired import Key, Pair, pairs_of
from heaptoll.gate.sides import Sides
from heaptoll.verdict.zone import DeadZone

FIRST = Effort(launches=12, layouts=1)
SECOND = Effort(launches=48, layouts=MOST_LAYOUTS)
# For what varies so much that the second left it open: four times as many launches halve an interval.
THIRD = Effort(launches=192, layouts=MOST_LAYOUTS)


@dataclass(frozen=True)
class Plan:
    """What a gate measures with, and how much. `results`: where its runs go."""

    heaptoll: Path
    results: Path
    zone: DeadZone = DeadZone()
    first: Effort = FIRST
    second: Effort = SECOND
    third: Effort = THIRD


@dataclass(frozen=True)
class Timed:
    """The timed part of a gate. `runs`: ids of its runs, the first measurement's first. `measuring_seconds`: wall time
    of all measurements. `losses`: what could not be measured, in heaptoll's words. `one_sided`: cases that were not
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
    found = {pair.key: pair for pair in pairs_of(first.run, sides.pairs(names))}
    measured, second, third = [first], dict[Key, Pair](), dict[Key, Pair]()

    def measure_keys(keys: Sequence[Key], effort: Effort, why: str, into: dict[Key, Pair]) -> None:
        for group in _groups(names, keys):
            say(f"{why}, {effort.launches} launches: {len(group.cases)} cases, {', '.join(group.names)}")
            one = measure(plan.heaptoll, plan.results, sides, group.names, Chosen.exactly(group.cases), effort)
            measured.append(one)
            # All arms of a case are measured, and only those that were asked for may speak.
            into.update((pair.key, pair) for pair in pairs_of(one.run, sides.pairs(group.names)) if pair.key in keys)

    def measure_again(keys: Sequence[Key], effort: Effort, into: dict[Key, Pair]) -> None:
        measure_keys(keys, effort, "measuring again", into)
        measure_keys(_spoiled(into), effort, "noise spoiled this: measuring it anew", into)

    measure_keys(_spoiled(found), plan.first, "noise spoiled this: measuring it anew", found)
    first_pairs = list(found.values())
    first_rows = decide.judged(first_pairs, plan.zone)
    measure_again([key for key, row in first_rows.items() if decide.must_look_again(row)], plan.second, second)
    second_rows = decide.judged(second.values(), plan.zone)
    measure_again([key for key, row in second_rows.items() if decide.is_open(row)], plan.third, third)
    rows = decide.conclude(first_pairs, second, third, plan.second.layouts, plan.zone)
    return Timed(
        rows=tuple(rows),
        runs=tuple(each.run.facts.run_id for each in measured),
        cases=len({row.key.case for row in rows}),
        measuring_seconds=sum(each.seconds for each in measured),
        losses="\n".join(dict.fromkeys(filter(None, (*_lost_in_head(first_pairs), *(one.losses for one in measured))))),
        one_sided=_one_sided(first),
        warnings=(*_flags_differ(first), *_once(warning for each in measured for warning in each.run.warnings)),
    )


@dataclass(frozen=True)
class _Group:
    """Cases that are measured again with the same lane pairs."""

    cases: tuple[str, ...]
    names: tuple[str, ...]


def _groups(names: Sequence[str], keys: Sequence[Key]) -> list[_Group]:
    """One group per set of lane pairs that have something flagged: a lane that is not in doubt costs no time."""
    by_case: dict[str, set[str]] = {}
    for key in keys:
        by_case.setdefault(key.case, set()).add(key.allocator)
    groups: dict[tuple[str, ...], list[str]] = {}
    for case, chosen in by_case.items():
        groups.setdefault(tuple(name for name in names if name in chosen), []).append(case)
    return [_Group(tuple(cases), chosen) for chosen, cases in groups.items()]


def _spoiled(pairs: Mapping[Key, Pair]) -> list[Key]:
    """Which of them too few quiet launches have measured, for no reason but noise: a neighbour who came and went."""
    return [key for key, pair in pairs.items() if not pair.reason and not decide.is_usable(pair)]


def _lost_in_head(pairs: Iterable[Pair]) -> list[str]:
    """What the base has a time of and the head has none: it crashed there, or says that it cannot be had."""
    return [
        f"{pair.key.case}, {pair.key.arm}, {pair.key.allocator}: {pair.reason}"
        for pair in pairs if pair.reason.startswith("head: ")
    ]  # fmt: skip


def _flags_differ(measured: Measured) -> list[str]:
    """A gate may be about flags, and nobody should overlook that it is."""
    flags = {build.name: build.flags for build in measured.run.facts.builds}
    if len(set(flags.values())) <= 1:
        return []
    return ["the flags of the benches differ: " + "; ".join(f"{name}: {each}" for name, each in flags.items())]


def _once(warnings: Iterable[str]) -> tuple[str, ...]:
    """Each warning once, whatever the figures in it are."""
    return tuple({re.sub("[0-9.]+", "0", warning): warning for warning in warnings}.values())


def _one_sided(measured: Measured) -> tuple[str, ...]:
    return tuple(
        f"{left_out.case}: {left_out.why}" for left_out in measured.run.facts.not_in_every_build
    )
