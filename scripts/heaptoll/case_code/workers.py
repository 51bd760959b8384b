"""Which workers a run measured, and where they are now."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.run_facts import Build, RunFacts, Worker

_UNNAMED = "unnamed"


def workers_of(facts: RunFacts) -> tuple[Build, ...]:
    """The builds of a run with --builds, as run.json has them; of any other, the one build that it has."""
    if facts.builds:
        return facts.builds
    tools = facts.toolchain
    return (Build(tools.build or _UNNAMED, tools.compiler, tools.flags, (Worker("", tools.worker_sha256),)),)


def worker_files(run: Path, facts: RunFacts, given: Path) -> list[tuple[Build, Path]]:
    """Of each build the worker that was measured, the first of its layouts that is still there: `given`, or one that
    run.json names. The builds come with that worker alone. Raises BadInput where one is there no more."""
    found = []
    for build in workers_of(facts):
        candidates = [*(Path(worker.path) for worker in build.workers if worker.path), given]
        chosen = _first_measured(build, candidates)
        if chosen is None:
            raise _gone(run, facts, build, candidates)
        worker, file = chosen
        found.append((Build(build.name, build.compiler, build.flags, (worker,)), file))
    return found


def _first_measured(build: Build, files: Iterable[Path]) -> tuple[Worker, Path] | None:
    by_hash = {worker.sha256: worker for worker in build.workers if worker.sha256}
    for file in files:
        if (sha256 := _sha256(file)) in by_hash:
            return by_hash[sha256], file
    return None


def _sha256(file: Path) -> str | None:
    """None where there is no such file, or it is no file."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None
    except OSError:
        return None


def _gone(run: Path, facts: RunFacts, build: Build, files: list[Path]) -> BadInput:
    wanted = build.workers[0].sha256
    if wanted is None:
        return BadInput(run, "a run.json that names the worker's sha256", "measure again", found="none")
    there = "; ".join(f"{file}: {_sha256(file) or 'no such file'}" for file in files)
    commit = f" of {facts.git.revision}" if facts.git.revision else ""
    return BadInput(
        files[-1], f"the worker that was measured{f' as {build.name}' if facts.builds else ''}, sha256 {wanted}",
        f"name it with --worker, or build the sources{commit} again where they were built then", found=there,
    )  # fmt: skip
