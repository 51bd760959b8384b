"""Which files go with a run: what was measured, what was found in it, and what else is of the same machine.

Beside the run lie its own files. The latest results of other targets are others' business until their facts say that
they belong here: counts name compilers, flags and libraries by hash, which decides. `make precision` and `make truth`
name a machine by its CPU's trade name and its number of cores only, which two machines may share: they go along when
asked for, and are refused where even that differs.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from heaptoll import xz_file
from heaptoll.bad_input import BadInput, quoted
from heaptoll.counts.of_run import counts_of_run
from heaptoll.edges import sweep, table
from heaptoll.go_lane import files as go_files
from heaptoll.measurements import FILE_NAME, PACKED_NAME, Run
from heaptoll.publish.pack import unpacked
from heaptoll.run_facts import FILE_NAME as FACTS_NAME
from heaptoll.run_facts import RunFacts

_COUNTS = ("counts.csv", "counts.json")
_GO = (go_files.MEASUREMENTS, go_files.FACTS)
_BESIDE = (*_COUNTS, "code.json", "precision.json", "precision.md", "truth.md", *_GO)
_PACKED = ("measurements.csv", "code.json", go_files.MEASUREMENTS)  # what is kept compressed
OF_RUN = (*_PACKED, FACTS_NAME, go_files.FACTS, table.FILE_NAME)  # what is of one run, and of no other
_LATEST_COUNTS = Path("results/counts")


class Also(NamedTuple):
    """What another target wrote last, and the file among it that names the machine."""

    folder: Path
    files: tuple[str, ...]
    facts: str


ALSO: Mapping[str, Also] = {
    "precision": Also(Path("results/precision"), ("precision.json", "precision.md"), "precision.json"),
    "truth": Also(Path("results/truth"), ("truth.md",), "truth.json"),
}


def material(run: Run, also: Collection[str] = ()) -> tuple[dict[str, bytes], list[str]]:
    """The contents of each file to publish, by its name there, not yet compressed; and what was left out, in sentences.
    Raises BadInput, OSError."""
    files = {FACTS_NAME: (run.folder / FACTS_NAME).read_bytes(), FILE_NAME: _measurements(run)}
    for name in _BESIDE:
        for file in (run.folder / name, run.folder / f"{name}{xz_file.SUFFIX}"):
            if file.is_file():
                files[name] = unpacked(file)
    if edges := sweep.usual_edges(run):
        files[table.FILE_NAME] = table.as_csv(run.facts.run_id, edges)
    told = _add_counts(run, files)
    for word, each in ALSO.items():
        if word in also:
            files |= _of_target(run, word, each)
        elif each.files[0] not in files and (each.folder / each.facts).is_file():
            told.append(
                f"{each.folder} is left out: it names its machine by its CPU's trade name only. If it is of this "
                f"machine: --also {word}"
            )
    return files, told


def is_packed(name: str) -> bool:
    """Whether a file is published compressed with xz, its name with .xz then."""
    return name in _PACKED


def _measurements(run: Run) -> bytes:
    packed = run.folder / PACKED_NAME
    return unpacked(packed if packed.exists() else run.folder / FILE_NAME)


def _add_counts(run: Run, files: dict[str, bytes]) -> list[str]:
    """Those beside the run, or the latest ones, if every one of their toolchains is one of the run's."""
    beside = all(name in files for name in _COUNTS)
    folder = run.folder if beside else _LATEST_COUNTS
    if not beside and not all((folder / name).is_file() for name in _COUNTS):
        return []
    found = [counts_of_run(replace(run, counts=folder), build) for build in run.builds]
    unused = [said for each in found for said in each.told if said.startswith("Instruction counts not used")]
    if unused or not any(each.instructions for each in found):
        for name in _COUNTS:
            files.pop(name, None)
        return [f"{folder / _COUNTS[0]} is left out. {' '.join(unused) or 'It has no case of this run.'}"]
    files |= {name: (folder / name).read_bytes() for name in _COUNTS}
    return []


def _of_target(run: Run, word: str, also: Also) -> dict[str, bytes]:
    facts = also.folder / also.facts
    try:
        machine = json.loads(facts.read_text(encoding="utf-8"))["machine"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            facts, f"what `make {word}` writes", f"run `make {word}`, or leave out --also {word}",
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip
    if machine != machine_name(run.facts):
        raise BadInput(
            facts, f"a result of the run's machine, {machine_name(run.facts)}",
            f"run `make {word}` there, or leave out --also {word}", found=quoted(str(machine)),
        )  # fmt: skip
    return {name: (also.folder / name).read_bytes() for name in also.files}


def machine_name(facts: RunFacts) -> str:
    """As `make precision` and `make truth` name it."""
    return f"{facts.machine.cpu_model}, {facts.machine.cores} cores"
