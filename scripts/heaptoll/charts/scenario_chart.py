"""The chart of one scenario: stack and heap side by side for all of its variants, with the other arms."""

from __future__ import annotations

from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell import Section, draw_dumbbells
from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.main_variants import skipped_cases
from heaptoll.charts.representatives import representatives_by_choice
from heaptoll.charts.theme import Theme
from heaptoll.measurements import Run

_SHOWS = "Time per operation of the same work with its memory in different places."


def scenario_chart(scenario: str, question: str) -> Chart:
    """The chart of a scenario, by whose name it goes."""

    def compose(run: Run, build: str, theme: Theme) -> Figure:
        eligible = [case for case in eligible_cases(run, build) if case.scenario == scenario]
        if not eligible:
            raise NotEnoughData(f"no case of {scenario} has both a stack and a heap arm; measure with a wider FILTER")
        if {case.name for case in eligible} <= skipped_cases(run, build):
            raise NotEnoughData(f"every pair of {scenario} was skipped; measurements.csv says why")
        variants = representatives_by_choice(eligible)
        shown = sum(len(cases) for cases in variants)
        notes = [
            f"One case for each variant and, where a parameter is a word, for each of its values: {shown} of the "
            f"{len(eligible)} cases measured. The others are in measurements.csv."
        ]
        sections = [Section("", None, cases) for cases in variants]
        return draw_dumbbells(
            run, build, theme, sections, question=question, shows=_SHOWS, notes=notes if shown < len(eligible) else []
        )

    return Chart(scenario, question, compose)
