"""The panels of the size sweep: one for each way to make an array and to use it."""

from __future__ import annotations

from typing import Any

from heaptoll.charts.size_sweep import MARKED_BYTES, NOT_ENOUGH, VARIANTS, WAYS
from heaptoll.charts.sweep_lines import Panel, find_panels
from heaptoll.report.chart_data.lines import panel_lines
from heaptoll.report.dataset import Measured


def size_sweep(measured: Measured) -> dict[str, Any]:
    """Every panel of two sizes or more: those about the size first, and of these the ones to look for edges in."""
    # Apart: the page puts any two beside each other.
    found, _ = find_panels(measured.run, measured.build, measured.allocators, pages_together=False)
    panels = [panel for panel in found if len(set(panel.sizes)) > 1]
    panels.sort(key=lambda panel: (not panel.is_a_sweep, not panel.is_dense))
    timed = any(line.sizes_timed >= 2 for panel in panels for line in panel.lines)
    return {
        "lacks": None if timed else NOT_ENOUGH,
        "marked_bytes": MARKED_BYTES,
        "panels": [_panel(measured, panel) for panel in panels],
    }


def _panel(measured: Measured, panel: Panel) -> dict[str, Any]:
    return {
        "variant": panel.variant,
        "way": panel.way,
        "name": VARIANTS.get(panel.variant, panel.variant),
        "way_name": ", ".join(WAYS.get(param, param.replace("=", " ")) for param in panel.way.split(";")),
        "dense": panel.is_dense,
        "numbers": panel.sizes,
        "extras": panel.extra_arms,
        **panel_lines(measured, panel.expected, ["stack"]),
    }
