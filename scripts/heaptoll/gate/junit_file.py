"""A gate as JUnit XML: one test case per row, and one more for each count above its threshold."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from heaptoll.gate import counts
from heaptoll.gate.counts import CountRow
from heaptoll.gate.decide import GateRow, Outcome
from heaptoll.gate.report import Report, title
from heaptoll.verdict.formats import junit
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import OneSided
from heaptoll.verdict.report import Report as Verdicts


def as_junit(report: Report) -> str:
    """The whole file. What is `unsure`, `layout` or a control that moved is skipped, with its reason."""
    judged = [(row, None if row.lost else row.decisive) for row in report.timed.rows]
    verdicts = Verdicts(
        title(report),
        {"base": report.base_title, "head": report.head_title, "reasons": "; ".join(report.judgement.reasons)},
        [_row(row, decisive) for row, decisive in judged if decisive is not None],
        [OneSided(*row.key, row.note) for row, decisive in judged if decisive is None],
        report.timed.warnings,
        report.zone,
    )
    return _with_counts(junit.write(verdicts), counts.red(list(report.counted.rows)))


def _row(row: GateRow, decisive: Row) -> Row:
    outcome, note = row.outcome, row.note
    if row.control and outcome in (Outcome.SLOWER, Outcome.FASTER):
        return replace(decisive, verdict=Verdict.UNSURE, note=f"a control row moved: {outcome.value}")
    if outcome is Outcome.LAYOUT:
        return replace(decisive, verdict=Verdict.UNSURE, note=f"layout: {note}")
    return replace(decisive, verdict=Verdict(outcome.value), note=note)


def _with_counts(text: str, red: list[CountRow]) -> str:
    suite = ElementTree.fromstring(text.encode("utf-8"))
    for name in ("tests", "failures"):
        suite.set(name, str(int(suite.get(name, "0")) + len(red)))
    for row in red:
        names = {"classname": row.case, "name": f"{row.arm} {row.allocator} counts", "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", names)
        ElementTree.SubElement(case, "failure", {"message": row.reason, "type": "counts"}).text = row.reason
    ElementTree.indent(suite, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"
