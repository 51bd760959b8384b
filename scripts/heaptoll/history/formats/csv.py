"""RFC 4180: one row per change."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, fields

from heaptoll.escapes import csv_word
from heaptoll.history.change.search import Found
from heaptoll.history.formats.rows import Row, rows
from heaptoll.history.told import Told


def write(found: Found, told: Told) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(Row))
    writer.writerows([_cell(value) for value in astuple(row)] for row in rows(found))
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.6g}" if isinstance(value, float) else csv_word(str(value))
