"""The counts that go with a run: those of the same compiler, flags, libraries and allocators, and of no others.

They are in counts.csv with counts.json beside it, in the run's own folder or where the reader of a run was told. An
allocator whose library is another one than the run's has none; nor has a case that takes other blocks than it did in
the run, for then its code has changed in between.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from heaptoll.bad_input import BadInput
from heaptoll.counts import baseline
from heaptoll.counts.baseline import Counted, Counts
from heaptoll.measurements import Run
from heaptoll.run_facts import Allocator

_SHORT_REVISION = 12
_CLOSE = 1e-6


class CountedArm(NamedTuple):
    case: str
    arm: str
    allocator: str


@dataclass(frozen=True)
class CountsOfRun:
    """`instructions`: per operation. `told`: in sentences, where they are from, and what was not used and why."""

    instructions: Mapping[CountedArm, float]
    told: tuple[str, ...]


def counts_of_run(run: Run, build: str) -> CountsOfRun:
    """The counts of a build's arms. None of them, and nothing told, where no counts lie beside the run.

    Raises BadInput for counts that are damaged, or are not where `run.counts` says.
    """
    folder = _folder(run)
    if folder is None:
        return CountsOfRun({}, ())
    try:
        return _read(run, build, folder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            folder / baseline.COUNTS, "what `make counts` writes, counts.json beside it", "count again",
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip


def _read(run: Run, build: str, folder: Path) -> CountsOfRun:
    counted = baseline.read_counted(folder)
    told = []
    usable = {}
    for key, what in counted.toolchains.items():
        name = what["allocator"]["name"]
        if name not in run.allocators(build):
            continue
        if why := _differs(run, build, what):
            told.append((why, name))
        else:
            usable[key] = name
    found, changed = _matching(run, build, counted, usable)
    sentences = [] if not found else [_origin(run, folder)]
    for why in dict.fromkeys(why for why, _ in told):
        names = [name for each, name in told if each == why]
        sentences.append(f"Instruction counts not used for {', '.join(names)}: {why}.")
    if changed:
        sentences.append(
            f"Instruction counts not used for {changed} case{'s' if changed > 1 else ''} whose blocks per operation "
            "are others than in this run."
        )
    return CountsOfRun(found, tuple(sentences))


def _folder(run: Run) -> Path | None:
    if run.counts is None:
        return run.folder if (run.folder / baseline.COUNTS).exists() else None
    if run.counts.name == baseline.COUNTS:
        return run.counts.parent
    if run.counts.is_dir():
        return run.counts
    raise BadInput(run.counts, f"{baseline.COUNTS}, or the folder that has it", "name what `make counts` wrote")


def _differs(run: Run, build: str, what: Mapping[str, Any]) -> str:
    """What of the counts' toolchain is not the run's, or not known to be; empty where it is the same."""
    ours = next((each for each in run.facts.builds if each.name == build), run.facts.toolchain)
    counted = what["toolchain"]
    libc = str(counted["libc"]).split()[-1:]
    lane = what["allocator"]
    measured = next((each for each in run.facts.allocators if each.name == lane["name"]), None)
    pairs = (
        ("build", build, counted["build"]),
        ("compiler", ours.compiler, counted["compiler"]),
        ("flags", ours.flags, counted["flags"]),
        ("C library", str(run.facts.toolchain.libc).split()[-1:], libc),
        ("architecture", run.facts.machine.architecture or what["machine"], what["machine"]),
    )
    others = [name for name, here, there in pairs if here != there]
    if others:
        return f"they are not known to be of the same {', '.join(others)}"
    return "" if _is_same(measured, lane) else "they are not known to be of the same library"


def _is_same(measured: Allocator | None, counted: Mapping[str, Any]) -> bool:
    if measured is None:
        return False
    if measured.sha256 is not None and counted["sha256"] is not None:
        return bool(measured.sha256 == counted["sha256"])
    return measured.version is not None and measured.version == counted["version"]


def _matching(
    run: Run, build: str, counted: Counted, usable: Mapping[str, str]
) -> tuple[dict[CountedArm, float], int]:
    """The instructions of the usable toolchains, and the number of cases that take other blocks than in the run."""
    rows = run.rows[run.rows["build"] == build]
    rows = rows.drop_duplicates(["case", "arm", "allocator"])
    columns = ("case", "arm", "allocator", "allocs_per_op", "alloc_bytes_per_op")
    blocks = {
        CountedArm(case, arm, allocator): (float(number), float(size))
        for case, arm, allocator, number, size in zip(*(rows[name] for name in columns))
    }
    found: dict[CountedArm, float] = {}
    changed: dict[str, None] = {}
    for key, counts in counted.rows.items():
        arm = CountedArm(key.case, key.arm, key.allocator)
        if key.key not in usable or arm not in blocks:
            continue
        if _same_blocks(blocks[arm], counts):
            found[arm] = _number(counts.instructions_per_op, key)
        else:
            changed[key.case] = None
    return {arm: value for arm, value in found.items() if arm.case not in changed}, len(changed)


def _same_blocks(measured: tuple[float, float], counted: Counts) -> bool:
    """An empty cell, which says that something is not known, contradicts nothing."""
    texts = (counted.allocs_per_op, counted.alloc_bytes_per_op)
    return all(
        not text or math.isnan(value) or math.isclose(value, float(text), rel_tol=_CLOSE)
        for value, text in zip(measured, texts)
    )


def _number(text: str, key: baseline.RowKey) -> float:
    number = float(text)
    if not math.isfinite(number) or number < 0:
        raise BadInput(
            baseline.COUNTS, f"instructions per operation of {key.case} {key.arm}", "count again", found=text
        )
    return number


def _origin(run: Run, folder: Path) -> str:
    told = json.loads((folder / "counts.json").read_text(encoding="utf-8"))
    git = told.get("git") or {}
    revision = str(git.get("revision") or "unknown")[:_SHORT_REVISION]
    other = " (another one than the run's)" if revision != (run.facts.git.revision or "")[:_SHORT_REVISION] else ""
    return (
        "Instructions: counted exactly by `make counts` with the run's compiler and allocators, commit "
        f"{revision}{other}; those of the program only, a page fault takes cycles in the kernel beyond them."
    )
