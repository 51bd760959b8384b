"""The record of a run: what is kept of it, and that no damaged file is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import synthetic
from histories import COMMITTED, record, write_run
from hypothesis import given, settings
from hypothesis import strategies as st

from heaptoll.bad_input import BadInput
from heaptoll.history.commit_time import commit_time
from heaptoll.history.from_run import record_of
from heaptoll.history.record import Name
from heaptoll.history.record_file import as_bytes, file_name, parse_record
from heaptoll.measurements import read_run

CASE = "returned_pointer/by_value/64"


def read(folder: Path, **changes: Any) -> Any:
    return record_of(read_run(write_run(folder, **changes)), None, lambda revision: COMMITTED)


def figures(made: Any, arm: str, allocator: str = "glibc") -> list[float]:
    return list(made.figures[made.names.index(Name(CASE, allocator, arm))])


def by_launch(ns: Callable[[int], float]) -> Callable[[synthetic.Row], synthetic.Row]:
    """Gives the heap arm these times, and three cycles per ns."""

    def change(row: synthetic.Row) -> synthetic.Row:
        if row["arm"] != "heap":
            return row
        time = ns(int(row["launch"]))
        quantiles = {name: str(time) for name in row if name.startswith("ns_")}
        return {**row, **quantiles, "cycles_median": str(3 * time)}

    return change


def test_a_value_is_the_median_over_launches_with_its_interval_launches_and_cycles(tmp_path: Path) -> None:
    made = read(tmp_path, launches=9, change=by_launch(lambda launch: 100.0 + launch))
    assert figures(made, "heap") == [104, 101, 107, 9, 312]


def test_numbers_have_five_significant_digits(tmp_path: Path) -> None:
    made = read(tmp_path, launches=1, change=by_launch(lambda launch: 123.456789))
    assert figures(made, "heap")[0] == 123.46
    assert b"123.46," in as_bytes(made) and b"123.456" not in as_bytes(made)


def test_the_toll_is_paired_by_launch_in_ns_and_cycles(tmp_path: Path) -> None:
    made = read(tmp_path, launches=8)
    run = read_run(tmp_path)
    rows = run.rows[run.rows["allocator"] == "glibc"]
    by_arm = {arm: rows[rows["arm"] == arm].set_index("launch") for arm in ("heap", "stack")}
    for at, column in ((0, "ns_median"), (4, "cycles_median")):
        toll = (by_arm["heap"][column] - by_arm["stack"][column]).median()
        assert figures(made, "toll")[at] == pytest.approx(toll, rel=1e-4)


def test_a_toll_may_be_negative(tmp_path: Path) -> None:
    made = read(tmp_path, change=by_launch(lambda launch: 0.5))
    assert figures(made, "toll")[0] < 0
    assert as_bytes(parse_record(tmp_path / file_name(made.run_id), as_bytes(made))) == as_bytes(made)


def test_null_arms_are_kept_for_they_are_the_controls(tmp_path: Path) -> None:
    assert figures(read(tmp_path), "null")[0] > 0


def test_cycles_that_are_not_there_are_null_and_never_zero(tmp_path: Path) -> None:
    made = read(tmp_path, change=lambda row: {**row, "cycles_median": ""})
    assert json.loads(as_bytes(made))["values"][CASE]["glibc"]["heap"][4] is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [("crashed", "SIGSEGV"), ("skipped", "no VLA"), ("timeout", ""), ("dishonest", "2 blocks, not 1")],
)
def test_what_gave_no_time_is_left_out_by_name_with_its_reason(tmp_path: Path, status: str, reason: str) -> None:
    def change(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, status, reason or "x") if row["arm"] == "heap" else row

    made = read(tmp_path, change=change)
    assert {name.arm for name in made.names} == {"null", "stack"}
    assert (Name(CASE, "glibc", "heap"), status, reason or "x") in made.left_out


def test_a_contended_result_is_no_value_and_neither_is_its_toll(tmp_path: Path) -> None:
    made = read(tmp_path, change=lambda row: synthetic.contended(row) if row["arm"] == "stack" else row)
    assert {name.arm for name in made.names} == {"null", "heap"}
    assert {each.status for each in made.left_out} == {"contended"}


def test_a_run_without_any_value_is_refused_with_what_it_has_instead(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a run with a value that counts, found 6 contended"):
        read(tmp_path, change=synthetic.contended)


@pytest.mark.parametrize("status", ["interrupted", "running", "failed"])
def test_a_run_that_is_not_complete_is_refused(tmp_path: Path, status: str) -> None:
    with pytest.raises(BadInput, match=f"complete.*{status}"):
        read(tmp_path, status=status)


def test_a_run_of_two_builds_is_refused_by_name(tmp_path: Path) -> None:
    made = synthetic.few_cases()
    rows = [row for build in ("base", "head") for row in synthetic.rows(made, ["glibc"], 3, build=build)]
    folder = write_run(tmp_path)
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes(sorted(rows, key=lambda row: row["launch"])))
    with pytest.raises(BadInput, match="a run of one build, found 2 builds: base, head"):
        record_of(read_run(folder), None, lambda revision: None)


def test_an_id_that_would_lead_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = write_run(tmp_path, run_id="../x", change=lambda row: {**row, "run_id": "../x"})
    with pytest.raises(BadInput, match="id can name a file"):
        record_of(read_run(folder), None, lambda revision: None)


def test_a_time_of_thirty_years_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="line 4, column ns_median"):
        read(tmp_path, change=by_launch(lambda launch: 1e19))


def test_a_time_given_by_hand_takes_the_place_of_the_runs(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path, ended_utc="2026-01-31T12:04:00Z"))
    when = datetime(2026, 1, 31, 12, 1, tzinfo=timezone.utc)
    assert record_of(run, None, lambda revision: None, when).started_utc == when
    assert record_of(run, None, lambda revision: None, when).ended_utc is not None
    assert record_of(run, None, lambda revision: None, when.replace(day=1, month=2)).ended_utc is None


def test_the_time_of_a_commit_is_gits_and_none_where_git_has_none(tmp_path: Path) -> None:
    asked: list[str | None] = []
    run = read_run(write_run(tmp_path))
    made = record_of(run, None, lambda revision: asked.append(revision))
    assert asked == ["0123456789abcdef0123456789abcdef01234567"] and made.commit_utc is None
    assert commit_time(tmp_path, "0" * 40) is None
    assert commit_time(tmp_path, "--help") is None
    assert commit_time(tmp_path / "nowhere", None) is None


def test_control_characters_of_a_run_do_not_reach_the_record(tmp_path: Path) -> None:
    toolchain = {"compiler": "gcc\x1b[31m\n12", "flags": "", "libc": "2.36", "google_benchmark": ""}
    made = read(tmp_path, toolchain=toolchain)
    assert made.compiler == "gcc\\x1b[31m\\n12" and made.libc == "glibc 2.36"


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    made = read(tmp_path, machine={"cpu_model": "X", "cores": 2, "caches": {"L1d": "32K"}, "smt": False})
    again = parse_record(tmp_path / file_name(made.run_id), as_bytes(made))
    assert as_bytes(again) == as_bytes(made)
    assert (again.machine.caches, again.machine.smt) == ("L1d 32K", "false")
    assert again.names == made.names and again.commit_utc == COMMITTED


GOOD = json.loads(as_bytes(record()))
NAME = Path(file_name(GOOD["run_id"]))


def damaged(change: Callable[[dict[str, Any]], Any]) -> bytes:
    content = json.loads(json.dumps(GOOD))
    change(content)
    return json.dumps(content).encode()


def row(content: dict[str, Any]) -> list[Any]:
    found: list[Any] = content["values"][CASE]["glibc"]["heap"]
    return found


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda c: c.update(schema_version=2), "key schema_version.*version '2'"),
        (lambda c: c.update(schema_version=True), "key schema_version"),
        (lambda c: c.pop("engine"), "key engine.*nothing"),
        (lambda c: c.update(run_id="another"), "key run_id.*the name of the file"),
        (lambda c: c.update(started_utc="yesterday"), "key started_utc.*a moment like"),
        (lambda c: c.update(started_utc="0001-01-01T00:00:00Z"), "key started_utc.*a moment like"),
        (lambda c: c.update(started_utc=None), "key started_utc"),
        (lambda c: c.update(dirty="no"), "key dirty"),
        (lambda c: c.update(profile=""), "key profile"),
        (lambda c: c.update(compiler="gcc\x1b[0m"), "key compiler.*printable"),
        (lambda c: c.update(compiler="\ud800"), "whole characters"),
        (lambda c: c.update(allocators=[]), "key allocators"),
        (lambda c: c["machine"].update(cores=-1), r"key machine\.cores"),
        (lambda c: c.update(values={}), "key values"),
        (lambda c: c.update(values={CASE: {}}), f"key values.{CASE}"),
        (lambda c: c["values"].update({"": c["values"][CASE]}), "key values"),
        (lambda c: row(c).__setitem__(0, "10"), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(0, True), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(0, None), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(0, 10**400), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(1, row(c)[2] + 1), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(slice(0, 3), [-1, -1, -1]), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(3, 0), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).__setitem__(3, 1.5), f"key values.{CASE}.glibc.heap"),
        (lambda c: row(c).pop(), f"key values.{CASE}.glibc.heap"),
        (lambda c: c.update(left_out=[]), "key left_out"),
        (lambda c: c.update(left_out={"crashed": {"SIGSEGV": {CASE: {"glibc": "heap"}}}}), "key left_out.crashed"),
    ],
)
def test_what_is_wrong_is_named_with_its_key_and_how_to_mend_it(change: Callable[[Any], Any], where: str) -> None:
    with pytest.raises(BadInput, match=where) as refused:
        parse_record(NAME, damaged(change))
    assert "make history RUN=" in str(refused.value) and refused.value.file == str(NAME)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"\xff", b"null", as_bytes(record())[:-40], b'{"schema_version": NaN}', b"[" * 100_000,
        as_bytes(record()).replace(b'"dirty":false', b'"dirty":false,"dirty":true'),
        as_bytes(record()).replace(b",8,", b",1e999,", 1), as_bytes(record()).replace(b",8,30]", b",8,1e999]", 1),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused(raw: bytes) -> None:
    assert raw != as_bytes(record())
    with pytest.raises(BadInput):
        parse_record(NAME, raw)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_bytes_give_a_record_or_bad_input_and_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(as_bytes(record()))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        how = data.draw(st.sampled_from(("change", "cut", "repeat", "remove")))
        if how == "change":
            raw[at] = data.draw(st.integers(0, 255))
        elif how == "cut":
            del raw[max(at, 1) :]
        elif how == "repeat":
            raw[at:at] = raw[at : at + data.draw(st.integers(1, 30))]
        else:
            del raw[at : at + 1]
        raw = raw or bytearray(b"{")
    try:
        found = parse_record(NAME, bytes(raw))
    except BadInput as error:
        assert str(error).isprintable() and str(NAME) in str(error)
    else:
        assert as_bytes(parse_record(NAME, as_bytes(found))) == as_bytes(found)
