"""The summary of a run as CSV: RFC 4180, one row per case, arm and allocator, with or without a number."""

from __future__ import annotations

import csv
import io

from heaptoll.escapes import csv_word
from heaptoll.export.results import Figure, Results
from heaptoll.export.words import has_interval

COLUMNS = (
    "run_id", "case", "scenario", "variant", "size_bytes", "params", "arm", "allocator", "allocator_version", "build",
    "status", "ns_per_op", "low_ns", "high_ns", "coverage", "launches", "allocs_per_op", "alloc_bytes_per_op", "note",
)  # fmt: skip


def write(results: Results) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for figure in results.figures:
        writer.writerow(_cell(value) for value in _row(figure, results))
    return text.getvalue()


def _row(figure: Figure, results: Results) -> tuple[str | float | None, ...]:
    case, estimate = figure.case, figure.estimate
    ns = low = high = coverage = launches = None
    if estimate is not None:
        ns, launches = estimate.value, estimate.launches
        if has_interval(estimate):
            low, high, coverage, _ = estimate.interval
    params = ";".join(f"{key}={value}" for key, value in case.params.items())
    return (
        results.facts.run_id, case.name, case.scenario, case.variant, case.size_bytes, params, figure.arm,
        figure.allocator, results.version(figure.allocator), results.build, figure.status, ns, low, high, coverage,
        launches, figure.allocs_per_op, figure.bytes_per_op, figure.why,
    )  # fmt: skip


def _cell(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return csv_word(value) if isinstance(value, str) else str(value)
