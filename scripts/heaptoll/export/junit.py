"""A run as JUnit XML: a test case per arm, which took as long as one operation. What crashed, hung or was dishonest is
an error; what was skipped or contended is skipped."""

from __future__ import annotations

from xml.etree import ElementTree

from heaptoll.escapes import xml_text
from heaptoll.export.results import BROKEN, TOLL, Figure, Results
from heaptoll.export.words import commit_words, interval_words, launches_words, machine_words

_ERROR, _SKIPPED = "error", "skipped"


def write(results: Results) -> str:
    outcomes = [_outcome(figure) for figure in results.figures]
    suite = ElementTree.Element("testsuite", {
        "name": xml_text(f"heaptoll {results.facts.run_id}"),
        "timestamp": f"{results.facts.started_utc:%Y-%m-%dT%H:%M:%S}",
        "tests": str(len(outcomes)), "failures": "0", "errors": str(outcomes.count(_ERROR)),
        "skipped": str(outcomes.count(_SKIPPED)),
        "time": _seconds(sum(estimate.value for figure, estimate in results.numbers if figure.arm != TOLL)),
    })  # fmt: skip
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in _properties(results).items():
        ElementTree.SubElement(properties, "property", {"name": xml_text(name), "value": xml_text(value)})
    for figure, outcome in zip(results.figures, outcomes):
        _add(suite, figure, outcome)
    if results.warnings:
        ElementTree.SubElement(suite, "system-err").text = xml_text("\n".join(results.warnings))
    ElementTree.indent(suite, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _outcome(figure: Figure) -> str:
    """A toll is no error: it is made of two arms that are judged themselves."""
    broken = figure.status in BROKEN or any(status in BROKEN for status in figure.lost)
    if broken and figure.arm != TOLL:
        return _ERROR
    return "" if figure.estimate is not None else _SKIPPED


def _add(suite: ElementTree.Element, figure: Figure, outcome: str) -> None:
    estimate = figure.estimate
    case = ElementTree.SubElement(suite, "testcase", {
        "classname": xml_text(figure.case.name), "name": xml_text(f"{figure.arm} {figure.allocator}"),
        "time": _seconds(0.0 if estimate is None else estimate.value),
    })  # fmt: skip
    if outcome:
        why = xml_text(figure.why or figure.status)
        element = ElementTree.SubElement(case, outcome, {"message": why})
        if outcome == _ERROR:
            element.set("type", next((each for each in figure.lost if each in BROKEN), figure.status))
        element.text = why
    if estimate is not None:
        said = f"{estimate.value:.6g} ns/op, {interval_words(estimate)}, {launches_words(estimate.launches)}"
        ElementTree.SubElement(case, "system-out").text = xml_text(f"{said}; {figure.why}" if figure.why else said)


def _seconds(ns: float) -> str:
    """JUnit has no negative times; where the stack is the dearer one, the toll stands in system-out alone."""
    return f"{max(ns, 0.0) * 1e-9:.12f}"


def _properties(results: Results) -> dict[str, str]:
    facts = results.facts
    known = {
        "run": facts.run_id, "commit": commit_words(facts), "machine": machine_words(facts),
        "compiler": facts.toolchain.compiler, "flags": facts.toolchain.flags, "libc": facts.toolchain.libc,
        "build": results.build, "unit of time": "seconds per operation",
        **{f"allocator {name}": results.version(name) for name in results.allocators},
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}
