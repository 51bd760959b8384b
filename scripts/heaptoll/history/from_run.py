"""The record of a run: its medians with their intervals, the tolls, and the names of what has no value."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Optional

import numpy as np
from numpy.typing import NDArray

from heaptoll import statistics
from heaptoll.bad_input import BadInput, TooNoisy, quoted
from heaptoll.history.record import FIGURES, TOLL, LeftOut, Library, Machine, Name, Record
from heaptoll.history.record_file import LARGEST, is_run_id, rounded
from heaptoll.measurements import Run
from heaptoll.run_facts import RunFacts
from heaptoll.summary import ArmKey, ArmResult, summarise

CommitTime = Callable[[Optional[str]], Optional[datetime]]
_Cycles = Mapping[ArmKey, Mapping[int, float]]


def record_of(run: Run, label: str | None, commit_time: CommitTime, started: datetime | None = None) -> Record:
    """The record of `run`. `label`: what the owner calls the machine. `commit_time`: when a commit was made, if that
    can be found out. `started`: takes the place of a time of the run that is wrong; where it ends before that, nobody
    knows when it ended. Raises BadInput for a run that does not go into a history: of several builds, not complete,
    without a value; the latter is TooNoisy where only neighbours are to blame."""
    build = _build(run)
    _refuse_endless(run)
    facts = run.facts
    results = summarise(run, run.rows["case"].cat.categories, build)
    names, figures = _values(results, _cycles(run))
    if not names:
        statuses = Counter(each.status for each in _left_out(results))
        refusal = TooNoisy if statuses["contended"] and statuses.keys() <= {"contended", "skipped"} else BadInput
        raise refusal(
            run.folder, "a run with a value that counts",
            "measure again, on a machine that is quiet: make doctor says what would help",
            found=", ".join(f"{many} {status}" for status, many in statuses.items()) or "no rows",
        )  # fmt: skip
    began = started or facts.started_utc
    ended = None if facts.ended_utc is None or (started and facts.ended_utc < began) else facts.ended_utc
    return Record(
        run_id=facts.run_id,
        started_utc=began.replace(microsecond=0),
        ended_utc=ended and ended.replace(microsecond=0),
        profile=_plain(facts.profile) or facts.profile,
        engine=_plain(facts.engine),
        commit=_plain(facts.git.revision),
        commit_utc=commit_time(facts.git.revision),
        dirty=facts.git.dirty,
        machine=_machine(facts, label),
        libc=_libc(facts.toolchain.libc),
        compiler=_plain(facts.toolchain.compiler),
        flags=_plain(facts.toolchain.flags),
        allocators={
            _plain(each.name) or "": Library(_plain(each.version), _plain(each.sha256)) for each in facts.allocators
        },
        allocator_environment=tuple(sorted(_plain(text) or "" for text in facts.allocator_environment)),
        measured_ghz=facts.measured_ghz,
        quiet_share=facts.quiet_share,
        names=names,
        figures=figures,
        left_out=tuple(_left_out(results)),
    )


def _build(run: Run) -> str:
    """The one build of the run. Raises BadInput where the run has another number of them, or did not end as it
    should."""
    facts = run.facts
    if not is_run_id(facts.run_id):
        raise BadInput(
            run.folder, "a run whose id can name a file: letters, digits, and . _ - between them", "measure again",
            key="run_id", found=quoted(facts.run_id),
        )  # fmt: skip
    if facts.status != "complete":
        raise BadInput(
            run.folder, "a run that is complete",
            f"go on with it: make bench RESUME={run.folder}" if facts.status == "interrupted" else "measure again",
            key="status", found=f"one that is {facts.status}",
        )  # fmt: skip
    builds = run.builds
    if facts.builds or len(builds) > 1:
        found = [build.name for build in facts.builds] or builds
        raise BadInput(
            run.folder, "a run of one build", "append a run that `make bench` made, not one of the gate's",
            found=f"{len(found)} builds: {', '.join(found)}",
        )  # fmt: skip
    return builds[0] if builds else ""


def _refuse_endless(run: Run) -> None:
    for column in ("ns_median", "cycles_median"):
        endless = (run.rows[column] > LARGEST).to_numpy()
        if endless.any():
            row = int(endless.argmax())
            raise BadInput(
                run.folder / "measurements.csv", "less than 30 years per operation", "measure again", line=row + 2,
                column=column, found=f"{run.rows[column].iloc[row]:g}",
            )  # fmt: skip


def _plain(text: str | None) -> str | None:
    """The text with its control characters spelled out: a record holds what can be printed as it is."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text) if text else None


def _libc(text: str | None) -> str | None:
    """run.json has glibc's bare number."""
    return f"glibc {text}" if text and text[0].isdigit() else _plain(text)


def _machine(facts: RunFacts, label: str | None) -> Machine:
    machine = facts.machine
    return Machine(
        label, _plain(machine.cpu_model), _plain(machine.architecture), machine.cores, _in_words(machine.caches),
        _in_words(machine.smt), _plain(machine.hypervisor),
    )  # fmt: skip


def _in_words(text: str | None) -> str | None:
    """`{"L1d": "32K"}` as L1d 32K; anything else as it is."""
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return _plain(text)
    if isinstance(found, dict) and all(isinstance(each, (str, int)) for each in found.values()):
        return _plain(", ".join(f"{name} {each}" for name, each in found.items()))
    return _plain(text)


def _cycles(run: Run) -> _Cycles:
    """Core cycles per operation by launch, of what has them."""
    rows = run.rows[run.rows["cycles_median"].notna()]
    found: dict[ArmKey, dict[int, float]] = {}
    columns = (rows[name].tolist() for name in ("case", "arm", "allocator", "launch", "cycles_median"))
    for case, arm, allocator, launch, cycles in zip(*columns):
        found.setdefault(ArmKey(case, arm, allocator), {})[launch] = cycles
    return found


def _values(results: Mapping[ArmKey, ArmResult], cycles: _Cycles) -> tuple[tuple[Name, ...], NDArray[np.float64]]:
    rows: dict[Name, list[float]] = {}
    for key, result in results.items():
        if not _counts(result):
            continue
        name = _name(key)
        rows[name] = _row(result.ns_by_launch, cycles.get(key, {}))
        other = key._replace(arm="stack")
        stack = results.get(other)
        if key.arm == "heap" and stack is not None and _counts(stack):
            ns = _difference(result.ns_by_launch, stack.ns_by_launch)
            if ns:
                both = _difference(cycles.get(key, {}), cycles.get(other, {}))
                rows[name._replace(arm=TOLL)] = _row(ns, both)
    names = tuple(sorted(rows))
    return names, np.array([rows[name] for name in names], dtype=np.float64).reshape(-1, len(FIGURES))


def _name(key: ArmKey) -> Name:
    return Name(_plain(key.case) or "", _plain(key.allocator) or "", _plain(key.arm) or "")


def _counts(result: ArmResult) -> bool:
    """A contended result is the machine's doing, and would look like a change of the code."""
    return bool(result.ns_by_launch) and not result.contended


def _difference(heap: Mapping[int, float], stack: Mapping[int, float]) -> dict[int, float]:
    """Heap minus stack of every launch that has both: as `summary.toll`, by launch."""
    both = sorted(heap.keys() & stack.keys())
    return dict(zip(both, statistics.toll_per_launch(heap, stack).tolist()))


def _row(ns_by_launch: Mapping[int, float], cycles_by_launch: Mapping[int, float]) -> list[float]:
    """The columns of `record.FIGURES`, rounded as they are kept. Cycles are those of the launches that count."""
    found = statistics.estimate(list(ns_by_launch.values()))
    cycles = [cycles_by_launch[launch] for launch in ns_by_launch if launch in cycles_by_launch]
    row = [found.value, found.interval.low, found.interval.high, float(found.launches)]
    return [*map(rounded, row), rounded(statistics.median(cycles)) if cycles else np.nan]


def _left_out(results: Mapping[ArmKey, ArmResult]) -> Iterable[LeftOut]:
    """What gave no value, sorted: the first reason of each."""
    for key in sorted(results, key=lambda key: (key.case, key.allocator, key.arm)):
        result = results[key]
        if _counts(result):
            continue
        name = _name(key)
        if result.contended:
            yield LeftOut(name, "contended", "too few quiet slices")
        else:
            yield LeftOut(name, result.failures[0].status, _plain(result.failures[0].reason) or "no reason given")
