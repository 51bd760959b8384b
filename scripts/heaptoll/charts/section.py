"""A part of a chart with a heading and a sentence or two below it, and the scale of per cents that such parts share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heaptoll.charts.frame import ROOM
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.text import wrap
from heaptoll.charts.theme import BODY, HEADING, MARGIN

_BELOW_HEADING = 0.13
_BELOW_SECTION = 0.22
_LEAST_PERCENT, _MOST_PERCENT = 0.01, 100.0


@dataclass(frozen=True)
class Section:
    """`draw(page, top)` draws `body_height` inches from the upper edge that it is given."""

    heading: str
    explains: str
    body_height: float
    draw_body: Callable[[Page, float], None]

    @property
    def height(self) -> float:
        return self._head + self.body_height + _BELOW_SECTION

    @property
    def _lines(self) -> list[str]:
        return wrap(self.explains, ROOM, BODY)

    @property
    def _head(self) -> float:
        return line_height(HEADING) + len(self._lines) * line_height(BODY) + _BELOW_HEADING

    def draw(self, page: Page, top: float) -> None:
        below = page.lines(MARGIN, top, [self.heading], size=HEADING, colour=page.theme.text, weight="bold")
        page.lines(MARGIN, below, self._lines, size=BODY, colour=page.theme.muted)
        self.draw_body(page, top + self._head)


def percent_scale(length: float) -> LogScale:
    """Always the same, so that runs can be compared: what lies beyond it is drawn at its ends."""
    return LogScale(_LEAST_PERCENT, _MOST_PERCENT, length)


def percent_tick(percent: float) -> str:
    if percent <= _LEAST_PERCENT:
        return f"≤ {_LEAST_PERCENT:g} %"
    return f"{percent:g} %" if percent < _MOST_PERCENT else f"≥ {percent:g} %"
