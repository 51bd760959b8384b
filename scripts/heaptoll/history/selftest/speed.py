"""How long a search of many long series takes, and how much memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
from numpy.random import default_rng

from heaptoll.history.change.search import search
from heaptoll.history.selftest.noises import KINDS
from heaptoll.history.selftest.own_process import measured, tell
from heaptoll.history.series import Measured, Series, SeriesName
from heaptoll.verdict.zone import DeadZone

_START = datetime(2026, 1, 1, tzinfo=timezone.utc)
_STEP = 3.0  # standard deviations, in every other series: what takes longest is a series with changes


@dataclass(frozen=True)
class Speed:
    """`bytes_at_once`: of all processes together, at most."""

    series: int
    points: int
    seconds: float
    bytes_at_once: int
    processes: int


def measure(series: int, points: int, seed: int, false_alarms: float, processes: int) -> Speed:
    """Searches that many series of every kind of noise. Raises OSError, or ValueError where the other process failed."""
    call = f"heaptoll.history.selftest.speed:child({series}, {points}, {seed}, {false_alarms}, {processes})"
    return Speed(series, points, *measured(call, processes), processes)


def child(series: int, points: int, seed: int, false_alarms: float, processes: int) -> None:
    """In the other process."""
    generator = default_rng(seed)
    runs = [Measured(f"run {i}", _START + timedelta(days=i), None) for i in range(points)]
    every, missing = [], np.full(points, np.nan)
    for i in range(series):
        values = 100 + KINDS[i % len(KINDS)].make(points, generator)
        if i % 2:
            values[int(generator.integers(points)) :] += _STEP
        every.append(Series(SeriesName("made up", f"series {i}"), "ns", runs, np.arange(points), values, missing, missing))
    tell(lambda: search(every, false_alarms, DeadZone(), processes))
