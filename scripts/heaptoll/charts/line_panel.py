"""A panel with lines on two logarithmic scales, each line named at its end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.spread import spread
from heaptoll.charts.text import safe, shorten
from heaptoll.charts.theme import BODY, SMALL
from heaptoll.units import format_tick_ns

# Inches.
LEADER = 0.2  # from the end of a panel to the names
NAME_GAP = 0.145
_LONG_LEADER = 0.25


@dataclass(frozen=True)
class Curve:
    """One line as it is drawn. The lists run parallel; a time that is missing is NaN."""

    name: str
    colour: str
    shape: str
    dashes: str
    x: Sequence[float]
    median: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    contended: Sequence[bool]

    @property
    def without_time(self) -> list[float]:
        return [x for x, value in zip(self.x, self.median) if math.isnan(value)]

    @property
    def end(self) -> tuple[float, float] | None:
        """The last point there is."""
        points = [(x, value) for x, value in zip(self.x, self.median) if not math.isnan(value)]
        return points[-1] if points else None


class LinePanel:
    """A panel whose data area has its upper left corner at `left`, `top` of the page; `y` is as long as it is high."""

    def __init__(self, page: Page, left: float, top: float, x: LogScale, y: LogScale) -> None:
        self._page = page
        self._left, self._top = left, top
        self._x, self._y = x, y
        self._axes = page.axes(left, top, x.length, y.length)
        self._axes.set(xscale="log", yscale="log", xlim=(x.low, x.high), ylim=(y.low, y.high))
        for axis in (self._axes.xaxis, self._axes.yaxis):
            axis.set_ticks([])
            axis.set_ticks([], minor=True)

    def grid(self, x_ticks: Sequence[float], y_ticks: Sequence[float], *, times: bool, below: float = 0.0) -> None:
        """Lines at the ticks, numbers `below` inches below them, and the times to the left where asked for."""
        theme = self._page.theme
        bottom = self._top + self._y.length
        self._axes.hlines(y_ticks, self._x.low, self._x.high, color=theme.grid, linewidth=0.8, zorder=0)
        self._axes.vlines(x_ticks, self._y.low, self._y.high, color=theme.grid, linewidth=0.8, zorder=0)
        for tick in y_ticks if times else ():
            y = bottom - self._y.position(tick)
            self._page.text(self._left - 0.07, y, format_tick_ns(tick), size=SMALL, colour=theme.muted, align="right")
        for tick in x_ticks:
            x, y = self._left + self._x.position(tick), bottom + below + line_height(SMALL) * 0.7
            self._page.text(x, y, f"{tick:.0f}", size=SMALL, colour=theme.muted, align="center")

    def draw(self, curve: Curve) -> None:
        """The line, its band, its marks, and a cross at the bottom where it has no time."""
        self.line(curve)
        self.marks(curve)

    def line(self, curve: Curve) -> None:
        """The line and its band."""
        axes, colour = self._axes, curve.colour
        axes.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.25, linewidth=0, zorder=1)
        axes.plot(curve.x, curve.median, color=colour, linewidth=1.3, linestyle=curve.dashes, zorder=2)

    def marks(self, curve: Curve) -> None:
        """A mark for each time, and a cross at the bottom where there is none."""
        axes, colour, theme = self._axes, curve.colour, self._page.theme
        for hollow in (False, True):
            at = [i for i, contended in enumerate(curve.contended) if contended == hollow]
            axes.plot(
                [curve.x[i] for i in at], [curve.median[i] for i in at], marker=curve.shape, linestyle="none",
                zorder=3, markersize=3.4, markeredgecolor=colour, markeredgewidth=0.9,
                markerfacecolor=theme.background if hollow else colour,
            )  # fmt: skip
        if curve.without_time:
            axes.plot(
                curve.without_time, [0.03] * len(curve.without_time), marker="x", markersize=4.5, linestyle="none",
                color=colour, transform=axes.get_xaxis_transform(), zorder=4,
            )  # fmt: skip

    def drop(self, x: float, colour: str) -> None:
        """A thin line at `x` over the whole height, to what stands below the panel."""
        self._axes.vlines([x], self._y.low, self._y.high, color=colour, linewidth=0.8, linestyle=":", zorder=1)

    def name(self, curves: Sequence[Curve], room: float) -> None:
        """Each line's name to the right of its last point, moved apart where they would collide."""
        bottom = self._top + self._y.length
        named = [(curve, end) for curve in curves if (end := curve.end) is not None]
        ends = [bottom - self._y.position(ns) for _, (_, ns) in named]
        half = NAME_GAP / 2
        places = spread(ends, NAME_GAP, self._top + half - 0.05, bottom - half + 0.05)
        right = self._left + self._x.length
        for (curve, (x, _)), y, place in zip(named, ends, places):
            # A long solid leader would pass for a measured line.
            dotted = self._x.length - self._x.position(x) > _LONG_LEADER
            bend, tip = right + 0.02, right + LEADER - 0.04
            start = self._left + self._x.position(x) + 0.05
            self._page.stroke([start, bend, tip], [y, y, place], colour=curve.colour, dotted=dotted)
            self._page.text(right + LEADER, place, shorten(safe(curve.name), room, BODY))
