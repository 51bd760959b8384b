"""What one block costs when many live at once: a panel for each order of freeing, time per block against number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from heaptoll.charts.block_lines import BlockLine, BlockPanel, find_block_panels
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.line_panel import LEADER, NAME_GAP, Curve, LinePanel
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.small_print import SmallPrint
from heaptoll.charts.text import safe, shorten, width, wrap
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, STACK_SHAPE, TITLE, Theme, in_order, shapes
from heaptoll.measurements import Run

QUESTION = "What does one block cost when many live at once?"
_SUBTITLE = (
    "Time per block (upwards), to make it, use it and free it, against the number of blocks that live at once; "
    "logarithmic scales, the same in each panel. Bands: 95 % intervals over launches."
)
NOT_ENOUGH = (
    "not enough numbers of blocks: a line needs lifetime/live cases of two numbers at least, one twice the other, with "
    "a time for each; measure with a wider FILTER or PROFILE"
)
WAYS = {
    "order=lifo": "the last one freed first (lifo)",
    "order=fifo": "the first one freed first (fifo)",
    "order=random": "freed in random order",
}
# The arms that need no allocator have the stack's colour.
_SHARED_SHAPES = {"stack": STACK_SHAPE, "arena": "d", "pool": "p"}
_SHARED_DASHES = {"stack": "-", "arena": "--", "pool": ":"}

# Inches.
_ROOM = PAGE_WIDTH - 2 * MARGIN
_MOST_COLUMNS = 3
_TICK_COLUMN = 0.55
_COLUMN_GAP = 0.12
_WIDEST_NAME = 0.75
_LOWEST_PANEL = 2.4
_BELOW_PANEL = 0.4
_TICK_GAP_X = 0.34
_TICK_GAP_Y = 0.22
_HEADING = 1.5 * line_height(BODY)


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    found, results = find_block_panels(run, build, allocators)
    panels = [panel for panel in found if panel.is_a_sweep]
    if not any(line.timed >= 2 for panel in panels for line in panel.lines):
        raise NotEnoughData(NOT_ENOUGH)
    notes = _notes(found, panels, allocators)
    notes += describe_gaps(results, [key for panel in panels for key in panel.expected])
    shown = (results[key] for panel in panels for key in panel.expected if key in results)
    notes += describe_short_intervals(result.estimate for result in shown)
    small_print = SmallPrint(run, build, notes, _ROOM)
    title, subtitle = wrap(QUESTION, _ROOM, TITLE, "bold"), wrap(_SUBTITLE, _ROOM, BODY)
    layout = _Layout.of(panels, MARGIN + len(title) * line_height(TITLE) + len(subtitle) * line_height(BODY) + 0.16)
    page = Page(PAGE_WIDTH, layout.bottom + 0.14 + small_print.height + MARGIN, theme)
    below = page.lines(MARGIN, MARGIN, title, size=TITLE, colour=theme.text, weight="bold")
    page.lines(MARGIN, below + 0.04, subtitle, size=BODY, colour=theme.muted)
    for i, panel in enumerate(panels):
        _draw_panel(page, layout, i, panel, allocators)
    small_print.draw(page, MARGIN, layout.bottom + 0.14, theme)
    return page.figure


CHART = Chart("lifetime_blocks", QUESTION, _compose)


def _notes(found: Sequence[BlockPanel], panels: Sequence[BlockPanel], allocators: Sequence[str]) -> list[str]:
    notes = []
    if any(math.isnan(value) for panel in panels for line in panel.lines for value in line.median):
        notes.append(
            "A cross at the bottom of a panel is a number of blocks without a time; the line is interrupted there."
        )
    shared = list(dict.fromkeys(line.arm for panel in panels for line in panel.lines if not line.allocator))
    if shared and len(allocators) > 1:
        notes.append(f"The same code under each allocator, the median of the lanes: {', '.join(shared)}.")
    if doubles := sum(len(panel.doubles) for panel in panels):
        notes.append(f"Left out: {doubles} further case{'s' if doubles > 1 else ''} of the same number and order.")
    if left_out := [panel.way for panel in found if not panel.is_a_sweep]:
        notes.append(f"Measured at too few numbers for a panel: {', '.join(left_out)}.")
    return notes


@dataclass(frozen=True)
class _Layout:
    """Where the panels lie. All share both scales, so that their heights can be compared."""

    top: float
    names: float
    x: LogScale
    y: LogScale
    columns: int
    count: int

    @classmethod
    def of(cls, panels: Sequence[BlockPanel], top: float) -> _Layout:
        lines = [line for panel in panels for line in panel.lines]
        names = min(_WIDEST_NAME, max(width(safe(line.name), BODY) for line in lines))
        columns = min(_MOST_COLUMNS, len(panels))
        height = max(_LOWEST_PANEL, max(len(panel.lines) for panel in panels) * NAME_GAP)
        room = (_ROOM - _TICK_COLUMN - (columns - 1) * _COLUMN_GAP) / columns
        numbers = [float(number) for panel in panels for number in panel.numbers]
        return cls(
            top, names,
            LogScale.over(numbers, room - LEADER - names - 0.05, 2.0),
            LogScale.over((value for line in lines for value in line.values), height),
            columns, len(panels),
        )  # fmt: skip

    @property
    def pitch(self) -> float:
        return _HEADING + self.y.length + _BELOW_PANEL

    @property
    def bottom(self) -> float:
        return self.top + math.ceil(self.count / self.columns) * self.pitch

    @property
    def column_width(self) -> float:
        """Of a panel with its names."""
        return self.x.length + LEADER + self.names + 0.05

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a panel's data area."""
        row, column = divmod(index, self.columns)
        left = MARGIN + _TICK_COLUMN + column * (self.column_width + _COLUMN_GAP)
        return left, self.top + row * self.pitch + _HEADING


def _draw_panel(page: Page, layout: _Layout, index: int, block_panel: BlockPanel, allocators: Sequence[str]) -> None:
    theme = page.theme
    left, top = layout.corner(index)
    heading = shorten(safe(WAYS.get(block_panel.way, block_panel.way)), layout.column_width, BODY, "bold")
    page.text(left, top - line_height(BODY) * 0.75, heading, weight="bold")
    panel = LinePanel(page, left, top, layout.x, layout.y)
    panel.grid(_number_ticks(layout.x), layout.y.ticks(_TICK_GAP_Y), times=index % layout.columns == 0)
    below = top + layout.y.length + line_height(BODY) * 1.55
    page.text(left + layout.x.length / 2, below, "blocks alive at once", colour=theme.muted, align="center")
    if not block_panel.lines:
        page.text(left + 0.1, top + layout.y.length / 2, "not measured", colour=theme.muted)
        return
    curves = [_curve(line, block_panel.numbers, theme, allocators) for line in block_panel.lines]
    for curve in curves:
        panel.draw(curve)
    panel.name(curves, layout.names)


def _curve(line: BlockLine, numbers: Sequence[int], theme: Theme, allocators: Sequence[str]) -> Curve:
    shared = not line.allocator
    return Curve(
        line.name,
        theme.stack if shared else theme.colours(allocators)[line.allocator],
        _SHARED_SHAPES[line.arm] if shared else shapes(allocators)[line.allocator],
        _SHARED_DASHES[line.arm] if shared else "-",
        numbers, line.median, line.low, line.high, line.contended,
    )  # fmt: skip


def _number_ticks(scale: LogScale) -> list[float]:
    """Powers of two, as close together as there is room for their names."""
    lowest, highest = math.ceil(math.log2(scale.low)), math.floor(math.log2(scale.high))
    room = max(_TICK_GAP_X, width(f"{2.0**highest:.0f}", SMALL) + 0.08)
    for step in range(1, highest + 1):
        ticks = [2.0**power for power in range(0, highest + 1, step) if power >= lowest]
        if len(ticks) < 2 or scale.position(ticks[1]) - scale.position(ticks[0]) >= room:
            return ticks
    return [2.0**highest]
