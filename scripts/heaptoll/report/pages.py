"""The pages there are, and what their templates are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from heaptoll.report.dataset import Measured, scenarios


@dataclass(frozen=True)
class Page:
    """One page. `file` is its name and its template's; `script` is static/js/pages/SCRIPT.js, with the `charts` it
    needs from static/js/charts/, and what `more` of static/js/. `style`: whether it has rules of its own,
    static/css/SCRIPT.css. `listed`: in the menu."""

    file: str
    title: str
    script: str
    charts: tuple[str, ...] = ()
    style: bool = False
    listed: bool = True
    more: tuple[str, ...] = ()


_COMPARE = ("compare_statistics", "compare_run", "compare_view")

PAGES = (
    Page("index.html", "Answer", "index", ("headline",)),
    Page("compare.html", "Compare", "compare", ("differences",), style=True, more=_COMPARE),
    Page("machines.html", "Machines", "machines", ("machine_tolls",), style=True),
)  # fmt: skip


def launches_name(measured: Measured, scenario: str) -> str:
    """The data file of a scenario's launches. By number: a scenario's name comes from a file and may be anything."""
    return f"launches-{scenarios(measured).index(scenario)}"


def context(measured: Measured) -> dict[str, Any]:
    """What every template of a run may use."""
    facts = measured.run.facts
    return {
        "facts": facts,
        "machine": facts.machine,
        "warnings": measured.run.warnings,
        "build": measured.build,
        "allocators": [
            (i, name, next((a.version for a in facts.allocators if a.name == name), None))
            for i, name in enumerate(measured.allocators)
        ],
        "scenarios": scenarios(measured),
        "cases": len(measured.cases),
    }
