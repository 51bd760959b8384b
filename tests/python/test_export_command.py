"""export.py as a user runs it: where it goes, what it refuses, what it says beside it."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import export_readers as read
import pytest
import synthetic
from exporting import MADE
from histories import CASE, put, record, write_run

from heaptoll.export import command
from heaptoll.export.command import main
from heaptoll.export.formats import FORMATS
from heaptoll.history import command as history
from heaptoll.history.record import Library, Name

SCRIPT = Path(__file__).parents[2] / "scripts" / "export.py"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return synthetic.write_run(tmp_path / "run", synthetic.ALLOCATORS[:2], made=MADE)


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, str]]:
    assert main([*arguments, "--format=csv"]) == 0
    return read.summary_csv(capsys.readouterr().out)


def test_help_lists_every_format_and_has_an_example_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0 and list(FORMATS) == list(command._NAMES)
    for name in ("github-action-benchmark", "bencher", "go", "markdown", "junit"):
        assert f"--format {name}" in said
    assert "benchstat" in said and "exit status" in said


@pytest.mark.parametrize("name", list(FORMATS))
def test_what_is_printed_is_what_is_written(name: str, run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run), f"--format={name}"]) == 0
    printed = capsys.readouterr().out
    out = run.parent / "out"
    assert main([str(run), f"--format={name}", f"--out={out}"]) == 0
    assert out.read_bytes().decode() == printed and capsys.readouterr().out == ""


def test_stack_heap_and_toll_unless_told_otherwise(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {row["arm"] for row in rows(capsys, str(run))} == {"stack", "heap", "toll"}
    assert {row["arm"] for row in rows(capsys, str(run), "--arms", "inline,null")} == {"inline", "null"}
    assert len(rows(capsys, str(run), "--arms=inline", "--filter=boxed")) == 2


def test_filters_choose_cases_and_allocators(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {row["case"] for row in rows(capsys, str(run), "--filter", "^boxed|d2$")} == {
        "boxed_value/interface/8", "returned_pointer/chain/64/d2",
    }  # fmt: skip
    assert {row["case"] for row in rows(capsys, str(run), "--filter=-^boxed|d2$")} == {"array_size/spill/64KiB/random"}
    assert {row["allocator"] for row in rows(capsys, str(run), "--allocators", "jemalloc")} == {"jemalloc"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--filter", "nothing"], "expected a case whose name 'nothing' matches"),
        (["--allocators", "glibc,hoard"], "it has glibc, jemalloc"),
        (["--arms", "stock"], "it has null, stack, heap, inline, toll"),
        (["--build", "clang"], "say which with --build: gcc"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    arguments: list[str], said: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(run), "--format=go", *arguments]) == 2
    found = capsys.readouterr()
    assert said in found.err and found.err.count("\n") == 1 and found.out == ""


@pytest.mark.parametrize("text", ["(", "x{99999999999}", "(" * 5000])
@pytest.mark.parametrize("source", [["run"], ["--store", "store"]])
def test_a_filter_that_is_no_regular_expression_is_refused_before_anything_is_read(
    text: str, source: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main([*source, "--format=otava", "--filter", text])
    said = capsys.readouterr().err
    assert refused.value.code == 2 and "is no regular expression" in said and "Traceback" not in said


def test_a_run_of_several_builds_needs_to_be_told_which(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [row for build in ("before", "after") for row in synthetic.rows(MADE, ["glibc"], build=build)]
    (run / "measurements.csv").write_bytes(synthetic.csv_bytes(both))
    assert main([str(run), "--format=go"]) == 2 and "--build: before, after" in capsys.readouterr().err
    assert {row["build"] for row in rows(capsys, str(run), "--build=after")} == {"after"}


def test_it_never_writes_over_what_it_reads(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (run / "measurements.csv").read_bytes()
    for out in ("measurements.csv", "run.json"):
        assert main([str(run), "--format=csv", f"--out={run / out}"]) == 2
    assert (run / "measurements.csv").read_bytes() == before and "another file" in capsys.readouterr().err


def test_what_cannot_be_written_or_read_is_exit_2(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(run), "--format=csv", "--out=/nowhere/file"]) == 2 and "/nowhere" in capsys.readouterr().err
    assert main([str(run / "gone"), "--format=csv"]) == 2 and "no such file" in capsys.readouterr().err
    with pytest.raises(SystemExit) as end:
        main([str(run)])
    assert end.value.code == 2


def test_formats_of_numbers_say_beside_it_what_they_leave_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(row: synthetic.Row) -> synthetic.Row:
        wrong = (row["arm"], row["allocator"]) == ("heap", "glibc")
        return synthetic.without_time(row, "crashed", "SIGSEGV\u0085") if wrong else row

    run = synthetic.write_run(tmp_path / "run", synthetic.ALLOCATORS[:2], made=MADE, change=change)
    for name, each in FORMATS.items():
        assert main([str(run), f"--format={name}"]) == 0
        said = capsys.readouterr().err
        assert ("left out: 3 figures crashed 8 times: SIGSEGV\\x85" in said) == each.only_numbers


def test_nothing_but_gaps_is_no_file_of_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = synthetic.write_run(tmp_path / "run", ["glibc"], made=MADE, change=synthetic.contended)
    for name, each in FORMATS.items():
        assert main([str(run), f"--format={name}"]) == (2 if each.only_numbers else 0)
        found = capsys.readouterr()
        assert (found.out == "") == each.only_numbers == ("contended" in found.err)


def test_absurd_times_are_refused_and_no_infinity_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(row: synthetic.Row) -> synthetic.Row:
        return {**row, **{name: "1e308" for name in row if name.startswith("ns_")}}

    run = synthetic.write_run(tmp_path / "run", ["glibc"], made=MADE, change=change)
    assert main([str(run), "--format=bencher"]) == 2 and "30 years" in capsys.readouterr().err


def test_the_script_runs_by_itself(run: Path) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, run, "--format=otava"], capture_output=True, text=True, check=True
    )
    assert re.match("time,commit,run,", done.stdout)


def test_a_history_is_exported_with_the_columns_that_its_runs_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = write_run(tmp_path / "run", launches=8)
    store = tmp_path / "store"
    assert main([str(run), "--format=otava"]) == 0
    single = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert history.main([str(run), f"--store={store}", "--no-charts"]) == 0
    capsys.readouterr()
    assert main([f"--store={store}", "--format=otava"]) == 0
    stored = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert len(stored) == len(single) == 1 and set(stored[0]) == set(single[0])
    for name, value in single[0].items():
        if name in ("time", "commit", "run"):
            assert stored[0][name] == value
        else:
            assert float(stored[0][name]) == pytest.approx(float(value), rel=1e-4)


@pytest.mark.parametrize("flags", [["--format=go", "--store=x"], ["one", "--format=otava", "--store=x"]])
def test_a_history_goes_with_otava_and_without_a_run(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(flags)
    assert stopped.value.code == 2 and "--store exports a history" in capsys.readouterr().err


def test_a_history_that_is_not_there_or_empty_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--format=otava", f"--store={tmp_path / 'none'}"]) == 2
    assert "no such folder" in capsys.readouterr().err
    assert main(["--format=otava", f"--store={tmp_path}"]) == 2
    assert "append one: make history" in capsys.readouterr().err


def test_a_damaged_record_is_named_and_the_rest_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    assert history.main([str(write_run(tmp_path / "run")), f"--store={store}", "--no-charts"]) == 0
    (store / "20260201T000000Z-0001.json").write_text("{")
    capsys.readouterr()
    assert main([f"--store={store}", "--format=otava"]) == 2
    told = capsys.readouterr()
    assert "20260201T000000Z-0001.json" in told.err and told.out.count("\n") == 2


def put_keys(store: Path) -> None:
    """Nights under one compiler, then another; jemalloc is new with the last two; one night on another machine."""
    newer = {"glibc": Library("2.36", "a"), "jemalloc": Library("5.3.1", "b")}
    put(store, *(record(day) for day in range(3)))
    put(store, *(record(day, compiler="gcc 13.1") for day in (3, 4)))
    put(store, *(record(day, compiler="gcc 13.1", allocators=newer) for day in (5, 6)))
    put(store, record(1, run_id="other", machine=replace(record().machine, label="bench-1")))


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[str], list[str], str]:
    """The runs, the columns, and what was said beside them. There is no hole."""
    assert main(["--format=otava", *arguments]) == 0
    told = capsys.readouterr()
    lines = list(csv.DictReader(io.StringIO(told.out)))
    assert all(all(line.values()) for line in lines) and "Otava refuses" not in told.err
    return [line["run"][-4:] for line in lines], list(lines[0])[3:], told.err


@pytest.mark.parametrize(
    ("asked", "days", "said"),
    [
        ((), (5, 6), "2 of 8 runs, under the key Example CPU, 2 cores, KVM; glibc 2.36; gcc 13.1; quick"),
        (("--allocators=glibc",), (3, 4, 5, 6), "4 of 8 runs"),
        (("--key=GCC 12",), (0, 1, 2), "3 of 8 runs"),
        (("--key=gcc 13.1; quick; jemalloc 5.3.0",), (3, 4), "2 of 8 runs"),
        (("--join=compiler,allocators",), (0, 1, 2, 3, 4, 5, 6), "7 of 8 runs"),
        (("--join=compiler,allocators,machine",), (0, 1, "ther", 2, 3, 4, 5, 6), ""),
        (("--machine=bench-1",), ("ther",), "1 of 8 runs, under the key bench-1 (Example CPU"),
    ],
)
def test_of_a_history_the_runs_of_one_key_are_exported_without_holes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], days: list[int | str], said: str
) -> None:
    put_keys(tmp_path)
    runs, _, told = exported(capsys, f"--store={tmp_path}", *asked)
    assert runs == [day if isinstance(day, str) else f"{day:04x}" for day in days]
    assert said in told and (told == "") == (said == "") and told.count("\n") in (0, 2)


def test_a_key_is_chosen_by_the_hash_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put_keys(tmp_path)
    _, _, told = exported(capsys, f"--store={tmp_path}")
    hashes = re.findall(r"\[([0-9a-f]{8})\]", told)
    assert len(hashes) == 4 and "there are 3 others" in told
    assert exported(capsys, f"--store={tmp_path}", f"--key={hashes[-1]}")[0] in (["0000", "0001", "0002"], ["ther"])


def test_the_columns_of_a_history_stay_when_a_second_key_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, record(0), record(1))
    _, before, told = exported(capsys, f"--store={tmp_path}")
    assert told == ""
    put_keys(tmp_path)
    assert exported(capsys, f"--store={tmp_path}")[1] == before


def test_an_allocator_that_the_newest_run_has_not_is_that_of_the_newest_which_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = {"allocators": {"glibc": Library("2.36", "a")}, "values": {Name(CASE, "glibc", "heap"): 1.0}}
    put(tmp_path, record(0), record(1), record(2, **only))  # type: ignore[arg-type]
    runs, columns, told = exported(capsys, f"--store={tmp_path}", "--arms=heap")
    assert runs == ["0000", "0001", "0002"] and len(columns) == 1
    assert told == "export.py: the newest of these runs has no jemalloc, so it is left out: --allocators jemalloc\n"
    assert exported(capsys, f"--store={tmp_path}", "--arms=heap", "--allocators=jemalloc")[0] == ["0000", "0001"]


@pytest.mark.parametrize("asked", ["--key=clang", "--machine=bench-7"])
def test_a_key_that_is_not_there_is_refused_with_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str
) -> None:
    put_keys(tmp_path)
    assert main(["--format=otava", f"--store={tmp_path}", asked]) == 2
    said = capsys.readouterr().err
    assert asked.split("=")[1] in said and "gcc 12.2.0; quick; jemalloc 5.3.0 [" in said and said.count("\n") == 1


@pytest.mark.parametrize("asked", [["--key=x"], ["--machine=x"], ["--join=libc"], ["--store=s", "--key= "]])
def test_a_key_is_about_a_history(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--format=otava", *asked])
    assert "error: " in capsys.readouterr().err
