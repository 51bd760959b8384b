"""A figure addressed in inches from its top left corner, so that nothing lands where it was not put."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from heaptoll.charts.text import safe
from heaptoll.charts.theme import BODY, LINE_HEIGHT, Theme

_POINTS = 72.0
_HALF_CAPITAL = 0.365  # of the size of the text, in DejaVu Sans


def line_height(size: float) -> float:
    """The height of a line of text of `size` points, in inches."""
    return size * LINE_HEIGHT / _POINTS


class Page:
    """`figure` with a sheet of paper under it. All x, y, widths and heights are inches, y downwards."""

    def __init__(self, width: float, height: float, theme: Theme) -> None:
        self.width = width
        self.height = height
        self.theme = theme
        self.figure = Figure(figsize=(width, height))
        FigureCanvasAgg(self.figure)
        self._paper = self.axes(0, 0, width, height)
        # Above all other axes: text must not disappear behind their lines.
        self._paper.set(xlim=(0, width), ylim=(height, 0), zorder=10)
        self._paper.set_axis_off()

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes without frame or ticks, their data area where it is asked to be."""
        box = (left / self.width, 1 - (top + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.set(xticks=[], yticks=[])
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = BODY,
        colour: str | None = None,
        weight: str = "normal",
        align: str = "left",
    ) -> None:
        """One line of text. `y` is the middle of its capitals, so that texts of one y share a baseline."""
        self._paper.text(
            x, y + _HALF_CAPITAL * size / _POINTS, safe(text), size=size, weight=weight,
            color=colour or self.theme.text, ha=align, va="baseline", parse_math=False,
        )  # fmt: skip

    def lines(
        self, x: float, top: float, lines: Sequence[str], *, size: float, colour: str, weight: str = "normal"
    ) -> float:
        """Lines of text below each other, from `top`. Returns where the next thing may begin."""
        for line in lines:
            self.text(x, top + line_height(size) / 2, line, size=size, colour=colour, weight=weight)
            top += line_height(size)
        return top

    def stroke(
        self, xs: Sequence[float], ys: Sequence[float], *, colour: str, width: float = 0.8, dotted: bool = False
    ) -> None:
        """A line through the given points, `width` points wide."""
        self._paper.plot(
            xs, ys, color=colour, linewidth=width, linestyle=":" if dotted else "-", solid_joinstyle="round"
        )

    def mark(self, x: float, y: float, *, shape: str, colour: str, size: float = 5.0, hollow: bool = False) -> None:
        """A marker, `size` points wide."""
        self._paper.plot(
            [x], [y], marker=shape, markersize=size, linestyle="none", markeredgewidth=1.0,
            markeredgecolor=colour, markerfacecolor=self.theme.background if hollow else colour,
        )  # fmt: skip
