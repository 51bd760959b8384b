"""An arm's machine code for a reader: the loop, the operation, and all that they reach, with notes and source lines."""

from __future__ import annotations

from collections.abc import Iterator

from heaptoll.codegen.arms import Arm, Worker
from heaptoll.codegen.function_page import CODE_COLUMNS, FunctionPage, function_page, in_reading_order
from heaptoll.codegen.instructions import Function
from heaptoll.codegen.rules import Finding
from heaptoll.codegen.source_lines import LinesOnDisk

_MOST_LINES_OF_A_FINDING = 40
_SOURCES = LinesOnDisk()


def annotated(worker: Worker, arm: Arm) -> str:
    """The whole page of one arm. Ends in a newline."""
    lines = [f"{arm.case.name}, {arm.kind} arm", arm.case.explains, f"compiled by {worker.build}"]
    for function in in_reading_order(arm):
        page = function_page(arm, function, _SOURCES)
        lines += ["", "", *_heading(page), "", *page.lines]
    return "\n".join(lines) + "\n"


def explained(finding: Finding) -> str:
    """A finding in words, and the code that shows it. Ends in a newline."""
    lines = [f"{finding.case}, {finding.arm} arm: {finding.says} (rule: {finding.rule})"]
    for function, instructions in finding.shown:
        lines.append(f"  {_title(function)}")
        shown = instructions[:_MOST_LINES_OF_A_FINDING]
        for instruction in shown:
            where = f"  ; {_SOURCES.place(instruction.source)}" if instruction.source else ""
            lines.append(f"    {instruction.line():<{CODE_COLUMNS}}{where}".rstrip())
        if len(shown) < len(instructions):
            lines.append(f"    … {len(instructions) - len(shown)} more")
    return "\n".join(lines) + "\n"


def _title(function: Function) -> str:
    return f"{function.name} ({_SOURCES.place(function.source)})" if function.source else function.name


def _heading(page: FunctionPage) -> Iterator[str]:
    title = f"{page.symbol} ({page.place})" if page.place else page.symbol
    yield f"== {title}" + (f": {page.role}" if page.role else "")
    yield page.frame
    yield "reaches " + ", ".join(page.reaches) if page.reaches else "reaches nothing else"
