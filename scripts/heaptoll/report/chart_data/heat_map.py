"""The heat map's comparisons. Which toll is the lowest depends on the allocators that the reader leaves in, so each
lane of a case is compared with each other one."""

from __future__ import annotations

from typing import Any

from heaptoll.charts.dumbbell_rows import Block
from heaptoll.charts.heat_map import BOUNDS
from heaptoll.charts.heat_rows import NEGLIGIBLE_NS, compared, confidence_among, sign
from heaptoll.report.chart_data.shown import Shown
from heaptoll.report.data_file import rounded


def heat_map(shown: Shown) -> dict[str, Any]:
    """A row for each variant. `signs`: by allocator, of its toll, 0 where it cannot be told from 0; null without one.
    `times[i][j]`, `alike[i][j]`: allocator j's toll as a multiple of i's, null where that has no meaning, and whether
    the two cannot be told apart; null where i or j has none."""
    blocks = [block for name, block in shown.blocks.items() if name in shown.standing]
    return {
        "bounds": list(BOUNDS),
        "negligible_ns": NEGLIGIBLE_NS,
        "rows": [{"case": shown.index[block.case.name], **_row(block)} for block in blocks],
    }


def _row(block: Block) -> dict[str, Any]:
    """Differences hold for all lanes of the run together, also when the reader shows fewer."""
    tolls = sum(lane.toll is not None for lane in block.rows)
    confidence = confidence_among(max(tolls, 2))
    cells = [[compared(lane, low, confidence) for lane in block.rows] for low in block.rows]
    return {
        "signs": [None if lane.toll is None else sign(lane.toll) for lane in block.rows],
        "times": [[rounded(cell.times) for cell in row] for row in cells],
        "alike": [
            [None if low.toll is None or cell.toll is None else int(cell.wins) for cell in row]
            for low, row in zip(block.rows, cells)
        ],
    }
