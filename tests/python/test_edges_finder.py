"""The edge finder on sweeps whose edges are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import planted
import pytest
from numpy.typing import NDArray
from planted import COUNT, LAUNCHES, SIZES

from heaptoll.edges import finder, segments
from heaptoll.edges.finder import Edge, Sweep, find_edges
from heaptoll.edges.rules import Rules

Floats = NDArray[np.float64]


def stepped(*steps: tuple[int, float], base: float = 10.0) -> Floats:
    """A cost of `base` ns that from each size's index on is so many ns more."""
    cost = np.full(COUNT, base)
    for first_after, jump in steps:
        cost[first_after:] += jump
    return cost


def measured(cost: Floats, spread: float = 0.02, seed: int = 1) -> Sweep:
    return planted.sweep(planted.launches(np.random.default_rng(seed), cost, spread))


def only(sweep: Sweep, rules: Rules = Rules()) -> Edge:
    [edge] = find_edges([sweep], rules)[0]
    return edge


def test_a_planted_edge_is_found_between_the_right_sizes_with_its_jump() -> None:
    edge = only(measured(stepped((70, 8.0))))
    assert (edge.last_before, edge.first_after) == (SIZES[69], SIZES[70])
    assert edge.low <= SIZES[69] and SIZES[70] <= edge.high
    assert edge.jump_low_ns < 8.0 < edge.jump_high_ns
    assert edge.before_ns == pytest.approx(10, rel=0.05) and edge.ratio == pytest.approx(1.8, rel=0.05)
    assert edge.launches == LAUNCHES


def test_a_jump_down_is_an_edge_too() -> None:
    edge = only(measured(stepped((70, -6.0), base=20.0)))
    assert edge.first_after == SIZES[70]
    assert edge.jump_high_ns < -2.0 and edge.jump_ns == pytest.approx(-6, rel=0.1)


def test_several_edges_are_found_in_one_sweep_near_the_ends_too() -> None:
    places = (4, 30, 60, 65, COUNT - 4)
    cost = np.full(COUNT, 10.0)
    for place, factor in zip(places, (1.6, 1.6, 0.5, 2.0, 1.6)):
        cost[place:] *= factor
    found = find_edges([measured(cost)])[0]
    assert [edge.first_after for edge in found] == [SIZES[place] for place in places]


def test_what_lasts_for_three_sizes_only_is_no_edge() -> None:
    assert find_edges([measured(stepped((70, 8.0), (73, -8.0)))])[0] == []


def test_a_single_odd_size_beside_an_edge_neither_hides_nor_moves_it() -> None:
    cost = stepped((70, 8.0))
    cost[72] = 40.0
    cost[66] = 3.0
    assert only(measured(cost)).first_after == SIZES[70]


@pytest.mark.parametrize("kind", planted.EDGELESS)
def test_no_edge_is_invented(kind: str) -> None:
    assert planted.false_edges(kind, 4) == 0


@pytest.mark.parametrize("factor, at_least", [(1.2, 0.7), (1.5, 0.98), (2.0, 0.98)])
def test_planted_jumps_are_found_and_no_others(factor: float, at_least: float) -> None:
    got = planted.score(factor, 6)
    assert got.found >= at_least * got.planted
    assert got.covered >= 0.95 * got.found
    assert got.spurious == 0


def test_with_the_verification_off_edges_are_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder, "_beyond_dead_zone", lambda before, *_: np.ones_like(before))
    monkeypatch.setattr(finder.Lines, "lasts", lambda *_: True)
    assert planted.false_edges("affine", 4) == 4


def test_without_asking_whether_it_lasts_a_hump_of_three_sizes_is_an_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    assert planted.false_edges("humps", 5) == 0
    monkeypatch.setattr(finder.Lines, "lasts", lambda *_: True)
    assert planted.false_edges("humps", 5) > 0


def test_with_a_dead_zone_of_next_to_nothing_a_core_cycle_is_an_edge() -> None:
    cost = stepped((40, 0.5), (90, -0.5), base=4.0)
    quiet = planted.sweep([np.full(LAUNCHES, each) for each in cost])
    assert find_edges([quiet])[0] == []
    fine = Rules(dead_zone_ns=0.1, dead_zone_ratio=0.01)
    assert [edge.first_after for edge in find_edges([quiet], fine)[0]] == [SIZES[40], SIZES[90]]


def test_without_doubt_in_launches_that_agree_by_chance_two_states_make_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guards that keep bimodal launches from making edges: noise shared with neighbours, and all steps counted."""

    def own_noise_only(values: Floats, **_: object) -> Floats:
        return values

    assert planted.false_edges("half_and_half", 12) == 0
    monkeypatch.setattr("heaptoll.edges.noise.uniform_filter1d", own_noise_only)
    monkeypatch.setattr(finder.norm, "isf", lambda _: 2.0)
    assert planted.false_edges("half_and_half", 12) > 0


def test_an_edge_onto_a_level_with_two_states_is_found_and_the_states_are_none() -> None:
    random = np.random.default_rng(5)
    cost = stepped((90, 117.0), base=20.0)
    tolls = planted.launches(random, cost)
    for i in range(90, COUNT):
        tolls[i] *= np.where(random.random(LAUNCHES) < 0.35, 225 / 137, 1)
    edge = only(planted.sweep(tolls))
    assert (edge.last_before, edge.first_after) == (SIZES[89], SIZES[90])
    assert edge.jump_low_ns > 50


@pytest.mark.parametrize("between", [1, 2])
def test_a_jump_with_sizes_in_between_is_one_edge_around_them(between: int) -> None:
    cost = stepped(*((70 + i, 16.0 / (between + 1)) for i in range(between + 1)))
    edge = only(measured(cost))
    assert (edge.last_before, edge.first_after) == (SIZES[69], SIZES[70 + between])


def test_without_leaving_them_out_such_a_jump_would_pass_for_a_slope(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segments, "_MOST_LEFT_OUT", 0)
    assert find_edges([measured(stepped((70, 5.3), (71, 5.3), (72, 5.3)))])[0] == []


def test_no_edge_is_claimed_in_a_gap_in_which_nothing_was_measured() -> None:
    sweep = measured(stepped((70, 8.0)))
    kept = [i for i in range(COUNT) if not 64 <= i < 76]
    gapped = Sweep([sweep.sizes[i] for i in kept], [sweep.tolls[i] for i in kept])
    assert find_edges([gapped])[0] == []


def test_a_small_gap_widens_the_place_of_the_edge() -> None:
    sweep = measured(stepped((70, 8.0)))
    kept = [i for i in range(COUNT) if not 69 <= i < 72]
    edge = only(Sweep([sweep.sizes[i] for i in kept], [sweep.tolls[i] for i in kept]))
    assert (edge.last_before, edge.first_after) == (SIZES[68], SIZES[72])


def test_where_launches_differ_as_much_as_the_levels_the_place_is_wider() -> None:
    tolls = planted.launches(np.random.default_rng(3), stepped((70, 10.0)), 0.02)
    for i in (68, 69, 70, 71):
        tolls[i] = tolls[i] + np.random.default_rng(i).normal(0, 12, LAUNCHES)
    edge = only(planted.sweep(tolls))
    assert edge.low < edge.last_before or edge.first_after < edge.high
    assert edge.low <= SIZES[69] and SIZES[70] <= edge.high


def test_tolls_that_are_all_alike_are_no_division_by_zero() -> None:
    flat = planted.sweep([np.full(LAUNCHES, 7.0)] * COUNT)
    step = planted.sweep([np.full(LAUNCHES, each) for each in stepped((70, 8.0))])
    with np.errstate(all="raise"):
        assert find_edges([flat])[0] == []
        assert only(step).jump_ns == pytest.approx(8)


def test_tolls_at_and_below_zero_are_taken_as_they_are() -> None:
    random = np.random.default_rng(1)
    tolls = [random.normal(-2 if i < 70 else 12, 0.5, LAUNCHES) for i in range(COUNT)]
    edge = only(planted.sweep(tolls))
    assert edge.first_after == SIZES[70] and edge.ratio is None
    assert edge.before_ns == pytest.approx(-2, abs=0.5)


def test_the_same_data_give_the_same_edges_whatever_stands_beside_them() -> None:
    sweep, other = measured(stepped((70, 8.0))), measured(stepped((30, 20.0)))
    assert find_edges([sweep]) == find_edges([sweep])
    first, second = find_edges([sweep, other])[0][0], find_edges([other, sweep])[1][0]
    assert first == second
    assert replace(first, jump_low_ns=0, jump_high_ns=0) == replace(only(sweep), jump_low_ns=0, jump_high_ns=0)


def test_the_more_sweeps_the_wider_the_intervals() -> None:
    sweep = measured(stepped((70, 8.0)))
    alone, among = only(sweep), find_edges([sweep] * 4)[0][0]
    assert among.jump_low_ns < alone.jump_low_ns and alone.jump_high_ns < among.jump_high_ns


def test_the_order_of_launches_with_equal_values_changes_nothing() -> None:
    tolls = [np.round(each) for each in measured(stepped((70, 8.0))).tolls]
    assert only(planted.sweep(tolls)).first_after == SIZES[70]


@pytest.mark.parametrize("sizes", [0, 1, 3, 7, 8])
def test_a_few_sizes_are_no_error(sizes: int) -> None:
    sweep = measured(stepped((70, 8.0)))
    assert find_edges([Sweep(sweep.sizes[:sizes], sweep.tolls[:sizes])])[0] == []


@pytest.mark.parametrize("rules", [{"dead_zone_ns": 0}, {"dead_zone_ratio": float("nan")}, {"shortest": 2}])
def test_rules_that_make_no_sense_are_refused(rules: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        Rules(**rules)  # type: ignore[arg-type]
