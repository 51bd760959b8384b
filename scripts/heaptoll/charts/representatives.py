"""Which case stands for a variant, by a rule and not by taste.

1. Only cases with a stack and a heap arm, which `dumbbell_rows.eligible_cases` sees to.
2. Arrays are shown at 8192 elements, 64 KiB, where the interest is: with all of them touched if every variant
   of the scenario has that case, otherwise with the first one touched if every variant has that, so that the
   variants can be compared; failing both, each variant by what it has, in the same order.
3. Otherwise the case whose size is nearest to 64 bytes on a logarithmic scale; of two equally near, the
   smaller. Cases without a size come last.
4. Of cases of the same size, which differ in another parameter, the middle one in the run's order, so that
   neither extreme stands for all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from heaptoll.run_facts import CaseFacts

_TYPICAL_BYTES = 64
_ARRAYS: tuple[Mapping[str, str], ...] = (
    {"elements": "8192", "touch": "all"},
    {"elements": "8192", "touch": "first"},
)


def representatives(eligible: Iterable[CaseFacts]) -> list[CaseFacts]:
    """One case per scenario and variant, scenario by scenario, in the order of the cases given."""
    scenarios: dict[str, dict[str, list[CaseFacts]]] = {}
    for case in eligible:
        scenarios.setdefault(case.scenario, {}).setdefault(case.variant, []).append(case)
    return [case for variants in scenarios.values() for case in _of_scenario(list(variants.values()))]


def _of_scenario(variants: Sequence[Sequence[CaseFacts]]) -> list[CaseFacts]:
    for params in _ARRAYS:
        common = [found for cases in variants if (found := _with_params(cases, params))]
        if len(common) == len(variants):
            return common
    return [_of_variant(cases) for cases in variants]


def _of_variant(cases: Sequence[CaseFacts]) -> CaseFacts:
    for params in _ARRAYS:
        if found := _with_params(cases, params):
            return found
    nearest = min(_distance(case.size_bytes) for case in cases)
    tied = [case for case in cases if _distance(case.size_bytes) == nearest]
    return tied[(len(tied) - 1) // 2]


def _with_params(cases: Sequence[CaseFacts], params: Mapping[str, str]) -> CaseFacts | None:
    return next((case for case in cases if params.items() <= case.params.items()), None)


def _distance(size_bytes: int | None) -> tuple[float, int]:
    if not size_bytes:
        return math.inf, 0
    return round(abs(math.log2(size_bytes / _TYPICAL_BYTES)), 9), size_bytes
