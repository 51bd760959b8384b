"""For a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from heaptoll.escape.classics import ClassicsReport, FunctionReport
from heaptoll.escape.formats import words
from heaptoll.escape.package import PackageReport
from heaptoll.escapes import visible
from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import fit, padded, wrapped

_PACKAGE = (
    Column("file", left=True), Column("line"), Column("what escapes", left=True, is_name=True), Column("size"),
    Column("ns"),
)  # fmt: skip
_NAME, _FIGURE = 31, 9  # columns


def write_classics(report: ClassicsReport) -> str:
    table = []
    for package, functions in groupby(report.functions, key=lambda each: each.package):
        titles = ("allocs/op", "B/op", "ns/op") if report.processes else ()
        table.append(_figures(package, titles, "middle half" if report.processes else ""))
        for function in functions:
            table += _function(function)
    return _text(words.heading(report), table, words.verdicts_line(report) + words.other_line(len(report.other)))


def _figures(name: str, figures: Iterable[str], after: str) -> str:
    cells = "".join(padded(figure, _FIGURE, right=True) for figure in figures)
    return f"{padded(fit(visible(name), _NAME), _NAME)}{cells}  {after}".rstrip(" ")


def _function(function: FunctionReport) -> list[str]:
    """A line of figures, and what the compiler says below it."""
    cost, name = function.cost, f"  {function.function.name}, line {function.function.first}"
    if cost is None:
        lines = [_figures(name, (), "")]
    else:
        figures = (str(cost.allocations), str(cost.bytes), words.ns(cost.ns))
        lines = [_figures(name, figures, words.ns_range(cost.low, cost.high))]
    said = [words.sentence(each) for each in function.said] or ["(nothing is said, so it is on the stack)"]
    in_c = words.in_c(function)
    for text in [*said, *([f"in C: {in_c}"] if in_c else [])]:
        lines += wrapped(f"      {text}")
    return lines


def write_package(report: PackageReport) -> str:
    rows = [
        TableRow(
            [words.place(each), str(each.site.line), each.site.text, words.size(each), words.price(each)],
            words.package_note(each),
        )
        for each in report.sites
        if not each.size.free
    ]
    table = lay_out(_PACKAGE, rows) if rows else []
    free = words.free_lines(report)
    if free:
        table += [*([""] if table else []), 'These "escape", and cost nothing:']
        table += [line for each in free for line in wrapped(f"  {each}")]
    return _text(
        words.package_heading(report), table, words.package_summary(report) + words.other_line(len(report.other))
    )


def _text(heading: Iterable[str], table: list[str], ending: Iterable[str]) -> str:
    lines = [line for sentence in heading for line in wrapped(sentence)]
    lines += ["", *table, ""] if table else []
    lines += [line for sentence in ending for line in wrapped(sentence)]
    return "\n".join(lines) + "\n"
