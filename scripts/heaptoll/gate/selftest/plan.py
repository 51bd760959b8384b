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
# Plants and zones that a bound is about; the others are for the curve.
BOUND = frozenset({(DEFAULT_ZONE, 2.0), (DEFAULT_ZONE, 5.0), (NARROW_ZONE, 1.0), (NARROW_ZONE, 0.5)})
ONE_SIZE_PERCENT = 5.0
SIZES = 6


@dataclass(frozen=True)
class GbenchTrial:
    """One case, run twice by Google Benchmark, the second time slower by `planted_percent`."""

    case: str
    planted_percent: float


Step = Union[Trial, GbenchTrial]


@dataclass(frozen=True)
class Effort:
    """`blocks` of trials. In each, `many` cases are planted with what a bound is about and `few` with the rest, each time
    beside one case without a plant; `same` cases are not planted at all, and `moved` only linked elsewhere, under every
    allocator; `gbench_pairs` for each plant. `suites` gates over the whole of `profile`, under every allocator, and `rare` trials with a plant in the code or a
    neighbour, of each kind, are spread over the blocks."""

    blocks: int
    many: int
    few: int
    same: int
    moved: int
    gbench_pairs: int
    suites: int
    rare: int
    profile: str = "smoke"


QUICK = Effort(blocks=1, many=3, few=1, same=4, moved=4, gbench_pairs=2, suites=1, rare=1)
FULL = Effort(blocks=10, many=10, few=2, same=25, moved=8, gbench_pairs=2, suites=20, rare=6)


@dataclass(frozen=True)
class Material:
    """What there is to plant in. `cases`: by allocator, those with operations enough in a slice for half a per cent to be
    some, under all of them the same order; `code_cases`: those of the plants in the code. `other_core`: is there a second
    core for a neighbour?"""

    cases: Mapping[str, tuple[str, ...]]
    code_cases: tuple[str, ...]
    other_core: bool

    @property
    def allocators(self) -> tuple[str, ...]:
        return tuple(self.cases)


def steps(effort: Effort, material: Material, seed: int) -> Iterator[Step]:
    """All steps, block by block, the same for the same arguments."""
    chance = random.Random(seed)
    suites, rare = (_spread(many, effort.blocks) for many in (effort.suites, effort.rare))
    for block in range(effort.blocks):
        trials: list[Step] = [*_gates(effort, material, chance), *_gbench(effort, material, chance)]
        trials += [Trial(Kind.SUITE, 0, DEFAULT_ZONE, (), (), material.allocators)] * suites[block]
        for _ in range(rare[block]):
            trials += _rare(effort, material, chance)
        chance.shuffle(trials)
        yield from trials


def count(effort: Effort, material: Material, seed: int) -> int:
    """How many steps there are."""
    return sum(1 for _ in steps(effort, material, seed))


def _spread(many: int, blocks: int) -> list[int]:
    """`many` spread evenly over the blocks."""
    return [(block + 1) * many // blocks - block * many // blocks for block in range(blocks)]


def _some(material: Material, chance: random.Random, many: int) -> tuple[str, tuple[str, ...]]:
    """An allocator, and so many cases to plant in under it."""
    allocator = chance.choice(material.allocators)
    cases = material.cases[allocator]
    return allocator, tuple(chance.sample(cases, min(many, len(cases))))


def _everywhere(material: Material, chance: random.Random, many: int) -> tuple[str, ...]:
    """Cases that are there under every allocator."""
    common = [case for case in next(iter(material.cases.values())) if all(case in each for each in material.cases.values())]
    return tuple(chance.sample(common, min(many, len(common))))


def _gates(effort: Effort, material: Material, chance: random.Random) -> Iterator[Trial]:
    for zone in ZONES:
        for percent in PERCENTS:
            many = effort.many if (zone, percent) in BOUND else effort.few
            allocator, cases = _some(material, chance, many + 1)
            yield Trial(Kind.SLOWER, percent, zone, cases, cases[1:], (allocator,))
    yield Trial(Kind.SAME, 0, NARROW_ZONE, _everywhere(material, chance, effort.same), (), material.allocators)
    moved = _everywhere(material, chance, effort.moved)
    yield Trial(Kind.MOVED, 0, DEFAULT_ZONE, moved, (), material.allocators)
    allocator = chance.choice(material.allocators)
    by_variant = families(material.cases[allocator])
    if by_variant:
        sizes = by_variant[chance.choice(sorted(by_variant))]
        kept = tuple(chance.sample(sizes, min(SIZES, len(sizes))))
        yield Trial(Kind.ONE_SIZE, ONE_SIZE_PERCENT, DEFAULT_ZONE, kept, kept[:1], (allocator,))


def _rare(effort: Effort, material: Material, chance: random.Random) -> Iterator[Trial]:
    for kind in (Kind.MALLOC, Kind.INSTRUCTION):
        yield Trial(kind, 0, DEFAULT_ZONE, material.code_cases, material.code_cases, material.allocators)
    for kind in (Kind.BUSY_SAME, *([Kind.BUSY_OTHER] if material.other_core else [])):
        allocator, cases = _some(material, chance, effort.many)
        yield Trial(kind, 0, DEFAULT_ZONE, cases, (), (allocator,))


def _gbench(effort: Effort, material: Material, chance: random.Random) -> Iterator[GbenchTrial]:
    cases = next(iter(material.cases.values()))
    for percent in (0.0, *PERCENTS):
        for case in chance.choices(cases, k=effort.gbench_pairs):
            yield GbenchTrial(case, percent)


FEWEST_SIZES = 4


def families(cases: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The variants of which at least FEWEST_SIZES cases are there: "array_size/fixed" and its cases, which are called
    scenario/variant/size/… ."""
    found: dict[str, list[str]] = {}
    for case in cases:
        found.setdefault("/".join(case.split("/")[:2]), []).append(case)
    return {name: tuple(each) for name, each in found.items() if len(each) >= FEWEST_SIZES}
