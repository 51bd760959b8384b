"""A report as JUnit XML: a slower arm is a failure, what is unsure or could not be compared is skipped.

A slower toll is no failure: it is made of two arms that are judged themselves, and the exit status knows only those.
"""

from __future__ import annotations

from xml.etree import ElementTree

from heaptoll.escapes import xml_text
from heaptoll.verdict.comparison import TOLL
from heaptoll.verdict.formats.figures import figures
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import Report


def write(report: Report) -> str:
    failures = sum(_fails(row) for row in report.rows)
    skipped = sum(row.verdict is Verdict.UNSURE for row in report.rows) + len(report.one_sided)
    suite = ElementTree.Element("testsuite", {
        "name": xml_text(report.title), "tests": str(len(report.rows) + len(report.one_sided)),
        "failures": str(failures), "errors": "0", "skipped": str(skipped),
        "time": f"{sum(row.head_ns for row in report.rows if row.arm != TOLL) * 1e-9:.9f}",
    })  # fmt: skip
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in report.heading.items():
        ElementTree.SubElement(properties, "property", {"name": xml_text(name), "value": xml_text(value)})
    for row in report.rows:
        _add(suite, row)
    for each in report.one_sided:
        attributes = {"classname": xml_text(each.case), "name": _name(each.arm, each.allocator), "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        ElementTree.SubElement(case, "skipped", {"message": xml_text(each.why)})
    if report.warnings:
        ElementTree.SubElement(suite, "system-err").text = xml_text("\n".join(report.warnings))
    ElementTree.indent(suite, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _fails(row: Row) -> bool:
    return row.verdict is Verdict.SLOWER and row.arm != TOLL


def _add(suite: ElementTree.Element, row: Row) -> None:
    attributes = {
        "classname": xml_text(row.case), "name": _name(row.arm, row.allocator),
        "time": f"{max(row.head_ns, 0.0) * 1e-9:.12f}",
    }  # fmt: skip
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if row.verdict is Verdict.UNSURE:
        ElementTree.SubElement(case, "skipped", {"message": xml_text(row.note)})
    elif _fails(row):
        message = xml_text(_said(row))
        ElementTree.SubElement(case, "failure", {"message": message, "type": row.verdict.value}).text = message
    elif row.verdict is not Verdict.SAME:
        ElementTree.SubElement(case, "system-out").text = xml_text(_said(row))


def _said(row: Row) -> str:
    base, head, change, interval, percent = figures(row)
    said = f"{row.verdict.value}: {change} {interval}"
    return f"{said}{f', {percent}' if percent else ''}: {base} before, {head} now"


def _name(arm: str, allocator: str) -> str:
    return xml_text(f"{arm} {allocator}".strip())
