"""The words of the field, as the page explains them: a glossary, and a line at the foot of every page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """`short` fits beside the word, as a title; `more` follows it in the glossary. `anchor`: the part of the method
    page that says it at length, if one does."""

    word: str
    short: str
    more: str = ""
    anchor: str | None = None
    at_foot: bool = True

    @property
    def id(self) -> str:
        return f"term-{self.word.replace(' ', '-')}"


TERMS = (
    Term("toll", "what the heap adds: heap ns per operation minus stack ns per operation",
         "Made launch by launch, then the median. Below 0 the heap is the faster side.", "toll"),
    Term("quiet", "a slice of time during which the core was ours alone",
         "A probe before and after each slice decides that, never the measured value.", "quiet"),
    Term("launch", "fresh processes with a fresh random memory layout, and some rounds measured in them",
         "The unit of inference: one launch is one value, and intervals are over launches.", "launches"),
    Term("lane", "one process configuration: a build and an allocator",
         "All lanes of a case run side by side, slice by slice.", "lockstep"),
    Term("arm", "one way to do a case's work: null, stack, heap; in some cases arena, pool, inline or hybrid",
         "null makes the same calls and allocates nothing. Only where the memory is differs between arms.", "work"),
    Term("contended", "timed among noise: too few slices were quiet, so that the times are over all of them",
         "Shown all the same, with hollow marks, and never used for a claim.", "contended"),
    Term("dishonest", "an arm that takes other blocks or bytes than its case declares, or does other work",
         "It is found before anything is timed, and has no times.", "audit"),
    Term("slice", "one timed block of operations of one arm in one lane, some 75 µs", "", "lockstep", at_foot=False),
    Term("round", "one slice of every arm in every lane, in random order", "", "lockstep", at_foot=False),
    Term("case", "one scenario, variant and point: returned_pointer/by_value/64",
         "A scenario is a way in which a value escapes from the function that makes it.", at_foot=False),
    Term("core cycles", "nanoseconds times the clock that the core had at that moment",
         "They do not follow the clock's ups and downs.", "cycles", at_foot=False),
    Term("interval", "where the median of all possible launches lies, with 95 % confidence",
         "From order statistics, which assume nothing of the distribution.", "interval", at_foot=False),
    Term("skipped", "not measured, because this build, allocator or machine cannot have it; the reason is told",
         "", "contended", at_foot=False),
)  # fmt: skip
