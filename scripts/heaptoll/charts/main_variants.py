"""Which variants the headline shows, so that it stays one page: a rule, and no taste.

1. A variant of which every pair of stack and heap was skipped, in every lane, is not shown: it would be rows of
   nothing.
2. Of what is left, the first ones of each scenario in the run's order of cases. That is the order of the bench
   file, which begins with what its scenario is about.
3. As many of each scenario as make twelve at most on the page, but no more than three, and one at least. With
   four allocators twelve make a page of about the proportions of a sheet of paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts

MOST_IN_ALL = 12
MOST_PER_SCENARIO = 3


@dataclass(frozen=True)
class MainVariants:
    """`cases`: all those of the variants shown, which are `per_scenario` of each scenario at most. `further`,
    `skipped`: the other variants, as `scenario/variant`: those for which there is no room, and those of which
    nothing was measured."""

    per_scenario: int
    cases: list[CaseFacts]
    further: list[str]
    skipped: list[str]


def main_variants(eligible: Sequence[CaseFacts], run: Run, build: str) -> MainVariants:
    """Sorts the variants of the eligible cases into what the headline shows and what it does not."""
    idle = skipped_cases(run, build)
    variants: dict[str, list[CaseFacts]] = {}
    for case in eligible:
        variants.setdefault(f"{case.scenario}/{case.variant}", []).append(case)
    skipped = [name for name, its_cases in variants.items() if all(case.name in idle for case in its_cases)]
    scenarios: dict[str, list[str]] = {}
    for name, its_cases in variants.items():
        if name not in skipped:
            scenarios.setdefault(its_cases[0].scenario, []).append(name)
    per_scenario = min(max(MOST_IN_ALL // max(len(scenarios), 1), 1), MOST_PER_SCENARIO)
    shown = [name for names in scenarios.values() for name in names[:per_scenario]]
    return MainVariants(
        per_scenario,
        cases=[case for name in shown for case in variants[name]],
        further=[name for names in scenarios.values() for name in names[per_scenario:]],
        skipped=skipped,
    )


def skipped_cases(run: Run, build: str) -> set[str]:
    """The cases of which the stack arm or the heap arm was skipped in every lane of the build."""
    rows = run.rows
    rows = rows[(rows["build"] == build) & rows["arm"].isin(("stack", "heap"))]
    idle = rows["status"] == "skipped"
    tried = rows[~idle][["case", "allocator", "arm"]].drop_duplicates()
    pairs = tried.groupby(["case", "allocator"], observed=True).size()
    with_pair = set(pairs[pairs == 2].index.get_level_values("case"))
    return {str(name) for name in rows["case"][idle].unique()} - with_pair
