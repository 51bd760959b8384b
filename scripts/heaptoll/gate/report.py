"""What a gate tells: for the terminal, as Markdown for a pull request, as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from heaptoll.gate.counted import Counted
from heaptoll.gate.decide import Conclusion, GateRow, Judgement, Outcome, has_moved, is_red
from heaptoll.gate.paired import Key
from heaptoll.gate.run import Timed
from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import wrapped
from heaptoll.verdict.zone import DeadZone

_TITLES = {
    Conclusion.FINE: "no regression",
    Conclusion.REGRESSION: "regression",
    Conclusion.FAILED: "not everything could be measured",
    Conclusion.INCONCLUSIVE: "inconclusive",
}
_ORDER = (Outcome.SLOWER, Outcome.LAYOUT, Outcome.FASTER, Outcome.UNSURE)
# A row that no one can read is no help; the files have them all.
MOST_ROWS = 60


@dataclass(frozen=True)
class Report:
    """Everything there is to tell."""

    base_title: str
    head_title: str
    zone: DeadZone
    timed: Timed
    judgement: Judgement
    counted: Counted

    @property
    def red_counts(self) -> dict[Key, str]:
        """Rows above the threshold of their counts, and why."""
        return self.counted.red(self.timed.rows)

    @property
    def red_times(self) -> frozenset[Key]:
        """Rows that are slower and held against the head: none where a control moved."""
        rows, changed = self.timed.rows, self.counted.changed_controls
        if any(has_moved(row, changed) for row in rows):
            return frozenset()
        return frozenset(row.key for row in rows if is_red(row, changed))


def title(report: Report) -> str:
    return f"gate: {_TITLES[report.judgement.conclusion]}"


def notable(rows: Iterable[GateRow]) -> list[GateRow]:
    """What a reader should see: every change, and what may be one; the largest first within each kind."""
    chosen = [
        row for row in rows
        if row.outcome in _ORDER and (row.outcome is not Outcome.UNSURE or _may_be_one(row))
    ]  # fmt: skip
    return sorted(chosen, key=lambda row: (_ORDER.index(row.outcome), -abs(_percent(row))))


def _may_be_one(row: GateRow) -> bool:
    decisive = row.decisive
    return not row.lost and decisive is not None and abs(decisive.change_ns) > decisive.zone_ns


def _percent(row: GateRow) -> float:
    decisive = row.decisive
    return 0.0 if decisive is None else decisive.change_percent or 0.0


def as_text(report: Report) -> str:
    """Lines for a terminal of 80 columns, without a newline at the end."""
    rows = notable(report.timed.rows)
    lines = [*wrapped(f"base: {report.base_title}"), *wrapped(f"head: {report.head_title}"), ""]
    if rows:
        lines += lay_out(_TABLE, [TableRow(_cells(row)[:-1], note=row.note) for row in rows[:MOST_ROWS]])
        lines += [*_left_out(rows), ""]
    lines += [report.counted.as_terminal(), ""]
    lines += [line for text in _tail(report) for line in wrapped(text)]
    lines += ["", title(report)]
    lines += [line for reason in report.judgement.reasons for line in wrapped(f"  {reason}")]
    return "\n".join(lines)


def as_markdown(report: Report) -> str:
    """A section for a pull request or a step summary: the verdict, the changed rows, the rest folded."""
    rows = notable(report.timed.rows)
    lines = [f"## Heaptoll {title(report)}", "", *(f"- {reason}" for reason in report.judgement.reasons), ""]
    lines += [f"Base: {_escaped(report.base_title)}  ", f"Head: {_escaped(report.head_title)}", ""]
    if rows:
        lines += ["| " + " | ".join(_HEADER) + " |", "|---|---|---|--:|--:|--:|--:|---|---|"]
        lines += ["| " + " | ".join(map(_escaped, _cells(row))) + " |" for row in rows[:MOST_ROWS]]
        lines += [*_left_out(rows), ""]
    lines += [report.counted.as_markdown(), "", "<details><summary>What was measured</summary>", ""]
    lines += [f"- {_escaped(line)}" for line in _tail(report)]
    lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


_HEADER = ("case", "arm", "allocator", "base ns", "head ns", "change", "95 % interval", "verdict", "why")
_NAMES = ("case", "arm", "allocator")
# On a terminal, why stands below its row.
_TABLE = [Column(each, left=each in (*_NAMES, "verdict"), is_name=each in _NAMES) for each in _HEADER[:-1]]


def _cells(row: GateRow) -> tuple[str, ...]:
    decisive = row.decisive
    word = row.outcome.value + (" (control)" if row.control else "")
    if decisive is None:
        return (*_names(row), "", "", "", "", word, row.note)
    reference = decisive.base_ns / 100
    return (
        *_names(row), f"{decisive.base_ns:.2f}", f"{decisive.head_ns:.2f}", f"{decisive.change_ns / reference:+.2f} %",
        f"{decisive.low_ns / reference:+.2f} to {decisive.high_ns / reference:+.2f} %", word, row.note,
    )  # fmt: skip


def _names(row: GateRow) -> tuple[str, str, str]:
    return row.key.case, row.key.arm, row.key.allocator


def _left_out(rows: Sequence[GateRow]) -> list[str]:
    return [f"and {len(rows) - MOST_ROWS} more rows, in gate.json"] if len(rows) > MOST_ROWS else []


def _tail(report: Report) -> list[str]:
    timed = report.timed
    outcomes = Counter(row.outcome.value for row in timed.rows)
    again = sum(row.second is not None for row in timed.rows)
    words = ", ".join(f"{outcomes[each.value]} {each.value}" for each in Outcome if outcomes[each.value])
    lines = [
        f"{timed.cases} cases, {len(timed.rows)} rows: {words or 'none'}; {again} measured twice",
        f"dead zone {100 * report.zone.relative:g} %, at least {report.zone.floor_ns:g} ns; "
        f"{timed.measuring_seconds:.0f} s of measuring, {timed.measuring_seconds / max(timed.cases, 1):.2f} s a case",
        _resolution(timed.rows),
    ]
    if not report.counted.rows:
        lines += [f"{key.case} {key.arm} ({key.allocator}): {why}" for key, why in report.red_counts.items()]
    lines += [f"not compared: {each}" for each in timed.one_sided]
    lines += [f"not counted: {each.case}: {each.reason}" for each in report.counted.left_out]
    lines += [f"not timed: {line}" for line in _untimed(timed.rows)]
    lines += [f"warning: {each}" for each in timed.warnings]
    lines += timed.losses.split("\n")
    return [line for line in lines if line]


def _untimed(rows: Sequence[GateRow]) -> list[str]:
    """What has no time on one side or both, a line for each reason."""
    reasons: dict[str, list[GateRow]] = {}
    for row in rows:
        if row.decisive is None:
            reasons.setdefault(row.note if not row.lost else "too few quiet launches", []).append(row)
    return [f"{len(found)} rows ({found[0].key.case} …): {why}" for why, found in reasons.items()]


def _resolution(rows: Sequence[GateRow]) -> str:
    """How small a change the gate could have seen: half the width of the intervals."""
    widths = sorted(
        50 * (row.decisive.high_ns - row.decisive.low_ns) / row.decisive.base_ns
        for row in rows if row.decisive is not None and row.decisive.base_ns > 0
    )  # fmt: skip
    if not widths:
        return ""
    return (
        f"intervals: ±{widths[len(widths) // 2]:.2f} % for the middle row, "
        f"±{widths[min(len(widths) * 9 // 10, len(widths) - 1)]:.2f} % for nine of ten"
    )


def _escaped(text: str) -> str:
    """What Markdown would take for its own."""
    return "".join(f"\\{c}" if c in "|\\`*_<>[]" else c for c in text.replace("\n", " "))
