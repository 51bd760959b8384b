"""Reads the history of another project from its CSV: a time, perhaps a commit, and one column per metric; or, in the
long form, one row per time and series. Otava's files are of the first kind."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from heaptoll.bad_input import BadInput
from heaptoll.history.csv_columns import DECIMAL_COMMA, MISSING, NUMBER, commit_column, why_no_metric
from heaptoll.history.csv_table import CsvTable
from heaptoll.history.csv_times import CsvTimes
from heaptoll.history.series import Measured, Series, SeriesName

LARGEST = 1e100  # squares of such numbers stay finite
_EARLIEST_YEAR = 2000  # of a measurement; what lies before is a number that was taken for a time

_DOWN_FOR_ONE_UP = 4


@dataclass(frozen=True)
class CsvAsked:
    """What is asked of the file `path`. `time`: the column with the time. `commit`: that with the commit; None: the one
    that is named so, if there is one. `metrics`: the columns that are series; None: every one that holds numbers only.
    `series` and `value`: the columns with a series' name and its value, both or neither: the long form. `delimiter`: a
    word of csv_table.DELIMITERS; None: whatever divides the first line."""

    path: Path
    time: str = "time"
    commit: str | None = None
    metrics: tuple[str, ...] | None = None
    series: str | None = None
    value: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class ForeignHistory:
    """`runs`: one per row; in the long form, one per time and commit. By time; all series share them."""

    runs: Sequence[Measured]
    series: tuple[Series, ...]
    warnings: tuple[str, ...]
    notices: tuple[str, ...]


class _Point(NamedTuple):
    """The value of a metric in row number `row`."""

    metric: str
    row: int
    value: float


def read_csv(asked: CsvAsked) -> ForeignHistory:
    """The series of the file. Raises BadInput, with line and column, for whatever is wrong with it."""
    table = CsvTable(asked.path, asked.time, asked.delimiter)
    times = CsvTimes(asked.path, asked.time)
    time = table.column(asked.time, "the time of a row")
    moments = [times.parse(row.line, row.cells[time]) for row in table.rows]
    notices = [f"{times.kind} in the column {asked.time}; {table.delimiter}s between the cells"]
    warnings = []
    if max(moments).year < _EARLIEST_YEAR:
        warnings.append(
            f"all times lie before {_EARLIEST_YEAR}, the last at {max(moments):%Y-%m-%d %H:%M}: are these {times.kind} "
            f"in the column {asked.time}, or something else?"
        )
    if _newest_first(moments):
        notices.append("the newest row comes first: the rows are read from the last to the first")
        table.rows.reverse()
        moments.reverse()
    commit = asked.commit or commit_column(table, notices)
    commits = _commits(commit, table)
    if asked.series is not None and asked.value is not None:
        points = list(_long(asked.series, asked.value, table))
        keys = _occasions(points, moments, commits)
    else:
        left_out: list[str] = []
        points = list(_wide(asked, commit, table, left_out))
        notices += [f"{each}; it is left out" for each in left_out]
        keys = list(range(len(moments)))
    if not points:
        why = "; ".join(left_out) if asked.series is None else ""
        raise BadInput(
            asked.path, "a column of numbers", f"name one with --metrics: {', '.join(table.columns)}", line=2,
            found=f"none{why and f': {why}'}",
        )  # fmt: skip
    order = sorted(range(len(moments)), key=lambda row: moments[row])  # stable: the same time twice keeps its order
    runs: list[Measured] = []
    place: dict[Hashable, int] = {}
    for row in order:
        if keys[row] not in place:
            place[keys[row]] = len(runs)
            runs.append(Measured(f"line {table.rows[row].line}", moments[row], commits[row]))
    if order != list(range(len(order))):
        warnings.append("the rows were not in the order of time, and were sorted")
    series = tuple(_series(asked.path.name, runs, points, [place[keys[point.row]] for point in points]))
    return ForeignHistory(runs, series, tuple(warnings), tuple(notices))


def _newest_first(moments: Sequence[datetime]) -> bool:
    """Whether times descend: then of the rows of one day it is the last that was measured first. Here and there a row
    may be out of order, as a commit's date can be."""
    steps = list(zip(moments[:-1], moments[1:]))
    down = sum(later < earlier for earlier, later in steps)
    up = sum(later > earlier for earlier, later in steps)
    return down > 0 and down >= _DOWN_FOR_ONE_UP * up


def _commits(name: str | None, table: CsvTable) -> list[str | None]:
    if name is None:
        return [None] * len(table.rows)
    at = table.column(name, "the commit of a row")
    for row in table.rows:
        if not row.cells[at].isprintable():
            raise table.wrong(row, at, "a commit in printable characters")
    return [row.cells[at].strip() or None for row in table.rows]


def _wide(asked: CsvAsked, commit: str | None, table: CsvTable, left_out: list[str]) -> Iterator[_Point]:
    if asked.metrics is not None:
        columns = [table.column(metric, "numbers") for metric in dict.fromkeys(asked.metrics)]
    else:
        columns, nearly = [], list[int]()
        not_metrics = (asked.time, commit, "")
        for at, name in enumerate(table.columns):
            found = None if name in not_metrics else why_no_metric(table, at)
            if found is not None:
                left_out.append(f"the column {name} {found.why}")
                nearly += [at] if found.nearly else []
            elif name not in not_metrics:
                columns.append(at)
        columns = columns or nearly[:1]  # of nothing but these, the first one's bad cell is what is wrong
    for at in columns:
        values = [(number, _value(table, number, at)) for number in range(len(table.rows))]
        points = [_Point(table.columns[at], number, value) for number, value in values if value is not None]
        if not points:
            left_out.append(f"the column {table.columns[at]} holds nothing")
        yield from points


def _long(series: str, value: str, table: CsvTable) -> Iterator[_Point]:
    name_at = table.column(series, "the names of series")
    value_at = table.column(value, "values")
    for number, row in enumerate(table.rows):
        name = row.cells[name_at].strip()
        if not name or not name.isprintable():
            raise table.wrong(row, name_at, "the name of a series, in printable characters")
        found = _value(table, number, value_at)
        if found is not None:
            yield _Point(name, number, found)


def _occasions(points: Iterable[_Point], moments: Sequence[datetime], commits: Sequence[str | None]) -> list[Hashable]:
    """For each row, the run that it is part of: rows of one time and commit, but a series' second value is another
    run's."""
    keys: list[Hashable] = list(range(len(moments)))  # a row without a value is its own
    before: dict[Hashable, int] = {}
    for metric, row, _ in points:
        seen = before[metric, moments[row], commits[row]] = before.get((metric, moments[row], commits[row]), -1) + 1
        keys[row] = (moments[row], commits[row], seen)
    return keys


def _value(table: CsvTable, number: int, at: int) -> float | None:
    row = table.rows[number]
    cell = row.cells[at].strip()
    if cell.lower() in MISSING:
        return None
    value = float(cell) if NUMBER.fullmatch(cell) else math.nan
    if not abs(value) <= LARGEST:
        if DECIMAL_COMMA.fullmatch(cell):
            raise table.wrong(
                row, at, "a number, or nothing", "this is one with a decimal comma: write it with a decimal point"
            )
        raise table.wrong(row, at, "a number, or nothing", "mend this cell, or name the columns: --metrics")
    return value


def _series(file: str, runs: Sequence[Measured], points: Sequence[_Point], at: Sequence[int]) -> Iterator[Series]:
    """In the order in which the metrics come."""
    found: dict[str, list[tuple[int, float]]] = {}
    for point, place in zip(points, at):
        found.setdefault(point.metric, []).append((place, point.value))
    for metric, values in found.items():
        values.sort(key=lambda each: each[0])
        none = np.full(len(values), np.nan)
        yield Series(
            SeriesName(file, metric), "", runs, np.array([place for place, _ in values], np.int64),
            np.array([value for _, value in values], np.float64), none, none,
        )  # fmt: skip
