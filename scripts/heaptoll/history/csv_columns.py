"""Which columns of a foreign CSV are what, where nobody says so: by their names and by what is in their cells."""

from __future__ import annotations

import re
from typing import NamedTuple

from heaptoll.bad_input import quoted
from heaptoll.history.csv_table import CsvTable

MISSING = frozenset(("", "nan", "null", "none", "na", "n/a"))
COMMIT = "commit"
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?", re.ASCII)
# Without their signs: Git-SHA is gitsha. Many a hash has digits only, and none of them is a measurement.
_COMMITS = frozenset((
    COMMIT, "sha", "sha1", "hash", "rev", "revision", "changeset", "commitid", "commitsha", "commithash",
    "gitcommit", "gitsha", "gitsha1", "githash", "gitrev", "gitrevision", "headsha", "headcommit", "vcsrevision",
))  # fmt: skip
_ID = re.compile(r"(?:.*[^a-z])?id", re.IGNORECASE)


def is_commit(name: str) -> bool:
    """Whether a column of this name holds commits in other people's files."""
    return re.sub(r"[^a-z0-9]", "", name.lower()) in _COMMITS


def commit_column(table: CsvTable, notices: list[str]) -> str | None:
    """The name of the only column that holds commits, or that is called just so. Says what it took, or why none."""
    if COMMIT in table.columns:
        return COMMIT
    found = [name for name in table.columns if is_commit(name)]
    if len(found) == 1:
        notices.append(f"commits are in the column {found[0]}; --commit names another")
        return found[0]
    if found:
        notices.append(f"the columns {', '.join(found)} could all hold the commit: name it with --commit")
    return None


class NoMetric(NamedTuple):
    """Why a column is no series, in words. `nearly`: were its cells mended, it would be one."""

    why: str
    nearly: bool = False


def why_no_metric(table: CsvTable, at: int) -> NoMetric | None:
    """Why a column that nobody named is no series; None where it is one."""
    name = table.columns[at]
    if is_commit(name):
        return NoMetric("is named like commits")
    if _ID.fullmatch(name):
        return NoMetric("is named like identifiers")
    cells = [(row, row.cells[at].strip()) for row in table.rows]
    there = [(row, cell) for row, cell in cells if cell.lower() not in MISSING]
    if not there:
        return NoMetric("holds nothing")
    wrong = [(row, cell) for row, cell in there if NUMBER.fullmatch(cell) is None]
    if not wrong:
        return None
    row, cell = wrong[0]
    if DECIMAL_COMMA.fullmatch(cell):
        why = f"has {quoted(cell)} in line {row.line}, with a decimal comma: write it with a decimal point"
        return NoMetric(why, nearly=True)
    if len(wrong) == len(there):
        return NoMetric("holds no numbers")
    why = f"holds not only numbers, but {quoted(cell)} in line {row.line}"
    return NoMetric(why, nearly=2 * len(wrong) <= len(there))
