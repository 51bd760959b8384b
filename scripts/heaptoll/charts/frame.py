"""What surrounds every chart whose body is laid out by hand: the question, what is shown, the body, the small print."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from matplotlib.figure import Figure

from heaptoll.charts.page import Page, line_height
from heaptoll.charts.small_print import SmallPrint
from heaptoll.charts.text import wrap
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, TITLE, Theme
from heaptoll.measurements import Run

ROOM = PAGE_WIDTH - 2 * MARGIN  # inches, the same for what follows
_ABOVE_BODY = 0.16
_BELOW_BODY = 0.14


def draw_framed(
    run: Run, build: str, theme: Theme, *, question: str, shows: str, notes: Iterable[str], height: float,
    body: Callable[[Page, float], None],
) -> Figure:  # fmt: skip
    """A page around `body`, which draws `height` inches of it from the upper edge that it is given.

    `shows` is a sentence or two on what the marks are; the `notes` come first in the small print.
    """
    title, subtitle = wrap(question, ROOM, TITLE, "bold"), wrap(shows, ROOM, BODY)
    small_print = SmallPrint(run, build, notes, ROOM)
    top = MARGIN + len(title) * line_height(TITLE) + len(subtitle) * line_height(BODY) + _ABOVE_BODY
    foot = top + height + _BELOW_BODY
    page = Page(PAGE_WIDTH, foot + small_print.height + MARGIN, theme)
    below = page.lines(MARGIN, MARGIN, title, size=TITLE, colour=theme.text, weight="bold")
    page.lines(MARGIN, below + 0.04, subtitle, size=BODY, colour=theme.muted)
    body(page, top)
    small_print.draw(page, MARGIN, foot, theme)
    return page.figure
