"""What a run measured of Go, for the side that its C is."""

from __future__ import annotations

from heaptoll.bad_input import BadInput
from heaptoll.compare.side import Fact
from heaptoll.go_lane.read import GoFacts, GoLane, read_go
from heaptoll.measurements import Run

WORD = "go"


def lane_of(run: Run) -> tuple[GoLane | None, tuple[str, ...]]:
    """The lane, if the run has one, and what must be said of it. One that cannot be read is left out: C can be compared
    all the same."""
    try:
        lane = read_go(run.folder, run.facts.run_id)
    except BadInput as error:
        return None, (f"Go is left out: {error}",)
    return lane, () if lane is None else (*lane.warnings, *lane.facts.origin.differences(run.facts))


def facts_of(facts: GoFacts) -> tuple[Fact, ...]:
    settings = " ".join(f"{name}={value}" for name, value in sorted(facts.settings.items()))
    return (
        Fact(WORD, "Go", facts.version),
        Fact(WORD, "settings of Go", settings),
        Fact("profile", "profile of Go", facts.profile),
    )
