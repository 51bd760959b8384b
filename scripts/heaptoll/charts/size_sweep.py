"""The size sweep: how time grows with an array's size, a panel for each way to make it and to use it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.small_print import SmallPrint
from heaptoll.charts.spread import spread
from heaptoll.charts.sweep_lines import Line, Panel, find_panels
from heaptoll.charts.text import safe, shorten, width, wrap
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, STACK_SHAPE, TITLE, Theme, in_order, shapes
from heaptoll.measurements import Run
from heaptoll.units import format_bytes, format_tick_ns

QUESTION = "How does the cost of an array grow with its size, on the stack and on the heap?"
_SUBTITLE = (
    "Time per operation (upwards) against the array's size, logarithmic scales. Bands: 95 % intervals over launches."
)
_VARIANTS = {
    "fixed": "array of fixed size",
    "vla": "variable-length array",
    "alloca": "alloca",
    "hybrid": "hybrid array",
}
_WAYS = {"touch=first": "first element written", "touch=all": "every element written"}
_MARKED_BYTES = 64 * 1024
_MARKED = "Upright line: 64 KiB."

# Inches.
_ROOM = PAGE_WIDTH - 2 * MARGIN
_MOST_COLUMNS = 2
_COLUMN_GAP = 0.15
_LOWEST_PANEL = 1.55
_WIDEST_NAME = 1.0
_LEADER = 0.22
_LONG_LEADER = 0.25
_TICK_COLUMN = 0.55
_BELOW_PANEL = 0.36
_LABEL_GAP = 0.145
_TICK_GAP_X = 0.5
_TICK_GAP_Y = 0.22


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    found, results = find_panels(run, build, allocators)
    panels = [panel for panel in found if panel.is_a_sweep]
    if not any(line.sizes_timed >= 2 for panel in panels for line in panel.lines):
        raise NotEnoughData(
            "not enough sizes: a line needs array_size cases of two sizes at least, one twice the other, "
            "with a time for each; measure with a wider FILTER or PROFILE"
        )
    notes = describe_gaps(results, [key for panel in panels for key in panel.expected])
    shown = (results[key] for panel in panels for key in panel.expected if key in results)
    notes += describe_short_intervals(result.estimate for result in shown)
    if any(line.without_time for panel in panels for line in panel.lines):
        notes.insert(0, "A cross at the bottom of a panel is a size without a time; the line is interrupted there.")
    if left_out := [f"{panel.variant} {panel.way}".strip() for panel in found if not panel.is_a_sweep]:
        notes.append(f"Measured at too few sizes for a panel: {', '.join(left_out)}.")
    small_print = SmallPrint(run, build, notes, _ROOM)
    subtitle = wrap(f"{_SUBTITLE} {_MARKED}" if _reaches_marked(panels) else _SUBTITLE, _ROOM, BODY)
    title = wrap(QUESTION, _ROOM, TITLE, "bold")
    top = MARGIN + len(title) * line_height(TITLE) + len(subtitle) * line_height(BODY) + 0.16
    layout = _Layout.of(panels, allocators, top)
    page = Page(PAGE_WIDTH, layout.bottom + 0.14 + small_print.height + MARGIN, theme)
    below = page.lines(MARGIN, MARGIN, title, size=TITLE, colour=theme.text, weight="bold")
    page.lines(MARGIN, below + 0.04, subtitle, size=BODY, colour=theme.muted)
    for i, panel in enumerate(panels):
        _draw_panel(page, layout, i, panel, allocators)
    _draw_size_heading(page, layout)
    small_print.draw(page, MARGIN, layout.bottom + 0.14, theme)
    return page.figure


CHART = Chart("size_sweep", QUESTION, _compose)


@dataclass(frozen=True)
class _Layout:
    """Where the panels lie. All share the scale of sizes, those of one way the scale of times."""

    top: float
    panel_height: float
    names: float
    sizes: LogScale
    times: Mapping[str, LogScale]
    count: int
    columns: int
    marked: bool

    @classmethod
    def of(cls, panels: Sequence[Panel], allocators: Sequence[str], top: float) -> _Layout:
        names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in ("stack", *allocators)))
        columns = min(_MOST_COLUMNS, len(panels))
        height = max(_LOWEST_PANEL, (len(allocators) + 1) * _LABEL_GAP)
        sizes = [size for panel in panels for size in panel.sizes]
        times: dict[str, list[float]] = {}
        for panel in panels:
            times.setdefault(panel.way, []).extend(v for line in panel.lines for v in line.values)
        return cls(
            top, height, names,
            LogScale.over(sizes, _column_width(columns) - _TICK_COLUMN - _LEADER - names - 0.05, 2.0),
            {way: LogScale.over(values, height) for way, values in times.items()},
            len(panels), columns, _reaches_marked(panels),
        )  # fmt: skip

    @property
    def pitch(self) -> float:
        return 1.5 * line_height(BODY) + self.panel_height + _BELOW_PANEL

    @property
    def bottom(self) -> float:
        return self.top + math.ceil(self.count / self.columns) * self.pitch

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a panel's data area."""
        row, column = divmod(index, self.columns)
        left = MARGIN + column * (_column_width(self.columns) + _COLUMN_GAP) + _TICK_COLUMN
        return left, self.top + row * self.pitch + 1.5 * line_height(BODY)


def _column_width(columns: int) -> float:
    return (_ROOM - (columns - 1) * _COLUMN_GAP) / columns


def _reaches_marked(panels: Sequence[Panel]) -> bool:
    sizes = [size for panel in panels for size in panel.sizes]
    return min(sizes) <= _MARKED_BYTES <= max(sizes)


def _draw_panel(page: Page, layout: _Layout, index: int, panel: Panel, allocators: Sequence[str]) -> None:
    theme = page.theme
    left, top = layout.corner(index)
    times = layout.times[panel.way]
    axes = page.axes(left, top, layout.sizes.length, layout.panel_height)
    axes.set(
        xscale="log", yscale="log",
        xlim=(layout.sizes.low, layout.sizes.high), ylim=(times.low, times.high),
    )  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([])
        axis.set_ticks([], minor=True)
    _draw_title(page, panel, _column_width(layout.columns), left - _TICK_COLUMN, top - line_height(BODY) * 0.75)
    _draw_scales(page, axes, layout, times, left, top)
    if not any(line.sizes_timed for line in panel.lines):
        page.text(left + 0.1, top + layout.panel_height / 2, "not measured", colour=theme.muted)
        return
    colours, forms = theme.colours(allocators), shapes(allocators)
    for line in panel.lines:
        colour = colours[line.allocator] if line.allocator else theme.stack
        _draw_line(axes, line, colour, forms.get(line.allocator, STACK_SHAPE), theme)
    _draw_names(page, layout, panel, times, left, top, colours)


def _draw_title(page: Page, panel: Panel, room: float, x: float, y: float) -> None:
    name = safe(_VARIANTS.get(panel.variant, panel.variant))
    dashed = f"dashed: {', '.join(panel.extra_arms)} arm" if panel.extra_arms else ""
    name = shorten(name, room, BODY, "bold")
    page.text(x, y, name, weight="bold")
    rest = ", ".join(part for part in (_WAYS.get(panel.way, panel.way), dashed) if part)
    taken = width(name, BODY, "bold") + 0.1
    if room - taken > 0.5:
        page.text(x + taken, y, shorten(safe(rest), room - taken, BODY), colour=page.theme.muted)


def _draw_scales(page: Page, axes: Axes, layout: _Layout, times: LogScale, left: float, top: float) -> None:
    theme = page.theme
    bottom = top + layout.panel_height
    size_ticks = _size_ticks(layout.sizes)
    time_ticks = times.ticks(_TICK_GAP_Y)
    axes.hlines(time_ticks, layout.sizes.low, layout.sizes.high, color=theme.grid, linewidth=0.8, zorder=0)
    axes.vlines(size_ticks, times.low, times.high, color=theme.grid, linewidth=0.8, zorder=0)
    if layout.marked:
        axes.vlines([_MARKED_BYTES], times.low, times.high, color=theme.muted, linewidth=0.9, zorder=0.5)
    for tick in time_ticks:
        y = bottom - times.position(tick)
        page.text(left - 0.07, y, format_tick_ns(tick), size=SMALL, colour=theme.muted, align="right")
    for tick in size_ticks:
        marked = tick == _MARKED_BYTES
        page.text(
            left + layout.sizes.position(tick), bottom + line_height(SMALL) * 0.7, format_bytes(tick),
            size=SMALL, align="center", weight="bold" if marked else "normal",
            colour=theme.text if marked else theme.muted,
        )  # fmt: skip


def _draw_size_heading(page: Page, layout: _Layout) -> None:
    """What the horizontal scale is, once below each column of panels."""
    for index in range(max(0, layout.count - layout.columns), layout.count):
        left, top = layout.corner(index)
        y = top + layout.panel_height + line_height(SMALL) * 1.9
        page.text(left + layout.sizes.length / 2, y, "size of the array", colour=page.theme.muted, align="center")


def _size_ticks(scale: LogScale) -> list[float]:
    """Powers of two, 64 KiB among them, as close together as their names allow."""
    low, high = math.log2(scale.low / _MARKED_BYTES), math.log2(scale.high / _MARKED_BYTES)
    for step in range(1, 1100):
        powers = range(math.ceil(low / step), math.floor(high / step) + 1)
        ticks = [_MARKED_BYTES * 2.0 ** (power * step) for power in powers]
        ticks = [tick for tick in ticks if tick >= 1]
        if len(ticks) < 2 or scale.position(ticks[1]) - scale.position(ticks[0]) >= _TICK_GAP_X:
            return ticks
    return []


def _draw_line(axes: Axes, line: Line, colour: str, shape: str, theme: Theme) -> None:
    sizes = line.sizes
    style = "--" if line.extra else "-"
    axes.fill_between(sizes, line.low, line.high, color=colour, alpha=0.25, linewidth=0, zorder=1)
    axes.plot(sizes, line.median, color=colour, linewidth=1.3, linestyle=style, zorder=2)
    for hollow in (False, True):
        at = [i for i, contended in enumerate(line.contended) if contended == hollow]
        axes.plot(
            [sizes[i] for i in at], [line.median[i] for i in at], marker=shape, linestyle="none", zorder=3,
            markersize=2.4 if line.extra else 3.2, markeredgecolor=colour, markeredgewidth=0.9,
            markerfacecolor=theme.background if hollow else colour,
        )  # fmt: skip
    if line.without_time:
        axes.plot(
            line.without_time, [0.03] * len(line.without_time), marker="x", markersize=4.5, linestyle="none",
            color=colour, transform=axes.get_xaxis_transform(), zorder=4,
        )  # fmt: skip


def _draw_names(
    page: Page, layout: _Layout, panel: Panel, times: LogScale, left: float, top: float, colours: Mapping[str, str]
) -> None:
    """Each line's name to the right of its last point, moved apart where they would collide."""
    bottom = top + layout.panel_height
    named = [(line, end) for line in panel.lines if not line.extra and (end := line.end) is not None]
    ends = [bottom - times.position(ns) for _, (_, ns) in named]
    half = _LABEL_GAP / 2
    places = spread(ends, _LABEL_GAP, top + half - 0.05, bottom - half + 0.05)
    right = left + layout.sizes.length
    for (line, (size, _)), y, place in zip(named, ends, places):
        colour = colours[line.allocator] if line.allocator else page.theme.stack
        # A long solid leader would pass for a measured line.
        dotted = layout.sizes.length - layout.sizes.position(size) > _LONG_LEADER
        start = left + layout.sizes.position(size) + 0.05
        bend, tip = right + 0.02, right + _LEADER - 0.04
        page.stroke([start, bend, tip], [y, y, place], colour=colour, dotted=dotted)
        name = shorten(safe(line.allocator or "stack"), layout.names, BODY)
        page.text(right + _LEADER, place, name)
