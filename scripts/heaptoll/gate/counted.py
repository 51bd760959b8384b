"""The exact counts of a gate: what they say to its judgement and to its readers."""

from __future__ import annotations

from dataclasses import dataclass

from heaptoll.gate import counts
from heaptoll.gate.counts import CountRow
from heaptoll.gate.paired import CONTROL_ARM, Key


@dataclass(frozen=True)
class Counted:
    """`rows`: what was counted; empty where nothing was, and `unavailable` says why. `required`: whether a row that
    could not be counted is a failure."""

    rows: tuple[CountRow, ...]
    unavailable: str
    required: bool = False

    @property
    def red(self) -> list[Key]:
        """Rows above their threshold."""
        return [_key(row) for row in counts.red(list(self.rows))]

    @property
    def changed_controls(self) -> list[Key]:
        """Control rows whose instructions are not the same on both sides: they are other code, and control nothing."""
        return [_key(row) for row in self.rows if row.arm == CONTROL_ARM and row.instructions_change]

    @property
    def losses(self) -> str:
        """What should have been counted and was not, in words; "" where that is no failure."""
        lost = counts.uncounted(list(self.rows)) if self.required else []
        return "\n".join(f"not counted: {row.case}, {row.arm}, {row.allocator}: {row.reason}" for row in lost)

    def as_terminal(self) -> str:
        return self.unavailable or counts.as_terminal(self.rows)

    def as_markdown(self) -> str:
        return self.unavailable or counts.as_markdown(self.rows)


def _key(row: CountRow) -> Key:
    return Key(row.case, row.allocator, row.arm)
