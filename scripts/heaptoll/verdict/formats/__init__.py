"""A report as text: one format per file, each a function from a `Report` to text that ends with a newline."""

from __future__ import annotations

from collections.abc import Callable

from heaptoll.verdict.formats import csv, json, junit, markdown, terminal
from heaptoll.verdict.report import Report

Format = Callable[[Report], str]

# By the word that asks for it.
FORMATS: dict[str, Format] = {
    "terminal": terminal.write,
    "markdown": markdown.write,
    "csv": csv.write,
    "json": json.write,
    "junit": junit.write,
}
