"""The size sweep's chart with a dense sweep: where the panels are, what is marked, and that it is what edges.csv says."""

from __future__ import annotations

import csv
from pathlib import Path

import dense
import pytest
import synthetic
from drawing import RunWith, draw, svg, words
from matplotlib.colors import to_hex

from heaptoll.charts import edge_marks
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.sweep_layout import Layout
from heaptoll.charts.sweep_lines import find_panels
from heaptoll.charts.theme import DARK, LIGHT, Theme, in_order
from heaptoll.edges import sweep, table
from heaptoll.edges.finder import Edge
from heaptoll.measurements import Run, read_run
from heaptoll.plot_command import main

each_theme = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@pytest.fixture(scope="module")
def dense_run_with(tmp_path_factory: pytest.TempPathFactory) -> RunWith:
    """A run of all sweeps, one of them dense, with so many allocators."""

    made: dict[int, Run] = {}

    def make(allocators: int) -> Run:
        if allocators not in made:
            folder = tmp_path_factory.mktemp(f"dense{allocators}")
            made[allocators] = read_run(
                dense.write_full_run(folder, synthetic.ALLOCATORS[:allocators], launches=12)
            )
        return made[allocators]

    return make


@pytest.mark.parametrize("allocators", [1, 4, 6])
@each_theme
def test_no_texts_overlap_or_leave_the_page(dense_run_with: RunWith, theme: Theme, allocators: int) -> None:
    figure = draw("size_sweep", dense_run_with(allocators), theme)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_each_edge_is_marked_with_its_size_in_its_allocators_colour(dense_run_with: RunWith) -> None:
    figure = draw("size_sweep", dense_run_with(4))
    paper = figure.axes[0]
    marked = {(text.get_text(), to_hex(text.get_color())) for text in paper.texts}
    for allocator, label in (
        ("glibc", "1032 B"), ("jemalloc", "4 KiB"), ("jemalloc", "32 KiB"), ("mimalloc", "512 KiB"),
        ("tcmalloc", "256 KiB"),
    ):  # fmt: skip
        assert (label, LIGHT.allocators[allocator].lower()) in marked
    dotted = [line for line in paper.get_lines() if line.get_linestyle() == ":"]
    assert {to_hex(line.get_color()) for line in dotted} >= {each.lower() for each in LIGHT.allocators.values()}
    assert any("edges.csv" in text for text in words(figure))


def test_an_allocator_without_an_edge_is_said_to_have_none(dense_run_with: RunWith) -> None:
    assert words(draw("size_sweep", dense_run_with(6))).count("no edge") == 2


def test_what_is_marked_is_what_is_written(dense_run_with: RunWith, tmp_path: Path) -> None:
    run = dense_run_with(4)
    assert main([str(run.folder), "--out", str(tmp_path), "--select", "size_sweep", "--format", "png"]) == 0
    written = (run.folder / table.FILE_NAME).read_bytes()
    assert written == table.as_csv(run.facts.run_id, sweep.usual_edges(run))
    sizes = {row["last_before_bytes"] for row in csv.DictReader(written.decode().splitlines())}
    assert sizes == {"1032", "4096", "32768", "524288", "262144"}


def test_a_read_only_run_is_drawn_all_the_same(
    dense_run_with: RunWith, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object) -> bool:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(table, "write", refused)
    options = ["--out", str(tmp_path), "--select", "size_sweep", "--format", "svg", "--theme", "light"]
    assert main([str(dense_run_with(1).folder), *options]) == 0
    captured = capsys.readouterr()
    assert "edges.csv: not written: Read-only file system" in captured.err
    assert captured.out.splitlines() == [str(tmp_path / "size_sweep-light.svg")]


def test_a_run_with_few_sizes_gets_no_marks_and_no_file(run_with: RunWith, tmp_path: Path) -> None:
    run = run_with(2)
    assert main([str(run.folder), "--out", str(tmp_path), "--select", "size_sweep", "--format", "svg"]) == 0
    assert not (run.folder / table.FILE_NAME).exists()
    assert "edges.csv" not in " ".join(words(draw("size_sweep", run)))


def test_a_dense_panel_is_as_wide_as_the_page_and_the_others_stand_below_in_columns(dense_run_with: RunWith) -> None:
    run = dense_run_with(4)
    allocators = in_order(run.allocators("gcc"))
    panels, _ = find_panels(run, "gcc", allocators)
    first, *others = Layout.of(panels, allocators, {("fixed", "touch=first"): 4}).places
    assert first.panel.is_dense and not any(place.panel.is_dense for place in others)
    assert first.sizes.length > 2 * others[0].sizes.length and first.times.length > 1.5 * others[0].times.length
    assert others[0].top == others[1].top > first.bottom and others[0].left < others[1].left


def test_a_dense_line_has_no_marks_but_hollow_ones(tmp_path: Path) -> None:
    def change(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if row["size_bytes"] == "2048" and row["arm"] == "heap" else row

    figure = draw("size_sweep", read_run(dense.write_run(tmp_path, ["glibc"], launches=8, change=change)))
    marks = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "s"]
    assert [list(line.get_xdata()) for line in marks] == [[2048]]


def test_labels_of_neighbouring_edges_do_not_collide_and_a_wide_place_has_a_bar(
    dense_run_with: RunWith, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = dense_run_with(1)
    [found] = sweep.usual_edges(run)
    sizes = found.lane.sweep.sizes
    close = [
        Edge(sizes[i], sizes[i + 1], sizes[i - 3], sizes[i + 4], 5.0, 9.0, 3.0, 5.0, 20) for i in (60, 64, 68, 140)
    ]
    marked = [sweep.LaneEdges(found.lane, close)]
    monkeypatch.setattr("heaptoll.charts.size_sweep.usual_edges", lambda _: marked)
    figure = draw("size_sweep", run)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []
    colour = LIGHT.allocators["glibc"].lower()
    level = [
        line for line in figure.axes[0].get_lines()
        if to_hex(line.get_color()) == colour and len(set(line.get_ydata())) == 1 and line.get_linewidth() == 0.9
    ]  # fmt: skip
    assert len(level) == 4
    monkeypatch.setattr(edge_marks, "spread", lambda wanted, *_: list(wanted))
    assert overlapping_texts(draw("size_sweep", run)) != []


def test_drawing_again_gives_the_same_bytes(dense_run_with: RunWith) -> None:
    assert svg("size_sweep", dense_run_with(1)) == svg("size_sweep", dense_run_with(1))
