"""The conditions of a run: all that must be alike for two values to be values of one series."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from heaptoll.history.record import Machine, Record


@dataclass(frozen=True)
class Conditions:
    """`versions`: of each allocator, by name. Its SHA-256 is not among them: a repository's own allocator differs in
    every run, and how it changes is what its series is to show."""

    machine: Machine
    libc: str | None
    compiler: str | None
    flags: str | None
    profile: str
    engine: str | None
    versions: tuple[tuple[str, str | None], ...]
    environment: tuple[str, ...]


def conditions_of(record: Record) -> Conditions:
    return Conditions(
        record.machine, record.libc, record.compiler, record.flags, record.profile, record.engine,
        tuple(sorted((name, each.version) for name, each in record.allocators.items())),
        tuple(sorted(record.allocator_environment)),
    )  # fmt: skip


def as_text(conditions: Conditions) -> str:
    """A text that is the same for equal conditions only."""
    return json.dumps(asdict(conditions), sort_keys=True)


def from_text(text: str) -> Conditions:
    """What `as_text` made a text of."""
    found = json.loads(text)
    return Conditions(
        Machine(**found["machine"]), found["libc"], found["compiler"], found["flags"], found["profile"],
        found["engine"], tuple((name, version) for name, version in found["versions"]), tuple(found["environment"]),
    )  # fmt: skip
