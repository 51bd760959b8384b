"""Dumbbells: a block per case, a row per allocator, each joining what the stack arm and the heap arm took.

The form of the headline and of the charts of single scenarios. The toll, heap minus stack, stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll import summary
from heaptoll.charts.dumbbell_marks import Look, draw_dumbbell, draw_key, extra_shapes
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL, Block, Row, make_block, shown_keys
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.small_print import SmallPrint
from heaptoll.charts.text import safe, shorten, width, wrap
from heaptoll.charts.theme import BODY, HEADING, MARGIN, PAGE_WIDTH, TITLE, Theme, in_order, shapes
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts
from heaptoll.units import format_tick_ns

_INTERVALS = (
    "The toll is heap minus stack. Intervals are 95 % confidence intervals over launches; the pale bars through the "
    "marks show them too, where they are wider than the mark."
)

# Inches.
_ROOM = PAGE_WIDTH - 2 * MARGIN
_ROW = 0.15
_BLOCK_GAP = 0.08
_SECTION_GAP = 0.06
_SECTION_HEADING = 0.28
_UNHEADED = 0.05
_GAP = 0.12
_WIDEST_NAME = 1.3
_TICK_ROOM = 0.55


@dataclass(frozen=True)
class Section:
    """Cases that stand together. `heading` is empty where the page's title says it already."""

    heading: str
    explains: str | None
    cases: Sequence[CaseFacts]


@dataclass(frozen=True)
class _Columns:
    """Where the columns lie, in inches from the left, and the scale of the one with the marks."""

    plot: float
    scale: LogScale
    toll_right: float
    interval_left: float


@dataclass(frozen=True)
class _Body:
    """What the blocks are drawn on, its upper edge `top` inches down the page. `marks` are those of the extra arms."""

    page: Page
    axes: Axes
    columns: _Columns
    marks: Mapping[str, str]
    top: float


def draw_dumbbells(
    run: Run, build: str, theme: Theme, contents: Sequence[Section], *, question: str, shows: str, notes: Sequence[str]
) -> Figure:
    """A page with a block for each case of the sections, of which there must be one at least.

    `shows` is a sentence on what the marks are; `notes` come first in the small print, before what is missing.
    """
    allocators = in_order(run.allocators(build))
    results = summary.summarise(run, [case.name for section in contents for case in section.cases], build)
    sections = [
        (section, [make_block(case, allocators, results) for case in section.cases]) for section in contents
    ]
    blocks = [block for _, its_blocks in sections for block in its_blocks]
    notes = [*notes, *describe_gaps(results, shown_keys(blocks))]
    notes += describe_short_intervals([row.toll for block in blocks for row in block.rows], SHORT_INTERVAL)
    if any(value <= 0 for value in _values(blocks)):
        notes.append("Times of 0 ns have no place on a logarithmic scale and are not drawn.")
    small_print = SmallPrint(run, build, notes, _ROOM)

    title = wrap(question, _ROOM, TITLE, "bold")
    subtitle = wrap(f"{shows} {_INTERVALS}", _ROOM, BODY)
    key_top = MARGIN + len(title) * line_height(TITLE) + len(subtitle) * line_height(BODY) + 0.12
    body_top = key_top + 2 * line_height(BODY) + 0.16
    body_height = sum(_section_height(section, its_blocks) for section, its_blocks in sections)
    foot_top = body_top + body_height + 2 * line_height(BODY) + _GAP
    page = Page(PAGE_WIDTH, foot_top + small_print.height + MARGIN, theme)

    below = page.lines(MARGIN, MARGIN, title, size=TITLE, colour=theme.text, weight="bold")
    page.lines(MARGIN, below + 0.04, subtitle, size=BODY, colour=theme.muted)
    columns = _columns(blocks, allocators)
    marks = extra_shapes(arm for block in blocks for arm in block.extra_arms)
    draw_key(page, columns.plot, key_top + line_height(BODY) / 2, marks)
    _draw_headings(page, columns, body_top, body_height)
    axes = page.axes(columns.plot, body_top, columns.scale.length, body_height)
    axes.set(xscale="log", xlim=(columns.scale.low, columns.scale.high), ylim=(body_height, 0), yticks=[])
    axes.set_xticks([])
    axes.set_xticks([], minor=True)
    y = 0.0
    for section, its_blocks in sections:
        _draw_section(_Body(page, axes, columns, marks, body_top), section, its_blocks, y)
        y += _section_height(section, its_blocks)
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


def _section_height(section: Section, blocks: Sequence[Block]) -> float:
    heading = _SECTION_HEADING if section.heading else _UNHEADED
    return _SECTION_GAP + heading + sum(line_height(BODY) + _rows_height(block) + _BLOCK_GAP for block in blocks)


def _rows_height(block: Block) -> float:
    return _ROW * (1 if block.skipped is not None else len(block.rows))


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


def _draw_section(body: _Body, section: Section, blocks: Sequence[Block], y: float) -> None:
    """Draws from `y` inches below the top of the body."""
    y += _SECTION_GAP
    body.page.stroke([MARGIN, PAGE_WIDTH - MARGIN], [body.top + y] * 2, colour=body.page.theme.rule)
    if section.heading:
        _draw_label(body.page, section.heading, section.explains, body.top + y + _SECTION_HEADING / 2, HEADING)
        y += _SECTION_HEADING
    else:
        y += _UNHEADED
    for block in blocks:
        _draw_block(body, block, y)
        y += line_height(BODY) + _rows_height(block) + _BLOCK_GAP


def _draw_block(body: _Body, block: Block, y: float) -> None:
    page, theme = body.page, body.page.theme
    _draw_label(page, block.label, block.case.explains, body.top + y + line_height(BODY) / 2, BODY)
    y += line_height(BODY)
    if block.skipped is not None:
        why = f": {block.skipped}" if block.skipped else ""
        text = shorten(safe(f"skipped in every lane{why}"), _ROOM, BODY)
        page.text(MARGIN, body.top + y + _ROW / 2, text, colour=theme.muted)
        return
    ticks = _ticks(body.columns.scale)
    body.axes.vlines(ticks, y, y + _rows_height(block), color=theme.grid, linewidth=0.8, zorder=0)
    allocators = [row.allocator for row in block.rows]
    colours, forms = theme.colours(allocators), shapes(allocators)
    for row in block.rows:
        _draw_words(page, row, body.columns, body.top + y + _ROW / 2)
        look = Look(colours[row.allocator], forms[row.allocator], body.marks)
        draw_dumbbell(body.axes, row, y + _ROW / 2, look, theme)
        y += _ROW


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
