"""What the heap adds to an operation: the toll in cycles, the instructions behind it, and what else was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll import summary
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL, Block, Row, eligible_cases, make_block
from heaptoll.charts.frame import draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.main_variants import main_variants
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.representatives import representatives
from heaptoll.charts.scale import LinearScale, LogScale
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, Theme, in_order, shapes
from heaptoll.charts.toll_parts import (
    CYCLES, FIRST_COUNTER, INSTRUCTIONS, NOT_COUNTED, Column, Part, blocks_taken, find_columns, further_counters,
    number_words,
)  # fmt: skip
from heaptoll.counts.of_run import CountedArm, counts_of_run
from heaptoll.measurements import Run
from heaptoll.summary import ArmKey

QUESTION = "What is the toll made of?"
_SUBTITLE = (
    "What the heap adds to one operation: every column is heap minus stack. Read across: the toll in time, in core "
    "cycles, the instructions behind it, and how many of them per cycle. Many per cycle: the toll is work, most of it "
    "the allocator's. Few: the core waits for memory, for a mispredicted branch, or for the kernel."
)
HOW = (
    "Pale bars: 95 % intervals over launches. Instructions per cycle: extra instructions by extra cycles. That is no "
    "speed of the core: the heap's instructions also fill places that the stack's work leaves empty, so it may be more "
    "than the core can do in a cycle."
)
_BY_HARDWARE = "Instructions: by the core's own counter; the kernel's are among them where counting those is permitted."

# Inches.
_ROW = 0.15
_BLOCK_GAP = 0.09
_HEAD = 2 * line_height(BODY) + line_height(SMALL) + 0.05
_WIDEST_NAME = 1.0
_TICK_ROOMS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6)
_COLUMN_GAP = 0.2
_WIDEST_NARROW = 1.2
_ROUNDING = 0.01  # what fits exactly must not be cut for the last digit of a sum
_MARK = 5.0
_WIDEST_INTERVAL = 2.0  # of the largest value of a column


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    cases = representatives(main_variants(eligible_cases(run, build), run, build).cases)
    results = summary.summarise(run, [case.name for case in cases], build)
    blocks = [make_block(case, allocators, results) for case in cases]
    if not any(row.toll for block in blocks for row in block.rows):
        raise NotEnoughData("no case has a toll, times of a stack and of a heap arm; measure with a wider FILTER")
    counted = counts_of_run(run, build)
    rows = [(block.case.name, row) for block in blocks for row in block.rows]
    columns = find_columns(run, build, rows, counted.instructions)
    notes = [HOW, *counted.told, *column_notes(run, columns, counted.instructions)]
    pairs = [ArmKey(case, arm, row.allocator) for case, row in rows for arm in ("stack", "heap")]
    notes += describe_gaps(results, pairs)
    notes += describe_short_intervals([row.toll for _, row in rows], SHORT_INTERVAL)
    layout = _Layout.of(columns, rows, allocators)
    height = sum(_height(block) for block in blocks)

    def draw_body(page: Page, head: float) -> None:
        top = head + _HEAD
        _draw_headings(page, layout, head, top, top + height)
        body = _Body(page, top, [_axes(page, place, top, height) for place in layout.places])
        y = 0.0
        for block in blocks:
            _draw_label(page, block, blocks_taken(run, build, block.case.name), top + y + line_height(BODY) / 2)
            _draw_block(body, layout, block, y + line_height(BODY))
            y += _height(block)

    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes,
        height=_HEAD + height + line_height(SMALL), body=draw_body,
    )  # fmt: skip


def _height(block: Block) -> float:
    return line_height(BODY) + len(block.rows) * _ROW + _BLOCK_GAP


CHART = Chart("composition", QUESTION, _compose)


def column_notes(run: Run, columns: Sequence[Column], counted: Mapping[CountedArm, float]) -> list[str]:
    """What is to be said of the columns, made with the instructions `counted`."""
    notes = [_BY_HARDWARE] if columns[INSTRUCTIONS].parts and not counted else []
    if absent := [" ".join(column.heading) for column in columns if not column.parts]:
        notes.append(f"{NOT_COUNTED.capitalize()}: {'; '.join(absent)}. {' '.join(_how_to_count(columns))}".strip())
    if further := further_counters(run):
        notes.append(f"Counted too, see measurements.csv: {', '.join(further)}.")
    parts = [(column, part) for column in columns for part in column.parts.values()]
    if any(part.value < 0 or (column.logarithmic and part.value == 0) for column, part in parts):
        notes.append(
            "Where the heap takes less than the stack, or as much on a logarithmic scale, a number stands without a "
            "mark."
        )
    if any(_cut(column, part) for column, part in parts):
        notes.append("A pale bar that ends at the edge of its column goes on beyond it.")
    if 0 < len(columns[INSTRUCTIONS].parts) < len(columns[CYCLES].parts):
        notes.append("A dash in place of instructions: not counted, or not the same in two passes of counting.")
    return notes


def _how_to_count(columns: Sequence[Column]) -> list[str]:
    advice = []
    if not columns[INSTRUCTIONS].parts:
        advice.append(
            "Instructions are taken from what `make counts` counts with the same compiler and libraries, counts.csv "
            "beside the run or named with --counts."
        )
    if any(not column.parts for column in columns[FIRST_COUNTER:]):
        advice.append("Misses are counted by a run with --counters on a machine that has hardware counters.")
    return advice


@dataclass(frozen=True)
class _Place:
    """Where a column lies, in inches from the left: the scale of its marks, and the right edge of its numbers."""

    column: Column
    left: float
    scale: LogScale | LinearScale
    right: float

    def ticks(self) -> list[float]:
        if not _has_scale(self.column):
            return [0.0]
        if isinstance(self.scale, LinearScale):
            ticks = self.scale.ticks()
            apart = self.scale.position(ticks[-1]) / max(len(ticks) - 1, 1)
            return ticks if apart > max(width(_tick(tick), SMALL) for tick in ticks) + 0.06 else [0.0, ticks[-1]]
        for room in _TICK_ROOMS:
            ticks = self.scale.ticks(room)
            if max(width(_tick(tick), SMALL) for tick in ticks) + 0.06 <= room:
                break
        return ticks


@dataclass(frozen=True)
class _Layout:
    toll_right: float
    names: float
    places: list[_Place]

    @classmethod
    def of(cls, columns: Sequence[Column], rows: Sequence[tuple[str, Row]], allocators: Sequence[str]) -> _Layout:
        names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in allocators))
        toll = max(width(text, BODY, "bold") for text in ("toll", *(_toll_words(row) for _, row in rows)))
        toll_right = MARGIN + names + 0.1 + toll
        narrow = [None if _has_scale(column) else _narrow(column) for column in columns]
        rest = PAGE_WIDTH - MARGIN - toll_right - sum(each or 0.0 for each in narrow)
        pitch = rest / max(narrow.count(None), 1)
        places = []
        left = toll_right
        for column, its_width in zip(columns, narrow):
            parts = list(column.parts.values())
            numbers = max((width(number_words(part.value), SMALL) for part in parts), default=0.0)
            right = left + (pitch if its_width is None else its_width)
            scale = _scale(column.logarithmic, parts, right - left - _COLUMN_GAP - numbers - 0.1)
            places.append(_Place(column, left + _COLUMN_GAP, scale, right))
            left = right
        return cls(toll_right, names, places)


def _tick(value: float) -> str:
    return f"{value:g}"


def _has_scale(column: Column) -> bool:
    """Whether there is anything to see on a scale."""
    return any(part.value > 0 or part.high > 0 for part in column.parts.values())


def _narrow(column: Column) -> float:
    """The width of a column that says the same in all rows: nothing, or 0."""
    words = max(width(safe(line), BODY, "bold") for line in column.heading)
    room = min(max(words, 0.0 if column.parts else width(NOT_COUNTED, SMALL)), _WIDEST_NARROW)
    return _COLUMN_GAP + room + _ROUNDING


def _scale(logarithmic: bool, parts: Sequence[Part], length: float) -> LogScale | LinearScale:
    if logarithmic:
        return LogScale.over((v for part in parts for v in (part.value, part.low, part.high)), length)
    # An interval that is wider than all values leaves them their room, and ends at the edge.
    most = _most(parts)
    return LinearScale.over((v for part in parts for v in (part.value, min(part.high, most))), length)


def _most(parts: Iterable[Part]) -> float:
    return _WIDEST_INTERVAL * max((part.value for part in parts), default=0.0)


def _cut(column: Column, part: Part) -> bool:
    """Whether an interval does not fit on its scale."""
    if column.logarithmic:
        return part.low <= 0 < part.high
    return part.low < 0 < part.high or part.high > _most(column.parts.values()) > 0


def _toll_words(row: Row) -> str:
    value, interval = row.words
    return value + (SHORT_INTERVAL if interval.endswith(SHORT_INTERVAL) else "")


@dataclass(frozen=True)
class _Body:
    """What the blocks are drawn on, its upper edge `top` inches down the page: axes for each column, in inches."""

    page: Page
    top: float
    axes: Sequence[Axes]


def _axes(page: Page, place: _Place, top: float, height: float) -> Axes:
    axes = page.axes(place.left, top, place.scale.length, height)
    # In inches, so that both kinds of scale are drawn alike.
    axes.set(xlim=(0, place.scale.length), ylim=(height, 0))
    return axes


def _draw_headings(page: Page, layout: _Layout, head: float, top: float, bottom: float) -> None:
    theme = page.theme
    second = head + line_height(BODY) * 1.5
    page.text(layout.toll_right, second, "toll", weight="bold", align="right")
    for place in layout.places:
        for i, words in enumerate(place.column.heading):
            shown = shorten(safe(words), place.right - place.left, BODY, "bold")
            page.text(place.left, head + line_height(BODY) * (i + 0.5), shown, weight="bold")
        if not place.column.parts:
            continue
        for y in (top - line_height(SMALL) / 2 - 0.02, bottom + line_height(SMALL) / 2 - 0.04):
            for tick in place.ticks():
                x = place.left + place.scale.position(tick)
                page.text(x, y, _tick(tick), size=SMALL, colour=theme.muted, align="center")


def _draw_label(page: Page, block: Block, taken: str, y: float) -> None:
    """The case, what an operation of it takes from the heap, and as much of its explanation as fits between."""
    theme, right = page.theme, PAGE_WIDTH - MARGIN
    page.stroke([MARGIN, right], [y - line_height(BODY) / 2 - _BLOCK_GAP / 3] * 2, colour=theme.rule)
    taken_left = right - width(taken, SMALL)
    page.text(right, y, taken, size=SMALL, colour=theme.muted, align="right")
    label = shorten(safe(f"{block.case.scenario}/{block.label}"), taken_left - MARGIN - 0.2, BODY, "bold")
    page.text(MARGIN, y, label, weight="bold")
    left = MARGIN + width(label, BODY, "bold") + 0.12
    if block.case.explains and taken_left - left > 1.2:
        shown = shorten(safe(block.case.explains), taken_left - left - 0.2, SMALL)
        page.text(left, y, shown, size=SMALL, colour=theme.muted)


def _draw_block(body: _Body, layout: _Layout, block: Block, y: float) -> None:
    """The rows of a block from `y` inches below the top of the body."""
    page, theme = body.page, body.page.theme
    for i, row in enumerate(block.rows):
        middle = body.top + y + (i + 0.5) * _ROW
        page.text(MARGIN, middle, shorten(safe(row.allocator), _WIDEST_NAME, BODY))
        colour = theme.text if row.toll and not row.contended else theme.muted
        page.text(layout.toll_right, middle, _toll_words(row), weight="bold", align="right", colour=colour)
    allocators = [row.allocator for row in block.rows]
    colours, forms = theme.colours(allocators), shapes(allocators)
    for place, axes in zip(layout.places, body.axes):
        if not place.column.parts:
            words = shorten(NOT_COUNTED, place.right - place.left, SMALL)
            middle = body.top + y + len(block.rows) * _ROW / 2
            page.text(place.left, middle, words, size=SMALL, colour=theme.muted)
            continue
        _draw_scale(axes, place, y, y + len(block.rows) * _ROW, theme)
        for i, row in enumerate(block.rows):
            part = place.column.parts.get((block.case.name, row.allocator))
            middle = y + (i + 0.5) * _ROW
            words = "–" if part is None else number_words(part.value)
            colour = theme.muted if part is None or row.contended else theme.text
            page.text(place.right, body.top + middle, words, size=SMALL, colour=colour, align="right")
            if part is not None:
                face = theme.background if row.contended else colours[row.allocator]
                _draw_part(axes, place, part, middle, (colours[row.allocator], face, forms[row.allocator]))


def _draw_scale(axes: Axes, place: _Place, top: float, bottom: float, theme: Theme) -> None:
    ticks = [place.scale.position(tick) for tick in place.ticks()]
    axes.vlines(ticks, top, bottom, color=theme.grid, linewidth=0.8, zorder=0)
    if not place.column.logarithmic:
        axes.plot([0, 0], [top, bottom], color=theme.stack, linewidth=1.0, zorder=1)


def _draw_part(axes: Axes, place: _Place, part: Part, y: float, look: tuple[str, str, str]) -> None:
    """A mark and its interval, as far as they are on the scale. `look`: the colours of edge and face, and the shape."""
    scale, (edge, face, shape) = place.scale, look
    if part.high > max(part.low, 0.0):
        ends = [scale.position(value) if value > 0 else 0.0 for value in (part.low, part.high)]
        axes.plot(ends, [y, y], color=edge, linewidth=5, alpha=0.35, zorder=2)
    if part.value < 0 or (part.value == 0 and place.column.logarithmic):
        return
    axes.plot(
        [scale.position(part.value)], [y], marker=shape, markersize=_MARK, linestyle="none", zorder=3,
        markeredgecolor=edge, markeredgewidth=1.0, clip_on=False, markerfacecolor=face,
    )  # fmt: skip
