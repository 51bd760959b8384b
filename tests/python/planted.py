"""Size sweeps of invented numbers, with edges and without, and how often the edge finder is right about them.

    PYTHONPATH=scripts python3 tests/python/planted.py --sweeps 500

prints the figures of docs/METHOD.md, "Edges". Every sweep is drawn anew: cost, shape, noise, places of the edges.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import dense
import numpy as np
from numpy.typing import NDArray

from heaptoll.edges.finder import Edge, Sweep, find_edges
from heaptoll.edges.rules import Rules

Floats = NDArray[np.float64]
Random = np.random.Generator

SIZES = np.array(dense.sizes())
COUNT = len(SIZES)
LAUNCHES = 20
# ns, of either sign: what sizes differ by for no reason worth a mark.
_WIGGLE = 0.3


def flat(random: Random) -> Floats:
    return np.full(COUNT, _between(random, 3, 200))


def power_law(random: Random) -> Floats:
    return np.asarray(_between(random, 0.5, 20) * (SIZES / 64) ** random.uniform(-0.1, 1))


def affine(random: Random) -> Floats:
    """a + b * size: flat at first, then straight up, a curve in between."""
    return np.asarray(_between(random, 2, 100) * (1 + SIZES / _between(random, 64, 2**19)))


def kinked(random: Random) -> Floats:
    knee = SIZES[random.integers(10, COUNT - 10)]
    return np.asarray(_between(random, 2, 100) * np.maximum(SIZES / knee, 1) ** random.uniform(0.3, 1))


def wave(random: Random) -> Floats:
    return np.asarray(10 * np.exp(0.5 * np.sin(np.log(SIZES) * random.uniform(0.3, 0.8) + random.uniform(0, 6))))


SHAPES = (flat, power_law, affine, kinked, wave)


def launches(random: Random, cost: Floats, spread: float | None = None) -> list[Floats]:
    """What 20 launches of each size take: a size's own wiggle, then 1 to 5 % from launch to launch."""
    spread = random.uniform(0.01, 0.05) if spread is None else spread
    wiggled = cost + random.uniform(-_WIGGLE, _WIGGLE, COUNT)
    return [each * random.normal(1, spread, LAUNCHES) + random.normal(0, 0.1, LAUNCHES) for each in wiggled]


def bimodal(random: Random, share: float | None = None, factor: float | None = None) -> list[Floats]:
    """Each launch in one of two states, whatever its size."""
    share = random.uniform(0.05, 0.95) if share is None else share
    factor = random.uniform(1.1, 2) if factor is None else factor
    return [each * np.where(random.random(LAUNCHES) < share, factor, 1) for each in _some_shape(random)]


def half_and_half(random: Random) -> list[Floats]:
    """The worst of its kind: the median is in either state by chance."""
    return bimodal(random, 0.5, 1.64)


def outlier_launches(random: Random) -> list[Floats]:
    return [
        each * np.where(random.random(LAUNCHES) < 0.1, random.uniform(1.5, 10, LAUNCHES), 1)
        for each in _some_shape(random)
    ]


def heavy_tails(random: Random) -> list[Floats]:
    spread = random.uniform(0.01, 0.05)
    return [each * (1 + spread * random.standard_t(2, LAUNCHES)) for each in _some_cost(random)]


def noisy(random: Random) -> list[Floats]:
    return launches(random, _some_cost(random), 0.3)


def around_zero(random: Random) -> list[Floats]:
    return [random.normal(0, 2, LAUNCHES) for _ in SIZES]


def odd_sizes(random: Random) -> list[Floats]:
    """Eight sizes, not neighbours, each with a cost of its own."""
    found = _some_shape(random)
    for i in random.choice(COUNT // 5, 8, replace=False) * 5 + random.integers(5):
        found[i] = found[i] * random.uniform(0.4, 3)
    return found


def humps(random: Random) -> list[Floats]:
    """Five times two or three neighbouring sizes that cost something else."""
    cost = _some_cost(random)
    for start in random.choice((COUNT - 4) // 10, 5, replace=False) * 10 + random.integers(10):
        cost[start : start + random.integers(2, 4)] *= random.choice([0.4, 0.6, 1.5, 2, 3])
    return launches(random, cost)


def contended_with_gaps(random: Random) -> Sweep:
    """Launches slowed down by others, some sizes in all of them or with few launches, and stretches without times."""
    found = []
    for each in _some_shape(random):
        share = random.choice([0.1, 0.5, 1.0], p=[0.96, 0.02, 0.02])
        slower = np.where(random.random(LAUNCHES) < share, 1 + np.abs(random.normal(0, 0.4, LAUNCHES)), 1)
        found.append((each * slower)[: random.integers(5, 2 * LAUNCHES)])
    there = np.ones(COUNT, dtype=bool)
    for start in random.integers(0, COUNT, 8):
        there[start : start + random.integers(1, 7)] = False
    return Sweep([int(size) for size in SIZES[there]], [each for each, kept in zip(found, there) if kept])


def _plain(shape: Callable[[Random], Floats]) -> Callable[[Random], list[Floats]]:
    return lambda random: launches(random, shape(random))


EDGELESS: dict[str, Callable[[Random], list[Floats] | Sweep]] = {
    **{shape.__name__: _plain(shape) for shape in SHAPES},
    **{
        kind.__name__: kind
        for kind in (
            bimodal, half_and_half, outlier_launches, heavy_tails, noisy, around_zero, odd_sizes, humps,
            contended_with_gaps,
        )
    },
}  # fmt: skip


def edgeless(kind: str, seed: int) -> Sweep:
    made = EDGELESS[kind](np.random.default_rng([seed, *kind.encode()]))
    return made if isinstance(made, Sweep) else sweep(made)


def sweep(tolls: list[Floats]) -> Sweep:
    return Sweep([int(size) for size in SIZES], tolls)


class Planted(NamedTuple):
    """The cost of the size at the index `first_after`, and of those after it, is `factor` times what it would be."""

    first_after: int
    factor: float


def planted(seed: int, factor: float, how_many: int = 3) -> tuple[Sweep, list[Planted]]:
    """A sweep with jumps up and down by `factor`, four sizes from the ends and from each other at least. The cost is
    10 ns or more without them, so that none is a jump of less than two dead zones."""
    random = np.random.default_rng([seed, int(1000 * factor)])
    gaps = np.sort(random.choice(COUNT - 7 - 5 * (how_many - 1), how_many, replace=False))
    places = gaps + 4 + 5 * np.arange(how_many)
    # Down half of the time, but no more often than up: the dead zone in ns is not the question here.
    ups = [i % 2 == 0 or bool(random.random() < 0.3) for i in range(how_many)]
    cost = np.maximum(10, _between(random, 1, 5) * SHAPES[random.integers(3)](random))
    edges = [Planted(int(place), factor if up else 1 / factor) for place, up in zip(places, ups)]
    for edge in edges:
        cost[edge.first_after :] *= edge.factor
    return sweep(launches(random, cost)), edges


class Score(NamedTuple):
    """Of the planted edges: how many there are, were found, within the interval, between the right sizes; and in how
    many sweeps there was an edge that is none of them."""

    planted: int
    found: int
    covered: int
    exact: int
    spurious: int


def score(factor: float, sweeps: int, rules: Rules = Rules()) -> Score:
    counts: Counter[str] = Counter()
    for seed in range(sweeps):
        made, edges = planted(seed, factor)
        found = find_edges([made], rules)[0]
        matched = [edge for edge in (_match(one, found) for one in edges)]
        counts["planted"] += len(edges)
        counts["spurious"] += any(edge not in matched for edge in found)
        for one, edge in zip(edges, matched):
            if edge is not None:
                last, first = SIZES[one.first_after - 1], SIZES[one.first_after]
                counts["found"] += 1
                counts["covered"] += edge.low <= last and first <= edge.high
                counts["exact"] += edge.first_after == first
    return Score(**{name: counts[name] for name in Score._fields})


def false_edges(kind: str, sweeps: int, rules: Rules = Rules()) -> int:
    """In how many edgeless sweeps an edge was found."""
    return sum(bool(find_edges([edgeless(kind, seed)], rules)[0]) for seed in range(sweeps))


def _match(one: Planted, found: list[Edge]) -> Edge | None:
    """What was found of a planted edge: the nearest in the same direction, two sizes away at most."""
    alike = [edge for edge in found if (edge.jump_ns > 0) == (one.factor > 1)]
    at = [abs(int(np.searchsorted(SIZES, edge.first_after)) - one.first_after) for edge in alike]
    return alike[int(np.argmin(at))] if at and min(at) <= 2 else None


def _between(random: Random, low: float, high: float) -> float:
    """Drawn evenly on a logarithmic scale."""
    return float(np.exp(random.uniform(np.log(low), np.log(high))))


def _some_cost(random: Random) -> Floats:
    return SHAPES[random.integers(len(SHAPES))](random)


def _some_shape(random: Random) -> list[Floats]:
    return launches(random, _some_cost(random))


def main() -> None:
    parser = argparse.ArgumentParser(description="How often is the edge finder right?")
    parser.add_argument("--sweeps", type=int, default=500, help="of each kind (500)")
    sweeps = parser.parse_args().sweeps
    print(f"sweeps with a false edge, of {sweeps} without any:")
    for kind in EDGELESS:
        print(f"  {kind.replace('_', ' '):22}{false_edges(kind, sweeps):5d}", flush=True)
    print(f"edges planted, three in each of {sweeps} sweeps:")
    for factor in (1.2, 1.5, 2.0):
        got = score(factor, sweeps)
        print(
            f"  {factor:3.1f} times: {got.found / got.planted:6.1%} found, of these {got.covered / got.found:6.1%} within "
            f"the interval, {got.exact / got.found:6.1%} between the right sizes; sweeps with another: {got.spurious}",
            flush=True,
        )


if __name__ == "__main__":
    main()
