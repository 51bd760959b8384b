"""Numbers as people read them. The only place that turns nanoseconds and bytes into text."""

from __future__ import annotations

import math
from typing import NamedTuple

_TIME_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns"))
_BYTE_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_SMALLEST_STEP_NS = 0.01
MINUS = "\N{MINUS SIGN}"


class TimeUnit(NamedTuple):
    """One unit of `ns` nanoseconds, called `name`."""

    ns: float
    name: str


def time_unit(ns: float) -> TimeUnit:
    """The unit in which a duration of `ns` nanoseconds has one to three digits before the point."""
    magnitude = abs(ns)
    for size, name in _TIME_UNITS:
        # 999.96 ns is printed as 1.00 µs, not as 1000 ns.
        if magnitude >= size * 0.9995:
            return TimeUnit(size, name)
    return TimeUnit(1.0, "ns")


def format_tick_ns(ns: float) -> str:
    """A round duration without superfluous zeros: 0.5 ns, 10 ns, 2 µs."""
    unit = time_unit(ns)
    return f"{ns / unit.ns:.3g} {unit.name}"


def format_difference_ns(value: float, low: float, high: float) -> tuple[str, str]:
    """A difference of durations and its interval, all in ns, as two texts of one unit and precision.

    `(12.34, 12.0, 12.9)` gives `("+12.3 ns", "[+12.0, +12.9]")`. Three significant digits of the value, two
    of the interval's width if that is fewer, and no step finer than 0.01 ns: nothing measures that.
    """
    return _difference(value, low, high, time_unit(value))


def format_difference_cycles(value: float, low: float, high: float) -> tuple[str, str]:
    """The same for core cycles: `("+26.8 cycles", "[+26.7, +26.9]")`."""
    return _difference(value, low, high, TimeUnit(1.0, "cycles"))


def format_ratio(value: float, digits: int = 3) -> str:
    """A ratio with so many significant digits: 1.93×, 33.9×, 1393×."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.{_decimals(value, digits) if value else 0}f}×"
    return f"{value:.{digits - 2}e}×"


def format_bytes(size: float) -> str:
    """65536 is 64 KiB; a size that no binary unit divides evenly stays in bytes: 65528 B."""
    for unit, name in _BYTE_UNITS:
        if size >= unit and size % unit == 0:
            return f"{size / unit:.0f} {name}"
    return f"{size:.0f} B"


def _difference(value: float, low: float, high: float, unit: TimeUnit) -> tuple[str, str]:
    decimals = min(
        _decimals(value / unit.ns, 3), _decimals((high - low) / unit.ns, 2), _decimals(_SMALLEST_STEP_NS / unit.ns, 1)
    )
    shown = [_signed(x / unit.ns, decimals) for x in (value, low, high)]
    return f"{shown[0]} {unit.name}", f"[{shown[1]}, {shown[2]}]"


def _decimals(value: float, digits: int) -> int:
    """The decimals that show `value` with so many significant digits; plenty for 0."""
    if value == 0 or not math.isfinite(value):
        return 9
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def _signed(value: float, decimals: int) -> str:
    if abs(value) >= 1e7:
        text = f"{abs(value):.3g}"
    else:
        text = f"{abs(value):.{decimals}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text
