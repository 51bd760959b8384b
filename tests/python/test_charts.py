"""The charts as a whole: nothing collides, nothing changes between two drawings, names are only names."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib
import pytest
import synthetic
from drawing import HOSTILE, RunWith, draw, drawn_run, each_chart, hostile_cases, svg, words
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from synthetic_scenarios import full_cases

from heaptoll import charts
from heaptoll.charts import dumbbell, save, size_sweep, small_print
from heaptoll.charts import theme as theme_module
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.measurements import Run

# Fonts that lack a letter are matplotlib's business, not ours.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")

PLOT = Path(__file__).parents[2] / "scripts" / "plot.py"

# Charts of the heap arm, or of differences, only.
WITHOUT_STACK = ("heat_map", "distribution")

each_theme = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@pytest.mark.parametrize("allocators", range(1, 7))
@each_chart
def test_no_texts_overlap_or_leave_the_page(full_run_with: RunWith, name: str, allocators: int) -> None:
    # A theme is colours only, and takes no room.
    figure = draw(name, full_run_with(allocators), (LIGHT, DARK)[allocators % 2])
    assert overlapping_texts(figure) == []
    assert clipped_texts(figure) == []
    assert figure.get_size_inches()[0] == pytest.approx(9.375)


@each_chart
def test_trouble_and_hostile_names_collide_with_nothing(
    tmp_path: Path, troubled_full_run: Run, name: str
) -> None:
    hostile = drawn_run(tmp_path / "hostile", made=hostile_cases(), allocators=[*HOSTILE, "long" * 50, "glibc"])
    short = drawn_run(tmp_path / "short", made=full_cases(), launches=1)
    for run in (troubled_full_run, hostile, short):
        figure = draw(name, run)
        assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_without_moving_them_apart_the_names_of_lines_would_overlap(
    run_with: RunWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(size_sweep, "spread", lambda wanted, *_: list(wanted))
    assert overlapping_texts(draw("size_sweep", run_with(4))) != []


def test_without_wrapping_the_small_print_would_leave_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = drawn_run(tmp_path, warnings=["a long warning " * 20])
    assert clipped_texts(draw("headline", run)) == []
    monkeypatch.setattr(small_print, "wrap", lambda text, *_: [text])
    assert clipped_texts(draw("headline", run)) != []


def test_without_shortening_an_explanation_would_leave_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = drawn_run(tmp_path, made=hostile_cases())
    monkeypatch.setattr(dumbbell, "shorten", lambda text, *_: text)
    assert clipped_texts(draw("headline", run)) != []


@each_chart
def test_drawing_again_gives_the_same_png(full_run_with: RunWith, name: str) -> None:
    first, second = (save.encode(draw(name, full_run_with(2)), "png", LIGHT, "t") for _ in range(2))
    assert first == second


@pytest.fixture(scope="module")
def drawn_elsewhere(full_run_with: RunWith, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the charts that another process drew, in other surroundings."""
    folder = tmp_path_factory.mktemp("elsewhere")
    surroundings = {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "COLUMNS": "33"}
    run = str(full_run_with(2).folder.resolve())
    command = [sys.executable, str(PLOT), run, "--out", "drawn", "--format", "svg", "--theme", "light"]
    subprocess.run(command, cwd=folder, env={**os.environ, **surroundings}, check=True, stdout=subprocess.DEVNULL)
    return folder / "drawn"


@each_chart
def test_another_process_elsewhere_draws_the_same_svg(full_run_with: RunWith, drawn_elsewhere: Path, name: str) -> None:
    assert (drawn_elsewhere / f"{name}-light.svg").read_bytes() == svg(name, full_run_with(2))


def test_without_a_fixed_salt_the_same_chart_would_differ(
    run_with: RunWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(theme_module._REPRODUCIBLE, "svg.hashsalt", None)
    assert svg("headline", run_with(2)) != svg("headline", run_with(2))


@each_chart
def test_the_svg_is_xml_with_its_text_as_text_and_no_date(full_run_with: RunWith, name: str) -> None:
    data = svg(name, full_run_with(2))
    root = ET.fromstring(data)
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert charts.load(name).question in texts and "jemalloc" in texts
    assert b"dc:date" not in data and b"Matplotlib v" not in data


@each_chart
def test_hostile_names_are_drawn_letter_by_letter(tmp_path: Path, name: str) -> None:
    run = drawn_run(tmp_path, made=hostile_cases(), allocators=["glibc", *HOSTILE])
    data = svg(name, run)
    root = ET.fromstring(data)
    assert not [element for element in root.iter() if element.tag.endswith("script")]
    texts = ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    for hostile in HOSTILE:
        assert hostile in texts


def test_with_formulas_on_a_name_would_be_set_as_one(tmp_path: Path) -> None:
    run = drawn_run(tmp_path, made=hostile_cases(), allocators=["glibc", "$x_1$"])
    figure = draw("headline", run)
    for text in figure.findobj(lambda artist: hasattr(artist, "set_parse_math")):
        text.set_parse_math("$x_1$" == text.get_text())
    assert b">$x_1$<" not in save.encode(figure, "svg", LIGHT, "t")


@each_theme
def test_an_allocator_has_one_colour_in_every_chart(full_run_with: RunWith, theme: Theme) -> None:
    for name in charts.NAMES:
        stack = [] if name in WITHOUT_STACK else [theme.stack]
        wanted = {colour.lower() for colour in (*theme.allocators.values(), *stack)}
        figure = draw(name, full_run_with(4), theme)
        lines = [line for axes in figure.axes for line in axes.get_lines()]
        drawn = {to_hex(line.get_color()) for line in lines} | {to_hex(line.get_markeredgecolor()) for line in lines}
        assert wanted <= drawn, name
        assert not drawn & {colour.lower() for colour in theme.others}


def test_the_title_of_a_chart_is_a_question() -> None:
    for name in charts.NAMES:
        assert charts.load(name).question.endswith("?")
        assert charts.load(name).name == name


@each_chart
def test_the_small_print_says_machine_versions_date_commit_and_profile(full_run_with: RunWith, name: str) -> None:
    text = " ".join(words(draw(name, full_run_with(2))))
    for part in ("Example CPU", "glibc 2.0", "jemalloc 3.1", "2026-01-31", "0123456789ab", "profile quick"):
        assert part in text


def test_the_headline_gives_the_question_of_each_scenario_and_the_explanation_of_each_case(
    run_with: RunWith,
) -> None:
    found = words(draw("headline", run_with(1)))
    assert "What does a boxed value cost?" in found
    assert "hands the value up through 2 callers" in found


@each_chart
@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_absurd_times_still_make_a_chart(tmp_path: Path, name: str, factor: float) -> None:
    def absurd(row: synthetic.Row) -> synthetic.Row:
        if row["allocator"] == "jemalloc" and row["arm"] == "heap":
            return {**row, **{k: repr(float(row[k]) * factor) for k in row if k.startswith("ns_")}}
        return row

    figure = draw(name, drawn_run(tmp_path, made=full_cases(), change=absurd, launches=6))
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_what_the_user_set_for_matplotlib_changes_nothing(run_with: RunWith) -> None:
    plain = svg("headline", run_with(1))
    theirs = {"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9, "svg.fonttype": "path"}
    with matplotlib.rc_context(theirs):
        assert svg("headline", run_with(1)) == plain
        assert matplotlib.rcParams["font.size"] == 30


def test_the_overlap_check_notices_what_it_is_for() -> None:
    figure = Figure(figsize=(4, 2))
    FigureCanvasAgg(figure)
    figure.text(0.1, 0.5, "some words")
    figure.text(0.15, 0.52, "other words")
    figure.text(0.1, 0.1, "far from them")
    figure.text(0.9, 0.9, "over the edge")
    assert overlapping_texts(figure) == [("some words", "other words")]
    assert clipped_texts(figure) == ["over the edge"]
