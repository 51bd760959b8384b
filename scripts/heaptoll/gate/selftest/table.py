"""The table, as Markdown: what was asked of the gate, what it did, and Google Benchmark beside it."""

from __future__ import annotations

import math

from heaptoll.gate.selftest import tally
from heaptoll.gate.selftest.asked import (
    ASKED, DEFAULT_ZONE, MOST_SECONDS_PER_CASE, NARROW_ZONE, seconds_answer, seconds_of,
)  # fmt: skip
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.trial import Kind
from heaptoll.share import Share

ZONES = (DEFAULT_ZONE, NARROW_ZONE)


def table(found: Selftest) -> str:
    """Lines of Markdown, closing with a newline."""
    return "\n".join([*_heading(found), "", *_asked(found), "", *_power(found), "", *_gates(found)]) + "\n"


def _heading(found: Selftest) -> list[str]:
    many = f"{len(found.trials)} gates and {len(found.gbench)} pairs of Google Benchmark runs"
    if not found.is_complete:
        many += f" (of {found.planned} planned)"
    return [
        f"{many} in random order, {found.seconds / 60:.0f} minutes ({found.date}; {found.machine}; "
        f"commit {found.short_revision}; seed {found.seed})",
        *(f"\nNot tried: {note}" for note in found.notes),
        *([f"\nFailed: {len(found.failures)}, the first: {found.failures[0]}"] if found.failures else []),
    ]


def _asked(found: Selftest) -> list[str]:
    lines = ["| | measured (95 % interval) | asked | reached |", "|---|---|---|---|"]
    for asked in ASKED:
        answer = asked.answer(found.trials).value
        lines.append(f"| {asked.what} | {asked.share(found.trials)} | {asked.text} | {answer} |")
    seconds = seconds_of(found.trials)
    measured = f"{tally.median(seconds):.2f} s; {max(seconds):.2f} s" if seconds else "not tried"
    lines.append(
        f"| measuring per case and allocator, all measurements: median; worst trial | {measured} | ≤ {MOST_SECONDS_PER_CASE:g} s | "
        f"{seconds_answer(found.trials).value} |"
    )
    return lines


def percents(found: Selftest) -> list[float]:
    """The plants that were tried, 0 first."""
    tried = {done.trial.planted_percent for done in tally.chosen(found.trials, (Kind.SLOWER,))}
    return sorted({0.0} | tried | {pair.planted_percent for pair in found.gbench})


def gate_share(found: Selftest, percent: float, zone: float) -> Share:
    """The share found with this plant; with 0 the share of heap, stack and other rows that went red for nothing."""
    if percent == 0:
        return tally.false_reds(tally.chosen(found.trials, (Kind.SAME, Kind.SUITE), zone))
    return tally.found(tally.chosen(found.trials, (Kind.SLOWER,), zone), percent)


def _power(found: Selftest) -> list[str]:
    heads = [f"gate, dead zone {zone:g} %" for zone in ZONES]
    lines = [f"| planted | {' | '.join(heads)} | Google Benchmark, Mann–Whitney |", "|---|---|---|---|"]
    for percent in percents(found):
        shares = [gate_share(found, percent, zone) for zone in ZONES]
        shares.append(tally.gbench_share(found.gbench, percent))
        name = f"{percent:g} % found" if percent else "nothing: false alarms"
        lines.append(f"| {name} | {' | '.join(map(str, shares))} |")
    return lines


def _gates(found: Selftest) -> list[str]:
    lines = ["| gates | of them inconclusive | false red rows | s per case and allocator |", "|---|---|---|---|"]
    for kind in Kind:
        done = tally.chosen(found.trials, (kind,))
        if done:
            seconds = tally.median(tally.seconds_per_case(done))
            lines.append(
                f"| {len(done)} {kind.value} | {tally.inconclusive(done).hits} | {tally.false_reds(done)} | "
                f"{'–' if math.isnan(seconds) else f'{seconds:.2f}'} |"
            )
    return lines
