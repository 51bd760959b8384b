"""The headline stays one page: which variants it shows, and what it says of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
import synthetic
import synthetic_scenarios
from drawing import RunWith, draw, drawn_run, words

from heaptoll.charts import main_variants as module
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.main_variants import MainVariants, main_variants, skipped_cases
from heaptoll.measurements import Run

SHEET = 2**0.5  # height to width


def chosen(run: Run) -> MainVariants:
    return main_variants(eligible_cases(run, "gcc"), run, "gcc")


def shown(run: Run, scenario: str) -> list[str]:
    return list(dict.fromkeys(case.variant for case in chosen(run).cases if case.scenario == scenario))


def test_the_first_variants_of_each_scenario_are_shown_in_the_order_of_the_run(full_run_with: RunWith) -> None:
    run = full_run_with(2)
    assert shown(run, "returned_pointer") == ["by_value", "out_param"]
    assert shown(run, "captured_closure") == ["by_value", "by_reference"]
    assert shown(run, "lifetime") == ["live", "mixed"]


@pytest.mark.parametrize("scenarios, each", [(1, 3), (2, 3), (4, 3), (5, 2), (6, 2), (7, 1), (30, 1)])
def test_the_more_scenarios_the_fewer_variants_of_each(tmp_path: Path, scenarios: int, each: int) -> None:
    made = [synthetic.Case(f"s{i}/v{j}/64", 64, "", "") for i in range(scenarios) for j in range(5)]
    found = chosen(drawn_run(tmp_path, made=made, launches=1))
    assert found.per_scenario == each and len(found.cases) == each * scenarios
    assert len(found.further) == (5 - each) * scenarios


def test_no_case_of_a_variant_is_lost_on_the_way(full_run_with: RunWith) -> None:
    run = full_run_with(2)
    found = chosen(run)
    shown_names = {f"{case.scenario}/{case.variant}" for case in found.cases}
    every = {f"{case.scenario}/{case.variant}" for case in run.cases()}
    assert {*shown_names, *found.further, *found.skipped} == every
    assert len(found.further) + len(found.skipped) + len(shown_names) == len(every)


@pytest.mark.parametrize("arms", [("stack",), ("heap",), ("stack", "heap", "null")])
def test_a_variant_skipped_in_every_lane_takes_nobodys_place(tmp_path: Path, arms: tuple[str, ...]) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        skipped = row["variant"] == "by_reference" and row["arm"] in arms
        return synthetic.without_time(row, "skipped", "why not") if skipped else row

    run = drawn_run(tmp_path, change=skip)
    assert shown(run, "captured_closure") == ["by_value", "counter", "call_many"]
    text = " ".join(words(draw("headline", run)))
    assert "Skipped in every lane and not shown, 1 variant: captured_closure/by_reference." in text


def test_a_variant_measured_in_one_lane_is_shown(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        skipped = row["variant"] == "by_reference" and row["allocator"] != "glibc"
        return synthetic.without_time(row, "skipped", "why not") if skipped else row

    run = drawn_run(tmp_path, change=skip)
    assert shown(run, "captured_closure") == ["by_value", "by_reference", "counter"]
    assert skipped_cases(run, "gcc") == set()


def test_a_variant_that_crashed_everywhere_is_shown_as_it_is_no_choice_of_ours(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["variant"] == "by_reference" else row

    assert "by_reference" in shown(drawn_run(tmp_path, change=crash), "captured_closure")


def test_the_headline_says_how_many_variants_are_elsewhere(full_run_with: RunWith) -> None:
    text = " ".join(words(draw("headline", full_run_with(2))))
    assert "of each scenario its first 2 variants in the order in which the run lists them" in text
    assert "Another 21 variants: see the charts returned_pointer, boxed_value, array_size," in text
    assert "Skipped in every lane and not shown, 1 variant: captured_closure/blocks." in text


def test_variants_of_a_scenario_without_a_chart_of_its_own_are_named(tmp_path: Path) -> None:
    made = [synthetic.Case(f"mine/v{i}/64", 64, "", "made by a user") for i in range(9)]
    run = drawn_run(tmp_path, made=made)
    found = words(draw("headline", run))
    assert {"v0/64", "v1/64", "v2/64"} <= set(found) and "v3/64" not in found
    assert "In measurements.csv only, 6 variants: mine/v3, mine/v4, mine/v5, mine/v6, mine/v7, and 1 more." in " ".join(
        found
    )


def test_a_run_in_which_everything_was_skipped_says_so(tmp_path: Path) -> None:
    made = [case for case in synthetic_scenarios.full_cases() if case.variant == "blocks"]
    run = drawn_run(tmp_path, made=made, change=synthetic_scenarios.skips)
    with pytest.raises(NotEnoughData, match=r"every pair was skipped \(captured_closure/blocks\)"):
        draw("headline", run)


def test_the_headline_of_a_full_run_is_one_page(full_run_with: RunWith, monkeypatch: pytest.MonkeyPatch) -> None:
    def shape(run: Run) -> float:
        width, height = draw("headline", run).get_size_inches()
        return float(height / width)

    run = full_run_with(4)
    assert shape(run) < SHEET
    monkeypatch.setattr(module, "MOST_IN_ALL", 99)
    assert shape(run) > SHEET
