"""Makes records, stores of them and the runs they come from, for the tests of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import synthetic

from heaptoll.history.record import LeftOut, Library, Machine, Name, Record
from heaptoll.history.record_file import as_bytes, file_name, rounded

COMMITTED = datetime(2026, 1, 31, 11, 0, tzinfo=timezone.utc)
START = datetime(2026, 1, 31, 12, 0, tzinfo=timezone.utc)
CASE = "returned_pointer/by_value/64"


def write_run(folder: Path, allocators: Sequence[str] = ("glibc", "jemalloc"), **changes: Any) -> Path:
    """The folder of a small run: one case, two allocators, three launches."""
    options = {"made": synthetic.few_cases(), "launches": 3, **changes}
    return synthetic.write_run(folder, allocators, **options)


def record(
    day: int = 0, *, minutes: float | None = 5, values: Mapping[Name, float] | None = None, **changes: Any
) -> Record:
    """A record of a run that began so many days after START. `values`: ns by name; the interval is 1 % to either side,
    cycles are three per ns."""
    started = changes.pop("started_utc", START + timedelta(days=day))
    found = values if values is not None else _values(day)
    names = tuple(sorted(found))
    ns = np.array([found[name] for name in names])
    columns = np.stack([ns, ns - abs(ns) / 100, ns + abs(ns) / 100, np.full(len(ns), 8.0), 3 * ns], axis=1)
    figures = np.vectorize(rounded)(columns)
    made = Record(
        run_id=f"{started:%Y%m%dT%H%M%SZ}-{day:04x}", started_utc=started,
        ended_utc=None if minutes is None else started + timedelta(minutes=minutes), profile="quick", engine="lockstep",
        commit=f"{day:040x}", commit_utc=started - timedelta(hours=1), dirty=False,
        machine=Machine(None, "Example CPU", "x86_64", 2, "L1d 32K", "false", "KVM"), libc="glibc 2.36",
        compiler="gcc 12.2.0", flags="-O2",
        allocators={"glibc": Library("2.36", "aa" * 32), "jemalloc": Library("5.3.0", "bb" * 32)},
        allocator_environment=(), measured_ghz=2.9, quiet_share=0.84, names=names, figures=figures,
        left_out=(LeftOut(Name(CASE, "jemalloc", "pool"), "skipped", "no pool"),),
    )  # fmt: skip
    return replace(made, **changes)


def _values(day: int) -> dict[Name, float]:
    return {
        Name(CASE, allocator, arm): base + day / 100 + (1 if allocator == "jemalloc" else 0)
        for allocator in ("glibc", "jemalloc")
        for arm, base in (("null", 1.25), ("stack", 2.5), ("heap", 10.0), ("toll", 7.5))
    }


def put(folder: Path, *records: Record) -> list[Path]:
    """Writes them into the store `folder` as if they had been appended."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / file_name(each.run_id) for each in records]
    for path, each in zip(paths, records):
        path.write_bytes(as_bytes(each))
    return paths
