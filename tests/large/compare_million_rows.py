#!/usr/bin/env python3
"""How long compare.py takes, and how much memory, for a million rows of each format; not among the tests.

    python3 tests/large/compare_million_rows.py
    python3 tests/large/compare_million_rows.py --rows 1000000 --kinds run

Seconds are the processor's own, so that a busy machine does not count. Exit status: 0 within 10 s and 1 GiB, 1 not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "python")]

import foreign_files  # noqa: E402
import synthetic  # noqa: E402

LONGEST_S = 10.0
LARGEST_BYTES = 1 << 30
REPETITIONS = 10


def write_run(path: Path, rows: int, seed: int) -> None:
    """A folder; four allocators, three arms, ten launches, as many cases as it takes."""
    random, allocators = Random(seed), synthetic.ALLOCATORS[:4]
    path.mkdir()
    with (path / "measurements.csv").open("w") as file:
        file.write(",".join(synthetic.COLUMNS) + "\n")
        for case in range(rows // (len(allocators) * 3 * REPETITIONS)):
            for launch in range(REPETITIONS):
                for allocator in allocators:
                    for arm, usual in (("null", 1.0), ("stack", 2.0), ("heap", 10.0)):
                        ns = usual * random.gauss(1, 0.003)
                        quantiles = ",".join(f"{ns * q:.5f}" for q in (0.98, 0.99, 1, 1.01, 1.02))
                        file.write(
                            f"run{seed},array_size/fixed/{case},array_size,fixed,{case},elements={case},{arm},"
                            f"{allocator},gcc,1,{launch},ok,,1000,900,880,{quantiles},{ns * 3:.4f},1,64,0,\n"
                        )
    facts = synthetic.facts([], allocators, run_id=f"run{seed}")
    (path / "run.json").write_text(json.dumps(facts))


def write_gbench(path: Path, rows: int, seed: int) -> None:
    with path.open("w") as file:
        file.write(f'{{"context": {json.dumps(foreign_files.CONTEXT)},\n"benchmarks": [\n')
        for i, (name, repetition, ns) in enumerate(_repetitions(rows, seed)):
            row = foreign_files.gbench_row(f"BM_Sort/{name}", repetition, ns)
            file.write(",\n" * bool(i) + json.dumps(row, indent=2))
        file.write("]}\n")


def write_go(path: Path, rows: int, seed: int) -> None:
    with path.open("w") as file:
        for name, _, ns in _repetitions(rows, seed):
            file.write(f"BenchmarkSort/n={name}-2\t1000\t{ns:.2f} ns/op\t64 B/op\n")


def _repetitions(rows: int, seed: int) -> Iterator[tuple[int, int, float]]:
    random = Random(seed)
    return ((i // REPETITIONS, i % REPETITIONS, 10 * random.gauss(1, 0.003)) for i in range(rows))


WRITERS: dict[str, Callable[[Path, int, int], None]] = {"run": write_run, "gbench": write_gbench, "go": write_go}


def measure(base: Path, head: Path) -> tuple[float, int, str]:
    """Processor seconds, bytes at most in memory, and the last line that compare.py wrote."""
    command = [sys.executable, str(ROOT / "scripts" / "compare.py"), str(base), str(head), "--max-unsure", "100"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        text = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"compare.py failed: {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, text.splitlines()[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500_000, help="rows a side (default: 500000, a million in all)")
    parser.add_argument("--kinds", nargs="+", choices=WRITERS, default=list(WRITERS))
    options = parser.parse_args()
    good = True
    for kind in options.kinds:
        with tempfile.TemporaryDirectory() as folder:
            sides = Path(folder, "base"), Path(folder, "head")
            for seed, side in enumerate(sides):
                WRITERS[kind](side, options.rows, seed)
            seconds, size, said = measure(*sides)
        good = good and seconds <= LONGEST_S and size <= LARGEST_BYTES
        print(f"{kind:<7} 2 x {options.rows} rows  {seconds:5.1f} s  {size / 2**20:5.0f} MiB  {said}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
