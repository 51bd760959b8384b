"""The pages there are, and what their templates are told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from heaptoll.report.dataset import Measured, scenarios
from heaptoll.report.go_words import how_they_compare, version
from heaptoll.report.method.page import method
from heaptoll.report.quality import quality
from heaptoll.report.terms import TERMS
from heaptoll.report.words.answer import answer


@dataclass(frozen=True)
class Page:
    """One page. `file` is its name and its template's; `script` is static/js/pages/SCRIPT.js, with the `charts` it
    needs from static/js/charts/ and the `parts` that these share, static/js/PART.js. `style`: whether it has
    rules of its own, static/css/SCRIPT.css. `listed`: in the menu."""

    file: str
    title: str
    script: str
    charts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    style: bool = False
    listed: bool = True
    more: tuple[str, ...] = ()


CASE_PARTS = (
    "case/current", "case/head", "case/lanes", "case/measured", "case/neighbours", "case/code", "case/reproduce", "case/list",
)  # fmt: skip

PAGES = (
    Page(
        "index.html", "Answer", "index",
        ("headline", "forest", "heat_map", "size_sweep", "toll_parts", "break_even", "lifetime_blocks"),
        ("rows", "heat_cells", "lines", "edge_marks", "below_panel", "line_panel"),
        style=True,
    ),
    Page("case.html", "Cases", "case", ("case_arms", "case_launches", "case_series"), CASE_PARTS, style=True),
    Page("table.html", "Table", "table", parts=("table/columns", "table/rows", "table/view", "table/filters"), style=True),
    Page(
        "compare.html", "Compare", "compare", ("differences",), ("compare_statistics", "compare_run", "compare_view"), style=True
    ),
    Page("machines.html", "Machines", "machines", ("machine_tolls",), style=True),
    Page("method.html", "Method", "method", ("quiet_launches", "quiet_cases", "same_code"), style=True),
)  # fmt: skip


# Of a run with Go.
_GO_CHARTS = {"index": ("go", "go_live_heap")}
_GO_PARTS = {"case": ("case/go",)}


def pages(measured: Measured) -> tuple[Page, ...]:
    """Those of a run; where it has Go, with what shows that."""
    if measured.go is None:
        return PAGES
    return tuple(
        replace(
            page,
            charts=(*page.charts, *_GO_CHARTS.get(page.script, ())),
            parts=(*page.parts, *_GO_PARTS.get(page.script, ())),
        )
        for page in PAGES
    )


def launches_name(measured: Measured, scenario: str) -> str:
    """The data file of a scenario's launches. By number: a scenario's name comes from a file and may be anything."""
    return f"launches-{scenarios(measured).index(scenario)}"


def cases_name(measured: Measured, scenario: str) -> str:
    """The data file of what the pages of a scenario's cases say."""
    return f"cases-{scenarios(measured).index(scenario)}"


def code_name(measured: Measured, scenario: str) -> str:
    """The data file of the code behind a scenario's cases."""
    return f"code-{scenarios(measured).index(scenario)}"


def context(measured: Measured) -> dict[str, Any]:
    """What every template of a run may use."""
    facts = measured.run.facts
    return {
        "facts": facts,
        "machine": facts.machine,
        "warnings": measured.warnings,
        "build": measured.build,
        "answer": answer(measured),
        "quality": quality(measured),
        "method": method(measured),
        "terms": TERMS,
        "allocators": [
            (i, name, next((a.version for a in facts.allocators if a.name == name), None))
            for i, name in enumerate(measured.allocators)
        ],
        "scenarios": scenarios(measured),
        "cases": len(measured.cases),
        "without_page": _without_page(measured),
        "go": _go(measured),
    }


def _go(measured: Measured) -> dict[str, Any] | None:
    """None where the run has no Go."""
    if measured.go is None:
        return None
    return {"version": version(measured.go.lane.facts), "compared": how_they_compare(measured, measured.go)}


def _without_page(measured: Measured) -> set[str]:
    """Names of cases that only Go has."""
    of_go = {case.name for case in measured.go.measured.cases} if measured.go else set()
    return of_go - {case.name for case in measured.cases}
