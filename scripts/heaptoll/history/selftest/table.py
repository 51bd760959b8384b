"""The table, as Markdown: what was asked of the search, and what it did."""

from __future__ import annotations

from heaptoll.history.selftest.asked import (
    ASKED_POINTS, ASKED_STEP, INDEX_SECONDS, LEAST_CLOSE, MOST_BYTES, MOST_FALSE_PER_100, MOST_SECONDS, fast_enough,
    indexed_fast_enough, reached,
)  # fmt: skip
from heaptoll.history.selftest.figures import Selftest
from heaptoll.history.selftest.noises import KINDS
from heaptoll.history.selftest.trials import CLOSE, Outcome
from heaptoll.share import Share

_WORDS = {True: "yes", False: "**no**", None: ""}


def table(found: Selftest) -> str:
    """Lines of Markdown, closing with a newline."""
    return "\n".join([*_heading(found), "", *_false(found), "", *_steps(found), "", *_speed(found), *_real(found)]) + "\n"


def _heading(found: Selftest) -> list[str]:
    many = sum(outcome.trial.series for outcome in found.outcomes)
    return [
        f"{many} made-up series; the chance of a false change in one set to {100 * found.false_alarms:g} % "
        f"({found.date}; {found.machine}; commit {found.short_revision}; seed {found.seed}; {found.seconds / 60:.0f} minutes)"
    ]


def _false(found: Selftest) -> list[str]:
    none = [outcome for outcome in found.outcomes if outcome.trial.step == 0]
    lengths = sorted({outcome.trial.points for outcome in none})
    heads = [f"{points} points" + (f" (asked: ≤ {MOST_FALSE_PER_100:g})" if points == ASKED_POINTS else "") for points in lengths]
    lines = [
        f"| nothing changes: false changes per 100 series | {' | '.join(heads)} | reached | 3 standard deviations off the 20 "
        f"before, {ASKED_POINTS} points |",
        "|---|" + "---|" * (len(lengths) + 2),
    ]
    for kind, each in enumerate(KINDS):
        by_points = {outcome.trial.points: outcome for outcome in none if outcome.trial.kind == kind}
        cells = [_per_100(by_points[points]) if points in by_points else "" for points in lengths]
        asked = by_points.get(ASKED_POINTS)
        usual = f"{100 * asked.usual / asked.trial.series:.0f}" if asked else ""
        lines.append(f"| {each.name} | {' | '.join(cells)} | {_WORDS[reached(asked) if asked else None]} | {usual} |")
    return lines


def _per_100(outcome: Outcome) -> str:
    return f"{outcome.per_100_series:.2f} (of {outcome.trial.series})"


def _steps(found: Selftest) -> list[str]:
    lines = [
        f"| one step, found within ± {CLOSE} points | | asked | reached | other changes | interval holds its place | its size |",
        "|---|---|---|---|---|---|---|",
    ]
    for outcome in sorted((each for each in found.outcomes if each.trial.step), key=lambda each: each.trial.kind):
        trial = outcome.trial
        asked = (trial.step, trial.points) == (ASKED_STEP, ASKED_POINTS) and KINDS[trial.kind].asked
        wanted = f"≥ {100 * LEAST_CLOSE:g} %" if asked else ""
        lines.append(
            f"| {trial.step:g} σ in {trial.points} points, {KINDS[trial.kind].name} | {outcome.close_share} | {wanted} | {_WORDS[reached(outcome)]} | "
            f"{outcome.found - outcome.close} | {_percent(outcome.covered, outcome.close)} | "
            f"{_percent(outcome.sized, outcome.sole)} |"
        )
    return lines


def _percent(hits: int, of: int) -> str:
    return f"{100 * Share(hits, of).value:.1f} %" if of else ""


def _speed(found: Selftest) -> list[str]:
    if not found.speeds and not found.indexes:
        return []
    lines = ["| | seconds | memory | asked | reached |", "|---|---|---|---|---|"]
    for each in found.speeds:
        asked = f"≤ {MOST_SECONDS:g} s, ≤ {MOST_BYTES >> 30} GiB" if fast_enough(each) is not None else ""
        lines.append(
            f"| search of {each.series} series of {each.points} points, {each.processes} processes | {each.seconds:.1f} | "
            f"{_mebibytes(each.bytes_at_once)} | {asked} | {_WORDS[fast_enough(each)]} |"
        )
    for index in found.indexes:
        asked = f"≤ {INDEX_SECONDS:g} s" if indexed_fast_enough(index) is not None else ""
        lines.append(
            f"| index of {index.runs} runs of {index.values} values ({_mebibytes(index.record_bytes)} of records, "
            f"{_mebibytes(index.index_bytes)} of index); all read back in {index.read_seconds:.1f} s | {index.seconds:.1f} | "
            f"{_mebibytes(index.bytes_at_once)} | {asked} | {_WORDS[indexed_fast_enough(index)]} |"
        )
    return lines


def _real(found: Selftest) -> list[str]:
    real = found.real
    if real is None:
        return []
    return [
        "",
        f"{real.runs} real runs on this machine, {real.seconds / 60:.0f} minutes, {real.refused} of them too noisy to be stored; "
        f"the last third has {real.percent:g} % more operations in the heap arms of one case. Of {real.planted} series with it, "
        f"heap arms and tolls, {real.found} show a change within {CLOSE} runs of it. Elsewhere in all {real.series} series: "
        f"{real.elsewhere} changes, {real.beyond_zone} of them beyond the dead zone.",
    ]


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.0f} MiB"
