"""What single charts show beyond the tables of dataset.py: whatever there is a rule for. A file per chart; the rules
are those of the static charts, so that both say the same."""

from __future__ import annotations

from typing import Any

from heaptoll.report.chart_data.break_even import break_even
from heaptoll.report.chart_data.forest import forest
from heaptoll.report.chart_data.heat_map import heat_map
from heaptoll.report.chart_data.lifetime_blocks import lifetime_blocks
from heaptoll.report.chart_data.shown import Shown
from heaptoll.report.chart_data.size_sweep import size_sweep
from heaptoll.report.chart_data.toll_parts import toll_parts
from heaptoll.report.dataset import Measured


def charts_data(measured: Measured) -> dict[str, Any]:
    """By chart. `lacks`: null, or what the run has not, in a sentence; cases and allocators are named by index."""
    shown = Shown.of(measured)
    return {
        "forest": forest(shown),
        "size_sweep": size_sweep(measured),
        "toll_parts": toll_parts(shown),
        "break_even": break_even(measured),
        "lifetime_blocks": lifetime_blocks(measured),
        "heat_map": heat_map(shown),
    }
