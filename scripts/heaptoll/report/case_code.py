"""The code behind a scenario's cases, for their pages: every function and every piece of source once."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from heaptoll.case_code.code import ArmCode, BuildCode, Excerpt
from heaptoll.case_code.reader import read_code
from heaptoll.codegen.function_page import FunctionPage
from heaptoll.measurements import Run
from heaptoll.report.dataset import Measured

_One = TypeVar("_One", bound=Hashable)


def code_of(run: Run, build: str) -> BuildCode | None:
    """The code of one build of a run; None where it was not recorded. Raises BadInput when its file is damaged."""
    code = read_code(run.folder, run.facts)
    return None if code is None else next((each for each in code.builds if each.name == build), None)


def code_data(measured: Measured, code: BuildCode, scenario: str) -> dict[str, Any]:
    """`cases`, by their index in the run's data, a list of arms that name their `functions` and `excerpts` by index."""
    functions: _Once[FunctionPage] = _Once()
    excerpts: _Once[Excerpt] = _Once()
    cases = {
        str(i): [_arm(kind, arm, functions, excerpts) for kind, arm in code.cases.get(case.name, {}).items()]
        for i, case in enumerate(measured.cases)
        if case.scenario == scenario
    }
    return {
        "revision": code.revision,
        "no_sources": code.no_sources,
        "functions": [_function(each) for each in functions.found],
        "excerpts": [{"file": e.file, "first_line": e.first_line, "text": e.text} for e in excerpts.found],
        "cases": cases,
    }


class _Once(Generic[_One]):
    """Things by number, in the order in which they were first asked for."""

    def __init__(self) -> None:
        self.found: dict[_One, int] = {}

    def number(self, one: _One) -> int:
        return self.found.setdefault(one, len(self.found))


def _arm(
    kind: str, arm: ArmCode, functions: _Once[FunctionPage], excerpts: _Once[Excerpt]
) -> dict[str, Any]:
    return {
        "arm": kind,
        "functions": [functions.number(each) for each in arm.functions],
        "excerpts": [excerpts.number(each) for each in arm.excerpts],
        "where": [f"{name} is {value or 'empty'}" for name, value in arm.where],
    }


def _function(function: FunctionPage) -> dict[str, Any]:
    return {
        "symbol": function.symbol,
        "place": function.place,
        "role": function.role,
        "frame": function.frame,
        "lines": "\n".join(function.lines),
    }
