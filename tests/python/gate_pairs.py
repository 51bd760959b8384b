"""Made-up pairs of lanes for the tests of the gate."""

from __future__ import annotations

import numpy as np

from heaptoll.gate.paired import Key, Pair

LAYOUTS = 8


def pair(
    case: str = "s/v/8",
    arm: str = "heap",
    change: float = 0.0,
    noise: float = 0.002,
    launches: int = 64,
    quiet: int | None = None,
    by_layout: tuple[float, ...] = (0.0,) * LAYOUTS,
    ns: float = 20.0,
    seed: int = 1,
    allocator: str = "glibc",
    reason: str = "",
) -> Pair:
    """A pair whose head takes `change` (a part) more, and what a layout adds to it."""
    random = np.random.default_rng([seed, *case.encode(), *arm.encode()])
    base, head = {}, {}
    for launch in range(launches if quiet is None else quiet):
        slower = (1 + change) * (1 + by_layout[launch % LAYOUTS])
        base[launch] = ns * (1 + noise * random.standard_normal())
        head[launch] = ns * slower * (1 + noise * random.standard_normal())
    return Pair(Key(case, allocator, arm), base, head, launches, reason, 1.0, 1.0)
