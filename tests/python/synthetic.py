"""Makes run folders that look like real ones: plausible times, every scenario, any number of allocators.

    python3 tests/python/synthetic.py FOLDER --allocators 4

The numbers follow a crude cost model. They are for tests and for looking at charts, and mean nothing else.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Row = dict[str, str]

COLUMNS = (
    "run_id,case,scenario,variant,size_bytes,params,arm,allocator,build,cpu,launch,status,reason,"
    "ops_per_slice,slices,quiet_slices,ns_p05,ns_p25,ns_median,ns_p75,ns_p95,cycles_median,"
    "allocs_per_op,alloc_bytes_per_op,minor_faults_per_op,counter_instructions"
).split(",")  # fmt: skip

ALLOCATORS = ("glibc", "jemalloc", "mimalloc", "tcmalloc", "snmalloc", "hoard")
RUN_ID = "20260131T120000Z-beef"
GHZ = 2.9

# Cost of malloc and free in ns: of a small block, and at 64 KiB untouched.
_COST = {
    "glibc": (10.0, 30.0), "jemalloc": (6.0, 280.0), "mimalloc": (9.5, 22.0),
    "tcmalloc": (6.0, 7.0), "snmalloc": (5.2, 14.0), "hoard": (14.0, 90.0),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    size_bytes: int | None
    params: str
    explains: str
    extra_arms: tuple[str, ...] = ()
    # ns per operation of an arm, given what a small malloc and free cost; None for the model below.
    model: Callable[[str, float], float] | None = None

    @property
    def scenario(self) -> str:
        return self.name.split("/")[0]

    @property
    def variant(self) -> str:
        return self.name.split("/")[1]


def cases() -> list[Case]:
    """Every case of the four scenarios."""
    return [*_returned_pointer(), *_boxed_value(), *_array_size(), *_captured_closure()]


def _returned_pointer() -> Iterable[Case]:
    for size in (8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096):
        yield Case(f"returned_pointer/by_value/{size}", size, "", "returns a struct by value, or a pointer to one")
        yield Case(f"returned_pointer/out_param/{size}", size, "", "fills a struct of the caller, or allocates one")
    for depth in (1, 2, 8, 32):
        explains = f"hands the value up through {depth} callers"
        yield Case(f"returned_pointer/chain/64/d{depth}", 64, f"depth={depth}", explains)


def _boxed_value() -> Iterable[Case]:
    for size in (8, 16, 32, 64):
        extra = ("inline",) if size == 8 else ()
        yield Case(f"boxed_value/interface/{size}", size, "", "stores a value behind an interface", extra)
    for hit in (0, 50, 100):
        explains = f"boxes integers of which {hit} % have a preallocated box"
        yield Case(f"boxed_value/small_int/hit{hit}", 8, f"hit={hit}", explains)
    for k in (1, 4, 16):
        explains = f"passes {k} boxed arguments to a variadic function"
        yield Case(f"boxed_value/variadic/k{k}", 16 * k, f"k={k}", explains)


def _array_size() -> Iterable[Case]:
    for variant in ("fixed", "vla", "alloca", "hybrid"):
        for elements in (8, 64, 512, 1024, 4096, 8191, 8192, 8193, 16384, 16385, 32768, 131072):
            for touch in ("first", "all"):
                written = "the first" if touch == "first" else "every"
                yield Case(
                    f"array_size/{variant}/{elements}/{touch}",
                    8 * elements,
                    f"elements={elements};touch={touch}",
                    f"makes an array of {elements} integers and writes {written} one",
                    ("hybrid",) if variant == "hybrid" else (),
                )


def _captured_closure() -> Iterable[Case]:
    for variant in ("by_value", "by_reference", "counter"):
        for size in (8, 32, 128):
            yield Case(f"captured_closure/{variant}/{size}", size, "", "makes a closure and calls it once")
    for calls in (1, 10, 100):
        explains = f"makes a closure and calls it {calls} times"
        yield Case(f"captured_closure/call_many/32/calls{calls}", 32, f"calls={calls}", explains)


def few_cases() -> list[Case]:
    """One small case, for tests of the reader."""
    return [case for case in cases() if case.name == "returned_pointer/by_value/64"]


def ns_per_op(case: Case, arm: str, allocator: str) -> float:
    """The cost model."""
    if case.model:
        return case.model(arm, _COST.get(allocator, (8.0 + len(allocator) % 5, 40.0))[0])
    size = case.size_bytes or 8
    touched = 8 if case.params.endswith("touch=first") else size
    work = 1.35 + touched / 50 + (0.6 if case.variant in ("vla", "alloca") else 0.0)
    if case.scenario == "captured_closure" and case.variant == "call_many":
        work += 1.3 * int(case.params.split("=")[1])
    if arm == "hybrid":
        arm = "stack" if size <= 65536 else "heap"
    if arm in ("null", "stack", "inline"):
        return work + {"null": 0.0, "stack": 0.25, "inline": 0.4}[arm]
    small, at_64_kib = _COST.get(allocator, (8.0 + len(allocator) % 5, 40.0))
    growth = min(1.0, max(0.0, math.log2(size / 256) / 8))
    cost = small * (at_64_kib / small) ** growth
    if size > 131072:
        cost += 1700 + touched / 4096 * 400
    blocks = int(case.params.split("=")[1]) if case.variant == "variadic" else 1
    return work + 1.2 + cost * blocks


def rows(
    made: Iterable[Case],
    allocators: Sequence[str],
    launches: int = 8,
    *,
    build: str = "gcc",
    seed: int = 1,
    cost: Callable[[Case, str, str], float] = ns_per_op,
) -> list[Row]:
    """The rows of a run in which everything went well."""
    random = np.random.default_rng(seed)
    result = []
    for case in made:
        for launch in range(launches):
            common = math.exp(random.normal(0, 0.01))
            for allocator in allocators:
                for arm in ("null", "stack", "heap", *case.extra_arms):
                    ns = cost(case, arm, allocator) * common * math.exp(random.normal(0, 0.012))
                    result.append(_row(case, arm, allocator, build, launch, ns))
    return result


def _row(case: Case, arm: str, allocator: str, build: str, launch: int, ns: float) -> Row:
    allocates = arm == "heap" or (arm == "hybrid" and (case.size_bytes or 0) > 65536)
    quantiles = {f"ns_{name}": f"{ns * factor:.4f}" for name, factor in (
        ("p05", 0.985), ("p25", 0.995), ("median", 1.0), ("p75", 1.007), ("p95", 1.03),
    )}  # fmt: skip
    return {
        "run_id": RUN_ID, "case": case.name, "scenario": case.scenario, "variant": case.variant,
        "size_bytes": "" if case.size_bytes is None else str(case.size_bytes), "params": case.params,
        "arm": arm, "allocator": allocator, "build": build, "cpu": "1", "launch": str(launch),
        "status": "ok", "reason": "", "ops_per_slice": str(max(1, int(70000 / ns))), "slices": "240",
        "quiet_slices": "201", **quantiles, "cycles_median": f"{ns * GHZ:.4f}",
        "allocs_per_op": "1" if allocates else "0",
        "alloc_bytes_per_op": str(case.size_bytes or 0) if allocates else "0",
        "minor_faults_per_op": "0", "counter_instructions": "",
    }  # fmt: skip


def without_time(row: Row, status: str, reason: str) -> Row:
    """The row of an arm that gave no time."""
    times = [name for name in row if name.startswith("ns_")] + ["cycles_median"]
    return {**row, "status": status, "reason": reason, **{name: "" for name in times}}


def contended(row: Row) -> Row:
    return {**row, "status": "contended", "reason": "3 of 240 slices were quiet", "quiet_slices": "3"}


def csv_bytes(made: Iterable[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue().encode()


def facts(made: Iterable[Case], allocators: Sequence[str], **changes: Any) -> dict[str, Any]:
    """The contents of run.json."""
    return {
        "schema_version": 1,
        "run_id": RUN_ID,
        "started_utc": "2026-01-31T12:00:00Z",
        "status": "complete",
        "profile": "quick",
        "seed": 42,
        "command_line": "heaptoll --profile=quick",
        "git": {"revision": "0123456789abcdef0123456789abcdef01234567", "dirty": False},
        "machine": {
            "cpu_model": "Example CPU E5-1234 v5 @ 2.90GHz", "cores": 2,
            "hypervisor": "KVM", "kernel": "6.1.0-18-amd64",
        },
        "toolchain": {
            "compiler": "gcc 12.2.0", "flags": "-O2 -fno-builtin-malloc -fno-builtin-free",
            "libc": "2.36", "google_benchmark": "1.7.1",
        },
        "allocators": [
            {"name": name, "path": f"/usr/lib/lib{name}.so", "version": f"{i + 2}.{i}", "sha256": f"{i:064x}"}
            for i, name in enumerate(allocators)
        ],
        "cases": [
            {
                "name": case.name, "scenario": case.scenario, "variant": case.variant, "params": case.params,
                "size_bytes": case.size_bytes, "explains": case.explains,
                "question": f"What does a {case.scenario.replace('_', ' ')} cost?",
            }
            for case in made
        ],
        "measured_ghz": GHZ,
        "quiet_share": 0.84,
        "warnings": [],
        **changes,
    }  # fmt: skip


def write_run(
    folder: Path,
    allocators: Sequence[str] = ALLOCATORS[:4],
    *,
    made: Sequence[Case] | None = None,
    launches: int = 8,
    change: Callable[[Row], Row | None] = lambda row: row,
    cost: Callable[[Case, str, str], float] = ns_per_op,
    **facts_changes: Any,
) -> Path:
    """Writes a run and returns its folder. `change` may alter each row, or drop it by returning None; `cost` is the
    cost model."""
    made = cases() if made is None else made
    changed = (change(row) for row in rows(made, allocators, launches, cost=cost))
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("measurements.csv").write_bytes(csv_bytes(row for row in changed if row is not None))
    folder.joinpath("run.json").write_text(json.dumps(facts(made, allocators, **facts_changes)))
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a run folder with invented numbers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--allocators", type=int, default=4, choices=range(1, len(ALLOCATORS) + 1))
    parser.add_argument("--launches", type=int, default=8)
    parser.add_argument("--full", action="store_true", help="with the cases of synthetic_scenarios.py")
    options = parser.parse_args()
    if options.full:
        import synthetic_scenarios as more

        made, change = more.full_cases(), more.skips
        write_run(options.folder, ALLOCATORS[: options.allocators], made=made, launches=options.launches, change=change)
    else:
        write_run(options.folder, ALLOCATORS[: options.allocators], launches=options.launches)


if __name__ == "__main__":
    main()
