"""What the charts of the page are given: the same words and figures as the static charts have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from synthetic import ALLOCATORS, Case, contended, write_run
from synthetic_scenarios import full_cases, skips

from heaptoll import summary
from heaptoll.charts.call_lines import find_call_panels
from heaptoll.charts.forest import find_ratio_rows
from heaptoll.charts.heat_rows import find_heat_rows
from heaptoll.charts.sweep_lines import find_panels
from heaptoll.measurements import Run, read_run
from heaptoll.report.chart_data import charts_data
from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import Measured, run_data
from heaptoll.report.still import draw_still

BUILD = "gcc"


def made_run(folder: Path, allocators: int = 3, **more: Any) -> Run:
    more.setdefault("made", full_cases())
    return read_run(write_run(folder, ALLOCATORS[:allocators], change=more.pop("change", skips), **more))


@pytest.fixture(name="run", scope="module")
def run_fixture(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return made_run(tmp_path_factory.mktemp("run"), launches=6)


@pytest.fixture(name="data", scope="module")
def data_fixture(run: Run) -> dict[str, Any]:
    return charts_data(Measured.of(run, BUILD))


def names(run: Run) -> list[str]:
    return [case.name for case in run.cases()]


def test_all_of_it_is_json_without_what_json_lacks(data: dict[str, Any]) -> None:
    json.dumps(data, allow_nan=False)
    assert all(chart.get("lacks") is None for chart in data.values())


def test_the_forest_has_the_order_of_the_static_chart(run: Run, data: dict[str, Any]) -> None:
    rows, _ = find_ratio_rows(run, BUILD)
    expected = [row.block.case.name for row in rows]
    order = [names(run)[i] for i in data["forest"]["order"]]
    assert [name for name in order if name in expected] == expected
    assert len(order) > len(expected), "and the cases of who chooses a scenario"


@pytest.mark.parametrize("left", [(0, 1, 2), (0, 2), (1,)])
def test_the_heat_map_compares_the_allocators_that_are_left(
    run: Run, data: dict[str, Any], left: tuple[int, ...]
) -> None:
    """As the static chart of a run with no others would."""
    allocators = [ALLOCATORS[i] for i in left]
    expected, _ = find_heat_rows(run, BUILD, allocators)
    assert len(expected) == len(data["heat_map"]["rows"])
    for row, found in zip(expected, data["heat_map"]["rows"]):
        assert row.block.case.name == names(run)[found["case"]]
        lowest = next((left[i] for i, cell in enumerate(row.cells) if cell.lowest), None)
        for i, cell in zip(left, row.cells):
            if lowest is not None:
                assert found["times"][lowest][i] == rounded(cell.times)
                assert found["alike"][lowest][i] == (None if cell.toll is None else cell.wins)


def test_a_panel_of_the_sweep_has_its_cases_and_the_line_of_the_stack(run: Run, data: dict[str, Any]) -> None:
    expected, _ = find_panels(run, BUILD, list(ALLOCATORS[:3]))
    by_key = {(panel.variant, panel.way): panel for panel in expected}
    assert [panel["dense"] for panel in data["size_sweep"]["panels"]] == sorted(
        (panel["dense"] for panel in data["size_sweep"]["panels"]), reverse=True
    )
    for panel in data["size_sweep"]["panels"]:
        if "pages=" in panel["way"]:
            continue  # apart on the page, whatever the static chart does
        static = by_key[panel["variant"], panel["way"]]
        assert panel["numbers"] == static.sizes
        assert [run.cases()[i].size_bytes for i in panel["cases"]] == static.sizes
        stack = next(line for line in static.lines if not line.allocator)
        assert panel["shared"]["stack"]["ns"] == [rounded(ns) for ns in stack.median]
        assert set(panel["shared"]["stack"]["ratio"]) == {1.0}
        assert panel["shared"]["stack"]["cycles"][0] > panel["shared"]["stack"]["ns"][0]


def test_cold_and_warm_pages_can_stand_beside_each_other(data: dict[str, Any]) -> None:
    ways = [panel["way"] for panel in data["size_sweep"]["panels"] if panel["variant"] == "first_touch"]
    assert {way.split("pages=")[1] for way in ways} == {"cold", "warm"}


def test_breaking_even_is_said_in_the_words_of_the_static_chart(run: Run, data: dict[str, Any]) -> None:
    expected, _ = find_call_panels(run, BUILD, list(ALLOCATORS[:3]))
    assert [panel["name"] for panel in data["break_even"]["panels"]] == [panel.heading for panel in expected]
    for panel, static in zip(data["break_even"]["panels"], expected):
        for point, allocator in zip(panel["points"], ALLOCATORS):
            known = static.points[allocator]
            assert point["words"] and point["low"] is None or known is not None
            if known is not None and known.value > known.last:
                assert point["value"] is None and point["words"].startswith("not by")
            elif known is not None:
                assert point["value"] == rounded(known.value)


def test_what_a_toll_is_made_of_is_the_toll_in_cycles_first(run: Run, data: dict[str, Any]) -> None:
    columns = data["toll_parts"]["columns"]
    assert columns[0] == {"heading": ["extra", "core cycles"], "log": True}
    case = next(iter(data["toll_parts"]["parts"][0]))
    value, low, high, words, known = data["toll_parts"]["parts"][0][case][0]
    assert known == "95 % interval"
    assert low <= value <= high and words
    measured = Measured.of(run, BUILD)
    keys = [(names(run)[int(case)], arm, ALLOCATORS[0]) for arm in ("heap", "stack")]
    heap, stack = (next(arm for key, arm in measured.arms.items() if tuple(key) == wanted) for wanted in keys)
    toll = summary.toll(heap.cycles, stack.cycles)
    assert toll is not None and value == rounded(toll.value)
    assert any("Not counted" in note for note in data["toll_parts"]["notes"])


def test_what_a_run_has_not_is_a_sentence(tmp_path: Path) -> None:
    made = [Case("returned_pointer/by_value/64", 64, "", "")]
    data = charts_data(Measured.of(made_run(tmp_path, made=made, launches=1), BUILD))
    for chart in ("size_sweep", "break_even", "lifetime_blocks"):
        assert "FILTER" in data[chart]["lacks"]
    assert data["toll_parts"]["lacks"] is None and len(data["heat_map"]["rows"]) == 1


def test_a_contended_line_says_so(tmp_path: Path) -> None:
    made = [case for case in full_cases() if case.variant == "vla"]
    run = made_run(tmp_path, made=made, change=contended, launches=2)
    panel = charts_data(Measured.of(run, BUILD))["size_sweep"]["panels"][0]
    assert set(panel["shared"]["stack"]["contended"]) == {1}


def test_the_run_names_the_marks_and_what_the_main_charts_leave_out(run: Run) -> None:
    data = run_data(Measured.of(run, BUILD))
    assert [each["shape"] for each in data["allocators"]] == ["s", "^", "D"]
    assert "Choose a scenario" in data["notes"]["main"] and "captured_closure/blocks" in data["notes"]["main"]
    cases = data["cases"]
    assert all(case["choice"] for case in cases if case["main"])
    assert sum(case["choice"] for case in cases) > sum(case["stands"] for case in cases)


def test_who_runs_no_scripts_gets_a_picture_where_there_is_one(run: Run, tmp_path: Path) -> None:
    assert draw_still(Measured.of(run, BUILD), "headline", tmp_path) == "charts/headline-light.svg"
    assert (tmp_path / "charts" / "headline-light.svg").read_text().count("<svg") == 1
    without = made_run(tmp_path / "run", made=[Case("returned_pointer/by_value/64", 64, "", "")],
                       change=lambda row: row if row["arm"] == "heap" else None, launches=1)  # fmt: skip
    assert draw_still(Measured.of(without, BUILD), "headline", tmp_path) is None
