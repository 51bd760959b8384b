"""How long a search of many long series takes, and how much memory: in a process of its own, whose memory is its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from heaptoll.history.change.search import search
from heaptoll.history.selftest.noises import KINDS
from heaptoll.history.series import Measured, Series, SeriesName
from heaptoll.verdict.zone import DeadZone

_SCRIPTS = Path(__file__).resolve().parents[3]
_START = datetime(2026, 1, 1, tzinfo=timezone.utc)
_STEP = 3.0  # standard deviations, in every other series: what takes longest is a series with changes
_KILOBYTE = 1024


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
    code = f"from heaptoll.history.selftest.speed import child; child({series}, {points}, {seed}, {false_alarms}, {processes})"
    found_by = {**os.environ, "PYTHONPATH": str(_SCRIPTS)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=found_by)
    if done.returncode:
        raise ValueError(f"the search failed: {done.stderr.strip() or done.returncode}")
    seconds, kilobytes = json.loads(done.stdout)
    return Speed(series, points, seconds, int(kilobytes) * _KILOBYTE, processes)


def child(series: int, points: int, seed: int, false_alarms: float, processes: int) -> None:
    """Prints seconds and KiB as JSON."""
    generator = default_rng(seed)
    runs = [Measured(f"run {i}", _START + timedelta(days=i), None) for i in range(points)]
    every, missing = [], np.full(points, np.nan)
    for i in range(series):
        values = 100 + KINDS[i % len(KINDS)].make(points, generator)
        if i % 2:
            values[int(generator.integers(points)) :] += _STEP
        every.append(Series(SeriesName("made up", f"series {i}"), "ns", runs, np.arange(points), values, missing, missing))
    start = time.perf_counter()
    search(every, false_alarms, DeadZone(), processes)
    seconds = time.perf_counter() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss  # the largest of them
    print(json.dumps([seconds, own + processes * theirs]))
