"""The part of the quality chart on the same code in two lanes: how far their times are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heaptoll.charts.page import Page, line_height
from heaptoll.charts.quality_lanes import Lanes, share_words
from heaptoll.charts.section import Section, percent_scale, percent_tick
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, Theme
from heaptoll.self_check import BOUNDS_PERCENT, SelfCheck, within

_EXPLAINS = (
    "Null and stack arms take nothing from the heap: in the lane of every allocator they are the same instructions, so "
    "that the time in one lane divided by the time in another should be 1. What is left is what else differs between "
    "lanes: each is a process of its own, with another library loaded, its addresses drawn by themselves. "
)
_LOCKSTEP = "Lanes take turns in the same milliseconds, so that most of what the machine does cancels."
_ONE_AFTER_THE_OTHER = (
    "Google Benchmark's engine times one lane after the other: what the machine did in between is in it too."
)
_ONE_LANE = (
    "With one allocator there is no other lane to compare with. What is left: launches of one lane against their own "
    "median, in which the machine's course and the memory layout are, too."
)
_CURVE_WORDS = (
    "two lanes: medians over launches", "two lanes: single launches", "one lane: launch against median"
)
_NONE = "Neither null nor stack arms were timed in the run."

# Inches.
_TICKS_LEFT = 0.5
_CURVES = 4.05  # the width of the curves with their ticks
_GAP = 0.4
_SHARE_COLUMN = 0.56
_ROW = 0.165
_LANE_GAP = 0.16
_LEAST_HIGH = 1.5
_TICKS = line_height(SMALL) + 0.05
_SWATCH = 0.28
_BELOW = _TICKS + line_height(BODY)  # the curves
_STEPS = 161


@dataclass(frozen=True)
class _Curve:
    words: str
    percents: Sequence[float]
    colour: str
    line: float
    dotted: bool


def _curves(check: SelfCheck, theme: Theme) -> list[_Curve]:
    """Those of which there is something, the one that matters first."""
    curves = [
        _Curve(_CURVE_WORDS[0], check.medians_percent, theme.stack, 1.8, False),
        _Curve(_CURVE_WORDS[1], check.singles_percent, theme.stack, 0.9, False),
        _Curve(_CURVE_WORDS[2], check.wander_percent, theme.muted, 1.1, True),
    ]
    return [curve for curve in curves if len(curve.percents)]


def pairs_section(check: SelfCheck, allocators: Sequence[str], *, lockstep: bool) -> Section:
    """What all pairs of lanes say; `lockstep`: whether their launches are of the same moments."""
    explains = _EXPLAINS + (_LOCKSTEP if lockstep else _ONE_AFTER_THE_OTHER)
    if len(allocators) < 2:
        explains = _ONE_LANE
    if not check.wander_percent and not check.pairs:
        explains = _NONE
    lanes = Lanes(check, allocators)
    high = max(_LEAST_HIGH + _BELOW, (len(_CURVE_WORDS) + 2) * _ROW + _LANE_GAP + lanes.height)
    return Section(
        "Does the same code take the same time?", explains, high,
        lambda page, top: _draw(page, top, high, check, lanes),
    )  # fmt: skip


def _draw(page: Page, top: float, high: float, check: SelfCheck, lanes: Lanes) -> None:
    curves = _curves(check, page.theme)
    if curves:
        _draw_curves(page, top, high - _BELOW, curves)
    left = MARGIN + _CURVES + _GAP
    y = _draw_table(page, left, top, check, curves)
    lanes.draw(page, left, y + _LANE_GAP)


def _draw_curves(page: Page, top: float, high: float, curves: Sequence[_Curve]) -> None:
    """Of each curve the share that is at most so far from 1."""
    theme, left, length = page.theme, MARGIN + _TICKS_LEFT, _CURVES - _TICKS_LEFT
    scale = percent_scale(length)
    axes = page.axes(left, top, length, high)
    axes.set(xlim=(0, length), ylim=(0, 1))
    for share in (0.0, 0.5, 1.0):
        axes.axhline(share, color=theme.grid, linewidth=0.8, zorder=0, clip_on=False)
        y = top + high * (1 - share)
        page.text(left - 0.07, y, f"{share * 100:.0f} %", size=SMALL, colour=theme.muted, align="right")
    for tick in (0.01, 0.1, *BOUNDS_PERCENT, 10.0, 100.0):
        bound = tick in BOUNDS_PERCENT
        axes.axvline(scale.position(tick), color=theme.rule if bound else theme.grid, linewidth=0.8, zorder=0)
        words = percent_tick(tick).removesuffix(" %")
        align = "left" if tick == 0.01 else "right" if tick == 100 else "center"
        x = left + scale.position(tick)
        page.text(x, top + high + _TICKS / 2 + 0.02, words, size=SMALL, colour=theme.muted, align=align)
    y = top + high + _TICKS + line_height(BODY) / 2
    page.text(left, y, "share of ratios that differ from 1 by at most so many per cent", colour=theme.muted)
    places = np.geomspace(scale.low, scale.high, _STEPS)
    for curve in reversed(curves):
        sizes = np.sort(np.abs(np.asarray(curve.percents)))
        shares = np.searchsorted(sizes, places, side="right") / len(sizes)
        axes.plot(
            np.linspace(0, length, _STEPS), shares, color=curve.colour, linewidth=curve.line,
            linestyle=":" if curve.dotted else "-", clip_on=False, zorder=3,
        )  # fmt: skip


def _draw_table(page: Page, left: float, top: float, check: SelfCheck, curves: Sequence[_Curve]) -> float:
    """The key to the curves, with the shares within the bounds. Returns where the next thing may begin."""
    theme, right = page.theme, PAGE_WIDTH - MARGIN
    columns = [right - (len(BOUNDS_PERCENT) - 1 - i) * _SHARE_COLUMN for i in range(len(BOUNDS_PERCENT))]
    y = top + _ROW / 2
    page.text(left, y, "share that differs from 1 by at most", colour=theme.muted)
    for bound, x in zip(BOUNDS_PERCENT, columns):
        page.text(x, y, f"{bound:g} %", colour=theme.muted, align="right")
    for curve in curves:
        y += _ROW
        page.stroke([left, left + _SWATCH], [y, y], colour=curve.colour, width=curve.line, dotted=curve.dotted)
        page.text(left + _SWATCH + 0.08, y, curve.words)
        weight = "bold" if curve is curves[0] else "normal"
        for bound, x in zip(BOUNDS_PERCENT, columns):
            page.text(x, y, share_words(within(curve.percents, bound).value), align="right", weight=weight)
    if check.pairs and (covering := check.covering).of:
        y += _ROW
        page.text(left, y, "95 % intervals that contain 1, as at least 95 % should", colour=theme.muted)
        page.text(right, y, share_words(covering.value), align="right", weight="bold")
    return y + _ROW / 2
