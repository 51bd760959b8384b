"""The panels of things made once and used n times, and from which n each has paid off."""

from __future__ import annotations

import math
from typing import Any

from heaptoll.charts.break_even import HOW, NOT_ENOUGH, point_words
from heaptoll.charts.call_lines import BreakEven, CallPanel, find_call_panels
from heaptoll.report.chart_data.lines import panel_lines
from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import Measured


def break_even(measured: Measured) -> dict[str, Any]:
    panels, _ = find_call_panels(measured.run, measured.build, measured.allocators)
    timed = any(line.timed >= 2 for panel in panels for line in panel.lines)
    return {
        "lacks": None if timed else NOT_ENOUGH,
        "how": HOW,
        "panels": [_panel(measured, panel) for panel in panels],
    }


def _panel(measured: Measured, panel: CallPanel) -> dict[str, Any]:
    """`points`: by allocator, null where too little was timed."""
    shared = list(dict.fromkeys(line.arm for line in panel.lines if not line.allocator))
    return {
        "scenario": panel.sweep.scenario,
        "name": panel.heading,
        "axis": panel.sweep.axis,
        "numbers": panel.numbers,
        "points": [_point(panel, panel.points.get(allocator)) for allocator in measured.allocators],
        **panel_lines(measured, panel.expected, shared),
    }


def _point(panel: CallPanel, point: BreakEven | None) -> dict[str, Any]:
    """`value`, `low` and `high` are null beyond the largest number measured."""
    if point is None:
        words = point_words(None, panel.sweep.unit)
        return {"words": words, "value": None, "low": None, "high": None, "contended": False}
    return {
        "words": point_words(point, panel.sweep.unit),
        "value": rounded(point.value if point.value <= point.last else math.inf),
        "low": rounded(point.low if point.low <= point.last else math.inf),
        "high": rounded(point.high if point.high <= point.last else math.inf),
        "contended": point.contended,
    }
