"""The charts of a published run, drawn from what is published, so that anybody can draw the same bytes again."""

from __future__ import annotations

import json
from pathlib import Path

from heaptoll import charts
from heaptoll.charts import save
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.theme import THEMES
from heaptoll.measurements import Run

# Where a picture that is no SVG is needed: this one, in this theme.
_PNG = ("headline", "light")


def draw(run: Run, folder: Path) -> None:
    """Every chart for which the run has data, into `folder`, light and dark. Raises OSError."""
    for name in (*charts.NAMES, *charts.OF_GO):
        chart = charts.load(name)
        for theme in THEMES.values():
            try:
                figure = chart.draw(run, theme)
            except NotEnoughData:
                break
            for suffix in ("svg", "png") if (name, theme.name) == _PNG else ("svg",):
                save.save(figure, folder / f"{name}-{theme.name}.{suffix}", theme, chart.question)


def draw_precision(published: Path, folder: Path) -> None:
    """The chart of the precision.json in the folder `published`. Raises OSError."""
    file = published / "precision.json"
    from heaptoll.precision import chart
    from heaptoll.precision.figures import Precision

    for path in chart.draw(Precision.from_json(json.loads(file.read_text(encoding="utf-8"))), folder):
        if path.suffix == ".png":
            path.unlink()


def is_of_run(file: str) -> bool:
    """Whether `draw` may have drawn it: headline-light.svg, but not gate-selftest-light.svg."""
    return any(file.startswith(f"{name}-{theme}.") for name in (*charts.NAMES, *charts.OF_GO) for theme in THEMES)
