"""The search for changes in one series: what it finds, what it leaves alone, and that each guard is needed."""

from __future__ import annotations

import numpy as np
import pytest
from heaptoll.history.change import finder, noise
from heaptoll.history.change.finder import Explained, explain
from heaptoll.history.change.noise import INDEPENDENT, Noise
from heaptoll.history.change.scan import MIN_POINTS, between, mid_ranks, proposals, seeded_intervals
from heaptoll.history.change.size import steps
from heaptoll.history.change.threshold import false_alarms_of, threshold
from heaptoll.history.selftest.noises import KINDS
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import rankdata

_KINDS = {kind.name: kind for kind in KINDS}
_LIMIT = threshold(0.005)


def _noise(kind: str, points: int, seed: int) -> NDArray[np.float64]:
    return 100 + _KINDS[kind].make(points, np.random.default_rng(seed))


def _places(values: NDArray[np.float64]) -> list[int]:
    return [place.at for place in explain(values, _LIMIT).places]


def _false(kind: str, series: int) -> int:
    """Changes in so many series without one."""
    return sum(len(_places(_noise(kind, 200, seed))) for seed in range(series))


# Proposals.


@given(st.integers(0, 3000))
def test_every_point_is_inside_intervals_of_every_length(points: int) -> None:
    for length, starts in seeded_intervals(points):
        assert 2 * MIN_POINTS <= length <= points
        assert starts[0] == 0 and starts[-1] + length == points
        assert np.all(np.diff(starts) <= length)


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=5))
def test_equal_values_share_their_rank(rows: list[list[int]]) -> None:
    windows = np.array(rows, dtype=np.float64)
    assert np.array_equal(mid_ranks(windows), np.array([rankdata(row) for row in windows]))


def test_a_step_is_proposed_where_it_is() -> None:
    values = np.concatenate([np.arange(40) % 3, 10 + np.arange(30) % 3]).astype(np.float64)
    assert proposals(values, 3.0, 1)[0].at == 40


def test_proposals_keep_apart_from_each_other_and_from_the_ends() -> None:
    found = sorted(each.at for each in proposals(_noise("AR(1), ρ = 0.7", 300, 3), 0.0, 100))
    assert len(found) > 10
    assert all(b - a >= MIN_POINTS for a, b in between(found, 300))


def test_one_value_that_differs_from_equal_ones_is_not_proposed() -> None:
    values = np.ones(60)
    values[30] = 9.0
    assert proposals(values, 2.6, 5) == []


# Noise.


def test_the_spread_of_normal_values_is_their_standard_deviation_with_spikes_among_them() -> None:
    values = np.random.default_rng(1).standard_normal(20_000)
    assert noise.spread(values) == pytest.approx(1, abs=0.03)
    values[::20] = 1e6
    assert noise.spread(values) == pytest.approx(1, abs=0.14)


def test_a_step_is_no_spike_and_stays_as_it_is() -> None:
    values = np.concatenate([np.tile([0.0, 1.0], 20), 50 + np.tile([0.0, 1.0], 20)])
    assert np.array_equal(noise.without_spikes(values), values)


def test_a_spike_is_brought_near() -> None:
    values = _noise("independent", 100, 1)
    values[50] += 1000
    assert noise.without_spikes(values)[50] < 110
    assert np.count_nonzero(noise.without_spikes(values) != values) <= 3


@pytest.mark.parametrize(("kind", "ar"), [("independent", 0.0), ("AR(1), ρ = 0.5", 0.5), ("AR(1), ρ = 0.7", 0.7)])
def test_the_noise_is_recognised(kind: str, ar: float) -> None:
    found = noise.fit(_noise(kind, 5000, 2) - 100, 1.0).noise
    assert found.ar - found.ma == pytest.approx(ar, abs=0.12)


def test_noise_beneath_noise_is_recognised() -> None:
    found = noise.fit(_noise("AR(1), ρ = 0.8, beneath as much independent noise", 5000, 2) - 100, 1.0).noise
    assert found.ar == pytest.approx(0.8, abs=0.06) and found.ma > 0.2


def test_the_fit_is_the_cheapest_of_all_models() -> None:
    deviations = _noise("AR(1), ρ = 0.8, beneath as much independent noise", 120, 3) - 100
    for each in noise.models(120):
        mean_square = float(noise.squares(noise.innovations(deviations, each), 0.8))
        cost = 120 * np.log(mean_square) + 2 * each.parameters
        assert noise.fit(deviations, 0.8).cost <= cost + 1e-9
        if each == noise.fit(deviations, 0.8).noise:
            assert noise.fit(deviations, 0.8).cost == pytest.approx(cost)


def test_innovations_of_an_autoregressive_series_are_what_it_was_made_of() -> None:
    new = np.random.default_rng(5).standard_normal(50)
    wandering = np.zeros(50)
    for i in range(50):
        wandering[i] = new[i] + (0.6 * wandering[i - 1] if i else 0)
    assert noise.innovations(wandering, Noise(0.6, 0.0)) == pytest.approx(new)
    assert noise.innovations(wandering, INDEPENDENT) is wandering


def test_what_wanders_makes_a_mean_less_sure() -> None:
    assert INDEPENDENT.variance_inflation == 1
    assert Noise(0.5, 0.0).variance_inflation == pytest.approx(3)  # (1 + 0.5) / (1 - 0.5)
    means = [np.mean(_noise("AR(1), ρ = 0.8, beneath as much independent noise", 2000, seed)) for seed in range(300)]
    values = _noise("AR(1), ρ = 0.8, beneath as much independent noise", 100_000, 1)
    expected = noise.fit(values - 100, 1.0).noise.variance_inflation
    assert np.var(means) * 2000 == pytest.approx(expected, rel=0.25)


# Deciding.


def test_a_step_without_noise_is_found_at_its_place_and_with_its_size() -> None:
    explained = explain(np.repeat([10.0, 12.0], [40, 25]), 15.0)
    assert [place.at for place in explained.places] == [40]
    assert [(step.before, step.after) for step in steps(explained)] == [(10.0, 12.0)]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.asked])
def test_a_step_of_three_standard_deviations_is_found_and_nothing_else(kind: str) -> None:
    close = other = 0
    for seed in range(20):
        values = _noise(kind, 200, seed)
        values[120:] += 3
        places = _places(values)
        hits = sum(abs(place - 120) <= 2 for place in places)
        close += hits == 1
        other += len(places) - hits
    assert close >= 18 and other <= 2


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if "last" not in kind.name])
def test_stationary_series_have_no_changes(kind: str) -> None:
    assert _false(kind, 20) == 0


def test_without_its_model_of_noise_it_would_find_changes_in_what_wanders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "_by_ma", lambda points: ((0.0, np.zeros(1)),))
    assert _false("AR(1), ρ = 0.7", 20) > 10


def test_without_bounds_on_one_value_spikes_would_hide_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> int:
        total = 0
        for seed in range(10):
            values = _noise("5 % spikes, 5 to 20 σ", 200, seed)
            values[120:] += 2
            total += any(abs(place - 120) <= 2 for place in _places(values))
        return total

    assert found() >= 8
    for bound in ("_SPIKE", "_CLIP", "_LEVEL_CLIP"):
        monkeypatch.setattr(noise, bound, 1e9)
    assert found() <= 4


def test_a_change_that_is_undone_is_two_changes() -> None:
    values = _noise("independent", 200, 8)
    values[90:104] += 5
    assert _places(values) == pytest.approx([90, 104], abs=1)


def test_many_changes_are_found() -> None:
    values, at = _noise("independent", 600, 3), list(range(40, 600, 40))
    for i, place in enumerate(at):
        values[place:] += 5 if i % 2 == 0 else -5
    assert _places(values) == pytest.approx(at, abs=1)


def test_a_change_is_found_five_runs_after_it_and_not_after_two() -> None:
    values = _noise("independent", 100, 4)
    values[95:] += 8
    assert _places(values) == [95]
    assert _places(values[:97]) == []


def _doublings_found(before: int, after: int) -> int:
    """Of 40."""
    found = 0
    for seed in range(40):
        values = _noise("independent", before + after, seed)
        values[before:] += 100
        found += any(abs(place - before) <= 1 for place in _places(values))
    return found


@pytest.mark.parametrize(("before", "after"), [(15, 5), (20, 5), (100, 5), (10, 10)])
def test_a_doubling_is_found_soon_wherever_it_is(before: int, after: int) -> None:
    assert _doublings_found(before, after) >= 39


def test_were_proposals_taken_as_they_are_some_doublings_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finder._Search, "_each_moved", lambda self, proposed: list(proposed))
    assert _doublings_found(15, 5) < 37


def test_a_line_is_a_drift_and_no_steps() -> None:
    for seed in range(10):
        explained = explain(_noise("AR(1), ρ = 0.5", 300, seed) + np.linspace(0, 12, 300), _LIMIT)
        assert explained.places == () and explained.drift == pytest.approx(12, abs=2.5)
    assert explain(_noise("independent", 300, 1), _LIMIT).drift is None


@pytest.mark.parametrize("spikes", [1, 2, 3, 4])
def test_up_to_four_spikes_in_a_row_are_no_change(spikes: int) -> None:
    values = _noise("independent", 120, 6)
    values[60 : 60 + spikes] += 30
    assert _places(values) == []


@pytest.mark.parametrize("points", range(2 * MIN_POINTS))
def test_too_few_points_have_no_changes(points: int) -> None:
    assert explain(np.arange(points, dtype=np.float64), 0.1).places == ()


@pytest.mark.parametrize("values", [np.zeros(50), np.full(50, 7.25)])
def test_a_series_that_never_moves_has_no_changes(values: NDArray[np.float64]) -> None:
    assert explain(values, 0.1).places == ()


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=0, max_size=60), st.floats(1, 40)
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_values_changes_are_apart_and_in_order(values: list[float], limit: float) -> None:
    explained = explain(np.array(values), limit)
    at = [place.at for place in explained.places]
    assert all(b - a >= MIN_POINTS for a, b in between(at, len(values))) or not at
    for place in explained.places:
        assert 0 < place.first <= place.at <= place.last < len(values)
        assert place.gain >= limit
    assert len(steps(explained)) == len(at)
    assert all(step.low <= step.change <= step.high for step in steps(explained))


@pytest.mark.parametrize("scale", [1e-6, 0.37, 1e6])
@pytest.mark.parametrize("shift", [-1000.0, 12.5])
@pytest.mark.parametrize("mirrored", [False, True])
def test_another_unit_finds_the_same_changes(scale: float, shift: float, mirrored: bool) -> None:
    values = _noise("AR(1), ρ = 0.5", 120, 12)
    values[70:] += 4
    other = (values + shift) * (-scale if mirrored else scale)
    assert _places(other) == _places(values) != []


def test_the_interval_of_a_place_holds_it() -> None:
    held = found = 0
    for seed in range(30):
        values = _noise("independent", 100, seed)
        values[50:] += 2
        places = explain(values, _LIMIT).places
        found += len(places) == 1
        held += len(places) == 1 and places[0].first <= 50 <= places[0].last
    assert found >= 20 and held >= 0.85 * found


def test_noise_with_a_tail_to_one_side_does_not_move_the_size() -> None:
    tail = np.where(np.arange(70) % 5 == 0, 3.0, 0.0)
    values = np.where(np.arange(70) < 46, 100.0, 110.0) + tail
    (step,) = steps(explain(values, _LIMIT))
    assert (step.before, step.after, step.change) == pytest.approx((100.0, 110.0, 10.0))


def test_the_interval_of_a_size_holds_it() -> None:
    held = 0
    for seed in range(25):
        values = _noise("AR(1), ρ = 0.5", 100, seed)
        values[50:] += 6
        explained = explain(values, _LIMIT)
        held += any(step.low <= 6 <= step.high for step in steps(explained))
    assert held >= 20


def test_were_wandering_noise_independent_that_interval_would_be_too_narrow() -> None:
    def held(explained: Explained) -> bool:
        blind = Explained(explained.values, explained.places, INDEPENDENT)
        return any(step.low <= 6 <= step.high for step in steps(blind))

    total = 0
    for seed in range(25):
        values = _noise("AR(1), ρ = 0.7", 100, seed)
        values[50:] += 6
        total += held(explain(values, _LIMIT))
    assert total < 18


# Thresholds.


@given(st.floats(1e-6, 0.05))
def test_the_threshold_is_where_its_chance_is(chance: float) -> None:
    assert false_alarms_of(threshold(chance)) == pytest.approx(chance)


@given(st.floats(0, 100), st.floats(0.1, 50))
def test_a_larger_gain_is_less_often_chance(gain: float, more: float) -> None:
    assert false_alarms_of(gain + more) <= false_alarms_of(gain) <= 1
