"""For a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from heaptoll.escape.classics import ClassicsReport, FunctionReport
from heaptoll.escape.formats import words
from heaptoll.escape.package import PackageReport
from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import wrapped

_CLASSICS = (
    Column("example", left=True), Column("function", left=True, is_name=True),
    Column("the compiler says", left=True, is_name=True), Column("costs", left=True), Column("allocs", ),
    Column("B"), Column("ns/op"), Column("middle half"),
)  # fmt: skip
_PACKAGE = (
    Column("file", left=True), Column("line"), Column("what escapes", left=True, is_name=True), Column("size"),
    Column("ns"),
)  # fmt: skip


def write_classics(report: ClassicsReport) -> str:
    rows = [row for function in report.functions for row in _rows(function)]
    return _text(
        words.heading(report), lay_out(_CLASSICS, rows),
        words.verdicts_line(report) + words.other_line(report, len(report.other)),
    )  # fmt: skip


def _rows(function: FunctionReport) -> Iterator[TableRow]:
    """A row for each verdict, or one that says that there is none; the figures stand in the first."""
    cost = function.cost
    figures = ["", "", "", ""]
    if cost is not None:
        figures = [str(cost.allocations), str(cost.bytes), words.ns(cost.ns), words.ns_range(cost.low, cost.high)]
    name = f"{function.function.name}:{function.function.first}"
    in_c = words.in_c(function)
    if not function.said:
        yield TableRow([function.package, name, "nothing: the stack", "nothing", *figures], in_c)
    for number, said in enumerate(function.said):
        notes = [words.why(said), in_c if number == len(function.said) - 1 else ""]
        yield TableRow(
            [function.package, name if number == 0 else "", words.verdict(said), words.costs(said), *figures],
            "; ".join(note for note in notes if note),
        )
        figures = ["", "", "", ""]


def write_package(report: PackageReport) -> str:
    rows = [
        TableRow(
            [each.site.file, str(each.site.line), each.site.text, words.size(each), words.price(each.price)],
            words.package_note(each),
        )
        for each in report.sites
    ]
    table = lay_out(_PACKAGE, rows) if rows else []
    return _text(
        words.package_heading(report), table, words.package_summary(report) + words.other_line(report, len(report.other))
    )


def _text(heading: Iterable[str], table: list[str], ending: Iterable[str]) -> str:
    lines = [line for sentence in heading for line in wrapped(sentence)]
    lines += ["", *table, ""] if table else []
    lines += [line for sentence in ending for line in wrapped(sentence)]
    return "\n".join(lines) + "\n"
