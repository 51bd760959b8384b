"""C and Go side by side: the same pairs, stack and heap, in the same scenarios."""

from __future__ import annotations

from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData, NothingOfTheKind
from heaptoll.charts.dumbbell import Section, draw_dumbbells
from heaptoll.charts.theme import Theme, in_order
from heaptoll.go_lane.beside import with_go
from heaptoll.go_lane.read import GoFacts, GoLane, read_go
from heaptoll.measurements import Run
from heaptoll.run_facts import CaseFacts

QUESTION = "What does the heap cost in Go, beside C?"
NOTHING = "the run has nothing of Go: install go, and `make bench` measures it too, or scripts/go_bench.py RUN_DIR"
_SHOWS = (
    "Time per operation of the same work in C, with malloc and free of {lane}, and in Go, whose heap is paid for when "
    "a block is made and again when the collector looks for it: both are in the time."
)
_DIFFERENCES = (
    "Go sets every variable to zero before it is used, on the stack too; C does not. It copies what it boxes and what "
    "it returns by value. Of the cases of C those are shown that Go has."
)


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    lane = lane_of(run)
    cases = [case.facts for case in lane.facts.cases if case.usual]
    if not cases:
        raise NotEnoughData("the run has only cases with a live heap of Go; measure with a wider FILTER")
    beside = in_order(run.allocators(build))[0]
    both = with_go(run, build, lane, (beside,))
    questions = {case.scenario: case.question for case in run.cases() if case.question}
    scenarios = list(dict.fromkeys(case.scenario for case in cases))
    sections = [Section(each, questions.get(each), _of(cases, each)) for each in scenarios]
    return draw_dumbbells(
        both, build, theme, sections, question=QUESTION, shows=_SHOWS.format(lane=beside),
        notes=[_DIFFERENCES, how_go_ran(lane.facts)],
    )  # fmt: skip


CHART = Chart("go", QUESTION, _compose)


def lane_of(run: Run) -> GoLane:
    """The run's lane Go. Raises NothingOfTheKind, BadInput."""
    lane = read_go(run.folder, run.facts.run_id)
    if lane is None:
        raise NothingOfTheKind(NOTHING)
    return lane


def how_go_ran(facts: GoFacts) -> str:
    """A sentence on how Go's processes were run."""
    settings = ", ".join(f"{name}={value}" for name, value in facts.settings.items())
    quiet = f", {facts.quiet_share:.0%} of slices quiet" if facts.quiet_share is not None else ""
    return (
        f"Go: {facts.version} ({settings}), GOMAXPROCS={facts.gomaxprocs} on one CPU, GOGC=100 unless said otherwise, "
        f"memory limit {facts.memory_limit_bytes >> 20} MiB{quiet}. Slices of the heap end with a collection."
    )


def _of(cases: list[CaseFacts], scenario: str) -> list[CaseFacts]:
    return [case for case in cases if case.scenario == scenario]
