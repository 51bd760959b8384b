#!/usr/bin/env python3
"""How long the index of a long history takes, and how much memory and disk; not among the tests.

    python3 tests/large/reindex_ten_thousand_runs.py
    python3 tests/large/reindex_ten_thousand_runs.py --runs 10000 --values 1300 --keep /tmp/store

Makes the records of so many runs in a temporary folder, 27 years of nightly ones, and starts history's index on them as
a program of its own. Seconds are those of the wall. Exit status: 0 reindexed within 120 s and 1 GiB, 1 not.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

import histories  # noqa: E402

from heaptoll.history.chosen import Chosen  # noqa: E402
from heaptoll.history.index import FILE_NAME, Index  # noqa: E402
from heaptoll.history.record import Library, Name  # noqa: E402
from heaptoll.history.record_file import as_bytes, file_name  # noqa: E402

LONGEST_S = 120.0
LARGEST_BYTES = 1 << 30
ALLOCATORS = ("glibc", "jemalloc", "mimalloc", "tcmalloc")
ARMS = ("null", "stack", "heap", "toll")
MOST_LAID_OUT = 100  # files that one task writes


def write(folder: Path, values: int, days: range) -> None:
    """Records of nightly runs; the compiler is replaced every two years."""
    cases = [f"array_size/fixed/{8 * n}/first" for n in range(values // (len(ALLOCATORS) * len(ARMS)))]
    names = {Name(case, allocator, arm): 1.0 for case in cases for allocator in ALLOCATORS for arm in ARMS}
    libraries = {name: Library("1.0", "ab" * 32) for name in ALLOCATORS}
    made = histories.record(values=names)
    for day in days:
        noise = np.random.default_rng(day).normal(0, 0.01, len(names))
        ns = np.where(noise > 0, 12.345, 8.7654) * (1 + noise)
        figures = np.stack([ns, ns * 0.999, ns * 1.001, np.full(len(ns), 8.0), ns * 2.9], axis=1)
        started = histories.START + timedelta(days=day)
        record = histories.replace(
            made, run_id=f"{started:%Y%m%dT%H%M%SZ}-{day % 65536:04x}", started_utc=started,
            ended_utc=started + timedelta(minutes=4), compiler=f"gcc {12 + day // 730}.1.0", allocators=libraries,
            figures=figures,
        )  # fmt: skip
        (folder / file_name(record.run_id)).write_bytes(as_bytes(record))


def make(folder: Path, runs: int, values: int) -> None:
    tasks = [range(at, min(at + MOST_LAID_OUT, runs)) for at in range(0, runs, MOST_LAID_OUT)]
    with ProcessPoolExecutor() as pool:
        list(pool.map(partial(write, folder, values), tasks))


def timed(folder: Path, what: str) -> None:
    """Done in a process of its own: says seconds, and the largest size of it and of the processes it started."""
    start = time.perf_counter()
    index = Index(folder)
    if what == "nothing new":
        print(f"{what:<16} {time.perf_counter() - start:6.1f} s", flush=True)
        return
    if what == "reindex":
        seconds = time.perf_counter() - start
        size = (folder / FILE_NAME).stat().st_size
        said = f"{len(index.runs())} runs, index of {size / 2**20:.0f} MiB"
    else:
        chosen = Chosen(filter="/64/", arms=("toll",)) if what == "read one case" else Chosen()
        series = points = 0
        for each in index.series(chosen):
            series, points = series + 1, points + len(each)
        seconds = time.perf_counter() - start
        said = f"{series} series of {points} points"
    own, below = (resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cores = len(os.sched_getaffinity(0))
    total = own + below * cores  # at most: what they share counts again
    print(f"{what:<16} {seconds:6.1f} s  {total / 2**20:5.0f} MiB  {said}", flush=True)
    if what == "reindex" and (seconds > LONGEST_S or total > LARGEST_BYTES):
        raise SystemExit(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--values", type=int, default=1_300, help="of each run; a quick run has as many")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="make the records there, and leave them")
    parser.add_argument("--timed", nargs=2, metavar=("DIR", "WHAT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.timed:
        timed(Path(options.timed[0]), options.timed[1])
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        start = time.perf_counter()
        make(folder, options.runs, options.values)
        (folder / FILE_NAME).unlink(missing_ok=True)
        size = sum(path.stat().st_size for path in folder.glob("*.json"))
        seconds = time.perf_counter() - start
        made = f"{size / 2**20:.0f} MiB, made in {seconds:.0f} s"
        print(f"{options.runs} runs of {options.values} values: {made}", flush=True)
        good = True
        for what in ("reindex", "nothing new", "read all", "read one case"):
            command = [sys.executable, __file__, "--timed", str(folder), what]
            good = subprocess.run(command, check=False).returncode == 0 and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
