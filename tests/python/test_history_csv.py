"""Other projects' histories: what is read, and that whatever is wrong is named with its line and column."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heaptoll.bad_input import BadInput
from heaptoll.export.otava import as_otava
from heaptoll.history.foreign_csv import CsvAsked, ForeignHistory, read_csv
from heaptoll.history.series import Measured, Series, SeriesName

FIRST = datetime(2026, 1, 1, 2, tzinfo=timezone.utc)
# As Otava has it: its words for time, a commit, other columns of words, one column per metric.
OTAVA = """\
time,commit,branch,throughput,latency
2026.01.01 3:00:00 +0100,a0,main,154023,10.43
2026.01.02 3:00:00 +0100,a1,main,138455,10.23
2026.01.03 3:00:00 +0100,a2,side,,10.29
2026.01.04 3:00:00 +0100,a3,main,149190,1.09e1
"""
LONG = """\
when,name,value,sha
1767232800,latency,10,a0
1767232800,throughput,500,a0
1767319200,throughput,510,a1
1767319200,latency,,a1
1767319200,throughput,512,a1
"""


def read(folder: Path, text: str | bytes, **asked: Any) -> ForeignHistory:
    path = folder / "their.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_csv(CsvAsked(path, **asked))


def values(history: ForeignHistory) -> dict[str, list[float]]:
    return {each.name.case: each.values.tolist() for each in history.series}


def test_a_file_of_otavas_is_read_with_times_commits_and_every_metric(tmp_path: Path) -> None:
    history = read(tmp_path, OTAVA)
    assert values(history) == {"throughput": [154023, 138455, 149190], "latency": [10.43, 10.23, 10.29, 10.9]}
    throughput = history.series[0]
    assert throughput.at.tolist() == [0, 1, 3] and throughput.runs is history.series[1].runs
    assert throughput.run(2).commit == "a3" and throughput.run(2).name == "line 5"
    assert [run.time_utc for run in history.runs] == [FIRST + timedelta(days=n) for n in range(4)]
    assert (throughput.name.key, throughput.name.arm, throughput.unit) == ("their.csv", "", "")
    assert np.isnan(throughput.low).all() and not history.warnings
    assert any("branch holds no numbers" in notice for notice in history.notices)


@pytest.mark.parametrize(
    "text",
    [
        OTAVA.replace("\n", "\r\n"), "\ufeff" + OTAVA, OTAVA.replace(",", ";"), OTAVA.replace(",", "\t"),
        OTAVA.replace("a0", '"a0"'), OTAVA + "\n\n", OTAVA.rstrip("\n"), OTAVA.replace("main", ""),
    ],
)  # fmt: skip
def test_the_usual_kinds_of_csv_say_the_same(tmp_path: Path, text: str) -> None:
    assert values(read(tmp_path, text)) == values(read(tmp_path, OTAVA))
    assert [run.commit for run in read(tmp_path, text).runs] == ["a0", "a1", "a2", "a3"]


@pytest.mark.parametrize(
    ("times", "kind"),
    [
        (("1767232800", "1767319200"), "Unix seconds"), (("1767232800.0", "1767319200"), "Unix seconds"),
        (("1767232800000", "1767319200000"), "Unix milliseconds"),
        (("1767232800000000", "1767319200000000"), "Unix microseconds"),
        (("1767232800000000000", "1767319200000000000"), "Unix nanoseconds"),
        (("2026-01-01T02:00:00Z", "2026-01-02 02:00"), "moments"),
        (("20260101 02:00", "2026-01-02T03:00+01"), "moments"), (("202601010200", "20260102020000"), "moments"),
        (("20260101T020000Z", "20260102T0200"), "moments"),
    ],
)  # fmt: skip
def test_times_are_read_as_what_they_are_and_it_is_said(tmp_path: Path, times: tuple[str, str], kind: str) -> None:
    history = read(tmp_path, f"time,m\n{times[0]},1\n{times[1]},2\n")
    assert [run.time_utc for run in history.runs] == [FIRST, FIRST + timedelta(days=1)]
    assert kind in history.notices[0]


def test_rows_out_of_order_are_sorted_with_a_warning_and_the_same_time_keeps_its_order(tmp_path: Path) -> None:
    history = read(tmp_path, "time,m\n2026-01-02,3\n2026-01-01,1\n2026-01-02,4\n2026-01-01,2\n")
    assert values(history) == {"m": [1, 2, 3, 4]} and "sorted" in history.warnings[0]
    assert [run.name for run in history.runs] == ["line 3", "line 5", "line 2", "line 4"]
    assert history.series[0].at.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("time", ["2026-01-01", "1767225600.5", "2026-01-01T00:00:00.25Z", "1767225600250"])
def test_of_rows_with_one_time_the_last_comes_first_where_the_newest_row_does(tmp_path: Path, time: str) -> None:
    later = time.replace("2026-01-01", "2026-01-02").replace("17672256", "17673120")
    text = f"time,commit,m\n{later},d,4\n{later},c,3\n{time},b,2\n{time},a,1\n"
    history = read(tmp_path, text)
    assert values(history) == {"m": [1, 2, 3, 4]} and [run.commit for run in history.runs] == ["a", "b", "c", "d"]
    assert [run.name for run in history.runs] == ["line 5", "line 4", "line 3", "line 2"]
    assert not history.warnings and any("newest row comes first" in each for each in history.notices)


def test_of_rows_with_one_time_the_first_comes_first_where_the_oldest_row_does(tmp_path: Path) -> None:
    history = read(tmp_path, "time,commit,m\n2026-01-01,a,1\n2026-01-01,b,2\n2026-01-02,c,3\n2026-01-02,d,4\n")
    assert values(history) == {"m": [1, 2, 3, 4]} and [run.commit for run in history.runs] == ["a", "b", "c", "d"]


def test_in_the_long_form_of_the_newest_first_the_second_value_of_a_time_is_the_upper_one(tmp_path: Path) -> None:
    text = "time,s,v\n2026-01-02,a,4\n2026-01-02,a,3\n2026-01-01,b,9\n2026-01-01,a,2\n2026-01-01,a,1\n"
    assert values(read(tmp_path, text, series="s", value="v")) == {"a": [1, 2, 3, 4], "b": [9]}


def test_a_row_out_of_order_here_and_there_leaves_the_newest_first(tmp_path: Path) -> None:
    days = [9, 9, 8, 7, 8, 6, 5, 4, 3]
    history = read(tmp_path, "time,m\n" + "".join(f"2026-01-{day:02},{n}\n" for n, day in enumerate(days)))
    assert values(history) == {"m": [8, 7, 6, 5, 3, 4, 2, 1, 0]} and "sorted" in history.warnings[0]


@pytest.mark.parametrize(
    "times",
    [("1767225600.001", "1767225600.002"), ("1767225600001", "1767225600002"), ("1767225600000001", "1767225600000002"),
     ("2026-01-01T00:00:00.1Z", "2026-01-01 00:00:00.2")],
)  # fmt: skip
def test_what_is_finer_than_a_second_decides_the_order(tmp_path: Path, times: tuple[str, str]) -> None:
    text = f"time,m\n{times[1]},2\n{times[1]},3\n{times[0]},1\n{times[1]},4\n"
    assert values(read(tmp_path, text)) == {"m": [1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("time", "year"), [("202601010300", 2026), ("19991231235959", 1999), ("320000000000", 1980), ("202613010300", 1976)]
)
def test_twelve_digits_are_a_date_where_they_can_be_and_what_is_very_old_is_warned_of(
    tmp_path: Path, time: str, year: int
) -> None:
    history = read(tmp_path, f"time,m\n{time},1\n")
    assert history.runs[0].time_utc.year == year
    assert ["all times lie before 2000" in each for each in history.warnings] == ([True] if year < 2000 else [])


@pytest.mark.parametrize("column", ["sha", "revision", "Commit_ID", "git-sha", "rev", "hash", "commit"])
def test_a_commit_column_of_mostly_digits_is_that_and_no_series(tmp_path: Path, column: str) -> None:
    history = read(tmp_path, f"time,{column},m\n2026-01-01,123456,1\n2026-01-02,234567,2\n2026-01-03,34567e,3\n")
    assert values(history) == {"m": [1, 2, 3]}
    assert [run.commit for run in history.runs] == ["123456", "234567", "34567e"]
    assert any(f"commits are in the column {column}" in each for each in history.notices) == (column != "commit")


def test_of_two_columns_that_may_hold_the_commit_neither_is_guessed_nor_a_series(tmp_path: Path) -> None:
    text = "time,sha,rev,m\n2026-01-01,1,11,1\n2026-01-02,2,12,2\n"
    history = read(tmp_path, text)
    assert values(history) == {"m": [1, 2]} and history.runs[0].commit is None
    assert any("sha, rev could all hold the commit" in each for each in history.notices)
    assert read(tmp_path, text, commit="rev").runs[0].commit == "11"
    assert values(read(tmp_path, text, metrics=("rev",))) == {"rev": [11, 12]}


def test_a_column_that_is_not_wholly_of_numbers_is_left_out_with_its_line(tmp_path: Path) -> None:
    history = read(tmp_path, "time;m;n;run_id;c\n2026-01-01;1;2;7;1,5\n2026-01-02;oops;3;8;1,6\n2026-01-03;1;4;9;1,7\n")
    assert values(history) == {"n": [2, 3, 4]}
    said = "\n".join(history.notices)
    assert "the column m holds not only numbers, but 'oops' in line 3; it is left out" in said
    assert "the column run_id is named like identifiers; it is left out" in said
    assert "the column c has '1,5' in line 2, with a decimal comma: write it with a decimal point" in said


def test_only_the_metrics_that_are_named_are_series_and_the_others_may_be_anything(tmp_path: Path) -> None:
    text = "day,a,b,c\n2026-01-01,1,2,x\n2026-01-02,3,oops,4\n"
    assert values(read(tmp_path, text, time="day", metrics=("a",))) == {"a": [1, 3]}


def test_a_column_of_words_with_a_number_among_them_is_no_metric(tmp_path: Path) -> None:
    text = "time,sha,m\n2026-01-01,abc,1\n2026-01-02,123456,2\n2026-01-03,e0e0,3\n"
    assert values(read(tmp_path, text)) == {"m": [1, 2, 3]}


def test_in_the_long_form_rows_of_one_time_and_commit_are_one_run(tmp_path: Path) -> None:
    history = read(tmp_path, LONG, time="when", commit="sha", series="name", value="value")
    assert values(history) == {"latency": [10], "throughput": [500, 510, 512]}
    latency, throughput = history.series
    assert latency.at.tolist() == [0] and throughput.at.tolist()[0] == 0 and (np.diff(throughput.at) > 0).all()
    assert throughput.run(1).name == "line 4" and throughput.run(1).commit == "a1"


def test_in_the_long_form_two_commits_at_one_time_are_two_runs_in_every_series(tmp_path: Path) -> None:
    text = "time,commit,s,v\n2026-01-01,x,a,1\n2026-01-01,y,a,2\n2026-01-01,y,b,3\n2026-01-01,x,b,4\n"
    history = read(tmp_path, text, series="s", value="v")
    assert values(history) == {"a": [1, 2], "b": [4, 3]}
    assert all((np.diff(each.at) > 0).all() for each in history.series)


@pytest.mark.parametrize(
    ("text", "asked", "where"),
    [
        ("", {}, "line 1: .*names of the columns.*empty file"),
        ("time,m\n", {}, "line 2: .*a row below"),
        ("time,m\n2026-01-01\n", {}, "line 2, column time: .*2 cells.*found 1"),
        ("time,m\n2026-01-01,1\n2026-01-02,1,2\n", {}, "line 3, column m: .*2 cells.*found 3"),
        ("date,m\n2026-01-01,1\n", {}, "line 1: .*a column time.*the columns are date, m"),
        ("timestamp,m\n2026-01-01,1\n", {"time": "timestmp"}, "did you mean timestamp"),
        ("time,m\n2026-01-01,1\n", {"metrics": ("n",)}, "line 1: .*a column n with numbers"),
        ("time,m\n2026-01-01,1\n", {"commit": "sha"}, "line 1: .*a column sha with the commit"),
        ("time,m\n2026-01-01,1\nlater,2\n", {}, "line 3, column time: .*a moment like.*'later'"),
        ("time,m\n2026-01-01,1\n,2\n", {}, "line 3, column time: .*found nothing"),
        ("time,m\n1767232800,1\n1767232800000,2\n", {}, "line 3, column time: .*in Unix seconds as above"),
        ("time,m\n2026-01-01,1\n1767232800,2\n", {}, "line 3, column time: .*in moments as above"),
        ("time,m\n17,1\n", {}, "line 2, column time"),
        ("time,m\n2026-01-01,1\n2026-01-02,oops\n", {}, "line 3, column m: expected a number.*'oops'"),
        ("time,m,n\n2026-01-01,1,2\n2026-01-02,x,2\n", {"metrics": ("m", "n")}, "line 3, column m: .*'x'"),
        ("time;lat\n2026-01-01;1,5\n", {}, "line 2, column lat: .*'1,5'; this is one with a decimal comma"),
        ("time,id\n2026-01-01,1\n", {}, "line 2: .*found none: the column id is named like identifiers"),
        ("time,m\n2026-01-01,inf\n", {"metrics": ("m",)}, "line 2, column m: "),
        ("time,m\n2026-01-01,1e999\n", {}, "line 2, column m: "),
        ("time,m\n2026-01-01,1_000\n", {"metrics": ("m",)}, "line 2, column m: "),
        ("time;m\n2026-01-01;1\n2026-01-02;1,5\n", {}, "line 3, column m: .*with a decimal point"),
        ("time,m,m\n2026-01-01,1,2\n", {}, "line 1, column m: .*found it twice"),
        ("time,m\x1b\n2026-01-01,1\n", {}, r"line 1, column m\\x1b: .*control"),
        ("time,commit,m\n2026-01-01,\x07,1\n", {}, "line 2, column commit: "),
        ('time,m\n2026-01-01,"1\n', {}, "line 2, column 1: .*CSV"),
        ('time,m\n2026-01-01,"1"2\n', {}, "line 2, column 1: .*CSV"),
        (b"time,m\n2026-01-01,\xff\n", {}, r"line 2, column 12 \(byte\): .*UTF-8.*0xff"),
        (b"time,m\n2026-01-01,\0\n", {}, "line 2, column 1: .*a byte that is 0"),
        ("time,word\n2026-01-01,x\n", {}, "line 2: .*a column of numbers"),
        ("time,m\n2026-01-01,\n", {"metrics": ("m",)}, "line 2: .*a column of numbers"),
        (LONG, {"time": "when", "series": "nam", "value": "value"}, "did you mean name"),
        (LONG.replace("latency", ""), {"time": "when", "series": "name", "value": "value"}, "line 2, column name: "),
        (LONG.replace("500", "x"), {"time": "when", "series": "name", "value": "value"}, "line 3, column value: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(
    tmp_path: Path, text: str | bytes, asked: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInput, match=where) as refused:
        read(tmp_path, text, **asked)
    assert str(tmp_path / "their.csv") in str(refused.value) and str(refused.value).isprintable()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_csv(CsvAsked(tmp_path / "none.csv"))


@pytest.mark.parametrize("missing", ["", "NaN", "null", "NA", "n/a", " "])
def test_what_is_missing_is_left_out_and_never_zero(tmp_path: Path, missing: str) -> None:
    assert values(read(tmp_path, f"time,m\n2026-01-01,1\n2026-01-02,{missing}\n2026-01-03,3\n")) == {"m": [1, 3]}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_bytes_give_series_or_bad_input_and_nothing_else(tmp_path: Path, data: st.DataObject) -> None:
    long = data.draw(st.booleans())
    raw = bytearray((LONG if long else OTAVA).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(("change", "cut", "repeat", "put")))
        if how == "change":
            raw[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del raw[max(at, 1) :]
        elif how == "repeat":
            raw[at:at] = raw[at : at + data.draw(st.integers(1, 40))]
        else:
            raw[at:at] = data.draw(st.sampled_from((b'"', b"\r", b"\n", b",", b"9" * 30, b"-", b"e999", b"\0")))
    asked: dict[str, Any] = {"time": "when", "series": "name", "value": "value"} if long else {}
    try:
        history = read(tmp_path, bytes(raw), **asked)
    except BadInput as error:
        assert str(error).isprintable() and "their.csv" in str(error)
    else:
        times = [run.time_utc for run in history.runs]
        assert times == sorted(times) and history.series
        for each in history.series:
            assert (np.diff(each.at) > 0).all() and np.isfinite(each.values).all() and len(each)


def test_what_make_export_writes_for_otava_is_read(tmp_path: Path) -> None:
    runs = [Measured(f"r{n}", FIRST + timedelta(days=n), f"c{n}") for n in range(3)]
    none = np.full(3, np.nan)
    name = SeriesName("k", "s/v/8", "heap", "glibc")
    made = Series(name, "ns", runs, np.arange(3), np.array([1.5, 2.5, 3.5]), none, none)
    history = read(tmp_path, as_otava([made]))
    assert [each.values.tolist() for each in history.series] == [[1.5, 2.5, 3.5]]
    assert [(run.time_utc, run.commit) for run in history.runs] == [(run.time_utc, run.commit) for run in runs]
