"""What the pages of a scenario's cases say beside the figures that all pages have: one JSON object per scenario."""

from __future__ import annotations

from typing import Any

from heaptoll.report import case_answers, case_series, reproduce
from heaptoll.report.case_answers import Answer
from heaptoll.report.case_series import Series
from heaptoll.report.dataset import Measured
from heaptoll.run_facts import CaseFacts


def case_data(measured: Measured, scenario: str) -> dict[str, Any]:
    """`series`, which cases share, and `cases` by their index in the run's data, with the indices of their `series`."""
    index = {case.name: i for i, case in enumerate(measured.cases)}
    cases = [case for case in measured.cases if case.scenario == scenario]
    series = case_series.all_series(cases)
    of_case: dict[str, list[int]] = {}
    for i, each in enumerate(series):
        for point in each.points:
            of_case.setdefault(point.case.name, []).append(i)
    twins = case_series.twins(cases)
    return {
        "series": [_series(each, index) for each in series],
        "cases": {
            str(index[case.name]): _case(measured, case)
            | {
                "series": of_case.get(case.name, []),
                "twin": index[twins[case.name].name] if case.name in twins else None,
            }
            for case in cases
        },
    }


def _case(measured: Measured, case: CaseFacts) -> dict[str, Any]:
    return {
        "words": [list(pair) for pair in case_series.words(case)],
        "answers": [_answer(measured, answer) for answer in case_answers.answers(measured, case.name)],
        "commands": [list(command) for command in reproduce.commands(measured, case)],
    }


def _answer(measured: Measured, answer: Answer) -> dict[str, Any]:
    return {
        "allocator": measured.allocators.index(answer.allocator),
        "toll": answer.toll,
        "text": answer.text,
        "contended": answer.contended,
    }


def _series(series: Series, index: dict[str, int]) -> dict[str, Any]:
    return {
        "label": series.label,
        "bytes": series.parameter == case_series.SIZE,
        "numeric": series.is_numeric,
        "cases": [index[point.case.name] for point in series.points],
        "texts": [point.text for point in series.points],
        "values": [point.value for point in series.points] if series.is_numeric else None,
    }
