"""counts.csv: one row per case, arm and allocator."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from heaptoll.counts.audit import Audited, Key
from heaptoll.counts.catalogue import Build, Case, Lane
from heaptoll.counts.counting import Answered, Outcome

FAILED = ("crashed", "timeout", "dishonest")


@dataclass(frozen=True)
class Row:
    """One line, its fields in the order of the columns and as they stand there."""

    case: str
    scenario: str
    variant: str
    size_bytes: str
    params: str
    arm: str
    allocator: str
    allocator_version: str
    build: str
    operations: str
    instructions_per_op: str
    minor_faults_per_op: str
    allocs_per_op: str
    alloc_bytes_per_op: str
    exact: str
    status: str
    reason: str


COLUMNS = tuple(field.name for field in fields(Row))


@dataclass(frozen=True)
class TwoPasses:
    """An arm in a lane, counted twice: page faults, instructions. What was not tried any more is None."""

    faults: tuple[Outcome, Outcome | None]
    instructions: tuple[Outcome | None, Outcome | None]


def per_op(total: int, operations: int) -> str:
    """A quotient in full, without zeros at its end; `operations` must be a power of two, so that it has an end."""
    text = format(Decimal(total) / Decimal(operations), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def make_row(
    case: Case, arm: str, lane: Lane, answered: Answered, build: Build, counted: TwoPasses, audited: Audited | None
) -> Row:
    """The row of an arm in a lane."""
    status, reason = _verdict(counted, audited)
    good = status == "ok"
    faults, instructions = counted.faults[0], counted.instructions[0]
    return Row(
        case=case.name,
        scenario=case.scenario,
        variant=case.variant,
        size_bytes="" if case.size_bytes is None else str(case.size_bytes),
        params=case.params,
        arm=arm,
        allocator=lane.allocator,
        allocator_version=answered.version,
        build=build.name,
        operations=str(faults.task.operations),
        instructions_per_op=_quotient(instructions),
        minor_faults_per_op=_quotient(faults),
        allocs_per_op=audited.allocs_per_op if audited else "",
        alloc_bytes_per_op=audited.alloc_bytes_per_op if audited else "",
        exact=("no" if reason else "yes") if good else "",
        status=status,
        reason=reason,
    )


def _quotient(outcome: Outcome | None) -> str:
    if outcome is None or outcome.difference is None:
        return ""
    return per_op(outcome.difference, outcome.task.operations)


def _verdict(counted: TwoPasses, audited: Audited | None) -> tuple[str, str]:
    """Status and reason: of the first thing that failed, or what differed between the two passes."""
    tried = [(each, "") for each in counted.faults]
    tried += [(each, " (under callgrind)") for each in counted.instructions]
    for outcome, how in tried:
        if outcome is not None and outcome.status != "ok":
            return outcome.status, outcome.reason + how
    if audited is not None and audited.status != "ok":
        return audited.status, f"{audited.reason} (the audit)"
    differences = [
        f"two passes counted {_quotient(one)} and {_quotient(two)} {what}"
        for (one, two), what in ((counted.instructions, "instructions"), (counted.faults, "minor faults"))
        if one is None or two is None or one.difference != two.difference
    ]
    return "ok", "; ".join(differences)


def as_csv(rows: Iterable[Row]) -> str:
    """The whole file: RFC 4180."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([getattr(row, column) for column in COLUMNS])
    return text.getvalue()


def audited_of(found: Mapping[Key, Audited], case: Case, arm: str, lane: Lane) -> Audited | None:
    return found.get((case.name, arm, lane.allocator))
