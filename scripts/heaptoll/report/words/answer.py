"""All sentences of a run, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heaptoll.report.dataset import Measured
from heaptoll.report.words import (
    cheapest, dearer_stack, gaps, jumps, machine, many_blocks, page_faults, returned_pointer, small_blocks, use,
)  # fmt: skip
from heaptoll.report.words.evidence import Evidence
from heaptoll.report.words.lead import Lead, lead
from heaptoll.report.words.sentence import Number, Piece, Sentence, Silence

_RULES: tuple[Callable[[Evidence], Sentence | Silence | None], ...] = (
    returned_pointer.sentence,
    small_blocks.sentence,
    cheapest.sentence,
    jumps.sentence,
    many_blocks.sentence,
    use.sentence,
    page_faults.sentence,
    dearer_stack.sentence,
    gaps.sentence,
)


@dataclass(frozen=True)
class Answer:
    """`machine`: what was measured on what. `lead`: the toll of one small block. `silences`: what the run does not
    tell."""

    machine: tuple[Piece, ...]
    lead: Lead | None
    sentences: tuple[Sentence, ...]
    silences: tuple[Silence, ...]

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
    )
