"""How far a run can be trusted: was the core its own, and does the same code take the same time?"""

from __future__ import annotations

from matplotlib.figure import Figure

from heaptoll.charts.chart import Chart, NotEnoughData
from heaptoll.charts.dumbbell_rows import SHORT_INTERVAL
from heaptoll.charts.frame import draw_framed
from heaptoll.charts.gaps import describe_short_intervals
from heaptoll.charts.page import Page
from heaptoll.charts.quality_farthest import farthest, farthest_section
from heaptoll.charts.quality_lanes import EXPLAINS
from heaptoll.charts.quality_pairs import pairs_section
from heaptoll.charts.quality_precision import precision_section, spreads
from heaptoll.charts.quality_quiet import quiet_section
from heaptoll.charts.section import Section
from heaptoll.charts.theme import Theme, in_order
from heaptoll.measurements import Run
from heaptoll.precision.of_run import precision_of_run
from heaptoll.self_check import SelfCheck, self_check

QUESTION = "How far can this run be trusted?"
_SUBTITLE = (
    "The other charts compare lanes. How far lanes differ where they should not differ at all bounds what can be read "
    "from those charts; and a lane can tell nothing while somebody else uses its core."
)
_NOT_INDEPENDENT = "With more than two lanes the pairs share lanes, so that one odd lane makes several odd pairs."


def _compose(run: Run, build: str, theme: Theme) -> Figure:
    check = self_check(run, build)
    if not any(launch.slices for launch in check.launches):
        raise NotEnoughData("no slice was timed; measurements.csv says why")
    allocators = in_order(run.allocators(build))
    beside = precision_of_run(run)
    sections = [quiet_section(run, check), pairs_section(check, allocators, lockstep=run.facts.engine != "gbench")]
    shown = farthest(check)
    if shown:
        sections.append(farthest_section(shown))
    if beside.found is not None and (rows := spreads(beside.found)):
        sections.append(precision_section(beside.found, rows))
    notes = [*_notes(check, len(allocators)), *beside.told]
    notes += describe_short_intervals([pair.estimate for pair in shown], SHORT_INTERVAL)
    return draw_framed(
        run, build, theme, question=QUESTION, shows=_SUBTITLE, notes=notes,
        height=sum(section.height for section in sections),
        body=lambda page, top: _draw_body(page, top, sections),
    )  # fmt: skip


CHART = Chart("quality", QUESTION, _compose)


def _notes(check: SelfCheck, lanes: int) -> list[str]:
    notes = [EXPLAINS] if check.pairs else []
    if lanes > 2 and check.pairs:
        notes.append(_NOT_INDEPENDENT)
    if hollow := sum(pair.contended for pair in check.pairs):
        notes.append(
            f"Contended, the core was shared while they ran: {hollow} of {len(check.pairs)} pairs of lanes; the marks "
            "of those are hollow."
        )
    return notes


def _draw_body(page: Page, top: float, sections: list[Section]) -> None:
    for section in sections:
        section.draw(page, top)
        top += section.height
