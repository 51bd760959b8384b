"""lifetime_blocks: time per block against their number, a panel per order, lines that never mix two things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic
import synthetic_scenarios
from drawing import RunWith, draw, drawn_run, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.charts.block_lines import BlockLine, BlockPanel, find_block_panels
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import LIGHT
from heaptoll.measurements import Run

NAME = "lifetime_blocks"
LANES = ["glibc", "jemalloc"]


def live(
    folder: Path,
    numbers: tuple[int, ...] = (1, 4, 16),
    orders: tuple[str, ...] = ("lifo",),
    change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row,
    extra: tuple[synthetic.Case, ...] = (),
) -> Run:
    """A run of live blocks only, 10 ns per block on the stack, 30 with glibc, 40 with jemalloc, 12 from the arena."""
    made = [
        synthetic.Case(f"lifetime/live/{k}/{order}", 64 * k, f"blocks={k};order={order}", "", ("arena",))
        for order in orders
        for k in numbers
    ]

    def exact(row: synthetic.Row) -> synthetic.Row | None:
        k = int(row["params"].split(";")[0].removeprefix("blocks="))
        each = {"heap": 30 if row["allocator"] == "glibc" else 40, "arena": 12}.get(row["arm"], 10)
        times = {name: str(each * k + 0.5 * int(row["launch"])) for name in row if name.startswith("ns_")}
        return change({**row, **times})

    return drawn_run(folder, made=[*made, *extra], change=exact, launches=7)


def panels(run: Run) -> list[BlockPanel]:
    return find_block_panels(run, "gcc", LANES)[0]


def line(panel: BlockPanel, name: str) -> BlockLine:
    return next(found for found in panel.lines if found.name == name)


def crosses(figure: Figure) -> list[list[float]]:
    return [list(drawn.get_xdata()) for axes in figure.axes for drawn in axes.get_lines() if drawn.get_marker() == "x"]


def test_a_time_is_the_time_of_the_operation_divided_by_the_number_of_blocks(tmp_path: Path) -> None:
    (panel,) = panels(live(tmp_path))
    assert panel.numbers == [1, 4, 16]
    assert line(panel, "stack").median == pytest.approx([10 + 1.5, 10 + 1.5 / 4, 10 + 1.5 / 16])
    assert line(panel, "glibc").median == pytest.approx([30 + 1.5, 30 + 1.5 / 4, 30 + 1.5 / 16])
    assert line(panel, "arena").low == pytest.approx([12.0, 12.0, 12.0])
    assert line(panel, "arena").high == pytest.approx([12 + 3.0, 12 + 3 / 4, 12 + 3 / 16])


def test_the_orders_are_panels_in_a_fixed_order_and_others_follow(tmp_path: Path) -> None:
    run = live(tmp_path, orders=("zigzag", "random", "fifo", "lifo"))
    assert [panel.way for panel in panels(run)] == ["order=lifo", "order=fifo", "order=random", "order=zigzag"]
    assert {"the last one freed first (lifo)", "freed in random order", "order=zigzag"} <= set(words(draw(NAME, run)))


def test_stack_arena_and_pool_are_one_line_each_and_the_heap_one_per_allocator(full_run_with: RunWith) -> None:
    for panel in panels(full_run_with(2)):
        assert sorted(found.name for found in panel.lines) == ["arena", "glibc", "jemalloc", "pool", "stack"]
    found = words(draw(NAME, full_run_with(2)))
    assert found.count("arena") == found.count("pool") == found.count("stack") == found.count("glibc") == 3


def test_a_line_without_an_allocator_is_the_median_of_the_lanes(tmp_path: Path) -> None:
    def slower(row: synthetic.Row) -> synthetic.Row:
        if (row["arm"], row["allocator"]) != ("arena", "jemalloc"):
            return row
        return {**row, **{name: str(float(row[name]) + 8) for name in row if name.startswith("ns_")}}

    (panel,) = panels(live(tmp_path, change=slower))
    assert line(panel, "arena").median == pytest.approx([13.5 + 4, 12 + 1.5 / 4 + 1, 12 + 1.5 / 16 + 0.25])


def test_other_variants_twins_and_cases_without_a_number_have_no_part_in_it(tmp_path: Path) -> None:
    extra = tuple(
        synthetic.Case(name, 64, params, "")
        for name, params in (
            ("lifetime/mixed/4", "blocks=4"),
            ("lifetime/live/4/lifo/dependent", "blocks=4;order=lifo;form=dependent"),
            ("other/live/4", "blocks=4;order=lifo"),
        )
    )
    (panel,) = panels(live(tmp_path, extra=extra))
    assert {key.case for key in panel.expected} == {f"lifetime/live/{k}/lifo" for k in (1, 4, 16)}


@pytest.mark.parametrize("number", ["0", "-4", "4.5", "four", "٤", "9" * 12, ""])
def test_a_number_of_blocks_that_is_none_is_passed_over(tmp_path: Path, number: str) -> None:
    made = [synthetic.Case("lifetime/live/x", 64, f"blocks={number};order=lifo", "")]
    run = drawn_run(tmp_path, made=made, launches=1)
    with pytest.raises(NotEnoughData):
        draw(NAME, run)


def test_two_cases_of_one_number_and_order_are_not_drawn_as_one_line(tmp_path: Path) -> None:
    extra = (synthetic.Case("lifetime/live/4/lifo/again", 4096, "blocks=4;order=lifo", ""),)
    run = live(tmp_path, extra=extra)
    (panel,) = panels(run)
    assert panel.numbers == [1, 4, 16] and panel.doubles == ["lifetime/live/4/lifo/again"]
    assert "Left out: 1 further case of the same number and order." in " ".join(words(draw(NAME, run)))


def test_a_line_is_interrupted_where_a_number_has_no_time_and_the_reason_is_below(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        hit = row["case"] == "lifetime/live/4/lifo" and (row["arm"], row["allocator"]) == ("heap", "glibc")
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit else row

    figure = draw(NAME, live(tmp_path, change=crash))
    assert crosses(figure) == [[4]]
    text = " ".join(words(figure))
    assert "A cross at the bottom" in text and "Crashed (SIGSEGV): lifetime/live/4/lifo (heap glibc)" in text


def test_a_lane_that_was_skipped_has_no_line_and_is_named(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        hit = (row["arm"], row["allocator"]) == ("heap", "jemalloc")
        return synthetic.without_time(row, "skipped", "why not") if hit else row

    found = words(draw(NAME, live(tmp_path, change=skip)))
    assert "jemalloc" not in found and "glibc" in found
    assert "Skipped (why not):" in " ".join(found)


def test_contended_points_are_hollow(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        hit = row["case"] == "lifetime/live/4/lifo" and (row["arm"], row["allocator"]) == ("heap", "glibc")
        return synthetic.contended(row) if hit else row

    figure = draw(NAME, live(tmp_path, change=shared))
    hollow = [
        list(drawn.get_xdata())
        for axes in figure.axes
        for drawn in axes.get_lines()
        if drawn.get_marker() == "s" and to_hex(drawn.get_markerfacecolor()) == LIGHT.background.lower()
    ]
    assert hollow == [[4]]


def test_an_order_with_too_few_numbers_is_named_instead(tmp_path: Path) -> None:
    extra = (synthetic.Case("lifetime/live/64/fifo", 64, "blocks=64;order=fifo", ""),)
    text = " ".join(words(draw(NAME, live(tmp_path, extra=extra))))
    assert "too few numbers for a panel: order=fifo" in text and "(fifo)" not in text


@pytest.mark.parametrize("numbers", [(1,), (64,), (100, 101)])
def test_without_numbers_far_enough_apart_there_is_no_chart(tmp_path: Path, numbers: tuple[int, ...]) -> None:
    with pytest.raises(NotEnoughData, match="not enough numbers of blocks"):
        draw(NAME, live(tmp_path, numbers))


def test_a_run_of_other_scenarios_has_no_chart(run_with: RunWith) -> None:
    with pytest.raises(NotEnoughData, match="lifetime/live"):
        draw(NAME, run_with(1))


@pytest.mark.parametrize("numbers", [(1, 2), (1, 4096), (3, 7), (1000, 100_000_000)])
@pytest.mark.parametrize("orders", [("lifo",), ("lifo", "fifo"), ("lifo", "fifo", "random", "by address")])
def test_any_numbers_and_any_count_of_panels_make_a_chart(
    tmp_path: Path, numbers: tuple[int, ...], orders: tuple[str, ...]
) -> None:
    figure = draw(NAME, live(tmp_path, numbers, orders))
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_the_numbers_of_a_full_run_are_those_of_the_axis(full_run_with: RunWith) -> None:
    found = words(draw(NAME, full_run_with(2)))
    assert found.count("1") == found.count("4096") == 3
    assert synthetic_scenarios.BLOCKS[0] == 1 and synthetic_scenarios.BLOCKS[-1] == 4096
