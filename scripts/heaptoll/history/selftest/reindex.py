"""How long the index of a long history takes, and how much memory and disk."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import numpy as np

from heaptoll.history.chosen import Chosen
from heaptoll.history.index import FILE_NAME, Index
from heaptoll.history.record import Library, Machine, Name, Record
from heaptoll.history.record_file import as_bytes, file_name
from heaptoll.history.selftest.own_process import measured, tell
from heaptoll.own_pool import pooled

_START = datetime(2026, 1, 1, 2, tzinfo=timezone.utc)
_ALLOCATORS = ("glibc", "jemalloc", "mimalloc", "tcmalloc")
_ARMS = ("null", "stack", "heap", "toll")
_DAYS_OF_A_COMPILER = 730
_AT_A_TIME = 100  # records that one task writes


@dataclass(frozen=True)
class Reindexed:
    """`runs` of `values` each, in records of `record_bytes` together, made into an index of `index_bytes` in `seconds`, and
    all series of it read back in `read_seconds`. `bytes_at_once`: of memory, all processes of the one that took more."""

    runs: int
    values: int
    record_bytes: int
    index_bytes: int
    seconds: float
    read_seconds: float
    bytes_at_once: int


def measure(runs: int, values: int) -> Reindexed:
    """Makes the records of so many nightly runs in a temporary folder, and the index from them. Raises OSError, or
    ValueError where the other process failed."""
    with tempfile.TemporaryDirectory(prefix="heaptoll-history-") as temporary:
        folder = Path(temporary)
        cores = len(os.sched_getaffinity(0))
        nights = [range(first, min(first + _AT_A_TIME, runs)) for first in range(0, runs, _AT_A_TIME)]
        for _ in pooled(partial(_write, folder, values), nights, cores):
            pass
        records = sum(path.stat().st_size for path in folder.glob("*.json"))
        seconds, size = measured(f"heaptoll.history.selftest.reindex:child({str(folder)!r}, False)", cores)
        read_seconds, read_size = measured(f"heaptoll.history.selftest.reindex:child({str(folder)!r}, True)", 0)
        index = (folder / FILE_NAME).stat().st_size
        return Reindexed(runs, values, records, index, seconds, read_seconds, max(size, read_size))


def child(folder: str, read: bool) -> None:
    """In the other process: makes the index, or reads all series with the one there is."""
    tell(lambda: _use(Path(folder), read))


def _use(folder: Path, read: bool) -> None:
    index = Index(folder)
    if read:
        for _ in index.series(Chosen()):
            pass
    index.close()


def _write(folder: Path, values: int, nights: range) -> None:
    """The records of these nights; the compiler is replaced every two years."""
    cases = [f"array_size/fixed/{8 * n}/first" for n in range(1, max(values // (len(_ALLOCATORS) * len(_ARMS)), 1) + 1)]
    names = tuple(sorted(Name(case, allocator, arm) for case in cases for allocator in _ALLOCATORS for arm in _ARMS))
    for day in nights:
        noise = np.random.default_rng(day).normal(0, 0.01, len(names))
        ns = 12.345 * (1 + noise)
        started = _START + timedelta(days=day)
        record = Record(
            run_id=f"{started:%Y%m%dT%H%M%SZ}-{day % 65536:04x}", started_utc=started,
            ended_utc=started + timedelta(minutes=4), profile="quick", engine="lockstep", commit=f"{day:040x}",
            commit_utc=None, dirty=False, machine=Machine(None, "made up", "x86_64", 2, None, None, None), libc="2.36",
            compiler=f"gcc {12 + day // _DAYS_OF_A_COMPILER}.1.0", flags="-O2",
            allocators={name: Library("1.0", None) for name in _ALLOCATORS}, allocator_environment=(), measured_ghz=3.0,
            quiet_share=0.9, names=names,
            figures=np.stack([ns, ns * 0.999, ns * 1.001, np.full(len(ns), 8.0), 3 * ns], axis=1), left_out=(),
        )  # fmt: skip
        (folder / file_name(record.run_id)).write_bytes(as_bytes(record))
