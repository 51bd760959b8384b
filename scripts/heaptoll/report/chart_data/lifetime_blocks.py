"""The panels of blocks that live at once: one for each order in which they are freed."""

from __future__ import annotations

from typing import Any

from heaptoll.charts.block_lines import BlockPanel, find_block_panels
from heaptoll.charts.lifetime_blocks import NOT_ENOUGH, WAYS
from heaptoll.report.chart_data.lines import panel_lines
from heaptoll.report.dataset import Measured


def lifetime_blocks(measured: Measured) -> dict[str, Any]:
    """`left_out`: the orders measured at too few numbers of blocks for a panel."""
    found, _ = find_block_panels(measured.run, measured.build, measured.allocators)
    panels = [panel for panel in found if panel.is_a_sweep]
    timed = any(line.timed >= 2 for panel in panels for line in panel.lines)
    return {
        "lacks": None if timed else NOT_ENOUGH,
        "panels": [_panel(measured, panel) for panel in panels],
        "left_out": [panel.way for panel in found if not panel.is_a_sweep],
    }


def _panel(measured: Measured, panel: BlockPanel) -> dict[str, Any]:
    shared = list(dict.fromkeys(line.arm for line in panel.lines if not line.allocator))
    return {
        "name": WAYS.get(panel.way, panel.way),
        "numbers": panel.numbers,
        **panel_lines(measured, panel.expected, shared),
    }
