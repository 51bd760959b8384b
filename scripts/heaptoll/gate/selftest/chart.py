"""The power curve: the share of planted slowdowns that is found, by their size, with what alarms without one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll.charts import save
from heaptoll.charts.page import Page
from heaptoll.charts.spread import spread
from heaptoll.charts.text import safe, wrap
from heaptoll.charts.theme import BODY, HEADING, PAGE_WIDTH, SMALL, THEMES, TITLE, Theme
from heaptoll.gate.selftest import tally
from heaptoll.gate.selftest.asked import DEFAULT_ZONE, NARROW_ZONE, seconds_of
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.table import gate_share, percents
from heaptoll.share import Share

QUESTION = "How small a slowdown does the gate find, and how often does it cry wolf?"
NAME = "gate-selftest"
_HEIGHT = 4.8
_LEFT, _TOP, _RIGHT, _BOTTOM = 0.72, 1.2, 2.75, 1.1  # inches around the plot
_DODGE = 0.055  # of a step of the axis, between the marks of one plant
_LABEL_GAP = 0.15  # of the share axis, between two labels of two lines


@dataclass(frozen=True)
class _Curve:
    label: tuple[str, str]
    colour: str
    shape: str
    shares: list[tuple[int, Share]]  # place on the axis, share; those that were not tried included


def draw(found: Selftest, folder: Path) -> list[Path]:
    """Writes gate-selftest-light and -dark as SVG and PNG; returns their paths. Raises OSError."""
    paths = []
    for theme in THEMES.values():
        with theme.applied():
            figure = compose(found, theme)
        for format in save.FORMATS:
            paths.append(folder / f"{NAME}-{theme.name}.{format}")
            save.save(figure, paths[-1], theme, QUESTION)
    return paths


def compose(found: Selftest, theme: Theme) -> Figure:
    """The figure; call it inside `theme.applied()`. A plant is a place on the axis, not a distance: 0.5 and 1 % matter as
    much as 2 and 5 %."""
    page = Page(PAGE_WIDTH, _HEIGHT, theme)
    axes = page.axes(_LEFT, _TOP, PAGE_WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM)
    plants = percents(found)
    curves = _curves(found, plants, theme)
    _frame(axes, plants, theme)
    for rank, curve in enumerate(curves):
        _draw_curve(axes, curve, (rank - (len(curves) - 1) / 2) * _DODGE)
    _label(axes, curves, len(plants), theme)
    page.text(0.22, 0.32, QUESTION, size=TITLE, weight="bold")
    page.lines(
        0.22, 0.5,
        wrap("Share of planted slowdowns that is called slower; at the left nothing was planted, and what goes red is a "
             "false alarm. Bars: 95 % intervals (Clopper–Pearson).", PAGE_WIDTH - 0.44, BODY),
        size=BODY, colour=theme.muted,
    )  # fmt: skip
    page.lines(
        0.22, _HEIGHT - 0.48, [line for text in _small_print(found) for line in wrap(safe(text), PAGE_WIDTH - 0.44, SMALL)],
        size=SMALL, colour=theme.muted,
    )  # fmt: skip
    return page.figure


def _curves(found: Selftest, plants: Sequence[float], theme: Theme) -> list[_Curve]:
    def gate(zone: float) -> list[tuple[int, Share]]:
        return [(at, gate_share(found, percent, zone)) for at, percent in enumerate(plants)]

    theirs = [(at, tally.gbench_share(found.gbench, percent)) for at, percent in enumerate(plants)]
    both = "two runs, Mann–Whitney at 0.05"
    return [
        _Curve((f"gate, dead zone {DEFAULT_ZONE:g} %", ""), theme.allocators["glibc"], "o", gate(DEFAULT_ZONE)),
        _Curve((f"gate, dead zone {NARROW_ZONE:g} %", ""), theme.allocators["mimalloc"], "D", gate(NARROW_ZONE)),
        _Curve(("Google Benchmark", both), theme.allocators["jemalloc"], "s", theirs),
    ]


def _frame(axes: Axes, plants: Sequence[float], theme: Theme) -> None:
    axes.set_xlim(-0.3, len(plants) - 0.7)
    axes.set_ylim(-0.03, 1.03)
    axes.set_xticks(range(len(plants)), [f"{plant:g} %" if plant else "nothing" for plant in plants], fontsize=BODY)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{each:.0%}" for each in np.linspace(0, 1, 6)], fontsize=BODY)
    axes.tick_params(colors=theme.muted, length=0)
    axes.grid(axis="y", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axvline(0.5, color=theme.rule, linewidth=0.8, linestyle=":")
    axes.set_xlabel("planted: so much more work per operation in the heap arm", fontsize=BODY, color=theme.muted)


def _draw_curve(axes: Axes, curve: _Curve, dodge: float) -> None:
    tried = [(at, share) for at, share in curve.shares if share.of]
    if not tried:
        return
    xs = np.array([at + dodge for at, _ in tried])
    ys = np.array([share.value for _, share in tried])
    bounds = np.array([share.interval() for _, share in tried])
    errors = np.clip(np.stack([ys - bounds[:, 0], bounds[:, 1] - ys]), 0, None)
    axes.errorbar(
        xs, ys, yerr=errors, color=curve.colour, marker=curve.shape, markersize=5.5, markeredgewidth=0, linestyle="none",
        elinewidth=1.4, capsize=2.5, clip_on=False, zorder=3,
    )  # fmt: skip
    # False alarms are another question than slowdowns: no line leads from one to the other.
    planted = [index for index, (at, _) in enumerate(tried) if at > 0]
    axes.plot(xs[planted], ys[planted], color=curve.colour, linewidth=1.6, zorder=2)


def _label(axes: Axes, curves: Sequence[_Curve], places: int, theme: Theme) -> None:
    """Every curve's name at its right end, with a line to it where it had to move."""
    last = [next((share.value for _, share in reversed(curve.shares) if share.of), 0.0) for curve in curves]
    placed = spread([-each for each in last], _LABEL_GAP, -1.0, 0.0)
    right = places - 0.7
    for curve, end, negative in zip(curves, last, placed):
        at, untried = -negative, not any(share.of for _, share in curve.shares)
        title, detail = curve.label
        if not untried:
            axes.plot([right - 0.22, right - 0.02], [end, at], color=curve.colour, linewidth=0.7, clip_on=False)
        axes.text(right, at, title, fontsize=HEADING, fontweight="bold", color=curve.colour, va="center_baseline", clip_on=False)
        below = "not tried" if untried else detail
        axes.text(right, at - 0.032, below, fontsize=BODY, color=theme.muted, va="top", clip_on=False)


def _small_print(found: Selftest) -> list[str]:
    part = "" if found.is_complete else f" (of {found.planned} planned)"
    times = [
        (tally.median(seconds_of(found.trials)), "s of measuring per case and allocator in the gate"),
        (tally.median([pair.seconds for pair in found.gbench]), "s per pair of Google Benchmark runs"),
    ]
    said = "; ".join(f"{seconds:.1f} {what}" for seconds, what in times if not math.isnan(seconds))
    return [
        f"{len(found.trials)} gates and {len(found.gbench)} pairs in random order{part}" + (f"; {said}." if said else "."),
        f"{found.machine}. {found.date}, commit {found.short_revision}.",
    ]
