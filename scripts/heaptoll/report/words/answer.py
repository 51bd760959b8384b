"""All sentences of a run, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heaptoll.report.dataset import Measured
from heaptoll.report.go_words import how_they_compare
from heaptoll.report.words import (
    cheapest, dearer_stack, gaps, go_beside_c, go_live_heap, jumps, machine, many_blocks, page_faults,
    returned_pointer, small_blocks, use,
)  # fmt: skip
from heaptoll.report.words.evidence import Evidence
from heaptoll.report.words.lead import Lead, lead
from heaptoll.report.words.sentence import Number, Piece, Sentence, Silence, plain

_RULES: tuple[Callable[[Evidence], Sentence | Silence | None], ...] = (
    returned_pointer.sentence,
    small_blocks.sentence,
    cheapest.sentence,
    jumps.sentence,
    many_blocks.sentence,
    use.sentence,
    page_faults.sentence,
    dearer_stack.sentence,
    go_beside_c.sentence,
    go_live_heap.sentence,
    gaps.sentence,
    gaps.of_go,
)


@dataclass(frozen=True)
class Answer:
    """`machine`: what was measured on what. `lead`: the toll of one small block. `silences`: what the run does not
    tell. `go`: how its sentences on Go are to be taken, empty where it has none."""

    machine: tuple[Piece, ...]
    lead: Lead | None
    sentences: tuple[Sentence, ...]
    silences: tuple[Silence, ...]
    go: str = ""

    @property
    def numbers(self) -> list[Number]:
        """What stands behind all sentences, each once."""
        return list(dict.fromkeys(number for each in self.sentences for number in each.numbers))


def answer(measured: Measured) -> Answer:
    evidence = Evidence(measured)
    told = [rule(evidence) for rule in _RULES]
    return Answer(
        machine.line(measured),
        lead(evidence),
        tuple(each for each in told if isinstance(each, Sentence)),
        tuple(each for each in told if isinstance(each, Silence)),
        how_they_compare(measured, measured.go) if measured.go else "",
    )


def go_in_short(measured: Measured) -> str:
    """What Go costs beside C, for the end of `make bench`; empty where there is nothing to say."""
    return plain(go_beside_c.in_short(Evidence(measured)))
