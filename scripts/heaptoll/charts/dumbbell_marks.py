"""The marks of a dumbbell: stack and heap joined, the other arms as strokes, and the key that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matplotlib.axes import Axes

from heaptoll.charts.dumbbell_rows import Row
from heaptoll.charts.page import Page
from heaptoll.charts.text import safe, shorten, width
from heaptoll.charts.theme import BODY, MARGIN, PAGE_WIDTH, STACK_SHAPE, Theme
from heaptoll.summary import ArmResult

# Strokes, so that they stand apart from the filled marks of the pair.
_EXTRA_SHAPES = {"inline": "|", "hybrid": "x", "arena": "+", "pool": "1"}
_OTHER_EXTRA_SHAPES = ("2", "3", "4")
_WHERE = "(where a case has it)"

# Points.
_MARK = 5.5
_EXTRA_MARK = 7.5


class Look(NamedTuple):
    """The colour and the shape of an allocator's row, and the shape of each arm beside the pair."""

    colour: str
    shape: str
    extras: Mapping[str, str]


def extra_shapes(arms: Iterable[str]) -> dict[str, str]:
    """The mark of each arm beside the pair, the known ones first."""
    found = set(arms)
    others = sorted(found - _EXTRA_SHAPES.keys())
    cycle = {arm: _OTHER_EXTRA_SHAPES[i % len(_OTHER_EXTRA_SHAPES)] for i, arm in enumerate(others)}
    return {arm: shape for arm, shape in _EXTRA_SHAPES.items() if arm in found} | cycle


def draw_key(page: Page, left: float, y: float, extras: Mapping[str, str]) -> None:
    """What the marks mean, as a dumbbell of its own."""
    theme = page.theme
    colour = theme.muted
    page.text(left, y, "stack", align="left")
    x = left + width("stack", BODY) + 0.1
    page.stroke([x, x + 0.6], [y, y], colour=colour, width=1.6)
    page.mark(x, y, shape=STACK_SHAPE, colour=theme.stack, size=_MARK)
    page.mark(x + 0.6, y, shape="s", colour=colour, size=_MARK)
    page.text(x + 0.7, y, "heap")
    x += 0.7 + width("heap", BODY) + 0.4
    right = PAGE_WIDTH - MARGIN
    for arm, shape in extras.items():
        if right - x < 0.5:
            return
        name = shorten(safe(arm), right - x - 0.1, BODY)
        page.mark(x, y, shape=shape, colour=colour, size=_EXTRA_MARK)
        page.text(x + 0.1, y, name)
        x += 0.1 + width(name, BODY) + 0.25
    if extras and x - 0.13 + width(_WHERE, BODY) < right:
        page.text(x - 0.13, y, _WHERE, colour=colour)


def draw_dumbbell(axes: Axes, row: Row, y: float, look: Look, theme: Theme) -> None:
    """One row, at `y` in the data of the axes."""
    ends = [arm.estimate.value for arm in (row.stack, row.heap) if arm is not None and arm.estimate]
    if len(ends) == 2 and min(ends) > 0:
        axes.plot(ends, [y, y], color=look.colour, linewidth=1.6, alpha=0.6, zorder=1)
    for extra in row.extras:
        _draw_arm(axes, extra, y, look.extras[extra.key.arm], look.colour, theme, size=_EXTRA_MARK, z=3)
    if row.heap:
        _draw_arm(axes, row.heap, y, look.shape, look.colour, theme)
    if row.stack:
        _draw_arm(axes, row.stack, y, STACK_SHAPE, theme.stack, theme)


def _draw_arm(
    axes: Axes, arm: ArmResult, y: float, shape: str, colour: str, theme: Theme, size: float = _MARK, z: int = 2
) -> None:
    estimate = arm.estimate
    if estimate is None or estimate.interval.low <= 0:
        return
    low, high = estimate.interval.low, estimate.interval.high
    axes.plot([low, high], [y, y], color=colour, linewidth=5, alpha=0.35, zorder=z)
    axes.plot(
        [estimate.value], [y], marker=shape, markersize=size, linestyle="none", zorder=z,
        markeredgecolor=colour, markeredgewidth=1.2,
        markerfacecolor=theme.background if arm.contended else colour,
    )  # fmt: skip
