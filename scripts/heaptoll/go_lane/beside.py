"""C and Go in one `Run`, so that whatever draws and summarises lanes can have Go as one more."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from heaptoll import columns
from heaptoll.go_lane.files import ARMS, COLLECTIONS
from heaptoll.go_lane.read import GoLane
from heaptoll.measurements import Run
from heaptoll.run_facts import Allocator, Git, RunFacts


def with_go(run: Run, build: str, lane: GoLane, lanes: tuple[str, ...] | None = None) -> Run:
    """Stack and heap of one build of the run, of the allocators in `lanes` only (all: None), and Go's rows as those of
    an allocator `go` of the same build. The cases are Go's."""
    ours = run.rows[run.rows["build"] == build]
    ours = ours[ours["arm"].isin(ARMS)]
    if lanes is not None:
        ours = ours[ours["allocator"].isin(lanes)]
    theirs = lane.rows.drop(columns=COLLECTIONS)
    names = {case.facts.name for case in lane.facts.cases}
    parts = [part[list(columns.ORDER)] for part in (ours[ours["case"].isin(names)], theirs)]
    words = {name: "object" for name in columns.WORDS}
    rows = pd.concat([part.astype(words) for part in parts], ignore_index=True)
    rows["build"] = build
    rows = rows.astype({name: "category" for name in columns.WORDS})
    shown = None if lanes is None else {*lanes}
    allocators = tuple(a for a in run.facts.allocators if shown is None or a.name in shown)
    facts = replace(
        run.facts,
        cases=tuple(case.facts for case in lane.facts.cases),
        allocators=(*allocators, Allocator("go", None, lane.facts.version.removeprefix("go"), None)),
    )
    if lanes == ():
        facts = _of_go(facts, lane)
    warnings = (*run.warnings, *lane.warnings, *lane.facts.origin.differences(run.facts))
    return replace(run, facts=facts, rows=rows, warnings=warnings)


def _of_go(facts: RunFacts, lane: GoLane) -> RunFacts:
    """Without what is C's only, where nothing of C is there."""
    origin = lane.facts.origin
    toolchain = replace(facts.toolchain, compiler=lane.facts.version, flags=None, libc=None)
    git = Git(origin.revision, bool(origin.dirty)) if origin.revision else facts.git
    return replace(facts, toolchain=toolchain, builds=(), git=git, measured_ghz=None, quiet_share=None)
