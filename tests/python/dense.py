"""Makes runs with a dense size sweep in which edges are planted.

    python3 tests/python/dense.py FOLDER --allocators 4
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import synthetic
from synthetic import Case

# Up to which size, and by how many ns the cost jumps there.
EDGES = {
    "glibc": ((1032, 7.0),),
    "jemalloc": ((4096, 6.0), (32768, 120.0)),
    "mimalloc": ((524288, 140.0),),
    "tcmalloc": ((262144, 34.0),),
}
_SMALL_NS = {"glibc": 5.0, "jemalloc": 3.0, "mimalloc": 4.5, "tcmalloc": 2.4, "snmalloc": 2.8, "hoard": 7.0}


def sizes() -> list[int]:
    """The sizes in bytes: multiples of 8 up to 128, then eight to a doubling, and both neighbours of every power of
    two."""
    found = set(range(16, 128, 8))
    for power in range(7, 20):
        start = 1 << power
        found |= {start + start * i // 8 for i in range(9)} | {start - 8, start + 8}
    return sorted(found | {(1 << 20) - 8})


def cases(way: str = "first") -> list[Case]:
    return [
        Case(f"array_size/fixed/{size // 8}/{way}", size, f"elements={size // 8};touch={way}", "makes an array")
        for size in sizes()
    ]


def ns_per_op(case: Case, arm: str, allocator: str) -> float:
    """A cost model with edges, smooth elsewhere but for one core cycle here and there."""
    size = case.size_bytes or 8
    work = 1.5 + {"null": 0.0, "stack": 0.25}.get(arm, 0.4)
    if arm != "heap":
        return work
    wiggle = 0.35 if size // 8 % 5 == 0 else 0.0
    jumps = sum(jump for last, jump in EDGES.get(allocator, ()) if size > last)
    return work + _SMALL_NS.get(allocator, 4.0) * (1 + size / 2**22) + wiggle + jumps


def write_run(folder: Path, allocators: Sequence[str] = synthetic.ALLOCATORS[:4], **options: Any) -> Path:
    """Like `synthetic.write_run`, of the dense sweep only, with 20 launches."""
    return synthetic.write_run(folder, allocators, **{"made": cases(), "launches": 20, "cost": ns_per_op, **options})


def write_full_run(folder: Path, allocators: Sequence[str] = synthetic.ALLOCATORS[:4], **options: Any) -> Path:
    """The dense sweep among all other cases."""
    dense = {case.name: case for case in cases()}
    others = [case for case in synthetic.cases() if case.name not in dense]

    def cost(case: Case, arm: str, allocator: str) -> float:
        return (ns_per_op if case.name in dense else synthetic.ns_per_op)(case, arm, allocator)

    return write_run(folder, allocators, made=[*others, *dense.values()], cost=cost, **options)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a run folder with a dense size sweep of invented numbers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--allocators", type=int, default=4, choices=range(1, len(synthetic.ALLOCATORS) + 1))
    parser.add_argument("--launches", type=int, default=20)
    options = parser.parse_args()
    write_full_run(options.folder, synthetic.ALLOCATORS[: options.allocators], launches=options.launches)


if __name__ == "__main__":
    main()
