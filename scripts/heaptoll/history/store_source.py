"""The series of a store, with what there is to say about it: the run that was appended, what is damaged or suspicious,
which series began."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.history import bad_days
from heaptoll.history.begun import begun
from heaptoll.history.chosen import Chosen
from heaptoll.history.commit_time import commit_time
from heaptoll.history.index import Index
from heaptoll.history.sources import Source
from heaptoll.history.store import Appended, Candidate, append
from heaptoll.history.stored_run import StoredRun, by_key, lived
from heaptoll.history.told import Told

_REPOSITORY = Path(__file__).resolve().parents[3]
_MOST_BEGUN = 5


@dataclass(frozen=True)
class Asked:
    """`run`: what to append, None for nothing; `label` and `started` are about it. `reindex`: trust no index."""

    run: Path | None
    label: str | None = None
    started: datetime | None = None
    reindex: bool = False


def store_source(folder: Path, chosen: Chosen, asked: Asked) -> Source:
    """Appends, brings the index up to date, and reads the chosen series. Raises BadInput for a run that must not be
    appended, and where nothing of what is chosen was ever measured; OSError where something cannot be written."""
    candidate = None if asked.run is None else _candidate(asked.run, asked)
    if candidate is not None:
        folder.mkdir(parents=True, exist_ok=True)
    elif not folder.is_dir():
        raise BadInput(
            folder, "the folder of a history", "append a run: make history RUN=results/runs/ID", found="no such folder"
        )
    index = Index(folder)
    try:
        with index.lock:
            appended = None
            if candidate is not None and index.read_only:
                raise PermissionError(errno.EACCES, "no permission; --look needs none", str(folder))
            if candidate is not None:
                # A filter with a typing mistake must not end in "refused" when the run is already there.
                index.refuse_unmeasured(chosen, candidate.record.names)
                appended = append(folder, candidate, index.runs(), datetime.now(timezone.utc))
                index.update()
            if asked.reindex:
                index.rebuild()
            runs = index.runs()
            series = list(index.series(chosen))
        told = _told(folder, chosen, runs, len(series), index, appended)
        return Source(series, told, bool(index.damaged))
    finally:
        index.close()


def _candidate(path: Path, asked: Asked) -> Candidate:
    from heaptoll.history.from_run import record_of
    from heaptoll.measurements import read_run

    run = read_run(path.parent if path.name == "run.json" else path)
    record = record_of(run, asked.label, lambda revision: commit_time(_REPOSITORY, revision), asked.started)
    return Candidate(record, run.folder, asked.started is not None)


def _told(
    folder: Path, chosen: Chosen, runs: Sequence[StoredRun], series: int, index: Index, appended: Appended | None
) -> Told:
    heading = {"store": str(folder)}
    if appended is not None:
        heading["run"] = appended.done
    if runs:
        keys = len(by_key(runs, chosen.join))
        heading["runs"] = (
            f"{len(runs)} from {runs[0].started_utc:%Y-%m-%d} to {runs[-1].started_utc:%Y-%m-%d}, "
            f"{'all alike' if keys == 1 else f'under {keys} keys'}"
        )
    else:
        heading["runs"] = "none"
    left_out = runs[-1].left_out if runs else {}
    if left_out:
        said = ", ".join(f"{many} {status}" for status, many in sorted(left_out.items()))
        heading["left out of the newest run"] = f"{said} (results that are no values)"
    heading["series"] = f"{series} of {chosen.unit} per operation{_asked_for(chosen)}"
    damaged = [f"{error}; the history is without it" for error in index.damaged]
    suspicious = bad_days.suspicious(runs)
    warnings = (*damaged, *(appended.warnings if appended else ()), *suspicious)
    beginnings = [str(each) for each in begun(lived(runs, chosen.join))]
    if len(beginnings) > _MOST_BEGUN:
        beginnings[_MOST_BEGUN:] = [f"and {len(beginnings) - _MOST_BEGUN} such changes before"]
    return Told(heading, warnings, (*index.notices, *beginnings))


def _asked_for(chosen: Chosen) -> str:
    asked = [
        f"cases that match {chosen.filter}" if chosen.filter else "",
        f"arms {', '.join(chosen.arms)}" if chosen.arms else "",
        f"allocators {', '.join(chosen.allocators)}" if chosen.allocators else "",
        f"across changes of {', '.join(sorted(chosen.join))}" if chosen.join else "",
    ]
    return "".join(f"; {each}" for each in asked if each)
