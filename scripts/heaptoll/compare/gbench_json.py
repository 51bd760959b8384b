"""Google Benchmark's JSON, as --benchmark_out writes it: one side, in which a repetition stands for a launch.

Rows of one `run_name` are the repetitions of one benchmark. What is no repetition (aggregates, BigO, RMS) or gave no
time (error_occurred, skipped) is not a time; a percentage is never taken for one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare.foreign import LONGEST_NS, is_time, read_bytes
from heaptoll.compare.side import Fact, Key, Side, Times
from heaptoll.json_keys import Keys, parse_object

KIND = "Google Benchmark's JSON"
CLOCKS = ("real", "cpu")
_NS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}
_ADVICE = "restore the file as --benchmark_out wrote it, or measure again"
# Before version 1.4 a row did not say that it was one of these.
_AGGREGATES = ("_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS")
# The nominal clock that the context gives is read from a file that follows the governor.
_CLOCK_TOLERANCE = 0.05


class _Entry(NamedTuple):
    """One row of `benchmarks`, as it stands in the file. A million dicts would not fit in a GiB."""

    name: object = None
    run_name: object = None
    run_type: object = None
    family_index: object = None
    per_family_instance_index: object = None
    repetition_index: object = None
    real_time: object = None
    cpu_time: object = None
    time_unit: object = None
    error_occurred: object = None
    error_message: object = None
    skipped: object = None
    skip_message: object = None


def read_gbench_json(path: Path, clock: str = "real") -> Side:
    """The side that the file at `path` holds; `clock` is one of `CLOCKS`. Raises BadInput."""
    return parse_gbench_json(path, read_bytes(path), clock)


def parse_gbench_json(path: Path, data: bytes, clock: str = "real") -> Side:
    root = parse_object(path, data, _ADVICE, _compact)
    entries = root.get("benchmarks")
    if not isinstance(entries, list):
        raise _wrong(path, "benchmarks", "a list of benchmarks", entries)
    times: dict[str, dict[int, float]] = {}
    failed: dict[str, str] = {}
    seen: set[tuple[object, ...]] = set()
    aggregates = 0
    for i, entry in enumerate(entries):
        if not isinstance(entry, _Entry):
            raise _wrong(path, f"benchmarks[{i}]", "a benchmark with a name and a time", entry)
        name = _name(path, i, entry)
        if _is_aggregate(path, i, entry, name):
            aggregates += 1
        elif entry.error_occurred is True or entry.skipped:
            failed[name] = _why(entry)
        else:
            _refuse_repeated(path, i, entry, name, seen)
            repetitions = times.setdefault(name, {})
            repetitions[len(repetitions)] = _ns(path, i, entry, clock)
    if not times:
        raise _no_times(path, aggregates, failed)
    arm = f"{clock}_time"
    return Side(
        path, KIND, "repetitions", _identity(path, root), {Key(name, "", arm): Times(ns) for name, ns in times.items()},
        {Key(name, "", arm): why for name, why in failed.items() if name not in times},
        *_context(path, root),
    )  # fmt: skip


def _compact(pairs: list[tuple[str, object]]) -> object:
    """Benchmarks as entries, other objects as they are."""
    found = dict(pairs)
    if "name" not in found or "context" in found:
        return found
    # Each name stands in the file once per repetition, and is kept once.
    return _Entry._make(
        [sys.intern(value) if type(value) is str else value for value in map(found.get, _Entry._fields)]
    )


def _wrong(path: Path, key: str, expected: str, found: object) -> BadInput:
    shown = quoted(found) if isinstance(found, str) else "nothing" if found is None else _shortly(found)
    return BadInput(path, expected, _ADVICE, key=key, found=shown)


def _shortly(found: object) -> str:
    if isinstance(found, _Entry):
        return "a benchmark"
    if isinstance(found, (list, dict)):
        return "a list" if isinstance(found, list) else "an object"
    try:
        return quoted(str(found))
    except ValueError:
        return "a number of thousands of digits"


def _name(path: Path, i: int, entry: _Entry) -> str:
    name = entry.name if entry.run_name is None else entry.run_name
    if not isinstance(name, str) or not name:
        which = "name" if entry.run_name is None else "run_name"
        raise _wrong(path, f"benchmarks[{i}].{which}", "a text that is not empty", name)
    return name


def _is_aggregate(path: Path, i: int, entry: _Entry, name: str) -> bool:
    if entry.run_type is None:
        return name.endswith(_AGGREGATES)
    if entry.run_type not in ("iteration", "aggregate"):
        raise _wrong(path, f"benchmarks[{i}].run_type", "iteration or aggregate", entry.run_type)
    return entry.run_type == "aggregate"


def _why(entry: _Entry) -> str:
    said = entry.error_message or entry.skip_message
    reason = said if isinstance(said, str) and said else "no reason given"
    return f"{'failed' if entry.error_occurred is True else 'skipped'}: {reason}"


def _refuse_repeated(path: Path, i: int, entry: _Entry, name: str, seen: set[tuple[object, ...]]) -> None:
    if not isinstance(entry.repetition_index, int):
        return
    family, instance = entry.family_index, entry.per_family_instance_index
    key = (
        name, entry.repetition_index, family if isinstance(family, int) else None,
        instance if isinstance(instance, int) else None,
    )  # fmt: skip
    if key in seen:
        raise BadInput(
            path, "each repetition once", "keep one of them: it would count twice",
            key=f"benchmarks[{i}].repetition_index", found=f"{quoted(name)} {entry.repetition_index} again",
        )  # fmt: skip
    seen.add(key)


def _ns(path: Path, i: int, entry: _Entry, clock: str) -> float:
    unit = "ns" if entry.time_unit is None else entry.time_unit
    if not isinstance(unit, str) or unit not in _NS:
        raise _wrong(path, f"benchmarks[{i}].time_unit", f"one of {', '.join(_NS)}", unit)
    found = entry.real_time if clock == "real" else entry.cpu_time
    if is_time(found):
        assert isinstance(found, (int, float))
        ns = float(found) * _NS[unit]
        if ns <= LONGEST_NS:
            return ns
    raise _wrong(path, f"benchmarks[{i}].{clock}_time", "a time: a number >= 0, less than 30 years", found)


def _no_times(path: Path, aggregates: int, failed: dict[str, str]) -> BadInput:
    if aggregates:
        return BadInput(
            path, "the repetitions themselves",
            "measure with --benchmark_repetitions=10 and without --benchmark_report_aggregates_only "
            "(--benchmark_display_aggregates_only keeps the terminal as short)",
            key="benchmarks", found="aggregates only",
        )  # fmt: skip
    found = f"{len(failed)} that failed" if failed else "none"
    return BadInput(path, "at least one benchmark with a time", "measure again", key="benchmarks", found=found)


def _identity(path: Path, root: object) -> str:
    assert isinstance(root, dict)
    context = root.get("context")
    said = [context.get(key) for key in ("date", "host_name", "executable")] if isinstance(context, dict) else []
    texts = [text for text in said if isinstance(text, str) and text]
    return f"{', '.join([KIND, *texts])} ({path})"


def _context(path: Path, root: object) -> tuple[tuple[Fact, ...], tuple[Fact, ...], tuple[str, ...]]:
    """Facts, notable facts and warnings of the file's context."""
    assert isinstance(root, dict)
    found = root.get("context", {})
    if not isinstance(found, dict):
        raise _wrong(path, "context", "an object", found)
    context = Keys(path, "context.", found)
    build = context.text("library_build_type")
    facts = (
        Fact("machine", "CPUs", _number(context, "num_cpus")),
        Fact("machine", "MHz per CPU", _number(context, "mhz_per_cpu"), _CLOCK_TOLERANCE),
        Fact("machine", "caches", _caches(found.get("caches"))),
        Fact("build-type", "build type of the library", build),
    )
    notable = (
        Fact("", "host", context.text("host_name")),
        Fact("", "frequency scaling", _flag(context, "cpu_scaling_enabled")),
        Fact("", "version of the library", context.text("library_version")),
    )
    slow = build is not None and build.lower() == "debug"
    return facts, notable, (f"{path.name}: Google Benchmark itself was built for debugging",) if slow else ()


def _number(context: Keys, key: str) -> str | None:
    number = context.number(key)
    return None if number is None else f"{number:g}"


def _flag(context: Keys, key: str) -> str | None:
    return None if context.raw(key) is None else str(context.flag(key)).lower()


def _caches(found: object) -> str | None:
    """Each level's type and size; null where it is not a list of such."""
    if not isinstance(found, list):
        return None
    return ", ".join(sorted(_cache(each) for each in found if isinstance(each, dict))) or None


def _cache(cache: dict[str, object]) -> str:
    return " ".join(str(cache.get(key)) for key in ("level", "type", "size") if _is_plain(cache.get(key)))


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, float)) or isinstance(value, int) and abs(value) < 2**63


