"""Alternates the engines in short turns, on the cases of known cost and on all the others."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.measurements import Run
from heaptoll.precision.programs import Programs
from heaptoll.truth.expected import this_cpu
from heaptoll.truth.figures import Arm, Sample, Truth

Arms = dict[tuple[str, str], Arm]

PROGRAMS = ("heaptoll", "heaptoll-worker", "heaptoll-gbench", "heaptoll-truth-worker", "heaptoll-truth-gbench")


@dataclass(frozen=True)
class Pace:
    """How much of each engine makes a turn: short, because the clock drifts; and how many turns."""

    turns: int
    launches: int
    launch_seconds: float
    repetitions: int
    # What Google Benchmark is asked to time at least; it takes 1.4 times that. Of repetitions of 1.4 ms every third was
    # 25 us longer on a virtual machine, most likely by a tick of the kernel's clock. Chains of known cost take half of
    # that, so that most have none. Ordinary code has branches: after Google Benchmark's own code it
    # loses some 0.3 ms in every repetition until they are predicted again, and two lengths tell how much.
    min_times: tuple[float, ...]


@dataclass(frozen=True)
class Effort:
    known: Pace
    ordinary: Pace
    profile: str  # which ordinary cases

    def with_turns(self, turns: int | None) -> Effort:
        """The same with so many turns of each part; None changes nothing."""
        if turns is None:
            return self
        return replace(self, known=replace(self.known, turns=turns), ordinary=replace(self.ordinary, turns=turns))


FULL = Effort(Pace(16, 2, 0.06, 24, (0.0005,)), Pace(6, 3, 0.05, 8, (0.001, 0.006)), "quick")
QUICK = Effort(Pace(7, 2, 0.06, 20, (0.0005,)), Pace(4, 3, 0.05, 8, (0.001, 0.006)), "smoke")


@dataclass(frozen=True)
class Choice:
    """Which ordinary cases, in which lane."""

    allocator: str
    profile: str
    filter: str


def check_built(build: Path) -> None:
    """Raises BadInput when the programs are not there."""
    for name in PROGRAMS:
        if not (build / name).is_file():
            raise BadInput(
                build / name, "a built program", "run `make build` first (benches of known cost are for x86-64 and aarch64)",
                found="no such file",
            )  # fmt: skip


def measure(
    programs: Programs, effort: Effort, choice: Choice, known_cores: Path, say: Callable[[str], None]
) -> Truth:
    """Runs everything; `say` gets a line now and then. Raises BadInput when a program fails."""
    if known_cores.is_file():  # the runs' results folder is an empty one
        shutil.copy(known_cores, programs.scratch / known_cores.name)
    found = Truth(cpu=this_cpu())
    quiet: list[float] = []
    known = [f"--worker={programs.build / 'heaptoll-truth-worker'}", "--profile=full"]
    ordinary = [f"--profile={choice.profile}", f"--benchmark_filter={choice.filter}"]
    for pace, flags, what, kept in (
        (effort.known, known, "known costs", found.known),
        (effort.ordinary, ordinary, "all other cases", found.ordinary),
    ):
        arms: Arms = {}
        for turn in range(pace.turns):
            say(f"{what}: turn {turn + 1} of {pace.turns}")
            # 0 is our engine; the others are Google Benchmark's repetitions of so many seconds.
            lengths = [0.0, *pace.min_times]
            for min_time in lengths if turn % 2 else reversed(lengths):
                run = programs.run([*flags, f"--allocators={choice.allocator}", *_engine_flags(min_time, pace)])
                if min_time == 0:
                    take_ours(arms, run, turn)
                    _describe(found, run)
                    quiet.append(run.facts.quiet_share or 0.0)
                else:
                    take_theirs(arms, run, turn, longest=min_time == max(lengths))
        kept.extend(arms[key] for key in sorted(arms, key=_natural))
    found.quiet_share = sum(quiet) / len(quiet)
    return found


def _natural(key: tuple[str, str]) -> tuple[str, ...]:
    """To sort by: numbers in names by their size."""
    return tuple(re.sub(r"\d+", lambda number: number[0].zfill(12), part) for part in key)


def _engine_flags(min_time: float, pace: Pace) -> list[str]:
    if min_time == 0:
        return [
            f"--launches={pace.launches}", f"--launch-seconds={pace.launch_seconds}",
            f"--max-seconds-per-case={3 * pace.launches * pace.launch_seconds}",
        ]  # fmt: skip
    return [
        "--engine=gbench", f"--launches={pace.repetitions}", f"--benchmark_min_time={min_time}",
        "--benchmark_enable_random_interleaving=true",
    ]  # fmt: skip


def take_ours(arms: Arms, run: Run, turn: int) -> None:
    """Adds a lockstep run's launches to the arms: those quiet enough as samples, the others as a number."""
    for kept, sample, quiet in _results(arms, run, turn):
        if quiet:
            kept.ours.append(sample)
        else:
            kept.ours_noisy += 1


def take_theirs(arms: Arms, run: Run, turn: int, longest: bool) -> None:
    """Adds the quiet repetitions of a run of Google Benchmark to the arms."""
    for kept, sample, quiet in _results(arms, run, turn):
        if not longest:
            kept.shorter += [sample] if quiet else []
        elif quiet:
            kept.theirs.append(sample)
        else:
            kept.theirs_noisy += 1


def _results(arms: Arms, run: Run, turn: int) -> Iterator[tuple[Arm, Sample, bool]]:
    columns = ["case", "arm", "launch", "status", "quiet_slices", "ns_median", "cycles_median", "ops_per_slice", "ns_p95"]
    for case, arm, launch, status, quiet_slices, *numbers in run.rows[columns].itertuples(index=False, name=None):
        ns, cycles, operations, slow_ns = (float(number) for number in numbers)
        slow = cycles * slow_ns / ns if slow_ns == slow_ns else cycles
        kept = arms.setdefault((case, arm), Arm(case, arm))
        quiet = status == "ok" and quiet_slices > 0 and cycles == cycles
        yield kept, Sample(turn, int(launch), ns, cycles, operations, slow), quiet


def _describe(found: Truth, run: Run) -> None:
    facts = run.facts
    found.machine = f"{facts.machine.cpu_model}, {facts.machine.cores} cores"
    found.date = facts.started_utc.strftime("%Y-%m-%d")
    found.revision = facts.git.revision or "unknown"
