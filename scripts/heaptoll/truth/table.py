"""The truth table, as Markdown: known costs and what was measured; both engines' results side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from heaptoll.truth.expected import core_of
from heaptoll.truth.explain import NEAR_PERCENT, Explained, Reason, explain
from heaptoll.truth.figures import Truth
from heaptoll.truth.judge import (
    CYCLES_BOUND_PERCENT, NS_BOUND_PERCENT, UNKNOWN, Judged, is_unit, judge_cycles, judge_ns, kind_of,
)  # fmt: skip

_NEAR = (1.0, 2.0, 5.0)


def table(found: Truth) -> str:
    """Lines of Markdown, closing with a newline."""
    quiet = "" if math.isnan(found.quiet_share) else f"; {100 * found.quiet_share:.0f} % of our slices quiet"
    lines = [f"{found.date}; {found.machine}{quiet}; commit {found.revision[:12]}", ""]
    lines += [*_cycles(found), "", *_ns(judge_ns(found)), "", *_side_by_side(explain(found.ordinary))]
    return "\n".join(lines) + "\n"


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def _signed(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:+.2f} %"


def _cycles(found: Truth) -> list[str]:
    core = core_of(found.cpu)
    judged = judge_cycles(found)
    lines = [
        "## Known costs, in core cycles",
        "",
        f"Core cycles per operation, median over launches with quiet slices, against the architecture's figure for "
        f"{core.name if core else 'this kind of core, which is not known here'}. N instructions (stack), 2 N (heap), and "
        f"their difference (toll), from which the calls cancel. `ok`: within {CYCLES_BOUND_PERCENT:g} %.",
        "",
        "| case | arm | expected | measured | deviation | launches | |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in judged:
        unit = " (unit)" if is_unit(found.cpu, each.case) else ""
        lines.append(
            f"| {each.case} | {each.arm} | {_number(each.expected, 0)} | {_number(each.measured, 1)} | "
            f"{_signed(each.deviation_percent)} | {each.results} | {each.verdict}{unit} |"
        )
    lines += ["", "`unit`: the engine finds the core's clock by just such a chain; that it comes out right shows only "
              "that the engine agrees with itself. The other rows are independent of it."]  # fmt: skip
    if any(each.verdict == UNKNOWN for each in judged):
        lines.append("`unknown`: no figure for this kind of core in scripts/heaptoll/truth/expected.py; not judged.")
    return lines


def _ns(judged: Sequence[Judged]) -> list[str]:
    lines = [
        "## The same, in nanoseconds, against Google Benchmark",
        "",
        f"ns of ours over its ns, quiet slices over quiet repetitions, paired turn by "
        f"turn; median over turns. `ok`: within {NS_BOUND_PERCENT:g} %.",
        "",
        "| case | arm | ratio | turns | |",
        "|---|---|---|---|---|",
    ]
    for each in judged:
        lines.append(f"| {each.case} | {each.arm} | {_number(each.measured, 4)} | {each.results} | {each.verdict} |")
    by_kind = {kind: [e.measured for e in judged if kind_of(e.case) == kind and not math.isnan(e.measured)]
               for kind in dict.fromkeys(kind_of(e.case) for e in judged)}  # fmt: skip
    ranges = [f"{kind} {min(values):.4f} to {max(values):.4f}" for kind, values in by_kind.items() if values]
    return lines + (["", "By kind: " + "; ".join(ranges) + "."] if ranges else [])


def _side_by_side(rows: Sequence[Explained]) -> list[str]:
    compared = [row for row in rows if row.compared]
    lines = [
        "## Both engines side by side",
        "",
        "| | " + " | ".join(f"within {near:g} %" for near in _NEAR) + " | compared |",
        "|---" * (len(_NEAR) + 2) + "|",
    ]
    for name, within in (  # fmt: skip
        ("ns", Explained.within), ("core cycles", Explained.cycles_within),
        ("core cycles, theirs without settling", Explained.settled_within),
    ):
        counts = [sum(within(row, near) for row in compared) for near in _NEAR]
        shares = [f"{n} ({100 * n / len(compared):.0f} %)" if compared else "–" for n in counts]
        lines.append(f"| {name} | " + " | ".join(shares) + f" | {len(compared)} of {len(rows)} |")
    lines += ["", f"| what the data say of a difference of more than {NEAR_PERCENT:g} % | rows |", "|---|---|"]
    for reason in Reason:
        lines.append(f"| {reason.value} | {sum(row.reason is reason for row in rows)} |")
    lines += [
        "",
        "ratio: ours over theirs, ns paired turn by turn. quiet: repetitions of theirs during which the core was theirs. "
        "settled: the ratio of cycles without what each of their repetitions costs once, as two lengths of them tell.",
        "",
        "| case | arm | ours ns | theirs ns | quiet | ratio ns | ratio cycles | settled | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        said = "" if row.reason is Reason.SAME else row.reason.value
        lines.append(
            f"| {row.case} | {row.arm} | {_number(row.ours_ns)} | {_number(row.theirs_ns)} | {row.quiet}/{row.repetitions} | "
            f"{_number(row.ratio_ns, 3)} | {_number(row.ratio_cycles, 3)} | "
            f"{_number(row.ratio_settled, 3)} | {said} |"
        )
    return lines
