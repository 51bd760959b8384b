"""What a run could not time, or only among noise: grouped by what happened and why."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.report.dataset import Measured
from heaptoll.report.words.numbers import count
from heaptoll.summary import ArmResult


@dataclass(frozen=True)
class Missing:
    """`status`, `reason`: as in measurements.csv; `allocators`: the lanes; `cases`: their names; `arms`: how many."""

    status: str
    reason: str
    allocators: tuple[str, ...]
    cases: tuple[str, ...]
    arms: int


def missing(measured: Measured) -> list[Missing]:
    """Contended results first. Cases that fail alike in the same lanes are one entry. Arms of which the run keeps only
    some launches are none: they are timed."""
    lanes: dict[tuple[str, str, str], dict[str, int]] = {}
    for key, arm in measured.arms.items():
        told = _status(arm.ns)
        if told is not None:
            allocators = lanes.setdefault((*told, key.case), {})
            allocators[key.allocator] = allocators.get(key.allocator, 0) + 1
    groups: dict[tuple[str, str, tuple[str, ...]], list[tuple[str, int]]] = {}
    for (status, reason, case), allocators in lanes.items():
        ours = tuple(name for name in measured.allocators if name in allocators)
        groups.setdefault((status, reason, ours), []).append((case, sum(allocators.values())))
    found = [
        Missing(status, reason, ours, tuple(case for case, _ in cases), sum(arms for _, arms in cases))
        for (status, reason, ours), cases in groups.items()
    ]
    return sorted([*found, *_unmeasured(measured)], key=lambda each: each.status != "contended")


def left_out(measured: Measured) -> str:
    """A sentence on contended launches that other ones of the same arm outvote, or nothing."""
    launches = sum(arm.ns.contended_left_out for arm in measured.arms.values())
    arms = sum(arm.ns.contended_left_out > 0 for arm in measured.arms.values())
    if not launches:
        return ""
    return (
        f"{count(launches, 'contended launch', 'contended launches')} of {count(arms, 'arm')} are left out: most "
        "launches of these arms were quiet."
    )


def _status(arm: ArmResult) -> tuple[str, str] | None:
    if arm.ns_by_launch:
        return ("contended", "too few slices were quiet in most launches") if arm.contended else None
    if not arm.failures:
        return "skipped", "no reason told"
    most = max(arm.failures, key=lambda failure: failure.launches)
    return most.status, most.reason or "no reason told"


def _unmeasured(measured: Measured) -> list[Missing]:
    """Cases that the run set out to measure and has no rows of."""
    with_rows = {key.case for key in measured.arms}
    cases = tuple(case.name for case in measured.cases if case.name not in with_rows)
    told = [Missing("not measured", "the run has no rows of it", tuple(measured.allocators), cases, 0)] if cases else []
    return told + [
        Missing("not in every build", f"{each.why} (in {', '.join(each.builds) or 'none'})", (), (each.case,), 0)
        for each in measured.run.facts.not_in_every_build
    ]
