"""How figures become columns of JSON: a fifth of the size of rows, and read by `HT.objects`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from heaptoll.report.data_file import rounded
from heaptoll.statistics import Estimate


@dataclass
class Columns:
    """Columns that grow by a row at a time."""

    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, **row: Any) -> None:
        for name, value in row.items():
            self.columns.setdefault(name, []).append(value)


def estimate_columns(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """An estimate's part of a row: its median and the ends of its interval. `_reached` is 0 where so few launches give
    no 95 % interval and it is their whole range. All None where it is not known."""
    if estimate is None or not math.isfinite(estimate.value):
        return {name: None, f"{name}_low": None, f"{name}_high": None, f"{name}_reached": None}
    interval = estimate.interval
    return {
        name: rounded(estimate.value),
        f"{name}_low": rounded(interval.low),
        f"{name}_high": rounded(interval.high),
        f"{name}_reached": int(interval.reached),
    }
