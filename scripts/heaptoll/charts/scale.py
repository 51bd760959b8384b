"""A logarithmic scale laid out by hand: limits, round ticks that have room, and where a value lies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_MARGIN = 0.03  # of the span, on either side
_LARGEST_EXPONENT = 280.0
_MANTISSAS = ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))


@dataclass(frozen=True)
class LogScale:
    """Values from `low` to `high`, both positive, spread over `length` inches."""

    low: float
    high: float
    length: float

    @classmethod
    def over(cls, values: Iterable[float], length: float, smallest_span: float = 10.0) -> LogScale:
        """A scale over the positive ones of the values, from a value to its `smallest_span`-fold at least,
        with some air around."""
        logs = [_exponent(value) for value in values if value > 0] or [0.0]
        low, high = min(logs), max(logs)
        lacking = max(0.0, math.log10(smallest_span) - (high - low)) / 2
        air = (high - low + 2 * lacking) * _MARGIN
        return cls(10.0 ** (low - lacking - air), 10.0 ** (high + lacking + air), length)

    def position(self, value: float) -> float:
        """Inches from the low end; what lies outside the scale is at its end."""
        span = math.log10(self.high) - math.log10(self.low)
        share = (math.log10(value) - math.log10(self.low)) / span
        return min(max(share, 0.0), 1.0) * self.length

    def ticks(self, room: float) -> list[float]:
        """Round values at least `room` inches apart: 1 2 5 10, or 1 3 10, or decades, as fine as it goes."""
        for mantissas in _MANTISSAS:
            ticks = self._all(mantissas)
            if self._closest(ticks) >= room:
                return ticks
        decades = self._all((1.0,))
        stride = 2
        while self._closest(decades[::stride]) < room:
            stride += 1
        return decades[::stride]

    def minor(self) -> list[float]:
        """The values 1, 2, … 9 of each decade, where there are not too many of them to see."""
        every = self._all(tuple(float(digit) for digit in range(1, 10)))
        return every if len(every) < 100 else []

    def _all(self, mantissas: tuple[float, ...]) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        values = (float(f"{m:g}e{e}") for e in range(first, last + 1) for m in mantissas)
        return [value for value in values if self.low <= value <= self.high]

    def _closest(self, values: list[float]) -> float:
        positions = [self.position(value) for value in values]
        return min((b - a for a, b in zip(positions, positions[1:])), default=math.inf)


@dataclass(frozen=True)
class LinearScale:
    """Values from 0 to `high` spread over `length` inches."""

    high: float
    length: float

    @classmethod
    def over(cls, values: Iterable[float], length: float) -> LinearScale:
        """A scale from 0 over the positive ones of the values, or to 1 where there are none."""
        return cls(max((value for value in values if value > 0), default=1.0) * (1 + _MARGIN), length)

    def position(self, value: float) -> float:
        """Inches from 0; what lies outside the scale is at its end."""
        return min(max(value / self.high, 0.0), 1.0) * self.length

    def ticks(self) -> list[float]:
        """0 and one or two round values above it."""
        step = 10.0 ** math.floor(math.log10(self.high))
        for factor in (0.5, 1.0, 2.0, 5.0):
            if self.high / (step * factor) < 3:
                break
        return [i * step * factor for i in range(int(self.high / (step * factor)) + 1)]


def _exponent(value: float) -> float:
    """Within what leaves air on either side before the numbers of this machine end."""
    return min(max(math.log10(value), -_LARGEST_EXPONENT), _LARGEST_EXPONENT)
