"""From a run to its edges, to edges.csv, and scripts/edges.py as its users meet it."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import dense
import numpy as np
import pytest
import synthetic
from drawing import RunWith

from heaptoll.edges import sweep, table
from heaptoll.edges.command import main
from heaptoll.edges.rules import Rules
from heaptoll.measurements import Run, read_run

SCRIPT = Path(__file__).parents[2] / "scripts" / "edges.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return dense.write_run(tmp_path_factory.mktemp("dense"))


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return read_run(folder)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def planted(allocator: str) -> list[int]:
    return [last for last, _ in dense.EDGES.get(allocator, ())]


def test_each_allocators_edges_are_found_in_a_run(run: Run) -> None:
    found = sweep.usual_edges(run)
    assert [each.lane.allocator for each in found] == list(synthetic.ALLOCATORS[:4])
    for each in found:
        assert [edge.last_before for edge in each.edges] == planted(each.lane.allocator)
        assert (each.lane.variant, each.lane.way, each.lane.build) == ("fixed", "touch=first", "gcc")


def test_the_edges_of_a_run_are_found_once(run: Run) -> None:
    assert sweep.usual_edges(run) is sweep.usual_edges(run)
    again = sweep.edges_of(run, Rules())
    assert [each.edges for each in again] == [each.edges for each in sweep.usual_edges(run)]


def test_the_toll_is_paired_within_a_launch(tmp_path: Path) -> None:
    def shifted(row: synthetic.Row) -> synthetic.Row:
        """Both arms of a launch slower by the same 1000 ns."""
        more = 1000.0 * (int(row["launch"]) % 3)
        return {**row, **{k: f"{float(row[k]) + more:.4f}" for k in row if k.startswith("ns_")}}

    [lane] = sweep.lane_sweeps(read_run(dense.write_run(tmp_path, ["glibc"], change=shifted)))
    assert max(float(np.ptp(each)) for each in lane.sweep.tolls) < 10


def test_sizes_with_few_launches_or_without_times_are_left_out_of_a_sweep(tmp_path: Path) -> None:
    def change(row: synthetic.Row) -> synthetic.Row | None:
        if row["size_bytes"] == "64" and int(row["launch"]) >= sweep.FEWEST_LAUNCHES - 1:
            return None
        if row["size_bytes"] == "72" and row["arm"] == "stack":
            return synthetic.without_time(row, "crashed", "SIGSEGV")
        return row

    [lane] = sweep.lane_sweeps(read_run(dense.write_run(tmp_path, ["glibc"], change=change)))
    assert set(dense.sizes()) - set(lane.sweep.sizes) == {64, 72}
    assert lane.sizes_run == len(dense.sizes())


def test_a_sparse_sweep_has_no_edges_to_look_for(run_with: RunWith) -> None:
    assert sweep.usual_edges(run_with(2)) == []


def test_a_gap_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = [case for case in dense.cases() if not 4096 < (case.size_bytes or 0) < 10240]
    assert main([str(dense.write_run(tmp_path, ["glibc"], made=made))]) == 0
    assert "glibc: not known between 4 KiB and 10 KiB" in capsys.readouterr().out


def test_edges_csv_says_what_was_found(run: Run) -> None:
    found = sweep.usual_edges(run)
    content = table.as_csv(run.facts.run_id, found)
    assert content.endswith(b"\r\n") and content.count(b"\r\n") == content.count(b"\n")
    read = rows(content)
    assert list(read[0]) == list(table.COLUMNS)
    edges = [(each.lane, edge) for each in found for edge in each.edges]
    assert len(read) == len(edges) == 5
    for row, (lane, edge) in zip(read, edges):
        assert (row["run_id"], row["scenario"]) == (synthetic.RUN_ID, "array_size")
        assert (row["variant"], row["params"]) == (lane.variant, lane.way)
        assert (row["allocator"], row["build"]) == (lane.allocator, lane.build)
        sizes = ("last_before", "first_after", "low", "high")
        assert [int(row[f"{name}_bytes"]) for name in sizes] == [getattr(edge, name) for name in sizes]
        for name in ("before_ns", "after_ns", "jump_ns", "jump_low_ns", "jump_high_ns", "ratio"):
            assert float(row[name]) == pytest.approx(getattr(edge, name), abs=0.0006)
        assert int(row["launches"]) == 20


def test_a_name_with_a_comma_and_a_quote_comes_back_from_edges_csv(tmp_path: Path) -> None:
    hostile = 'a,"b"'
    run = read_run(dense.write_run(tmp_path, ["glibc", hostile], launches=8))
    found = sweep.usual_edges(run)
    renamed = [sweep.LaneEdges(sweep.LaneSweep(hostile, "w", hostile, "b", 1, each.lane.sweep), each.edges)
               for each in found]  # fmt: skip
    assert {row["allocator"] for row in rows(table.as_csv("r", renamed))} == {hostile}


def test_the_file_is_written_into_the_runs_folder_and_the_table_shown(
    folder: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder / "edges.csv"
    file.unlink(missing_ok=True)
    assert main([str(folder)]) == 0
    assert file.read_bytes() == table.as_csv(run.facts.run_id, sweep.usual_edges(run))
    captured = capsys.readouterr()
    assert captured.err == "" and captured.out.splitlines()[-1] == str(file)
    lines = [line for line in captured.out.splitlines() if line.startswith("jemalloc")]
    assert len(lines) == 2 and "32 KiB" in lines[1] and "32776 B" in lines[1]


def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        assert main([str(folder), "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_without_an_edge_the_file_has_its_header_only_and_the_terminal_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(dense.write_run(tmp_path, ["hoard"], launches=8))]) == 0
    assert (tmp_path / "edges.csv").read_bytes().decode().strip() == ",".join(table.COLUMNS)
    out = capsys.readouterr().out
    assert "hoard: no edge" in out and "no edge found" in out


def test_another_dead_zone_changes_a_runs_own_file_only_when_asked_to(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "edges.csv").write_text("as the chart has it")
    assert main([str(folder), "--dead-zone-ns", "10"]) == 0
    captured = capsys.readouterr()
    assert "--out" in captured.err and "glibc: no edge" in captured.out
    assert (folder / "edges.csv").read_text() == "as the chart has it"
    assert main([str(folder), "--dead-zone-ns", "10", "--out", str(tmp_path / "few.csv")]) == 0
    assert {row["allocator"] for row in rows((tmp_path / "few.csv").read_bytes())} == {"jemalloc", "mimalloc", "tcmalloc"}


def test_a_sparse_run_is_exit_code_2_and_says_how_to_measure_a_dense_one(
    small_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(small_run)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and "24 sizes" in error
    assert "make bench PROFILE=full FILTER='array_size/fixed/.*/first'" in error
    assert not (small_run / "edges.csv").exists()


def test_bad_input_is_one_line_on_stderr_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nothing")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "much"])
@pytest.mark.parametrize("option", ["--dead-zone-ns", "--dead-zone-percent"])
def test_a_dead_zone_that_is_none_is_exit_code_2(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main([option, value])
    assert caught.value.code == 2 and "0.001" in capsys.readouterr().err


def test_a_read_only_run_is_read_and_one_that_cannot_take_the_named_file_is_exit_code_2(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> bool:
        raise OSError(30, "Read-only file system", str(folder / "edges.csv"))

    monkeypatch.setattr(table, "write", refused)
    assert main([str(folder)]) == 0
    assert "not written: Read-only file system" in capsys.readouterr().err
    assert main([str(folder), "--out", str(tmp_path / "edges.csv")]) == 2


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "edges.csv"
    old.write_text("old")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main([str(folder), "--out", str(old)]) == 2
    assert old.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["edges.csv"]


def test_help_shows_an_example_and_needs_neither_pandas_nor_scipy() -> None:
    command = [sys.executable, "-X", "importtime", str(SCRIPT), "--help"]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment)
    assert done.returncode == 0 and "scripts/edges.py results/runs/" in done.stdout
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "heaptoll.edges.command" in imported
    assert not imported & {"pandas", "matplotlib", "scipy", "numpy"}
