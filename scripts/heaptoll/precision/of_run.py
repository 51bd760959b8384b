"""The precision that was measured beside a run: precision.json in the run's own folder, of the same machine."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.command_line import read_measured
from heaptoll.measurements import Run
from heaptoll.precision.figures import Precision
from heaptoll.run_facts import Machine

FILE_NAME = "precision.json"
_SHORT_REVISION = 12


@dataclass(frozen=True)
class PrecisionOfRun:
    """`found` is None where nothing usable lies beside the run. `told`: where it is from, or why it is not used."""

    found: Precision | None
    told: tuple[str, ...]


def machine_words(machine: Machine) -> str:
    """As `make precision` notes the machine it ran on."""
    return f"{machine.cpu_model}, {machine.cores} cores"


def precision_of_run(run: Run) -> PrecisionOfRun:
    """What lies beside the run. Raises BadInput for a file that is damaged."""
    path = run.folder / FILE_NAME
    if not path.exists():
        return PrecisionOfRun(None, ())
    found = read_measured(path, Precision.from_json, FILE_NAME, f"measure again, or take {FILE_NAME} out of the folder")
    here = machine_words(run.facts.machine)
    if found.machine != here:
        return PrecisionOfRun(None, (f"{FILE_NAME} not used: it is of {found.machine or 'an unknown machine'}.",))
    origin = (
        f"Against Google Benchmark: a measurement of its own on this machine (`make precision`), {found.date}, commit "
        f"{found.revision[:_SHORT_REVISION]}."
    )
    return PrecisionOfRun(found, (origin,))
