"""break_even: time per call against their number, and the number from which a closure on the heap has paid off."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic
from drawing import RunWith, draw, drawn_run, words
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.charts.break_even import point_words
from heaptoll.charts.call_lines import BreakEven, CallPanel, break_even, find_call_panels, per_use_between
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import LIGHT
from heaptoll.measurements import Run

NAME = "break_even"
LANES = ["glibc", "jemalloc"]
CALLS = ("call", "calls")


def called(
    folder: Path,
    numbers: tuple[int, ...] = (1, 10, 1000),
    change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row,
    extra: tuple[synthetic.Case, ...] = (),
    toll: float = 20.0,
    launches: int = 9,
) -> Run:
    """Closures that cost 10 ns for each call, and `toll` more, or three times that with jemalloc, on the heap. The
    toll moves by 1 ns from launch to launch, around what it is in the middle one."""
    made = [synthetic.Case(f"captured_closure/call_many/32/calls{k}", 32, f"calls={k}", "") for k in numbers]

    def exact(row: synthetic.Row) -> synthetic.Row | None:
        k = int(row["params"].split("=")[1])
        tolls = toll * (3 if row["allocator"] == "jemalloc" else 1) + int(row["launch"]) - launches // 2
        ns = 10 * k + (tolls if row["arm"] == "heap" else 0)
        return change({**row, **{name: str(ns) for name in row if name.startswith("ns_")}})

    return drawn_run(folder, made=[*made, *extra], change=exact, launches=launches)


def panels(run: Run) -> list[CallPanel]:
    return find_call_panels(run, "gcc", LANES)[0]


def hit(row: synthetic.Row, number: int, arm: str, allocator: str) -> bool:
    return (row["params"], row["arm"], row["allocator"]) == (f"calls={number}", arm, allocator)


def hollow(figure: Figure, shape: str) -> int:
    lines = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == shape]
    empty = [line for line in lines if to_hex(line.get_markerfacecolor()) == LIGHT.background.lower()]
    return sum(len(line.get_xdata()) for line in empty)


@pytest.mark.parametrize(
    "gaps, wanted",
    [
        ([9.0, 4.5, -90.0], 10 + 990 * 4.5 / 94.5),
        ([1.0, -1.0, -3.0], 5.5),
        ([1.0, 0.0, -3.0], 10.0),
        ([1.0, 1.0, 0.0], 1000.0),
        ([-1.0, -1.0, -1.0], 1.0),
        ([0.0, 0.0, 0.0], 1.0),
        ([9.0, 9.0, 0.1], math.inf),
        # It must stay there.
        ([-5.0, 5.0, -5.0], 505.0),
        ([-5.0, -5.0, 5.0], math.inf),
    ],
)
def test_the_break_even_point_is_where_the_gap_closes_for_good(gaps: list[float], wanted: float) -> None:
    assert break_even([1, 10, 1000], gaps) == pytest.approx(wanted)


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 3), min_size=2, max_size=6))
def test_the_ends_of_the_intervals_give_ends_around_the_point(gaps: list[tuple[float, float, float]]) -> None:
    numbers = [2**i for i in range(len(gaps))]
    low, value, high = (break_even(numbers, column) for column in zip(*(sorted(gap) for gap in gaps)))
    assert low <= value * (1 + 1e-9) and value <= high * (1 + 1e-9)


def test_between_two_marks_the_time_of_the_operation_is_straight() -> None:
    numbers = [1, 10, 100]
    x, y = per_use_between(numbers, [(7 + 3 * n) / n for n in numbers], 5)
    assert x[0] == 1 and x[5] == pytest.approx(10) and x[10] == pytest.approx(100) and len(x) == 11
    assert y == pytest.approx([(7 + 3 * n) / n for n in x])


def test_a_known_toll_has_paid_off_where_it_is_a_tenth_of_the_stack_time(tmp_path: Path) -> None:
    (panel,) = panels(called(tmp_path))
    # 20 ns are a tenth of 20 calls of 10 ns, 60 ns of 60.
    glibc, jemalloc = panel.points["glibc"], panel.points["jemalloc"]
    assert glibc and glibc.value == pytest.approx(20) and jemalloc and jemalloc.value == pytest.approx(60)
    # Of 9 launches, 97.5 % are the whole range: 4 ns to either side.
    assert (glibc.low, glibc.high) == (pytest.approx(16), pytest.approx(24)) and glibc.reached
    found = words(draw(NAME, called(tmp_path / "again")))
    assert "20 calls [16, 24]" in found and "60 calls [56, 64]" in found


def test_a_toll_that_outweighs_all_calls_has_not_paid_off_within_the_measured_range(tmp_path: Path) -> None:
    run = called(tmp_path, (1, 10), toll=90)
    assert all(point and math.isinf(point.value) for point in panels(run)[0].points.values())
    figure = draw(NAME, run)
    assert words(figure).count("not by 10 calls") == 2


def test_a_point_whose_interval_leaves_the_measured_range_says_so() -> None:
    point = BreakEven(90, 80, math.inf, 1, 100, False, True)
    assert point_words(point, CALLS) == "90 calls [80, –]"
    assert point_words(BreakEven(math.inf, 80, math.inf, 1, 100, False, True), CALLS) == "not by 100 calls [80, –]"


def test_a_point_is_rounded_up_to_whole_calls_and_one_call_is_no_calls() -> None:
    assert point_words(BreakEven(17.2, 16.9, 18.0, 1, 100, False, True), CALLS) == "18 calls [17, 18]"
    assert point_words(BreakEven(1.0, 1.0, 1.0, 1, 100, False, False), CALLS) == "1 call [1, 1]†"
    assert point_words(BreakEven(10.000000000001, 10, 10, 1, 100, False, True), CALLS) == "10 calls [10, 10]"


def test_without_a_toll_it_has_paid_off_at_the_first_call(tmp_path: Path) -> None:
    (panel,) = panels(called(tmp_path, toll=0))
    assert panel.points["glibc"] and panel.points["glibc"].value == 1.0


def test_a_number_that_has_no_time_is_bridged_and_named(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit(row, 10, "heap", "glibc") else row

    run = called(tmp_path, change=crash)
    point = panels(run)[0].points["glibc"]
    assert point and point.value == pytest.approx(20)
    text = " ".join(words(draw(NAME, run)))
    assert "A cross at the bottom" in text and "Crashed (SIGSEGV): captured_closure/call_many/32/calls10" in text


def test_a_lane_without_times_has_no_point_and_says_so(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        missing = (row["arm"], row["allocator"]) == ("heap", "jemalloc")
        return synthetic.without_time(row, "skipped", "why not") if missing else row

    run = called(tmp_path, change=skip)
    assert panels(run)[0].points["jemalloc"] is None
    found = words(draw(NAME, run))
    assert "not measured" in found and "Skipped (why not):" in " ".join(found)


def test_a_point_of_contended_times_is_hollow_as_they_are(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if hit(row, 10, "heap", "glibc") else row

    assert hollow(draw(NAME, called(tmp_path / "good")), "s") == 0
    figure = draw(NAME, called(tmp_path / "shared", change=shared))
    assert hollow(figure, "s") == 2
    assert "Hollow marks are contended" in " ".join(words(figure))


def test_too_few_launches_for_the_interval_are_marked(tmp_path: Path) -> None:
    found = words(draw(NAME, called(tmp_path, launches=1)))
    assert "20 calls [20, 20]†" in found and "† Too few launches" in " ".join(found)


def test_the_stack_is_one_line_and_each_size_a_panel(full_run_with: RunWith, tmp_path: Path) -> None:
    further = tuple(
        synthetic.Case(f"captured_closure/call_many/128/calls{k}", 128, f"calls={k}", "") for k in (1, 10)
    )
    run = called(tmp_path, extra=further)
    assert [panel.heading for panel in panels(run)] == ["A closure over 32 B", "A closure over 128 B"]
    assert words(draw(NAME, run)).count("stack") == 2
    found = words(draw(NAME, full_run_with(2)))
    assert "A new box for each argument" in found and found.count("not by 16 arguments") == 2


def test_two_cases_of_one_number_are_not_drawn_as_one_line(tmp_path: Path) -> None:
    run = called(tmp_path, extra=(synthetic.Case("captured_closure/call_many/32/again", 32, "calls=10", ""),))
    assert panels(run)[0].doubles == ["captured_closure/call_many/32/again"]
    assert "Left out: 1 further case of the same number." in " ".join(words(draw(NAME, run)))


@pytest.mark.parametrize("numbers", [(1,), (1000,), ()])
def test_without_two_numbers_there_is_no_chart(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    others = tuple(case for case in synthetic.cases() if case.scenario == "array_size")[:2] if not numbers else ()

    def nothing(row: synthetic.Row) -> synthetic.Row:
        return row

    run = called(tmp_path, numbers, nothing) if numbers else drawn_run(tmp_path, made=others, launches=1)
    with pytest.raises(NotEnoughData, match="call_many"):
        draw(NAME, run)


@pytest.mark.parametrize("numbers", [(1, 2), (3, 7), (1, 999_999_999), (100, 101)])
def test_any_numbers_make_a_chart(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    figure = draw(NAME, called(tmp_path, numbers))
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []
