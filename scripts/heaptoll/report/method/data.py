"""What the charts of the method page show, as columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import Measured
from heaptoll.report.tables import Columns
from heaptoll.self_check import BOUNDS_PERCENT, LaunchQuiet, SelfCheck, self_check, within

NAME = "method"
_BINS = 120  # as many columns as can be told apart on a page


def method_data(measured: Measured) -> dict[str, Any]:
    """`quiet`: neighbouring launches, in the order of measuring; `cases`: the share of each case; `same`: of each null
    and stack arm the two lanes that are farthest apart, per cent; `within`: how many pairs of lanes are that near."""
    check = self_check(measured.run, measured.build)
    at = {case.name: i for i, case in enumerate(measured.cases)}
    return {
        "launches": len(check.launches),
        "quiet": _quiet(check.launches, at),
        "cases": _cases(check, at),
        "same": _same(check, at, measured.allocators),
        "within": [
            {"percent": bound, "pairs": (share := within(check.medians_percent, bound)).hits, "of": share.of}
            for bound in BOUNDS_PERCENT
        ],
    }


def _quiet(launches: Sequence[LaunchQuiet], at: dict[str, int]) -> dict[str, list[Any]]:
    """`first`, `last`: which launches; `low`, `median`, `high` share of quiet slices; `case`, `launch`: the one with
    the lowest; `contended`, `untimed`: how many have an arm like that."""
    table = Columns()
    size = max(1, math.ceil(len(launches) / _BINS))
    for start in range(0, len(launches), size):
        some = launches[start : start + size]
        timed = sorted((each for each in some if each.slices), key=lambda each: each.share)
        middle = timed[len(timed) // 2] if timed else None
        table.add(
            first=start, last=start + len(some) - 1,
            low=rounded(timed[0].share) if timed else None,
            median=rounded(middle.share) if middle else None,
            high=rounded(timed[-1].share) if timed else None,
            case=at.get(timed[0].case) if timed else at.get(some[0].case),
            launch=timed[0].launch if timed else some[0].launch,
            contended=sum("contended" in each.rows for each in some),
            untimed=sum(not each.slices for each in some),
        )  # fmt: skip
    return table.columns


def _cases(check: SelfCheck, at: dict[str, int]) -> dict[str, list[Any]]:
    table = Columns()
    for case, index in at.items():
        if case in check.quiet_by_case:
            table.add(case=index, share=rounded(check.quiet_by_case[case]))
    return table.columns


def _same(check: SelfCheck, at: dict[str, int], allocators: Sequence[str]) -> dict[str, list[Any]]:
    table = Columns()
    pairs = sorted(check.farthest(len(check.pairs)), key=lambda pair: (at.get(pair.case, 0), pair.arm))
    for pair in pairs:
        low, high = pair.interval_percent
        table.add(
            case=at[pair.case], arm=pair.arm, one=allocators.index(pair.one), other=allocators.index(pair.other),
            percent=rounded(pair.percent), low=rounded(low), high=rounded(high),
            reached=int(pair.estimate.interval.reached), contended=int(pair.contended), launches=len(pair.ratios),
        )  # fmt: skip
    return table.columns
