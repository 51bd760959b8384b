"""Reads a run: measurements.csv, or measurements.csv.xz, and run.json, checked, as one `Run`.

Everything that draws, compares or reports starts here, and of a run nothing but these two files is read; what may lie
beside them, counts and precision, is `counts.of_run`'s and `precision.of_run`'s. Whatever is wrong with them ends in
`BadInput`, with the place and what to do; a `Run` that exists can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from heaptoll import columns, csv_lines, row_checks, run_facts, xz_file
from heaptoll.bad_input import BadInput
from heaptoll.run_facts import CaseFacts, RunFacts

FILE_NAME = "measurements.csv"
PACKED_NAME = FILE_NAME + xz_file.SUFFIX


@dataclass(frozen=True, eq=False)
class Run:
    """One run, equal to itself only. `rows` has the columns of measurements.csv, one row per launch, lane and arm.

    Words are categories; numbers are float64 with NaN for "not available", except `launch`, an int64.
    `warnings` is what a reader of a chart must know before believing it, in words. `counts`: where the counts that go
    with the run are, counts.csv or its folder; None stands for beside the run, if there are any.
    """

    folder: Path
    facts: RunFacts
    rows: pd.DataFrame
    warnings: tuple[str, ...]
    counts: Path | None = None

    @property
    def builds(self) -> list[str]:
        """The builds measured, in the order in which they appear."""
        return [str(name) for name in self.rows["build"].unique()]

    def allocators(self, build: str) -> list[str]:
        """The allocators measured with a build, in the order in which they appear."""
        return [str(name) for name in self.rows["allocator"][self.rows["build"] == build].unique()]

    def cases(self) -> list[CaseFacts]:
        """Every case the run set out to measure, then any that only has rows."""
        cases = {case.name: case for case in self.facts.cases}
        for case in _cases_in(self.rows):
            listed = cases.get(case.name, case)
            cases[case.name] = replace(case, explains=listed.explains, question=listed.question, profile=listed.profile)
        return list(cases.values())


def read_run(path: Path | str, *, allow_incomplete: bool = False) -> Run:
    """Reads the run in the folder `path`, or the run whose measurements.csv or measurements.csv.xz is `path`.

    A run that is still running, or failed, is refused unless `allow_incomplete`; then a last line that was
    cut off is left out, and the run's warnings say so. An interrupted run is read, with a warning.
    Raises BadInput.
    """
    csv_file = _csv_file(Path(path))
    facts_file = csv_file.parent / run_facts.FILE_NAME
    if not _may_exist(csv_file) and not _may_exist(facts_file):
        raise BadInput(
            csv_file, "a run's measurements",
            "name a run's folder or its measurements.csv; `make bench` makes one", found="no such file",
        )  # fmt: skip
    facts = run_facts.read_run_facts(facts_file)
    warnings = _status_warnings(facts, facts_file, allow_incomplete)
    lines = csv_lines.read_lines(csv_file, drop_torn_line=allow_incomplete)
    if lines.torn_line_dropped:
        warnings.append("the last line of the measurements was cut off and is left out")
    rows = row_checks.parse_rows(lines)
    row_checks.check_rows(lines, rows)
    if len(rows) and rows["run_id"].iloc[0] != facts.run_id:
        raise lines.wrong(
            0, "run_id", f"{facts.run_id}, as in {facts_file.name}",
            "put the two files of one run together again",
        )  # fmt: skip
    rows["launch"] = rows["launch"].astype("int64")
    return Run(csv_file.parent, facts, rows, tuple(warnings) + facts.warnings)


def _csv_file(path: Path) -> Path:
    try:
        named = path.name.endswith((".csv", f".csv{xz_file.SUFFIX}")) or path.is_file()
    except OSError:
        named = False
    if named:
        return path
    plain, packed = path / FILE_NAME, path / PACKED_NAME
    if not _is_there(packed):
        return plain
    if _is_there(plain):
        raise BadInput(
            path, f"{FILE_NAME} or {PACKED_NAME}", "name the one that is meant, or remove the other",
            found="both",
        )  # fmt: skip
    return packed


def _is_there(path: Path) -> bool:
    """False also where we may not look."""
    try:
        return path.exists() or path.is_symlink()
    except (OSError, ValueError):
        return False


def _may_exist(path: Path) -> bool:
    """False when there is certainly nothing; where we may not look, reading will say so."""
    try:
        return path.exists()
    except OSError:
        return True


def _status_warnings(facts: RunFacts, file: Path, allow_incomplete: bool) -> list[str]:
    if facts.status == "complete":
        return []
    if facts.status == "interrupted":
        return ["interrupted run: it was stopped before all its launches were done"]
    if not allow_incomplete:
        advice = {
            "running": "wait for it to end, or pass --allow-incomplete",
            "failed": "measure again, or pass --allow-incomplete to read what it had until then",
        }[facts.status]
        raise BadInput(file, "a complete run", advice, key="status", found=f"one that is {facts.status}")
    return [f"incomplete run: its status is {facts.status}"]


def _cases_in(rows: pd.DataFrame) -> Iterable[CaseFacts]:
    distinct = rows[["case", "scenario", "variant", "params", "size_bytes"]].drop_duplicates("case")
    for case, scenario, variant, params, size in distinct.itertuples(index=False, name=None):
        size_bytes = None if size != size else int(size)
        yield CaseFacts(case, scenario, variant, columns.parse_params(params), size_bytes, None)
