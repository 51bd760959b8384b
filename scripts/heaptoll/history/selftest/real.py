"""Real runs of this machine, one after the other, of which the later ones have a slowdown planted: what noise is made of is
not for us to say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.gate.selftest.plants import planted, text_of
from heaptoll.gate.selftest.trial import PLANTED_ARM
from heaptoll.gate.selftest.workers import PLAIN, TARGET
from heaptoll.history.change.search import Change, Searched, search
from heaptoll.history.chart import draw
from heaptoll.history.chosen import Chosen
from heaptoll.history.record import TOLL
from heaptoll.history.store_source import Asked, store_source
from heaptoll.history.told import Told
from heaptoll.precision.programs import Programs, check_built
from heaptoll.verdict.zone import DeadZone

PLANTED_CASE = "returned_pointer/by_value/64"
PERCENT = 2.0
_CASES = (
    PLANTED_CASE, "returned_pointer/out_param/64", "returned_pointer/string/64", "boxed_value/interface/8",
    "captured_closure/counter/32", "lifetime/live/64/k64/random", "array_size/vla/8192/first", "array_size/zeroed/512/first",
)  # fmt: skip
_BEFORE = 2 / 3  # of the runs
_CLOSE = 2  # runs


@dataclass(frozen=True)
class RealRuns:
    """`planted`: series with the slowdown, heap arms and tolls of the case under every allocator; `found` of them show a
    change within two runs of it; `elsewhere`: all other changes in all `series`, `beyond_zone` of them beyond the dead zone.
    `refused`: runs that were too noisy to be stored."""

    runs: int
    percent: float
    refused: int
    series: int
    planted: int
    found: int
    elsewhere: int
    beyond_zone: int
    seconds: float


def measure(
    build: Path, scratch: Path, plots: Path, runs: int, false_alarms: float, say: Callable[[str], None]
) -> RealRuns:
    """So many runs, two thirds of them as they are and the rest with PERCENT more operations in the heap arm of one case.
    Draws their history below `plots`. `seconds` is left at 0. Raises BadInput where a program is missing or fails."""
    check_built(build)
    worker = build / PLAIN
    if not worker.is_file():
        raise BadInput(worker, "a built worker", f"build it: cmake --build {build} --target {TARGET}", found="no such file")
    programs, store = Programs(build, scratch / "results"), scratch / "history"
    flags = [f"--worker={worker}", "--profile=smoke", f"--benchmark_filter=^({'|'.join(_CASES)})$"]
    first, refused = round(_BEFORE * runs), 0
    first_planted = ""  # the id of the first run with the plant that is stored
    for number in range(runs):
        with planted(text_of([PLANTED_CASE], PERCENT, "*") if number >= first else ""):
            run = programs.run(flags)
        try:
            store_source(store, Chosen(), Asked(run.folder.resolve()))
            first_planted = first_planted or (run.facts.run_id if number >= first else "")
        except BadInput:
            refused += 1
        say(f"{number + 1} of {runs} real runs")
    source = store_source(store, Chosen(), Asked(None))
    found = search(source.series, false_alarms, DeadZone())
    draw(found, Told({"runs": f"{runs}, one after the other, {PERCENT:g} % planted in the last third"}), plots)
    return judged(found.searched, first_planted, runs, refused)


def judged(searched: Sequence[Searched], first_planted: str, runs: int, refused: int) -> RealRuns:
    """What was found where the run `first_planted` is the first that had the plant and is stored."""
    having = [each for each in searched if _is_planted(each)]
    found = sum(any(_is_the_plant(each, change, first_planted) for change in each.changes) for each in having)
    others = [
        change for each in searched for change in each.changes
        if not (_is_planted(each) and _is_the_plant(each, change, first_planted))
    ]  # fmt: skip
    beyond = sum(not change.in_zone for change in others)
    return RealRuns(runs, PERCENT, refused, len(searched), len(having), found, len(others), beyond, 0.0)


def _is_planted(searched: Searched) -> bool:
    name = searched.series.name
    return name.case == PLANTED_CASE and name.arm in (PLANTED_ARM, TOLL)


def _is_the_plant(searched: Searched, change: Change, first_planted: str) -> bool:
    series = searched.series
    ids = [series.run(i).name for i in range(len(series))]
    # A run in which this arm was contended has no point here: the plant begins with the first that has.
    at = next((i for i, each in enumerate(ids) if each >= first_planted), len(ids))
    return abs(change.at - at) <= _CLOSE
