"""What one block costs on this machine, by its size: measured with benches/go/calibration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.escape.benchmarks import Cost, measured

_NAME = re.compile(r"(Plain|Pointers)/([0-9]{1,9})", re.ASCII)


@dataclass(frozen=True)
class Price:
    """ns per block. `high` is None above the largest size that was measured: it costs no less than `low`."""

    low: float
    high: float | None


@dataclass(frozen=True)
class Prices:
    """By bytes, without pointers and with: the middle half of what processes took."""

    plain: Mapping[int, Price]
    pointers: Mapping[int, Price]

    def of(self, size: int, pointers: bool) -> Price:
        """Of a block of `size` bytes, 0 for none. Between two sizes that were measured, it is from the lower one's
        cheapest to the upper one's dearest."""
        known = self.pointers if pointers else self.plain
        if size <= 0:
            return Price(0.0, 0.0)
        below = max((each for each in known if each <= size), default=min(known))
        above = min((each for each in known if each >= size), default=None)
        if above is None:
            return Price(known[below].low, None)
        low, high = known[below].low, known[above].high
        return Price(low, None if high is None else max(low, high))

    @property
    def largest(self) -> int:
        return max(self.plain)


def calibrate(folder: Path, benchtime: str, processes: int) -> Prices:
    """Measures. Raises BadInput."""
    return from_costs(measured(folder, ["."], benchtime, processes)["."])


def from_costs(costs: Mapping[str, Cost]) -> Prices:
    """The loop by itself, None, is not part of the price. Raises BadInput where sizes are missing."""
    found: dict[str, dict[int, Price]] = {"Plain": {}, "Pointers": {}}
    loop = costs["None"].ns if "None" in costs else 0.0
    for name, cost in costs.items():
        if (match := _NAME.fullmatch(name)) is not None:
            found[match[1]][int(match[2])] = Price(max(0.0, cost.low - loop), max(0.0, cost.high - loop))
    if not found["Plain"] or not found["Pointers"] or "None" not in costs:
        raise BadInput("benches/go/calibration", "the benchmarks None, Plain/BYTES and Pointers/BYTES", "restore it")
    return Prices(found["Plain"], found["Pointers"])
