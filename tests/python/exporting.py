"""Results for tests of the exporters: of runs with and without trouble, and with names that mean harm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

import synthetic

from heaptoll import statistics
from heaptoll.export.results import Chosen, Figure, Results, results_of
from heaptoll.measurements import read_run
from heaptoll.run_facts import Allocator, CaseFacts, Git, Machine, RunFacts, Toolchain

HOSTILE = [
    "<script>alert(1)</script>", "=cmd()", "+1", "-1", "@SUM(A1)", "a|b", "a`b", "</details>", "a\nb", "a\rb", "a\tb",
    "a\x1b[31mb", "a\x00b", "../../etc/passwd", 'a"b', "a,b", "a'b", "a;b=c", "\ud800", "[x](http://example.org)",
    "_a_", "&amp;", "]]>", "\ufffe", "a b", "a\u2028b", "a\u00a0b", "-16", "arm=stack", "ns/op", "é", "Unit",
    "\\", "%2F", "branch",
]  # fmt: skip

MADE = [
    synthetic.Case("boxed_value/interface/8", 8, "", "stores a value behind an interface", ("inline",)),
    synthetic.Case("returned_pointer/chain/64/d2", 64, "depth=2", "hands the value up through 2 callers"),
    synthetic.Case("array_size/spill/64KiB/random", None, "threshold_kib=64;lengths=random", "spills at 64 KiB"),
]

Change = Callable[[synthetic.Row], "synthetic.Row | None"]


def results(
    folder: Path, change: Change = lambda row: row, *, launches: int = 8, chosen: Chosen = Chosen(), **facts: object
) -> Results:
    """Of a run of `MADE` with two allocators."""
    written = synthetic.write_run(
        folder, synthetic.ALLOCATORS[:2], made=MADE, launches=launches, change=change, **facts
    )
    return results_of(read_run(written), "gcc", chosen)


def hostile(name: str) -> Results:
    """Every word of others is `name`: of cases, parameters, allocators, versions, reasons and the machine."""
    case = CaseFacts(f"{name}/{name}/{name}", name, name, {name: name, "size": name}, 8, name, name)
    ns = dict(enumerate([7.25, 7.5, 7.0, 7.25, 7.3, 7.1, 7.2]))
    iterations = dict.fromkeys(ns, 1000)
    numbers = [
        Figure(case, arm, name, "ok", name, (), statistics.estimate(list(ns.values())), ns, iterations, 1.0, 64.0)
        for arm in ("stack", "heap", "toll")
    ]  # fmt: skip
    broken = Figure(case, "inline", name, "crashed", name, ("crashed",))
    arms = ("stack", "heap", "toll", "inline")
    return Results(facts_of(name), name, (name,), (case,), arms, (name,), (*numbers, broken))


def facts_of(name: str) -> RunFacts:
    """The facts of a run in which every word is `name`."""
    return RunFacts(
        name, datetime(2026, 1, 31, 12, tzinfo=timezone.utc), "complete", name, None, None, Git(name, True),
        Machine(name, 2, name, name, name), Toolchain(name, name, name, name), (Allocator(name, name, name, name),), (),
        3.0, 0.9, None, None, (name,),
    )  # fmt: skip
