"""Looks for what can be planted in: a short run says how many operations a slice of each case has."""

from __future__ import annotations

import os
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.plan import Material
from heaptoll.gate.selftest.trial import PLANTED_ARM
from heaptoll.measurements import Run
from heaptoll.precision.programs import Programs

# Half a per cent of so many operations, to the nearest one, is 0.5 % to a tenth of itself.
FEWEST_OPERATIONS = 1000
# Below, the dead zone is an absolute one, and what was planted may be within it.
FEWEST_NS = 5.0
CODE_SCENARIO = "plant"
_FEWEST_CASES = 2


def look(programs: Programs, worker: Path, allocators: str) -> tuple[Material, Run]:
    """What the worker's quick cases offer under `allocators` ("": all that are installed), and the run that says so.
    Raises BadInput when the run fails, or offers nothing."""
    run = programs.run([
        f"--worker={worker}", "--profile=quick", "--launches=1", "--launch-seconds=0.001",
        *([f"--allocators={allocators}"] if allocators else []),
    ])  # fmt: skip
    return material_of(run, len(os.sched_getaffinity(0)) > 1), run


def material_of(run: Run, other_core: bool) -> Material:
    """By allocator, the cases whose heap arm was timed, with operations enough that are long enough. Raises BadInput when
    there are fewer than two, or none of the plants in the code."""
    rows = run.rows
    timed = rows[(rows["arm"] == PLANTED_ARM) & rows["status"].isin(["ok", "contended"])]
    # The rows' order is drawn anew in every run; the plan's must depend on its seed alone.
    names = sorted({str(case) for case in timed["case"]})
    in_code = tuple(case for case in names if case.startswith(f"{CODE_SCENARIO}/"))
    good = timed[(timed["ops_per_slice"] >= FEWEST_OPERATIONS) & (timed["ns_median"] >= FEWEST_NS)]
    cases = {}
    for allocator in run.allocators(run.builds[0]) if len(rows) else ():
        enough = {str(case) for case in good["case"][good["allocator"] == allocator]}
        cases[allocator] = tuple(case for case in names if case in enough and case not in in_code)
    fewest = min(map(len, cases.values()), default=0)
    if fewest < _FEWEST_CASES or not in_code:
        raise BadInput(
            "the worker with plants",
            f"cases of {FEWEST_OPERATIONS} operations a slice and {FEWEST_NS:g} ns each, and the scenario {CODE_SCENARIO}",
            "build the target plants of this source again", found=f"{fewest} and {len(in_code)} cases",
        )  # fmt: skip
    return Material(cases, in_code, other_core)


def describe(found: Selftest, run: Run) -> None:
    """Writes down where and when. Raises BadInput when `found` has trials of another machine or revision."""
    facts = run.facts
    machine = f"{facts.machine.cpu_model}, {facts.machine.cores} cores"
    revision = (facts.git.revision or "unknown") + (" with local changes" if facts.git.dirty else "")
    for what, before, now in (("machine", found.machine, machine), ("revision", found.revision, revision)):
        if before not in ("", now):
            raise BadInput(
                "selftest.json", f"trials of this {what}, {quoted(now)}", "name another folder with --out",
                key=what, found=quoted(before),
            )  # fmt: skip
    found.machine, found.revision, found.date = machine, revision, facts.started_utc.strftime("%Y-%m-%d")
