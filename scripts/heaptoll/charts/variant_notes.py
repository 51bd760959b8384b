"""Says in words which variants a chart of the main ones does not show, and where they are."""

from __future__ import annotations

from collections.abc import Sequence

from heaptoll import charts
from heaptoll.charts.main_variants import MainVariants

_LONGEST_LIST = 5


def why_nothing(chosen: MainVariants) -> str:
    """Why a run has no main variant to show, and what to do."""
    if chosen.skipped:
        return f"every pair was skipped ({_list(chosen.skipped)}); measurements.csv says why"
    return "no case has both a stack and a heap arm; measure with a wider FILTER"


def what_is_elsewhere(chosen: MainVariants) -> list[str]:
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
