"""quality: the quiet share in the course of the run, the same code in two lanes, and precision beside the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic
from drawing import draw, drawn_run, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.bad_input import BadInput
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.quality_farthest import percent_words
from heaptoll.charts.quality_lanes import share_words
from heaptoll.charts.quality_quiet import bins_of
from heaptoll.charts.theme import LIGHT
from heaptoll.measurements import Run
from heaptoll.precision.figures import Identical, Precision, Repeated
from heaptoll.self_check import LanePair, LaunchQuiet
from heaptoll.statistics import estimate

NAME = "quality"
MACHINE = "Example CPU E5-1234 v5 @ 2.90GHz, 2 cores"
Change = Callable[[synthetic.Row], "synthetic.Row | None"]
ONE_LANE = "With one allocator there is no other lane"


def run_of(folder: Path, change: Change = lambda row: row, **more: object) -> Run:
    return drawn_run(folder, **{"made": synthetic.cases()[:6], "change": change, **more})


def text_of(figure: Figure) -> str:
    return " ".join(words(figure))


def precision(machine: str = MACHINE) -> Precision:
    results = {"lockstep": [10.0, 10.1, 9.9], "gbench": [10.0, 15.0, 12.0]}
    repeated = [
        Repeated("a/b/64", arm, engine, unit, list(results[engine]), refused)
        for arm in ("heap", "stack")
        for engine, unit, refused in (("lockstep", "ns", 2), ("lockstep", "cycles", 2), ("gbench", "ns", 0))
    ]
    identical = [Identical("a/b/64", "heap", [1.0, 1.002, 0.999])]
    return Precision(3, 1.2, 1.0, repeated, identical, machine=machine, date="2026-01-31", revision="fedcba9876543210")


def with_precision(folder: Path, text: str) -> Run:
    run = run_of(folder)
    (run.folder / "precision.json").write_text(text, encoding="utf-8")
    return run


def test_the_share_of_equal_code_stands_beside_each_bound(tmp_path: Path) -> None:
    def slower(row: synthetic.Row) -> synthetic.Row:
        ns = 10.07 if row["arm"] == "stack" and row["allocator"] == "jemalloc" else 10.0
        return {**row, **{name: repr(ns) for name in row if name.startswith("ns_")}}

    found = words(draw(NAME, run_of(tmp_path, slower)))
    # Within 0.5 %: of the medians, and of the single launches; and of the intervals, so many contain 1.
    assert found.count("50.0 %") == 2 + 1
    assert {"glibc by jemalloc", f"{synthetic.cases()[0].name}, stack", "\N{MINUS SIGN}0.70 %"} <= set(found)


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert share_words(1.0) == "100 %" and share_words(0.99999) == "99.9 %" and share_words(0.5) == "50.0 %"


@pytest.mark.parametrize(
    "ratio, said",
    [(1.00123, "+0.12 %"), (0.9, "\N{MINUS SIGN}10.0 %"), (3.5, "+250 %"), (1e9, "+1e+11 %")],
)
def test_a_distance_from_1_is_told_with_its_sign(ratio: float, said: str) -> None:
    pair = LanePair("c", "null", "a", "b", (ratio,) * 6, estimate([ratio] * 6), False)
    assert percent_words(pair) == said
    assert percent_words(LanePair("c", "null", "a", "b", (ratio,), estimate([ratio]), False)) == said + "†"


def test_with_one_allocator_it_says_so_and_shows_what_is_left(tmp_path: Path) -> None:
    one, two = (text_of(draw(NAME, run_of(tmp_path / str(n), allocators=synthetic.ALLOCATORS[:n]))) for n in (1, 2))
    assert ONE_LANE in one and "one lane: launch against median" in one and "Where does it not?" not in one
    assert ONE_LANE not in two and "two lanes: medians over launches" in two and "Where does it not?" in two


def test_rows_without_a_good_time_have_a_strip_each_and_are_counted(tmp_path: Path) -> None:
    def trouble(row: synthetic.Row) -> synthetic.Row:
        if row["launch"] == "3":
            return synthetic.contended(row)
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["launch"] == "5" else row

    found = words(draw(NAME, run_of(tmp_path, trouble)))
    assert {"contended", "crashed"} <= set(found) and "skipped" not in found
    assert found.count("36 of 288 rows") == 2


def test_where_most_is_contended_the_marks_are_hollow(tmp_path: Path) -> None:
    def filled(change: Callable[[synthetic.Row], synthetic.Row], name: str) -> set[str]:
        figure = draw(NAME, run_of(tmp_path / name, change))
        marks = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "o"]
        return {to_hex(line.get_markerfacecolor()) for line in marks if to_hex(line.get_color()) not in lanes}

    lanes = {colour.lower() for colour in LIGHT.allocators.values()}
    assert LIGHT.background.lower() not in filled(lambda row: row, "calm")
    assert LIGHT.background.lower() in filled(synthetic.contended, "noisy")
    assert "12 of 12 pairs of lanes" in text_of(draw(NAME, run_of(tmp_path / "again", synthetic.contended)))


def test_a_run_in_which_nothing_was_timed_has_no_chart(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        return {**synthetic.without_time(row, "skipped", "why"), "slices": "", "quiet_slices": ""}

    with pytest.raises(NotEnoughData, match="no slice was timed"):
        draw(NAME, run_of(tmp_path, skip))


def test_a_run_of_heap_arms_only_still_shows_its_quiet_slices(tmp_path: Path) -> None:
    text = text_of(draw(NAME, run_of(tmp_path, lambda row: row if row["arm"] == "heap" else None)))
    assert "Neither null nor stack arms were timed" in text and "83.7 % of all" in text


def test_google_benchmarks_engine_is_not_said_to_run_lanes_at_once(tmp_path: Path) -> None:
    text = text_of(draw(NAME, run_of(tmp_path, engine="gbench")))
    assert "one lane after the other" in text and "share of repetitions" in text and "same milliseconds" not in text


def test_the_order_of_measuring_has_the_runs_own_times(tmp_path: Path) -> None:
    text = text_of(draw(NAME, run_of(tmp_path / "day", ended_utc="2026-01-31T12:45:00Z")))
    assert "48 launches of cases in the order of measuring, begun 2026-01-31 12:00, ended 12:45 UTC" in text
    night = run_of(tmp_path / "night", ended_utc="2026-02-01T00:01:00Z")
    assert "ended 2026-02-01 00:01 UTC" in text_of(draw(NAME, night))


def test_many_launches_are_drawn_together_and_none_is_lost() -> None:
    launches = [LaunchQuiet("c", i, 10.0, float(i % 10), {"ok": 1} if i else {"skipped": 1}) for i in range(1000)]
    bins = bins_of(launches, 300)
    assert [(each.first, each.last) for each in bins[:2]] == [(0, 3), (4, 7)] and bins[-1].last == 999
    assert (bins[0].lowest, bins[0].highest, bins[0].share) == (0.0, 0.3, pytest.approx(0.15))
    assert bins[0].untimed == {"skipped": 0.25} and bins[1].untimed == {}
    assert len(bins_of(launches[:7], 300)) == 7 and bins_of([], 300) == []


def test_precision_that_lies_beside_the_run_is_shown_with_where_it_is_from(tmp_path: Path) -> None:
    figure = draw(NAME, with_precision(tmp_path, json.dumps(precision().as_json())))
    found = words(figure)
    assert {"heap, ns: Google Benchmark", "20.40 %, worst 20.40 %", "two identical lanes, from 1"} <= set(found)
    assert "1.00 %, worst 1.00 %; 2 of 5 refused as too noisy" in found
    assert "2026-01-31, commit fedcba987654" in " ".join(found)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_precision_of_another_machine_is_not_used_and_that_is_said(tmp_path: Path) -> None:
    text = text_of(draw(NAME, with_precision(tmp_path, json.dumps(precision("another one").as_json()))))
    assert "precision.json not used: it is of another one." in text and "Google Benchmark" not in text


@pytest.mark.parametrize("content", ["", "[]", '{"repeated": 1}'])
def test_damaged_precision_is_refused_by_name(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadInput, match=r"precision\.json.*take precision\.json out of the folder"):
        draw(NAME, with_precision(tmp_path, content))
