"""The headline: stack and heap side by side, for the main variants of every scenario and every allocator."""

from __future__ import annotations

from collections.abc import Sequence
from matplotlib.figure import Figure

from heaptoll import charts
from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell import Section, draw_dumbbells
from heaptoll.charts.dumbbell_rows import eligible_cases
from heaptoll.charts.main_variants import MainVariants, main_variants
from heaptoll.charts.representatives import representatives
from heaptoll.charts.theme import Theme
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts

QUESTION = "What does it cost to move a value from the stack to the heap?"
_SHOWS = "Time per operation of the same work with its memory on the stack and on the heap."
_LONGEST_LIST = 5


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    chosen = main_variants(eligible_cases(run, build), run, build)
    cases = representatives(chosen.cases)
    if not cases:
        raise NotEnoughData(_why_nothing(chosen))
    scenarios = list(dict.fromkeys(case.scenario for case in cases))
    sections = [_section(scenario, [case for case in cases if case.scenario == scenario]) for scenario in scenarios]
    return draw_dumbbells(run, build, theme, sections, question=QUESTION, shows=_SHOWS, notes=_notes(chosen))


CHART = Chart("headline", QUESTION, _compose)


def _section(scenario: str, cases: Sequence[CaseFacts]) -> Section:
    return Section(scenario, cases[0].question, cases)


def _why_nothing(chosen: MainVariants) -> str:
    if chosen.skipped:
        return f"every pair was skipped ({_list(chosen.skipped)}); measurements.csv says why"
    return "no case has both a stack and a heap arm; measure with a wider FILTER"


def _notes(chosen: MainVariants) -> list[str]:
    """What is not on the page, and where it is."""
    notes = []
    if chosen.further:
        first = "first variant" if chosen.per_scenario == 1 else f"first {chosen.per_scenario} variants"
        notes.append(
            f"One case for each variant, and of each scenario its {first} in the order in which the run lists them. "
            f"{' '.join(_elsewhere(chosen.further))}"
        )
    if chosen.skipped:
        notes.append(f"Skipped in every lane and not shown, {_count(chosen.skipped)}: {_list(chosen.skipped)}.")
    return notes


def _elsewhere(further: Sequence[str]) -> list[str]:
    """Where to find the variants that have no place here."""
    own = [name for name in charts.NAMES if any(_scenario(variant) == name for variant in further)]
    drawn = [variant for variant in further if _scenario(variant) in own]
    rest = [variant for variant in further if _scenario(variant) not in own]
    sentences = []
    if drawn:
        chart = "the charts" if len(own) > 1 else "the chart"
        sentences.append(f"Another {_count(drawn)}: see {chart} {', '.join(own)}.")
    if rest:
        sentences.append(f"In measurements.csv only, {_count(rest)}: {_list(rest)}.")
    return sentences


def _scenario(variant: str) -> str:
    return variant.split("/")[0]


def _count(variants: Sequence[str]) -> str:
    return f"{len(variants)} variant{'s' if len(variants) > 1 else ''}"


def _list(variants: Sequence[str]) -> str:
    rest = len(variants) - _LONGEST_LIST
    return ", ".join((*variants[:_LONGEST_LIST], *([f"and {rest} more"] if rest > 0 else [])))
