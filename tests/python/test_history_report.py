"""Many series: what stands out among all, what came together, and how it is told."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from heaptoll.history import chart
from heaptoll.history.change import search as search_module
from heaptoll.history.change.search import search
from heaptoll.history.chart import QUESTION, draw
from heaptoll.history.events import events
from heaptoll.history.formats import FORMATS
from heaptoll.history.formats.markdown import within
from heaptoll.history.told import Told
from heaptoll.verdict.zone import DeadZone
from history_series import noisy, runs, searched, series, stepped

_ALL_RUNS = runs(240)
_HOSTILE = "<script>|*=1,2\n\"'`/case"


# Searching many.


def test_each_change_says_where_how_much_and_how_surely() -> None:
    (one,) = searched(series(stepped(100, 10, 60, 5, 1))).searched
    (change,) = one.changes
    assert (change.at, one.before(change).name, one.since(change).name) == (60, "run-0059", "run-0060")
    assert change.step.percent(change.step.change) == pytest.approx(5, abs=0.2)
    assert change.p < 1e-6 and change.sure and not change.in_zone


def test_a_change_that_may_be_within_the_dead_zone_is_marked() -> None:
    small = searched(series(stepped(100, 10, 60, 0.8, 1))).searched[0].changes
    assert [change.in_zone for change in small] == [True]
    fast = searched(series(stepped(100, 1, 60, 4, 1))).searched[0].changes  # 0.04 ns
    assert [change.in_zone for change in fast] == [True]


def test_the_floor_of_the_dead_zone_is_for_times() -> None:
    of_a_percentage = searched(series(stepped(100, 1, 60, 4, 1), unit="")).searched[0].changes
    assert [change.in_zone for change in of_a_percentage] == [False]


def test_the_same_change_is_less_sure_among_many_series() -> None:
    weak = stepped(40, 10, 20, 0.45, 5)
    quiet = [series(noisy(40, 10, seed)) for seed in range(100, 400)]
    alone = search([series(weak)], 0.05, DeadZone(0, 0), 1).searched[0].changes
    among = search([series(weak), *quiet], 0.05, DeadZone(0, 0), 1).searched[0].changes
    assert alone[0].p == among[0].p
    assert alone[0].adjusted_p == alone[0].p < among[0].adjusted_p
    assert alone[0].sure and not among[0].sure


def test_a_short_series_is_not_searched_and_counted_as_such() -> None:
    found = searched(series([1.0] * 9), series(noisy(10, 1, 1)))
    assert [each.too_short for each in found.searched] == [True, False]
    assert found.expected_false == pytest.approx(0.005)


def test_several_processes_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [series(stepped(60, 10, 30, seed, seed)) for seed in range(40)]
    one = search(every, 0.005, DeadZone(), 1)
    monkeypatch.setattr(search_module, "_FEW", 0)
    two = search(every, 0.005, DeadZone(), 2)
    assert [each.changes for each in one.searched] == [each.changes for each in two.searched]


@pytest.mark.parametrize("chance", [0.0, -0.1, 0.06, float("nan")])
def test_a_chance_that_nobody_counted_is_refused(chance: float) -> None:
    with pytest.raises(ValueError, match="at most 0.05"):
        search([], chance, DeadZone())


# Events.


def test_what_came_with_one_run_is_one_event() -> None:
    of = runs(100)
    every = [series(stepped(100, 10, 60, 5, seed), of, case=f"a/b/{seed}") for seed in range(6)]
    (event,) = events(searched(*every))
    assert event.since.name == "run-0060" and len(event.moved) == 6 and not event.by_machine


def test_other_runs_are_other_events_in_the_order_of_time() -> None:
    of = runs(100)
    found = events(searched(series(stepped(100, 10, 70, 5, 1), of), series(stepped(100, 10, 30, 9, 2), of)))
    assert [event.since.name for event in found] == ["run-0030", "run-0070"]


def test_a_series_with_gaps_belongs_to_the_event_in_its_gap() -> None:
    of = runs(100)
    every_third = list(range(0, 100, 3))
    values = stepped(100, 10, 61, 5, 2)
    found = events(searched(series(stepped(100, 10, 61, 5, 1), of), series(values[every_third], of, at=every_third)))
    assert [len(event.moved) for event in found] == [2]


def test_controls_that_move_too_point_at_the_machine() -> None:
    of = runs(100)
    moved = [series(stepped(100, 1.5, 60, 3, seed), of, arm="null") for seed in range(4)]
    still = [series(noisy(100, 1.5, seed), of, arm="null") for seed in range(4, 8)]
    heap = series(stepped(100, 10, 60, 3, 9), of)
    (event,) = events(searched(heap, *moved, *still))
    assert (event.controls_moved, event.controls, event.by_machine) == (4, 8, True)
    assert [one.searched.series.name.arm for one in event.moved] == ["heap"]
    (event,) = events(searched(heap, *still))
    assert (event.controls_moved, event.by_machine) == (0, False)


def test_one_machine_of_several_is_told_and_its_own_controls_are_counted() -> None:
    every = []
    for machine in range(4):
        nights = list(range(machine, 240, 4))
        of_all = _ALL_RUNS
        for arm, level in (("null", 1.5), ("heap", 10.0)):
            values = stepped(60, level, 40, 6, machine) if machine == 2 else noisy(60, level, machine)
            every.append(series(values, of_all, arm=arm, at=nights, key=f"a CPU, bench-{machine}; glibc 2.36"))
    found = searched(*every)
    (event,) = events(found)
    assert (event.controls_moved, event.controls, event.by_machine) == (1, 1, True)
    text = FORMATS["terminal"](found, Told())
    assert "boxed_value/interface/16 heap (glibc) [bench-2]" in text
    markdown = FORMATS["markdown"](found, Told())
    assert "bench-2" in markdown


def test_what_two_machines_show_in_one_night_are_two_events() -> None:
    every = []
    for machine, percent in ((0, 5.0), (1, -8.0)):
        nights = list(range(machine, 120, 2))
        every.append(series(stepped(60, 10, 40, percent, machine), _ALL_RUNS, at=nights, key=f"bench-{machine}"))
    assert [len(event.moved) for event in events(searched(*every))] == [1, 1]


def test_commits_that_come_apart_are_told_apart() -> None:
    of = runs(60)
    exact = [np.repeat([10.0, 12.0], [at, 60 - at]) for at in (30, 32, 33)]
    found = events(searched(*(series(values, of, case=f"a/b/{i}") for i, values in enumerate(exact))))
    assert [event.since.name for event in found] == ["run-0030", "run-0032", "run-0033"]


def test_runs_of_one_commit_are_not_told_apart() -> None:
    of = [replace(run, commit="c" * 40 if i >= 29 else run.commit) for i, run in enumerate(runs(60))]
    exact = [np.repeat([10.0, 12.0], [at, 60 - at]) for at in (30, 32)]
    found = events(searched(*(series(values, of, case=f"a/b/{i}") for i, values in enumerate(exact))))
    assert len(found) == 1


def test_what_drifts_is_no_step_and_is_told() -> None:
    found = searched(series(noisy(100, 10, 3) * np.linspace(1, 1.2, 100)), series(noisy(100, 10, 4)))
    assert events(found) == [] and found.searched[0].changes == ()
    assert found.searched[0].drift_percent == pytest.approx(18, abs=1)
    for name in ("terminal", "markdown"):
        assert "drift" in FORMATS[name](found, Told())
    assert len(json.loads(FORMATS["json"](found, Told()))["drifts"]) == 1


def test_a_commit_that_is_no_hash_comes_into_no_command() -> None:
    of = [replace(run, commit=f"$(touch {i})") for i, run in enumerate(runs(60))]
    text = FORMATS["terminal"](searched(series(stepped(60, 10, 30, 5, 1), of)), Told())
    assert "git log" not in text and "$(touch 30)" in text


def test_controls_alone_are_an_event_too() -> None:
    (event,) = events(searched(series(stepped(100, 10, 60, 5, 1), arm="null")))
    assert event.moved[0].searched.series.name.control and event.controls_moved == 1


def test_what_is_undone_says_since_when() -> None:
    values = noisy(120, 10, 3)
    values[50:70] *= 1.1
    first, second = events(searched(series(values)))
    assert first.undone is not None and first.undone.name == "run-0070"
    assert second.undone is None


# Reports.


def _found_and_told():  # type: ignore[no-untyped-def]
    of = runs(100)
    every = [series(stepped(100, 10, 60, 5, seed), of, case=f"{_HOSTILE}/{seed}", allocator="=je|") for seed in range(12)]
    every.append(series(stepped(100, 10, 20, -4, 30), of))
    every.append(series(stepped(100, 10, 80, 0.8, 31), of, case="small/one"))
    return searched(*every), Told({"store": "a|b"}, ("<b>two machines</b>",), ("a new series since 2026-03-02",))


def test_the_terminal_tells_the_newest_first_and_what_to_do() -> None:
    text = FORMATS["terminal"](*_found_and_told())
    assert text.index("2026-04-30") < text.index("2026-03-21")
    assert f"git log {'3c'.zfill(40)[:10]}" in text
    assert "12 slower" in text and "1 faster" in text and "and 4 more series" in text
    assert "1 change that may be within the dead zone" in text
    assert "warning: <b>two machines</b>" in text and "in all: 2 changes" in text
    assert all(line.isprintable() for line in text.splitlines())


def test_markdown_keeps_its_tables_whatever_the_names() -> None:
    text = FORMATS["markdown"](*_found_and_told())
    assert "<script>" not in text and "<b>" not in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {5}
    assert text.count("<details>") == text.count("</details>") == 1


def test_markdown_says_what_does_not_fit() -> None:
    found, told = _found_and_told()
    text = within(found, told, 3000)
    assert len(text.encode()) <= 3000
    assert "left out" in text and "two machines" in text


def test_csv_has_every_change() -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"](*_found_and_told()))))
    assert len(rows) == 14
    assert [row["event"] for row in rows] == ["1", *["2"] * 12, ""]
    assert rows[0]["commit"] == "15".zfill(40) and rows[0]["before_commit"] == "14".zfill(40)
    assert float(rows[0]["percent"]) == pytest.approx(-4, abs=0.3)
    assert rows[1]["allocator"] == "'=je|" and "\n" not in rows[1]["case"]


def test_json_is_read_back() -> None:
    found, told = _found_and_told()
    content = json.loads(FORMATS["json"](found, told), parse_constant=pytest.fail)
    assert content["schema_version"] == 1 and content["series"] == 14 and content["warnings"] == ["<b>two machines</b>"]
    assert len(content["changes"]) == 14
    assert content["changes"][1]["case"].startswith(_HOSTILE)
    assert content["changes"][-1]["event"] is None


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_to_tell_is_told(name: str) -> None:
    assert FORMATS[name](searched(), Told())
    assert FORMATS[name](searched(series([1.0])), Told())


def test_levels_around_zero_have_no_percentage() -> None:
    values = np.concatenate([noisy(50, 1, 1) - 3, noisy(50, 1, 2) + 3])
    text = FORMATS["terminal"](searched(series(values, unit="MB")), Told())
    assert "+6 MB" in text and "up" in text
    (row,) = csv.DictReader(io.StringIO(FORMATS["csv"](searched(series(values, unit="MB")), Told())))
    assert row["percent"] == ""


# The chart.


def test_the_chart_is_the_same_bytes_twice(tmp_path: Path) -> None:
    found, told = _found_and_told()
    first = draw(found, told, tmp_path / "a")
    second = draw(found, told, tmp_path / "b")
    assert [path.name for path in first] == [
        "history-light.svg", "history-light.png", "history-dark.svg", "history-dark.png",
    ]  # fmt: skip
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert QUESTION in first[0].read_text()


def test_where_nothing_changed_every_scenario_is_drawn() -> None:
    of = runs(20)
    many = [series(noisy(20, 10, seed), of, case=f"a/b/{seed}", arm="toll") for seed in range(30)]
    others = [series(noisy(20, 10, seed), of, case=f"{name}/b/1", arm="toll") for seed, name in enumerate("xyz")]
    shown = {panel.searched.series.name.case.split("/")[0] for panel in chart._chosen(searched(*many, *others))}
    assert shown == {"a", "x", "y", "z"}


def test_a_history_without_series_has_no_chart(tmp_path: Path) -> None:
    assert draw(searched(), Told(), tmp_path / "none") == []
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("values", [[5.0], [5.0, 5.0], [0.0] * 30, [1e-9] * 12 + [1e9] * 12, [-4.0, 3.0, 1e300]])
def test_any_values_are_drawn(values: list[float], tmp_path: Path) -> None:
    assert len(draw(searched(series(values)), Told(), tmp_path)) == 4
