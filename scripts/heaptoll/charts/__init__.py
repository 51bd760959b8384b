"""The charts, one per file. Each answers one question, which is its title.

To add a chart: write a module here that ends in `CHART = Chart(...)`, and add its name to NAMES.
Nothing is imported until a chart is asked for, so that `--help` does not wait for matplotlib.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heaptoll.charts.chart import Chart

NAMES = (
    "headline",
    "size_sweep",
    "returned_pointer",
    "boxed_value",
    "array_size",
    "captured_closure",
    "lifetime",
    "lifetime_blocks",
    "forest",
    "heat_map",
    "distribution",
    "quality",
    "break_even",
    "composition",
)
# Of Go, drawn where the run has any.
OF_GO = ("go", "go_live_heap")


def load(name: str) -> Chart:
    """The chart called `name`, one of NAMES or OF_GO."""
    chart: Chart = importlib.import_module(f"{__name__}.{name}").CHART
    return chart
