"""The store: a folder with one file per run. Appending is all that ever writes a record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.history import bad_days
from heaptoll.history.conditions import conditions_of
from heaptoll.history.keys import key_of
from heaptoll.history.record import Record
from heaptoll.history.record_file import as_bytes, file_name, read_record
from heaptoll.history.stored_run import StoredRun
from heaptoll.whole_file import write_whole


@dataclass(frozen=True)
class Appended:
    """`path`: the record's file. `done`: what became of the run, in words. `warnings`: what is suspicious about it."""

    path: Path
    done: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """A run to append. `folder`: where it was read. `started_given`: its time is one that the user stands up for."""

    record: Record
    folder: Path
    started_given: bool = False


def append(folder: Path, candidate: Candidate, runs: Sequence[StoredRun], now: datetime) -> Appended:
    """Stores the run in `folder`, which is made where it is not there; `runs` are those that are stored. A run that is
    there already stays as it is. A damaged file of this run is written anew. Raises BadInput for a run that must not be
    stored, OSError where it cannot be; then nothing is."""
    record = candidate.record
    path = folder / file_name(record.run_id)
    damaged = False
    if path.exists():
        try:
            there = read_record(path)
        except BadInput:
            damaged = True
        else:
            _refuse_other_content(path, candidate, there)
            return Appended(path, f"{record.run_id}, which is there already")
    bad_days.refuse_bad_clock(record, candidate.folder, now)
    bad_days.refuse_other_machine(record, candidate.folder, runs, folder)
    warnings = bad_days.older_than_newest(record, key_of(conditions_of(record), None), runs)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(path, as_bytes(record))
    what = "whose damaged file is written anew" if damaged else f"appended with {len(record.names)} values"
    return Appended(path, f"{record.run_id}, {what}", tuple(warnings))


def _refuse_other_content(path: Path, candidate: Candidate, there: Record) -> None:
    """Where the user says nothing about the machine or the time, the stored run's are as good; and git may have
    forgotten the commit, or learnt of it."""
    record = replace(candidate.record, commit_utc=there.commit_utc)
    if record.machine.label is None:
        record = replace(record, machine=replace(record.machine, label=there.machine.label))
    if not candidate.started_given:
        record = replace(record, started_utc=there.started_utc, ended_utc=there.ended_utc)
    new, old = (json.loads(as_bytes(each)) for each in (record, there))
    other = [key for key in new if new[key] != old.get(key)]
    if other:
        raise BadInput(
            path, "the run as it was appended before",
            "remove this file first, if the run is right and the file is wrong", found=f"a run of the same id with other {', '.join(other)}",
        )  # fmt: skip
