"""The index of machines: what each published run was measured on, and its tolls, beside this page's run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from heaptoll.charts.representatives import representatives
from heaptoll.charts.theme import shapes
from heaptoll.measurements import Run
from heaptoll.report import estimates
from heaptoll.report.data_file import rounded
from heaptoll.report.dataset import Measured
from heaptoll.report.others import Other
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey

# What the index shows at first: one small block, the price of malloc and free.
CASE = "returned_pointer/by_value/64"


def machine_data(name: str, run: Run, build: str, page: str | None) -> dict[str, Any]:
    """One machine. `page`: the address of its own page, from the index. A toll is [ns, low, high, reached, cycles, …,
    ratio, …, contended], by case and allocator."""
    facts = run.facts
    return {
        "name": name, "page": page, "run_id": facts.run_id, "status": facts.status, "profile": facts.profile,
        "started_utc": f"{facts.started_utc:%Y-%m-%d %H:%M}", "revision": facts.git.revision, "dirty": facts.git.dirty,
        "cpu": facts.machine.cpu_model, "cores": facts.machine.cores, "hypervisor": facts.machine.hypervisor,
        "kernel": facts.machine.kernel, "libc": facts.toolchain.libc, "compiler": facts.toolchain.compiler,
        "measured_ghz": facts.measured_ghz, "quiet_share": facts.quiet_share, "cases": len(run.cases()),
        "launches": int(run.rows["launch"][run.rows["build"] == build].nunique()), "build": build,
        "allocators": {each.name: each.version for each in facts.allocators if each.name in run.allocators(build)},
        "tolls": _tolls(run, build),
    }  # fmt: skip


def this_run(measured: Measured, name: str) -> dict[str, Any]:
    """The first row: this page's run, `name` where it is published itself, or empty."""
    found = machine_data(name or "This run", measured.run, measured.build, None)
    return {**found, "this": True, "published": bool(name)}


def absent_data(other: Other) -> dict[str, Any]:
    """A machine whose run cannot be read."""
    return {"name": other.name, "why": other.why, "published": other.published}


def allocator_marks(own: Sequence[str], machines: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Name and shape of every allocator of all `machines`: first this run's `own`, as on its other pages."""
    names = dict.fromkeys(own)
    for each in machines:
        names |= dict.fromkeys(each.get("allocators", ()))
    forms = {**shapes(names), **shapes(own)}
    return [{"name": name, "shape": forms[name]} for name in names]


def _tolls(run: Run, build: str) -> dict[str, dict[str, list[float | None]]]:
    arms = estimates.arms(run, build)
    found: dict[str, dict[str, list[float | None]]] = {}
    for case in _shown(run):
        for allocator in run.allocators(build):
            pair = estimates.pair(arms, case.name, allocator)
            if pair is not None and pair.toll_ns is not None:
                figures = (pair.toll_ns, pair.toll_cycles, pair.ratio)
                contended = any(arms[ArmKey(case.name, arm, allocator)].ns.contended for arm in ("stack", "heap"))
                columns = [value for each in figures for value in _four(each)]
                found.setdefault(case.name, {})[allocator] = [*columns, int(contended)]
    return found


def _shown(run: Run) -> list[CaseFacts]:
    """One point of each variant: those of the smoke profile, or where a run does not tell, what stands for it."""
    cases = run.cases()
    smoke = [case for case in cases if case.profile == "smoke"]
    standing = smoke or representatives(cases)
    return [case for case in cases if case in standing or case.name == CASE]


def _four(estimate: Estimate | None) -> list[float | None]:
    if estimate is None or not math.isfinite(estimate.value):
        return [None] * 4
    interval = estimate.interval
    return [rounded(estimate.value), rounded(interval.low), rounded(interval.high), int(interval.reached)]
