"""For programs: all that is known, ASCII, schema 1. docs/GO.md has the keys."""

from __future__ import annotations

import json
from typing import Any

from heaptoll.escape.classics import ClassicsReport, FunctionReport
from heaptoll.escape.diagnostics import Site
from heaptoll.escape.package import PackageReport, PricedSite

_SCHEMA = 1


def write_classics(report: ClassicsReport) -> str:
    table = report.table
    return _text(
        {
            "schema_version": _SCHEMA,
            "go": report.version.name,
            "platform": report.version.platform,
            "processes": report.processes,
            "benchtime": report.benchtime,
            "known": table.name if table else None,
            "is_known": report.is_known,
            "differences": [
                {"file": each.key.file, "line": each.key.line, "text": each.key.text, "known": each.expected,
                 "said": each.said}
                for each in report.differences
            ],
            "c_run": report.c_run.name if report.c_run else None,
            "functions": [_function(each) for each in report.functions],
            "other_lines": list(report.other),
        }
    )  # fmt: skip


def _function(function: FunctionReport) -> dict[str, Any]:
    cost, in_c = function.cost, function.in_c
    return {
        "example": function.package,
        "function": function.function.name,
        "said": [
            {**_site(each.site), "allocations": each.allocations, "words_only": each.words_only}
            for each in function.said
        ],
        "ns_per_op": cost and cost.ns,
        "ns_low": cost and cost.low,
        "ns_high": cost and cost.high,
        "allocs_per_op": None if cost is None else cost.allocations,
        "bytes_per_op": None if cost is None else cost.bytes,
        "in_c": in_c and {"case": in_c.case, "stack_ns": in_c.stack, "heap_ns": in_c.heap},
    }


def write_package(report: PackageReport) -> str:
    return _text(
        {
            "schema_version": _SCHEMA,
            "go": report.version.name,
            "platform": report.version.platform,
            "package": str(report.package),
            "processes": report.processes,
            "benchtime": report.benchtime,
            "sites": [_priced(each) for each in report.sites],
            "stays": report.stays,
            "growing": [_site(each) for each in report.growing],
            "other_lines": list(report.other),
        }
    )


def _priced(each: PricedSite) -> dict[str, Any]:
    price = each.price
    return {
        **_site(each.site),
        "bytes": each.size.bytes,
        "pointers": each.size.pointers,
        "note": each.size.note,
        "free": each.size.free,
        "ns_low": price and price.low,
        "ns_high": price and price.high,
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "file": site.file.removeprefix("./"),
        "line": site.line,
        "column": site.column,
        "text": site.text,
        "verdict": site.verdict.value,
        "reason": site.reason,
        "flow": [{"what": step.what, "why": step.why, "place": step.place} for step in site.flow],
    }


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"
