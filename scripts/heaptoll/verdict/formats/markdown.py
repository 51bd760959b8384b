"""A report in GitHub's Markdown: what changed in a table, the rest folded away, no more than a step summary holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from heaptoll.escapes import markdown_text
from heaptoll.limited_text import KEPT_FOR_ENDS, LARGEST_BYTES, LimitedText
from heaptoll.verdict.formats.figures import COLUMNS, figures
from heaptoll.verdict.judge import Row
from heaptoll.verdict.report import OneSided, Report, counted, in_order

_ALIGNED = {"base": "--:", "head": "--:", "change": "--:", "%": "--:"}


def write(report: Report) -> str:
    return within(report, LARGEST_BYTES)


def within(report: Report, largest_bytes: int) -> str:
    """The report in at most so many bytes of UTF-8; a line says how many rows of a table are left out.

    The heading and the warnings always stay; they are short.
    """
    found = in_order(report.rows)
    text = LimitedText(largest_bytes - KEPT_FOR_ENDS)
    text.add(f"### {markdown_text(report.title)}\n\n")
    for name, value in report.heading.items():
        text.add(f"- {markdown_text(name)}: {markdown_text(value)}\n")
    for warning in report.warnings:
        text.add(f"- **warning**: {markdown_text(warning)}\n")
    text.add(f"\n**{counted(report.rows)}**\n\n")
    if found.changed:
        text.add(_header(*COLUMNS))
        text.add_each((_row(row) for row in found.changed), len(found.changed), "changed rows")
        text.add("\n")
    _fold(text, f"{len(found.beyond)} unsure, beyond the dead zone", found.beyond, _noted, _header(*COLUMNS, "why"))
    missing = report.one_sided
    _fold(text, f"{len(missing)} not compared", missing, _one_sided, _header("case", "allocator", "arm", "why"))
    _fold(text, f"the rest: {counted(found.rest)}", found.rest, _noted, _header(*COLUMNS, "why"))
    return text.text()


_Item = Row | OneSided


def _fold(
    text: LimitedText, summary: str, items: Sequence[_Item], line: Callable[[_Item], str], header: str
) -> None:
    if not items:
        return
    text.add(f"<details><summary>{markdown_text(summary)}</summary>\n\n{header}")
    text.add_each(map(line, items), len(items), "rows")
    text.add("\n</details>\n\n")


def _header(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{'|'.join(_ALIGNED.get(column, ':--') for column in columns)}|\n"


def _cells(row: Row) -> list[str]:
    return [*map(markdown_text, (row.case, row.allocator, row.arm)), *figures(row), row.verdict.value]


def _row(row: Row) -> str:
    return f"| {' | '.join(_cells(row))} |\n"


def _noted(row: _Item) -> str:
    assert isinstance(row, Row)
    return f"| {' | '.join([*_cells(row), markdown_text(row.note)])} |\n"


def _one_sided(each: _Item) -> str:
    assert isinstance(each, OneSided)
    return f"| {' | '.join(map(markdown_text, (each.case, each.allocator, each.arm, each.why)))} |\n"
