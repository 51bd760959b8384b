"""All that the template of the method page is told."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.report.dataset import Measured
from heaptoll.report.go_words import go_facts
from heaptoll.report.method import beside, facts, health, missing
from heaptoll.report.words.numbers import percent
from heaptoll.self_check import LanePair, SelfCheck, self_check, within

_WORST = 5


@dataclass(frozen=True)
class Method:
    """`same`: sentences on the run's own A/A, `worst` the lanes that are farthest apart though they run the same code;
    `least_quiet`: cases with their share of quiet slices, in per cent. The three tables are None where there is nothing
    of the kind beside the run; `go` is empty."""

    missing: list[missing.Missing]
    left_out: str
    health: list[health.Judged]
    clock: list[facts.Fact]
    go: list[facts.Fact]
    facts: list[facts.Fact]
    same: tuple[str, ...]
    worst: list[LanePair]
    least_quiet: list[tuple[str, str]]
    precision: beside.Table | None
    selftest: beside.Table | None
    truth: beside.Table | None


def method(measured: Measured) -> Method:
    """Raises BadInput where a file beside the run is damaged."""
    run = measured.run
    check = self_check(run, measured.build)
    return Method(
        _missing(measured), _left_out(measured), health.judged(run.facts.health), facts.clock(measured),
        go_facts(measured, measured.go) if measured.go else [], facts.facts(measured), _same(check),
        [pair for pair in check.farthest(_WORST) if abs(pair.percent) > 0.5],
        [(case, percent(share)) for case, share in check.least_quiet(_WORST)],
        beside.precision(run), beside.selftest(run), beside.truth(run),
    )  # fmt: skip


def _missing(measured: Measured) -> list[missing.Missing]:
    """Go's after C's: what they lack has other reasons."""
    return missing.missing(measured) + (missing.missing(measured.go.measured) if measured.go else [])


def _left_out(measured: Measured) -> str:
    of_go = missing.left_out(measured.go.measured) if measured.go else ""
    return " ".join(filter(None, (missing.left_out(measured), of_go and f"In Go, {of_go}")))


def _same(check: SelfCheck) -> tuple[str, ...]:
    if not check.pairs:
        return ()
    bounds = [f"{percent(within(check.medians_percent, bound).value)} within {bound:g} %" for bound in (0.5, 1.0, 2.0)]
    single = percent(within(check.singles_percent, 0.5).value)
    told = [
        f"Of {len(check.pairs)} pairs of lanes that run the same code, {bounds[0]} of each other, {bounds[1]}, "
        f"{bounds[2]} (medians over launches). Of single launches {single} are within 0.5 %: what layouts do, launches "
        "average out.",
    ]
    if check.covering.of:
        told.append(f"{percent(check.covering.value)} of their 95 % intervals contain 1; 95 % or more should.")
    return tuple(told)
