"""Many runs as CSV for change-point tools: one line per run, one column per series, holes where a run lacks one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import export_readers as read
import numpy as np
import pytest

from heaptoll.export.otava import as_otava, column_names, holes
from heaptoll.history.series import Measured, Series, SeriesName

NOON = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
RUNS = [Measured(f"run{i}", NOON + timedelta(days=i), f"c{i}", dirty=i == 2) for i in range(4)]


def series(name: SeriesName, values: dict[int, float], unit: str = "ns", runs: list[Measured] = RUNS) -> Series:
    nothing = np.full(len(values), np.nan)
    return Series(name, unit, runs, np.array(list(values)), np.array(list(values.values())), nothing, nothing)


def name(case: str = "a/b/8", arm: str = "heap", allocator: str = "glibc", key: str = "AMD EPYC, gcc") -> SeriesName:
    return SeriesName(key, case, arm, allocator)


def test_runs_are_lines_and_series_are_columns() -> None:
    text = as_otava([series(name(), {0: 1.5, 1: 2.5, 2: 3.0, 3: 1 / 3}), series(name(arm="toll"), {1: -0.5, 3: 2.0})])
    lines, metrics = read.otava(text)
    assert [line["run"] for line in lines] == ["run0", "run1", "run2", "run3"]
    assert [line["commit"] for line in lines] == ["c0", "c1", "c2-dirty", "c3"]
    assert metrics == {
        "a.b.8.heap.glibc.ns_per_op": [1.5, 2.5, 3.0, 1 / 3],
        "a.b.8.toll.glibc.ns_per_op": [None, -0.5, None, 2.0],
    }
    assert holes(text) == ["a.b.8.toll.glibc.ns_per_op"]


def test_a_run_without_any_value_has_no_line_and_time_orders_the_rest() -> None:
    backwards = list(reversed(RUNS))
    lines, metrics = read.otava(as_otava([series(name(), {0: 9.0, 3: 1.0}, runs=backwards)]))
    assert [line["run"] for line in lines] == ["run0", "run3"] and list(metrics.values()) == [[1.0, 9.0]]


def test_times_are_utc_whatever_zone_they_came_in() -> None:
    east = [Measured("r", datetime(2026, 1, 31, 14, tzinfo=timezone(timedelta(hours=2))), None)]
    lines, _ = read.otava(as_otava([series(name(), {0: 1.0}, runs=east)]))
    assert lines == [{"time": "2026-01-31T12:00:00+00:00", "commit": "", "run": "r"}]


def test_nothing_is_a_header() -> None:
    assert as_otava([]) == "time,commit,run\n" and holes(as_otava([])) == []


def test_a_column_has_one_name_whatever_else_is_in_the_file_or_under_which_key() -> None:
    old, new = name(key="gcc 12"), name(key="gcc 13, glibc 2.41")
    assert column_names([series(old, {0: 1.0}), series(name("c/d"), {0: 1.0})])[0] == "a.b.8.heap.glibc.ns_per_op"
    assert column_names([series(new, {0: 1.0})]) == ["a.b.8.heap.glibc.ns_per_op"]


def test_the_series_of_two_keys_are_never_side_by_side() -> None:
    with pytest.raises(ValueError, match="two keys"):
        as_otava([series(name(key="gcc 12"), {0: 1.0}), series(name(key="gcc 13"), {1: 1.0})])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (name("a/b"), name("a.b")), (name("a b"), name("a,b")), (name("é"), name("è")),
        (name("a/b", "heap"), name("a", "b.heap")), (name("time", "", ""), name("time", "", "x")),
        (name("branch", "", ""), name("commit", "", "")), (name("-1", "", ""), name("_-1", "", "")),
    ],
)  # fmt: skip
def test_series_whose_names_otava_cannot_have_keep_columns_of_their_own(one: SeriesName, two: SeriesName) -> None:
    alone = [column_names([series(each, {0: 1.0}, unit="")])[0] for each in (one, two)]
    assert column_names([series(one, {0: 1.0}, unit=""), series(two, {0: 1.0}, unit="")]) == alone
    assert len(set(alone)) == 2
    read.otava(as_otava([series(one, {0: 1.0}, unit=""), series(two, {0: 1.0}, unit="")]))
