"""The part of the quality chart on quiet slices: their share in the course of the run, and what was not timed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes

from heaptoll.charts.frame import ROOM
from heaptoll.charts.page import Page, line_height
from heaptoll.charts.quality_lanes import share_words
from heaptoll.charts.scale import LinearScale
from heaptoll.charts.section import Section
from heaptoll.charts.text import safe, shorten
from heaptoll.charts.theme import BODY, MARGIN, SMALL, Theme
from heaptoll.measurements import Run
from heaptoll.self_check import LaunchQuiet, SelfCheck

_EXPLAINS = (
    "Line: the share of {slices} during which the core was ours, in launches of cases in the order in which they were "
    "measured{bins}. From 80 % on that is good, below 50 % poor."
)
_GOOD_AND_POOR = (1.0, 0.8, 0.5, 0.0)
_MOST_BINS = 240
_LEAST_QUIET = 3

# Inches.
_LEFT = 0.75
_RIGHT = 1.45
_HIGH = 1.15
_LANE = 0.14
_ABOVE_STATUS = 0.08
_LEAST_ALPHA = 0.2


@dataclass(frozen=True)
class Bin:
    """Launches that follow one another, `first` and the last of them counted from 0. Shares are NaN where nothing was
    timed. `untimed`: the share of their rows that has each status but `ok`."""

    first: int
    last: int
    share: float
    lowest: float
    highest: float
    untimed: dict[str, float]


def bins_of(launches: Sequence[LaunchQuiet], most: int = _MOST_BINS) -> list[Bin]:
    """At most so many bins, of as many launches each but for one."""
    size = math.ceil(len(launches) / most)
    return [_bin(first, launches[first : first + size]) for first in range(0, len(launches), size or 1)]


def _bin(first: int, launches: Sequence[LaunchQuiet]) -> Bin:
    slices = sum(launch.slices for launch in launches)
    shares = [launch.share for launch in launches if launch.slices]
    rows = sum(sum(launch.rows.values()) for launch in launches)
    statuses = dict.fromkeys(status for launch in launches for status in launch.rows if status != "ok")
    return Bin(
        first, first + len(launches) - 1,
        sum(launch.quiet for launch in launches) / slices if slices else math.nan,
        min(shares, default=math.nan), max(shares, default=math.nan),
        {status: sum(launch.rows.get(status, 0) for launch in launches) / rows for status in statuses},
    )  # fmt: skip


def quiet_section(run: Run, check: SelfCheck) -> Section:
    slices = "repetitions" if run.facts.engine == "gbench" else "slices"
    bins = bins_of(check.launches)
    together = bins[0].last - bins[0].first + 1 if bins else 1
    told = f", {together} together; band: the lowest to the highest launch of these" if together > 1 else ""
    statuses = [status for status in check.status if status != "ok"]
    return Section(
        "Was the core its own?",
        _EXPLAINS.format(slices=slices, bins=told),
        _HIGH + len(statuses) * _LANE + line_height(SMALL) + 2 * line_height(BODY) + _ABOVE_STATUS + 0.06,
        lambda page, top: _draw(page, top, run, check, bins, statuses),
    )


def _draw(
    page: Page, top: float, run: Run, check: SelfCheck, bins: Sequence[Bin], statuses: Sequence[str]
) -> None:  # fmt: skip
    theme, left, length = page.theme, MARGIN + _LEFT, ROOM - _LEFT - _RIGHT
    axes = page.axes(left, top, length, _HIGH)
    axes.set(xlim=(0, len(check.launches)), ylim=(0, 1))
    _draw_shares(axes, bins, theme)
    for share in _GOOD_AND_POOR:
        axes.axhline(share, color=theme.grid, linewidth=0.8, zorder=0, clip_on=False)
        y = top + _HIGH * (1 - share)
        page.text(left - 0.07, y, f"{share * 100:.0f} %", size=SMALL, colour=theme.muted, align="right")
    if not math.isnan(check.quiet_share):
        words = f"{share_words(check.quiet_share)} of all"
        page.text(left + length + 0.1, top + _HIGH * (1 - check.quiet_share), words, weight="bold")
    y = top + _HIGH + _ABOVE_STATUS
    for status in statuses:
        _draw_status(page, y, left, length, status, check, bins)
        y += _LANE
    scale = LinearScale(max(len(check.launches), 1), length)
    for tick in (tick for tick in scale.ticks() if tick == int(tick)):
        x = left + scale.position(tick)
        page.stroke([x, x], [top + _HIGH, top + _HIGH + 0.04], colour=theme.rule)
        words = f"{tick:,.0f}".replace(",", " ")
        page.text(x, y + line_height(SMALL) / 2, words, size=SMALL, colour=theme.muted, align="center")
    y += line_height(SMALL)
    page.text(left, y + line_height(BODY) / 2 + 0.02, _axis_words(run, check), colour=theme.muted)
    words = shorten(safe(_least_words(check)), ROOM - _LEFT, BODY)
    page.text(left, y + line_height(BODY) * 1.5 + 0.04, words)


def _draw_shares(axes: Axes, bins: Sequence[Bin], theme: Theme) -> None:
    edges = [float(each.first) for each in bins] + [float(bins[-1].last + 1)]
    low, high, share = (np.array([getattr(each, name) for each in bins]) for name in ("lowest", "highest", "share"))
    if any(each.last > each.first for each in bins):
        axes.stairs(high, edges, baseline=low, fill=True, color=theme.muted, alpha=0.3, linewidth=0, zorder=1)
    axes.stairs(share, edges, baseline=None, color=theme.stack, linewidth=1.0, zorder=2, clip_on=False)


def _draw_status(
    page: Page, y: float, left: float, length: float, status: str, check: SelfCheck, bins: Sequence[Bin]
) -> None:
    """A row of bars where there are rows of this status, the stronger the more."""
    theme = page.theme
    count, rows = check.status[status], sum(check.status.values())
    page.text(left - 0.07, y + _LANE / 2, status, size=SMALL, colour=theme.muted, align="right")
    words = shorten(f"{count} of {rows} rows", _RIGHT - 0.1, SMALL)
    page.text(left + length + 0.1, y + _LANE / 2, words, size=SMALL, colour=theme.muted)
    axes = page.axes(left, y + 0.02, length, _LANE - 0.04)
    axes.set(xlim=(0, len(check.launches)), ylim=(0, 1))
    colour = theme.muted if status == "skipped" else theme.warning
    for each in bins:
        if share := each.untimed.get(status, 0.0):
            axes.axvspan(each.first, each.last + 1, color=colour, alpha=max(share, _LEAST_ALPHA), linewidth=0)


def _axis_words(run: Run, check: SelfCheck) -> str:
    facts = run.facts
    begun, many = facts.started_utc, f"{len(check.launches):,}".replace(",", " ")
    words = f"{many} launches of cases in the order of measuring, begun {begun:%Y-%m-%d %H:%M}"
    if facts.ended_utc is None:
        return f"{words} UTC"
    same_day = facts.ended_utc.date() == begun.date()
    return f"{words}, ended {facts.ended_utc:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}} UTC"


def _least_words(check: SelfCheck) -> str:
    least = check.least_quiet(_LEAST_QUIET)
    return "Least quiet: " + ", ".join(f"{case} {share_words(share)}" for case, share in least) if least else ""
