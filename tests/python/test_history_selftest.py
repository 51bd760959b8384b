"""The history's self-test: series made up as it says, counted rightly, and red when the search is blind or cries wolf."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from heaptoll.bad_input import BadInput
from heaptoll.history.change import finder
from heaptoll.history.change.finder import Explained, Place
from heaptoll.history.change.noise import INDEPENDENT
from heaptoll.history.selftest import asked, command, real, reindex, speed, trials
from heaptoll.history.selftest.figures import Selftest
from heaptoll.history.selftest.noises import KINDS
from heaptoll.history.selftest.reindex import Reindexed
from heaptoll.history.selftest.speed import Speed
from heaptoll.history.selftest.table import table
from heaptoll.history.selftest.trials import Outcome, Trial
from history_series import noisy, runs, searched, series, stepped
from numpy.typing import NDArray


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_noise_has_standard_deviation_one_and_stays_where_it_is(kind) -> None:  # type: ignore[no-untyped-def]
    values = kind.make(200_000, np.random.default_rng(1))
    inside = values[np.abs(values) < 4.5]
    assert np.std(inside) == pytest.approx(1, abs=0.15)
    assert np.mean(values[:100_000]) == pytest.approx(np.mean(values[100_000:]), abs=0.05)


@pytest.mark.parametrize(("name", "lag_one"), [("independent", 0), ("AR(1), ρ = 0.5", 0.5), ("AR(1), ρ = 0.7", 0.7)])
def test_noise_is_correlated_as_it_says(name: str, lag_one: float) -> None:
    (kind,) = (each for each in KINDS if each.name == name)
    values = kind.make(100_000, np.random.default_rng(2))
    assert np.corrcoef(values[1:], values[:-1])[0, 1] == pytest.approx(lag_one, abs=0.02)


def test_trials_are_the_same_for_the_same_seed_in_any_number_of_processes() -> None:
    few = [Trial(0, 60, 3.0, 5), Trial(2, 60, 0.0, 5)]
    one = list(trials.conduct(few, 7, 0.005, 1))
    assert one == list(trials.conduct(few, 7, 0.005, 2))
    assert one[0].close == 5 and one[0].sole == one[0].found == 5


def _blind(values: NDArray[np.float64], threshold: float) -> Explained:
    return Explained(values, (), INDEPENDENT)


def _wolf(values: NDArray[np.float64], threshold: float) -> Explained:
    return Explained(values, (Place(20, 20, 20, 99.0),), INDEPENDENT)


def _selftest(monkeypatch: pytest.MonkeyPatch, explain: object = finder.explain, series: int = 300) -> Selftest:
    monkeypatch.setattr(trials, "explain", explain)
    plan = [Trial(kind, 200, step, series) for kind in range(3) for step in (0.0, 3.0)]
    found = Selftest(1, 0.005, list(trials.conduct(plan, 1, 0.005, 1)), [Speed(1000, 1000, 10.0, 1 << 28, 2)])
    found.indexes.append(Reindexed(10_000, 1300, 1, 1, 60.0, 5.0, 1 << 28))
    return found


def test_a_search_that_finds_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _selftest(monkeypatch, _blind)
    assert [asked.reached(outcome) for outcome in found.outcomes] == [True, False] * 3
    assert asked.exit_status(found) == 1


def test_a_search_that_cries_wolf_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _selftest(monkeypatch, _wolf)
    assert [asked.reached(outcome) for outcome in found.outcomes] == [False, False] * 3
    assert asked.exit_status(found) == 1


def test_too_few_series_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _selftest(monkeypatch, _blind, series=10)
    assert asked.exit_status(found) == 3


def _outcome(step: float, found: int, close: int) -> Outcome:
    return Outcome(Trial(0, 200, step, 1000), found, close, close, close, close, 5)


@pytest.mark.parametrize(("outcome", "good"), [
    (_outcome(0, 10, 0), True), (_outcome(0, 11, 0), False), (_outcome(3, 960, 950), True), (_outcome(3, 960, 949), False),
    (_outcome(2, 960, 100), None),
])  # fmt: skip
def test_the_bounds_are_those_asked_for(outcome: Outcome, good: bool | None) -> None:
    assert asked.reached(outcome) is good


@pytest.mark.parametrize(("seconds", "size", "good"), [(60, 1 << 30, True), (60.1, 1, False), (1, (1 << 30) + 1, False)])
def test_so_are_time_and_memory(seconds: float, size: int, good: bool) -> None:
    assert asked.fast_enough(Speed(1000, 1000, seconds, size, 2)) is good
    assert asked.fast_enough(Speed(10, 1000, seconds, size, 2)) is None


def test_the_usual_alarm_rings_at_a_lone_high_value() -> None:
    values = np.tile([1.0, 2.0], 30)
    assert trials._usual_alarms(values) == 0
    values[40] = 9.0
    assert trials._usual_alarms(values) == 1


def test_the_speed_is_measured_in_a_process_of_its_own() -> None:
    measured = speed.measure(6, 60, 1, 0.005, 2)
    assert measured.seconds > 0 and measured.bytes_at_once > 1 << 20
    with pytest.raises(ValueError, match="at most 0.05"):
        speed.measure(6, 60, 1, 0.5, 2)


def test_so_is_the_index() -> None:
    measured = reindex.measure(5, 32)
    assert measured.seconds > 0 and measured.read_seconds > 0
    assert measured.record_bytes > 1000 and measured.index_bytes > 1000
    assert asked.indexed_fast_enough(measured) is None
    assert asked.indexed_fast_enough(replace(measured, runs=10_000, seconds=121.0)) is False


def test_real_runs_are_judged_by_where_the_plant_is() -> None:
    of = runs(60)
    plant = {"case": real.PLANTED_CASE, "of": of}
    every = [
        series(stepped(60, 10, 41, 2, 1), arm="heap", **plant), series(stepped(60, 8, 40, 2, 2), arm="toll", **plant),
        series(noisy(60, 8, 3), arm="toll", allocator="jemalloc", **plant),  # not found
        series(stepped(60, 2, 40, 9, 4), arm="stack", **plant),  # had no plant
        series(stepped(60, 10, 20, 0.8, 5), of, case="another/case"), series(noisy(60, 10, 6), of, case="a/third"),
    ]  # fmt: skip
    judged = real.judged(searched(*every).searched, "run-0040", 62, 2)
    assert (judged.series, judged.planted, judged.found) == (6, 3, 2)
    assert (judged.elsewhere, judged.beyond_zone, judged.refused) == (2, 1, 2)


def test_real_runs_need_the_worker_with_plants(tmp_path: Path) -> None:
    for name in ("heaptoll", "heaptoll-worker", "heaptoll-gbench"):
        (tmp_path / name).touch()
    with pytest.raises(BadInput, match="--target plants"):
        real.measure(tmp_path, tmp_path, tmp_path, 30, 0.005, print)


def test_the_command_writes_what_it_found_and_reads_it_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = [Trial(kind, 200, step, 2) for kind in (0, 2) for step in (0.0, 3.0)] + [Trial(1, 20, 10.0, 2)]
    monkeypatch.setattr(trials, "plan", lambda series, seldom: few)
    monkeypatch.setattr(command, "_SPEED", (4, 40))
    monkeypatch.setattr(command, "_INDEX_QUICK", (3, 32))
    assert command.main(["--quick", "--seed=3", f"--out={tmp_path}"]) == 3
    written = (tmp_path / "selftest.md").read_text()
    assert capsys.readouterr().out == written
    assert "AR(1), ρ = 0.5" in written and "seed 3" in written
    file = tmp_path / "selftest.json"
    assert table(Selftest.from_json(json.loads(file.read_text()))) == written
    assert command.main([f"--from={file}", f"--out={tmp_path / 'again'}"]) == 3
    assert (tmp_path / "again" / "selftest.md").read_text() == written


def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text("{}")
    assert command.main([f"--from={tmp_path / 'x.json'}"]) == 2
    assert "x.json" in capsys.readouterr().err
