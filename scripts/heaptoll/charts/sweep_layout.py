"""Where the panels of the size sweep lie: those with many sizes as wide as the page, the others in columns below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from heaptoll.charts.frame import ROOM
from heaptoll.charts.page import line_height
from heaptoll.charts.scale import LogScale
from heaptoll.charts.sweep_lines import Panel
from heaptoll.charts.text import safe, width
from heaptoll.charts.theme import BODY, MARGIN

# Inches.
TICK_COLUMN = 0.55
LEADER = 0.22
LABEL_GAP = 0.145
MARK_ROW = 0.15
_MOST_COLUMNS = 2
_COLUMN_GAP = 0.15
_LOWEST_PANEL = 1.55
_LOWEST_DENSE_PANEL = 2.7
_WIDEST_NAME = 1.0
_BELOW_PANEL = 0.36
_BELOW_HEADING = 0.1
_HEAD = 1.5 * line_height(BODY)


@dataclass(frozen=True)
class Place:
    """The upper left corner of a panel's data area, its scales, and how wide its column is. `rows`: rows of marks
    between its title and its data area. `headed`: whether it says what the horizontal scale is."""

    panel: Panel
    left: float
    top: float
    sizes: LogScale
    times: LogScale
    width: float
    rows: int
    headed: bool

    @property
    def title_y(self) -> float:
        return self.top - self.rows * MARK_ROW - _HEAD / 2

    @property
    def bottom(self) -> float:
        return self.top + self.times.length


@dataclass(frozen=True)
class Layout:
    """All panels share the limits of the scale of sizes; those of one way, with many sizes or with few, the limits of
    the scale of times; but cold pages have one of their own.
    `names`: the room for the names of lines."""

    places: list[Place]
    names: float
    height: float

    @classmethod
    def of(
        cls, panels: Sequence[Panel], allocators: Sequence[str], rows: Mapping[tuple[str, str], int]
    ) -> Layout:
        """From the top of the page on. `rows`: of each variant and way that has any, the rows of marks."""
        names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in ("stack", *allocators)))
        grid = _Grid(panels, names, max(_LOWEST_PANEL, (len(allocators) + 1) * LABEL_GAP), rows)
        places: list[Place] = []
        top = 0.0
        for columns, some in (
            (1, [panel for panel in panels if panel.is_dense]),
            (_MOST_COLUMNS, [panel for panel in panels if not panel.is_dense]),
        ):
            columns = min(columns, len(some))
            for first in range(0, len(some), columns or 1):
                row = [grid.place(panel, top, i, columns) for i, panel in enumerate(some[first : first + columns])]
                places += [replace(each, headed=first + i + columns >= len(some)) for i, each in enumerate(row)]
                top = max(each.bottom for each in row) + _BELOW_PANEL + (_BELOW_HEADING if row[0].panel.is_dense else 0)
        return cls(places, names, top)


class _Grid:
    def __init__(
        self, panels: Sequence[Panel], names: float, height: float, rows: Mapping[tuple[str, str], int]
    ) -> None:
        self._names, self._height, self._rows = names, height, rows
        self._sizes = [size for panel in panels for size in panel.sizes]
        self._times: dict[tuple[str, bool, bool], list[float]] = {}
        for panel in panels:
            self._times.setdefault(_alike(panel), []).extend(v for line in panel.lines for v in line.values)

    def place(self, panel: Panel, top: float, column: int, columns: int) -> Place:
        """The panel in one of so many columns; `top` is where its title begins."""
        wide = (ROOM - (columns - 1) * _COLUMN_GAP) / columns
        height = max(self._height, _LOWEST_DENSE_PANEL) if panel.is_dense else self._height
        rows = self._rows.get((panel.variant, panel.way), 0)
        return Place(
            panel,
            MARGIN + column * (wide + _COLUMN_GAP) + TICK_COLUMN,
            top + _HEAD + rows * MARK_ROW,
            LogScale.over(self._sizes, wide - TICK_COLUMN - LEADER - self._names - 0.05, 2.0),
            LogScale.over(self._times[_alike(panel)], height),
            wide,
            rows,
            headed=False,
        )


def _alike(panel: Panel) -> tuple[str, bool, bool]:
    """Equal for panels that share a scale of times."""
    return panel.way, panel.is_dense, panel.of_pages
