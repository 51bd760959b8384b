"""history.py as a user runs it: what it appends, what it says, and its exit status."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import synthetic
from histories import CASE, START, put, record, write_run

from heaptoll.history import command, index
from heaptoll.history.command import main
from heaptoll.history.formats import FORMATS
from heaptoll.history.index import FILE_NAME
from heaptoll.history.record import Name
from heaptoll.history.record_file import file_name
from terminal_widths import unwrapped

RUN_ID = "20260131T120000Z-beef"
CSV = "time,commit,m\n" + "".join(f"2026-01-{day:02},c{day},{10 + day % 2 + 5 * (day > 14)}\n" for day in range(1, 29))
Ask = Callable[..., int]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs the command in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return lambda *arguments: main([*arguments, "--no-charts"])


def store(days: int = 30, slower_from: int = 20) -> Path:
    """A store in which one series becomes 20 % slower."""
    folder = Path("results/history")
    for day in range(days):
        values = {
            Name(CASE, "glibc", arm): (ns + 0.01 * (day % 3)) * (1.2 if arm == "heap" and day >= slower_from else 1)
            for arm, ns in (("null", 1.5), ("heap", 10.0))
        }
        put(folder, record(day, values=values))
    return folder


def test_without_a_run_the_newest_one_is_appended(ask: Ask, capsys: Any) -> None:
    write_run(Path("results/latest"))
    assert ask() == 0
    assert f"run: {RUN_ID}, appended with 8 values" in capsys.readouterr().out
    assert Path("results/history", file_name(RUN_ID)).exists()
    assert ask() == 0
    assert f"run: {RUN_ID}, which is there already" in capsys.readouterr().out


def _crashed_or_contended(row: synthetic.Row) -> synthetic.Row:
    return synthetic.without_time(row, "crashed", "SIGSEGV") if row["arm"] == "heap" else synthetic.contended(row)


def test_a_run_of_a_machine_that_was_too_noisy_is_refused_with_a_status_of_its_own(ask: Ask, capsys: Any) -> None:
    write_run(Path("results/latest"), change=synthetic.contended)
    assert ask() == 3
    assert "expected a run with a value that counts, found 6 contended" in capsys.readouterr().err
    write_run(Path("crashed"), change=_crashed_or_contended)
    assert ask("crashed") == 2  # that is not the machine's doing
    write_run(Path("mixed"), change=lambda row: synthetic.contended(row) if row["arm"] == "heap" else row)
    assert ask("mixed") == 0


def test_a_run_that_is_named_is_appended_by_its_folder_or_file(ask: Ask) -> None:
    folder = write_run(Path("one"))
    assert ask(str(folder / "measurements.csv"), "--store", "s") == 0
    assert ask(str(folder / "run.json"), "--store", "s") == 0
    assert [path.name for path in Path("s").glob("*.json")] == [file_name(RUN_ID)]


def test_with_look_nothing_is_appended(ask: Ask, capsys: Any) -> None:
    write_run(Path("results/latest"))
    folder = store(3)
    assert ask("--look") == 0
    assert len(list(folder.glob("*.json"))) == 3
    assert "3 from 2026-01-31 to 2026-02-02, all alike" in capsys.readouterr().out


def test_without_any_run_it_looks(ask: Ask) -> None:
    store(3)
    assert ask() == 0


def test_a_history_that_is_not_there_is_bad_input(ask: Ask, capsys: Any) -> None:
    assert ask("--look") == 2
    assert "append a run: make history RUN=" in capsys.readouterr().err
    assert not Path("results").exists()


def test_a_change_is_shown_and_is_no_failure(ask: Ask, capsys: Any) -> None:
    store()
    assert ask() == 0
    said = capsys.readouterr().out
    assert f"{CASE} heap (glibc)" in said and "slower" in said and record(20).commit[:10] in said  # type: ignore[index]


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_can_be_asked_for(ask: Ask, capsys: Any, format_: str) -> None:
    store()
    assert ask("--format", format_) == 0
    printed = capsys.readouterr().out
    assert ask("--format", format_, "--out", "told") == 0
    assert Path("told").read_bytes().decode() == printed
    assert "in all: 1 change" in capsys.readouterr().out


def test_the_formats_are_those_there_are() -> None:
    assert command._FORMATS == tuple(FORMATS)


def test_the_markdown_goes_to_the_step_summary(ask: Ask, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    store(3)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    Path("summary.md").write_text("before\n")
    assert ask() == 0 and ask("--summary", "other.md") == 0
    assert Path("summary.md").read_text().startswith("before\n") and len(Path("summary.md").read_text()) > 50
    assert Path("other.md").exists()
    assert ask("--summary", "no/such/folder.md") == 0
    assert "no/such/folder.md: not written" in capsys.readouterr().err


def test_charts_go_where_they_are_asked_to(ask: Ask) -> None:
    store(12, 6)
    assert main(["--charts", "drawn"]) == 0
    assert any(path.suffix == ".svg" for path in Path("drawn").iterdir())


def test_a_damaged_file_is_named_the_rest_is_shown_and_the_status_is_2(ask: Ask, capsys: Any) -> None:
    bad = store() / file_name(record(7).run_id)
    good = bad.read_bytes()
    bad.write_bytes(good[: len(good) // 2])
    for _ in range(2):
        assert ask() == 2
        said = unwrapped(capsys.readouterr().out)
        assert f"warning: {bad}, line 1" in said and "the history is without it" in said
        assert "make history RUN=" in said and "in all: 1 change" in said
    bad.write_bytes(good)
    assert ask() == 0


def test_without_the_guard_a_damaged_file_would_vanish_without_a_word(
    ask: Ask, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (store() / file_name(record(7).run_id)).write_bytes(b"{")
    monkeypatch.setattr(index.Index, "_good", lambda self, parsed: (p for _, p in parsed if isinstance(p, tuple)))
    assert ask() == 0
    assert "warning" not in capsys.readouterr().out


def test_appending_the_run_again_mends_its_file(ask: Ask) -> None:
    write_run(Path("one"))
    assert ask("one") == 0
    Path("results/history", file_name(RUN_ID)).write_bytes(b"{")
    assert ask("--look") == 2
    assert ask("one") == 0
    assert ask("--look") == 0


def test_a_damaged_index_is_made_again_with_one_line(ask: Ask, capsys: Any) -> None:
    path = store() / FILE_NAME
    assert ask() == 0
    first = capsys.readouterr().out
    path.write_bytes(path.read_bytes()[:5000])
    assert ask() == 0
    said = unwrapped(capsys.readouterr().out).splitlines()
    extra = [line for line in said if line not in unwrapped(first).splitlines()]
    assert len(extra) == 1 and "made again from the records" in extra[0]


def test_reindex_reads_every_file_again(ask: Ask, capsys: Any) -> None:
    path = store(3) / FILE_NAME
    ask()
    with sqlite3.connect(path) as database:
        before = database.execute("SELECT COUNT(*) FROM run").fetchone()
    database.close()
    inode = path.stat().st_ino
    assert ask("--reindex") == 0
    assert path.stat().st_ino != inode and before == (3,)


def test_a_clock_that_went_back_is_refused_and_can_be_corrected(ask: Ask, capsys: Any) -> None:
    write_run(Path("one"), ended_utc="2026-01-31T11:00:00Z")
    assert ask("one") == 2
    assert "the clock went back; say when it really began: --started 2026-" in capsys.readouterr().err
    assert not list(Path("results/history").glob("*.json"))
    assert ask("one", "--started", "2026-01-31T10:50:00Z") == 0
    kept = json.loads(Path("results/history", file_name(RUN_ID)).read_text())
    assert (kept["started_utc"], kept["ended_utc"]) == ("2026-01-31T10:50:00Z", "2026-01-31T11:00:00Z")
    assert ask("one") == 0


def test_a_machine_has_the_name_it_is_given(ask: Ask, capsys: Any) -> None:
    write_run(Path("one"))
    assert ask("one", "--machine", "bench-1") == 0
    assert json.loads(Path("results/history", file_name(RUN_ID)).read_text())["machine"]["label"] == "bench-1"
    assert ask("one") == 0
    capsys.readouterr()
    assert ask("one", "--machine", "bench-2") == 2
    assert "with other machine" in capsys.readouterr().err


def test_a_new_series_and_suspicious_runs_are_told(ask: Ask, capsys: Any) -> None:
    folder = store(3)
    put(folder, record(5, compiler="gcc 13.1"), record(6, started_utc=START + timedelta(minutes=1), run_id="again"))
    assert ask() == 0
    said = capsys.readouterr().out
    assert "a new series since 2026-02-05: compiler gcc 12.2.0 -> gcc 13.1" in said
    assert "warning: runs" in said and "under way at the same time" in said and "under 2 keys" in said
    assert ask("--join", "compiler") == 0
    said = capsys.readouterr().out
    assert "a new series" not in said and "all alike" in said and "across changes of compiler" in said


def test_what_is_left_out_of_the_newest_run_is_counted(ask: Ask, capsys: Any) -> None:
    store(2)
    ask()
    assert "left out of the newest run: 1 skipped" in capsys.readouterr().out


def test_a_filter_that_matches_nothing_is_bad_input(ask: Ask, capsys: Any) -> None:
    store(2)
    assert ask("--filter", "nosuch") == 2
    assert CASE in capsys.readouterr().err


@pytest.mark.parametrize("asked", [["--filter", "nosuch"], ["--arms", "stock"], ["--allocators", "hoard"]])
def test_a_run_is_not_appended_by_a_command_that_asks_for_what_is_not_there(
    ask: Ask, capsys: Any, asked: list[str]
) -> None:
    folder = store(2)
    write_run(Path("one"))
    assert ask("one", *asked) == 2
    assert "there are" in capsys.readouterr().err.replace("that are there", "there are")
    assert len(list(folder.glob("*.json"))) == 2


def test_what_only_the_new_run_has_can_be_asked_for(ask: Ask) -> None:
    write_run(Path("one"))
    put(Path("results/history"), record(0, run_id="old", values={Name("other", "glibc", "heap"): 1.0}))
    assert ask("one", "--filter", "returned_pointer", "--arms", "toll") == 0


def test_a_report_that_cannot_be_written_does_not_hide_that_the_run_was_appended(ask: Ask, capsys: Any) -> None:
    store(2)
    write_run(Path("one"))
    assert ask("one", "--out", ".") == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"history.py: run: {RUN_ID}, appended with 8 values" and "it is a folder" in said[1]


def test_only_the_series_asked_for_are_searched(ask: Ask, capsys: Any) -> None:
    store(3)
    assert ask("--arms=heap", "--allocators=glibc", "--unit=cycles", "--filter=by_value") == 0
    said = "series: 1 of cycles per operation; cases that match by_value; arms heap; allocators glibc\n"
    assert said in unwrapped(capsys.readouterr().out)


def test_a_csv_is_searched_without_a_store(ask: Ask, capsys: Any) -> None:
    Path("their.csv").write_text(CSV)
    assert ask("--csv", "their.csv", "--metrics", "m", "--filter", "^m$") == 0
    said = capsys.readouterr().out
    assert "c15" in said and "in all: 1 change" in said and "28 from 2026-01-01 to 2026-01-28" in said
    assert not Path("results").exists()
    assert ask("--csv", "their.csv", "--filter", "x") == 2
    assert "there are m" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--csv", "a.csv", "--look"], ["--csv", "a.csv", "run"], ["--csv", "a.csv", "--arms", "heap"], ["--time", "x"],
        ["--csv", "a.csv", "--series-column", "x"], ["--look", "run"], ["--look", "--machine", "x"], ["--machine", ""],
        ["--csv", "a.csv", "--series-column", "x", "--value-column", "y", "--metrics", "z"], ["--started", "noon"],
        ["--false-alarms", "0"], ["--false-alarms", "0.5"], ["--join", "everything"], ["--filter", "("],
        ["--arms", ","], ["--machine", "a\nb"],
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused_before_anything_is_read(
    ask: Ask, capsys: Any, arguments: list[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        ask(*arguments)
    assert refused.value.code == 2 and "history.py: error: " in capsys.readouterr().err
    assert not list(Path().iterdir())


def test_what_is_read_is_not_written_over(ask: Ask, capsys: Any) -> None:
    Path("their.csv").write_text(CSV)
    assert ask("--csv", "their.csv", "--out", "their.csv") == 2
    folder = store(2)
    assert ask("--out", str(folder / file_name(record(0).run_id))) == 2
    assert "a file outside of the store" in capsys.readouterr().err
    assert Path("their.csv").read_text() == CSV


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_looked_at(ask: Ask, capsys: Any) -> None:
    store(2).chmod(0o500)
    assert ask() == 0
    assert "results/history may not be written" in capsys.readouterr().out


def test_nothing_is_appended_to_a_store_that_may_not_be_written(
    ask: Ask, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = store(2)
    write_run(Path("one"))
    real = os.access
    monkeypatch.setattr(index.os, "access", lambda path, mode: path != folder and real(path, mode))
    assert ask("one") == 2
    said = capsys.readouterr().err
    assert said == "history.py: results/history: could not be written: no permission; --look needs none\n"
    assert ask("--look") == 0
    assert "results/history may not be written: its index is made for this time only" in capsys.readouterr().out
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".json"]


def test_a_store_that_is_a_file_is_said(ask: Ask, capsys: Any) -> None:
    Path("s").write_text("")
    write_run(Path("one"))
    assert ask("one", "--store", "s") == 2 and ask("--look", "--store", "s") == 2
    assert capsys.readouterr().err.count("history.py: s") == 2


def test_help_has_an_example_and_the_exit_codes(capsys: Any) -> None:
    with pytest.raises(SystemExit) as asked:
        main(["--help"])
    said = capsys.readouterr().out
    assert asked.value.code == 0 and "scripts/history.py --look" in said and "exit status: 0" in said


def test_only_the_newest_values_are_searched_where_that_is_asked_for(ask: Ask, capsys: Any) -> None:
    store(days=40, slower_from=20)
    assert ask("--look", "--last", "12") == 0
    said = capsys.readouterr().out
    assert "in all: 0 changes" in said and "of 2 series only the newest 12 values are searched" in said
    assert ask("--look", "--last", "30") == 0
    assert "in all: 1 change\n" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        ask("--look", "--last", "9")
