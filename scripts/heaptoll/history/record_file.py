"""A record as a file, `<run_id>.json`: docs/FORMATS.md. Written compactly and always alike, read strictly: a history
must not take a damaged file for a change."""

from __future__ import annotations

import json
import math
import re
import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from heaptoll.bad_input import BadInput, quoted
from heaptoll.history import moments
from heaptoll.history.record import FIGURES, TOLL, LeftOut, Library, Machine, Name, Record
from heaptoll.json_keys import Keys, parse_object

SCHEMA_VERSION = 1
SUFFIX = ".json"
DIGITS = 5  # significant ones: five times as fine as the best that two runs agree to
LARGEST = 1e18  # ns or cycles per operation, 30 years: sums of such numbers stay finite
MEND = "restore the file from git, or append its run again: make history RUN=results/runs/ID"

_MACHINE = ("label", "cpu_model", "architecture", "cores", "caches", "smt", "hypervisor")
_KEYS = (
    "schema_version", "run_id", "started_utc", "ended_utc", "profile", "engine", "commit", "commit_utc", "dirty",
    "machine", "libc", "compiler", "flags", "allocators", "allocator_environment", "measured_ghz", "quiet_share",
    "values", "left_out",
)  # fmt: skip
_RUN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


def is_run_id(text: str) -> bool:
    """Whether a file can be named after it without ending up elsewhere."""
    return _RUN_ID.fullmatch(text) is not None


def file_name(run_id: str) -> str:
    return run_id + SUFFIX


def rounded(value: float) -> float:
    """To the digits that a record keeps."""
    return float(f"{value:.{DIGITS}g}")


def as_bytes(record: Record) -> bytes:
    """The file of `record`: JSON in one line, keys sorted, so that equal records are equal files."""
    machine = {key: getattr(record.machine, key) for key in _MACHINE}
    content = {
        "schema_version": SCHEMA_VERSION,
        "run_id": record.run_id,
        "started_utc": moments.as_text(record.started_utc),
        "ended_utc": _moment_text(record.ended_utc),
        "profile": record.profile,
        "engine": record.engine,
        "commit": record.commit,
        "commit_utc": _moment_text(record.commit_utc),
        "dirty": record.dirty,
        "machine": machine,
        "libc": record.libc,
        "compiler": record.compiler,
        "flags": record.flags,
        "allocators": {
            name: {"version": each.version, "sha256": each.sha256} for name, each in record.allocators.items()
        },
        "allocator_environment": list(record.allocator_environment),
        "measured_ghz": _number(record.measured_ghz),
        "quiet_share": _number(record.quiet_share),
        "values": _nested(record.names, record.figures),
        "left_out": _left_out_nested(record.left_out),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else moments.as_text(moment)


def _number(value: float | None) -> float | int | None:
    """Rounded; a whole number without its ".0", of which a file has thousands."""
    if value is None or math.isnan(value):
        return None
    short = rounded(value)
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def _nested(names: Sequence[Name], figures: NDArray[np.float64]) -> dict[str, dict[str, dict[str, list[object]]]]:
    nested: dict[str, dict[str, dict[str, list[object]]]] = {}
    for name, row in zip(names, figures.tolist()):
        nested.setdefault(name.case, {}).setdefault(name.allocator, {})[name.arm] = [_number(each) for each in row]
    return nested


def _left_out_nested(left_out: Sequence[LeftOut]) -> dict[str, dict[str, dict[str, dict[str, list[str]]]]]:
    """By status and reason first: a noisy run has a thousand results that were left out for the same one."""
    nested: dict[str, dict[str, dict[str, dict[str, list[str]]]]] = {}
    for name, status, reason in left_out:
        cases = nested.setdefault(status, {}).setdefault(reason, {})
        cases.setdefault(name.case, {}).setdefault(name.allocator, []).append(name.arm)
    return nested


def read_record(path: Path) -> Record:
    """The record in the file `path`. Raises BadInput, and nothing else, when it is damaged, foreign or not there."""
    kind = _kind(path)
    if kind is not None:
        raise BadInput(path, "the record of a run, which is a file", "move it out of the store", found=kind)
    try:
        raw = path.read_bytes()
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "the record of a run, which can be read", MEND, found=said) from None
    return parse_record(path, raw)


def _kind(path: Path) -> str | None:
    """What it is, where it is there and no file: whoever opens a pipe to read it waits for a writer."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(mode):
        return None
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((words for is_one, words in kinds if is_one(mode)), "a device")


def parse_record(path: Path, raw: bytes) -> Record:
    """The record in `raw`, which was read from `path`; its name is part of it. Raises BadInput."""
    root = Keys(path, "", parse_object(path, raw, MEND, _each_key_once), MEND)
    version = root.value("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise BadInput(
            path, f"schema version {SCHEMA_VERSION}, the one this heaptoll keeps",
            "read it with the heaptoll that wrote it, or append its run again: make history RUN=results/runs/ID",
            key="schema_version", found=f"version {quoted(str(version))}",
        )  # fmt: skip
    for key in _KEYS:
        root.value(key)
    run_id = root.needed_text("run_id")
    if file_name(run_id) != path.name or not is_run_id(run_id):
        raise root.wrong("run_id", f"the name of the file, {path.name}, without {SUFFIX}", run_id)
    machine = root.section("machine")
    names, figures = _values(root)
    return Record(
        run_id=run_id,
        started_utc=_moment(root, "started_utc"),
        ended_utc=_moment_or_none(root, "ended_utc"),
        profile=_printable(root, "profile") or root.needed_text("profile"),
        engine=_printable(root, "engine"),
        commit=_printable(root, "commit"),
        commit_utc=_moment_or_none(root, "commit_utc"),
        dirty=root.flag("dirty"),
        machine=Machine(
            _printable(machine, "label"), _printable(machine, "cpu_model"), _printable(machine, "architecture"),
            machine.count("cores"), _printable(machine, "caches"), _printable(machine, "smt"),
            _printable(machine, "hypervisor"),
        ),
        libc=_printable(root, "libc"),
        compiler=_printable(root, "compiler"),
        flags=_printable(root, "flags"),
        allocators=_allocators(root),
        allocator_environment=_environment(root),
        measured_ghz=root.number("measured_ghz"),
        quiet_share=root.number("quiet_share"),
        names=names,
        figures=figures,
        left_out=_left_out(root),
    )  # fmt: skip


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """JSON readers keep the last of two, and the other value would vanish."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {quoted(next(name for name in names if names.count(name) > 1))} twice")
    return found


def _printable(keys: Keys, key: str) -> str | None:
    """A text, which is printed as it is: in keys, warnings, charts."""
    text = keys.text(key)
    if text is not None and not text.isprintable():
        raise keys.wrong(key, "a text of printable characters, or null", text)
    return text


def _environment(root: Keys) -> tuple[str, ...]:
    texts = root.texts("allocator_environment")
    if not "".join(texts).isprintable():
        raise root.wrong("allocator_environment", "texts of printable characters", "".join(texts))
    return texts


def _moment(root: Keys, key: str) -> datetime:
    text = root.needed_text(key)
    try:
        return moments.parse(text).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise root.wrong(key, f"a moment like {moments.EXAMPLE}", text) from None


def _moment_or_none(root: Keys, key: str) -> datetime | None:
    return None if root.raw(key) is None else _moment(root, key)


def _allocators(root: Keys) -> dict[str, Library]:
    allocators = root.section("allocators")
    found = root.value("allocators") or {}
    assert isinstance(found, dict)
    for name in found:
        if not name or not name.isprintable():
            raise root.wrong("allocators", "names of printable characters", name or "an empty one")
    return {
        name: Library(_printable(each, "version"), _printable(each, "sha256"))
        for name, each in ((name, allocators.section(name)) for name in found)
    }


def _values(root: Keys) -> tuple[tuple[Name, ...], NDArray[np.float64]]:
    names: list[Name] = []
    rows: list[object] = []
    for case, lanes in _object(root, "values", root.value("values")).items():
        for allocator, arms in _object(root, f"values.{case}", lanes).items():
            for arm, row in _object(root, f"values.{case}.{allocator}", arms).items():
                names.append(Name(case, allocator, arm))
                rows.append(row)
    _check_names(root, names)
    figures = _figures(names, rows)
    if figures is None:
        # Looked at one by one only now: there are thousands, and they are nearly always good.
        name, row = next(bad for bad in zip(names, rows) if _figures([bad[0]], [bad[1]]) is None)
        expected = f"[{', '.join(FIGURES)}] with low <= ns <= high, at least one launch, and cycles or null"
        raise root.wrong(f"values.{'.'.join(name)}", expected, row)
    return tuple(names), figures


def _object(root: Keys, key: str, found: object) -> Mapping[str, object]:
    if not isinstance(found, dict) or not found:
        raise root.wrong(key, "an object that is not empty", found)
    return found


def _check_names(root: Keys, names: Sequence[Name]) -> None:
    for word in sorted(set(chain.from_iterable(names))):
        if not word or not word.isprintable():
            raise root.wrong("values", "names of printable characters", word or "an empty one")


def _figures(names: Sequence[Name], rows: Sequence[object]) -> NDArray[np.float64] | None:
    """The rows as an array, or None when one of them is not what it should be."""
    width = len(FIGURES)
    flat: list[object] = []
    for row in rows:
        if type(row) is not list or len(row) != width:
            return None
        flat += row
    if not set(map(type, flat)) <= {int, float, type(None)}:  # exactly these: true is no number
        return None
    try:
        figures = np.array(flat, dtype=np.float64).reshape(-1, width)  # null becomes NaN, and nothing else does
    except OverflowError:
        return None
    ns, low, high, launches, cycles = figures.T
    difference = np.array([name.arm == TOLL for name in names])
    good = (low <= ns) & (ns <= high) & (-LARGEST <= low) & (high <= LARGEST) & ((ns >= 0) | difference)
    good &= (launches >= 1) & (launches <= 1e9) & (launches == np.floor(launches))
    good &= np.isnan(cycles) | ((np.abs(cycles) <= LARGEST) & ((cycles >= 0) | difference))
    return figures if bool(good.all()) else None


def _left_out(root: Keys) -> tuple[LeftOut, ...]:
    left_out: list[LeftOut] = []
    for status, reasons in _by_word(root, "left_out", root.value("left_out")).items():
        for reason, cases in _by_word(root, f"left_out.{status}", reasons).items():
            at = f"left_out.{status}.{reason}"
            for case, lanes in _by_word(root, at, cases).items():
                for allocator, arms in _by_word(root, f"{at}.{case}", lanes).items():
                    named = _arms(root, f"{at}.{case}.{allocator}", arms)
                    left_out += [LeftOut(Name(case, allocator, arm), status, reason) for arm in named]
    return tuple(left_out)


def _arms(root: Keys, key: str, found: object) -> list[str]:
    if not isinstance(found, list) or not all(isinstance(arm, str) and arm.isprintable() for arm in found):
        raise root.wrong(key, "a list of arms", found)
    return found


def _by_word(root: Keys, key: str, found: object) -> Mapping[str, object]:
    if not isinstance(found, dict) or not "".join(found).isprintable():
        raise root.wrong(key, "an object whose keys are printable", found)
    return found
