"""A report as JSON. The schema: docs/FORMATS.md."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import Report, counts

SCHEMA_VERSION = 1


def write(report: Report) -> str:
    content = {
        "schema_version": SCHEMA_VERSION,
        "title": report.title,
        "heading": dict(report.heading),
        "warnings": list(report.warnings),
        "dead_zone": asdict(report.zone),
        "confidence": report.confidence,
        "unit": report.unit,
        "counts": {verdict.value: number for verdict, number in counts(report.rows).items()},
        "rows": [_row(row) for row in report.rows],
        "not_compared": [asdict(each) for each in report.one_sided],
    }
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _row(row: Row) -> dict[str, Any]:
    return {name: _value(value) for name, value in vars(row).items()}


def _value(value: object) -> object:
    if isinstance(value, Verdict):
        return value.value
    # JSON has no infinity.
    return None if isinstance(value, float) and not math.isfinite(value) else value
