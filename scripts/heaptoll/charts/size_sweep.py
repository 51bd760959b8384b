"""The size sweep: how time grows with an array's size, a panel for each way to make it and to use it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.edge_marks import EXPLAINS, draw_marks
from heaptoll.charts.frame import draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.spread import spread
from heaptoll.charts.sweep_layout import LABEL_GAP, LEADER, TICK_COLUMN, Layout, Place
from heaptoll.charts.sweep_lines import Line, Panel, find_panels
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, SMALL, STACK_SHAPE, Theme, in_order, shapes
from heaptoll.edges.sweep import LaneEdges, usual_edges
from heaptoll.measurements import Run
from heaptoll.units import format_bytes, format_tick_ns

QUESTION = "How does the cost of an array grow with its size, on the stack and on the heap?"
_SUBTITLE = (
    "Time per operation (upwards) against the array's size, logarithmic scales. Bands: 95 % intervals over launches."
)
NOT_ENOUGH = (
    "not enough sizes: a line needs array_size cases of two sizes at least, one twice the other, with a time for each; "
    "measure with a wider FILTER or PROFILE"
)
VARIANTS = {
    "fixed": "array of fixed size",
    "vla": "variable-length array",
    "alloca": "alloca",
    "hybrid": "hybrid array",
    "first_touch": "pages warm, or cold",
}
WAYS = {"touch=first": "first element written", "touch=all": "every element written"}
MARKED_BYTES = 64 * 1024
_MARKED = "Upright line: 64 KiB."

# Inches.
_LONG_LEADER = 0.25
_TICK_GAP_X = 0.5
_TICK_GAP_Y = 0.22


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    found, results = find_panels(run, build, allocators)
    panels = [panel for panel in found if panel.is_a_sweep]
    if not any(line.sizes_timed >= 2 for panel in panels for line in panel.lines):
        raise NotEnoughData(NOT_ENOUGH)
    notes = describe_gaps(results, [key for panel in panels for key in panel.expected])
    shown = (results[key] for panel in panels for key in panel.expected if key in results)
    notes += describe_short_intervals(result.estimate for result in shown)
    if any(line.without_time for panel in panels for line in panel.lines):
        notes.insert(0, "A cross at the bottom of a panel is a size without a time; the line is interrupted there.")
    if others := {panel.variant: None for panel in found if not panel.is_a_sweep and not panel.is_about_size}:
        notes.append(f"About other things than the size, and in the chart array_size: {', '.join(others)}.")
    if left_out := [f"{p.variant} {p.way}".strip() for p in found if not p.is_a_sweep and p.is_about_size]:
        notes.append(f"Measured at too few sizes for a panel: {', '.join(left_out)}.")
    edges = _edges(run, build, panels, allocators)
    parts = [_SUBTITLE, _MARKED if _reaches_marked(panels) else "", EXPLAINS if edges else ""]
    layout = Layout.of(panels, allocators, {key: len(lanes) for key, lanes in edges.items()})

    def draw_body(page: Page, top: float) -> None:
        for place in layout.places:
            lanes = edges.get((place.panel.variant, place.panel.way), [])
            placed = replace(place, top=place.top + top)
            _draw_panel(page, placed, allocators, lanes, names=layout.names, marked=_reaches_marked(panels))

    return draw_framed(
        run, build, theme, question=QUESTION, shows=" ".join(part for part in parts if part), notes=notes,
        height=layout.height, body=draw_body,
    )  # fmt: skip


CHART = Chart("size_sweep", QUESTION, _compose)


def _edges(
    run: Run, build: str, panels: Sequence[Panel], allocators: Sequence[str]
) -> dict[tuple[str, str], list[LaneEdges]]:
    """The edges of each variant and way that is a dense sweep, in the order of the allocators."""
    found = [each for each in usual_edges(run) if each.lane.build == build] if any(p.is_dense for p in panels) else []
    edges: dict[tuple[str, str], list[LaneEdges]] = {}
    for each in sorted(found, key=lambda each: allocators.index(each.lane.allocator)):
        edges.setdefault((each.lane.variant, each.lane.way), []).append(each)
    return edges


def _reaches_marked(panels: Sequence[Panel]) -> bool:
    sizes = [size for panel in panels for size in panel.sizes]
    return min(sizes) <= MARKED_BYTES <= max(sizes)


def _draw_panel(
    page: Page, place: Place, allocators: Sequence[str], edges: Sequence[LaneEdges], *, names: float, marked: bool
) -> None:
    theme, panel = page.theme, place.panel
    axes = page.axes(place.left, place.top, place.sizes.length, place.times.length)
    axes.set(
        xscale="log", yscale="log",
        xlim=(place.sizes.low, place.sizes.high), ylim=(place.times.low, place.times.high),
    )  # fmt: skip
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_ticks([])
        axis.set_ticks([], minor=True)
    _draw_title(page, panel, place.width, place.left - TICK_COLUMN, place.title_y)
    _draw_scales(page, axes, place, marked)
    if not any(line.sizes_timed for line in panel.lines):
        page.text(place.left + 0.1, place.top + place.times.length / 2, "not measured", colour=theme.muted)
        return
    colours, forms = theme.colours(allocators), shapes(allocators)
    draw_marks(page, place, edges, colours)
    for line in panel.lines:
        colour = colours[line.allocator] if line.allocator else theme.stack
        _draw_line(axes, line, colour, forms.get(line.allocator, STACK_SHAPE), theme, dense=panel.is_dense)
    _draw_names(page, place, names, colours)


def _draw_title(page: Page, panel: Panel, room: float, x: float, y: float) -> None:
    name = safe(VARIANTS.get(panel.variant, panel.variant))
    dashed = f"dashed: {panel.dashed}" if panel.dashed else ""
    name = shorten(name, room, BODY, "bold")
    page.text(x, y, name, weight="bold")
    rest = ", ".join(part for part in (WAYS.get(panel.way, panel.way), dashed) if part)
    taken = width(name, BODY, "bold") + 0.1
    if room - taken > 0.5:
        page.text(x + taken, y, shorten(safe(rest), room - taken, BODY), colour=page.theme.muted)


def _draw_scales(page: Page, axes: Axes, place: Place, marked: bool) -> None:
    theme, sizes, times = page.theme, place.sizes, place.times
    size_ticks = _size_ticks(sizes)
    time_ticks = times.ticks(_TICK_GAP_Y)
    axes.hlines(time_ticks, sizes.low, sizes.high, color=theme.grid, linewidth=0.8, zorder=0)
    axes.vlines(size_ticks, times.low, times.high, color=theme.grid, linewidth=0.8, zorder=0)
    if marked:
        axes.vlines([MARKED_BYTES], times.low, times.high, color=theme.muted, linewidth=0.9, zorder=0.5)
    for tick in time_ticks:
        y = place.bottom - times.position(tick)
        page.text(place.left - 0.07, y, format_tick_ns(tick), size=SMALL, colour=theme.muted, align="right")
    for tick in size_ticks:
        bold = tick == MARKED_BYTES
        page.text(
            place.left + sizes.position(tick), place.bottom + line_height(SMALL) * 0.7, format_bytes(tick),
            size=SMALL, align="center", weight="bold" if bold else "normal",
            colour=theme.text if bold else theme.muted,
        )  # fmt: skip
    if place.headed:
        middle, y = place.left + sizes.length / 2, place.bottom + line_height(SMALL) * 1.9
        page.text(middle, y, "size of the array", colour=theme.muted, align="center")


def _size_ticks(scale: LogScale) -> list[float]:
    """Powers of two, 64 KiB among them, as close together as their names allow."""
    low, high = math.log2(scale.low / MARKED_BYTES), math.log2(scale.high / MARKED_BYTES)
    for step in range(1, 1100):
        powers = range(math.ceil(low / step), math.floor(high / step) + 1)
        ticks = [MARKED_BYTES * 2.0 ** (power * step) for power in powers]
        ticks = [tick for tick in ticks if tick >= 1]
        if len(ticks) < 2 or scale.position(ticks[1]) - scale.position(ticks[0]) >= _TICK_GAP_X:
            return ticks
    return []


def _draw_line(axes: Axes, line: Line, colour: str, shape: str, theme: Theme, *, dense: bool) -> None:
    sizes = line.sizes
    style = "--" if line.extra else "-"
    axes.fill_between(sizes, line.low, line.high, color=colour, alpha=0.25, linewidth=0, zorder=1)
    axes.plot(sizes, line.median, color=colour, linewidth=1.0 if dense else 1.3, linestyle=style, zorder=2)
    for hollow in (False, True):
        if dense and not hollow:
            continue  # so many marks would hide the line
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


def _draw_names(page: Page, place: Place, room: float, colours: Mapping[str, str]) -> None:
    """Each line's name to the right of its last point, moved apart where they would collide."""
    left, sizes = place.left, place.sizes
    named = [(line, end) for line in place.panel.lines if not line.extra and (end := line.end) is not None]
    ends = [place.bottom - place.times.position(ns) for _, (_, ns) in named]
    half = LABEL_GAP / 2
    spots = spread(ends, LABEL_GAP, place.top + half - 0.05, place.bottom - half + 0.05)
    right = left + sizes.length
    for (line, (size, _)), y, spot in zip(named, ends, spots):
        colour = colours[line.allocator] if line.allocator else page.theme.stack
        # A long solid leader would pass for a measured line.
        dotted = sizes.length - sizes.position(size) > _LONG_LEADER
        start = left + sizes.position(size) + 0.05
        bend, tip = right + 0.02, right + LEADER - 0.04
        page.stroke([start, bend, tip], [y, y, spot], colour=colour, dotted=dotted)
        name = shorten(safe(line.allocator or "stack"), room, BODY)
        page.text(right + LEADER, spot, name)
