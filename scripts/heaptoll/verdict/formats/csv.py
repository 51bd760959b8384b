"""A report as CSV: RFC 4180, one row per comparison and per thing that could not be compared. docs/FORMATS.md."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields

from heaptoll.escapes import csv_word
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import Report

COLUMNS = tuple(field.name for field in fields(Row))


def write(report: Report) -> str:
    """Control characters are spelled out. A word that a spreadsheet would run as a formula has a ' before it;
    numbers are numbers."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(value) for value in astuple(row)] for row in report.rows)
    where = {name: COLUMNS.index(name) for name in ("case", "allocator", "arm", "note")}
    for each in report.one_sided:
        cells = [""] * len(COLUMNS)
        for name, value in zip(where, (each.case, each.allocator, each.arm, each.why)):
            cells[where[name]] = cell(value)
        writer.writerow(cells)
    return text.getvalue()


def cell(value: object) -> str:
    """A value as a cell shows it, "" for none."""
    if value is None:
        return ""
    if isinstance(value, Verdict):
        return value.value
    if isinstance(value, float):
        return f"{value:.6g}"
    return csv_word(str(value))
