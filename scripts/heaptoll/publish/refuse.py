"""What must not be published, unless it is allowed by name."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from heaptoll import summary
from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare import comparable, own_run
from heaptoll.go_lane.files import FACTS as GO_FACTS
from heaptoll.go_lane.read import read_go
from heaptoll.measurements import Run
from heaptoll.published import RESERVED
from heaptoll.run_facts import FILE_NAME, RunFacts

ALLOWED = ("incomplete", "contended", "dirty", "other-machine", "host-name")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def check_name(name: str) -> None:
    """A name is a folder's and stands in addresses. Raises BadInput."""
    if not _NAME.fullmatch(name) or ".." in name or name.endswith(".") or name.lower() in RESERVED:
        raise BadInput(
            "NAME",
            f"letters, digits, - _ and . in the middle, at most 64, such as epyc-zen4-2vcpu; not {', '.join(RESERVED)}",
            "choose another name for the machine", found=quoted(name),
        )  # fmt: skip


def check_run(run: Run, allowed: Collection[str]) -> None:
    """Raises BadInput for a run that would mislead its readers."""
    facts, file = run.facts, run.folder / FILE_NAME
    if not run.builds:
        raise BadInput(file, "a run with measurements", "measure again", found="no rows")
    if facts.status != "complete" and "incomplete" not in allowed:
        raise _refused(
            file, "a complete run", f"one that is {facts.status}", "incomplete", "wait for it, or go on with it"
        )
    if facts.git.dirty and "dirty" not in allowed:
        raise _refused(
            file, "a run of committed code", "local changes, which nobody can look up", "dirty", "commit, measure again"
        )
    contended, arms = _contended(run)
    if contended and "contended" not in allowed:
        raise _refused(
            file, "a run whose core was its own", f"{contended} of {arms} arms contended", "contended",
            "measure when the machine is quieter",
        )  # fmt: skip


def check_go(run: Run, allowed: Collection[str]) -> None:
    """Raises BadInput for a lane Go in the run's folder that is damaged or would mislead its readers."""
    lane = read_go(run.folder, run.facts.run_id)
    if lane is None:
        return
    file, again = run.folder / GO_FACTS, "measure Go again: scripts/go_bench.py RUN_DIR --again"
    if lane.facts.status != "complete" and "incomplete" not in allowed:
        raise _refused(file, "a complete lane", f"one that is {lane.facts.status}", "incomplete", again)
    if lane.facts.origin.dirty and "dirty" not in allowed:
        raise _refused(file, "a lane by committed code", "local changes, which nobody can look up", "dirty", again)
    if lane.facts.origin.other_machine(run.facts) and "other-machine" not in allowed:
        raise _refused(
            file, f"a lane of the run's machine, {run.facts.machine.cpu_model}", str(lane.facts.origin.cpu_model),
            "other-machine", again,
        )  # fmt: skip


def check_replaced(run: Run, folder: Path, old: RunFacts, *, replace: bool, allowed: Collection[str]) -> None:
    """A name that is taken: the same run may be published again, another one of the same machine with `replace`.
    Raises BadInput."""
    if old.run_id == run.facts.run_id:
        return
    if not replace:
        raise BadInput(
            folder, "a name that is not taken", "choose another NAME, or replace it with --replace",
            found=f"run {old.run_id}",
        )  # fmt: skip
    differing = [
        f"{fact.name} was {fact.value or 'not told'} and is {other or 'not told'}"
        for fact, other in comparable.differences(own_run.facts_of(old), own_run.facts_of(run.facts))
        if fact.word == "machine"
    ]
    if differing and "other-machine" not in allowed:
        raise _refused(
            folder, "a run of the same machine", "; ".join(differing), "other-machine", "publish it under its own NAME"
        )


def _contended(run: Run) -> tuple[int, int]:
    """How many arms, of how many."""
    cases = [case.name for case in run.cases()]
    found = [result for build in run.builds for result in summary.summarise(run, cases, build).values()]
    return sum(result.contended for result in found), len(found)


def _refused(file: Path, expected: str, found: str, word: str, advice: str) -> BadInput:
    return BadInput(file, expected, f"{advice}, or publish it nevertheless: --allow {word}", found=found)
