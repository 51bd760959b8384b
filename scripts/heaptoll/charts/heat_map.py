"""The heat map: for every variant and allocator, how many times the lowest toll of the row its toll is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.heat_rows import NEGLIGIBLE_NS, Cell, HeatRow, find_heat_rows, sign
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, HEADING, MARGIN, PAGE_WIDTH, SMALL, Theme, in_order, shapes
from heaptoll.measurements import Run
from heaptoll.summary import ArmKey
from heaptoll.units import format_difference_ns, format_ratio

QUESTION = "Which allocator has the lowest toll, and where?"
_SUBTITLE = (
    "Toll: heap minus stack, in time per operation. Large: how many times the lowest toll of its row; small: the toll. "
    "Framed: the lowest, and with = those that are not distinguishable from it."
)
# The lowest ratio of each step of the colour scale.
BOUNDS = (1.0, 1.1, 1.25, 1.5, 2.0, 4.0)
_CLOSE = 1.095
_UNMEASURED = "–"
_HOW = (
    "Distinguishable: the interval of the difference from the lowest, taken launch by launch, lies above 0 (95 % for "
    "all lanes of a row together). So with 95 % probability the one that is truly the lowest is among the framed."
)

# Inches.
_ROW = 0.2
_SECTION = 0.29
_HEADING = 2 * line_height(BODY) + 0.04
_CELL = 1.18
_CELL_GAP = 0.04
_LEAST_LABELS = 1.85
_MARK_ROOM = 0.16
_PAD = 0.04
_SWATCH = 0.2
_KEY = 2 * line_height(BODY) + 0.16

_FRAME = 1.5  # points


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    allocators = in_order(run.allocators(build))
    rows, results = find_heat_rows(run, build, allocators)
    if not rows:
        raise NotEnoughData("no case has both a stack and a heap arm; measure with a wider FILTER")
    if all(cell.toll is None for row in rows for cell in row.cells):
        raise NotEnoughData("no launch timed both the stack and the heap arm of a case; measurements.csv says why")
    notes = _notes(rows)
    notes += describe_gaps(results, _expected(rows, allocators))
    notes += describe_short_intervals([cell.toll for row in rows for cell in row.cells], SHORT_INTERVAL)
    layout = _Layout.of(allocators)
    sections = len({row.block.case.scenario for row in rows})
    height = _KEY + _HEADING + _ROW * (len(rows) + 1) + sections * _SECTION
    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes, height=height,
        body=lambda page, top: _draw_body(page, top, rows, layout),
    )  # fmt: skip


CHART = Chart("heat_map", QUESTION, _compose)


def _expected(rows: Sequence[HeatRow], allocators: Sequence[str]) -> list[ArmKey]:
    return [ArmKey(row.block.case.name, arm, a) for row in rows for arm in ("stack", "heap") for a in allocators]


def _notes(rows: Sequence[HeatRow]) -> list[str]:
    notes = ["One case stands for each variant; all cases are in measurements.csv."]
    if any(row.compares for row in rows):
        notes.append(_HOW)
    if short := [cell.above for row in rows for cell in row.cells if cell.above and not cell.above.reached]:
        notes.append(
            f"Too few launches for that in {len(short)} place{'s' if len(short) > 1 else ''}: taken is the range of the "
            "differences, which covers their median with a probability of only "
            f"{min(each.coverage for each in short):.0%} where there are fewest."
        )
    if any(cell.toll is not None and cell.times is None and not cell.alone for row in rows for cell in row.cells):
        notes.append(
            "Grey rows: the lowest toll is below 0, or not distinguishable from 0, or under "
            f"{NEGLIGIBLE_NS:g} ns, and no toll is a number of times that. Below 0 the heap was faster than the stack; "
            "≈ 0 is not distinguishable from 0."
        )
    if not any(row.compares for row in rows):
        notes.append("No row has two tolls to compare.")
    if any(cell.toll is not None and cell.toll.launches == 1 for row in rows for cell in row.cells):
        notes.append("A toll of a single launch has no interval, and is not distinguishable from any other.")
    return notes


@dataclass(frozen=True)
class _Layout:
    """The cells' width, and the left edge of the first one. The figures of a narrow cell lack the toll."""

    allocators: Sequence[str]
    cell: float
    left: float

    @classmethod
    def of(cls, allocators: Sequence[str]) -> _Layout:
        cell = min(_CELL, (ROOM - _LEAST_LABELS) / len(allocators))
        return cls(allocators, cell, PAGE_WIDTH - MARGIN - cell * len(allocators))

    def x(self, column: int) -> float:
        return self.left + column * self.cell


def _draw_body(page: Page, top: float, rows: Sequence[HeatRow], layout: _Layout) -> None:
    """The cells lie on axes of their own, whose data are inches of the page."""
    axes = page.axes(0, 0, page.width, page.height)
    axes.set(xlim=(0, page.width), ylim=(page.height, 0))
    _draw_key(page, axes, top)
    y = top + _KEY
    _draw_headings(page, y, layout)
    y += _HEADING
    _draw_counts(page, y, rows, layout)
    y += _ROW
    scenario = None
    for row in rows:
        if row.block.case.scenario != scenario:
            scenario = row.block.case.scenario
            _draw_scenario(page, y, row)
            y += _SECTION
        _draw_label(page, y, row, layout)
        for column, cell in enumerate(row.cells):
            _draw_cell(page, axes, layout.x(column), y, cell, layout)
        y += _ROW


def _draw_key(page: Page, axes: Axes, y: float) -> None:
    """The steps of the scale, and what has a colour of its own."""
    theme = page.theme
    middle = y + line_height(BODY) / 2
    x = MARGIN
    page.text(x, middle, "times the lowest toll of the row", colour=theme.muted)
    x += width("times the lowest toll of the row", BODY) + 0.15
    for i, colour in enumerate(theme.steps):
        upper = f"–{BOUNDS[i + 1]:g}" if i + 1 < len(BOUNDS) else " and more"
        words = f"{BOUNDS[i]:g}{upper}"
        _fill(axes, x, middle - 0.07, _SWATCH, 0.14, colour, edge=theme.rule)
        x = _draw_words(page, x + _SWATCH, middle, words)
    middle += line_height(BODY) + 0.04
    x, top = MARGIN, middle - 0.07
    _frame(axes, x, top, _SWATCH, 0.14, theme)
    x = _draw_words(page, x + _SWATCH, middle, "lowest, or not distinguishable from it")
    _fill(axes, x, top, _SWATCH, 0.14, theme.grid)
    x = _draw_words(page, x + _SWATCH, middle, "no ratio: the lowest toll may be 0 or less, or has none beside it")
    _hatch(axes, x, top, _SWATCH, 0.14, theme)
    _draw_words(page, x + _SWATCH, middle, "no result")


def _draw_words(page: Page, x: float, y: float, words: str) -> float:
    """The words beside a swatch that ends at `x`. Returns where the next one may begin."""
    page.text(x + 0.05, y, words)
    return x + 0.05 + width(words, BODY) + 0.2


def _draw_headings(page: Page, y: float, layout: _Layout) -> None:
    """Each allocator's mark, as in the other charts, and its name."""
    colours, forms = page.theme.colours(layout.allocators), shapes(layout.allocators)
    for column, allocator in enumerate(layout.allocators):
        name = shorten(safe(allocator), layout.cell - 0.08, BODY, "bold")
        middle = layout.x(column) + layout.cell / 2
        page.mark(middle, y + line_height(BODY) / 2, shape=forms[allocator], colour=colours[allocator])
        page.text(middle, y + 1.5 * line_height(BODY), name, weight="bold", align="center")


def _draw_counts(page: Page, y: float, rows: Sequence[HeatRow], layout: _Layout) -> None:
    """The answer in short: in how many of the rows that it was measured in each allocator is among the lowest."""
    if not any(row.compares for row in rows):
        return
    label = "rows in which it is framed"
    page.text(layout.left - 0.1, y + _ROW / 2, label, colour=page.theme.muted, align="right")
    for column in range(len(layout.allocators)):
        cells = [row.cells[column] for row in rows if row.compares and row.cells[column].toll is not None]
        wins = sum(cell.wins for cell in cells)
        text = f"{wins} of {len(cells)}"
        text = text if width(text, BODY) <= layout.cell - 0.08 else shorten(str(wins), layout.cell - 0.08, BODY)
        page.text(layout.x(column) + layout.cell / 2, y + _ROW / 2, text, align="center")


def _draw_scenario(page: Page, y: float, row: HeatRow) -> None:
    name = shorten(safe(row.block.case.scenario), ROOM, HEADING, "bold")
    middle = y + _SECTION - line_height(HEADING) / 2 - 0.02
    page.text(MARGIN, middle, name, size=HEADING, weight="bold")
    left = MARGIN + width(name, HEADING, "bold") + 0.12
    if row.block.case.question and PAGE_WIDTH - MARGIN - left > 1:
        question = shorten(safe(row.block.case.question), PAGE_WIDTH - MARGIN - left, BODY)
        page.text(left, middle, question, colour=page.theme.muted)


def _draw_label(page: Page, y: float, row: HeatRow, layout: _Layout) -> None:
    room = layout.left - MARGIN - 0.1
    label = shorten(safe(row.block.label), room, BODY)
    page.text(MARGIN, y + _ROW / 2, label)
    left = MARGIN + width(label, BODY) + 0.12
    if row.block.case.explains and layout.left - 0.1 - left > 1:
        shown = shorten(safe(row.block.case.explains), layout.left - 0.1 - left, SMALL)
        page.text(left, y + _ROW / 2, shown, size=SMALL, colour=page.theme.muted)


def _draw_cell(page: Page, axes: Axes, x: float, y: float, cell: Cell, layout: _Layout) -> None:
    theme, middle = page.theme, y + _ROW / 2
    left, top, wide, high = x + _CELL_GAP / 2, y + 0.015, layout.cell - _CELL_GAP, _ROW - 0.03
    toll = cell.toll
    if toll is None:
        _hatch(axes, left, top, wide, high, theme)
        reason = cell.lane.words[1]
        words = reason if width(reason, SMALL) <= wide - 0.1 else _UNMEASURED
        bare = width(words, SMALL) + 0.06
        _fill(axes, left + (wide - bare) / 2, top, bare, high, theme.background)
        page.text(x + layout.cell / 2, middle, words, size=SMALL, colour=theme.muted, align="center")
        return
    fill = theme.background if cell.lane.contended else _colour(cell, theme)
    _fill(axes, left, top, wide, high, fill)
    if cell.lane.contended:
        # Hollow, as the marks of other charts.
        _fill(axes, left + 0.03, top + 0.03, wide - 0.06, high - 0.06, "none", edge=theme.muted, line=1.0)
    if cell.wins:
        _frame(axes, left, top, wide, high, theme)
    _draw_figures(page, left, middle, wide, cell, theme.ink(fill))


def _draw_figures(page: Page, left: float, y: float, wide: float, cell: Cell, ink: str) -> None:
    assert cell.toll is not None
    low, high, _, reached = cell.toll.interval
    ratio = _ratio(cell)
    small = format_difference_ns(cell.toll.value, low, high)[0] + ("" if reached else SHORT_INTERVAL)
    if cell.alike and wide > _MARK_ROOM + 0.2:
        page.text(left + 0.05, y, "=", weight="bold", colour=ink)
    inner, room = left + _MARK_ROOM, wide - _MARK_ROOM - _PAD
    if width(ratio, BODY, "bold") + 0.06 + width(small, SMALL) <= room:
        if ratio:
            page.text(inner, y, ratio, weight="bold", colour=ink)
        page.text(left + wide - _PAD, y, small, size=SMALL, colour=ink, align="right")
    else:
        inner = left + (_MARK_ROOM if cell.alike else _PAD)
        only = shorten(ratio or small, left + wide - inner, SMALL, "bold")
        page.text(inner, y, only, size=SMALL, weight="bold", colour=ink)


def _ratio(cell: Cell) -> str:
    assert cell.toll is not None
    if cell.times is None:
        return "≈ 0" if sign(cell.toll) == 0 else ""
    # 1.0× only where it is the lowest itself.
    close = not cell.lowest and cell.times < _CLOSE
    return format_ratio(cell.times, 3 if close or cell.times >= 100 else 2)


def _colour(cell: Cell, theme: Theme) -> str:
    if cell.times is None:
        return theme.grid
    return theme.steps[sum(cell.times >= bound for bound in BOUNDS[1:])]


def _fill(
    axes: Axes, x: float, y: float, wide: float, high: float, colour: str, edge: str = "none", line: float = 0.6
) -> None:
    width = 0 if edge == "none" else line
    axes.add_patch(Rectangle((x, y), wide, high, facecolor=colour, edgecolor=edge, linewidth=width, joinstyle="miter"))


def _frame(axes: Axes, x: float, y: float, wide: float, high: float, theme: Theme) -> None:
    _fill(axes, x, y, wide, high, "none", edge=theme.text, line=_FRAME)


def _hatch(axes: Axes, x: float, y: float, wide: float, high: float, theme: Theme) -> None:
    axes.add_patch(
        Rectangle((x, y), wide, high, facecolor="none", edgecolor=theme.rule, linewidth=0.6, hatch="//////")
    )
