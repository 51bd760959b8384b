"""What was measured beside the run, on the same machine: files that lie in its folder."""

from __future__ import annotations

import math
from dataclasses import dataclass

from heaptoll.bad_input import BadInput
from heaptoll.command_line import read_measured
from heaptoll.gate.selftest.asked import ASKED
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.measurements import Run
from heaptoll.precision.figures import Precision, median
from heaptoll.precision.of_run import machine_words, precision_of_run
from heaptoll.truth.figures import Truth
from heaptoll.truth.judge import CYCLES_BOUND_PERCENT, judge_cycles

SELFTEST = "gate-selftest.json"
TRUTH, TRUTH_TEXT = "truth.json", "truth.md"
_TRUTH_IS = "Work whose cost the architecture fixes, measured in core cycles and against Google Benchmark"
_AGAIN = "measure again, or take it out of the folder"


@dataclass(frozen=True)
class Table:
    """A table with a sentence above it and notes below. `sentence` may be all there is."""

    sentence: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    text: str = ""  # Markdown, to be shown as it is


def precision(run: Run) -> Table | None:
    """None where nothing of the kind lies there. Raises BadInput for a damaged file, as the next two do."""
    beside = precision_of_run(run)
    found = beside.found
    if found is None:
        return Table(" ".join(beside.told)) if beside.told else None
    rows = [
        (f"{arm}, {name} per operation", *(_variation(found, engine, arm, unit) for engine in ("lockstep", "gbench")))
        for arm in ("heap", "stack") for unit, name in (("ns", "ns"), ("cycles", "core cycles"))
    ]  # fmt: skip
    apart = found.identical_deviations_percent()
    if apart:
        spread = f"{median(apart):.2f} %, worst {max(apart):.2f} %"
        rows.append(("two identical lanes: how far their ratio is from 1", spread, "–"))
    ours = [each for each in found.repeated if each.engine == "lockstep" and each.unit == "ns"]
    refused, tried = sum(r.unusable for r in ours), sum(r.unusable + len(r.results) for r in ours)
    rows.append(("results that were too noisy to use, and said so", f"{refused} of {tried}", "cannot tell"))
    return Table(
        f"The same cases {found.repetitions} times with each engine, in turn, {found.seconds_per_result:g} s each. How "
        "far the results differ (coefficient of variation): of the median case, and of the worst.",
        ("", "Heaptoll", "Google Benchmark"), tuple(rows), beside.told,
    )  # fmt: skip


def _variation(found: Precision, engine: str, arm: str, unit: str) -> str:
    values = [value for value in found.variations(engine, arm, unit) if not math.isnan(value)]
    return f"{median(values):.2f} %, worst {max(values):.2f} %" if values else "does not tell"


def selftest(run: Run) -> Table | None:
    path = run.folder / SELFTEST
    if not path.exists():
        return None
    found = read_measured(path, Selftest.from_json, SELFTEST, _AGAIN)
    if found.machine != machine_words(run.facts.machine):
        return Table(f"{SELFTEST} not used: it is of {found.machine or 'an unknown machine'}.")
    rows = tuple(
        (each.what, str(each.share(found.trials)), each.text, each.answer(found.trials).value)
        for each in ASKED if each.share(found.trials).of
    )  # fmt: skip
    return Table(
        f"What the gate finds of slowdowns that were planted, and what it finds where nothing was: {len(found.trials)} "
        f"gates in random order ({found.date}, commit {found.short_revision}).",
        ("shown to the gate", "found (95 % interval)", "asked", "reached"), rows, tuple(found.notes),
    )  # fmt: skip


def truth(run: Run) -> Table | None:
    """truth.json in words; of an older folder, that has only truth.md, the text."""
    path = run.folder / TRUTH
    if not path.exists():
        return _truth_text(run)
    found = read_measured(path, Truth.from_json, TRUTH, _AGAIN)
    if found.machine != machine_words(run.facts.machine):
        return Table(f"{TRUTH} not used: it is of {found.machine or 'an unknown machine'}.")
    judged = [each for each in judge_cycles(found) if not math.isnan(each.deviation_percent)]
    if not judged:
        return Table("Work of known cost was measured, and is not judged on this kind of core.")
    worst = max(judged, key=lambda each: abs(each.deviation_percent))
    near = sum(abs(each.deviation_percent) <= CYCLES_BOUND_PERCENT for each in judged)
    return Table(
        f"{_TRUTH_IS}: {near} of {len(judged)} figures are within {CYCLES_BOUND_PERCENT:g} % of it; the farthest is "
        f"{worst.case}, {worst.arm}, {worst.deviation_percent:+.2f} %.",
    )


def _truth_text(run: Run) -> Table | None:
    path = run.folder / TRUTH_TEXT
    if not path.exists():
        return None
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(path, "a text that `make truth` wrote", _AGAIN, found=str(error)) from error
    first = text.split("\n", 1)[0]
    if machine_words(run.facts.machine) not in first:
        return Table(f"{TRUTH_TEXT} not used: it is of another machine.")
    return Table(f"{_TRUTH_IS}.", text=text)
