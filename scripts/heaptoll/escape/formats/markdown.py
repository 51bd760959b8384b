"""For an issue, a pull request or a step summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from heaptoll.escape.classics import ClassicsReport
from heaptoll.escape.formats import words
from heaptoll.escape.package import PackageReport
from heaptoll.escapes import markdown_text


def write_classics(report: ClassicsReport) -> str:
    rows = []
    for function in report.functions:
        cost = function.cost
        figures = ["", "", "", ""]
        if cost is not None:
            figures = [str(cost.allocations), str(cost.bytes), words.ns(cost.ns), words.ns_range(cost.low, cost.high)]
        said = [(words.verdict(each), words.costs(each), words.why(each)) for each in function.said]
        for verdict, costs, why in said or [("nothing: the stack", "nothing", "")]:
            rows.append([function.package, function.function.name, verdict, costs, why, *figures, words.in_c(function)])
            figures = ["", "", "", ""]
    columns = [
        "example",
        "function",
        "the compiler says",
        "costs",
        "why",
        "allocs/op",
        "B/op",
        "ns/op",
        "middle half",
        "in C",
    ]
    return _text(
        words.heading(report), columns, rows, words.verdicts_line(report) + words.other_line(len(report.other))
    )


def write_package(report: PackageReport) -> str:
    rows = [
        [f"{words.place(each)}:{each.site.line}", each.site.text, words.size(each), words.price(each),
         words.package_note(each)]
        for each in report.sites
        if not each.size.free
    ]  # fmt: skip
    ending = words.package_summary(report) + words.other_line(len(report.other))
    ending += [f"escapes, and costs nothing: {each}" for each in words.free_lines(report)]
    return _text(words.package_heading(report), ["line", "what escapes", "size", "ns", "why"], rows, ending)


def _text(heading: Iterable[str], columns: Sequence[str], rows: Sequence[Sequence[str]], ending: Iterable[str]) -> str:
    lines = [" ".join(map(markdown_text, heading)), ""]
    if rows:
        lines += [_row(columns), _row(["---"] * len(columns), plain=True), *map(_row, rows), ""]
    first, *rest = ending
    lines += [markdown_text(first), *(f"- {markdown_text(each.strip())}" for each in rest)]
    return "\n".join(lines) + "\n"


def _row(cells: Iterable[str], plain: bool = False) -> str:
    return "| " + " | ".join(cell if plain else markdown_text(cell) for cell in cells) + " |"
