"""The only file that knows the gate's insides: asks it as scripts/gate.py does, and reads its answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.gate import build as gate_build
from heaptoll.gate import counts, decide, run
from heaptoll.gate.counted import Counted
from heaptoll.gate.counts_rows import MORE
from heaptoll.gate.decide import Conclusion, GateRow, Outcome
from heaptoll.gate.measure import Chosen, Stopped
from heaptoll.gate.selftest import workers as plant_workers
from heaptoll.gate.selftest.asked import FLOOR_NS_PER_PERCENT
from heaptoll.gate.selftest.conduct import Workers
from heaptoll.gate.selftest.trial import Place, Request, TrialResult
from heaptoll.gate.sides import BuildSides
from heaptoll.verdict.zone import DeadZone

_SOURCES = Path(__file__).resolve().parents[4]


def workers(build: Path, say: Callable[[str], None]) -> Workers:
    """The workers with plants, in as many layouts as the gate wants, made as it makes them. Raises BadInput."""
    return plant_workers.make(
        _SOURCES, build, gate_build.MOST_LAYOUTS, os.cpu_count() or 1, gate_build.padding, say
    )


@dataclass(frozen=True)
class ThroughGate:
    """A `trial.Gate`. `build`: the folder with heaptoll. `scratch`: where runs go that nobody keeps."""

    build: Path
    scratch: Path

    def __call__(self, request: Request) -> TrialResult:
        zone = DeadZone(request.dead_zone_percent / 100, FLOOR_NS_PER_PERCENT * request.dead_zone_percent)
        sides = BuildSides(
            "base", "head", tuple(request.base_workers), tuple(request.head_workers), tuple(request.allocators)
        )
        chosen = Chosen.exactly(request.cases) if request.cases else Chosen(request.profile, "")
        try:
            timed = run.time_sides(run.Plan(self.build / "heaptoll", self.scratch, zone), sides, chosen, _nothing)
        except Stopped as stopped:
            raise KeyboardInterrupt from stopped
        finally:
            shutil.rmtree(self.scratch / "runs", ignore_errors=True)
        counted = self._count(sides, request) if request.counts else _UNCOUNTED
        judged = decide.judgement(
            timed.rows, list(counted.red(timed.rows)), counted.changed_controls, timed.losses
        )
        if judged.conclusion is Conclusion.FAILED:
            raise BadInput("the gate", "a trial that can be measured", timed.losses, found="; ".join(judged.reasons))
        return result_of(timed, judged.conclusion, counted, sides.names)

    def _count(self, sides: BuildSides, request: Request) -> Counted:
        found = counts.counts_if_possible(lambda: sides.counted(self.build), request.cases, _no_progress)
        if isinstance(found, counts.Unavailable):
            return Counted((), str(found))
        return Counted(tuple(counts.differences(found)), "")


_UNCOUNTED = Counted((), "")


def result_of(
    timed: run.Timed, conclusion: Conclusion, counted: Counted, allocators: Sequence[str]
) -> TrialResult:
    """What a gate's rows and conclusion mean for a trial. Rows are red by the clock when the gate calls a regression
    what its rows say, and not when it takes that back because a control moved."""
    judged = [row for row in timed.rows if not row.control and not row.lost]
    control_moved = any(row.control and row.outcome in (Outcome.SLOWER, Outcome.FASTER) for row in timed.rows)
    slower = [row for row in judged if row.outcome is Outcome.SLOWER]
    believed = conclusion is Conclusion.REGRESSION and not control_moved
    return TrialResult(
        comparisons=len(judged),
        pairs=len({(row.key.case, row.key.allocator) for row in judged}),
        red=tuple(_place(row) for row in slower) if believed else (),
        faster=tuple(_place(row) for row in judged if row.outcome is Outcome.FASTER) if not control_moved else (),
        red_by_counts=tuple(Place(*key) for key in counted.red(timed.rows)),
        counted_more=tuple(
            Place(row.case, row.allocator, row.arm) for row in counted.rows if row.status == MORE
        ),
        inconclusive=conclusion is Conclusion.INCONCLUSIVE,
        measuring_seconds=timed.measuring_seconds,
        cases=timed.cases,
        allocators=tuple(allocators),
        counts_missing=counted.unavailable,
    )


def _place(row: GateRow) -> Place:
    return Place(row.key.case, row.key.allocator, row.key.arm)


def _nothing(line: str) -> None:
    pass


def _no_progress(what: str, done: int, of: int) -> None:
    pass
