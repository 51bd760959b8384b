"""Go's benchmark format, as `go test -bench` prints it: one side, in which a line stands for a launch.

The format: https://go.dev/design/14313-benchmark-format. Lines that are neither a benchmark nor `key: value` are left
out, as benchstat does; a benchmark's line that is not whole is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare.foreign import is_time, read_bytes
from heaptoll.compare.side import Fact, Key, Side, Times

KIND = "Go's benchmark output"
UNIT = "ns/op"
_ADVICE = "restore the file as `go test -bench` wrote it, or measure again"
_CONFIGURATION = re.compile(r"([a-z][^\sA-Z:]*):[ \t]+(.*)")
_NAME = re.compile(r"Benchmark(?![a-z])\S*")
_PROCESSORS = re.compile(r"-([1-9][0-9]{0,5})$")
# Python alone would also take 1_000 and digits of other scripts.
_FIGURE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?:inf|nan)", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,18}")


@dataclass
class _Found:
    """What was met so far, by benchmark: (package, name)."""

    package: str = ""
    times: dict[tuple[str, str], dict[int, float]] = field(default_factory=dict)
    untimed: set[tuple[str, str]] = field(default_factory=set)
    configuration: dict[str, dict[str, None]] = field(default_factory=dict)  # values in order, each once
    units: Counter[str] = field(default_factory=Counter)
    failed: bool = False


def read_go_text(path: Path) -> Side:
    """The side that the file at `path` holds. Raises BadInput."""
    return parse_go_text(path, read_bytes(path))


def parse_go_text(path: Path, data: bytes) -> Side:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise BadInput(
            path, "UTF-8 text", _ADVICE, line=line, column=f"{column} (byte)", found=f"byte 0x{data[error.start]:02x}"
        ) from None
    found = _Found()
    lines = text.split("\n")
    for number, each in enumerate(lines, start=1):
        _take(path, number, each.rstrip("\r"), found, whole=number < len(lines))
    if not found.times:
        raise BadInput(
            path, "a run's folder, its measurements.csv, Google Benchmark's JSON, or Go's benchmark lines "
            "as `BenchmarkName-2  1000  12.3 ns/op`", "name one of these, or measure again",
            found="only other units" if found.untimed else "none of them",
        )  # fmt: skip
    return _side(path, found)


def _take(path: Path, number: int, line: str, found: _Found, whole: bool) -> None:
    """One line, with or without (`whole`) its end."""
    if line.startswith("Benchmark"):
        fields = line.split()
        # With -v, a name alone announces its benchmark.
        if _NAME.fullmatch(fields[0]) and (len(fields) > 1 or not whole):
            _benchmark(path, number, fields, found, whole)
        return
    if line.startswith(("FAIL", "--- FAIL", "panic:")):
        found.failed = True
    elif (match := _CONFIGURATION.fullmatch(line)) is not None:
        key, value = match[1], match[2].strip()
        found.configuration.setdefault(key, {})[value] = None
        if key == "pkg":
            found.package = value


def _benchmark(path: Path, number: int, fields: list[str], found: _Found, whole: bool) -> None:
    if len(fields) < 4 or len(fields) % 2:
        raise BadInput(
            path, "a name, a number of iterations, and pairs of a figure and its unit", _ADVICE,
            line=number, column=str(len(fields)), found=quoted(" ".join(fields)),
        )  # fmt: skip
    if not _COUNT.fullmatch(fields[1]):
        raise BadInput(path, "a number of iterations", _ADVICE, line=number, column="2", found=quoted(fields[1]))
    key = (found.package, fields[0])
    ns = None
    for i in range(2, len(fields), 2):
        figure, unit = fields[i], fields[i + 1]
        if not _FIGURE.fullmatch(figure):
            raise BadInput(path, "a figure", _ADVICE, line=number, column=str(i + 1), found=quoted(figure))
        if unit != UNIT:
            found.units[unit] += 1
            continue
        if ns is not None:
            raise BadInput(path, f"{UNIT} once", _ADVICE, line=number, column=str(i + 2), found="it again")
        ns = float(figure)
        if not is_time(ns):
            raise BadInput(
                path, "a time: a number >= 0, less than 30 years", _ADVICE,
                line=number, column=str(i + 1), found=quoted(figure),
            )  # fmt: skip
    if ns is not None:
        repetitions = found.times.setdefault(key, {})
        repetitions[len(repetitions)] = ns
    elif whole:
        found.untimed.add(key)
    else:
        raise BadInput(
            path, f"{UNIT} in this line", _ADVICE, line=number, column=str(len(fields)), found="the end of the file"
        )


def _side(path: Path, found: _Found) -> Side:
    names = {key: name for key, name in zip(found.times, (name for _, name in found.times))}
    names |= {key: key[1] for key in found.untimed}
    processors = _processors(list(names.values()))
    packages = {package for package, _ in names}

    def key(benchmark: tuple[str, str]) -> Key:
        package, name = benchmark
        name = _PROCESSORS.sub("", name) if processors else name
        # What is called alike in two packages is not the same. No name has a space in it, so that no two become one.
        return Key(f"{package} {name}" if len(packages) > 1 and package else name, "", UNIT)

    return Side(
        path, KIND, "repetitions", _identity(path, found),
        {key(benchmark): Times(ns) for benchmark, ns in found.times.items()},
        {key(benchmark): f"no {UNIT}" for benchmark in found.untimed - found.times.keys()},
        _facts(found, processors), warnings=_warnings(path, found),
    )  # fmt: skip


def _processors(names: list[str]) -> str | None:
    """The N of the -N that every name ends in, GOMAXPROCS; None where they do not all end in the same."""
    ends = {match[1] if (match := _PROCESSORS.search(name)) else None for name in names}
    return ends.pop() if len(ends) == 1 else None


def _identity(path: Path, found: _Found) -> str:
    packages = list(found.configuration.get("pkg", ()))
    revision = list(found.configuration.get("commit", ()))
    said = [*packages[:3], *(["…"] if len(packages) > 3 else []), *(f"commit {each}" for each in revision[:1])]
    return f"{', '.join([KIND, *said])} ({path})"


def _facts(found: _Found, processors: str | None) -> tuple[Fact, ...]:
    def told(key: str) -> str | None:
        return ", ".join(sorted(found.configuration.get(key, ()))) or None

    return (
        Fact("machine", "cpu", told("cpu")),
        Fact("platform", "goos", told("goos")),
        Fact("platform", "goarch", told("goarch")),
        Fact("pkg", "pkg", told("pkg")),
        Fact("compiler", "toolchain", told("toolchain")),
        Fact("parallelism", "GOMAXPROCS", processors),
    )


def _warnings(path: Path, found: _Found) -> tuple[str, ...]:
    warnings = []
    if found.units:
        listed = ", ".join(f"{unit} ({number})" for unit, number in sorted(found.units.items())[:8])
        warnings.append(f"{path.name}: only {UNIT} is compared; left out: {listed}")
    if found.failed:
        warnings.append(f"{path.name}: a test failed; what it would have measured is missing")
    return tuple(warnings)
