"""The forms in which a history is reported, one per file: functions of what was found and what there is to say besides."""

from __future__ import annotations

from collections.abc import Callable

from heaptoll.history.change.search import Found
from heaptoll.history.formats import csv, json, markdown, terminal
from heaptoll.history.told import Told

FORMATS: dict[str, Callable[[Found, Told], str]] = {
    "terminal": terminal.write, "markdown": markdown.write, "json": json.write, "csv": csv.write,
}  # fmt: skip
