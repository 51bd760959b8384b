"""The neighbours of a case: those of its variant whose names differ in one place only, so that a toll can be followed
along one parameter.

A name is `scenario/variant/point…`. `returned_pointer/by_value/64` has the others of by_value along its size;
`array_size/fixed/64/first` those with another number of elements, and the one that uses all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from heaptoll.run_facts import CaseFacts
from heaptoll.units import format_bytes

SIZE = "size_bytes"

# What the benches call their parameters, for people. Others are shown by their own names.
_WORDS = {
    SIZE: "size",
    "hit_percent": "hits in the table, %",
    "threshold_kib": "threshold, KiB",
    "form": "operations",
    "touch": "used",
    "read": "read",
    "depth": "calls it goes up through",
    "calls": "calls of the closure",
    "blocks": "blocks alive at once",
    "results": "results kept",
    "count": "reference count",
    "threshold": "mmap threshold",
    "stack_clash": "probes for stack clashes",
    "allocated": "boxes allocated",
}
_VALUES = {("form", "dependent"): "each needs the result of the one before"}


class Point(NamedTuple):
    """A case of a series. `value`: where it stands along the parameter, None where that is no number."""

    case: CaseFacts
    text: str
    value: float | None


@dataclass(frozen=True)
class Series:
    """Cases that differ in one parameter. By number where all have one, else in the run's order."""

    parameter: str
    points: tuple[Point, ...]

    @property
    def label(self) -> str:
        return label(self.parameter)

    @property
    def is_numeric(self) -> bool:
        return all(point.value is not None for point in self.points)


def label(parameter: str) -> str:
    return _WORDS.get(parameter, parameter.replace("_", " "))


def words(case: CaseFacts) -> list[tuple[str, str]]:
    """The parameters of a case, each with its value, for people."""
    size = [] if case.size_bytes is None else [(label(SIZE), format_bytes(case.size_bytes))]
    return size + [(label(key), _text(key, value)) for key, value in case.params.items()]


def all_series(cases: Sequence[CaseFacts]) -> list[Series]:
    """Every series of two cases or more, of one scenario's cases or of all."""
    found: dict[tuple[str, ...], list[CaseFacts]] = {}
    for case in cases:
        segments = case.name.split("/")
        for place in range(2, len(segments)):
            # What comes before the place, a mark, and what comes after: equal for all that differ in it alone.
            key = (*segments[:place], "\0", *segments[place + 1 :])
            found.setdefault(key, []).append(case)
    return [_series(members) for members in found.values() if len(members) > 1]


def twins(cases: Sequence[CaseFacts]) -> dict[str, CaseFacts]:
    """By name, the same case in the other form: each operation waits for the one before, or does not."""
    found: dict[object, list[CaseFacts]] = {}
    for case in cases:
        others = tuple(sorted((key, value) for key, value in case.params.items() if key != "form"))
        point = case.name.removesuffix("/dependent")
        found.setdefault((point, case.size_bytes, others), []).append(case)
    pairs = [members for members in found.values() if len(members) == 2]
    return {one.name: other for pair in pairs for one, other in (pair, pair[::-1])}


def _series(members: Sequence[CaseFacts]) -> Series:
    parameter = _varying(members)
    points = [_point(case, parameter) for case in members]
    if all(point.value is not None for point in points):
        points.sort(key=lambda point: point.value or 0.0)
    return Series(parameter, tuple(points))


def _varying(members: Sequence[CaseFacts]) -> str:
    """The parameter that tells all members apart; a size where none does."""
    values: Mapping[str, set[str | None]] = {
        key: {case.params.get(key) for case in members} for case in members for key in case.params
    }
    for key, different in values.items():
        if len(different) == len(members):
            return key
    if len({case.size_bytes for case in members}) == len(members):
        return SIZE
    return "point"


def _point(case: CaseFacts, parameter: str) -> Point:
    if parameter == SIZE:
        size = case.size_bytes
        return Point(case, "no size" if size is None else format_bytes(size), None if size is None else float(size))
    if parameter == "point":
        return Point(case, "/".join(case.name.split("/")[2:]), None)
    value = case.params.get(parameter)
    return Point(case, "–" if value is None else _text(parameter, value), _number(value))


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _text(key: str, value: str) -> str:
    return _VALUES.get((key, value), value.replace("_", " "))
