"""Parts of sentences that several need: tolls with the allocators they are of, in the words that they support."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from heaptoll.report.words.evidence import Sign, Toll, by_sign
from heaptoll.report.words.numbers import ns_from_to
from heaptoll.report.words.sentence import Name, Number, Piece, listed, pieces

def lane(toll: Toll) -> tuple[Piece, ...]:
    """The allocator, marked where its times are in doubt."""
    doubt = [" (contended)"] if toll.contended else []
    return (Name(toll.allocator), *doubt)


def lanes(tolls: Iterable[Toll]) -> tuple[Piece, ...]:
    return listed(lane(toll) for toll in tolls)


def toll_range(tolls: Sequence[Toll]) -> Number:
    """From the smallest toll of one case to the largest, without their sign: `4.33 to 7.04 ns`."""
    least, *_, most = sorted([*tolls, *tolls], key=lambda toll: abs(toll.ns.value))
    text = ns_from_to(abs(least.ns.value), abs(most.ns.value))
    if least is most or least.in_ns(size=True).text == most.in_ns(size=True).text:
        return least.in_ns(size=True)
    of = f"smallest and largest toll of {least.case.name}, {least.allocator} and {most.allocator}"
    both = f"{least.allocator}: {least.in_ns().interval}; {most.allocator}: {most.in_ns().interval}"
    return Number(text, of, both, least.case.name)


def tolls_in_words(tolls: Sequence[Toll]) -> tuple[Piece, ...]:
    """`7.04 ns (26.0 core cycles) more with glibc, 4.91 ns (18.2) with jemalloc and 0.30 ns less with mine`: the signs
    that the intervals support. With an interval that holds 0 it is `the same, as far as can be told`."""
    signs = by_sign(tolls)
    parts = [_of(toll, word if first else "", first) for each, word in _WORDS for first, toll in _firsts(signs[each])]
    parts += [_alike(toll) for toll in signs[Sign.ALIKE]]
    unsure = signs[Sign.UNSURE]
    parts += [("about ", *_of(toll, f" {_direction(toll)}", False)) for toll in unsure]
    return pieces(*listed(parts), " (too few launches for an interval)" if unsure else "")


_WORDS = ((Sign.MORE, " more"), (Sign.LESS, " less"))


def _firsts(tolls: Sequence[Toll]) -> list[tuple[bool, Toll]]:
    """Each, with whether it is the first, which alone says the unit of cycles and the direction."""
    return [(not i, toll) for i, toll in enumerate(tolls)]


def _of(toll: Toll, word: str, in_full: bool) -> tuple[Piece, ...]:
    cycles = toll.in_cycles(size=True)
    if cycles and not in_full:
        cycles = replace(cycles, text=cycles.text.split()[0])
    bracket = pieces(" (", cycles, ")") if cycles and (in_full or toll.sign is not Sign.UNSURE) else pieces()
    return (toll.in_ns(size=True), *bracket, word, " with ", *lane(toll))


def _alike(toll: Toll) -> tuple[Piece, ...]:
    return ("the same, as far as can be told, with ", *lane(toll), " (", toll.in_ns(), ")")


def _direction(toll: Toll) -> str:
    return "less" if toll.ns.value < 0 else "more"
