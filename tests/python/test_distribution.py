"""distribution: every launch is drawn where it lies, relative to the median, on one scale; panels by a rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import synthetic
from drawing import RunWith, draw, drawn_run, words
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.deviation_scale import DeviationScale
from heaptoll.charts.dumbbell_rows import Block
from heaptoll.charts.launch_spread import Lane, LaunchPanel, choose, deviations, find_launch_panels
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts

NAME = "distribution"


def run_of(
    folder: Path,
    ns: Sequence[float],
    change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row,
    names: Sequence[str] = ("a/b/64",),
) -> Run:
    """A run with glibc whose heap arm takes so long in each launch."""

    def exact(row: synthetic.Row) -> synthetic.Row | None:
        return change({**row, **{name: repr(ns[int(row["launch"])]) for name in row if name.startswith("ns_")}})

    made = [synthetic.Case(name, 64, "", "") for name in names]
    return drawn_run(folder, made=made, change=exact, allocators=["glibc"], launches=len(ns))


def lane_of(run: Run) -> Lane:
    ((panel,), _) = find_launch_panels(run, "gcc", run.cases(), ["glibc"])
    return panel.lanes[0]


def panel(name: str, spread: float) -> LaunchPanel:
    scenario, variant = name.split("/")
    lane = Lane("glibc", (-spread / 2,) * 9 + (spread / 2,) * 9, (0.0, 0.0), None, False, "")
    return LaunchPanel(Block(CaseFacts(name, scenario, variant, {}, 64, None), ()), (lane,))


def launches_drawn(figure: Figure) -> list[tuple[int, str]]:
    """Of every set of marks with an edge of glibc's colour: how many, and their filling."""
    drawn = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "s"]
    return [(len(line.get_xdata()), to_hex(line.get_markerfacecolor())) for line in drawn]


@pytest.mark.parametrize("allocators, theme", [(1, LIGHT), (4, DARK), (6, LIGHT)])
def test_a_panel_per_scenario_and_nothing_collides(full_run_with: RunWith, allocators: int, theme: Theme) -> None:
    figure = draw(NAME, full_run_with(allocators), theme)
    found = words(figure)
    assert found.count("100 %") == 6 and found.count("glibc") == 6
    for scenario in ("array_size", "boxed_value", "captured_closure", "lifetime", "returned_pointer"):
        assert any(text.startswith(f"{scenario}/") for text in found)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_a_deviation_is_per_cent_of_the_median() -> None:
    assert deviations([30.0, 10.0, 20.0, 22.0, 18.0]) == pytest.approx((-50.0, -10.0, 0.0, 10.0, 50.0))


def test_the_interval_is_that_of_the_median_in_per_cent_of_it(tmp_path: Path) -> None:
    # Of 9 launches the 2nd and the 8th: 102 and 108 about a median of 105.
    lane = lane_of(run_of(tmp_path, [100.0 + i for i in range(1, 10)]))
    assert lane.interval == pytest.approx((-3 / 105 * 100, 3 / 105 * 100))


def test_the_spread_is_the_middle_80_per_cent_of_the_launches(tmp_path: Path) -> None:
    # The percentiles of 0 … 10 are its whole numbers; one wild launch does not count.
    assert lane_of(run_of(tmp_path, [95.0 + i for i in range(11)])).spread == pytest.approx(8.0)
    assert lane_of(run_of(tmp_path / "wild", [*(95.0 + i for i in range(10)), 1e6])).spread == pytest.approx(8.0)


def test_each_scenario_has_its_widest_panel_before_any_has_two() -> None:
    panels = [panel(name, spread) for name, spread in (("a/1", 9), ("a/2", 8), ("b/1", 1), ("b/2", 2), ("c/1", 0))]
    assert [found.block.case.name for found in choose(panels, 3)] == ["a/1", "b/2", "c/1"]
    assert [found.block.case.name for found in choose(panels, 4)] == ["a/1", "a/2", "b/2", "c/1"]
    assert [found.block.case.name for found in choose(panels, 2)] == ["a/1", "b/2"]


def test_every_launch_is_a_mark_and_the_median_is_one_more(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, [10.0, 10.1, 9.9, 10.4, 10.2, 10.0, 15.0]))
    assert [count for count, _ in launches_drawn(figure)] == [7, 1]
    assert "10.1 ns" in words(figure)


def test_contended_launches_are_hollow(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if row["arm"] == "heap" else row

    figure = draw(NAME, run_of(tmp_path, [10.0, 11.0, 12.0, 13.0, 14.0, 15.0], shared))
    assert {fill for _, fill in launches_drawn(figure)} == {LIGHT.background.lower()}
    assert "Hollow marks are contended" in " ".join(words(figure))


def test_one_launch_is_drawn_with_a_warning(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, [10.0]))
    assert "10 ns†" in words(figure) and "† Too few launches" in " ".join(words(figure))


def test_a_lane_without_a_time_says_why_in_its_place(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row | None:
        if row["arm"] != "heap" or row["allocator"] == "glibc":
            return row
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["allocator"] == "jemalloc" else None

    run = drawn_run(tmp_path, made=synthetic.few_cases(), allocators=["glibc", "jemalloc", "mimalloc"], change=crash)
    found = words(draw(NAME, run))
    assert "crashed" in found and "not measured" in found
    assert "Crashed (SIGSEGV): returned_pointer/by_value/64 (heap jemalloc)." in found


def test_a_case_without_any_time_has_no_panel_and_is_named(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        hit = row["scenario"] == "c" and row["arm"] == "heap"
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit else row

    found = words(draw(NAME, run_of(tmp_path, [10.0, 11.0, 12.0], crash, ("a/b/64", "c/d/64"))))
    assert found.count("100 %") == 1 and "Crashed (SIGSEGV): c/d/64 (heap)." in found


def test_a_median_of_0_is_no_measure(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData):
        draw(NAME, run_of(tmp_path, [0.0] * 7))


def test_without_a_heap_arm_that_was_timed_there_is_no_chart(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["arm"] == "heap" else row

    with pytest.raises(NotEnoughData, match="no launch timed the heap arm"):
        draw(NAME, run_of(tmp_path / "crashed", [10.0] * 3, crash))
    with pytest.raises(NotEnoughData, match="no case has both"):
        draw(NAME, run_of(tmp_path / "none", [10.0] * 3, lambda row: row if row["arm"] == "stack" else None))


@given(st.lists(st.floats(-100, 1e200), max_size=5))
def test_ticks_lie_on_the_scale_in_order_and_have_their_room(percents: list[float]) -> None:
    scale = DeviationScale.over(percents, 3.0)
    ticks = scale.ticks(lambda one, other: 0.3)
    assert 0.0 in ticks and ticks == sorted(ticks)
    places = [scale.position(tick) for tick in ticks]
    assert all(0 <= place <= 3.0 for place in places)
    assert all(b - a >= 0.3 - 1e-9 for a, b in zip(places, places[1:]))


def test_the_scale_is_linear_near_0_and_logarithmic_far_from_it() -> None:
    scale = DeviationScale.over([-50, 10_000], 5.0)
    at = scale.position
    assert at(0.1) - at(0) == pytest.approx(at(0) - at(-0.1)) == pytest.approx((at(0.2) - at(0)) / 2, rel=0.02)
    assert at(10_000) - at(1000) == pytest.approx(at(1000) - at(100), rel=0.01)
    assert not math.isclose(at(0), 2.5)
