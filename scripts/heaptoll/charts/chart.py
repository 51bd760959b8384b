"""What every chart is: a name, a question, and a function from a run to a figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from heaptoll.charts.theme import Theme
from heaptoll.measurements import Run


class NotEnoughData(Exception):
    """The run is fine but lacks what this chart shows. The message says what, and how to measure it."""


class NothingOfTheKind(NotEnoughData):
    """What the chart shows is measured where it can be, and the run has none of it: nothing to complain of."""


@dataclass(frozen=True)
class Chart:
    """`compose(run, build, theme)` draws the lanes of one build; it may raise NotEnoughData."""

    name: str
    question: str
    compose: Callable[[Run, str, Theme], Figure]

    def draw(self, run: Run, theme: Theme, build: str | None = None) -> Figure:
        """The chart of one build of the run, the first one measured unless `build` names another."""
        if not run.builds:
            raise NotEnoughData("the run has no measurements: run `make bench` to the end of its first launch")
        with theme.applied():
            return self.compose(run, build or run.builds[0], theme)
