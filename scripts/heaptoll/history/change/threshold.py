"""How large a gain is found in nothing, and how often."""

from __future__ import annotations

import math

DEFAULT_FALSE_ALARMS = 0.005  # per series

_A, _B, _C = 2.0, 0.5, 0.5


def false_alarms_of(gain: float, points: int) -> float:
    """The chance, at most 1, that a series of so many points without a change shows one whose gain is `gain` or more."""
    return min(1.0, math.exp(_A + _B * math.log(points) - _C * gain))


def threshold(points: int, false_alarms: float) -> float:
    """The gain that a series of so many points without a change reaches with the chance `false_alarms`, above 0 and below
    1."""
    return (_A + _B * math.log(points) - math.log(false_alarms)) / _C
