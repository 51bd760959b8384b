"""Google Benchmark on the same cases, as its users compare two builds: one run, then the other."""

from __future__ import annotations

import re
import time
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.gate.selftest import plants
from heaptoll.gate.selftest.mann_whitney import FEWEST_REPETITIONS, GbenchPair, p_value
from heaptoll.gate.selftest.plan import GbenchTrial
from heaptoll.gate.selftest.tally import median
from heaptoll.gate.selftest.trial import PLANTED_ARM
from heaptoll.precision.programs import Programs

REPETITIONS = 10
# It times three arms or more, ten times, twice; it takes 1.4 times what it is asked for. So both runs take about the
# 2 s of measuring that the gate is allowed.
MIN_SECONDS = 0.024


def compare(programs: Programs, worker: Path, trial: GbenchTrial) -> GbenchPair:
    """Both runs and what the compare tool would say. Raises BadInput when one fails."""
    start = time.monotonic()
    base = _times(programs, worker, trial.case, "")
    head = _times(programs, worker, trial.case, plants.text_of([trial.case], trial.planted_percent, "*"))
    seconds = time.monotonic() - start
    return GbenchPair(trial.case, trial.planted_percent, p_value(base, head), median(base), median(head), seconds)


def _times(programs: Programs, worker: Path, case: str, text: str) -> list[float]:
    """ns per operation of the heap arm, by repetition, as they come: its users know of no quiet ones."""
    with plants.planted(text):
        run = programs.run([
            "--engine=gbench", f"--worker={worker}", "--profile=full", "--allocators=glibc",
            f"--benchmark_filter=^{re.escape(case)}$", f"--launches={REPETITIONS}", f"--benchmark_min_time={MIN_SECONDS}",
        ])  # fmt: skip
    rows = run.rows
    times = rows[(rows["case"] == case) & (rows["arm"] == PLANTED_ARM)]["ns_median"].dropna()
    if len(times) < FEWEST_REPETITIONS:
        raise BadInput(
            f"heaptoll --engine=gbench on {case}", f"{REPETITIONS} repetitions", "see what heaptoll says of this case",
            found=str(len(times)),
        )  # fmt: skip
    return [float(each) for each in times]
