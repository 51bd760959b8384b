"""Allocations per operation, from heaptoll's audit."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from heaptoll.bad_input import BadInput, quoted
from heaptoll.counts.catalogue import Programs, Refused

_HEADER = ["case", "arm", "allocator", "allocs_per_op", "alloc_bytes_per_op", "status", "reason"]
_REBUILD = "build heaptoll again: make build"

Key = tuple[str, str, str]  # case, arm, allocator


@dataclass(frozen=True)
class Audited:
    """What the audit counted of one arm in one lane, as it wrote it; empty where it could not."""

    allocs_per_op: str
    alloc_bytes_per_op: str
    status: str
    reason: str


def parse(text: str) -> dict[Key, Audited]:
    """Reads what `heaptoll --audit` prints. Raises BadInput when a line is not as expected."""
    lines = [line.split("\t") for line in text.splitlines()]
    if not lines or lines[0] != _HEADER:
        found = quoted("\t".join(lines[0])) if lines else "nothing"
        raise BadInput("heaptoll --audit", f"the header {' '.join(_HEADER)}", _REBUILD, line=1, found=found)
    found_rows = {}
    for number, fields in enumerate(lines[1:], start=2):
        if len(fields) != len(_HEADER):
            raise BadInput(
                "heaptoll --audit", f"{len(_HEADER)} fields", _REBUILD, line=number, found=str(len(fields))
            )
        found_rows[fields[0], fields[1], fields[2]] = Audited(*fields[3:])
    return found_rows


def audited(
    programs: Programs, profile: str, pattern: str, allocators: str | None, hang_seconds: int
) -> Mapping[Key, Audited]:
    """What the audit says of the chosen cases. Raises Refused, BadInput."""
    chosen = [
        f"--profile={profile}", f"--benchmark_filter={pattern}", f"--worker={programs.worker}",
        f"--hang-seconds={hang_seconds}",
    ]  # fmt: skip
    if allocators is not None:
        chosen.append(f"--allocators={allocators}")
    command = [str(programs.heaptoll), "--audit", *chosen]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    # An arm that crashed makes it fail too, and has its line with the reason.
    if done.returncode != 0 and not done.stdout:
        raise Refused(done.stderr.strip() or f"heaptoll --audit failed with exit status {done.returncode}")
    return parse(done.stdout)
