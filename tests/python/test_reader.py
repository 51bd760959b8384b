"""measurements.csv: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import synthetic

from heaptoll import csv_lines, row_checks
from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run


def edit(folder: Path, change: Callable[[bytes], bytes]) -> Path:
    file = folder / "measurements.csv"
    file.write_bytes(change(file.read_bytes()))
    return file


def set_field(folder: Path, line: int, column: str, value: str) -> None:
    """Replaces one field; lines count from 1, the header included."""

    def change(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        fields = lines[line - 1].split(",")
        fields[synthetic.COLUMNS.index(column)] = value
        lines[line - 1] = ",".join(fields)
        return "\n".join(lines).encode()

    edit(folder, change)


def refusal(path: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_run(path)
    message = str(caught.value)
    assert message.isprintable(), "a message must be one line"
    assert "expected" in message and "; " in message, "a message must say what was expected and what to do"
    return caught.value


def test_a_good_run_is_read_as_it_was_written(small_run: Path) -> None:
    run = read_run(small_run)
    assert len(run.rows) == 18
    assert run.builds == ["gcc"] and run.allocators("gcc") == ["glibc", "jemalloc"]
    written = synthetic.rows(synthetic.few_cases(), synthetic.ALLOCATORS[:2], 3)
    assert run.rows["ns_median"].tolist() == [float(row["ns_median"]) for row in written]
    assert run.rows["arm"].tolist() == [row["arm"] for row in written]
    assert run.warnings == ()


def test_a_run_can_be_named_by_its_csv(small_run: Path) -> None:
    assert len(read_run(small_run / "measurements.csv").rows) == 18


def test_an_empty_cell_is_not_available_and_not_zero(small_run: Path) -> None:
    assert read_run(small_run).rows["counter_instructions"].isna().all()


def test_a_file_without_hardware_counters_is_read(small_run: Path) -> None:
    rows = synthetic.rows(synthetic.few_cases(), ["glibc"], 2)
    columns = [name for name in synthetic.COLUMNS if not name.startswith("counter_")]
    stripped = ({name: row[name] for name in columns} for row in rows)
    (small_run / "measurements.csv").write_bytes(synthetic.csv_bytes(stripped, columns))
    assert list(read_run(small_run).rows.columns) == columns


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(small_run: Path) -> None:
    edit(small_run, lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert len(read_run(small_run).rows) == 18


def test_quotes_and_commas_in_a_reason_are_read(small_run: Path) -> None:
    set_field(small_run, 5, "reason", '"said ""no"", and left"')
    assert read_run(small_run).rows["reason"].tolist()[3] == 'said "no", and left'


def test_a_file_with_a_header_only_has_no_rows(small_run: Path) -> None:
    edit(small_run, lambda data: data.split(b"\n")[0] + b"\n")
    run = read_run(small_run)
    assert len(run.rows) == 0 and run.builds == []


@pytest.mark.parametrize("cut", [1, 2, 30, 100])
def test_a_truncated_last_line_is_refused_with_its_line_number(small_run: Path, cut: int) -> None:
    edit(small_run, lambda data: data[:-cut])
    error = refusal(small_run)
    assert error.line == 19 and error.file.endswith("measurements.csv")
    assert "--allow-incomplete" in str(error)


def test_without_its_guard_a_truncated_line_would_pass_for_a_row(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(small_run, lambda data: data[:-3].rsplit(b",", 4)[0] + b"\n")
    assert refusal(small_run).line == 19
    monkeypatch.setattr(csv_lines, "_check_field_counts", lambda *_: None)
    assert len(read_run(small_run).rows) == 18


def test_a_torn_last_line_is_left_out_where_incomplete_runs_are_allowed(small_run: Path) -> None:
    edit(small_run, lambda data: data[:-30] + b"\xc3")
    run = read_run(small_run, allow_incomplete=True)
    assert len(run.rows) == 17
    assert any("cut off" in warning for warning in run.warnings)


def test_a_line_cut_short_in_the_middle_is_refused_with_its_column(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b",240,201,", b",240\n", 1))
    error = refusal(small_run)
    assert (error.line, error.column) == (2, "slices")


def test_a_line_with_a_field_too_many_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b",240,201,", b",240,201,7,", 1))
    assert refusal(small_run).line == 2


def test_an_empty_line_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b"\n", b"\n\n", 1))
    assert refusal(small_run).line == 2


def test_a_quote_that_is_not_closed_is_refused_in_its_own_line(small_run: Path) -> None:
    set_field(small_run, 7, "reason", '"never ends')
    assert refusal(small_run).line == 7


def test_an_empty_file_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: b"")
    assert refusal(small_run).line == 1


def test_bytes_that_are_not_utf8_are_refused_with_their_place(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b"heap", b"he\xffp", 1))
    error = refusal(small_run)
    assert error.line == 4 and error.found == "byte 0xff"


@pytest.mark.parametrize("byte", [b"\x00", b"\x1b", b"\r", b"\x7f"])
def test_control_characters_are_refused(small_run: Path, byte: bytes) -> None:
    edit(small_run, lambda data: data.replace(b"heap", b"he" + byte + b"p", 1))
    assert refusal(small_run).line == 4


@pytest.mark.parametrize("column", ["run_id", "status", "ns_median", "minor_faults_per_op"])
def test_a_missing_column_is_refused_by_name(small_run: Path, column: str) -> None:
    kept = [name for name in synthetic.COLUMNS if name != column]
    rows = synthetic.rows(synthetic.few_cases(), ["glibc"], 2)
    stripped = ({name: row[name] for name in kept} for row in rows)
    (small_run / "measurements.csv").write_bytes(synthetic.csv_bytes(stripped, kept))
    error = refusal(small_run)
    assert (error.line, error.column) == (1, column)


def test_a_column_that_comes_twice_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b"ns_p05", b"ns_p25", 1))
    assert refusal(small_run).column == "ns_p25"


def test_an_unknown_column_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b"counter_instructions", b"instructions", 1))
    assert refusal(small_run).column == "instructions"


def test_columns_in_another_order_are_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data.replace(b"ns_p05,ns_p25", b"ns_p25,ns_p05", 1))
    assert "ns_p05" in refusal(small_run).expected


@pytest.mark.parametrize(
    "column, value",
    [
        ("ns_median", "fast"), ("ns_median", "nan"), ("ns_median", "inf"), ("ns_median", "-1"),
        ("ns_median", "1_0"), ("ns_median", "0x10"), ("ns_median", "1e999"), ("ns_median", "٣"),
        ("cycles_median", "-inf"), ("allocs_per_op", "one"), ("counter_instructions", "-5"),
        ("launch", ""), ("launch", "1.5"), ("launch", "-1"), ("cpu", "0.5"), ("size_bytes", "64.5"),
        ("slices", "many"), ("quiet_slices", "241"), ("ops_per_slice", "1e300"),
        ("status", "fine"), ("status", ""), ("arm", ""), ("allocator", ""), ("allocator", "none"),
        ("build", ""), ("params", "depth"), ("params", "a=1;a=2"), ("scenario", ""),
        ("case", "returned_pointer/by_value_/64"), ("case", "64"), ("variant", "by"),
        ("run_id", "another"), ("run_id", ""),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_line_and_column(small_run: Path, column: str, value: str) -> None:
    set_field(small_run, 9, column, value)
    error = refusal(small_run)
    assert error.line == 9
    # What does not fit together may be blamed on either side.
    assert error.column == column or {error.column, column} <= {"case", "scenario", "variant"}


def test_quantiles_out_of_order_are_refused(small_run: Path) -> None:
    set_field(small_run, 9, "ns_p25", "999")
    error = refusal(small_run)
    assert (error.line, error.column) == (9, "ns_median")


def test_quantiles_that_are_not_available_do_not_count_as_out_of_order(small_run: Path) -> None:
    for column in ("ns_p05", "ns_p25", "ns_p75", "ns_p95"):
        set_field(small_run, 9, column, "")
    assert math.isnan(read_run(small_run).rows["ns_p25"][7])


@pytest.mark.parametrize("status", ["ok", "contended"])
def test_a_timed_row_without_a_time_is_refused(small_run: Path, status: str) -> None:
    set_field(small_run, 9, "status", status)
    set_field(small_run, 9, "ns_median", "")
    assert refusal(small_run).column == "ns_median"


@pytest.mark.parametrize("status", ["skipped", "crashed", "timeout", "dishonest"])
def test_a_row_that_was_not_timed_must_not_have_a_time(small_run: Path, status: str) -> None:
    set_field(small_run, 9, "status", status)
    assert refusal(small_run).column == "ns_p05"


def test_the_same_row_twice_is_refused(small_run: Path) -> None:
    edit(small_run, lambda data: data + data.split(b"\n")[5] + b"\n")
    assert refusal(small_run).line == 20


def test_without_its_guard_a_row_would_count_twice(small_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit(small_run, lambda data: data + data.split(b"\n")[5] + b"\n")
    monkeypatch.setattr(row_checks, "check_rows", lambda *_: None)
    assert len(read_run(small_run).rows) == 19


def test_a_case_with_two_sizes_is_refused(small_run: Path) -> None:
    set_field(small_run, 9, "size_bytes", "65")
    assert refusal(small_run).column == "size_bytes"


def test_a_fraction_of_a_launch_is_not_rounded_away(small_run: Path) -> None:
    """The reader's own view of numbers, against one that takes what it can get."""
    set_field(small_run, 9, "launch", "1.5")
    assert pd.read_csv(small_run / "measurements.csv")["launch"].astype(int)[7] == 1
    assert refusal(small_run).column == "launch"


def test_nothing_at_all_is_refused_with_advice(tmp_path: Path) -> None:
    assert "make bench" in str(refusal(tmp_path / "nowhere"))


@pytest.mark.parametrize("name", ["x" * 300, "a\nb", "a\0b", "folder.csv"])
def test_a_strange_path_is_refused_like_any_other(tmp_path: Path, name: str) -> None:
    if name.endswith(".csv"):
        (tmp_path / name).mkdir()
    refusal(tmp_path / name)
