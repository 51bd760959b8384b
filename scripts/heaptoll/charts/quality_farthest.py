"""The part of the quality chart that names where the same code took different times in two lanes."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from heaptoll.charts.deviation_scale import DeviationScale
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL
from heaptoll.charts.frame import ROOM
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.quality_lanes import draw_ticks
from heaptoll.charts.section import Section
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, SMALL, Theme
from heaptoll.self_check import LanePair, SelfCheck
from heaptoll.units import MINUS

MOST = 8
_EXPLAINS = (
    "Of each arm the two lanes that are farthest apart. Mark: the median over launches of the first lane's time "
    "divided by the second's, as its distance from 1; line: the 95 % interval. A wide one is the sign of an arm with "
    "several states, drawn anew in each process."
)

# Inches.
_ROW = 0.17
_TICKS = line_height(SMALL) + 0.05
_LABEL = 3.6
_LANES = 1.6
_WORDS = 0.75

_MARK = 5.0  # points


def farthest_section(pairs: Sequence[LanePair]) -> Section:
    return Section(
        "Where does it not?", _EXPLAINS, len(pairs) * _ROW + _TICKS,
        lambda page, top: _draw(page, top, pairs),
    )  # fmt: skip


def farthest(check: SelfCheck) -> list[LanePair]:
    """What the part shows; those that are equal are not named."""
    return [pair for pair in check.farthest(MOST) if pair.percent]


def percent_words(pair: LanePair) -> str:
    size = abs(pair.percent)
    digits = 2 if size < 0.995 else 1 if size < 99.95 else 0
    words = f"{size:.{digits}f}" if size < 1e5 else f"{size:.0e}"
    return f"{'+' if pair.percent > 0 else MINUS}{words} %{'' if pair.estimate.interval.reached else SHORT_INTERVAL}"


def _draw(page: Page, top: float, pairs: Sequence[LanePair]) -> None:
    theme = page.theme
    words = max(_WORDS, max(width(percent_words(pair), BODY, "bold") for pair in pairs))
    left = MARGIN + _LABEL + _LANES + words + 0.15
    reached = [percent for pair in pairs for percent in (pair.percent, *pair.interval_percent)]
    scale = DeviationScale.over(reached, ROOM + MARGIN - left)
    high = len(pairs) * _ROW
    axes = page.axes(left, top, scale.length, high)
    axes.set(xlim=(0, scale.length), ylim=(high, 0))
    draw_ticks(page, axes, left, top + high + _TICKS / 2, scale)
    for i, pair in enumerate(pairs):
        y = top + (i + 0.5) * _ROW
        page.text(MARGIN, y, shorten(safe(f"{pair.case}, {pair.arm}"), _LABEL - 0.15, BODY))
        lanes = shorten(safe(f"{pair.one} by {pair.other}"), _LANES - 0.1, BODY)
        page.text(MARGIN + _LABEL, y, lanes, colour=theme.muted)
        colour = theme.muted if pair.contended else theme.text
        page.text(left - 0.15, y, percent_words(pair), weight="bold", align="right", colour=colour)
        _draw_mark(axes, (i + 0.5) * _ROW, pair, scale, theme)


def _draw_mark(axes: Axes, y: float, pair: LanePair, scale: DeviationScale, theme: Theme) -> None:
    ends = [scale.position(percent) for percent in pair.interval_percent]
    axes.plot(ends, [y, y], color=theme.stack, linewidth=1.5, zorder=2)
    axes.plot(
        [scale.position(pair.percent)], [y], marker="o", markersize=_MARK, linestyle="none", zorder=3, clip_on=False,
        markeredgecolor=theme.stack, markeredgewidth=1.0,
        markerfacecolor=theme.background if pair.contended else theme.stack,
    )  # fmt: skip
