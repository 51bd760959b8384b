"""What differs between launches: a panel per variant, the distribution of each allocator's launches in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.deviation_scale import LINEAR_PERCENT, DeviationScale, tick_room, tick_words
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL, eligible_cases
from heaptoll.charts.frame import ROOM, draw_framed
from heaptoll.charts.gaps import describe_gaps, describe_short_intervals
from heaptoll.charts.launch_spread import Lane, LaunchPanel, find_launch_panels
from heaptoll.charts.main_variants import main_variants
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.representatives import representatives
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, SMALL, Theme, in_order, shapes
from heaptoll.charts.variant_notes import why_nothing
from heaptoll.measurements import Run
from heaptoll.summary import ArmKey
from heaptoll.units import format_tick_ns

QUESTION = "What does one launch's memory layout do to the result?"
_SUBTITLE = (
    "Each launch is fresh processes with a fresh random memory layout. Steps: the share of launches whose heap "
    "time was at most this, in per cent from the median of all; each mark is a launch. Where a line is upright, the "
    "layout does not matter. Below: the median, and its 95 % interval as a bar."
)
_SCALE = (
    f"deviation from the median in per cent; linear up to about ±{LINEAR_PERCENT:g}, logarithmic beyond, the same "
    "in each panel"
)
_ALSO_TIME = (
    "Launches run one after the other: what the machine did meanwhile differs too, so this is the most that the layout "
    "can have done."
)

# Inches.
_COLUMNS = 2
_COLUMN_GAP = 0.3
_WIDEST_NAME = 0.8
_HEADING = line_height(BODY) + line_height(SMALL) + 0.08
_STEPS = 1.05
_LANE = 0.14
_TICKS = line_height(SMALL) + 0.04
_PANEL_GAP = 0.2
_BELOW = line_height(BODY)

# Points.
_LAUNCH_MARK = 2.8
_MEDIAN_MARK = 5.0


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    chosen = main_variants(eligible_cases(run, build), run, build)
    cases = representatives(chosen.cases)
    if not cases:
        raise NotEnoughData(why_nothing(chosen))
    allocators = in_order(run.allocators(build))
    panels, results = find_launch_panels(run, build, cases, allocators)
    if not panels:
        raise NotEnoughData("no launch timed the heap arm of a case; measurements.csv says why")
    notes = [_ALSO_TIME]
    if len(panels) < len(cases):
        notes.append(
            f"Shown are {len(panels)} of the {len(cases)} cases of the headline: of each scenario the one whose "
            "launches differ most, by the 10th to the 90th percentile of the launches of one allocator; then others by the same "
            "measure. The cases shown are thus not typical, but the worst."
        )
    shown = {panel.block.case.name for panel in panels}
    timed = {key.case for key, result in results.items() if key.arm == "heap" and result.ns_by_launch}
    told = [case.name for case in cases if case.name in shown or case.name not in timed]
    notes += describe_gaps(results, [ArmKey(case, "heap", allocator) for case in told for allocator in allocators])
    notes += describe_short_intervals([lane.estimate for panel in panels for lane in panel.lanes], SHORT_INTERVAL)
    layout = _Layout.of(panels, allocators)
    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes, height=layout.height,
        body=lambda page, top: _draw_body(page, top, panels, layout),
    )  # fmt: skip


CHART = Chart("distribution", QUESTION, _compose)


@dataclass(frozen=True)
class _Layout:
    """All panels share one scale, so that they can be compared. `names`, `times`: the widths of those columns."""

    allocators: Sequence[str]
    names: float
    times: float
    scale: DeviationScale
    count: int

    @classmethod
    def of(cls, panels: Sequence[LaunchPanel], allocators: Sequence[str]) -> _Layout:
        lanes = [lane for panel in panels for lane in panel.lanes]
        names = min(_WIDEST_NAME, max(width(safe(name), BODY) for name in allocators))
        times = max(width(_time(lane), BODY) for lane in lanes)
        reached = [percent for lane in lanes for percent in (*lane.deviations, *(lane.interval or ()))]
        column = (ROOM - (_COLUMNS - 1) * _COLUMN_GAP) / _COLUMNS
        return cls(allocators, names, times, DeviationScale.over(reached, column - names - times - 0.3), len(panels))

    @property
    def column(self) -> float:
        return self.before + self.scale.length

    @property
    def before(self) -> float:
        """What stands to the left of the scale of a panel."""
        return self.names + self.times + 0.3

    @property
    def pitch(self) -> float:
        return _HEADING + _STEPS + _TICKS + len(self.allocators) * _LANE + _PANEL_GAP

    @property
    def height(self) -> float:
        return math.ceil(self.count / _COLUMNS) * self.pitch + _BELOW

    def corner(self, index: int) -> tuple[float, float]:
        """The upper left corner of a panel, from that of the body."""
        row, column = divmod(index, _COLUMNS)
        return MARGIN + column * (self.column + _COLUMN_GAP), row * self.pitch


def _time(lane: Lane) -> str:
    if lane.absent or lane.estimate is None:
        return lane.absent
    return format_tick_ns(lane.estimate.value) + ("" if lane.estimate.interval.reached else SHORT_INTERVAL)


def _draw_body(page: Page, top: float, panels: Sequence[LaunchPanel], layout: _Layout) -> None:
    for index, panel in enumerate(panels):
        left, y = layout.corner(index)
        _draw_panel(page, left, top + y, panel, layout)
    page.text(MARGIN, top + layout.height - line_height(BODY) / 2, _SCALE, colour=page.theme.muted)


def _draw_panel(page: Page, left: float, top: float, panel: LaunchPanel, layout: _Layout) -> None:
    theme, case, scale = page.theme, panel.block.case, layout.scale
    name = shorten(safe(f"{case.scenario}/{panel.block.label}"), layout.column, BODY, "bold")
    page.text(left, top + line_height(BODY) / 2, name, weight="bold")
    if case.explains:
        explains = shorten(safe(case.explains), layout.column, SMALL)
        page.text(left, top + line_height(BODY) + line_height(SMALL) / 2, explains, size=SMALL, colour=theme.muted)
    x, y = left + layout.before, top + _HEADING
    high = _STEPS + _TICKS + len(panel.lanes) * _LANE
    axes = page.axes(x, y, scale.length, high)
    axes.set(xlim=(0, scale.length), ylim=(high, 0))
    _draw_grid(page, axes, x, y, high, scale.ticks(tick_room), scale)
    colours, forms = theme.colours(layout.allocators), shapes(layout.allocators)
    for i, lane in enumerate(panel.lanes):
        at = _STEPS + _TICKS + (i + 0.5) * _LANE
        page.text(left, y + at, shorten(safe(lane.allocator), layout.names, BODY))
        muted = bool(lane.absent) or lane.contended
        page.text(
            left + layout.names + 0.12 + layout.times, y + at, _time(lane), align="right",
            colour=theme.muted if muted else theme.text,
        )  # fmt: skip
        if lane.interval is not None:
            _draw_lane(axes, lane, at, scale, theme, colours[lane.allocator], forms[lane.allocator])


def _draw_grid(
    page: Page, axes: Axes, x: float, y: float, high: float, ticks: Sequence[float], scale: DeviationScale
) -> None:
    theme = page.theme
    for share, words in ((1.0, "100 %"), (0.5, "50 %"), (0.0, "0 % of launches")):
        at = _STEPS * (1 - share)
        axes.plot([0, scale.length], [at, at], color=theme.grid, linewidth=0.8, zorder=0)
        page.text(x - 0.07, y + at, words, size=SMALL, colour=theme.muted, align="right")
    for tick in ticks:
        at = scale.position(tick)
        colour = theme.rule if tick == 0 else theme.grid
        axes.plot([at, at], [0, _STEPS], color=colour, linewidth=0.8, zorder=0)
        axes.plot([at, at], [_STEPS + _TICKS, high], color=colour, linewidth=0.8, zorder=0)
        page.text(x + at, y + _STEPS + _TICKS / 2 + 0.01, tick_words(tick), size=SMALL, colour=theme.muted, align="center")


def _draw_lane(
    axes: Axes, lane: Lane, y: float, scale: DeviationScale, theme: Theme, colour: str, shape: str
) -> None:
    """The steps above the scale, and at `y` below it the median with its interval."""
    assert lane.interval is not None
    fill = theme.background if lane.contended else colour
    places = [scale.position(percent) for percent in lane.deviations]
    shares = [_STEPS * (1 - (i + 1) / len(places)) for i in range(len(places))]
    axes.plot(
        [places[0], *places], [_STEPS, *shares], drawstyle="steps-post", color=colour, linewidth=1.2, zorder=2,
    )  # fmt: skip
    axes.plot(
        places, shares, marker=shape, markersize=_LAUNCH_MARK, linestyle="none", zorder=3, clip_on=False,
        markeredgecolor=colour, markeredgewidth=0.8, markerfacecolor=fill,
    )  # fmt: skip
    axes.plot([scale.position(end) for end in lane.interval], [y, y], color=colour, linewidth=2.2, zorder=2)
    axes.plot(
        [scale.position(0.0)], [y], marker=shape, markersize=_MEDIAN_MARK, linestyle="none", zorder=3,
        markeredgecolor=colour, markeredgewidth=1.0, markerfacecolor=fill,
    )  # fmt: skip
