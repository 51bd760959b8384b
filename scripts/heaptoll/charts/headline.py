"""The headline: stack and heap side by side, for the main variants of every scenario and every allocator."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell import Section, draw_dumbbells
from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.main_variants import main_variants
from heaptoll.charts.representatives import representatives
from heaptoll.charts.theme import Theme
from heaptoll.charts.variant_notes import what_is_elsewhere, why_nothing
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts

QUESTION = "What does it cost to move a value from the stack to the heap?"
_SHOWS = "Time per operation of the same work with its memory on the stack and on the heap."


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    chosen = main_variants(eligible_cases(run, build), run, build)
    cases = representatives(chosen.cases)
    if not cases:
        raise NotEnoughData(why_nothing(chosen))
    scenarios = list(dict.fromkeys(case.scenario for case in cases))
    sections = [_section(scenario, [case for case in cases if case.scenario == scenario]) for scenario in scenarios]
    return draw_dumbbells(run, build, theme, sections, question=QUESTION, shows=_SHOWS, notes=what_is_elsewhere(chosen))


CHART = Chart("headline", QUESTION, _compose)


def _section(scenario: str, cases: Sequence[CaseFacts]) -> Section:
    return Section(scenario, cases[0].question, cases)
