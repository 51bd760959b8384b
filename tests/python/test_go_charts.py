"""The charts of Go: drawn where a run has Go, silent where it has none."""

from __future__ import annotations

import json
from pathlib import Path

import go_runs
import pytest
import synthetic
from drawing import words

from heaptoll import charts
from heaptoll.charts.chart import NotEnoughData, NothingOfTheKind
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.go_lane.plan import Setting
from heaptoll.measurements import read_run
from heaptoll.plot_command import main

each = pytest.mark.parametrize("name", charts.OF_GO)


CASES = [case for case in synthetic.cases() if case.name in {p.name for p in go_runs.PAIRS} or "chain" in case.name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return synthetic.write_run(tmp_path / "run", ["jemalloc", "glibc"], made=CASES)


@each
@pytest.mark.parametrize("profile, theme", [("smoke", LIGHT), ("full", DARK)])
def test_nothing_collides(folder: Path, name: str, profile: str, theme: Theme) -> None:
    figure = charts.load(name).draw(read_run(go_runs.write_go(folder, profile=profile)), theme)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


@each
def test_the_small_print_says_how_go_ran(folder: Path, name: str) -> None:
    text = " ".join(words(charts.load(name).draw(read_run(go_runs.write_go(folder)), LIGHT)))
    for part in ("go1.19.8", "GOMAXPROCS=1", "GOAMD64=v1", "2048 MiB", "83% of slices quiet", "Example CPU"):
        assert part in text
    assert charts.load(name).question.endswith("?") and charts.load(name).name == name


def test_c_and_go_stand_side_by_side_and_cases_that_go_lacks_are_left_out(folder: Path) -> None:
    found = words(charts.load("go").draw(read_run(go_runs.write_go(folder)), LIGHT))
    assert found.count("glibc") == found.count("go") == len(go_runs.PAIRS) and "jemalloc" not in found
    assert not any("chain" in text or "live" in text for text in found if "/" in text)


def test_a_live_heap_has_a_row_for_each_setting_with_how_often_it_is_collected(folder: Path) -> None:
    found = words(charts.load("go_live_heap").draw(read_run(go_runs.write_go(folder)), LIGHT))
    for row in ("GOGC 100, nothing else", "GOGC 100, 512 MB live", "GOGC 400, 64 MB live"):
        assert row in found
    assert "73.2 ns" in found and "30 000" in found


def test_where_nothing_of_c_is_drawn_its_compiler_and_its_quiet_slices_are_not_named(folder: Path) -> None:
    go_runs.edit_facts(go_runs.write_go(folder), git={"revision": "f" * 40, "dirty": False})
    both, alone = (" ".join(words(charts.load(name).draw(read_run(folder), LIGHT))) for name in charts.OF_GO)
    assert "Built with gcc" in both and "Built with go1.19.8." in alone and "gcc" not in alone.replace("build gcc", "")
    assert alone.count("of slices quiet") == 1 and "commit ffffff" in alone and "commit ffffff" not in both


def test_settings_that_the_memory_limit_changed_are_named(folder: Path) -> None:
    figure = charts.load("go_live_heap").draw(read_run(go_runs.write_go(folder, peak_bytes=2 << 30)), LIGHT)
    text = " ".join(words(figure))
    assert "because of the memory limit" in text and "512 MB at GOGC 400" in text


def test_arms_without_a_time_are_named(folder: Path) -> None:
    def fail(setting: Setting, said: go_runs.Said) -> None:
        if said["arm"] == "heap":
            said["status"], said["reason"] = "dishonest", "takes other blocks"

    run = read_run(go_runs.write_go(folder, change=fail))
    for name in charts.OF_GO:
        figure = charts.load(name).draw(run, LIGHT)
        assert any("takes other blocks" in text for text in words(figure))


@each
def test_a_run_without_go_has_nothing_of_the_kind(folder: Path, name: str) -> None:
    with pytest.raises(NothingOfTheKind, match="go_bench.py"):
        charts.load(name).draw(read_run(folder), LIGHT)


def test_only_a_live_heap_or_none_is_too_little_for_the_other_chart(folder: Path) -> None:
    run = read_run(go_runs.write_go(folder, pattern="boxed"))
    with pytest.raises(NotEnoughData, match="beside a live heap"):
        charts.load("go_live_heap").draw(run, LIGHT)
    with pytest.raises(NotEnoughData, match="only cases with a live heap"):
        charts.load("go").draw(read_run(go_runs.write_go(folder, pattern="live64")), LIGHT)


PLOT = ["--format", "svg", "--theme", "light"]


def test_plot_is_silent_about_go_in_a_run_without_and_not_where_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "NAMES", ("headline",))
    run = synthetic.write_run(tmp_path / "run", ["glibc"])
    assert main([str(run), "--out", str(tmp_path / "out"), *PLOT]) == 0
    assert capsys.readouterr().err == ""
    assert main([str(run), "--out", str(tmp_path / "out"), *PLOT, "--select", "go"]) == 2
    assert "go is not drawn" in capsys.readouterr().err
    go_runs.write_go(run)
    assert main([str(run), "--out", str(tmp_path / "out"), *PLOT]) == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"go-light.svg", "go_live_heap-light.svg"}


def test_a_damaged_lane_is_bad_input_and_the_charts_of_c_are_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "NAMES", ("headline",))
    run = go_runs.write_go(synthetic.write_run(tmp_path / "run", ["glibc"]))
    (run / "run-go.json").write_text(json.dumps({"schema_version": 9}))
    assert main([str(run), "--out", str(tmp_path / "out"), *PLOT]) == 2
    assert "run-go.json, key schema_version" in capsys.readouterr().err
    assert (tmp_path / "out" / "headline-light.svg").exists()
