"""What the run found of its machine, with why that matters and what would help.

`make doctor` says the same at length, with the commands for the machine that it runs on (harness/health_*.c).
"""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.run_facts import Finding

_HOST = "only who runs the host can change it; for figures to publish, a machine of its own or a dedicated host"


@dataclass(frozen=True)
class Judged:
    """A finding. `why`: what it does to times; `helps`: what to do, or "" where it is good."""

    finding: Finding
    why: str
    helps: str


# Name: why it matters, what helps.
_KNOWN = {
    "load": (
        "other programs take turns on the core and empty its caches, which no probe sees",
        "stop what runs beside it (top), or wait a minute",
    ),
    "steal": (
        "so much of the time the host gave the CPU to other guests",
        "another hour, a larger instance, a dedicated host",
    ),
    "CPUs": (
        "while one core is measured on, everything else needs another to run on",
        "give the machine or the container a second CPU",
    ),
    "CPU quota": (
        "a container that has used up its CPU time is stopped as a whole",
        "lift the limit: docker update --cpus=2, limits.cpu, CPUQuota=",
    ),
    "memory": (
        "where memory is short the kernel takes pages from what is measured",
        "free some: top -o %MEM shows who has it",
    ),
    "virtual machine": (
        "the host sets the clock, and other guests may share the core; such slices are left out",
        _HOST,
    ),
    "governor": (
        "where the clock follows the load, nanoseconds drift; core cycles do not",
        "sudo cpupower frequency-set -g performance; where the host decides, compare core cycles",
    ),
    "turbo": (
        "the clock rises and falls with heat and the work of other cores; core cycles do not",
        "turn it off (intel_pstate/no_turbo, cpufreq/boost), or compare core cycles",
    ),
    "SMT": (
        "two threads share a core; while both work, each gets about half, and such slices are left out",
        "keep the sibling idle, or echo off to /sys/devices/system/cpu/smt/control",
    ),
    "battery": (
        "on battery most machines lower their clocks",
        "plug it in",
    ),
    "heat": (
        "a processor that gets too hot lowers its clock",
        "let it cool down, and free its air",
    ),
    "clock": (
        "slices are timed by the processor’s counter, which must keep its rate",
        "a property of the processor, or of the host",
    ),
    "PMU": (
        "only the events of COUNTERS= need it; times and core cycles do not",
        "sudo sysctl kernel.perf_event_paranoid=2, where the host passes it on",
    ),
    "huge pages": (
        "with “always” a large block gets a huge page when one happens to be free",
        "echo madvise to /sys/kernel/mm/transparent_hugepage/enabled",
    ),
    "ASLR": (
        "each launch is meant to draw new addresses, so that no result hangs on one layout",
        "sudo sysctl kernel.randomize_va_space=2",
    ),
    "stack limit": (
        "the largest arrays on the stack must fit, and “unlimited” changes how memory is laid out",
        "ulimit -s 8192, in the shell that starts the run",
    ),
    "quiet slices": (
        "only these count; below half, most launches find too few",
        "a quieter hour or machine; make doctor says in 5 s whether it is one",
    ),
}
_UNKNOWN = ("this page knows nothing about it", "make doctor")


def judged(findings: tuple[Finding, ...]) -> list[Judged]:
    """The poor first, then the fair; nothing helps what is good."""
    order = {"poor": 0, "fair": 1, "unknown": 2, "good": 3}
    found = []
    for each in sorted(findings, key=lambda each: order[each.verdict]):
        why, helps = _KNOWN.get(each.name, _UNKNOWN)
        found.append(Judged(each, why, "" if each.verdict == "good" else helps))
    return found
