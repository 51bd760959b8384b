"""Which trials, in which order: blocks of one trial of every kind, in random order, so that a slow drift of the machine
hits all kinds alike, and a self-test that is stopped has tried all of them about equally often."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Union

from heaptoll.gate.selftest.asked import DEFAULT_ZONE, NARROW_ZONE
from heaptoll.gate.selftest.trial import Kind, Trial

PERCENTS = (0.5, 1.0, 2.0, 5.0)
ZONES = (DEFAULT_ZONE, NARROW_ZONE)
ONE_SIZE_PERCENT = 5.0


@dataclass(frozen=True)
class GbenchTrial:
    """One case, run twice by Google Benchmark, the second time slower by `planted_percent`."""

    case: str
    planted_percent: float


Step = Union[Trial, GbenchTrial]


@dataclass(frozen=True)
class Effort:
    """`blocks` of trials with `cases` cases each, of which `planted` have a plant; `gbench_pairs` for each plant and
    block; `suites` gates over the whole of `profile`, one in a block as far as they go."""

    blocks: int
    cases: int
    planted: int
    gbench_pairs: int
    suites: int
    profile: str = "smoke"


QUICK = Effort(blocks=1, cases=6, planted=3, gbench_pairs=2, suites=1)
FULL = Effort(blocks=56, cases=8, planted=4, gbench_pairs=2, suites=20)


@dataclass(frozen=True)
class Material:
    """What there is to plant in. `cases`: those with operations enough in a slice for half a per cent to be some;
    `families`: of these, variants that have several sizes; `code_cases`: those of the plants in the code.
    `other_core`: is there a second core for a neighbour?"""

    cases: tuple[str, ...]
    families: Mapping[str, tuple[str, ...]]
    code_cases: tuple[str, ...]
    other_core: bool


def steps(effort: Effort, material: Material, seed: int) -> Iterator[Step]:
    """All steps, block by block, the same for the same arguments."""
    chance = random.Random(seed)
    suites = _spread(effort.suites, effort.blocks)
    for block in range(effort.blocks):
        trials: list[Step] = [*_gates(effort, material, chance), *_gbench(effort, material, chance)]
        trials += [Trial(Kind.SUITE, 0, DEFAULT_ZONE, ())] * suites[block]
        chance.shuffle(trials)
        yield from trials


def count(effort: Effort, material: Material, seed: int) -> int:
    """How many steps there are."""
    return sum(1 for _ in steps(effort, material, seed))


def _spread(many: int, blocks: int) -> list[int]:
    """`many` spread evenly over the blocks."""
    return [(block + 1) * many // blocks - block * many // blocks for block in range(blocks)]


def _gates(effort: Effort, material: Material, chance: random.Random) -> Iterator[Trial]:
    def some(many: int) -> tuple[str, ...]:
        return tuple(chance.sample(material.cases, min(many, len(material.cases))))

    for zone in ZONES:
        yield Trial(Kind.SAME, 0, zone, some(effort.cases))
        for percent in PERCENTS:
            cases = some(effort.cases)
            yield Trial(Kind.SLOWER, percent, zone, cases, cases[: effort.planted])
    if material.families:
        sizes = material.families[chance.choice(sorted(material.families))]
        kept = tuple(chance.sample(sizes, min(effort.cases, len(sizes))))
        yield Trial(Kind.ONE_SIZE, ONE_SIZE_PERCENT, DEFAULT_ZONE, kept, kept[:1])
    for kind in (Kind.MALLOC, Kind.INSTRUCTION):
        yield Trial(kind, 0, DEFAULT_ZONE, material.code_cases, material.code_cases)
    yield Trial(Kind.BUSY_SAME, 0, DEFAULT_ZONE, some(effort.cases))
    if material.other_core:
        yield Trial(Kind.BUSY_OTHER, 0, DEFAULT_ZONE, some(effort.cases))


def _gbench(effort: Effort, material: Material, chance: random.Random) -> Iterator[GbenchTrial]:
    for percent in (0.0, *PERCENTS):
        for case in chance.choices(material.cases, k=effort.gbench_pairs):
            yield GbenchTrial(case, percent)


FEWEST_SIZES = 4


def families(cases: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The variants of which at least FEWEST_SIZES cases are there: "array_size/fixed" and its cases, which are called
    scenario/variant/size/… ."""
    found: dict[str, list[str]] = {}
    for case in cases:
        found.setdefault("/".join(case.split("/")[:2]), []).append(case)
    return {name: tuple(each) for name, each in found.items() if len(each) >= FEWEST_SIZES}
