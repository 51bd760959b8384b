"""Alternates the engines on the same cases, and gathers the figures."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from heaptoll.measurements import Run
from heaptoll.precision.figures import Identical, Precision, Repeated, median
from heaptoll.precision.of_run import machine_words
from heaptoll.precision.programs import Programs, medians

ARMS = ("heap", "stack")
LANE_START_SECONDS = 0.005  # what a launch costs besides its slices, for the time budget
GBENCH_REPETITIONS = 10
LOOP_REPETITIONS, LOOP_SECONDS = 20, 0.01
GBENCH_ARMS = 3  # it times null, stack and heap one after the other


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    cases: tuple[str, ...]
    repetitions: int
    seconds_per_result: float
    launches: int
    identical_trials: int
    seconds_per_identical: float
    share_filter: str


FULL = Effort(
    cases=(
        "returned_pointer/by_value/64", "boxed_value/interface/8", "boxed_value/variadic/k4",
        "array_size/fixed/8192/first", "captured_closure/by_value/32", "captured_closure/by_reference/32",
    ),
    repetitions=20, seconds_per_result=1.2, launches=60, identical_trials=10, seconds_per_identical=1.0,
    share_filter="^(returned_pointer/by_value|boxed_value/interface)/64$",
)  # fmt: skip
QUICK = Effort(
    cases=("returned_pointer/by_value/64", "boxed_value/interface/8", "captured_closure/by_value/32"),
    repetitions=10, seconds_per_result=1.0, launches=40, identical_trials=4, seconds_per_identical=1.0,
    share_filter="^returned_pointer/by_value/64$",
)  # fmt: skip


def measure(programs: Programs, effort: Effort, say: Callable[[str], None]) -> Precision:
    """Runs everything; `say` gets a line now and then. Raises BadInput when a program fails."""
    found = Precision(effort.repetitions, effort.seconds_per_result, effort.seconds_per_identical)
    _repeat(programs, effort, found, say)
    _compare_identical(programs, effort, found, say)
    say("share of time measured")
    _measure_shares(programs, effort, found)
    return found


def _only(case: str) -> list[str]:
    return [f"--benchmark_filter={case}", "--profile=full"]


def _lockstep(case: str, lanes: str, launches: int, seconds: float) -> list[str]:
    lane_count = lanes.count(",") + 1
    timed = seconds / launches - LANE_START_SECONDS * lane_count
    return [
        *_only(f"^{case}$"), f"--allocators={lanes}", f"--launches={launches}",
        f"--launch-seconds={timed:.4f}", f"--max-seconds-per-case={seconds}",
    ]  # fmt: skip


def _gbench(case: str, seconds: float) -> list[str]:
    return [
        *_only(f"^{case}$"), "--allocators=glibc", "--engine=gbench", f"--launches={GBENCH_REPETITIONS}",
        f"--benchmark_min_time={seconds / GBENCH_REPETITIONS / GBENCH_ARMS:.4f}",
    ]  # fmt: skip


def _repeat(programs: Programs, effort: Effort, found: Precision, say: Callable[[str], None]) -> None:
    kinds = (("lockstep", "ns", "ns_median"), ("lockstep", "cycles", "cycles_median"), ("gbench", "ns", "ns_median"))
    kept = {
        (case, arm, engine, unit): Repeated(case, arm, engine, unit)
        for case in effort.cases for arm in ARMS for engine, unit, _ in kinds
    }  # fmt: skip
    found.repeated = list(kept.values())
    found.engine_seconds = {"lockstep": [], "gbench": []}
    quiet: list[float] = []
    fastest = {"ours": float("inf"), "range_for": float("inf")}
    for repetition in range(effort.repetitions):
        say(f"result {repetition + 1} of {effort.repetitions}")
        for case in effort.cases:
            engines = ["lockstep", "gbench"]
            random.shuffle(engines)
            for engine in engines:
                run = _timed(programs, found, engine, case, effort)
                for arm in ARMS:
                    for each, unit, column in kinds:
                        if each == engine:
                            _keep(kept[case, arm, engine, unit], medians(run, column, "glibc", arm), effort, engine)
                if engine == "lockstep":
                    _describe(found, run)
                    quiet.append(run.facts.quiet_share or 0.0)
        # A little of it each time: noise can only add to a loop, and some of the moments will be quiet.
        for loop, times in programs.loop_times(LOOP_REPETITIONS, LOOP_SECONDS).items():
            fastest[loop] = min(fastest[loop], *times)
    found.quiet_share = sum(quiet) / len(quiet)
    found.loop_ratio = fastest["ours"] / fastest["range_for"]


def _timed(programs: Programs, found: Precision, engine: str, case: str, effort: Effort) -> Run:
    lockstep = _lockstep(case, "glibc", effort.launches, effort.seconds_per_result)
    start = time.monotonic()
    run = programs.run(lockstep if engine == "lockstep" else _gbench(case, effort.seconds_per_result))
    found.engine_seconds[engine].append(time.monotonic() - start)
    return run


def _keep(repeated: Repeated, values: Iterable[float], effort: Effort, engine: str) -> None:
    """A lockstep result needs half of its launches quiet enough; Google Benchmark's are taken as they come."""
    results = list(values)
    if engine == "lockstep" and len(results) * 2 < effort.launches:
        repeated.unusable += 1
    else:
        repeated.results.append(median(results))


def _compare_identical(
    programs: Programs, effort: Effort, found: Precision, say: Callable[[str], None]
) -> None:
    found.identical = [Identical(case, arm) for case in effort.cases for arm in ARMS]
    for trial in range(effort.identical_trials):
        say(f"identical lanes {trial + 1} of {effort.identical_trials}")
        for case in effort.cases:
            run = programs.run(
                _lockstep(case, "one=glibc,two=glibc", effort.launches // 2, effort.seconds_per_identical)
            )
            for each in found.identical:
                if each.case == case:
                    one, two = (medians(run, "ns_median", lane, each.arm) for lane in ("one", "two"))
                    both = (one / two).dropna()
                    if len(both) * 4 >= effort.launches:
                        each.ratios.append(median(list(both)))


def _measure_shares(programs: Programs, effort: Effort, found: Precision) -> None:
    run = programs.run(["--profile=full", f"--benchmark_filter={effort.share_filter}"])
    nothing = float("nan")
    found.measured_share = run.facts.measured_share or nothing
    found.coordinator_cpu_share = run.facts.coordinator_cpu_share or nothing


def _describe(found: Precision, run: Run) -> None:
    facts = run.facts
    found.machine = machine_words(facts.machine)
    found.date = facts.started_utc.strftime("%Y-%m-%d")
    found.revision = facts.git.revision or "unknown"
