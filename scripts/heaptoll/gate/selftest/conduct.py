"""Leads the self-test: takes the steps in their order, and saves after each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.mann_whitney import GbenchPair
from heaptoll.gate.selftest.neighbour import busy_neighbour, kept_on
from heaptoll.gate.selftest.plan import GbenchTrial, Step
from heaptoll.gate.selftest.plants import literal, planted, text_of
from heaptoll.gate.selftest.trial import IN_CODE, Done, Gate, Kind, Request, Trial, TrialResult

# So many steps in a row that come to nothing: the cause is not the weather.
MOST_FAILURES = 3


@dataclass(frozen=True)
class Workers:
    """The workers with plants, one program per layout. Those of base and head are the same bytes in two folders, so that
    what is planted in `head_folder` is all that differs; those of `head_moved` are the same code, linked elsewhere."""

    base: tuple[Path, ...]
    head: tuple[Path, ...]
    head_moved: tuple[Path, ...]
    head_malloc: tuple[Path, ...]
    head_instruction: tuple[Path, ...]
    head_folder: Path

    def heads(self, kind: Kind) -> tuple[Path, ...]:
        others = {
            Kind.MOVED: self.head_moved, Kind.MALLOC: self.head_malloc, Kind.INSTRUCTION: self.head_instruction
        }  # fmt: skip
        return others.get(kind, self.head)


@dataclass(frozen=True)
class Stage:
    """What trials are run with. `cores`: the one that is measured on when there is a neighbour, and another one if the
    machine has one."""

    gate: Gate
    gbench: Callable[[GbenchTrial], GbenchPair]
    workers: Workers
    profile: str
    cores: tuple[int, ...]


def run_trial(stage: Stage, trial: Trial) -> TrialResult:
    """Plants, wakes the neighbour, asks the gate. Raises BadInput and OSError; neighbour and plants are gone then."""
    program = f"{literal(str(stage.workers.head_folder))}/*"
    in_code = trial.kind in IN_CODE
    request = Request(
        base_workers=stage.workers.base, head_workers=stage.workers.heads(trial.kind), allocators=trial.allocators,
        cases=trial.cases, profile=stage.profile, dead_zone_percent=trial.dead_zone_percent, counts=in_code,
    )  # fmt: skip
    with ExitStack() as held:
        held.enter_context(planted("" if in_code else text_of(trial.planted, trial.planted_percent, program)))
        if trial.kind in (Kind.BUSY_OTHER, Kind.BUSY_SAME):
            held.enter_context(busy_neighbour(stage.cores[0 if trial.kind is Kind.BUSY_SAME else 1]))
            held.enter_context(kept_on(stage.cores[0]))
        result = stage.gate(request)
    return result


def conduct(
    found: Selftest, steps: Iterable[Step], stage: Stage, save: Callable[[Selftest], None], say: Callable[[str], None],
    most_seconds: float,
) -> None:  # fmt: skip
    """Adds every step's result to `found` and saves it; ends early, between two steps, after `most_seconds`.

    A step that fails is noted and the others go on; raises BadInput after MOST_FAILURES in a row.
    """
    start, before, in_a_row = time.monotonic(), found.seconds, 0
    for step in steps:
        if time.monotonic() - start > most_seconds:
            say("time is over")
            return
        say(f"{found.steps_done + 1} of {found.planned}: {describe(step)}")
        try:
            if isinstance(step, Trial):
                found.trials.append(Done(step, run_trial(stage, step)))
                found.note(found.trials[-1].result.counts_missing)
            else:
                found.gbench.append(stage.gbench(step))
            in_a_row = 0
        except BadInput as error:
            in_a_row += 1
            found.failures.append(f"{describe(step)}: {error}")
            say(found.failures[-1])
        found.seconds = before + time.monotonic() - start
        save(found)
        if in_a_row == MOST_FAILURES:
            raise BadInput(
                "gate self-test", "trials that can be measured", "see what they say above; what was measured is kept",
                found=f"{in_a_row} failures in a row",
            )  # fmt: skip


def describe(step: Step) -> str:
    """What a step is, in words."""
    if isinstance(step, GbenchTrial):
        return f"Google Benchmark, {step.planted_percent:g} %, {step.case}"
    percent = f" by {step.planted_percent:g} %" if step.planted_percent else ""
    where = _some(step.cases) if step.cases else "all cases"
    return f"{step.kind.value}{percent}, dead zone {step.dead_zone_percent:g} %, {where}"


def _some(cases: Sequence[str]) -> str:
    return cases[0] if len(cases) == 1 else f"{len(cases)} cases"
