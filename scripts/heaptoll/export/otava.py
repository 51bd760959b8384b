"""CSV for change-point tools, Apache Otava first: a line per run, a column with its time, one with its commit, one with
its id, and a column per series. Of a single run that is one line, to be appended to others.

A value that is not there is an empty cell. Otava's own reader refuses a metric with an empty cell in it; `holes` says
which columns have one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Sequence
from datetime import timezone

import numpy as np

from heaptoll.export.results import Results
from heaptoll.export.words import has_interval
from heaptoll.history.series import Measured, Series, SeriesName

FIXED = ("time", "commit", "run")
_TAKEN = (*FIXED, "branch")  # Otava splits a file by a column of that name
_OTHERS = re.compile(r"[^A-Za-z0-9_.-]")
_DIGITS = 8
_PER_OPERATION = "_per_op"


def write(results: Results) -> str:
    return as_otava(series_of(results))


def as_otava(series: Sequence[Series]) -> str:
    """The series side by side, the runs in the order of their times."""
    runs = sorted({each.run(i) for each in series for i in range(len(each))}, key=lambda run: (run.time_utc, run.name))
    line_of = {run: i for i, run in enumerate(runs)}
    lines = [[_time(run), _commit(run), _plain(run.name)] + [""] * len(series) for run in runs]
    for column, each in enumerate(series, start=len(FIXED)):
        for i in range(len(each)):
            lines[line_of[each.run(i)]][column] = repr(float(each.values[i]))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*FIXED, *column_names(series)])
    writer.writerows(lines)
    return text.getvalue()


def column_names(series: Sequence[Series]) -> list[str]:
    """`boxed_value.interface.8.heap.glibc.ns_per_op`: whatever other series there are, so that lines written on two
    days go into one file. Raises ValueError where two series are of one name, under two keys."""
    names = [_column(each.name, each.unit) for each in series]
    if len(set(names)) != len(names):
        raise ValueError("series of two keys have one column")
    return names


def holes(text: str) -> list[str]:
    """The columns of such a file in which a run has no value."""
    header, *lines = csv.reader(io.StringIO(text))
    return [name for i, name in enumerate(header[len(FIXED) :], start=len(FIXED)) if not all(line[i] for line in lines)]


def series_of(results: Results) -> list[Series]:
    """Each number of a run as a series of one point."""
    facts = results.facts
    runs = (Measured(facts.run_id, facts.started_utc, facts.git.revision, facts.git.dirty),)
    return [
        Series(
            SeriesName(_key(results, figure.allocator), figure.case.name, figure.arm, figure.allocator), "ns", runs,
            np.zeros(1, np.int64), np.array([estimate.value]),
            *(np.array([end if has_interval(estimate) else np.nan]) for end in estimate.interval[:2]),
        )
        for figure, estimate in results.numbers
    ]  # fmt: skip


def _key(results: Results, allocator: str) -> str:
    machine, toolchain = results.facts.machine, results.facts.toolchain
    libc = toolchain.libc and f"libc {toolchain.libc}"
    version = f"{allocator} {results.version(allocator) or 'of unknown version'}"
    return ", ".join(filter(None, (machine.cpu_model, libc, toolchain.compiler, version)))


def _column(name: SeriesName, unit: str) -> str:
    """Slashes become dots. Names for which others could then be taken carry a part of their hash: that depends on the
    name alone, so that a series has the same column in every file."""
    column = ".".join(filter(None, (name.case.replace("/", "."), name.arm, name.allocator)))
    plain = _plain(column)
    if plain != column or "." in name.case + name.arm or plain in _TAKEN:
        spelled = ascii((name.case, name.arm, name.allocator))
        plain += "." + hashlib.sha256(spelled.encode()).hexdigest()[:_DIGITS]
    return f"{plain}.{_plain(unit)}{_PER_OPERATION if unit in ('ns', 'cycles') else ''}" if unit else plain


def _plain(text: str) -> str:
    """Letters, digits and `_.-`, and none of the last two at the beginning."""
    plain = _OTHERS.sub("_", text)
    return f"_{plain}" if plain.startswith((".", "-")) else plain


def _time(run: Measured) -> str:
    return run.time_utc.astimezone(timezone.utc).isoformat(timespec="seconds")


def _commit(run: Measured) -> str:
    return _plain(run.commit + ("-dirty" if run.dirty else "")) if run.commit else ""
