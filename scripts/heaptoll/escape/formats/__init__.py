"""The reports as text: one format per file, each with a function for either report."""

from __future__ import annotations

from types import ModuleType

from heaptoll.escape.formats import json, markdown, terminal

# By the word that asks for it; each has write_classics and write_package.
FORMATS: dict[str, ModuleType] = {"terminal": terminal, "markdown": markdown, "json": json}
