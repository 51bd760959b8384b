"""How Go was measured beside C, in words that everything on the page that shows Go has to say."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from heaptoll.go_lane.read import GoFacts, GoProcess
from heaptoll.report.dataset import GoSide, Measured
from heaptoll.report.method.facts import Fact
from heaptoll.report.words.numbers import count, percent

_SAME_SESSION = timedelta(hours=1)


def how_they_compare(measured: Measured, go: GoSide) -> str:
    """What Go's times are, and what may be compared with C's."""
    return (
        f"Go’s ns are CPU time with GOMAXPROCS={go.lane.facts.gomaxprocs}, the collector’s work in them; C and Go were "
        f"measured in processes of their own, {_when(measured, go)}: compare ratios, heap ÷ stack."
    )


def go_facts(measured: Measured, go: GoSide) -> list[Fact]:
    """How this run's Go was measured."""
    facts = go.lane.facts
    settings = ", ".join(f"{name}={value}" for name, value in facts.settings.items())
    found = [
        Fact("Go", (facts.version, *([settings] if settings else [])), code=True),
        Fact("Threads", (f"GOMAXPROCS={facts.gomaxprocs}, on one CPU: the collector’s work is in the times",)),
        Fact("Memory limit", (f"{facts.memory_limit_bytes >> 20} MiB (GOMEMLIMIT)",)),
        Fact("Launches", _launches(facts.processes) or ("none",)),
    ]
    if facts.quiet_share is not None:
        found.append(Fact("Quiet slices", (percent(facts.quiet_share),)))
    if facts.origin.revision:
        changed = ", with local changes" if facts.origin.dirty else ""
        found.append(Fact("Measured by Heaptoll’s commit", (facts.origin.revision + changed,), code=True))
    when = f"{facts.started_utc:%Y-%m-%d %H:%M} UTC, profile {facts.profile}, {facts.status}"
    found.append(Fact("Measured", (f"{when}; {_when(measured, go)}",)))
    return found


def _when(measured: Measured, go: GoSide) -> str:
    """Whether the machine of one is the machine of the other, as far as time tells."""
    of_c = measured.run.facts
    apart = go.lane.facts.started_utc - (of_c.ended_utc or of_c.started_utc)
    if abs(apart) <= _SAME_SESSION:
        return "one after the other in the same session"
    began = [f"{moment:%Y-%m-%d %H:%M}" for moment in (of_c.started_utc, go.lane.facts.started_utc)]
    return f"not in one session (C {began[0]}, Go {began[1]} UTC)"


def _launches(processes: tuple[GoProcess, ...]) -> tuple[str, ...]:
    """A line for each setting, and one for the processes that did not end well."""
    settings = Counter((each.live_mb, each.gogc) for each in processes)
    lines = [f"{number} with GOGC={gogc}, {beside(live_mb)}" for (live_mb, gogc), number in sorted(settings.items())]
    bad = [each for each in processes if each.problem]
    if bad:
        lines.append(f"{count(len(bad), 'process', 'processes')} did not end well: {bad[0].problem}")
    return tuple(lines)


def beside(live_mb: int) -> str:
    """What else was alive."""
    return f"{live_mb} MB of live heap" if live_mb else "nothing else alive"


def version(facts: GoFacts) -> str:
    """`Go 1.19.8`."""
    return f"Go {facts.version.removeprefix('go')}"
