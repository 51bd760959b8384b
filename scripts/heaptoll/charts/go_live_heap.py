"""The price of a heap value in Go against what else lives on the heap, and against GOGC."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from heaptoll import summary
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.go import how_go_ran, lane_of
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.scale import LinearScale
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, HEADING, MARGIN, SMALL, STACK_SHAPE, Theme, shapes
from heaptoll.go_lane.beside import with_go
from heaptoll.go_lane.files import ALLOCATOR
from heaptoll.go_lane.read import GoCase, GoLane
from heaptoll.measurements import Run
from heaptoll.summary import ArmKey, ArmResult
from heaptoll.units import format_tick_ns, time_unit

QUESTION = "What does a heap value cost in Go when more lives on the heap?"
_SHOWS = (
    "Time per operation of a pair on the stack (round) and on the heap (cross), the collector's work in it, beside so "
    "many megabytes of nodes of 128 bytes with two pointers. GOGC: by how many per cent the heap may grow before it is "
    "collected. Pale bars: 95 % intervals over launches."
)
_LIMITED = "The collector ran more often than GOGC asks, because of the memory limit: {}."

# Inches.
_ROW = 0.19
_BLOCK_HEAD = 0.32
_GROUP_GAP = 0.07
_BLOCK_GAP = 0.12
_TICKS = line_height(SMALL) + 0.06
_GAP = 0.14


@dataclass(frozen=True)
class _Row:
    """One setting of a pair."""

    case: GoCase
    heap: ArmResult | None
    stack: ArmResult | None
    operations_per_collection: float | None

    @property
    def label(self) -> str:
        beside = f"{self.case.live_mb} MB live" if self.case.live_mb else "nothing else"
        return f"GOGC {self.case.gogc}, {beside}"

    @property
    def words(self) -> tuple[str, str, str]:
        """The time, its interval, how often there is a collection."""
        estimate = self.heap.estimate if self.heap else None
        if self.heap is None or estimate is None:
            why = self.heap.failures[0].status if self.heap and self.heap.failures else "not measured"
            return "–", why, ""
        unit = time_unit(estimate.value)
        low, high, _, reached = estimate.interval
        digits = max(0, 2 - int(math.log10(max(estimate.value / unit.ns, 1))))
        texts = [f"{ns / unit.ns:.{digits}f}" for ns in (estimate.value, low, high)]
        often = _count(self.operations_per_collection) if self.operations_per_collection else "none"
        mark = "" if reached else SHORT_INTERVAL
        return f"{texts[0]} {unit.name}", f"[{texts[1]}, {texts[2]}]{mark}", often


def _count(number: float) -> str:
    """Three digits of it, in full below a million."""
    if number >= 1e6:
        return f"{number / 1e6:.3g} million"
    return f"{float(f'{number:.3g}'):,.0f}".replace(",", " ")


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    lane = lane_of(run)
    blocks = _blocks(run, build, lane)
    if not blocks:
        raise NotEnoughData("no case of Go was measured beside a live heap; measure with a wider FILTER")
    rows = [row for block in blocks for row in block]
    results = {r.key: r for row in rows for r in (row.heap, row.stack) if r is not None}
    notes = [*_limited(lane), how_go_ran(lane.facts)]
    keys = [ArmKey(row.case.facts.name, arm, ALLOCATOR) for row in rows for arm in ("stack", "heap")]
    notes += describe_gaps(results, keys)
    notes += describe_short_intervals([row.heap.estimate for row in rows if row.heap], SHORT_INTERVAL)
    return draw_framed(
        with_go(run, build, lane, ()), build, theme, question=QUESTION, shows=_SHOWS, notes=notes,
        height=sum(map(_height, blocks)), body=lambda page, top: _draw(page, top, blocks),
    )  # fmt: skip


CHART = Chart("go_live_heap", QUESTION, _compose)


def _blocks(run: Run, build: str, lane: GoLane) -> list[list[_Row]]:
    """The rows of each pair that was measured beside a live heap, by GOGC and then by what lives."""
    by_pair: dict[str, list[GoCase]] = {}
    for case in lane.facts.cases:
        by_pair.setdefault(case.pair, []).append(case)
    results = summary.summarise(with_go(run, build, lane, ()), [case.facts.name for case in lane.facts.cases], build)
    return [
        [_row(lane, case, results) for case in sorted(cases, key=lambda case: (case.gogc, case.live_mb))]
        for cases in by_pair.values()
        if len(cases) > 1
    ]


def _row(lane: GoLane, case: GoCase, results: Mapping[ArmKey, ArmResult]) -> _Row:
    name = case.facts.name
    return _Row(
        case, results.get(ArmKey(name, "heap", ALLOCATOR)), results.get(ArmKey(name, "stack", ALLOCATOR)),
        lane.operations_per_collection(name),
    )  # fmt: skip


def _limited(lane: GoLane) -> list[str]:
    limited = [case for case in lane.facts.cases if lane.limited(case.facts.name)]
    settings = list(dict.fromkeys(f"{case.live_mb} MB at GOGC {case.gogc}" for case in limited))
    return [_LIMITED.format(", ".join(settings))] if settings else []


def _height(block: Sequence[_Row]) -> float:
    groups = len({row.case.gogc for row in block})
    return _BLOCK_HEAD + len(block) * _ROW + (groups - 1) * _GROUP_GAP + _TICKS + _BLOCK_GAP


def _draw(page: Page, top: float, blocks: Sequence[Sequence[_Row]]) -> None:
    for block in blocks:
        _draw_block(page, top, block)
        top += _height(block)


def _draw_block(page: Page, top: float, block: Sequence[_Row]) -> None:
    theme, name = page.theme, block[0].case.pair
    headings = ("heap", "95 % interval", "operations per collection")
    columns = [
        max(width(text, BODY) for text in (heading, *(row.words[i] for row in block)))
        for i, heading in enumerate(headings)
    ]
    page.stroke([MARGIN, MARGIN + ROOM], [top, top], colour=theme.rule)
    head = top + _BLOCK_HEAD / 2
    page.text(MARGIN, head, shorten(safe(name), ROOM / 2, HEADING, "bold"), size=HEADING, weight="bold")
    right = MARGIN + ROOM
    edges = [right - columns[2] - _GAP - columns[1] - _GAP, right - columns[2] - _GAP, right]
    for heading, edge in zip(headings, edges):
        page.text(edge, head, heading, colour=theme.muted, align="right")
    left = MARGIN + max(width(row.label, BODY) for row in block) + _GAP
    estimates = [arm.estimate for row in block for arm in (row.heap, row.stack) if arm]
    values = [each.interval.high for each in estimates if each]
    scale = LinearScale.over(values, edges[0] - columns[0] - 2 * _GAP - left)
    body, high = top + _BLOCK_HEAD, _height(block) - _BLOCK_HEAD - _TICKS - _BLOCK_GAP
    axes = page.axes(left, body, scale.length, high)
    axes.set(xlim=(0, scale.high), ylim=(high, 0))
    axes.vlines(scale.ticks(), 0, high, color=theme.grid, linewidth=0.8, zorder=0)
    for tick in scale.ticks():
        at = left + scale.position(tick)
        page.text(at, body + high + _TICKS / 2, format_tick_ns(tick), size=SMALL, colour=theme.muted, align="center")
    colour, shape = theme.colours([ALLOCATOR])[ALLOCATOR], shapes([ALLOCATOR])[ALLOCATOR]
    y, gogc = 0.0, block[0].case.gogc
    for row in block:
        y += _GROUP_GAP if row.case.gogc != gogc else 0.0
        gogc, middle = row.case.gogc, y + _ROW / 2
        page.text(MARGIN, body + middle, row.label)
        for text, edge in zip(row.words, edges):
            page.text(edge, body + middle, text, align="right")
        for arm, ink, form in ((row.stack, theme.stack, STACK_SHAPE), (row.heap, colour, shape)):
            if arm is None or arm.estimate is None:
                continue
            low, value, end = arm.estimate.interval.low, arm.estimate.value, arm.estimate.interval.high
            if arm is row.heap and row.stack and row.stack.estimate:
                axes.plot([row.stack.estimate.value, value], [middle, middle], color=ink, linewidth=1.2, zorder=1)
            axes.plot([low, end], [middle, middle], color=ink, linewidth=5, alpha=0.35, zorder=2)
            axes.plot(
                [value], [middle], marker=form, markersize=5.0, linestyle="none", zorder=3, clip_on=False,
                markeredgecolor=ink, markeredgewidth=1.0, markerfacecolor=theme.background if arm.contended else ink,
            )  # fmt: skip
        y += _ROW
