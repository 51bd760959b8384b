"""The little evaluator of workflow expressions: what GitHub documents of those that ours use."""

from __future__ import annotations

from typing import Any

import pytest
from expressions import Context, Malformed, parse

VALUES = {
    "github": {"event": {"pull_request": {"number": 7}}, "event_name": "pull_request", "ref": "refs/pull/7/merge"},
    "vars": {"A": "yes", "EMPTY": ""},
    "steps": {"gate": {"outputs": {"exit-status": "3"}}},
}


@pytest.mark.parametrize(
    "text, value",
    [
        ("vars.A == 'yes'", True),
        ("vars.A == 'YES'", True),
        ("vars.A != 'yes'", False),
        ("vars.NONE || 'other'", "other"),
        ("vars.EMPTY || 'other'", "other"),
        ("vars.A || 'other'", "yes"),
        ("vars.A && 'both' || 'one'", "both"),
        ("vars.NONE && 'both' || 'one'", "one"),
        ("!(vars.A == 'no') && 'it''s'", "it's"),
        ("steps.gate.outputs.exit-status", "3"),
        ("github.event.no.such.thing", None),
        ("null", None),
    ],
)
def test_an_expression_comes_to_what_github_says(text: str, value: Any) -> None:
    assert Context(VALUES).evaluate(text) == value


def test_a_text_has_its_expressions_replaced_and_nothing_else() -> None:
    text = "gate-${{ github.event.pull_request.number || github.ref }}-${{ vars.NONE }}-$HOME"
    assert Context(VALUES).interpolate(text) == "gate-7--$HOME"


@pytest.mark.parametrize(
    "condition, after_success, after_failure",
    [
        (None, True, False),
        ("vars.A == 'yes'", True, False),
        ("${{ vars.A == 'no' }}", False, False),
        ("always()", True, True),
        ("failure()", False, True),
        ("!cancelled() && vars.A == 'yes'", True, True),
    ],
)
def test_a_condition_means_success_unless_it_asks(condition: str | None, after_success: bool, after_failure: bool) -> None:
    assert Context(VALUES).condition(condition) is after_success
    assert Context(VALUES, "failure").condition(condition) is after_failure


@pytest.mark.parametrize("text", ["", "a ==", "(a", "a b", "$x", "hashFiles('x')", "a.b[0]"])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


@pytest.mark.parametrize("text", ["nothing.here", "frobnicate()"])
def test_names_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        Context(VALUES).evaluate(text)
