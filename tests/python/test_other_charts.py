"""The charts that are not of one run: history, the gate's power, precision; they keep the rules of the others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import synthetic
from drawing import HOSTILE, words
from history_series import noisy, runs, searched, series, stepped
from matplotlib.figure import Figure

from heaptoll.charts import save
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.gate.selftest import chart as power
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.history import chart as history
from heaptoll.history.change.search import Found
from heaptoll.history.told import Told
from heaptoll.precision import chart as precision
from heaptoll.precision.figures import Precision

PUBLISHED = Path(__file__).parents[2] / "results" / "published" / "epyc-zen4-2vcpu"
pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")


def published_selftest() -> Selftest:
    return Selftest.from_json(json.loads((PUBLISHED / "gate-selftest.json").read_text(encoding="utf-8")))


def published_precision() -> Precision:
    return Precision.from_json(json.loads((PUBLISHED / "precision.json").read_text(encoding="utf-8")))


def assert_nothing_collides(figure: Figure) -> None:
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def history_of(allocators: int, nights: int = 40) -> Found:
    """Series of so many allocators, of each one that changed and one that did not."""
    of = runs(nights)
    names = [*synthetic.ALLOCATORS[: allocators - 1], HOSTILE[0] + "x" * 90]
    return searched(
        *(series(stepped(nights, 10, 20, 5, i), of, f"a/b/{i}", allocator=name) for i, name in enumerate(names)),
        *(series(noisy(nights, 1e5, i), of, "c/d/" + "y" * 90, "stack", name) for i, name in enumerate(names)),
    )


def many_changes() -> Found:
    """Three series with a change every tenth night."""
    values = noisy(120, 10, 1)
    for change in range(10, 120, 10):
        values[change:] *= 1.05
    return searched(*(series(values, runs(120), f"a/b/{i}") for i in range(3)))


def draw_history(found: Found, theme: Theme = LIGHT, told: Told = Told()) -> Figure:
    with theme.applied():
        return history.compose(found, told, theme)


def draw_power(found: Selftest, theme: Theme = LIGHT) -> Figure:
    with theme.applied():
        return power.compose(found, theme)


def draw_precision(found: Precision, theme: Theme = LIGHT) -> Figure:
    with theme.applied():
        return precision.compose(found, theme)


@pytest.mark.parametrize("allocators", range(1, 7))
def test_the_small_multiples_of_a_history_collide_with_nothing(allocators: int) -> None:
    figure = draw_history(history_of(allocators), (LIGHT, DARK)[allocators % 2], Told({}, ("a long warning " * 30,)))
    assert_nothing_collides(figure)
    assert "+5.0 %" in words(figure)


def test_without_making_way_the_marks_of_changes_would_collide(monkeypatch: pytest.MonkeyPatch) -> None:
    found = many_changes()
    assert_nothing_collides(draw_history(found))
    # The room that a mark is known to take.
    monkeypatch.setattr(history, "text_width", lambda *_: -9.0)
    assert overlapping_texts(draw_history(found)) != []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_power_curve_collides_with_nothing_and_has_its_source(theme: Theme) -> None:
    figure = draw_power(published_selftest(), theme)
    assert_nothing_collides(figure)
    text = " ".join(words(figure))
    assert published_selftest().machine in text and published_selftest().date in text and "commit" in text


def test_a_power_curve_of_which_parts_were_not_tried_collides_with_nothing() -> None:
    whole = published_selftest()
    for found in (replace(whole, gbench=[]), replace(whole, trials=[]), replace(whole, trials=whole.trials[:3])):
        assert_nothing_collides(draw_power(found))
    assert_nothing_collides(draw_power(Selftest(1, "smoke", 9)))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_precision_chart_collides_with_nothing_and_has_its_source(theme: Theme) -> None:
    found = published_precision()
    figure = draw_precision(found, theme)
    assert_nothing_collides(figure)
    assert f"{found.machine}. {found.date}, commit {found.revision[:12]}." in words(figure)


def test_these_charts_are_the_same_bytes_twice_with_neither_date_nor_version_of_what_drew_them() -> None:
    def drawn() -> list[bytes]:
        figures = (draw_history(history_of(2)), draw_power(published_selftest()), draw_precision(published_precision()))
        return [save.encode(figure, "svg", LIGHT, "t") for figure in figures]

    first = drawn()
    assert first == drawn()
    assert not any(b"dc:date" in data or b"atplotlib v" in data for data in first)
