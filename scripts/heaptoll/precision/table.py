"""The precision table, as Markdown: what was asked for, what was measured."""

from __future__ import annotations

import math

from heaptoll.precision.figures import Precision, median


def table(found: Precision) -> str:
    """Lines of Markdown, closing with a newline."""
    return "\n".join([*_summary(found), "", *_by_case(found)]) + "\n"


def _percent(value: float, digits: int = 2) -> str:
    return "–" if math.isnan(value) else f"{value:.{digits}f} %"


def _worst(values: list[float]) -> float:
    return max(values) if values else math.nan


def _summary(found: Precision) -> list[str]:
    quiet = "" if math.isnan(found.quiet_share) else f"; {100 * found.quiet_share:.0f} % of slices quiet"
    lines = [
        f"{found.repetitions} results of each case from each engine, in turn, {found.seconds_per_result:g} s each "
        f"({found.date}; {found.machine}{quiet})",
        "",
        "| | Heaptoll | Google Benchmark | wanted |",
        "|---|---|---|---|",
    ]
    for arm in ("heap", "stack"):
        for unit, name in (("ns", "ns/op"), ("cycles", "core cycles/op")):
            ours, theirs = (found.variations(engine, arm, unit) for engine in ("lockstep", "gbench"))
            wanted = "≤ 0.5 %; ≤ 1.5 %" if unit == "ns" else ""
            lines.append(
                f"| {arm} {name}, coefficient of variation: median case; worst case | {_percent(median(ours))}; "
                f"{_percent(_worst(ours))} | {_percent(median(theirs))}; {_percent(_worst(theirs))} | {wanted} |"
            )
    deviations = found.identical_deviations_percent()
    lines += [
        f"| two identical lanes, {found.seconds_per_identical:g} s: distance of their ratio from 1: median; worst | "
        f"{_percent(median(deviations), 3)}; {_percent(_worst(deviations))} | | ≤ 0.1 % |",
        f"| our loop over a range-for around the same body, fastest of each | {found.loop_ratio:.3f} | 1 | ≤ 1 |",
        f"| share of wall time that is timed slices | {_percent(100 * found.measured_share, 0)} | | ≥ 70 % |",
        f"| processor time of the coordinator, of wall time | {_percent(100 * found.coordinator_cpu_share, 1)} | | |",
    ]
    return lines


def _by_case(found: Precision) -> list[str]:
    lines = [
        "| case, arm | Heaptoll ns | varies by | max/min | cycles | vary by | usable | Google Benchmark ns | varies by "
        "| max/min |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    by_key = {(r.case, r.arm, r.engine, r.unit): r for r in found.repeated}
    for case, arm in dict.fromkeys((r.case, r.arm) for r in found.repeated):
        ns, cycles, theirs = (
            by_key[case, arm, engine, unit]
            for engine, unit in (("lockstep", "ns"), ("lockstep", "cycles"), ("gbench", "ns"))
        )
        lines.append(
            f"| {case}, {arm} | {median(ns.results):.2f} | {_percent(ns.variation_percent)} | "
            f"{_percent(ns.spread_percent, 1)} | {median(cycles.results):.2f} | {_percent(cycles.variation_percent)} | "
            f"{len(ns.results)}/{len(ns.results) + ns.unusable} | {median(theirs.results):.2f} | "
            f"{_percent(theirs.variation_percent)} | {_percent(theirs.spread_percent, 1)} |"
        )
    return lines
