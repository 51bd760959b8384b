"""How large a gain is found in nothing, and how often.

Counted in series without a change: nine kinds of noise, 10 to 1000 points, 500 to 3000 series of each (docs/METHOD.md,
"History"). The line below lies above the worst of all lengths for noise of which the next value keeps up to half.
"""

from __future__ import annotations

import math

DEFAULT_FALSE_ALARMS = 0.005  # per series
MOST_FALSE_ALARMS = 0.05  # beyond that nothing was counted

_AT_NONE, _PER_GAIN = 1.24, 0.349  # of the logarithm of the chance


def false_alarms_of(gain: float) -> float:
    """The chance, at most 1, that a series without a change shows one whose gain is `gain` or more."""
    return min(1.0, math.exp(_AT_NONE - _PER_GAIN * gain))


def threshold(false_alarms: float) -> float:
    """The gain that a series without a change reaches with the chance `false_alarms`, above 0 and below 1."""
    return (_AT_NONE - math.log(false_alarms)) / _PER_GAIN
