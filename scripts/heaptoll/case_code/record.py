"""Writes the code.json.xz beside a run's measurements."""

from __future__ import annotations

from pathlib import Path

from heaptoll import run_facts
from heaptoll.case_code.code import FILE_NAME, Code
from heaptoll.case_code.gather import build_code
from heaptoll.case_code.packing import packed
from heaptoll.case_code.workers import worker_files
from heaptoll.codegen.arms import read_worker
from heaptoll.codegen.source_lines import PROJECT
from heaptoll.run_facts import read_run_facts
from heaptoll.whole_file import write_whole


def record(run: Path, worker: Path, root: Path = PROJECT) -> Path:
    """Records the code of the run in the folder `run`, or beside the measurements `run`. Returns the file's path.

    `worker`: the program that was measured; for a run of several builds, the one that is no longer where run.json says.
    `root`: the checkout that has the sources. Raises BadInput when the worker is another one or cannot be read, and
    OSError when the file cannot be written.
    """
    folder = run.parent if run.is_file() else run
    facts = read_run_facts(folder / run_facts.FILE_NAME)
    git = None if facts.builds else facts.git
    cases = [case.name for case in facts.cases]
    builds = [
        build_code(read_worker(file), build, cases, git, root) for build, file in worker_files(folder, facts, worker)
    ]
    path = folder / FILE_NAME
    write_whole(path, packed(Code(tuple(builds))))
    return path
