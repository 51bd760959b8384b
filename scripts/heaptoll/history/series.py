"""A series: one figure over many runs, in the order in which they were made. Nothing here knows where it came from: a
store of Heaptoll's own runs, or another project's CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Measured:
    """One run, or one line of a foreign CSV. `name`: the run's id, or the file's line. `commit`: as the source has it,
    `None` where it has none; `dirty`: measured with changes that no commit has."""

    name: str
    time_utc: datetime
    commit: str | None
    dirty: bool = False


@dataclass(frozen=True)
class SeriesName:
    """What a series is of. `key`: the conditions under which its values compare, in words ("AMD EPYC, glibc 2.36, gcc
    12.2.0, jemalloc 5.3.0"); of a foreign CSV, the file. `case`: or the metric. `arm`: `null`, `stack`, `heap`, …, `toll`
    for heap minus stack; it and `allocator` are empty for foreign metrics."""

    key: str
    case: str
    arm: str = ""
    allocator: str = ""

    @property
    def control(self) -> bool:
        """Whether nothing but the machine and the compiler can move it: an arm without an allocation."""
        return self.arm == "null"

    def __str__(self) -> str:
        return " ".join(filter(None, (self.case, self.arm, f"({self.allocator})" if self.allocator else "")))


@dataclass(frozen=True, eq=False)
class Series:
    """`values[i]` was measured by `runs[at[i]]`, in `unit`; `at` ascends. `low`, `high`: the ends of its interval, NaN
    where there is none. All arrays have shape (n,), no value is NaN. `runs` is shared by the series of a store."""

    name: SeriesName
    unit: str
    runs: Sequence[Measured]
    at: NDArray[np.int64]
    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.values)

    def newest(self, number: int) -> Series:
        """The last so many points of it."""
        if len(self) <= number:
            return self
        cut = slice(len(self) - number, None)
        return replace(self, at=self.at[cut], values=self.values[cut], low=self.low[cut], high=self.high[cut])

    def run(self, point: int) -> Measured:
        """The run that measured point number `point`, 0 to n - 1."""
        return self.runs[int(self.at[point])]
