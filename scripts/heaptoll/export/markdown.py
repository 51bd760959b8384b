"""A run in GitHub's Markdown, for an issue or a step summary: warnings first, a table of tolls per scenario, the long
rest folded away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heaptoll.escapes import markdown_text
from heaptoll.export.results import TOLL, Figure, Results, gap_words
from heaptoll.export.words import commit_words, has_interval, machine_words
from heaptoll.limited_text import KEPT_FOR_ENDS, LARGEST_BYTES, LimitedText
from heaptoll.run_facts import CaseFacts
from heaptoll.statistics import CONFIDENCE, Estimate
from heaptoll.units import format_difference_ns, time_unit

_SHOWN = 12  # cases of a scenario; the others are folded
_SMALLEST_PROFILE = "smoke"  # has one case of every variant
_ARM_COLUMNS = ("case", "arm", "allocator", "time", "interval", "launches", "allocations", "note")


def write(results: Results) -> str:
    return within(results, LARGEST_BYTES)


def within(results: Results, largest_bytes: int) -> str:
    """The run in at most so many bytes of UTF-8; lines say how many rows are left out."""
    text = LimitedText(largest_bytes - KEPT_FOR_ENDS)
    heading = list(_heading(results))
    text.add_each((f"{line}\n" for line in heading), len(heading), "lines")
    tolls = [figure for figure in results.figures if figure.arm == TOLL]
    for scenario in dict.fromkeys(figure.case.scenario for figure in tolls):
        _add_scenario(text, [figure for figure in tolls if figure.case.scenario == scenario], results.allocators)
    gaps = gap_words(results.gaps)
    _fold(text, "reasons for what could not be measured", gaps, (f"- {markdown_text(line)}\n" for line in gaps))
    arms = [figure for figure in results.figures if figure.arm != TOLL]
    _fold(text, "arms", arms, map(_arm_row, arms), _header(_ARM_COLUMNS))
    return text.text()


def _heading(results: Results) -> Iterable[str]:
    facts = results.facts
    yield f"### What the heap costs: run {markdown_text(facts.run_id)}\n"
    yield from (f"- {line}" for line in _about(results))
    yield ""


def _about(results: Results) -> Iterable[str]:
    facts = results.facts
    yield from (f"**warning**: {markdown_text(each)}" for each in results.warnings)
    if results.gaps:
        yield f"**{len(results.gaps)} of {len(results.figures)} figures could not be measured**"
    yield f"machine: {markdown_text(machine_words(facts))}"
    yield f"compiler: {markdown_text(facts.toolchain.compiler or 'unknown')}, build {markdown_text(results.build)}"
    allocators = ", ".join(f"{name} {results.version(name) or 'of unknown version'}" for name in results.allocators)
    yield f"allocators: {markdown_text(allocators)}"
    measured = f"{facts.started_utc:%Y-%m-%d %H:%M} UTC, profile {facts.profile}"
    yield f"measured: {markdown_text(measured)}, commit {markdown_text(commit_words(facts) or 'unknown')}"
    if TOLL in results.arms:
        yield f"toll: heap less stack, ns per operation; median over launches and its {100 * CONFIDENCE:g} % interval"
    if any(not estimate.interval.reached for _, estimate in results.numbers):
        yield "intervals of less than six launches are the whole range of those, and worth less; one launch has none"


def _add_scenario(text: LimitedText, tolls: Sequence[Figure], allocators: Sequence[str]) -> None:
    scenario = tolls[0].case.scenario
    cases = {figure.case.name: figure.case for figure in tolls}
    by_lane = {(figure.case.name, figure.allocator): figure for figure in tolls}
    rows = {
        name: _cells([name, *(_toll(by_lane.get((name, allocator))) for allocator in allocators)], plain=1)
        for name in cases
    }
    shown = _first(list(cases.values()))
    question = next((case.question for case in cases.values() if case.question), None)
    header = _header(["toll", *map(markdown_text, allocators)])
    above = f"#### {markdown_text(scenario)}\n\n{markdown_text(question) if question else ''}\n\n{header}"
    if text.begins(above):
        text.add_each((rows[name] for name in shown), len(shown), "cases")
        text.add("\n")
    rest = [row for name, row in rows.items() if name not in shown]
    _fold(text, f"more cases of {scenario}", rest, rest, header)


def _first(cases: Sequence[CaseFacts]) -> list[str]:
    """All, if they are few; those of the smallest profile, if the run says which they are; or the first."""
    if len(cases) > _SHOWN:
        cases = [case for case in cases if case.profile == _SMALLEST_PROFILE] or cases
    return [case.name for case in cases[:_SHOWN]]


def _fold(
    text: LimitedText, what: str, things: Sequence[object], lines: Iterable[str], header: str = ""
) -> None:
    above = f"<details><summary>{len(things)} {markdown_text(what)}</summary>\n\n{header}"
    if things and text.begins(above):
        text.add_each(lines, len(things), "lines")
        text.add("\n</details>\n\n")


def _header(columns: Sequence[str]) -> str:
    return f"| {' | '.join(columns)} |\n|{'|'.join(':--' for _ in columns)}|\n"


def _cells(words: Sequence[str], plain: int) -> str:
    """A row; the first `plain` words are other people's."""
    return f"| {' | '.join([*map(markdown_text, words[:plain]), *words[plain:]])} |\n"


def _toll(figure: Figure | None) -> str:
    if figure is None:
        return ""
    if figure.estimate is None:
        return figure.status
    toll, interval = format_difference_ns(figure.estimate.value, *figure.estimate.interval[:2])
    return f"{toll} {interval}" if has_interval(figure.estimate) else toll


def _arm_row(figure: Figure) -> str:
    estimate = figure.estimate
    allocs = "" if figure.allocs_per_op is None else f"{figure.allocs_per_op:g}"
    time, interval, launches = ("", "", "") if estimate is None else _time(estimate)
    note = figure.why or ("" if figure.status == "ok" else figure.status)
    return _cells([figure.case.name, figure.arm, figure.allocator, time, interval, launches, allocs, note], plain=8)


def _time(estimate: Estimate) -> tuple[str, str, str]:
    unit = time_unit(estimate.value)
    low, high = (f"{end / unit.ns:.4g}" for end in estimate.interval[:2])
    interval = f"{low} to {high} {unit.name}" if has_interval(estimate) else ""
    return f"{estimate.value / unit.ns:.4g} {unit.name}", interval, str(estimate.launches)
