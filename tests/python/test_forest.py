"""forest: the ratio is paired by launch, rows go from the highest to the lowest, what is missing is named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import synthetic
from drawing import RunWith, draw, drawn_run, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.forest import find_ratio_rows
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.measurements import Run

NAME = "forest"


def run_of(
    folder: Path,
    heap: Mapping[str, float],
    change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row,
    allocators: tuple[str, ...] = ("glibc",),
    launches: int = 8,
) -> Run:
    """A run in which the stack takes 10 + launch ns, and the heap so many times that in each case."""
    made = [synthetic.Case(name, 64, "", "") for name in heap]

    def exact(row: synthetic.Row) -> synthetic.Row | None:
        ns = (10 + int(row["launch"])) * (heap[row["case"]] if row["arm"] == "heap" else 1)
        return change({**row, **{name: repr(ns) for name in row if name.startswith("ns_")}})

    return drawn_run(folder, made=made, change=exact, allocators=allocators, launches=launches)


def lines(figure: Figure, shape: str) -> list[tuple[float, str]]:
    """Where the marks of a shape lie among the data, and their filling; the keys lie on the page."""
    drawn = [line for line in figure.axes[1].get_lines() if line.get_marker() == shape]
    return [(float(line.get_xdata()[0]), to_hex(line.get_markerfacecolor())) for line in drawn]


@pytest.mark.parametrize("allocators, theme", [(1, LIGHT), (4, DARK), (6, LIGHT)])
def test_every_ratio_is_drawn_and_printed_and_nothing_collides(
    full_run_with: RunWith, allocators: int, theme: Theme
) -> None:
    run = full_run_with(allocators)
    figure = draw(NAME, run, theme)
    rows, _ = find_ratio_rows(run, "gcc")
    assert 2 <= len(rows) <= 16
    assert len(lines(figure, "s")) == len(rows)
    assert sum(text.endswith("×") and "." in text for text in words(figure)) >= allocators * len(rows)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_rows_go_from_the_highest_ratio_to_the_lowest_and_those_without_come_last(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        hit = row["variant"] == "none" and row["arm"] == "heap"
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit else row

    run = run_of(tmp_path, {"a/none/64": 9.0, "b/low/64": 2.0, "c/high/64": 3.0}, crash)
    rows, _ = find_ratio_rows(run, "gcc")
    assert [row.block.case.variant for row in rows] == ["high", "low", "none"]
    found = words(draw(NAME, run))
    assert "3.00×" in found and "2.00×" in found and "–" in found
    assert "Crashed (SIGSEGV): a/none/64 (heap)." in found


def test_the_ratio_of_launches_that_wander_together_has_a_narrow_interval(tmp_path: Path) -> None:
    (row,), _ = find_ratio_rows(run_of(tmp_path, {"a/b/64": 2.5}), "gcc")
    (ratio,) = row.ratios
    assert ratio is not None and ratio.launches == 8
    assert (ratio.interval.low, ratio.value, ratio.interval.high) == pytest.approx((2.5, 2.5, 2.5))


def test_a_heap_that_is_faster_lies_on_the_other_side_of_1(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, {"a/b/64": 0.5}))
    assert lines(figure, "s") == [(pytest.approx(0.5), LIGHT.allocators["glibc"].lower())]
    assert {"0.500×", "← heap faster", "1×"} <= set(words(figure))


def test_a_contended_pair_is_hollow(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if row["scenario"] == "a" and row["arm"] == "heap" else row

    figure = draw(NAME, run_of(tmp_path, {"a/b/64": 3.0, "c/d/64": 2.0}, shared))
    assert [fill for _, fill in lines(figure, "s")] == [LIGHT.background.lower(), LIGHT.allocators["glibc"].lower()]
    assert "Hollow marks are contended" in " ".join(words(figure))


def test_a_stack_time_of_0_has_no_ratio(tmp_path: Path) -> None:
    def nothing(row: synthetic.Row) -> synthetic.Row:
        hit = row["scenario"] == "a" and row["arm"] == "stack"
        return {**row, **{name: "0" for name in row if name.startswith("ns_")}} if hit else row

    figure = draw(NAME, run_of(tmp_path, {"a/b/64": 3.0, "c/d/64": 2.0}, nothing))
    assert len(lines(figure, "s")) == 1 and "–" in words(figure)


def test_one_launch_is_drawn_with_a_warning(tmp_path: Path) -> None:
    found = words(draw(NAME, run_of(tmp_path, {"a/b/64": 3.0}, launches=1)))
    assert "3.00×†" in found and "† Too few launches" in " ".join(found)


def test_with_many_allocators_each_is_still_drawn_and_those_without_figures_are_named(tmp_path: Path) -> None:
    names = tuple(f"allocator {i}" for i in range(14))
    figure = draw(NAME, run_of(tmp_path, {"a/b/64": 3.0}, allocators=names))
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []
    marks = [line for line in figure.axes[1].get_lines() if line.get_linestyle() == "None"]
    assert len(marks) == len(names)
    printed = sum(text == "3.00×" for text in words(figure))
    (note,) = (text for text in words(figure) if text.startswith("Marks only"))
    assert 6 <= printed < len(names) and note.count("allocator") == len(names) - printed


def test_without_a_pair_that_was_timed_there_is_no_chart(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["arm"] == "heap" else row

    with pytest.raises(NotEnoughData, match="no launch timed both"):
        draw(NAME, run_of(tmp_path / "crashed", {"a/b/64": 3.0}, crash))
    with pytest.raises(NotEnoughData, match="no case has both"):
        draw(NAME, run_of(tmp_path / "none", {"a/b/64": 3.0}, lambda row: row if row["arm"] == "stack" else None))
