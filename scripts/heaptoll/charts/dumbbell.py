"""Dumbbells: a block per case, a row per allocator, each joining what the stack arm and the heap arm took.

The form of the headline and of the charts of single scenarios. The toll, heap minus stack, stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll import summary
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL, Block, Row, make_block, shown_keys
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.small_print import SmallPrint
from heaptoll.charts.text import safe, shorten, width, wrap
from heaptoll.charts.theme import (
    BODY, HEADING, MARGIN, PAGE_WIDTH, STACK_SHAPE, TITLE, Theme, in_order, shapes,
)  # fmt: skip
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.summary import ArmResult
from heaptoll.units import format_tick_ns

_INTERVALS = (
    "The toll is heap minus stack. Intervals are 95 % confidence intervals over launches; the pale bars through the "
    "marks show them too, where they are wider than the mark."
)

# Inches.
_ROOM = PAGE_WIDTH - 2 * MARGIN
_ROW = 0.15
_BLOCK_GAP = 0.08
_SCENARIO_GAP = 0.06
_SCENARIO_HEADING = 0.28
_GAP = 0.12
_WIDEST_NAME = 1.3
_TICK_ROOM = 0.55

_EXTRA_SHAPE = "|"

# Points.
_MARK = 5.5
_EXTRA_MARK = 9.0


@dataclass(frozen=True)
class _Columns:
    """Where the columns lie, in inches from the left, and the scale of the one with the marks."""

    plot: float
    scale: LogScale
    toll_right: float
    interval_left: float


def draw_dumbbells(
    run: Run, build: str, theme: Theme, cases: Sequence[CaseFacts], *, question: str, shows: str, notes: Sequence[str]
) -> Figure:
    """A page with a block for each of the cases, of which there must be one at least.

    `shows` is a sentence on what the marks are; `notes` come first in the small print, before what is missing.
    """
    allocators = in_order(run.allocators(build))
    results = summary.summarise(run, [case.name for case in cases], build)
    blocks = [make_block(case, allocators, results) for case in cases]
    notes = [*notes, *describe_gaps(results, shown_keys(blocks))]
    notes += describe_short_intervals([row.toll for block in blocks for row in block.rows], SHORT_INTERVAL)
    if any(value <= 0 for value in _values(blocks)):
        notes.append("Times of 0 ns have no place on a logarithmic scale and are not drawn.")
    small_print = SmallPrint(run, build, notes, _ROOM)

    title = wrap(question, _ROOM, TITLE, "bold")
    subtitle = wrap(f"{shows} {_INTERVALS}", _ROOM, BODY)
    key_top = MARGIN + len(title) * line_height(TITLE) + len(subtitle) * line_height(BODY) + 0.12
    body_top = key_top + 2 * line_height(BODY) + 0.16
    body_height = _body_height(blocks)
    foot_top = body_top + body_height + 2 * line_height(BODY) + _GAP
    page = Page(PAGE_WIDTH, foot_top + small_print.height + MARGIN, theme)

    below = page.lines(MARGIN, MARGIN, title, size=TITLE, colour=theme.text, weight="bold")
    page.lines(MARGIN, below + 0.04, subtitle, size=BODY, colour=theme.muted)
    columns = _columns(blocks, allocators)
    _draw_key(page, columns.plot, key_top + line_height(BODY) / 2, blocks)
    _draw_headings(page, columns, body_top, body_height)
    axes = page.axes(columns.plot, body_top, columns.scale.length, body_height)
    axes.set(xscale="log", xlim=(columns.scale.low, columns.scale.high), ylim=(body_height, 0), yticks=[])
    axes.set_xticks([])
    axes.set_xticks([], minor=True)
    _draw_blocks(page, axes, blocks, columns, body_top)
    small_print.draw(page, MARGIN, foot_top, theme)
    return page.figure


def _values(blocks: Sequence[Block]) -> list[float]:
    arms = [arm for block in blocks for row in block.rows for arm in row.arms]
    estimates = [estimate for arm in arms if (estimate := arm.estimate) is not None]
    return [v for e in estimates for v in (e.value, e.interval.low, e.interval.high)]


def _columns(blocks: Sequence[Block], allocators: Sequence[str]) -> _Columns:
    rows = [row for block in blocks for row in block.rows]
    names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in allocators))
    interval = max(width(text, BODY) for text in ("95 % interval", *(row.words[1] for row in rows)))
    toll = max(width(text, BODY, "bold") for text in ("toll", *(row.words[0] for row in rows)))
    interval_left = PAGE_WIDTH - MARGIN - interval
    toll_right = interval_left - 0.1
    plot = MARGIN + names + 0.12
    return _Columns(plot, LogScale.over(_values(blocks), toll_right - toll - 0.3 - plot), toll_right, interval_left)


def _body_height(blocks: Sequence[Block]) -> float:
    scenarios = len({block.case.scenario for block in blocks})
    rows = sum(len(block.rows) for block in blocks)
    heads = len(blocks) * (line_height(BODY) + _BLOCK_GAP)
    return scenarios * (_SCENARIO_HEADING + _SCENARIO_GAP) + heads + rows * _ROW


def _draw_key(page: Page, left: float, y: float, blocks: Sequence[Block]) -> None:
    """What the marks mean, as a dumbbell of its own."""
    theme = page.theme
    colour = theme.muted
    page.text(left, y, "stack", align="left")
    x = left + width("stack", BODY) + 0.1
    page.stroke([x, x + 0.6], [y, y], colour=colour, width=1.6)
    page.mark(x, y, shape=STACK_SHAPE, colour=theme.stack, size=_MARK)
    page.mark(x + 0.6, y, shape="s", colour=colour, size=_MARK)
    page.text(x + 0.7, y, "heap")
    extras = list(dict.fromkeys(arm for block in blocks for arm in block.extra_arms))
    if extras:
        x += 0.7 + width("heap", BODY) + 0.35
        page.mark(x, y, shape=_EXTRA_SHAPE, colour=colour, size=_EXTRA_MARK)
        room = PAGE_WIDTH - MARGIN - x - 0.1
        page.text(x + 0.08, y, shorten(safe(f"{', '.join(extras)} (where a case has it)"), room, BODY))


def _ticks(scale: LogScale) -> list[float]:
    widest = max(width(format_tick_ns(value), BODY) for value in scale.ticks(_TICK_ROOM))
    return scale.ticks(max(_TICK_ROOM, widest + 0.15))


def _draw_headings(page: Page, columns: _Columns, top: float, height: float) -> None:
    """The scale above and below the marks, and the names of the columns of figures."""
    above, below = top - line_height(BODY) / 2 - 0.02, top + height + line_height(BODY) / 2
    for tick in _ticks(columns.scale):
        for y in (above, below):
            x = columns.plot + columns.scale.position(tick)
            page.text(x, y, format_tick_ns(tick), colour=page.theme.muted, align="center")
    page.text(
        columns.plot + columns.scale.length / 2, below + line_height(BODY),
        "time per operation, logarithmic scale", colour=page.theme.muted, align="center",
    )  # fmt: skip
    page.text(columns.toll_right, above, "toll", weight="bold", align="right")
    page.text(columns.interval_left, above, "95 % interval", colour=page.theme.muted)


def _draw_blocks(page: Page, axes: Axes, blocks: Sequence[Block], columns: _Columns, top: float) -> None:
    theme = page.theme
    allocators = [row.allocator for row in blocks[0].rows]
    colours, forms = theme.colours(allocators), shapes(allocators)
    ticks = _ticks(columns.scale)
    y = 0.0
    scenario = None
    for block in blocks:
        if block.case.scenario != scenario:
            scenario = block.case.scenario
            y += _SCENARIO_GAP
            page.stroke([MARGIN, PAGE_WIDTH - MARGIN], [top + y] * 2, colour=theme.rule)
            _draw_label(page, scenario, block.case.question, top + y + _SCENARIO_HEADING / 2, HEADING)
            y += _SCENARIO_HEADING
        _draw_label(page, block.label, block.case.explains, top + y + line_height(BODY) / 2, BODY)
        y += line_height(BODY)
        axes.vlines(ticks, y, y + len(block.rows) * _ROW, color=theme.grid, linewidth=0.8, zorder=0)
        for row in block.rows:
            _draw_words(page, row, columns, top + y + _ROW / 2)
            _draw_dumbbell(axes, row, y + _ROW / 2, colours[row.allocator], forms[row.allocator], theme)
            y += _ROW
        y += _BLOCK_GAP


def _draw_label(page: Page, name: str, explanation: str | None, y: float, size: float) -> None:
    """A name, and as much of its explanation as fits beside it."""
    label = shorten(safe(name), _ROOM, size, "bold")
    page.text(MARGIN, y, label, size=size, weight="bold")
    left = MARGIN + width(label, size, "bold") + 0.12
    if explanation and PAGE_WIDTH - MARGIN - left > 1:
        shown = shorten(safe(explanation), PAGE_WIDTH - MARGIN - left, BODY)
        page.text(left, y, shown, colour=page.theme.muted)


def _draw_words(page: Page, row: Row, columns: _Columns, y: float) -> None:
    name = shorten(safe(row.allocator), _WIDEST_NAME, BODY)
    page.text(MARGIN, y, name)
    toll, interval = row.words
    colour = page.theme.muted if row.contended else page.theme.text
    page.text(columns.toll_right, y, toll, weight="bold", align="right", colour=colour)
    page.text(columns.interval_left, y, interval, colour=page.theme.muted)


def _draw_dumbbell(axes: Axes, row: Row, y: float, colour: str, shape: str, theme: Theme) -> None:
    ends = [arm.estimate.value for arm in (row.stack, row.heap) if arm is not None and arm.estimate]
    if len(ends) == 2 and min(ends) > 0:
        axes.plot(ends, [y, y], color=colour, linewidth=1.6, alpha=0.6, zorder=1)
    for extra in row.extras:
        _draw_arm(axes, extra, y, _EXTRA_SHAPE, colour, _EXTRA_MARK, theme)
    if row.heap:
        _draw_arm(axes, row.heap, y, shape, colour, _MARK, theme)
    if row.stack:
        _draw_arm(axes, row.stack, y, STACK_SHAPE, theme.stack, _MARK, theme)


def _draw_arm(axes: Axes, arm: ArmResult, y: float, shape: str, colour: str, size: float, theme: Theme) -> None:
    estimate = arm.estimate
    if estimate is None or estimate.interval.low <= 0:
        return
    z = 3 if shape == _EXTRA_SHAPE else 2
    low, high = estimate.interval.low, estimate.interval.high
    axes.plot([low, high], [y, y], color=colour, linewidth=5, alpha=0.35, zorder=z)
    axes.plot(
        [estimate.value], [y], marker=shape, markersize=size, linestyle="none", zorder=z,
        markeredgecolor=colour, markeredgewidth=1.2,
        markerfacecolor=theme.background if arm.contended else colour,
    )  # fmt: skip
