"""Static charts in the page, for readers whose browser runs no scripts."""

from __future__ import annotations

from pathlib import Path

from heaptoll import charts
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.save import save
from heaptoll.charts.theme import LIGHT
from heaptoll.report.dataset import Measured


def draw_still(measured: Measured, name: str, folder: Path) -> str | None:
    """Draws a static chart into the page's folder. Returns its address there, None where the run has no data for it."""
    chart = charts.load(name)
    try:
        figure = chart.draw(measured.run, LIGHT, measured.build)
    except NotEnoughData:
        return None
    address = f"charts/{name}-{LIGHT.name}.svg"
    (folder / "charts").mkdir(exist_ok=True)
    save(figure, folder / address, LIGHT, chart.question)
    return address
