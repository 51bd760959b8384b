"""Made-up pairs of lanes for the tests of the gate."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from heaptoll.gate.paired import Key, Pair
from heaptoll.gate.sides import BuildSides

SIDES = BuildSides("old", "new", (Path("w"),) * 4, (Path("w"),) * 4, ("glibc", "mine=/lib/mine.so"))
LAYOUTS = 4


def pair(
    case: str = "s/v/8",
    arm: str = "heap",
    change: float = 0.0,
    noise: float = 0.002,
    launches: int = 64,
    quiet: int | None = None,
    by_base_layout: tuple[float, ...] = (0.0,) * LAYOUTS,
    by_head_layout: tuple[float, ...] = (0.0,) * LAYOUTS,
    ns: float = 20.0,
    seed: int = 1,
    allocator: str = "glibc",
    reason: str = "",
) -> Pair:
    """A pair whose head takes `change` (a part) more, and what the layouts of either side add."""
    random = np.random.default_rng([seed, *case.encode(), *arm.encode()])
    base, head = {}, {}
    for launch in range(launches if quiet is None else quiet):
        had = SIDES.layouts_of(launch, LAYOUTS)
        base[launch] = ns * (1 + noise * random.standard_normal()) * (1 + by_base_layout[had.base])
        head[launch] = ns * (1 + change) * (1 + noise * random.standard_normal()) * (1 + by_head_layout[had.head])
    return Pair(Key(case, allocator, arm), base, head, launches, reason, 1.0, 1.0)
