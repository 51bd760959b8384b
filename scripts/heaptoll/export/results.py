"""What is exported: a figure per case, arm and allocator of one build, or why there is none.

A figure is a number only when it is an ordinary one. What is contended in most launches, crashed, was skipped or is
dishonest has no number here, so that no format can take it for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from heaptoll import summary
from heaptoll.bad_input import BadInput, quoted
from heaptoll.measurements import Run
from heaptoll.name_filter import matcher
from heaptoll.run_facts import CaseFacts, RunFacts
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult

_Column = NDArray[np.float64]

TOLL = "toll"
DEFAULT_ARMS = ("stack", "heap", TOLL)
UNIT = "ns/op"

# What went wrong with an arm, not with the machine it ran on. The worst first.
BROKEN = ("crashed", "timeout", "dishonest")
_WORST_FIRST = (*BROKEN, "skipped", "contended")


@dataclass(frozen=True)
class Chosen:
    """What is wanted. `cases`: a regular expression found in the case's name; with - before it, not found there.
    `arms`: None for `DEFAULT_ARMS`. `allocators`: None for all."""

    arms: tuple[str, ...] | None = None
    cases: str = ""
    allocators: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Figure:
    """One arm of a case in one allocator's lane, or the toll of it: ns per operation.

    `status`: `ok`, or that of the launches without a time, and `contended`; `why` in words, also of launches that an
    `ok` figure lost. `lost`: their statuses. `estimate` and `ns_by_launch`: None and empty unless the status is `ok`.
    `iterations`: operations behind each launch's time. `allocs_per_op`, `bytes_per_op`: by the audit, None where it did
    not count; of a toll None.
    """

    case: CaseFacts
    arm: str
    allocator: str
    status: str
    why: str = ""
    lost: tuple[str, ...] = ()
    estimate: Estimate | None = None
    ns_by_launch: Mapping[int, float] = field(default_factory=dict)
    iterations: Mapping[int, int] = field(default_factory=dict)
    allocs_per_op: float | None = None
    bytes_per_op: float | None = None

    @property
    def name(self) -> str:
        """As in `boxed_value/interface/8 heap (glibc)`."""
        return f"{self.case.name} {self.arm} ({self.allocator})"


@dataclass(frozen=True)
class Results:
    """Figures in the order of cases, arms and allocators. `cases` are all of the run's, also those not asked for;
    `allocators` those of the figures."""

    facts: RunFacts
    build: str
    warnings: tuple[str, ...]
    cases: tuple[CaseFacts, ...]
    arms: tuple[str, ...]
    allocators: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def numbers(self) -> list[tuple[Figure, Estimate]]:
        """The figures that are numbers."""
        return [(figure, figure.estimate) for figure in self.figures if figure.estimate is not None]

    @property
    def gaps(self) -> list[Figure]:
        """The figures that are none."""
        return [figure for figure in self.figures if figure.estimate is None]

    def version(self, allocator: str) -> str | None:
        """The allocator's version as it says it; None where it does not."""
        return next((each.version for each in self.facts.allocators if each.name == allocator), None)


def results_of(run: Run, build: str, chosen: Chosen) -> Results:
    """What is chosen of one build's lanes. Which launches count: `heaptoll.summary`. Raises BadInput where something
    asked for is not there."""
    allocators = _allocators(run, build, chosen)
    cases = _cases(run, chosen)
    arms = _arms(run, build, chosen)
    found = summary.summarise(run, [case.name for case in cases], build)
    noted = _noted(run, build)
    figures = [
        figure
        for case in cases
        for arm in arms
        for allocator in allocators
        for figure in _figures(case, arm, allocator, found, noted)
    ]
    return Results(
        run.facts, build, run.warnings, tuple(run.cases()), arms, allocators, tuple(figures)
    )


def gap_words(figures: Iterable[Figure]) -> list[str]:
    """What is left out, a line per status and reason: "skipped: 8 figures: no such compiler; the first: …"."""
    alike: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        alike.setdefault((figure.status, figure.why), []).append(figure)
    return [
        f"{len(group)} {'figures' if len(group) > 1 else 'figure'} {why}"
        + (f"; the first: {group[0].name}" if len(group) > 1 else f": {group[0].name}")
        for (_, why), group in alike.items()
    ]


def _allocators(run: Run, build: str, chosen: Chosen) -> tuple[str, ...]:
    there = run.allocators(build)
    if chosen.allocators is None:
        return tuple(there)
    _all_there(run, chosen.allocators, there, "allocator")
    return tuple(name for name in there if name in chosen.allocators)


def _arms(run: Run, build: str, chosen: Chosen) -> tuple[str, ...]:
    there = [str(arm) for arm in run.rows["arm"][run.rows["build"] == build].unique()]
    if chosen.arms is None:
        return DEFAULT_ARMS
    _all_there(run, chosen.arms, [*there, TOLL], "arm")
    return tuple(dict.fromkeys(chosen.arms))


def _all_there(run: Run, asked: Sequence[str], there: Sequence[str], what: str) -> None:
    for name in asked:
        if name not in there:
            raise BadInput(
                run.folder, f"an {what} of the run", f"it has {', '.join(there)}", found=f"no {what} {quoted(name)}"
            )


def _cases(run: Run, chosen: Chosen) -> list[CaseFacts]:
    measured = set(run.rows["case"].unique())
    cases = [case for case in run.cases() if case.name in measured]
    matches = matcher(chosen.cases)
    kept = [case for case in cases if matches(case.name)]
    if not kept:
        raise BadInput(
            run.folder, "cases with rows" if not cases else f"a case whose name {quoted(chosen.cases)} matches",
            "measure again" if not cases else f"it has {len(cases)}, as {cases[0].name}", found="none",
        )  # fmt: skip
    return kept


@dataclass
class _Noted:
    """What stands beside the times in an arm's rows."""

    allocs_per_op: float | None = None
    bytes_per_op: float | None = None
    iterations: dict[int, int] = field(default_factory=dict)


def _noted(run: Run, build: str) -> dict[ArmKey, _Noted]:
    rows = run.rows[run.rows["build"] == build]
    operations = _operations(*(rows[name].to_numpy() for name in ("ops_per_slice", "quiet_slices", "slices")))
    columns = (rows["case"], rows["arm"], rows["allocator"], rows["launch"].tolist(), operations.tolist(),
               rows["allocs_per_op"].tolist(), rows["alloc_bytes_per_op"].tolist())  # fmt: skip
    found: dict[ArmKey, _Noted] = {}
    for case, arm, allocator, launch, iterations, allocs, size in zip(*columns):
        noted = found.setdefault(ArmKey(case, arm, allocator), _Noted())
        noted.iterations[launch] = int(iterations)
        if noted.allocs_per_op is None and allocs == allocs:
            noted.allocs_per_op = allocs
        if noted.bytes_per_op is None and size == size:
            noted.bytes_per_op = size
    return found


def _operations(per_slice: _Column, quiet: _Column, slices: _Column) -> _Column:
    """Operations behind a launch's median: of its quiet slices, or of all where none was quiet. At least 1; no more
    than fit a reader's whole number."""
    counted = np.where(np.nan_to_num(quiet) > 0, quiet, np.nan_to_num(slices))
    operations: _Column = np.clip(np.nan_to_num(per_slice) * counted, 1.0, 2.0**53)
    return operations


def _figures(
    case: CaseFacts, arm: str, allocator: str, found: Mapping[ArmKey, ArmResult], noted: Mapping[ArmKey, _Noted]
) -> Iterable[Figure]:
    """The figure; none where the case has no such arm."""
    if arm == TOLL:
        heap, stack = (found.get(ArmKey(case.name, each, allocator)) for each in ("heap", "stack"))
        if heap is not None and stack is not None:
            yield _toll(case, allocator, heap, stack)
        return
    result = found.get(ArmKey(case.name, arm, allocator))
    if result is None:
        return
    beside = noted.get(result.key, _Noted())
    status = _status(result)
    good = status == "ok"
    yield Figure(
        case, arm, allocator, status, _why(result), tuple(each.status for each in result.failures),
        result.estimate if good else None, result.ns_by_launch if good else {},
        {launch: beside.iterations[launch] for launch in result.ns_by_launch} if good else {},
        beside.allocs_per_op, beside.bytes_per_op,
    )  # fmt: skip


def _toll(case: CaseFacts, allocator: str, heap: ArmResult, stack: ArmResult) -> Figure:
    bad = {arm: result for arm, result in (("heap", heap), ("stack", stack)) if _status(result) != "ok"}
    if bad:
        status = min((_status(result) for result in bad.values()), key=_WORST_FIRST.index)
        why = "; ".join(f"{arm} {_why(result)}" for arm, result in bad.items())
        return Figure(case, TOLL, allocator, status, why)
    estimate = summary.toll(heap, stack)
    if estimate is None:
        return Figure(case, TOLL, allocator, "skipped", "no launch timed both heap and stack")
    both = sorted(heap.ns_by_launch.keys() & stack.ns_by_launch.keys())
    tolls = {launch: heap.ns_by_launch[launch] - stack.ns_by_launch[launch] for launch in both}
    return Figure(case, TOLL, allocator, "ok", estimate=estimate, ns_by_launch=tolls)


def _status(result: ArmResult) -> str:
    if result.contended:
        return "contended"
    if result.ns_by_launch:
        return "ok"
    return min((each.status for each in result.failures), key=_WORST_FIRST.index)


def _why(result: ArmResult) -> str:
    """"crashed 8 times: SIGSEGV"; launches of an arm that has a time all the same are counted alike."""
    said = ["contended in most launches: too few quiet slices"] if result.contended else []
    if result.contended_left_out:
        said.append(f"contended {_times(result.contended_left_out)}")
    for each in result.failures:
        said.append(f"{each.status} {_times(each.launches)}{f': {each.reason}' if each.reason else ''}")
    return "; ".join(said)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
