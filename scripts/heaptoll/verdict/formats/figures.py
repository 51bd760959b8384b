"""The figures of a row as people read them, the same in every format for people."""

from __future__ import annotations

from typing import NamedTuple

from heaptoll.units import format_difference_ns, time_unit
from heaptoll.verdict.judge import Row

COLUMNS = ("case", "allocator", "arm", "base", "head", "change", "interval", "%", "verdict")


class Figures(NamedTuple):
    """One cell per column of `COLUMNS` between arm and verdict. `percent` is empty where a row has none."""

    base: str
    head: str
    change: str
    interval: str
    percent: str


def figures(row: Row) -> Figures:
    change, interval = format_difference_ns(row.change_ns, row.low_ns, row.high_ns)
    return Figures(_time(row.base_ns), _time(row.head_ns), change, interval, _percent(row))


def _time(ns: float) -> str:
    unit = time_unit(ns)
    return f"{ns / unit.ns:.4g} {unit.name}".replace("-", "\N{MINUS SIGN}")


def _percent(row: Row) -> str:
    if row.change_percent is None:
        return ""
    digits = ".1f" if abs(row.change_percent) < 1e5 else ".3g"
    return f"{row.change_percent:+{digits}} %".replace("-", "\N{MINUS SIGN}")
