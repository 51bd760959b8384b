"""This run against others, as `make compare` does it: for runs that are known when the page is written, everything is
computed here; for a file that the reader drops on the page, the browser computes the same of what `side_data` has.

The other run is the base, this one the head. Ratios, which `make compare` does not judge, are judged here as a family
of their own: with them in one, the others' p-values would not be those of `make compare`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from heaptoll.compare import comparable, own_run, pairing
from heaptoll.compare.side import Fact, Side
from heaptoll.measurements import Run
from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import Measured
from heaptoll.report.tables import Columns
from heaptoll.verdict.judge import Row, Verdict, judge
from heaptoll.verdict.zone import DeadZone

ZONE = DeadZone()
RATIO_ZONE = DeadZone(ZONE.relative, 0.0)
_VERDICTS = [each.value for each in Verdict]


def side_data(measured: Measured) -> dict[str, Any]:
    """What the browser needs of this run, besides the launches, to compare it with a file: its facts, and the numbers
    of launches where they are not 0, 1, 2, …"""
    facts = measured.run.facts
    numbers: dict[str, dict[str, dict[str, list[int]]]] = {}
    for key, arm in measured.arms.items():
        launches = sorted(arm.ns.ns_by_launch)
        if launches != list(range(len(launches))):
            numbers.setdefault(key.case, {}).setdefault(key.arm, {})[key.allocator] = launches
    return {
        "run_id": facts.run_id,
        "facts": [_fact(each) for each in own_run.facts_of(facts)],
        "notable": [_fact(each) for each in own_run.notable_of(facts)],
        "launch_numbers": numbers,
        "zone": {"relative": ZONE.relative, "floor_ns": ZONE.floor_ns},
    }


def comparison_data(measured: Measured, base: Run) -> dict[str, Any]:
    """Everything `make compare` says of C in `base` and this run, in columns; cases and allocators by their index in the
    run's data, `note` in `notes`; `one_sided`: case, why, and of how many arms and allocators. Times in ns per operation;
    of a ratio, without unit."""
    head_side = own_run.side_of(measured.run, measured.build, with_lane=False)
    base_side = own_run.side_of(base, build_like(base, measured.build), with_lane=False)
    rows = judge(pairing.comparisons(base_side, head_side, paired=False), ZONE)
    rows += judge(pairing.ratios(base_side, head_side), RATIO_ZONE)
    one_sided = Counter((each.case, each.why) for each in pairing.one_sided(base_side, head_side, paired=False))
    return {
        "differing": differing(base_side, head_side),
        "warnings": list(base_side.warnings),
        "verdicts": _VERDICTS,
        **_table(measured, rows),
        "one_sided": [[case, why, n] for (case, why), n in one_sided.items()],
    }


def build_like(run: Run, build: str) -> str:
    """The build of a run that is shown beside another run's: of the same name, or the first."""
    return build if build in run.builds else run.builds[0]


def differing(base: Side, head: Side) -> list[dict[str, Any]]:
    """What the two were measured on that is not the same: the word of `make compare --allow`, empty for what is only
    worth a warning, what it is, and both values."""
    found = [
        *comparable.differences(base.facts, head.facts),
        *comparable.differences(base.notable, head.notable),
    ]  # fmt: skip
    return [{"word": fact.word, "name": fact.name, "base": fact.value, "head": other} for fact, other in found]


def _fact(fact: Fact) -> list[str | None]:
    return [fact.word, fact.name, fact.value]


def _table(measured: Measured, rows: list[Row]) -> dict[str, Any]:
    cases = {case.name: i for i, case in enumerate(measured.cases)}
    arms = list(dict.fromkeys(row.arm for row in rows))
    notes: dict[str, int] = {}
    table = Columns()
    for row in rows:
        table.add(
            case=cases[row.case], allocator=measured.allocators.index(row.allocator), arm=arms.index(row.arm),
            base=rounded(row.base_ns), head=rounded(row.head_ns), change=rounded(row.change_ns),
            low=rounded(row.low_ns), high=rounded(row.high_ns), zone=rounded(row.zone_ns), p=rounded(row.p),
            verdict=_VERDICTS.index(row.verdict.value), note=notes.setdefault(row.note, len(notes)),
            base_launches=row.base_launches, head_launches=row.head_launches,
        )  # fmt: skip
    return {"arms": arms, "rows": table.columns, "notes": list(notes)}
