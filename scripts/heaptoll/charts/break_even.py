"""From how many calls on a closure on the heap costs hardly more than one in the frame; and boxes, used once each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.figure import Figure

from heaptoll.charts.block_lines import BlockLine
from heaptoll.charts.call_lines import BreakEven, CallPanel, find_call_panels, per_use_between
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.line_panel import LEADER, NAME_GAP, Curve, LinePanel
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, SMALL, STACK_SHAPE, Theme, in_order, shapes
from heaptoll.measurements import Run

QUESTION = "How many calls until a closure or a box has paid for its creation?"
_SUBTITLE = (
    "Time per call (upwards), with a share of making and freeing what is called, against the number of calls; "
    "logarithmic scales. Below each panel: the number from which the heap takes at most 10 % more time than the "
    "stack, with its 95 % interval. Bands: 95 % intervals over launches."
)
NOT_ENOUGH = (
    "not enough numbers of calls: a line needs captured_closure/call_many or boxed_value/variadic cases of two numbers "
    "at least, with a time for each; measure with a wider FILTER or PROFILE"
)
HOW = (
    "The number is interpolated between the measured ones, which are marked: an operation that makes one and calls it "
    "n times is taken to be straight in n between them, as the lines are drawn. It is rounded up to whole calls."
)
_STRIP_HEADING = "heap at most 10 % above stack from"
_SHARED_SHAPES = {"stack": STACK_SHAPE, "inline": "d"}
_SHARED_DASHES = {"stack": "-", "inline": "--"}

# Inches.
_MOST_COLUMNS = 2
_TICK_COLUMN = 0.5
_COLUMN_GAP = 0.3
_WIDEST_NAME = 0.75
_LOWEST_PANEL = 1.7
_ROW = 0.15
_STRIP_HEAD = 0.22
_BELOW_STRIP = 0.5
_TICK_GAP_X = 0.34
_TICK_GAP_Y = 0.22
_HEADING = 1.5 * line_height(BODY)
_STEPS = 24  # of the line between two marks


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    panels, results = find_call_panels(run, build, allocators)
    if not any(line.timed >= 2 for panel in panels for line in panel.lines):
        raise NotEnoughData(NOT_ENOUGH)
    notes = [HOW, *_notes(panels, allocators)]
    notes += describe_gaps(results, [key for panel in panels for key in panel.expected])
    shown = (results[key] for panel in panels for key in panel.expected if key in results)
    notes += describe_short_intervals((result.estimate for result in shown), SHORT_INTERVAL)
    layout = _Layout.of(panels, allocators)

    def draw_body(page: Page, top: float) -> None:
        for i, panel in enumerate(panels):
            left, down = layout.corner(i)
            _draw_panel(page, layout, (left, top + down), panel, allocators, times=i % layout.columns == 0)

    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes, height=layout.height, body=draw_body
    )


CHART = Chart("break_even", QUESTION, _compose)


def _notes(panels: Sequence[CallPanel], allocators: Sequence[str]) -> list[str]:
    notes = []
    if any(panel.sweep.variant == "variadic" for panel in panels):
        notes.append(
            "Of boxes: each argument is a box of its own and used once, so more arguments make more boxes, and nothing "
            "that was made earlier is used again."
        )
    if any(math.isnan(value) for panel in panels for line in panel.lines for value in line.median):
        notes.append("A cross at the bottom of a panel is a number without a time; the line is interrupted there.")
    shared = list(dict.fromkeys(line.arm for panel in panels for line in panel.lines if not line.allocator))
    if shared and len(allocators) > 1:
        notes.append(f"The same code under each allocator, drawn as the median of the lanes: {', '.join(shared)}.")
    if doubles := sum(len(panel.doubles) for panel in panels):
        notes.append(f"Left out: {doubles} further case{'s' if doubles > 1 else ''} of the same number.")
    return notes


def point_words(point: BreakEven | None, unit: tuple[str, str]) -> str:
    """A break-even point in words, with its interval: `18 calls [17, 19]`."""
    if point is None:
        return "not measured"
    if point.value > point.last:
        words = f"not by {_many(point.last, unit)}"
        return words if point.low > point.last else f"{words} [{_whole(point.low)}, –]"
    ends = f"[{_whole(point.low)}, {_whole(point.high) if point.high <= point.last else '–'}]"
    return f"{_many(point.value, unit)} {ends}{'' if point.reached else SHORT_INTERVAL}"


def _many(number: float, unit: tuple[str, str]) -> str:
    return f"{_whole(number)} {unit[0] if math.ceil(number) == 1 else unit[1]}"


def _whole(number: float) -> str:
    """Rounded up: from this number on."""
    # What is whole but for the last bits of its interpolation is that number.
    whole = math.ceil(number - 1e-9 * number)
    return str(whole) if whole < 100_000 else f"{whole:.2g}"


@dataclass(frozen=True)
class _Layout:
    """Where the panels lie. All share the scale of times, so that their heights can be compared."""

    names: float
    column: float
    x: float
    y: LogScale
    columns: int
    rows: int
    strip: float

    @classmethod
    def of(cls, panels: Sequence[CallPanel], allocators: Sequence[str]) -> _Layout:
        lines = [line for panel in panels for line in panel.lines]
        names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in (*allocators, "inline")))
        words = max(
            width(point_words(point, panel.sweep.unit), SMALL) for panel in panels for point in panel.points.values()
        )
        columns = min(_MOST_COLUMNS, len(panels))
        column = (ROOM - _TICK_COLUMN - (columns - 1) * _COLUMN_GAP) / columns
        height = max(_LOWEST_PANEL, max(len(panel.lines) for panel in panels) * NAME_GAP)
        return cls(
            names, column, column - LEADER - names - 0.08 - words,
            LogScale.over((value for line in lines for value in line.values), height, 2.0),
            columns, math.ceil(len(panels) / columns), _STRIP_HEAD + len(allocators) * _ROW,
        )  # fmt: skip

    @property
    def pitch(self) -> float:
        return _HEADING + self.y.length + self.strip + _BELOW_STRIP

    @property
    def height(self) -> float:
        return self.rows * self.pitch

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a panel's data area, down from that of the body."""
        row, column = divmod(index, self.columns)
        left = MARGIN + _TICK_COLUMN + column * (self.column + _COLUMN_GAP)
        return left, row * self.pitch + _HEADING


def _draw_panel(
    page: Page, layout: _Layout, corner: tuple[float, float], call_panel: CallPanel, allocators: Sequence[str], *,
    times: bool,
) -> None:  # fmt: skip
    """`corner`: the upper left one of its data area. `times`: whether it has the numbers of the scale of times."""
    theme, (left, top) = page.theme, corner
    heading = shorten(safe(call_panel.heading), layout.column, BODY, "bold")
    page.text(left, top - line_height(BODY) * 0.75, heading, weight="bold")
    x = LogScale.over([float(number) for number in call_panel.numbers], layout.x, 2.0)
    panel = LinePanel(page, left, top, x, layout.y)
    ticks = [tick for tick in x.ticks(_TICK_GAP_X) if tick >= 1]
    panel.grid(ticks, layout.y.ticks(_TICK_GAP_Y), times=times, below=layout.strip)
    bottom = top + layout.y.length + layout.strip
    below = bottom + line_height(BODY) * 1.55
    page.text(left + layout.x / 2, below, call_panel.sweep.axis, colour=theme.muted, align="center")
    _draw_points(page, layout, (left, top + layout.y.length), x, ticks, call_panel, allocators)
    if not call_panel.lines:
        page.text(left + 0.1, top + layout.y.length / 2, "not measured", colour=theme.muted)
        return
    curves = [_curve(line, call_panel.numbers, theme, allocators) for line in call_panel.lines]
    for curve in curves:
        panel.line(_between(curve, call_panel.numbers))
        panel.marks(curve)
    for name, point in call_panel.points.items():
        if point is not None and point.value <= point.last:
            panel.drop(point.value, theme.colours(allocators)[name])
    panel.name(curves, layout.names)


def _draw_points(
    page: Page, layout: _Layout, corner: tuple[float, float], x: LogScale, ticks: Sequence[float], panel: CallPanel,
    allocators: Sequence[str],
) -> None:  # fmt: skip
    """The strip below a panel: a row per allocator with its break-even point, and the number in words."""
    theme, (left, top) = page.theme, corner
    page.stroke([left, left + layout.x], [top, top], colour=theme.rule)
    page.text(left, top + _STRIP_HEAD / 2 + 0.01, _STRIP_HEADING, size=SMALL, colour=theme.muted)
    height = layout.strip - _STRIP_HEAD
    axes = page.axes(left, top + _STRIP_HEAD, layout.x, height)
    axes.set(xscale="log", xlim=(x.low, x.high), ylim=(height, 0), yticks=[])
    axes.set_xticks([])
    axes.set_xticks([], minor=True)
    axes.vlines(ticks, 0, height, color=theme.grid, linewidth=0.8, zorder=0)
    colours, forms = theme.colours(allocators), shapes(allocators)
    words_left = left + layout.x + LEADER + layout.names + 0.08
    for i, name in enumerate(allocators):
        y, point, colour = (i + 0.5) * _ROW, panel.points[name], colours[name]
        page.text(left + layout.x + LEADER, top + _STRIP_HEAD + y, shorten(safe(name), layout.names, BODY))
        words = point_words(point, panel.sweep.unit)
        known = point is not None and not point.contended and point.value <= point.last
        page.text(
            words_left, top + _STRIP_HEAD + y, words, size=SMALL, colour=theme.text if known else theme.muted
        )
        if point is None:
            continue
        axes.plot([point.low, min(point.high, x.high)], [y, y], color=colour, linewidth=5, alpha=0.35, zorder=2)
        beyond = point.value > point.last
        if beyond:
            axes.plot([point.last, x.high], [y, y], color=colour, linewidth=1.2, linestyle=":", zorder=2)
        axes.plot(
            [point.last if beyond else point.value], [y], marker=">" if beyond else forms[name], markersize=5.0,
            linestyle="none", zorder=3, markeredgecolor=colour, markeredgewidth=1.0,
            markerfacecolor=theme.background if point.contended else colour,
        )  # fmt: skip


def _curve(line: BlockLine, numbers: Sequence[int], theme: Theme, allocators: Sequence[str]) -> Curve:
    shared = not line.allocator
    return Curve(
        line.name,
        theme.stack if shared else theme.colours(allocators)[line.allocator],
        _SHARED_SHAPES[line.arm] if shared else shapes(allocators)[line.allocator],
        _SHARED_DASHES[line.arm] if shared else "-",
        numbers, line.median, line.low, line.high, line.contended,
    )  # fmt: skip


def _between(curve: Curve, numbers: Sequence[int]) -> Curve:
    """The curve with the points between its marks, as the break-even point sees them."""
    x, median = per_use_between(numbers, curve.median, _STEPS)
    _, low = per_use_between(numbers, curve.low, _STEPS)
    _, high = per_use_between(numbers, curve.high, _STEPS)
    return replace(curve, x=x, median=median, low=low, high=high)
