"""The exact counts of a gate: what they say to its judgement and to its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heaptoll.gate import counts
from heaptoll.gate.counts import CountRow, LeftOut, Thresholds
from heaptoll.gate.decide import GateRow, Outcome
from heaptoll.gate.paired import CONTROL_ARM, Key
from heaptoll.terminal_text import wrapped

# By mere place, an allocator was seen to take 0.03 % more instructions.
_CONTROL_PERCENT = 0.1


@dataclass(frozen=True)
class Counted:
    """`rows`: what was counted under callgrind; empty where nothing was, and `unavailable` says why. `required`: whether a
    row that could not be counted is a failure. `left_out`: what the sides do not have in common."""

    rows: tuple[CountRow, ...]
    unavailable: str
    required: bool = False
    thresholds: Thresholds = Thresholds()
    left_out: tuple[LeftOut, ...] = ()

    def red(self, timed: Sequence[GateRow]) -> dict[Key, str]:
        """What is above its threshold, and why, in words.

        More instructions that take less time are shown, and not held against the head. Allocations are known from the
        runs' own audit where nothing was counted.
        """
        faster = {row.key for row in timed if row.outcome is Outcome.FASTER}
        found = {_key(row): row.reason for row in counts.red(list(self.rows)) if _key(row) not in faster or _allocates(row)}
        if not self.rows:
            for timed_row in timed:
                more = timed_row.more_allocs or 0.0
                if more > self.thresholds.allocs_per_op:
                    found[timed_row.key] = f"{more:+g} allocations per operation, by the audit"
        return found

    @property
    def changed_controls(self) -> frozenset[Key]:
        """Control rows that are other code in the head: their instructions differ, exactly, and by more than where they
        lie can explain. They control nothing."""
        return frozenset(_key(row) for row in self.rows if row.arm == CONTROL_ARM and _is_other_code(row))

    @property
    def losses(self) -> str:
        """What should have been counted and was not, in words; "" where that is no failure."""
        lost = counts.uncounted(list(self.rows)) if self.required else []
        return "\n".join(f"not counted: {row.case}, {row.arm}, {row.allocator}: {row.reason}" for row in lost)

    def as_terminal(self) -> str:
        return "\n".join(wrapped(self.unavailable)) if self.unavailable else counts.as_terminal(self.rows)

    def as_markdown(self) -> str:
        return self.unavailable or counts.as_markdown(self.rows)


def _is_other_code(row: CountRow) -> bool:
    exact = bool(row.exact_base and row.exact_head)
    return exact and abs(row.instructions_change_percent or 0.0) > _CONTROL_PERCENT


def _allocates(row: CountRow) -> bool:
    return (row.allocs_change or 0.0) > 0


def _key(row: CountRow) -> Key:
    return Key(row.case, row.allocator, row.arm)
