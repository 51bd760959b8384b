"""The parts that charts are made of: which cases, which ticks, which places, which lines."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heaptoll.charts.representatives import representatives
from heaptoll.charts.scale import LogScale
from heaptoll.charts.spread import spread
from heaptoll.charts.text import safe, shorten, width, wrap
from heaptoll.run_facts import CaseFacts

# Fonts that lack a letter are matplotlib's business, not ours.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")


def case(name: str, size: int | None, **params: str) -> CaseFacts:
    scenario, variant = name.split("/")[:2]
    return CaseFacts(name, scenario, variant, params, size, None)


def chosen(*cases: CaseFacts) -> list[str]:
    return [found.name for found in representatives(cases)]


def test_the_case_nearest_to_64_bytes_stands_for_its_variant() -> None:
    assert chosen(case("s/v/8", 8), case("s/v/128", 128), case("s/v/4096", 4096)) == ["s/v/128"]
    assert chosen(case("s/v/8", 8), case("s/v/64", 64), case("s/v/128", 128)) == ["s/v/64"]


def test_of_two_sizes_equally_near_the_smaller_stands() -> None:
    assert chosen(case("s/v/128", 128), case("s/v/32", 32)) == ["s/v/32"]


def test_of_cases_of_one_size_the_middle_one_stands() -> None:
    assert chosen(*(case(f"s/v/d{d}", 64, depth=str(d)) for d in (1, 8, 32))) == ["s/v/d8"]


def test_a_case_without_size_stands_only_where_no_other_can() -> None:
    assert chosen(case("s/v/a", None), case("s/v/4096", 4096)) == ["s/v/4096"]
    assert chosen(case("s/v/a", None)) == ["s/v/a"]


def arrays(variant: str, *touches: str) -> list[CaseFacts]:
    return [
        case(f"array_size/{variant}/{n}/{touch}", 8 * n, elements=str(n), touch=touch)
        for n in (8, 8192, 16384)
        for touch in touches
    ]


def test_arrays_are_shown_at_8192_elements_all_touched() -> None:
    cases = [*arrays("fixed", "first", "all"), *arrays("vla", "first", "all")]
    assert chosen(*cases) == ["array_size/fixed/8192/all", "array_size/vla/8192/all"]


def test_arrays_are_shown_as_all_their_variants_were_measured() -> None:
    cases = [*arrays("fixed", "first", "all"), *arrays("vla", "first")]
    assert chosen(*cases) == ["array_size/fixed/8192/first", "array_size/vla/8192/first"]
    cases = [*arrays("fixed", "all"), *arrays("vla", "first")]
    assert chosen(*cases) == ["array_size/fixed/8192/all", "array_size/vla/8192/first"]


def test_each_variant_of_each_scenario_is_shown_and_scenarios_stay_together() -> None:
    assert chosen(case("a/x/8", 8), case("b/x/8", 8), case("a/y/8", 8)) == ["a/x/8", "a/y/8", "b/x/8"]


@given(st.lists(st.floats(0, 10), min_size=1, max_size=12))
def test_labels_are_moved_apart_within_their_room_and_keep_their_order(wanted: list[float]) -> None:
    gap, low, high = 0.5, -1.0, 12.0
    placed = spread(wanted, gap, low, high)
    assert min(placed) >= low - 1e-9 and max(placed) <= high + 1e-9
    ordered = sorted(placed)
    assert all(b - a >= gap - 1e-9 for a, b in itertools.pairwise(ordered))
    ranks = sorted(range(len(wanted)), key=lambda i: wanted[i])
    assert [placed[i] for i in ranks] == ordered


def test_labels_that_do_not_collide_stay_where_they_are() -> None:
    assert spread([1.0, 5.0, 3.0], 0.5, 0.0, 10.0) == pytest.approx([1.0, 5.0, 3.0])


def test_two_labels_in_one_place_move_apart_by_half_the_gap_each() -> None:
    assert spread([5.0, 5.0], 1.0, 0.0, 10.0) == pytest.approx([4.5, 5.5])


def test_labels_without_enough_room_still_keep_their_gaps() -> None:
    assert spread([1.0] * 4, 1.0, 0.0, 2.0) == pytest.approx([0.0, 1.0, 2.0, 3.0])


@settings(deadline=None)
@given(st.lists(st.floats(1e-320, 1e306), min_size=1, max_size=5), st.floats(1, 8))
def test_ticks_have_room_and_lie_on_the_scale_for_any_values(values: list[float], length: float) -> None:
    scale = LogScale.over(values, length)
    ticks = scale.ticks(0.5)
    assert 1 <= len(ticks) <= length / 0.5 + 1
    positions = [scale.position(tick) for tick in ticks]
    assert all(-1e-6 <= p <= length + 1e-6 for p in positions)
    assert all(b - a >= 0.5 - 1e-6 for a, b in itertools.pairwise(positions))


def test_ticks_are_as_fine_as_there_is_room_for() -> None:
    assert LogScale(0.9, 110.0, 8.0).ticks(0.5) == [1, 2, 5, 10, 20, 50, 100]
    assert LogScale(0.9, 110.0, 2.0).ticks(0.4) == [1, 3, 10, 30, 100]
    assert LogScale(0.9, 110.0, 1.0).ticks(0.4) == [1, 10, 100]


@given(st.text(max_size=200), st.floats(0.5, 5))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, room: float) -> None:
    lines = wrap(safe(text), room, 8)
    assert all(width(line, 8) <= room for line in lines if len(line) > 1)
    assert "".join("".join(lines).split()) == "".join(safe(text).split())


@given(st.text(max_size=200), st.floats(0.3, 5))
def test_a_shortened_text_fits_and_says_that_it_was_shortened(text: str, room: float) -> None:
    shown = shorten(safe(text), room, 8)
    assert width(shown, 8) <= room
    assert shown == safe(text) or shown.endswith("…")


def test_what_cannot_be_printed_is_replaced() -> None:
    assert safe("a\nb\x00c\ud800d\u202e") == "a�b�c�d�"
