"""JSON for programs: the changes as `csv` has them, and what was searched."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from heaptoll.history.change.search import Found, Searched
from heaptoll.history.formats.rows import Row, rows
from heaptoll.history.told import Told

SCHEMA_VERSION = 1


def write(found: Found, told: Told) -> str:
    content: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "heading": dict(told.heading),
        "warnings": list(told.warnings),
        "notices": list(told.notices),
        "dead_zone": {"relative": found.zone.relative, "floor_ns": found.zone.floor_ns},
        "false_alarms_per_series": found.false_alarms,
        "series": len(found.searched),
        "too_short": sum(each.too_short for each in found.searched),
        "drifts": [
            {**_name(each), "unit": each.series.unit, "drift": each.drift, "percent": each.drift_percent}
            for each in found.searched if each.drift is not None
        ],
        "changes": [_plain(row) for row in rows(found)],
    }
    return json.dumps(content, indent=1, allow_nan=False) + "\n"


def _name(each: Searched) -> dict[str, Any]:
    name = each.series.name
    return {"case": name.case, "allocator": name.allocator, "arm": name.arm, "key": name.key}


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: (value if math.isfinite(value) else None) if isinstance(value, float) else value
        for name, value in asdict(row).items()
    }
