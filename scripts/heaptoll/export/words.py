"""What several formats say alike: figures as JSON has them, intervals in words, names that differ."""

from __future__ import annotations

from collections.abc import Sequence

from heaptoll.run_facts import RunFacts
from heaptoll.statistics import CONFIDENCE, Estimate


def rounded(value: float) -> float:
    """Six significant digits, more than any time here has."""
    return float(f"{value:.6g}")


def has_interval(estimate: Estimate) -> bool:
    """One launch alone says nothing of how far others would be from it."""
    return estimate.interval.coverage > 0


def interval_words(estimate: Estimate) -> str:
    """The interval, and what it is worth."""
    if not has_interval(estimate):
        return "no interval: one launch"
    low, high, coverage, reached = estimate.interval
    ends = f"{low:.6g} to {high:.6g} ns/op"
    if reached:
        return f"{100 * CONFIDENCE:g} % interval {ends}"
    return f"{ends}: the range of too few launches, an interval of {100 * coverage:.3g} %"


def launches_words(launches: int) -> str:
    return f"{launches} {'launch' if launches == 1 else 'launches'}"


def machine_words(facts: RunFacts) -> str:
    machine = facts.machine
    cores = None if machine.cores is None else f"{machine.cores} cores"
    clock = None if facts.measured_ghz is None else f"{facts.measured_ghz:.3g} GHz"
    known = (machine.cpu_model, machine.architecture, cores, clock, machine.hypervisor, machine.kernel)
    return ", ".join(filter(None, known)) or "unknown"


def commit_words(facts: RunFacts) -> str | None:
    """As git describe has it: with -dirty where there were changes."""
    return facts.git.revision and facts.git.revision + ("-dirty" if facts.git.dirty else "")


def different(names: Sequence[str]) -> list[str]:
    """The names, with (2), (3) … behind those that were there before."""
    taken: set[str] = set()
    result = []
    for name in names:
        unique, number = name, 1
        while unique in taken:
            number += 1
            unique = f"{name} ({number})"
        taken.add(unique)
        result.append(unique)
    return result
