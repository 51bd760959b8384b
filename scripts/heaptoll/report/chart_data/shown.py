"""The cases of charts with a block per case: the main ones, and for who chooses a scenario all of its choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heaptoll.charts.dumbbell_rows import Block, make_block
from heaptoll.report.dataset import Measured, chosen_cases
from heaptoll.summary import ArmKey, ArmResult


@dataclass(frozen=True)
class Shown:
    """`index`: of every case. `blocks`: of each case that some chart shows, by its name, in the run's order.
    `standing`: the names of those that stand for a variant."""

    measured: Measured
    index: Mapping[str, int]
    blocks: Mapping[str, Block]
    standing: frozenset[str]

    @classmethod
    def of(cls, measured: Measured) -> Shown:
        chosen = chosen_cases(measured)
        names = chosen.main | chosen.standing | chosen.choices
        results: dict[str, dict[ArmKey, ArmResult]] = {}
        for key, arm in measured.arms.items():
            results.setdefault(key.case, {})[key] = arm.ns
        return cls(
            measured,
            {case.name: i for i, case in enumerate(measured.cases)},
            {
                case.name: make_block(case, measured.allocators, results.get(case.name, {}))
                for case in measured.cases
                if case.name in names
            },
            chosen.standing,
        )
