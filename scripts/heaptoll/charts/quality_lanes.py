"""A row for each lane of the quality chart: how many of its slices were quiet, and its time against other lanes'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from heaptoll.charts.deviation_scale import DeviationScale, tick_room, tick_words
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, shapes
from heaptoll.self_check import SelfCheck

EXPLAINS = (
    "Of each lane: how many of its slices were quiet, and its time against each other lane's, medians over launches: "
    "the middle half of all of them, the middle 90 %, and as dots the outermost 1 %."
)

# Inches.
_ROW = 0.165
_LANE = 0.16
_TICKS = line_height(SMALL) + 0.05
_WIDEST_NAME = 0.95
_BEFORE_NAME = 0.2
_QUIET = 0.62
_GAP = 0.15

_WIDTHS = (2.0, 5.5)  # points, of the middle 90 % and the middle half
_DOT = 2.4


def share_words(share: float) -> str:
    """Rounded down: 100 % are all."""
    return f"{np.floor(share * 1000) / 10:.1f} %" if share < 1 else "100 %"


class Lanes:
    """Laid out first, so that what is around them can be."""

    def __init__(self, check: SelfCheck, allocators: Sequence[str]) -> None:
        self._check, self._allocators = check, allocators
        self._names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in allocators))
        self._deviations = {name: check.lane_percent(name) for name in allocators}

    @property
    def height(self) -> float:
        return _ROW + len(self._allocators) * _LANE + (_TICKS if self._check.pairs else 0.0)

    def draw(self, page: Page, left: float, top: float) -> None:
        theme = page.theme
        colours, forms = theme.colours(self._allocators), shapes(self._allocators)
        right = left + _BEFORE_NAME + self._names + _QUIET
        page.text(right, top + _ROW / 2, "quiet", colour=theme.muted, align="right")
        for i, name in enumerate(self._allocators):
            y = top + _ROW + (i + 0.5) * _LANE
            page.mark(left + 0.06, y, shape=forms[name], colour=colours[name])
            page.text(left + _BEFORE_NAME, y, shorten(safe(name), self._names, BODY))
            quiet = self._check.quiet_by_lane.get(name)
            page.text(right, y, "–" if quiet is None else share_words(quiet), align="right")
        if self._check.pairs:
            page.text(right + _GAP, top + _ROW / 2, "time against other lanes', per cent", colour=theme.muted)
            self._draw_deviations(page, right + _GAP, top + _ROW)

    def _draw_deviations(self, page: Page, left: float, top: float) -> None:
        reached = [percent for percents in self._deviations.values() for percent in percents]
        scale = DeviationScale.over(reached, PAGE_WIDTH - MARGIN - left)
        high = len(self._allocators) * _LANE
        axes = page.axes(left, top, scale.length, high)
        axes.set(xlim=(0, scale.length), ylim=(high, 0))
        draw_ticks(page, axes, left, top + high + _TICKS / 2, scale)
        colours = page.theme.colours(self._allocators)
        for i, name in enumerate(self._allocators):
            if percents := self._deviations[name]:
                _draw_bar(axes, (i + 0.5) * _LANE, percents, scale, colours[name], page.theme.text)


def draw_ticks(page: Page, axes: Axes, left: float, y: float, scale: DeviationScale) -> None:
    """Upright lines over the height of the axes, which begin at `left`, and their words at `y`."""
    theme = page.theme
    for tick in scale.ticks(tick_room):
        at = scale.position(tick)
        axes.axvline(at, color=theme.rule if tick == 0 else theme.grid, linewidth=0.8, zorder=0)
        page.text(left + at, y, tick_words(tick), size=SMALL, colour=theme.muted, align="center")


def _draw_bar(axes: Axes, y: float, percents: Sequence[float], scale: DeviationScale, colour: str, ink: str) -> None:
    """The middle 90 % and the middle half, the median, and what is out on either side."""
    least, low, *middle_half, high, most = np.quantile(percents, (0.005, 0.05, 0.25, 0.75, 0.95, 0.995)).tolist()
    out = [scale.position(percent) for percent in percents if not least <= percent <= most]
    axes.plot(
        out, [y] * len(out), marker="o", markersize=_DOT, linestyle="none", color=colour, markeredgewidth=0, zorder=2,
    )  # fmt: skip
    for (low, high), line in zip(((low, high), middle_half), _WIDTHS):
        axes.plot([scale.position(low), scale.position(high)], [y, y], color=colour, linewidth=line, zorder=2)
    middle = scale.position(float(np.median(percents)))
    axes.plot([middle, middle], [y - 0.05, y + 0.05], color=ink, linewidth=1.2, zorder=3)
