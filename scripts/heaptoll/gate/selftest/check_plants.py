"""Looks before all trials whether a plant arrives where it should: without, every trial would blame the gate."""

from __future__ import annotations

import re

from heaptoll.bad_input import BadInput
from heaptoll.gate.selftest.conduct import Workers
from heaptoll.gate.selftest.plants import literal, planted, text_of
from heaptoll.gate.selftest.tally import median
from heaptoll.gate.selftest.trial import PLANTED_ARM
from heaptoll.measurements import Run
from heaptoll.precision.programs import Programs

# Twice the work; between the sides of one run, in the same milliseconds, noise is a hundredth of that.
_PERCENT = 100.0
_LEAST, _MOST = 1.8, 2.2


def check_plants(programs: Programs, workers: Workers, case: str) -> None:
    """Plants a 100 % in this case's head and measures both sides. Raises BadInput when head does not take about twice as
    long."""
    with planted(text_of([case], _PERCENT, f"{literal(str(workers.head_folder))}/*")):
        run = programs.run([
            f"--builds=base={workers.base[0]},head={workers.head[0]}", "--profile=full", "--allocators=glibc",
            f"--benchmark_filter=^{re.escape(case)}$", "--launches=6", "--launch-seconds=0.01",
        ])  # fmt: skip
    check_ratio(run, case)


def check_ratio(run: Run, case: str) -> None:
    """Raises BadInput unless head's heap arm took about twice as long as base's."""
    rows = run.rows[(run.rows["case"] == case) & (run.rows["arm"] == PLANTED_ARM)]
    base, head = (median(list(rows[rows["build"] == side]["ns_median"].dropna())) for side in ("base", "head"))
    if not _LEAST <= head / base <= _MOST:
        raise BadInput(
            "the workers with plants", f"a plant of {_PERCENT:g} % to double the time of {case}",
            "build the target plants again; without plants there is nothing to find",
            found=f"{base:.2f} ns in base, {head:.2f} ns in head",
        )  # fmt: skip
