"""heat_map: ratios where they mean something, ties that are not decided, and what is missing as missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import synthetic
from drawing import RunWith, draw, drawn_run, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from heaptoll import summary
from heaptoll.charts import heat_rows
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.dumbbell_rows import Block, Row
from heaptoll.charts.heat_rows import HeatRow, find_heat_rows, heat_row
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmKey, ArmResult

NAME = "heat_map"
LANES = ["glibc", "jemalloc", "mimalloc"]
ARMS = (("stack", 100.0), ("heap", 110.0))
Launches = Mapping[str, Sequence[float]]


def run_of(
    folder: Path, tolls: Mapping[str, float], wander: float = 0.0, launches: int = 8, odd: Launches = {}, **status: str
) -> Run:
    """A run of one case: stack 100 ns, heap 100 ns and the allocator's toll, plus or minus up to so much from launch to
    launch, the same in all lanes; `odd`: what an allocator takes more in each launch. `status`: of the heap arm of an
    allocator, where it is not ok."""

    def exact(row: synthetic.Row) -> synthetic.Row:
        lane, heap = row["allocator"], row["arm"] == "heap"
        if heap and status.get(lane, "contended") != "contended":
            return synthetic.without_time(row, status[lane], "why not")
        sway = wander * (2 * int(row["launch"]) / max(launches - 1, 1) - 1)
        more = odd[lane][int(row["launch"])] if lane in odd else 0.0
        ns = 100 + (tolls[lane] + sway + more if heap else 0)
        timed = {**row, **{name: repr(ns) for name in row if name.startswith("ns_")}}
        return synthetic.contended(timed) if heap and lane in status else timed

    made = [synthetic.Case("a/b/64", 64, "", "")]
    return drawn_run(folder, made=made, change=exact, allocators=list(tolls), launches=launches)


def row_of(run: Run) -> HeatRow:
    ((row,), _) = find_heat_rows(run, "gcc", LANES)
    return row


def fills(figure: Figure) -> list[str]:
    """The colours of the cells, without the key."""
    patches = [patch for axes in figure.axes for patch in axes.patches if isinstance(patch, Rectangle)]
    return [to_hex(patch.get_facecolor()) for patch in patches if patch.get_width() > 0.9 and patch.get_facecolor()[3]]


@pytest.mark.parametrize("allocators, theme", [(1, LIGHT), (4, DARK), (6, LIGHT)])
def test_every_toll_is_printed_and_nothing_collides(full_run_with: RunWith, allocators: int, theme: Theme) -> None:
    figure = draw(NAME, full_run_with(allocators), theme)
    tolls = [text for text in words(figure) if text.endswith((" ns", " µs"))]
    rows, _ = find_heat_rows(full_run_with(allocators), "gcc", list(synthetic.ALLOCATORS[:allocators]))
    assert len(tolls) == sum(cell.toll is not None for row in rows for cell in row.cells)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_a_cell_is_so_many_times_the_lowest_toll_of_its_row(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"glibc": 14.0, "jemalloc": 10.0, "mimalloc": 25.0})
    assert [cell.times for cell in row_of(run).cells] == pytest.approx([1.4, 1.0, 2.5])
    assert [cell.wins for cell in row_of(run).cells] == [False, True, False]
    found = words(draw(NAME, run))
    assert {"1.4×", "1.0×", "2.5×", "+14.0 ns"} <= set(found) and "=" not in found
    assert found.count("0 of 1") == 2 and found.count("1 of 1") == 1


def test_the_colour_is_that_of_the_step_in_which_the_ratio_lies(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, {"glibc": 10.0, "jemalloc": 14.0, "mimalloc": 99.0}))
    assert fills(figure) == [LIGHT.steps[i].lower() for i in (0, 2, 5)]


def test_a_toll_that_is_above_the_lowest_in_some_launches_only_is_marked_as_alike(tmp_path: Path) -> None:
    odd = {"glibc": (-1.0, 2.0) * 4}
    run = run_of(tmp_path, {"glibc": 10.0, "jemalloc": 10.0, "mimalloc": 12.5}, odd=odd)
    assert [(cell.lowest, cell.alike) for cell in row_of(run).cells] == [(False, True), (True, False), (False, False)]
    assert words(draw(NAME, run)).count("=") == 1


def test_what_launches_have_in_common_hides_no_difference(tmp_path: Path) -> None:
    glibc, jemalloc = row_of(run_of(tmp_path, {"glibc": 10.5, "jemalloc": 10.0}, wander=1.0)).cells[:2]
    assert glibc.toll is not None and jemalloc.toll is not None
    # Their own intervals, which know nothing of pairs, would not tell them apart.
    assert glibc.toll.interval.low < jemalloc.toll.interval.high
    assert glibc.above is not None and glibc.above.low == pytest.approx(0.5) and not glibc.alike


def test_the_more_lanes_are_compared_the_more_certain_each_difference_must_be(tmp_path: Path) -> None:
    # 2 of 12 differences are below 0: as sure as 95 %, but not as 98.3 %, which each of three has to be.
    odd = {"jemalloc": (-2.0, -2.0, *[1.0] * 10)}
    two = {"glibc": 10.0, "jemalloc": 10.0}
    four = {**two, "mimalloc": 30.0, "tcmalloc": 40.0}
    for tolls, alike in ((two, False), (four, True)):
        run = run_of(tmp_path / str(len(tolls)), tolls, launches=12, odd=odd)
        ((row,), _) = find_heat_rows(run, "gcc", list(tolls))
        assert [cell.alike for cell in row.cells[:2]] == [False, alike]


def left_out(rows: int, launches: int) -> float:
    """In how many of so many rows, in which four lanes differ by nothing but chance, a certain one is not framed."""
    random = np.random.default_rng(7)

    def lane(name: str, common: NDArray[np.float64]) -> Row:
        times = {arm: dict(enumerate((ns + common + random.standard_t(2, launches)).tolist())) for arm, ns in ARMS}
        stack, heap = (ArmResult(ArmKey("c", arm, name), times[arm]) for arm, _ in ARMS)
        return Row(name, stack, heap, (), summary.toll(heap, stack))

    misses = 0
    for _ in range(rows):
        common = random.normal(0, 30, launches)
        block = Block(CaseFacts("c", "s", "v", {}, 64, None), tuple(lane(name, common) for name in "abcd"))
        misses += not heat_row(block).cells[0].wins
    return misses / rows


def test_the_truly_lowest_is_left_out_of_the_framed_in_5_of_100_rows_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert left_out(400, 12) <= 0.05
    monkeypatch.setattr(heat_rows, "CONFIDENCE", 0.5)
    assert left_out(400, 12) > 0.05


def test_too_few_launches_to_be_that_certain_are_told_of(tmp_path: Path) -> None:
    few = " ".join(words(draw(NAME, run_of(tmp_path / "few", {"glibc": 10.0, "jemalloc": 30.0}, launches=4))))
    assert "Too few launches for that in 1 place:" in few and "only 88%" in few
    assert "Too few" not in " ".join(words(draw(NAME, run_of(tmp_path, {"glibc": 10.0, "jemalloc": 30.0}))))


def test_1_0_is_printed_of_the_lowest_only(tmp_path: Path) -> None:
    found = words(draw(NAME, run_of(tmp_path, {"glibc": 10.0, "jemalloc": 10.3})))
    assert "1.03×" in found and found.count("1.0×") == 1


def test_where_the_lowest_toll_is_0_or_less_there_are_no_ratios(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"glibc": -5.0, "jemalloc": 0.02, "mimalloc": 7.0})
    assert [cell.times for cell in row_of(run).cells] == [None, None, None]
    figure = draw(NAME, run)
    found = words(figure)
    assert found.count("≈ 0") == 1 and not [text for text in found if text.endswith("×")]
    assert {"\N{MINUS SIGN}5.00 ns", "+7.00 ns"} <= set(found)
    assert fills(figure) == [LIGHT.grid.lower()] * 3
    assert "Grey rows" in " ".join(found)


def test_a_lowest_toll_whose_interval_reaches_0_makes_no_ratio(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"glibc": 0.5, "jemalloc": 30.0}, wander=1.0)
    assert [cell.times for cell in row_of(run).cells[:2]] == [None, None]
    run = run_of(tmp_path / "above", {"glibc": 1.5, "jemalloc": 30.0}, wander=1.0)
    assert [cell.times for cell in row_of(run).cells[:2]] == pytest.approx([1.0, 20.0])


def test_what_has_no_toll_is_hatched_and_says_why(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, {"glibc": 10.0, "jemalloc": 12.0, "mimalloc": 1.0}, mimalloc="crashed"))
    hatched = [patch for axes in figure.axes for patch in axes.patches if patch.get_hatch()]
    assert len(hatched) == 2  # one of them in the key
    assert "heap crashed" in words(figure) and "Crashed (why not): a/b/64 (heap mimalloc)." in words(figure)


def test_a_contended_cell_is_hollow(tmp_path: Path) -> None:
    figure = draw(NAME, run_of(tmp_path, {"glibc": 10.0, "jemalloc": 30.0}, jemalloc="contended"))
    assert fills(figure) == [LIGHT.steps[0].lower(), LIGHT.background.lower()]
    assert "3.0×" in words(figure) and "Hollow marks are contended" in " ".join(words(figure))


def test_a_toll_without_another_beside_it_is_not_called_the_lowest(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"glibc": 10.0, "jemalloc": 1.0}, jemalloc="skipped")
    assert not any(cell.wins for cell in row_of(run).cells)
    found = words(draw(NAME, run))
    assert "rows in which it is framed" not in found and "No row has two tolls to compare." in found


def test_a_single_launch_tells_nobody_apart(tmp_path: Path) -> None:
    run = run_of(tmp_path, {"glibc": 10.0, "jemalloc": 30.0}, launches=1)
    assert all(cell.wins for cell in row_of(run).cells[:2])
    found = words(draw(NAME, run))
    assert "=" in found and "+30 ns†" in found or "+30.0 ns†" in found


def test_with_many_allocators_the_cells_keep_their_ratio(tmp_path: Path) -> None:
    run = run_of(tmp_path, {f"allocator {i}": 10.0 + i for i in range(14)})
    figure = draw(NAME, run)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []
    assert "2.3×" in words(figure)


def test_without_a_pair_that_was_timed_there_is_no_chart(tmp_path: Path) -> None:
    with pytest.raises(NotEnoughData, match="no launch timed both"):
        draw(NAME, run_of(tmp_path / "crashed", {"glibc": 1.0}, glibc="crashed"))
    run = drawn_run(tmp_path / "none", made=synthetic.few_cases(), change=lambda r: r if r["arm"] == "stack" else None)
    with pytest.raises(NotEnoughData, match="no case has both"):
        draw(NAME, run)
