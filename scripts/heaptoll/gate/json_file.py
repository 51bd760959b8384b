"""gate.json: everything a gate found, for programs. docs/FORMATS.md describes it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from heaptoll.gate.decide import GateRow
from heaptoll.gate.report import Report, title
from heaptoll.verdict.judge import Row

SCHEMA_VERSION = 1


def as_json(report: Report) -> str:
    """One JSON object, no NaN, with a newline at the end."""
    timed = report.timed
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "conclusion": report.judgement.conclusion.name.lower(),
        "exit_status": report.judgement.conclusion.value,
        "title": title(report),
        "reasons": list(report.judgement.reasons),
        "base": report.base_title,
        "head": report.head_title,
        "dead_zone": {"relative": report.zone.relative, "floor_ns": report.zone.floor_ns},
        "runs": list(timed.runs),
        "measuring_seconds": round(timed.measuring_seconds, 3),
        "losses": timed.losses,
        "one_sided": list(timed.one_sided),
        "warnings": list(timed.warnings),
        "rows": [_row(row) for row in timed.rows],
        "counts_unavailable": report.counted.unavailable,
        "counts": [asdict(row) for row in report.counted.rows],
    }
    return json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _row(row: GateRow) -> dict[str, Any]:
    return {
        "case": row.key.case,
        "arm": row.key.arm,
        "allocator": row.key.allocator,
        "control": row.control,
        "verdict": row.outcome.value,
        "note": row.note,
        "first": _measured(row.first),
        "second": _measured(row.second),
    }


def _measured(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "base_ns": row.base_ns, "head_ns": row.head_ns, "change_ns": row.change_ns,
        "low_ns": row.low_ns, "high_ns": row.high_ns, "launches": row.base_launches,
        "zone_ns": row.zone_ns, "p": row.p, "verdict": row.verdict.value,
    }  # fmt: skip
