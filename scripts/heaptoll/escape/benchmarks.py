"""Reads what `go test -bench . -benchmem` prints, and makes one figure of several processes."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.escape import go_tool

_PROCESSORS = re.compile(r"-[1-9][0-9]{0,5}$", re.ASCII)


@dataclass(frozen=True)
class Cost:
    """Of one operation of a benchmark. `ns`: the median over processes; `low` to `high`: the middle half of them."""

    ns: float
    low: float
    high: float
    allocations: int
    bytes: int


@dataclass(frozen=True)
class _Line:
    name: str
    ns: float
    allocations: int
    bytes: int


def parse_line(line: str) -> tuple[str, float, int, int] | None:
    """(name without Benchmark and -N, ns, allocations, bytes) per operation; None where it is no benchmark's line.
    Raises BadInput where it is one, but not whole."""
    fields = line.split()
    if len(fields) < 2 or not fields[0].startswith("Benchmark"):
        return None
    found: dict[str, float] = {}
    try:
        for figure, unit in zip(fields[2::2], fields[3::2]):
            found[unit] = float(figure)
        name = _PROCESSORS.sub("", fields[0][len("Benchmark") :])
        ns, allocations, size = found["ns/op"], found["allocs/op"], found["B/op"]
        if not 0 <= ns < 1e18 or not 0 <= allocations < 1e15 or not 0 <= size < 1e15:
            raise ValueError
        return name, ns, int(allocations), int(size)
    except (KeyError, ValueError):
        raise BadInput(
            "go test -bench", "ns/op, B/op and allocs/op of a benchmark", "run it by hand", found=quoted(line)
        ) from None


def costs(outputs: Iterable[str]) -> dict[str, Cost]:
    """By benchmark, of what so many processes printed. Allocations are those of the process that had fewest: a count is
    rounded down, and only what the runtime does by itself can add to it."""
    lines: dict[str, list[_Line]] = {}
    for output in outputs:
        for text in output.splitlines():
            if (parsed := parse_line(text)) is not None:
                lines.setdefault(parsed[0], []).append(_Line(*parsed))
    return {name: _cost(each) for name, each in lines.items()}


def _cost(lines: Sequence[_Line]) -> Cost:
    times = [line.ns for line in lines]
    fewest = min(lines, key=lambda line: (line.allocations, line.bytes))
    low, middle, high = statistics.quantiles(times, method="inclusive") if len(times) > 1 else times * 3
    return Cost(middle, low, high, fewest.allocations, fewest.bytes)


def measured(folder: Path, packages: Sequence[str], benchtime: str, processes: int) -> dict[str, dict[str, Cost]]:
    """By package and benchmark. The packages take turns, so that a bad minute is not one package's alone. Raises
    BadInput."""
    outputs: dict[str, list[str]] = {package: [] for package in packages}
    with go_tool.built_benchmarks(folder, packages) as programs:
        for _ in range(processes):
            for package, program in programs.items():
                outputs[package].append(go_tool.benchmarks(program, benchtime))
    return {package: costs(each) for package, each in outputs.items()}
