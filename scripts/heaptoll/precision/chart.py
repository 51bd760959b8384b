"""The precision chart: every repeated result of both engines, as its distance from that engine's median."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heaptoll.charts import save
from heaptoll.charts.text import safe
from heaptoll.charts.theme import BODY, PAGE_WIDTH, SMALL, THEMES, TITLE, Theme
from heaptoll.precision.figures import Precision, Repeated

QUESTION = "How far apart are results that should be the same?"
_ROWS = (("lockstep", "ns", "Heaptoll, ns"), ("lockstep", "cycles", "Heaptoll, cycles"), ("gbench", "ns", "Google Benchmark, ns"))
_ROW_INCHES = 0.2
_SMALLEST, _LARGEST = 0.01, 100.0  # per cent: the axis is logarithmic, nearer points lie on its left end


def draw(found: Precision, folder: Path) -> list[Path]:
    """Writes precision-light and -dark as SVG and PNG; returns their paths."""
    paths = []
    for theme in THEMES.values():
        with theme.applied():
            figure = compose(found, theme)
        for format in save.FORMATS:
            paths.append(folder / f"precision-{theme.name}.{format}")
            save.save(figure, paths[-1], theme, QUESTION)
    return paths


def compose(found: Precision, theme: Theme) -> Figure:
    """The figure; call it inside `theme.applied()`."""
    groups = list(dict.fromkeys((r.case, r.arm) for r in found.repeated))
    rows = len(groups) * (len(_ROWS) + 1)
    height = 1.75 + rows * _ROW_INCHES
    figure = Figure(figsize=(PAGE_WIDTH, height))
    axes = figure.add_axes((0.335, 0.85 / height, 0.555, rows * _ROW_INCHES / height))
    _frame(axes, theme, rows)
    by_key = {(r.case, r.arm, r.engine, r.unit): r for r in found.repeated}
    row = 0
    for case, arm in groups:
        axes.text(-0.56, row, safe(f"{case}, {arm}"), transform=axes.get_yaxis_transform(), ha="left", va="center",
                  fontsize=BODY, fontweight="bold", color=theme.text)  # fmt: skip
        for engine, unit, label in _ROWS:
            row += 1
            _strip(axes, theme, row, label, by_key[case, arm, engine, unit])
        row += 1
    figure.text(0.024, 1 - 0.32 / height, QUESTION, fontsize=TITLE, fontweight="bold", va="center", color=theme.text)
    figure.text(
        0.024, 1 - 0.6 / height,
        f"Each mark is one of {found.repetitions} results of {found.seconds_per_result:g} s, engines in turn: its distance "
        "from that row's median.\nAt the right the row's coefficient of variation.",
        fontsize=BODY, va="center", color=theme.muted, linespacing=1.35,
    )  # fmt: skip
    figure.text(0.024, 0.13 / height, safe(f"{found.machine}. {found.date}, commit {found.revision[:12]}."),
                fontsize=SMALL, va="center", color=theme.muted)  # fmt: skip
    return figure


def _frame(axes: Axes, theme: Theme, rows: int) -> None:
    axes.set_xscale("log")
    axes.set_xlim(_SMALLEST * 0.8, _LARGEST)
    axes.set_ylim(rows - 0.5, -0.8)
    axes.set_yticks([])
    ticks = [0.01, 0.1, 1, 10, 100]
    axes.set_xticks(ticks, ["≤ 0.01 %", "0.1 %", "1 %", "10 %", "100 %"], fontsize=BODY)
    axes.minorticks_off()
    axes.tick_params(colors=theme.muted, length=0)
    axes.grid(axis="x", color=theme.grid, linewidth=0.8)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlabel("distance from the median, logarithmic", fontsize=BODY, color=theme.muted)


def _strip(axes: Axes, theme: Theme, row: int, label: str, repeated: Repeated) -> None:
    across = axes.get_yaxis_transform()
    ours = repeated.engine == "lockstep"
    axes.text(-0.02, row, label, transform=across, ha="right", va="center", fontsize=BODY, color=theme.muted)
    verdict = "too noisy"
    if repeated.results:
        values = np.asarray(repeated.results)
        distance = np.clip(100 * np.abs(values / np.median(values) - 1), _SMALLEST, _LARGEST)
        axes.plot(
            distance, np.full(len(distance), row), linestyle="none", marker="o" if ours else "s", markersize=4,
            color=theme.allocators["glibc"] if ours else theme.allocators["jemalloc"], alpha=0.6,
            markeredgewidth=0, clip_on=False,
        )  # fmt: skip
        verdict = f"{repeated.variation_percent:.2f} %" if len(values) > 1 else "one result"
    axes.text(1.02, row, verdict, transform=across, ha="left", va="center", fontsize=BODY, color=theme.text,
              fontweight="bold" if ours else "normal")  # fmt: skip
