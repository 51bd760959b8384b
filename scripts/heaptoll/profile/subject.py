"""What is profiled: one arm of one case under one allocator."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.counts.catalogue import Case, Lane


@dataclass(frozen=True)
class Subject:
    """An arm to run for about so many seconds, and the worker that has it."""

    worker: Path
    case: str
    arm: str
    lane: Lane
    seconds: float

    def command(self) -> list[str]:
        """Runs the worker with the allocator preloaded into it alone, not into the tool around it."""
        preload = [f"LD_PRELOAD={self.lane.library}"] if self.lane.library else []
        return ["env", "-u", "LD_PRELOAD", *preload, *self.worker_command()]

    def worker_command(self) -> list[str]:
        return [str(self.worker), "--run", self.case, self.arm, f"{self.seconds:g}"]

    def folder(self, results: Path) -> Path:
        """Where its profile goes."""
        return results / self.case / f"{self.arm}-{self.lane.allocator}"


def find_arm(cases: dict[str, Case], case: str, arm: str) -> None:
    """Raises BadInput with the nearest names when there is no such case, or it has no such arm."""
    if case not in cases:
        raise BadInput("CASE", "the name of a case", f"nearest: {_nearest(case, cases)}", found=quoted(case))
    if arm not in cases[case].arms:
        raise BadInput("ARM", f"an arm of {case}", f"it has: {', '.join(cases[case].arms)}", found=quoted(arm))


def only_lane(lanes: Sequence[Lane]) -> Lane:
    """Raises BadInput unless there is exactly one."""
    if len(lanes) != 1:
        names = ", ".join(lane.allocator for lane in lanes)
        raise BadInput("ALLOCATORS", "one allocator", "profile them one after the other", found=names)
    return lanes[0]


def _nearest(name: str, names: Iterable[str]) -> str:
    return ", ".join(difflib.get_close_matches(name, list(names), n=5, cutoff=0.0))
