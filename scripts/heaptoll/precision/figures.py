"""The figures of a precision run: pure arithmetic on repeated results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from scipy import stats


def variation_percent(results: Sequence[float]) -> float:
    """Coefficient of variation in per cent: sample standard deviation (n − 1) over mean; NaN below 2 results."""
    if len(results) < 2:
        return float("nan")
    return 100 * float(stats.variation(np.asarray(results), ddof=1))


def spread_percent(results: Sequence[float]) -> float:
    """Largest over smallest, minus one, in per cent; NaN when there are none."""
    return 100 * (max(results) / min(results) - 1) if results else float("nan")


@dataclass
class Repeated:
    """One engine's result for one arm of one case, over and over: what should be the same number each time."""

    case: str
    arm: str
    engine: str  # lockstep, or gbench
    unit: str  # ns, or cycles
    results: list[float] = field(default_factory=list)
    unusable: int = 0  # repetitions in which the machine was too noisy; lockstep says so, gbench cannot know

    @property
    def variation_percent(self) -> float:
        return variation_percent(self.results)

    @property
    def spread_percent(self) -> float:
        return spread_percent(self.results)


@dataclass
class Identical:
    """Ratios of two lanes that are the same thing, one per trial; they should all be 1."""

    case: str
    arm: str
    ratios: list[float] = field(default_factory=list)

    @property
    def deviations_percent(self) -> list[float]:
        return [100 * abs(ratio - 1) for ratio in self.ratios]


@dataclass
class Precision:
    """Everything a precision run found out."""

    repetitions: int
    seconds_per_result: float
    seconds_per_identical: float
    repeated: list[Repeated] = field(default_factory=list)
    identical: list[Identical] = field(default_factory=list)
    engine_seconds: dict[str, list[float]] = field(default_factory=dict)  # wall time of each result, by engine
    loop_ratio: float = float("nan")  # our loop over a range-for, the same body
    measured_share: float = float("nan")
    coordinator_cpu_share: float = float("nan")
    quiet_share: float = float("nan")
    machine: str = ""
    date: str = ""
    revision: str = ""

    def variations(self, engine: str, arm: str, unit: str) -> list[float]:
        """The coefficient of variation of every case, per cent."""
        chosen = [r for r in self.repeated if (r.engine, r.arm, r.unit) == (engine, arm, unit)]
        return [r.variation_percent for r in chosen if len(r.results) >= 2]

    def identical_deviations_percent(self) -> list[float]:
        return [value for each in self.identical for value in each.deviations_percent]

    def as_json(self) -> dict[str, Any]:
        """Everything measured, for a file; from_json reads it back."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Precision:
        plain = {k: v for k, v in content.items() if k not in ("repeated", "identical")}
        return Precision(
            **plain,
            repeated=[Repeated(**each) for each in content["repeated"]],
            identical=[Identical(**each) for each in content["identical"]],
        )


def median(values: Sequence[float]) -> float:
    return float(np.median(values)) if len(values) else float("nan")
