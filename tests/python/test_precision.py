"""The precision figures: arithmetic on repeated results, their table and their chart; no engine runs here."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from heaptoll.bad_input import BadInput
from heaptoll.charts.theme import THEMES
from heaptoll.precision import chart, command, programs
from heaptoll.precision.figures import Identical, Precision, Repeated, spread_percent, variation_percent
from heaptoll.precision.table import table


def found() -> Precision:
    results = {"lockstep": [10.0, 10.1, 9.9], "gbench": [10.0, 15.0, 12.0]}
    return Precision(
        repetitions=3, seconds_per_result=1.0, seconds_per_identical=1.0,
        repeated=[
            Repeated("a_scenario/<b>/$64$", arm, engine, unit, list(results[engine]))
            for arm in ("heap", "stack")
            for engine, unit in (("lockstep", "ns"), ("lockstep", "cycles"), ("gbench", "ns"))
        ],
        identical=[Identical("a_scenario/<b>/$64$", "heap", [1.0, 1.002, 0.999])],
        loop_ratio=0.98, measured_share=0.71, coordinator_cpu_share=0.015, quiet_share=0.8,
        machine="a machine", date="2026-01-31", revision="0123456789abcdef",
    )  # fmt: skip


def test_variation_is_the_sample_standard_deviation_over_the_mean() -> None:
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squared deviations 32, n - 1 = 7.
    assert variation_percent([2, 4, 4, 4, 5, 5, 7, 9]) == pytest.approx(100 * math.sqrt(32 / 7) / 5)


def test_one_result_does_not_vary_and_says_so_with_nan() -> None:
    assert math.isnan(variation_percent([5.0]))
    assert math.isnan(spread_percent([]))


def test_spread_is_largest_over_smallest() -> None:
    assert spread_percent([8.0, 10.0, 9.0]) == pytest.approx(25.0)


def test_identical_lanes_deviate_by_their_distance_from_one_on_either_side() -> None:
    assert Identical("c", "heap", [1.002, 0.998]).deviations_percent == pytest.approx([0.2, 0.2])


def test_the_table_puts_what_was_wanted_beside_what_was_found() -> None:
    text = table(found())
    assert "| heap ns/op, coefficient of variation: median case; worst case | 1.00 %; 1.00 % | 20.40 %; 20.40 % |" in text
    assert "≤ 0.5 %; ≤ 1.5 %" in text
    assert "0.100 %; 0.20 %" in text and "≤ 0.1 %" in text


def test_a_case_that_never_got_a_quiet_result_is_in_the_table_as_unusable() -> None:
    precision = found()
    for each in precision.repeated:
        if each.engine == "lockstep":
            each.unusable, each.results = 3, []
    assert "| 0/3 |" in table(precision)


def test_what_is_written_reads_back_the_same() -> None:
    assert Precision.from_json(json.loads(json.dumps(found().as_json()))) == found()


@pytest.mark.parametrize("theme", THEMES)
def test_every_result_is_a_mark(theme: str) -> None:
    with THEMES[theme].applied():
        figure = chart.compose(found(), THEMES[theme])
    marks = [len(line.get_xdata()) for axes in figure.axes for line in axes.get_lines()]
    assert sum(marks) == 6 * 3


def test_a_noisy_row_says_that_it_is_too_noisy_and_draws_no_mark() -> None:
    precision = found()
    precision.repeated[0].results = []
    with THEMES["light"].applied():
        figure = chart.compose(precision, THEMES["light"])
    assert "too noisy" in [text.get_text() for text in figure.axes[0].texts]


def test_the_chart_is_written_in_both_themes_and_formats(tmp_path: Path) -> None:
    names = sorted(path.name for path in chart.draw(found(), tmp_path))
    assert names == [f"precision-{theme}.{format}" for theme in ("dark", "light") for format in ("png", "svg")]


def test_a_missing_program_is_named_with_what_builds_it(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="make build"):
        programs.check_built(tmp_path)


def test_a_measured_file_is_drawn_again_without_measuring(tmp_path: Path) -> None:
    (tmp_path / "in.json").write_text(json.dumps(found().as_json()), encoding="utf-8")
    arguments = ["--from", str(tmp_path / "in.json"), "--out", str(tmp_path / "out"), "--plots", str(tmp_path / "plots")]
    assert command.main(arguments) == 0
    assert (tmp_path / "out" / "precision.md").read_text(encoding="utf-8") == table(found())
    assert (tmp_path / "plots" / "precision-light.svg").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"repeated": 1}', "not json"])
def test_a_file_that_is_none_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "in.json").write_text(content, encoding="utf-8")
    assert command.main(["--from", str(tmp_path / "in.json"), "--out", str(tmp_path), "--plots", str(tmp_path)]) == 2
    assert "in.json" in capsys.readouterr().err
