"""Small multiples: one panel per series, its changes marked."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from heaptoll.charts import save
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.text import safe, shorten, width as text_width, wrap
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, SMALL, THEMES, TITLE, Theme, in_order
from heaptoll.history.change.search import Change, Found, Searched
from heaptoll.history.events import events
from heaptoll.history.formats import words
from heaptoll.history.record import TOLL
from heaptoll.history.told import Told

QUESTION = "What changed, and when?"
NAME = "history"
MOST_PANELS = 24
_ENOUGH_PANELS = 12  # where fewer series changed, some that did not are drawn too
_COLUMNS = 3
_GUTTER, _LEFT = 0.62, 0.62  # inches; the numbers of the vertical axis stand there
_HEIGHT, _HEAD, _FOOT = 1.1, 0.54, 0.34  # of a panel's data; above and below it
_TOP = 1.05
_OUTER = 0.01  # of the values on either side; what is beyond them may be drawn at the edge
_ROOM = 0.12  # of the spread of the values, above and below
_MOST_KEYS = 4
_LABEL = SMALL - 0.5
_SECOND = 1 / 86400  # in days, the unit of the horizontal axis


@dataclass(frozen=True, eq=False)
class _Panel:
    searched: Searched
    marked: tuple[Change, ...]


def draw(found: Found, told: Told, folder: Path) -> list[Path]:
    """Writes history-light and -dark as SVG and PNG below `folder`; returns their paths, none where there is no series.
    Raises OSError."""
    panels = _chosen(found)
    if not panels:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for theme in THEMES.values():
        with theme.applied():
            figure = _compose(found, told, panels, theme)
        for format in save.FORMATS:
            paths.append(folder / f"{NAME}-{theme.name}.{format}")
            save.save(figure, paths[-1], theme, QUESTION)
    return paths


def compose(found: Found, told: Told, theme: Theme) -> Figure:
    """The figure; call it inside `theme.applied()`. Raises ValueError where there is no series."""
    panels = _chosen(found)
    if not panels:
        raise ValueError("a history without a series has no chart")
    return _compose(found, told, panels, theme)


def _chosen(found: Found) -> list[_Panel]:
    """The series of the newest events first, then those that drift, then the longest tolls of each scenario in turn."""
    chosen: dict[int, Searched] = {}
    for event in reversed(events(found)):
        for one in (*event.moved, *event.moved_controls):
            chosen.setdefault(id(one.searched), one.searched)
    for drifting in found.searched:
        if drifting.drift is not None:
            chosen.setdefault(id(drifting), drifting)
    changed = list(chosen.values())[:MOST_PANELS]
    others = [each for each in found.searched if id(each) not in chosen]
    others.sort(key=lambda each: (each.series.name.control, each.series.name.arm != TOLL, -len(each.series)))
    others = _in_turns(others)
    shown = changed + others[: max(0, _ENOUGH_PANELS - len(changed))]
    return [_Panel(each, tuple(change for change in each.changes if not change.in_zone)) for each in shown]


def _in_turns(searched: Sequence[Searched]) -> list[Searched]:
    """One of each scenario, then the next of each: what a case is called by must not decide whether it is seen."""
    turns: Counter[str] = Counter()
    ordered = []
    for each in searched:
        scenario = each.series.name.case.split("/")[0]
        ordered.append((turns[scenario], each))
        turns[scenario] += 1
    return [each for _, each in sorted(ordered, key=lambda one: one[0])]


def _compose(found: Found, told: Told, panels: Sequence[_Panel], theme: Theme) -> Figure:
    small_print = _small_print(found, told, [panel.searched for panel in panels])
    room = PAGE_WIDTH - 2 * MARGIN
    printed = [line for text in small_print for line in wrap(safe(text), room, SMALL)]
    columns = min(_COLUMNS, len(panels))
    rows = math.ceil(len(panels) / columns)
    body = rows * (_HEAD + _HEIGHT + _FOOT)
    height = _TOP + body + len(printed) * line_height(SMALL) + 2 * MARGIN
    page = Page(PAGE_WIDTH, height, theme)
    page.text(MARGIN, 0.32, QUESTION, size=TITLE, weight="bold")
    page.lines(
        MARGIN, 0.5,
        wrap("Every dot is a run, the thin line its interval as far as the panel goes; horizontal lines are levels. A vertical line is the first run with a new "
             "level, the band about it where that may be otherwise (95 %). Triangles: beyond the panel.", room, BODY),
        size=BODY, colour=theme.muted,
    )  # fmt: skip
    colours = theme.colours(in_order({panel.searched.series.name.allocator or "other" for panel in panels}))
    names = words.labels(found.searched)
    width = (PAGE_WIDTH - 2 * MARGIN - _LEFT - (columns - 1) * _GUTTER) / columns
    for number, panel in enumerate(panels):
        left = MARGIN + _LEFT + (number % columns) * (width + _GUTTER)
        top = _TOP + (number // columns) * (_HEAD + _HEIGHT + _FOOT) + _HEAD
        colour = colours[panel.searched.series.name.allocator or "other"]
        _draw(page, panel, left, top, width, colour, names[id(panel.searched)].partition("[")[2].rstrip("]"))
    page.lines(MARGIN, _TOP + body + MARGIN / 2, printed, size=SMALL, colour=theme.muted)
    return page.figure


def _draw(page: Page, panel: _Panel, left: float, top: float, width: float, colour: str, which: str) -> None:
    series, theme = panel.searched.series, page.theme
    times = [series.run(i).time_utc for i in range(len(series))]
    at = np.asarray(date2num(times), dtype=np.float64)
    low, high = _range(panel)
    axes = page.axes(left, top, width, _HEIGHT)
    before, after = at[0], max(at[-1], at[0] + _SECOND)
    axes.set(ylim=(low, high), xlim=(before - 0.02 * (after - before), after + 0.02 * (after - before)))
    axes.hlines([low], *axes.get_xlim(), color=theme.rule, linewidth=1.0)
    _dots(axes, panel, at, low, high, colour)
    _levels(axes, panel, at, colour)
    _marks(page, axes, panel, at, (left, top, width), theme)
    name = series.name
    room = width + _LEFT - 0.05
    titles = [str(name.case), " ".join(filter(None, (name.arm, name.allocator, which)))]
    for line, (text, weight) in enumerate(zip(titles, ("bold", "normal"))):
        page.text(
            left - _LEFT + 0.05, top - _HEAD + 0.12 + line * line_height(SMALL) * 1.05,
            shorten(safe(text), room, SMALL, weight), size=SMALL, weight=weight, colour=theme.text if line == 0 else colour,
        )  # fmt: skip
    bottom = top + _HEIGHT
    for value in _ticks(low, high):
        y = bottom - (value - low) / (high - low) * _HEIGHT
        axes.hlines([value], *axes.get_xlim(), color=theme.grid, linewidth=0.8, zorder=0)
        page.text(left - 0.06, y, f"{value:.4g} {series.unit}".rstrip(), size=SMALL - 1, colour=theme.muted, align="right")
    first, last = (f"{time:%Y-%m-%d}" for time in (times[0], times[-1]))
    if first == last:  # runs of an hour, not of nights
        first, last = f"{times[0]:%Y-%m-%d %H:%M}", f"{times[-1]:%H:%M}"
    page.text(left, bottom + 0.1, first, size=SMALL - 1, colour=theme.muted)
    page.text(left + width, bottom + 0.1, last, size=SMALL - 1, colour=theme.muted, align="right")


def _range(panel: _Panel) -> tuple[float, float]:
    """The values without a few at either end, and every level."""
    series = panel.searched.series
    values = [*np.quantile(series.values, (_OUTER, 1 - _OUTER))]
    for change in panel.searched.changes:
        values += [change.step.before, change.step.after]
    low, high = float(min(values)), float(max(values))
    least = 0.02 * abs(high) or 1.0  # a series that never moves must not look as if it did
    spread = max(high - low, least)
    middle = (low + high) / 2
    return middle - spread * (0.5 + _ROOM), middle + spread * (0.5 + _ROOM)


def _ticks(low: float, high: float) -> list[float]:
    """Two or three round numbers within."""
    from matplotlib.ticker import MaxNLocator

    return [float(each) for each in MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) if low < each < high]


def _dots(axes: Axes, panel: _Panel, at: np.ndarray[tuple[int], np.dtype[np.float64]], low: float, high: float, colour: str) -> None:
    series = panel.searched.series
    inside = (series.values >= low) & (series.values <= high)
    has = inside & np.isfinite(series.low) & np.isfinite(series.high)
    axes.vlines(at[has], series.low[has], series.high[has], color=colour, linewidth=0.5, alpha=0.35, zorder=1)
    axes.plot(at[inside], series.values[inside], ".", color=colour, markersize=2.2, alpha=0.75, zorder=2)
    above, below = series.values > high, series.values < low
    edge = 0.03 * (high - low)
    axes.plot(at[above], np.full(int(above.sum()), high - edge), "^", color=colour, markersize=2.6, alpha=0.75, zorder=2)
    axes.plot(at[below], np.full(int(below.sum()), low + edge), "v", color=colour, markersize=2.6, alpha=0.75, zorder=2)


def _levels(axes: Axes, panel: _Panel, at: np.ndarray[tuple[int], np.dtype[np.float64]], colour: str) -> None:
    changes = panel.searched.changes
    if panel.searched.drift is not None:
        middle, rise = float(np.median(panel.searched.series.values)), panel.searched.drift
        share = np.linspace(-0.5, 0.5, len(at))
        axes.plot(at, middle + rise * share, color=colour, linewidth=1.6, zorder=3)
        return
    if not changes:
        level = float(np.median(panel.searched.series.values))
        levels = [level]
    else:
        levels = [changes[0].step.before, *(change.step.after for change in changes)]
    for (start, end), level in zip(panel.searched.segments(), levels):
        axes.hlines([level], at[start], at[min(end, len(at) - 1)], color=colour, linewidth=1.6, zorder=3)


def _marks(
    page: Page, axes: Axes, panel: _Panel, at: np.ndarray[tuple[int], np.dtype[np.float64]],
    box: tuple[float, float, float], theme: Theme,
) -> None:  # fmt: skip
    left, top, width = box
    low, high = axes.get_xlim()
    taken = -math.inf
    for change in panel.marked:
        axes.axvspan(at[change.first], at[change.last], color=theme.warning, alpha=0.15, linewidth=0, zorder=0)
        axes.axvline(at[change.at], color=theme.warning, linewidth=0.9, zorder=2)
        step = change.step
        percent = step.percent(step.change)
        text = f"{percent:+.1f} %" if percent is not None else f"{step.change:+.3g}"
        text = text.replace("-", words.MINUS) + ("" if change.sure else " ?")
        half = text_width(text, _LABEL) / 2
        x = min(max(left + (at[change.at] - low) / (high - low) * width, left + half), left + width - half)
        if x - half < taken:
            continue  # its line and its level are there; a text on top of another says nothing
        taken = x + half + 0.05
        page.text(x, top - 0.08, text, size=_LABEL, colour=theme.warning, align="center")


def _small_print(found: Found, told: Told, shown: Sequence[Searched]) -> list[str]:
    lines = [f"⚠ {warning}" for warning in told.warnings]
    heading = "; ".join(f"{name}: {value}" for name, value in told.heading.items())
    lines.append(f"{len(shown)} of {len(found.searched)} series are shown: those that changed, newest first, then others. {heading}")
    keys = list(dict.fromkeys(each.series.name.key for each in shown))
    lines.append("Measured on " + "; or ".join(keys[:_MOST_KEYS]) + (f"; or {len(keys) - _MOST_KEYS} others" if len(keys) > _MOST_KEYS else "") + ".")
    newest = max((each.series.run(len(each.series) - 1) for each in shown), key=lambda run: run.time_utc)
    lines.append(f"Newest run: {newest.name}, {words.moment(newest)}, {words.commit(newest)}.")
    return lines + ["; ".join(words.searched(found)) + ". “?”: not sure among all series."]
