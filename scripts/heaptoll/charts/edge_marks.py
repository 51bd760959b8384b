"""Marks the edges of a size sweep: above its panel a row per allocator with a tick and a size for each, and in it a
dotted line down to where the allocator's line jumps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from heaptoll.charts.page import Page
from heaptoll.charts.spread import spread
from heaptoll.charts.sweep_layout import MARK_ROW, TICK_COLUMN, Place
from heaptoll.charts.sweep_lines import Line
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import SMALL
from heaptoll.edges.finder import Edge
from heaptoll.edges.sweep import LaneEdges
from heaptoll.units import format_bytes

EXPLAINS = (
    "Ticks above a panel: sizes above which an allocator's toll jumps, found from the data, with a bar where the place is "
    "less certain than that; see edges.csv."
)
_TICK = 0.1  # inches
_GAP = 0.05


def draw_marks(page: Page, place: Place, found: Sequence[LaneEdges], colours: Mapping[str, str]) -> None:
    """The rows above a panel, one for each of its dense sweeps, in the order given."""
    for i, each in enumerate(found):
        y = place.top - (len(found) - i - 0.5) * MARK_ROW
        allocator = each.lane.allocator
        name = shorten(safe(allocator), TICK_COLUMN - 0.02, SMALL)
        page.text(place.left - 0.02, y, name, size=SMALL, colour=colours[allocator], align="right")
        if not each.edges:
            page.text(place.left + 0.07, y, "no edge", size=SMALL, colour=page.theme.muted)
            continue
        line = next((line for line in place.panel.lines if line.allocator == allocator and not line.extra), None)
        _draw_row(page, place, y, each.edges, colours[allocator])
        for edge in each.edges:
            _drop(page, place, edge, line, colours[allocator])


def _draw_row(page: Page, place: Place, y: float, edges: Sequence[Edge], colour: str) -> None:
    labels = [format_bytes(edge.last_before) for edge in edges]
    widest = max(width(label, SMALL) for label in labels)
    at = [_x(place, edge) for edge in edges]
    bars = [[place.left + place.sizes.position(size) for size in (edge.low, edge.high)] for edge in edges]
    certain = [(edge.low, edge.high) == (edge.last_before, edge.first_after) for edge in edges]
    # To the right of its tick and bar, or wherever there is room for it in the same order.
    wanted = [(x if sure else bar[1]) + _GAP for x, bar, sure in zip(at, bars, certain)]
    places = spread(wanted, widest + 2 * _GAP, place.left, place.left + place.sizes.length)
    for label, left, x, bar, sure in zip(labels, places, at, bars, certain):
        page.stroke([x, x], [y - _TICK / 2, y + _TICK / 2], colour=colour, width=1.5)
        if not sure:
            page.stroke(bar, [y, y], colour=colour, width=0.9)
        page.text(left, y, label, size=SMALL, colour=colour)


def _drop(page: Page, place: Place, edge: Edge, line: Line | None, colour: str) -> None:
    """From the top of the panel down to the higher side of the jump; through the rows it would cross their words."""
    if line is None:
        return
    sides = [line.median[line.sizes.index(size)] for size in (edge.last_before, edge.first_after)]
    drawn = [ns for ns in sides if not math.isnan(ns)]
    if drawn:
        x = _x(place, edge)
        reached = place.bottom - place.times.position(max(drawn))
        page.stroke([x, x], [place.top, reached], colour=colour, width=0.9, dotted=True)


def _x(place: Place, edge: Edge) -> float:
    return place.left + place.sizes.position(math.sqrt(edge.last_before * edge.first_after))
