"""A scale for deviations in per cent, some a tenth and others a hundred: linear about 0, logarithmic beyond."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from heaptoll.charts.text import width
from heaptoll.charts.theme import SMALL
from heaptoll.units import MINUS

LINEAR_PERCENT = 1.0
_SMALLEST_REACH = 3.0
_MARGIN = 0.04  # of the span, on either side
_TICK_GAP = 0.06  # inches


@dataclass(frozen=True)
class DeviationScale:
    """asinh(per cent / LINEAR_PERCENT) between `low` and `high`, which are such values, over `length` inches."""

    low: float
    high: float
    length: float

    @classmethod
    def over(cls, percents: Iterable[float], length: float) -> DeviationScale:
        """Over the given deviations, and at least a few per cent on either side of 0."""
        values = [_bent(percent) for percent in (*percents, -_SMALLEST_REACH, _SMALLEST_REACH)]
        low, high = min(values), max(values)
        air = (high - low) * _MARGIN
        return cls(low - air, high + air, length)

    def position(self, percent: float) -> float:
        """Inches from the left end."""
        return (_bent(percent) - self.low) / (self.high - self.low) * self.length

    def ticks(self, room: Callable[[float, float], float]) -> list[float]:
        """0, then powers of ten and their threefolds on either side: those that are on the scale, above -100 %, and at
        least `room(one, other)` inches from those before them."""
        taken = [0.0]
        for factor, exponents in ((1.0, (1, 2, 0, *range(3, 300))), (3.0, (0, 1, 2))):
            for tick in (sign * factor * 10.0**exponent for exponent in exponents for sign in (-1.0, 1.0)):
                if self.low <= _bent(tick) <= self.high and tick > -100:
                    apart = (abs(self.position(tick) - self.position(other)) - room(tick, other) for other in taken)
                    if min(apart) >= 0:
                        taken.append(tick)
        return sorted(taken)


def tick_words(percent: float) -> str:
    if percent == 0:
        return "0"
    size = f"{abs(percent):,.0f}" if abs(percent) < 1e5 else f"{abs(percent):.0e}"
    return f"{'+' if percent > 0 else MINUS}{size}"


def tick_room(one: float, other: float) -> float:
    """How far apart two ticks must be for their words, in inches."""
    return (width(tick_words(one), SMALL) + width(tick_words(other), SMALL)) / 2 + _TICK_GAP


def _bent(percent: float) -> float:
    return math.asinh(percent / LINEAR_PERCENT)
