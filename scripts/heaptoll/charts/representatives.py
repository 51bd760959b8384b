"""Which case stands for a variant, by a rule and not by taste.

1. Only cases with a stack and a heap arm, which `dumbbell_rows.eligible_cases` sees to.
2. The one that its bench file chose to show the variant by: the first one in the smoke profile, where the run tells
   which cases are. The rules below are for runs that do not tell, or did not measure it.
3. A twin in which each operation waits for the one before (`form=dependent`) answers another question, and
   stands only where there is nothing else.
4. Arrays are shown at 8192 elements, 64 KiB, where the interest is: with all of them touched if every variant
   of the scenario has that case, otherwise with the first one touched if every variant has that, so that the
   variants can be compared; failing both, each variant by what it has, in the same order.
5. Otherwise the case whose size is nearest to 64 bytes (64 KiB for arrays) on a logarithmic scale; of two equally
   near, the smaller. Cases without a size come last. Of blocks that live at once it is their number that varies,
   whatever the size says.
6. Of cases of the same size, which differ in another parameter, the middle one in the run's order, so that
   neither extreme stands for all.

A chart of a single scenario has room to tell choices apart: there each value of a parameter whose values are words
(`pages=cold`, `order=shuffled`) has a case of its own: the one most like the variant's choice by rule 2, or else by
the same rules. Numbers are points on a scale, and one of them stands for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from heaptoll.run_facts import CaseFacts

_TYPICAL_BYTES = {"array_size": 64 * 1024}
_TYPICAL_BYTES_ELSEWHERE = 64
_TWIN = {"form": "dependent"}
_ARRAYS: tuple[Mapping[str, str], ...] = (
    {"elements": "8192", "touch": "all"},
    {"elements": "8192", "touch": "first"},
)


def representatives(eligible: Iterable[CaseFacts]) -> list[CaseFacts]:
    """One case per scenario and variant, scenario by scenario, in the order of the cases given."""
    scenarios: dict[str, dict[str, list[CaseFacts]]] = {}
    for case in eligible:
        scenarios.setdefault(case.scenario, {}).setdefault(case.variant, []).append(case)
    return [
        case
        for variants in scenarios.values()
        for case in _of_scenario([_without_twins(cases) for cases in variants.values()])
    ]


def representatives_by_choice(eligible: Iterable[CaseFacts]) -> list[list[CaseFacts]]:
    """For each variant of one scenario one case per choice, in the order of the cases given."""
    variants: dict[str, list[CaseFacts]] = {}
    for case in eligible:
        variants.setdefault(case.variant, []).append(case)
    return [_of_choices(_without_twins(cases)) for cases in variants.values()]


def is_twin(case: CaseFacts) -> bool:
    """Whether the case differs from another in that each operation waits for the one before."""
    return _TWIN.items() <= case.params.items()


def _without_twins(cases: Sequence[CaseFacts]) -> Sequence[CaseFacts]:
    return [case for case in cases if not is_twin(case)] or cases


def _of_choices(cases: Sequence[CaseFacts]) -> list[CaseFacts]:
    keys = {key for case in cases for key, value in case.params.items() if key not in _TWIN and _is_word(value)}
    choices: dict[tuple[str | None, ...], list[CaseFacts]] = {}
    for case in cases:
        choices.setdefault(tuple(case.params.get(key) for key in sorted(keys)), []).append(case)
    shown = _chosen_by_its_bench(cases)
    if shown is None:
        return [_of_variant(alike) for alike in choices.values()]
    return [max(alike, key=partial(_likeness, shown)) for alike in choices.values()]


def _chosen_by_its_bench(cases: Sequence[CaseFacts]) -> CaseFacts | None:
    return next((case for case in cases if case.profile == "smoke"), None)


def _likeness(one: CaseFacts, other: CaseFacts) -> int:
    """How much two cases of a variant have in common: parameters, and the size."""
    return len(one.params.items() & other.params.items()) + (one.size_bytes == other.size_bytes)


def _is_word(value: str) -> bool:
    """Whether a parameter's value is no number; 64, 1e6, 4KiB and 50% are."""
    return not value.lstrip("+-.")[:1].isdigit()


def _of_scenario(variants: Sequence[Sequence[CaseFacts]]) -> list[CaseFacts]:
    chosen = [_chosen_by_its_bench(cases) for cases in variants]
    if any(chosen):
        return [shown or _of_variant(cases) for shown, cases in zip(chosen, variants)]
    for params in _ARRAYS:
        common = [found for cases in variants if (found := _with_params(cases, params))]
        if len(common) == len(variants):
            return common
    return [_of_variant(cases) for cases in variants]


def _of_variant(cases: Sequence[CaseFacts]) -> CaseFacts:
    for params in _ARRAYS:
        if found := _with_params(cases, params):
            return found
    nearest = min(_distance(case) for case in cases)
    tied = [case for case in cases if _distance(case) == nearest]
    return tied[(len(tied) - 1) // 2]


def _with_params(cases: Sequence[CaseFacts], params: Mapping[str, str]) -> CaseFacts | None:
    return next((case for case in cases if params.items() <= case.params.items()), None)


def _distance(case: CaseFacts) -> tuple[float, int]:
    if "blocks" in case.params:
        return 0.0, 0
    if not case.size_bytes:
        return math.inf, 0
    typical = _TYPICAL_BYTES.get(case.scenario, _TYPICAL_BYTES_ELSEWHERE)
    return round(abs(math.log2(case.size_bytes / typical)), 9), case.size_bytes
