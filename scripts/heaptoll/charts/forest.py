"""The forest plot: heap divided by stack for the main variants, with an interval for every allocator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll import statistics, summary
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL, Block, Row, eligible_cases, make_block
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.main_variants import main_variants
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.representatives import representatives
from heaptoll.charts.scale import LogScale
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, Theme, in_order, shapes
from heaptoll.charts.variant_notes import what_is_elsewhere, why_nothing
from heaptoll.measurements import Run
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey
from heaptoll.units import format_ratio

QUESTION = "How many times the stack's time does the heap take?"
_SUBTITLE = (
    "Time per operation with the memory on the heap, divided by that of the same work on the stack in the same launch: "
    "median of the launches; logarithmic scale. Lines through the marks: 95 % intervals, where they are wider than the "
    "mark. At the line of 1× the heap costs nothing. The highest ratios come first, by the median of the allocators."
)

# Inches.
_LANE = 0.09
_BLOCK_GAP = 0.14
_TICK_ROOM = 0.5
_COLUMN_GAP = 0.14
_WIDEST_NAME = 0.75
_NARROWEST_NAME = 0.3
_NARROWEST_PLOT = 2.2
_HEADING = 2 * line_height(SMALL) + 0.06
_BELOW = 2 * line_height(BODY)

_MARK = 4.8  # points


@dataclass(frozen=True)
class RatioRow:
    """One case: the ratio of each allocator, None where there is none."""

    block: Block
    ratios: tuple[Estimate | None, ...]

    @property
    def middle(self) -> float:
        """The median of the allocators' ratios, NaN without any: what the rows are sorted by."""
        values = [ratio.value for ratio in self.ratios if ratio is not None]
        return statistics.median(values) if values else math.nan

    @property
    def height(self) -> float:
        return line_height(BODY) + _LANE * len(self.ratios) + _BLOCK_GAP


def find_ratio_rows(run: Run, build: str) -> tuple[list[RatioRow], list[str]]:
    """The rows of the main variants, the highest ratio first and those without any last, and notes for below them."""
    chosen = main_variants(eligible_cases(run, build), run, build)
    cases = representatives(chosen.cases)
    if not cases:
        raise NotEnoughData(why_nothing(chosen))
    allocators = in_order(run.allocators(build))
    results = summary.summarise(run, [case.name for case in cases], build)
    blocks = [make_block(case, allocators, results) for case in cases]
    rows = [RatioRow(block, tuple(summary.ratio(row.heap, row.stack) for row in block.rows)) for block in blocks]
    if all(math.isnan(row.middle) for row in rows):
        raise NotEnoughData("no launch timed both the stack and the heap arm of a case; measurements.csv says why")
    rows.sort(key=lambda row: -row.middle if not math.isnan(row.middle) else math.inf)
    notes = what_is_elsewhere(chosen)
    if any(None in row.ratios for row in rows):
        notes.append("– stands where there is no ratio.")
    pairs = [ArmKey(case.name, arm, lane) for case in cases for arm in ("stack", "heap") for lane in allocators]
    notes += describe_gaps(results, pairs)
    notes += describe_short_intervals([ratio for row in rows for ratio in row.ratios], SHORT_INTERVAL)
    if any(_outside(ratio) for row in rows for ratio in row.ratios):
        notes.append("Ratios of 0 have no place on a logarithmic scale and are not drawn.")
    return rows, notes


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    rows, notes = find_ratio_rows(run, build)
    columns = _Columns.of(rows, in_order(run.allocators(build)))
    if further := columns.allocators[len(columns.rights) :]:
        notes.append(f"Marks only, as there is no room for the figures, of {', '.join(further)}, in this order.")
    height = _HEADING + sum(row.height for row in rows) + _BELOW
    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes, height=height,
        body=lambda page, top: _draw_body(page, top, rows, columns),
    )  # fmt: skip


CHART = Chart("forest", QUESTION, _compose)


def _outside(ratio: Estimate | None) -> bool:
    """Whether it cannot be drawn on a logarithmic scale."""
    return ratio is not None and ratio.interval.low <= 0


def _words(ratio: Estimate | None) -> str:
    if ratio is None:
        return "–"
    return format_ratio(ratio.value) + ("" if ratio.interval.reached else SHORT_INTERVAL)


@dataclass(frozen=True)
class _Columns:
    """The scale, which begins at the margin, and the right edge of the figures of each allocator. An allocator for
    whose figures there is no room has none: there are more of them than anybody could compare."""

    allocators: Sequence[str]
    scale: LogScale
    name_room: float
    rights: Sequence[float]

    @classmethod
    def of(cls, rows: Sequence[RatioRow], allocators: Sequence[str]) -> _Columns:
        figures = max(width(_words(ratio), BODY, "bold") for row in rows for ratio in row.ratios)
        names = min(_WIDEST_NAME, max(width(safe(name), SMALL) for name in allocators))
        most = ROOM - _NARROWEST_PLOT
        if len(allocators) * (max(names, figures) + _COLUMN_GAP) > most:
            names = max(_NARROWEST_NAME, most / len(allocators) - _COLUMN_GAP)
        pitch = max(names, figures) + _COLUMN_GAP
        shown = min(len(allocators), int(most / pitch + 1e-9))
        rights = [PAGE_WIDTH - MARGIN - (shown - 1 - i) * pitch for i in range(shown)]
        values = [v for row in rows for r in row.ratios if r is not None for v in (r.value, *r.interval[:2])]
        length = ROOM - shown * pitch - _COLUMN_GAP
        return cls(allocators, LogScale.over([1.0, *values], length, 4.0), names, rights)

    def ticks(self) -> list[float]:
        widest = max(width(_tick(value), BODY) for value in self.scale.ticks(_TICK_ROOM))
        ticks = self.scale.ticks(max(_TICK_ROOM, widest + 0.15))
        return ticks if 1.0 in ticks else [1.0]  # 1 is on every scale of decades but one of a stride


def _tick(value: float) -> str:
    return f"{value:g}×"


def _draw_body(page: Page, top: float, rows: Sequence[RatioRow], columns: _Columns) -> None:
    theme, scale = page.theme, columns.scale
    body_top = top + _HEADING
    height = sum(row.height for row in rows)
    _draw_headings(page, top, columns)
    above, below = body_top - line_height(BODY) / 2 - 0.02, body_top + height + line_height(BODY) / 2
    for tick in columns.ticks():
        for y in (above, below):
            page.text(
                MARGIN + scale.position(tick), y, _tick(tick), align="center",
                colour=theme.text if tick == 1 else theme.muted, weight="bold" if tick == 1 else "normal",
            )  # fmt: skip
    _draw_directions(page, columns, below + line_height(BODY))
    axes = page.axes(MARGIN, body_top, scale.length, height)
    axes.set(xscale="log", xlim=(scale.low, scale.high), ylim=(height, 0), yticks=[])
    axes.set_xticks([])
    axes.set_xticks([], minor=True)
    y = 0.0
    for row in rows:
        _draw_row(page, axes, body_top, y, row, columns)
        y += row.height


def _draw_headings(page: Page, top: float, columns: _Columns) -> None:
    """The allocators above their figures, each with its mark: the key to the marks of the rows."""
    colours, forms = page.theme.colours(columns.allocators), shapes(columns.allocators)
    for allocator, right in zip(columns.allocators, columns.rights):
        name = shorten(safe(allocator), columns.name_room, SMALL)
        page.mark(right - 0.05, top + line_height(SMALL) / 2, shape=forms[allocator], colour=colours[allocator])
        page.text(right, top + 1.5 * line_height(SMALL), name, size=SMALL, align="right")


def _draw_directions(page: Page, columns: _Columns, y: float) -> None:
    """Which side of 1× is which, where the sides have room to say so."""
    one, muted = columns.scale.position(1.0), page.theme.muted
    slower, faster = "heap slower →", "← heap faster"
    if columns.scale.length - one > width(slower, BODY) + 0.1:
        page.text(MARGIN + one + 0.06, y, slower, colour=muted)
    if one > width(faster, BODY) + 0.1:
        page.text(MARGIN + one - 0.06, y, faster, colour=muted, align="right")


def _draw_row(page: Page, axes: Axes, body_top: float, y: float, row: RatioRow, columns: _Columns) -> None:
    """Draws from `y` inches below the top of the body."""
    theme, block = page.theme, row.block
    page.stroke([MARGIN, PAGE_WIDTH - MARGIN], [body_top + y] * 2, colour=theme.rule)
    _draw_label(page, block, body_top + y + line_height(BODY) / 2 + 0.03)
    y += line_height(BODY) + 0.05
    height = _LANE * len(row.ratios)
    axes.vlines(columns.ticks(), y, y + height, color=theme.grid, linewidth=0.8, zorder=0)
    axes.plot([1, 1], [y, y + height], color=theme.stack, linewidth=1.2, zorder=1)
    colours, forms = theme.colours(columns.allocators), shapes(columns.allocators)
    for i, (lane, ratio) in enumerate(zip(block.rows, row.ratios)):
        if ratio is not None and not _outside(ratio):
            at = y + (i + 0.5) * _LANE
            _draw_mark(axes, at, lane, ratio, forms[lane.allocator], colours[lane.allocator], theme)
        if i < len(columns.rights):
            page.text(
                columns.rights[i], body_top + y + height / 2, _words(ratio), align="right",
                colour=theme.muted if lane.contended or ratio is None else theme.text,
            )  # fmt: skip


def _draw_label(page: Page, block: Block, y: float) -> None:
    label = shorten(safe(f"{block.case.scenario}/{block.label}"), ROOM, BODY, "bold")
    page.text(MARGIN, y, label, weight="bold")
    left = MARGIN + width(label, BODY, "bold") + 0.12
    room = PAGE_WIDTH - MARGIN - left
    if block.case.explains and room > 1:
        page.text(left, y, shorten(safe(block.case.explains), room, BODY), colour=page.theme.muted)


def _draw_mark(axes: Axes, y: float, lane: Row, ratio: Estimate, shape: str, colour: str, theme: Theme) -> None:
    axes.plot([ratio.interval.low, ratio.interval.high], [y, y], color=colour, linewidth=1.5, zorder=2)
    axes.plot(
        [ratio.value], [y], marker=shape, markersize=_MARK, linestyle="none", zorder=3,
        markeredgecolor=colour, markeredgewidth=1.0, markerfacecolor=theme.background if lane.contended else colour,
    )  # fmt: skip
