"""The charts of single scenarios: a block for each variant and choice, the other arms, and skipped lanes in words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import synthetic
import synthetic_scenarios
from drawing import RunWith, draw, drawn_run, words
from matplotlib.figure import Figure

from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.dumbbell_marks import extra_shapes
from heaptoll.charts.representatives import representatives, representatives_by_choice
from heaptoll.charts.theme import STACK_SHAPE, shapes
from heaptoll.run_facts import CaseFacts

SCENARIOS = ("returned_pointer", "boxed_value", "array_size", "captured_closure", "lifetime")
each_scenario = pytest.mark.parametrize("name", SCENARIOS)


def case(name: str, size: int | None = 64, **params: str) -> CaseFacts:
    scenario, variant = name.split("/")[:2]
    return CaseFacts(name, scenario, variant, params, size, None)


def chosen(*cases: CaseFacts) -> list[list[str]]:
    return [[found.name for found in variant] for variant in representatives_by_choice(cases)]


def marks(figure: Figure, shape: str) -> int:
    """How many marks of a shape there are among the data."""
    lines = [line for axes in figure.axes for line in axes.get_lines()]
    return sum(line.get_marker() == shape for line in lines)


def test_each_word_of_a_parameter_has_a_block_and_numbers_share_one() -> None:
    cases = [
        case(f"boxed_value/array/{count}/{order}", count=count, order=order)
        for count in ("16", "256", "4096")
        for order in ("sequential", "shuffled")
    ]
    assert chosen(*cases) == [["boxed_value/array/256/sequential", "boxed_value/array/256/shuffled"]]


@pytest.mark.parametrize("number", ["64", "-1", ".5", "1e6", "4KiB", "50%"])
def test_a_number_is_a_point_on_a_scale_and_no_choice(number: str) -> None:
    assert len(chosen(case("s/v/a", n=number), case("s/v/b", n="7"))[0]) == 1
    assert len(chosen(case("s/v/a", n="fixed"), case("s/v/b", n="sliding"))[0]) == 2


def test_two_choices_make_a_block_for_each_combination_that_was_measured() -> None:
    cases = [case(f"s/v/{a}{b}", a=a, b=b) for a, b in (("x", "p"), ("x", "q"), ("y", "p"))]
    assert chosen(*cases) == [["s/v/xp", "s/v/xq", "s/v/yp"]]


def test_the_case_that_its_bench_file_shows_the_variant_by_stands_and_choices_are_like_it() -> None:
    cases = [
        case(f"array_size/mmap_threshold/{elements}/{threshold}", 8 * elements, elements=str(elements), threshold=threshold)
        for elements in (12800, 25000, 131072)
        for threshold in ("fixed", "sliding")
    ]
    shown = [replace(each, profile="smoke" if "25000/fixed" in each.name else "full") for each in cases]
    assert chosen(*shown) == [["array_size/mmap_threshold/25000/fixed", "array_size/mmap_threshold/25000/sliding"]]
    assert [each.name for each in representatives(shown)] == ["array_size/mmap_threshold/25000/fixed"]
    # Without the choice, the one nearest to 64 KiB.
    assert chosen(*cases) == [["array_size/mmap_threshold/12800/fixed", "array_size/mmap_threshold/12800/sliding"]]


def test_a_case_without_the_parameter_is_a_choice_too() -> None:
    assert chosen(case("s/v/plain"), case("s/v/on", probes="on")) == [["s/v/plain", "s/v/on"]]


def test_a_dependent_twin_stands_only_where_there_is_nothing_else() -> None:
    twin = case("s/v/64/dependent", form="dependent")
    assert chosen(case("s/v/64"), twin) == [["s/v/64"]]
    assert chosen(twin) == [["s/v/64/dependent"]]


def test_arrays_without_an_8192nd_element_are_shown_near_64_kib() -> None:
    sizes = (64, 65536, 1 << 20)
    cases = [case(f"array_size/first_touch/{size}", size, pages="cold") for size in sizes]
    assert chosen(*cases) == [["array_size/first_touch/65536"]]


def test_of_live_blocks_the_middle_number_stands_whatever_the_size_says() -> None:
    cases = [case(f"lifetime/live/{k}", 64 * k, blocks=str(k)) for k in (1, 4, 16, 64, 256)]
    assert chosen(*cases) == [["lifetime/live/16"]]


def test_choices_are_shown_side_by_side(full_run_with: RunWith) -> None:
    run = full_run_with(2)
    assert {"refcounted/64/none", "refcounted/64/plain", "refcounted/64/atomic"} <= set(words(draw("boxed_value", run)))
    assert {"first_touch/65536/cold", "first_touch/65536/warm"} <= set(words(draw("array_size", run)))
    assert {"live/64/lifo", "live/64/fifo", "live/64/random"} <= set(words(draw("lifetime", run)))
    assert "by_value/64/dependent" not in words(draw("returned_pointer", run))


@each_scenario
def test_every_variant_of_the_scenario_has_a_block_and_no_other(full_run_with: RunWith, name: str) -> None:
    run = full_run_with(2)
    labels = {text.split("/")[0] for text in words(draw(name, run)) if "/" in text and " (stack" not in text}
    wanted = {found.variant for found in run.cases() if found.scenario == name}
    others = {found.variant for found in run.cases() if found.scenario != name} - wanted
    assert wanted <= labels and not labels & others


def test_each_arm_beside_the_pair_has_its_own_mark_and_its_name_in_the_key(full_run_with: RunWith) -> None:
    figure = draw("boxed_value", full_run_with(2))
    assert {"inline", "arena", "pool"} <= set(words(figure))
    # Two allocators; one case with an inline arm and a key, two cases with an arena.
    assert marks(figure, "|") == 2 * 1 + 1
    assert marks(figure, "+") == marks(figure, "1") == 2 * 2 + 1


def test_no_mark_of_an_arm_is_that_of_an_allocator_or_of_another_arm() -> None:
    arms = extra_shapes(["pool", "arena", "hybrid", "inline", "slab", "region"])
    assert list(arms)[:4] == ["inline", "hybrid", "arena", "pool"]
    assert len(set(arms.values())) == len(arms)
    assert not set(arms.values()) & {STACK_SHAPE, *shapes([*synthetic.ALLOCATORS, *"abcdefgh"]).values()}


def test_a_skipped_lane_says_so_in_a_word_and_the_reason_is_below(full_run_with: RunWith) -> None:
    found = words(draw("array_size", full_run_with(4)))
    assert found.count("skipped") == 2 * 3
    assert synthetic_scenarios.NO_THRESHOLD in " ".join(found)


def test_a_variant_skipped_in_every_lane_takes_one_line_with_its_reason(full_run_with: RunWith) -> None:
    found = words(draw("captured_closure", full_run_with(4)))
    assert f"skipped in every lane: {synthetic_scenarios.WITHOUT_CLANG}" in found
    assert "skipped" not in found and "blocks/32" in found


def test_an_arm_that_was_skipped_alone_is_named(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "skipped", "why not") if row["arm"] == "stack" else row

    made = [made for made in synthetic.cases() if made.scenario in ("boxed_value", "captured_closure")]
    run = drawn_run(tmp_path, made=made, change=lambda row: skip(row) if row["variant"] == "interface" else row)
    assert words(draw("boxed_value", run)).count("stack skipped") == 2


@each_scenario
def test_without_cases_or_with_nothing_but_skipped_ones_there_is_no_chart(tmp_path: Path, name: str) -> None:
    other = "captured_closure" if name != "captured_closure" else "boxed_value"
    made = [case for case in synthetic_scenarios.full_cases() if case.scenario in (name, other)]

    def skip(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "skipped", "why not") if row["scenario"] == name else row

    with pytest.raises(NotEnoughData, match=f"every pair of {name} was skipped"):
        draw(name, drawn_run(tmp_path / "skipped", made=made, change=skip, launches=2))
    made = [case for case in made if case.scenario == other]
    with pytest.raises(NotEnoughData, match=f"no case of {name} has both"):
        draw(name, drawn_run(tmp_path / "none", made=made, launches=2))
