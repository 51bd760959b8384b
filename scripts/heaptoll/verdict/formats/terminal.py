"""A report for a terminal of 80 columns: what changed first, the rest in a line per scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from heaptoll.escapes import visible
from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import fit, padded, width, wrapped
from heaptoll.verdict.formats.figures import COLUMNS, figures
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import OneSided, Report, counted, in_order

_LONGEST_UNSURE = 20  # rows; every one is in the other formats
_LONGEST_ONE_SIDED = 20
_MOST_SCENARIOS = 12
_COLOURS = {Verdict.SLOWER: "31", Verdict.FASTER: "32", Verdict.SAME: "2", Verdict.UNSURE: "33"}
_LONGEST_SCENARIO = 40  # columns
_NAMES = ("case", "allocator", "arm")
_TABLE = [Column(title, left=title in (*_NAMES, "interval", "verdict"), is_name=title in _NAMES) for title in COLUMNS]


def write(report: Report) -> str:
    return render(report, colour=False)


def render(report: Report, *, colour: bool) -> str:
    """The report in lines, with the escapes of ANSI for the verdicts where `colour`."""
    found = in_order(report.rows)
    lines = [line for name, text in report.heading.items() for line in wrapped(f"{name}: {text}")]
    lines += [line for text in report.warnings for line in wrapped(f"warning: {text}")]
    if found.changed:
        lines += ["", *_table(found.changed, colour)]
    if found.beyond:
        lines += ["", "beyond the dead zone, but not certain:", *_table(found.beyond[:_LONGEST_UNSURE], colour)]
        lines += _more(len(found.beyond) - _LONGEST_UNSURE)
        lines += _reasons(found.beyond)
    if report.one_sided:
        lines += ["", f"not compared ({len(report.one_sided)}):", *_not_compared(report.one_sided)]
    if found.rest:
        lines += ["", "no change shown:" if found.changed or found.beyond else "no change:", *_rest(found.rest)]
        lines += _reasons(found.rest)
    lines += ["", *wrapped(f"in all: {counted(report.rows)}")]
    return "\n".join(lines) + "\n"


def _more(number: int) -> list[str]:
    return [f"  and {number} more; --format=csv has them all"] if number > 0 else []


def _not_compared(missing: Sequence[OneSided]) -> list[str]:
    """A line for each case and reason: a case that one side lacks altogether lacks every arm of it."""
    alike: dict[tuple[str, str], list[OneSided]] = {}
    for each in missing:
        alike.setdefault((each.case, each.why), []).append(each)
    said = [f"  {case} {_which(group)}: {why}" for (case, why), group in alike.items()]
    lines = [line for text in said[:_LONGEST_ONE_SIDED] for line in wrapped(text)]
    return [*lines, *_more(len(said) - _LONGEST_ONE_SIDED)]


def _which(group: Sequence[OneSided]) -> str:
    """The arm, or how many."""
    return f"{group[0].allocator} {group[0].arm}".strip() if len(group) == 1 else f"({len(group)} arms)"


def _table(rows: Sequence[Row], colour: bool) -> list[str]:
    return lay_out(_TABLE, [
        TableRow(
            (row.case, row.allocator, row.arm, *figures(row), row.verdict.value),
            colour=_COLOURS[row.verdict] if colour else "",
        )
        for row in rows
    ])  # fmt: skip


def _rest(rows: Sequence[Row]) -> list[str]:
    by_scenario: dict[str, list[Row]] = {}
    for row in rows:
        by_scenario.setdefault(row.case.split("/")[0], []).append(row)
    if len(by_scenario) > _MOST_SCENARIOS:
        return wrapped(f"  {counted(rows)}")
    names = {name: fit(visible(name), _LONGEST_SCENARIO) for name in by_scenario}
    widest = max(map(width, names.values()))
    return [
        line
        for name, group in by_scenario.items()
        for line in wrapped(f"  {padded(names[name], widest)}  {counted(group)}")
    ]


def _reasons(rows: Sequence[Row]) -> list[str]:
    """Why rows are unsure, the most frequent reason first; each reason's number of rows before it."""
    reasons: dict[str, int] = {}
    for row in rows:
        if row.verdict is Verdict.UNSURE:
            # How wide a row's zone is differs from row to row, and stands in the other formats.
            reason = re.sub(r"(?<=dead zone) of \S+ ns", "", row.note)
            reasons[reason] = reasons.get(reason, 0) + 1
    return _most_frequent(reasons)


def _most_frequent(reasons: Mapping[str, int]) -> list[str]:
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return [line for reason, number in ordered[:5] for line in wrapped(f"  {number} unsure: {reason}")]
