"""Made-up series for the tests of the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import numpy as np
from heaptoll.history.change.search import Found, search
from heaptoll.history.series import Measured, Series, SeriesName
from heaptoll.verdict.zone import DeadZone
from numpy.typing import NDArray

START = datetime(2026, 3, 1, tzinfo=timezone.utc)


def runs(number: int) -> list[Measured]:
    """One a night, each of another commit."""
    return [Measured(f"run-{i:04}", START + timedelta(days=i), f"{i + 1:040x}") for i in range(number)]


def series(
    values: Sequence[float] | NDArray[np.float64], of: Sequence[Measured] | None = None, case: str = "boxed_value/interface/16",
    arm: str = "heap", allocator: str = "glibc", unit: str = "ns", at: Sequence[int] | None = None,
    key: str = "a machine",
) -> Series:  # fmt: skip
    array = np.asarray(values, dtype=np.float64)
    missing = np.full(len(array), np.nan)
    where = np.arange(len(array)) if at is None else np.asarray(at)
    return Series(SeriesName(key, case, arm, allocator), unit, of or runs(len(array)), where, array, missing, missing)


def noisy(number: int, level: float, seed: int, relative: float = 0.002) -> NDArray[np.float64]:
    """Independent normal noise around `level`."""
    return level * (1 + relative * np.random.default_rng(seed).standard_normal(number))


def stepped(number: int, level: float, at: int, percent: float, seed: int) -> NDArray[np.float64]:
    values = noisy(number, level, seed)
    values[at:] *= 1 + percent / 100
    return values


def searched(*every: Series) -> Found:
    return search(every, 0.005, DeadZone(), processes=1)
