"""The order of the forest plot; its ratios are in the table of pairs."""

from __future__ import annotations

import math
from typing import Any

from heaptoll import summary
from heaptoll.charts.forest import RatioRow
from heaptoll.report.chart_data.shown import Shown


def forest(shown: Shown) -> dict[str, Any]:
    """`order`: the cases, the highest ratio first by the median of the allocators, those without any last."""
    rows = [
        RatioRow(block, tuple(summary.ratio(row.heap, row.stack) for row in block.rows))
        for block in shown.blocks.values()
    ]
    rows.sort(key=lambda row: -row.middle if not math.isnan(row.middle) else math.inf)
    return {"order": [shown.index[row.block.case.name] for row in rows]}
