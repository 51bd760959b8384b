"""scripts/plot.py as its users meet it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import synthetic
from synthetic_scenarios import full_cases

from heaptoll import charts
from heaptoll.plot_command import main

SCRIPT = Path(__file__).parents[2] / "scripts" / "plot.py"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic.write_run(tmp_path_factory.mktemp("run"), ["glibc"], made=full_cases(), launches=6)


def test_each_chart_is_written_in_both_themes_and_formats_and_its_path_printed(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(run_folder), "--out", str(tmp_path / "deep" / "out")]) == 0
    wanted = [
        tmp_path / "deep" / "out" / f"{chart}-{theme}.{format}"
        for chart in charts.NAMES
        for theme in ("light", "dark")
        for format in ("svg", "png")
    ]
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [str(path) for path in wanted]
    assert captured.err == ""
    assert sorted((tmp_path / "deep" / "out").iterdir()) == sorted(wanted)
    assert wanted[0].read_bytes().startswith(b"<?xml") and wanted[1].read_bytes().startswith(b"\x89PNG")


def test_only_what_is_asked_for_is_drawn(run_folder: Path, tmp_path: Path) -> None:
    options = ["--select", "headline", "--format", "svg", "--theme", "dark"]
    assert main([str(run_folder), "--out", str(tmp_path), *options]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["headline-dark.svg"]


def test_without_arguments_the_latest_run_is_drawn(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "latest").symlink_to(run_folder)
    monkeypatch.chdir(tmp_path)
    assert main(["--select", "headline", "--format", "svg"]) == 0
    assert (tmp_path / "plots" / "latest" / "headline-light.svg").exists()


def test_bad_input_is_one_line_on_stderr_and_exit_code_2(
    small_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = small_run / "measurements.csv"
    file.write_bytes(file.read_bytes()[:-20])
    assert main([str(small_run), "--out", str(tmp_path / "out")]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and len(captured.err.splitlines()) == 1
    assert "measurements.csv, line 19" in captured.err
    assert not (tmp_path / "out").exists()


def test_an_incomplete_run_is_drawn_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = synthetic.write_run(tmp_path / "run", ["glibc"], made=synthetic.few_cases(), status="running")
    options = [str(folder), "--out", str(tmp_path / "out"), "--select", "headline", "--format", "svg"]
    assert main(options) == 2
    assert "--allow-incomplete" in capsys.readouterr().err
    assert main([*options, "--allow-incomplete"]) == 0
    assert "incomplete run" in (tmp_path / "out" / "headline-light.svg").read_text()


def test_a_chart_without_data_is_left_out_with_a_word_and_not_left_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = synthetic.write_run(tmp_path / "run", ["glibc"], made=synthetic.few_cases())
    left_over = tmp_path / "size_sweep-light.svg"
    left_over.write_text("of an earlier run")
    assert main([str(folder), "--out", str(tmp_path), "--format", "svg"]) == 0
    assert "size_sweep is not drawn: not enough sizes" in capsys.readouterr().err
    assert (tmp_path / "headline-light.svg").exists() and not left_over.exists()


def test_a_chart_without_data_that_was_asked_for_is_exit_code_2(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path / "run", ["glibc"], made=synthetic.few_cases())
    assert main([str(folder), "--out", str(tmp_path), "--select", "size_sweep"]) == 2


@pytest.mark.parametrize(
    "options, hint",
    [
        (["--select", "hedline"], "did you mean 'headline'"),
        (["--theme", "drak"], "did you mean 'dark'"),
        (["--format", "pdf"], "svg, png"),
        (["--select", ","], "headline, size_sweep"),
    ],
)
def test_an_unknown_name_is_exit_code_2_with_the_nearest_known_one(
    options: list[str], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(options)
    assert caught.value.code == 2
    assert hint in capsys.readouterr().err


def test_an_unknown_build_is_exit_code_2_with_the_known_ones(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(run_folder), "--out", str(tmp_path), "--build", "icc"]) == 2
    assert "it has: gcc" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_exit_code_2(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    assert main([str(run_folder), "--out", str(tmp_path / "file" / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_failed_write_leaves_the_old_chart_and_nothing_else(
    run_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "headline-light.svg"
    old.write_text("the old chart")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    assert main([str(run_folder), "--out", str(tmp_path), "--select", "headline", "--format", "svg"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["headline-light.svg"]
    assert old.read_text() == "the old chart"


def test_help_shows_an_example_and_needs_neither_pandas_nor_matplotlib() -> None:
    command = [sys.executable, "-X", "importtime", str(SCRIPT), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "scripts/plot.py results/runs/" in done.stdout
    imported = {line.split("|")[-1].strip() for line in done.stderr.splitlines()}
    assert "heaptoll.plot_command" in imported
    assert not imported & {"pandas", "matplotlib", "scipy", "numpy"}


def test_the_script_runs_from_any_folder(run_folder: Path, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(run_folder), "--out", "out", "--select", "headline", "--format", "svg"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 and done.stderr == ""
    assert (tmp_path / "out" / "headline-dark.svg").exists()


def test_briefly_it_says_how_many_charts_there_are_and_where(
    run_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--select", "headline,forest", "--format", "svg", "--theme", "light"]
    assert main([str(run_folder), "--out", str(tmp_path), "--brief", *asked]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: 2 charts\n"
