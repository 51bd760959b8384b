"""A report in GitHub's Markdown: what changed in a table, the rest folded away, no more than a step summary holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from heaptoll.verdict.formats.figures import COLUMNS, figures, visible
from heaptoll.verdict.judge import Row
from heaptoll.verdict.report import OneSided, Report, counted, in_order

# GitHub refuses a step summary of more than 1 MiB; other text may stand before and after.
LARGEST_BYTES = 1_000_000
_KEPT_FOR_ENDS = 2000
_INERT = {ord(c): f"&#{ord(c)};" for c in "\\`*[]<>&|~@#!$"}
_UNDERSCORES = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ALIGNED = {"base": "--:", "head": "--:", "change": "--:", "%": "--:"}


def write(report: Report) -> str:
    return within(report, LARGEST_BYTES)


def within(report: Report, largest_bytes: int) -> str:
    """The report in at most so many bytes of UTF-8; a line says how many rows of a table are left out.

    The heading and the warnings always stay; they are short.
    """
    found = in_order(report.rows)
    text = _Budgeted(largest_bytes - _KEPT_FOR_ENDS)
    text.add(f"### {_safe(report.title)}\n\n")
    for name, value in report.heading.items():
        text.add(f"- {_safe(name)}: {_safe(value)}\n")
    for warning in report.warnings:
        text.add(f"- **warning**: {_safe(warning)}\n")
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


class _Budgeted:
    """Text that takes lines only as long as they fit."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        self._left -= len(piece.encode())
        self._pieces.append(piece)

    def add_each(self, pieces: Iterable[str], number: int, what: str) -> None:
        """Adds pieces until one does not fit, then says how many of the `number` are left out."""
        for done, piece in enumerate(pieces):
            if len(piece.encode()) > self._left:
                self._pieces.append(f"\n{number - done} {what} are left out: they do not fit\n")
                self._left = 0
                return
            self.add(piece)

    def text(self) -> str:
        return "".join(self._pieces)


_Item = Row | OneSided


def _fold(
    text: _Budgeted, summary: str, items: Sequence[_Item], line: Callable[[_Item], str], header: str
) -> None:
    if not items:
        return
    text.add(f"<details><summary>{_safe(summary)}</summary>\n\n{header}")
    text.add_each(map(line, items), len(items), "rows")
    text.add("\n</details>\n\n")


def _header(*columns: str) -> str:
    return f"| {' | '.join(columns)} |\n|{'|'.join(_ALIGNED.get(column, ':--') for column in columns)}|\n"


def _cells(row: Row) -> list[str]:
    return [*map(_safe, (row.case, row.allocator, row.arm)), *figures(row), row.verdict.value]


def _row(row: Row) -> str:
    return f"| {' | '.join(_cells(row))} |\n"


def _noted(row: _Item) -> str:
    assert isinstance(row, Row)
    return f"| {' | '.join([*_cells(row), _safe(row.note)])} |\n"


def _one_sided(each: _Item) -> str:
    assert isinstance(each, OneSided)
    return f"| {' | '.join(map(_safe, (each.case, each.allocator, each.arm, each.why)))} |\n"


def _safe(text: str) -> str:
    """`text` as it is, whatever Markdown or HTML would make of it; underscores within words mean nothing to either."""
    inert = visible(text).translate(_INERT).replace("://", "&#58;//")
    return _UNDERSCORES.sub("&#95;", inert)
