"""Numbers in prose, by the rules of the page's static/js/format.js, so that a sentence and a chart say the same."""

from __future__ import annotations

import math

from heaptoll.units import MINUS, TimeUnit, time_unit

_PERCENT = "\N{NO-BREAK SPACE}%"


def ns(value: float) -> str:
    """8.31 ns, 234 ns, 1.75 µs: three digits, and never finer than 0.01 ns."""
    unit = _unit(value)
    return f"{_in(unit, value)} {unit.name}"


def ns_from_to(low: float, high: float) -> str:
    """4.33 to 7.04 ns, with the unit said once where it is the same."""
    if _unit(low) == _unit(high):
        return f"{_in(_unit(low), low)} to {ns(high)}"
    return f"{ns(low)} to {ns(high)}"


def cycles(value: float) -> str:
    return f"{_trimmed(value)} core cycles"


def times(ratio: float) -> str:
    """1.02 times, 33.9 times."""
    return f"{_three_digits(ratio)} times"


def percent(share: float) -> str:
    """A share from 0 to 1; one that is not whole is never shown as 100 %, nor one that is not nothing as 0 %."""
    shown = 100 * share
    if 0 < shown < 0.1:
        return f"less than 0.1{_PERCENT}"
    if 99.9 < shown < 100:
        return f"more than 99.9{_PERCENT}"
    return f"{shown:.{1 if 0 < shown < 1 or 99 < shown < 100 else 0}f}{_PERCENT}"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 case`, `2 cases`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _unit(value: float) -> TimeUnit:
    return time_unit(value)


def _in(unit: TimeUnit, value: float) -> str:
    scaled = value / unit.ns
    return _trimmed(scaled) if unit.name == "ns" else _three_digits(scaled)


def _trimmed(value: float) -> str:
    size = abs(value)
    return _signed(value, 0 if size >= 100 else 1 if size >= 10 else 2)


def _three_digits(value: float) -> str:
    if value == 0:
        return "0"
    return _signed(value, min(max(0, 2 - math.floor(math.log10(abs(value)))), 4))


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):.{decimals}f}"
    return (MINUS if value < 0 and float(text) != 0 else "") + text
