"""A record: what the history keeps of one run. Its file: `record_file`; how it comes from a run: `from_run`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TOLL = "toll"  # the arm that is heap minus stack, paired by launch
# The columns of `Record.figures`. ns and cycles are per operation; low and high are the ends of the 95 % interval of
# ns.
FIGURES = ("ns", "low_ns", "high_ns", "launches", "cycles")


class Name(NamedTuple):
    """What a value is of; the nesting of a record's file, from the outside in."""

    case: str
    allocator: str
    arm: str


class LeftOut(NamedTuple):
    """A result that is no value, and why: its status in measurements.csv, and the reason in words."""

    name: Name
    status: str
    reason: str


@dataclass(frozen=True)
class Machine:
    """Which machine. `label`: what its owner calls it, `None` where nobody gave it a name; the rest as the run found
    it, `None` where it could not tell. `caches` and `smt` are in words: they are only held against others."""

    label: str | None
    cpu_model: str | None
    architecture: str | None
    cores: int | None
    caches: str | None
    smt: str | None
    hypervisor: str | None


@dataclass(frozen=True)
class Library:
    """An allocator: what answered `malloc`."""

    version: str | None
    sha256: str | None


@dataclass(frozen=True, eq=False)
class Record:
    """One run. `commit_utc`: when the commit was made, `None` where the repository at hand does not have it. `names[i]`
    has the row `figures[i]`, an array of shape (values, 5) with the columns of `FIGURES`; cycles are NaN where there
    are none, nothing else is. Every name is there once, and there is at least one."""

    run_id: str
    started_utc: datetime
    ended_utc: datetime | None
    profile: str
    engine: str | None
    commit: str | None
    commit_utc: datetime | None
    dirty: bool
    machine: Machine
    libc: str | None
    compiler: str | None
    flags: str | None
    allocators: Mapping[str, Library]
    allocator_environment: tuple[str, ...]
    measured_ghz: float | None
    quiet_share: float | None
    names: tuple[Name, ...]
    figures: NDArray[np.float64]
    left_out: tuple[LeftOut, ...]
