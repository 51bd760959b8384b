"""Reads what the lane left in a run's folder: measurements-go.csv and run-go.json, checked, as one `GoLane`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

from heaptoll import columns, csv_lines, row_checks, xz_file
from heaptoll.bad_input import BadInput, quoted
from heaptoll.csv_lines import CsvLines
from heaptoll.go_lane.files import (
    ALLOCATOR, ARMS, COLLECTIONS, FACTS, LIMITED, MEASUREMENTS, SCHEMA_VERSION, STATUSES,
)  # fmt: skip
from heaptoll.go_lane.origin import Origin
from heaptoll.json_keys import Keys, read_object
from heaptoll.run_facts import CaseFacts, moment_of

_ADVICE = "measure Go again: scripts/go_bench.py RUN_DIR --again"


@dataclass(frozen=True)
class GoCase:
    """A case as charts know it; of `pair`, the case without the live heap; `live_mb`: megabytes that lived beside;
    `allocations` of one operation on the heap."""

    facts: CaseFacts
    pair: str
    live_mb: int
    gogc: int
    allocations: float

    @property
    def usual(self) -> bool:
        return self.facts.name == self.pair


@dataclass(frozen=True)
class GoProcess:
    """One launch as a process: what it had at most, and how many collections it made. None: it did not say."""

    launch: int
    live_mb: int
    gogc: int
    cpu: int | None
    peak_bytes: int | None
    collections: int | None
    problem: str | None


@dataclass(frozen=True)
class GoFacts:
    run_id: str
    status: str
    profile: str
    started_utc: datetime
    version: str
    settings: Mapping[str, str]
    gomaxprocs: int
    memory_limit_bytes: int
    quiet_share: float | None
    cases: tuple[GoCase, ...]
    processes: tuple[GoProcess, ...]
    origin: Origin  # unknown in files from before it was recorded


@dataclass(frozen=True, eq=False)
class GoLane:
    """`rows` as those of `measurements.Run`. `warnings`: what must be known before they are believed."""

    facts: GoFacts
    rows: pd.DataFrame
    warnings: tuple[str, ...]

    @property
    def without_collection(self) -> tuple[str, ...]:
        """Cases whose heap arm takes blocks, and in some launch saw no collection end: the collector's work is not, or not
        all, in its times."""
        return _without_collection(self.facts, self.rows)

    def limited(self, case: str) -> bool:
        """Whether the memory limit made the collector run more often than GOGC asks, in some launch."""
        return bool(self.rows["reason"][self.rows["case"] == case].astype(str).str.startswith(LIMITED).any())

    def collections(self, case: str) -> dict[int, int]:
        """By launch: how many collections ended in the heap arm's slices."""
        rows = self.rows[(self.rows["case"] == case) & (self.rows["arm"] == "heap") & self.rows[COLLECTIONS].notna()]
        counted = rows[COLLECTIONS] * rows["ops_per_slice"] * rows["slices"]
        return {int(launch): round(float(count)) for launch, count in zip(rows["launch"], counted)}

    def operations_per_collection(self, case: str) -> float | None:
        """Of the heap arm; None where no collection ended."""
        rows = self.rows[(self.rows["case"] == case) & (self.rows["arm"] == "heap")]
        operations = float((rows["ops_per_slice"] * rows["slices"]).sum())
        collections = sum(self.collections(case).values())
        return operations / collections if collections else None


def read_go(folder: Path, run_id: str) -> GoLane | None:
    """The lane in the folder of the run `run_id`; None where the run has none.

    Raises BadInput for files that are damaged, of another run, or without each other. One that was interrupted is read,
    with a warning."""
    file = _measurements_in(folder)
    if not file.exists() and not (folder / FACTS).exists():
        return None
    facts = _facts(folder / FACTS, run_id)
    if facts.status in ("running", "failed"):
        raise BadInput(
            folder / FACTS, "a lane that was measured to its end", _ADVICE, key="status",
            found=f"one that is {facts.status}",
        )  # fmt: skip
    lines = csv_lines.read_lines(file, drop_torn_line=False)
    _check_header(lines)
    rows = row_checks.parse_rows(lines)
    row_checks.check_rows(lines, rows)
    _check_rows(lines, rows, facts)
    rows["launch"] = rows["launch"].astype("int64")
    return GoLane(facts, rows, _warnings(facts, rows))


def _measurements_in(folder: Path) -> Path:
    packed = folder / f"{MEASUREMENTS}{xz_file.SUFFIX}"
    plain = folder / MEASUREMENTS
    if plain.exists() and packed.exists():
        raise BadInput(folder, f"{MEASUREMENTS} or {packed.name}", "remove one of them", found="both")
    return packed if packed.exists() else plain


def _facts(path: Path, run_id: str) -> GoFacts:
    root = Keys(path, "", read_object(path), _ADVICE)
    version = root.value("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise root.wrong("schema_version", f"{SCHEMA_VERSION}, which this heaptoll reads", version)
    if root.needed_text("run_id") != run_id:
        raise root.wrong("run_id", f"{run_id}, as in run.json", root.needed_text("run_id"))
    settings = root.section("settings")
    return GoFacts(
        run_id=run_id,
        status=root.one_of("status", STATUSES),
        profile=root.needed_text("profile"),
        started_utc=moment_of(root, "started_utc"),
        version=root.needed_text("version"),
        settings={name: settings.text(name) or "" for name in settings.names()},
        gomaxprocs=_needed_count(root, "gomaxprocs"),
        memory_limit_bytes=_needed_count(root, "memory_limit_bytes"),
        quiet_share=root.number("quiet_share"),
        cases=tuple(_case(each) for each in root.sections("cases")),
        processes=tuple(_process(each) for each in root.sections("launches")),
        origin=_origin(root.section("git"), root.section("machine")),
    )


def _origin(git: Keys, machine: Keys) -> Origin:
    return Origin(git.text("revision"), git.flag("dirty"), machine.text("cpu_model"), machine.text("kernel"))


def _case(keys: Keys) -> GoCase:
    name, live_mb, gogc = keys.needed_text("name"), _needed_count(keys, "live_mb"), _needed_count(keys, "gogc")
    try:
        params = columns.parse_params(keys.text("params") or "")
    except ValueError as error:
        raise keys.wrong("params", str(error), keys.text("params")) from None
    facts = CaseFacts(
        name, keys.needed_text("scenario"), keys.needed_text("variant"), params, keys.count("size_bytes"),
        keys.text("explains"), None, keys.text("profile"),
    )  # fmt: skip
    pair = name.removesuffix(f"/live{live_mb}/gogc{gogc}")
    return GoCase(facts, pair, live_mb, gogc, keys.number("allocations") or 0.0)


def _process(keys: Keys) -> GoProcess:
    return GoProcess(
        _needed_count(keys, "launch"), _needed_count(keys, "live_mb"), _needed_count(keys, "gogc"), keys.count("cpu"),
        keys.count("peak_bytes"), keys.count("collections"), keys.text("problem"),
    )  # fmt: skip


def _needed_count(keys: Keys, name: str) -> int:
    found = keys.count(name)
    if found is None:
        raise keys.wrong(name, "a whole number >= 0", None)
    return found


def _check_header(lines: CsvLines) -> None:
    if lines.columns != (*columns.ORDER, COLLECTIONS):
        raise BadInput(
            lines.file, f"the columns of measurements.csv, then {COLLECTIONS}", _ADVICE, line=1,
            column=lines.columns[-1], found=f"{len(lines.columns)} columns",
        )  # fmt: skip


def _check_rows(lines: CsvLines, rows: pd.DataFrame, facts: GoFacts) -> None:
    known = {case.facts.name for case in facts.cases}
    expected = (
        ("run_id", {facts.run_id}, f"{facts.run_id}, as in run.json"),
        ("allocator", {ALLOCATOR}, ALLOCATOR),
        ("build", {facts.version}, f"{facts.version}, as in {FACTS}"),
        ("arm", set(ARMS), " or ".join(ARMS)),
        ("case", known, f"a case that {FACTS} lists"),
    )
    for column, allowed, words in expected:
        bad = ~rows[column].isin(allowed).to_numpy()
        if bad.any():
            raise lines.wrong(int(np.argmax(bad)), column, words, _ADVICE)
    timed = rows["status"].isin(columns.TIMED_STATUSES)
    for column in (COLLECTIONS, "ops_per_slice", "slices"):
        lacking = (timed & rows[column].isna()).to_numpy()
        if lacking.any():
            raise lines.wrong(int(np.argmax(lacking)), column, "a number, as the row was timed", _ADVICE)


def _warnings(facts: GoFacts, rows: pd.DataFrame) -> tuple[str, ...]:
    told = []
    if facts.status == "interrupted":
        told.append("measuring Go was stopped before all its launches were done")
    if without := _without_collection(facts, rows):
        names = ", ".join(map(quoted, without))
        told.append(f"no collection while it was measured, so that its work is missing: {names}")
    return tuple(told)


def _without_collection(facts: GoFacts, rows: pd.DataFrame) -> tuple[str, ...]:
    allocating = {case.facts.name for case in facts.cases if case.allocations > 0}
    timed = rows["status"].isin(columns.TIMED_STATUSES) & (rows["arm"] == "heap") & rows["case"].isin(allocating)
    return tuple(sorted({str(name) for name in rows["case"][timed & (rows[COLLECTIONS] == 0)]}))
