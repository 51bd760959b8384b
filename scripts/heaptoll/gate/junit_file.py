"""A gate as JUnit XML: one test case per row, and one more for each count above its threshold."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from heaptoll.gate.decide import GateRow, Outcome, has_moved
from heaptoll.gate.report import Report, title
from heaptoll.verdict.formats import junit
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import OneSided
from heaptoll.verdict.report import Report as Verdicts


def as_junit(report: Report) -> str:
    """The whole file. What is red fails; what is `unsure`, `layout`, a control that moved, or slower in a gate whose
    controls moved is skipped, with its reason; what could not be measured is an error."""
    judged = [(row, None if row.lost else row.decisive) for row in report.timed.rows]
    verdicts = Verdicts(
        title(report),
        {"base": report.base_title, "head": report.head_title, "reasons": "; ".join(report.judgement.reasons)},
        [_row(row, decisive, report) for row, decisive in judged if decisive is not None],
        [OneSided(*row.key, row.note) for row, decisive in judged if decisive is None]
        + [_not_compared(each) for each in report.timed.one_sided],
        report.timed.warnings,
        report.zone,
    )
    return _with_more(junit.write(verdicts), report)


def _not_compared(line: str) -> OneSided:
    case, _, why = line.partition(": ")
    return OneSided(case, "", "", why)


def _row(row: GateRow, decisive: Row, report: Report) -> Row:
    controls = report.counted.changed_controls
    outcome, note = row.outcome, row.note
    if has_moved(row, controls):
        return replace(decisive, verdict=Verdict.UNSURE, note=f"a control row moved: {outcome.value}")
    if outcome is Outcome.SLOWER and any(has_moved(each, controls) for each in report.timed.rows):
        return replace(decisive, verdict=Verdict.UNSURE, note="slower, but control rows moved too")
    if outcome is Outcome.LAYOUT:
        return replace(decisive, verdict=Verdict.UNSURE, note=f"layout: {note}")
    return replace(decisive, verdict=Verdict(outcome.value), note=note)


def _with_more(text: str, report: Report) -> str:
    """The counts above their threshold, and what could not be measured, as test cases of their own."""
    suite = ElementTree.fromstring(text.encode("utf-8"))
    failures = [(key.case, f"{key.arm} {key.allocator} counts", why) for key, why in report.red_counts.items()]
    errors = [("gate", "measurement", report.timed.losses)] if report.timed.losses else []
    for name, more in (("tests", len(failures) + len(errors)), ("failures", len(failures)), ("errors", len(errors))):
        suite.set(name, str(int(suite.get(name, "0")) + more))
    for kind, found in (("failure", failures), ("error", errors)):
        for case, name, why in found:
            element = ElementTree.SubElement(suite, "testcase", {"classname": case, "name": name, "time": "0"})
            said = ElementTree.SubElement(element, kind, {"message": why.splitlines()[0], "type": name.split()[-1]})
            said.text = why
    ElementTree.indent(suite, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"
