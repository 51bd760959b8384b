"""What one block costs when many live at once: a panel for each order of freeing, time per block against number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from heaptoll.charts.block_lines import BlockLine, BlockPanel, find_block_panels
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.line_panel import LEADER, NAME_GAP, Curve, LinePanel
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, SMALL, STACK_SHAPE, Theme, in_order, shapes
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
    layout = _Layout.of(panels)

    def draw_body(page: Page, top: float) -> None:
        for i, panel in enumerate(panels):
            left, down = layout.corner(i)
            _draw_panel(page, layout, (left, top + down), panel, allocators, times=i % layout.columns == 0)

    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes, height=layout.height, body=draw_body
    )


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

    names: float
    x: LogScale
    y: LogScale
    columns: int
    count: int

    @classmethod
    def of(cls, panels: Sequence[BlockPanel]) -> _Layout:
        lines = [line for panel in panels for line in panel.lines]
        names = min(_WIDEST_NAME, max(width(safe(line.name), BODY) for line in lines))
        columns = min(_MOST_COLUMNS, len(panels))
        height = max(_LOWEST_PANEL, max(len(panel.lines) for panel in panels) * NAME_GAP)
        room = (ROOM - _TICK_COLUMN - (columns - 1) * _COLUMN_GAP) / columns
        numbers = [float(number) for panel in panels for number in panel.numbers]
        return cls(
            names,
            LogScale.over(numbers, room - LEADER - names - 0.05, 2.0),
            LogScale.over((value for line in lines for value in line.values), height),
            columns, len(panels),
        )  # fmt: skip

    @property
    def pitch(self) -> float:
        return _HEADING + self.y.length + _BELOW_PANEL

    @property
    def height(self) -> float:
        return math.ceil(self.count / self.columns) * self.pitch

    @property
    def column_width(self) -> float:
        """Of a panel with its names."""
        return self.x.length + LEADER + self.names + 0.05

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a panel's data area, down from that of the body."""
        row, column = divmod(index, self.columns)
        left = MARGIN + _TICK_COLUMN + column * (self.column_width + _COLUMN_GAP)
        return left, row * self.pitch + _HEADING


def _draw_panel(
    page: Page, layout: _Layout, corner: tuple[float, float], block_panel: BlockPanel, allocators: Sequence[str], *,
    times: bool,
) -> None:  # fmt: skip
    """`corner`: the upper left one of its data area. `times`: whether it has the numbers of the scale of times."""
    theme, (left, top) = page.theme, corner
    heading = shorten(safe(WAYS.get(block_panel.way, block_panel.way)), layout.column_width, BODY, "bold")
    page.text(left, top - line_height(BODY) * 0.75, heading, weight="bold")
    panel = LinePanel(page, left, top, layout.x, layout.y)
    panel.grid(_number_ticks(layout.x), layout.y.ticks(_TICK_GAP_Y), times=times)
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
