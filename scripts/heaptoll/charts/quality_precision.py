"""The part of the quality chart on what was measured beside the run: how far repeated results differ, by engine."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.charts.frame import ROOM
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.section import Section, percent_scale, percent_tick
from heaptoll.charts.text import width
from heaptoll.charts.theme import BODY, MARGIN, SMALL
from heaptoll.precision.figures import Precision, median

_EXPLAINS = (
    "The same cases, {times} times with each engine in turn, {seconds:g} s each. Filled: the coefficient of variation "
    "of the median case; hollow: of the worst."
)
_ENGINES = {"lockstep": "Heaptoll", "gbench": "Google Benchmark"}
_ROWS = (("heap", "ns"), ("stack", "ns"), ("heap", "cycles"), ("stack", "cycles"))
_IDENTICAL = "two identical lanes, from 1"
_TICK_PERCENTS = (0.01, 0.1, 1.0, 10.0, 100.0)

# Inches.
_ROW = 0.17
_TICKS = line_height(SMALL) + 0.05
_GAP = 0.15


@dataclass(frozen=True)
class Spread:
    """How far one engine's results differ, in per cent: in the median case and in the worst."""

    label: str
    ours: bool
    median: float
    worst: float
    refused: str = ""

    @property
    def words(self) -> str:
        return f"{_percent(self.median)}, worst {_percent(self.worst)}{self.refused}"


def _percent(value: float) -> str:
    return f"{value:.2f} %" if value >= 0.005 else "< 0.01 %"


def spreads(found: Precision) -> list[Spread]:
    """Of each arm and unit, for each engine that tells it; and of identical lanes, where any could be used."""
    rows = []
    for arm, unit in _ROWS:
        for engine, name in _ENGINES.items():
            if values := found.variations(engine, arm, unit):
                refused = _refused(found, engine, arm, unit)
                label = f"{arm}, {unit}: {name}"
                rows.append(Spread(label, engine == "lockstep", median(values), max(values), refused))
    if deviations := found.identical_deviations_percent():
        rows.append(Spread(_IDENTICAL, True, median(deviations), max(deviations)))
    return rows


def _refused(found: Precision, engine: str, arm: str, unit: str) -> str:
    some = [each for each in found.repeated if (each.engine, each.arm, each.unit) == (engine, arm, unit)]
    refused = sum(each.unusable for each in some)
    return f"; {refused} of {refused + sum(len(each.results) for each in some)} refused as too noisy" if refused else ""


def precision_section(found: Precision, rows: list[Spread]) -> Section:
    explains = _EXPLAINS.format(times=found.repetitions, seconds=found.seconds_per_result)
    return Section(
        "How far do results differ that were measured again?", explains, len(rows) * _ROW + _TICKS,
        lambda page, top: _draw(page, top, rows),
    )  # fmt: skip


def _draw(page: Page, top: float, rows: list[Spread]) -> None:
    theme = page.theme
    left = MARGIN + max(width(row.label, BODY) for row in rows) + _GAP
    words = max(width(row.words, BODY) for row in rows) + _GAP
    scale = percent_scale(MARGIN + ROOM - words - left)
    high = len(rows) * _ROW
    axes = page.axes(left, top, scale.length, high)
    axes.set(xlim=(0, scale.length), ylim=(high, 0))
    for tick in _TICK_PERCENTS:
        at = scale.position(tick)
        axes.axvline(at, color=theme.grid, linewidth=0.8, zorder=0)
        y = top + high + _TICKS / 2
        page.text(left + at, y, percent_tick(tick), size=SMALL, colour=theme.muted, align="center")
    for i, row in enumerate(rows):
        y = (i + 0.5) * _ROW
        colour = theme.stack if row.ours else theme.muted
        page.text(MARGIN, top + y, row.label)
        page.text(MARGIN + ROOM, top + y, row.words, align="right")
        ends = [scale.position(max(percent, scale.low)) for percent in (row.median, row.worst)]
        axes.plot(ends, [y, y], color=colour, linewidth=1.2, zorder=2)
        for at, fill in zip(reversed(ends), (theme.background, colour)):
            axes.plot(
                [at], [y], marker="o" if row.ours else "s", markersize=4.5, linestyle="none", zorder=3, clip_on=False,
                markeredgecolor=colour, markeredgewidth=1.0, markerfacecolor=fill,
            )  # fmt: skip
