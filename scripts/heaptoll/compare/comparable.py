"""May these two sides be compared? Whatever differs that would look like a change of the code is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare.side import Fact, Side

WORDS = (
    "machine", "libc", "compiler", "flags", "profile", "engine", "allocators", "build-type", "platform", "pkg",
    "parallelism", "go",
)  # fmt: skip
_NOT_TOLD = "not told"


def parse_words(text: str) -> frozenset[str]:
    """The words of --allow, separated by commas. Raises ValueError, which lists them, for another word."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    for word in words:
        if word not in WORDS:
            near = get_close_matches(word, WORDS, 1)
            guess = f"did you mean {near[0]}? " if near else ""
            raise ValueError(f"{quoted(word)} is none of what may differ: {guess}{', '.join(WORDS)}")
    return frozenset(words)


def check(base: Side, head: Side, allowed: frozenset[str]) -> list[str]:
    """Warnings about what differs and may. Raises BadInput that names every difference that may not."""
    if base.kind != head.kind:
        raise BadInput(
            head.file, f"{base.kind}, as {base.file.name} is", "name two results of one kind", found=head.kind
        )
    found = list(differences(base.facts, head.facts))
    refused = [(fact, other) for fact, other in found if fact.word not in allowed]
    if refused:
        words = ",".join(dict.fromkeys(fact.word for fact, _ in refused))
        raise BadInput(
            head.file, f"what can be compared with {base.file}", f"to compare nevertheless: --allow {words}",
            found="; ".join(_said(fact, other) for fact, other in refused),
        )  # fmt: skip
    noted = [*found, *differences(base.notable, head.notable)]
    return [f"they differ in {_said(fact, other)}" for fact, other in noted]


def differences(base: Sequence[Fact], head: Sequence[Fact]) -> Iterable[tuple[Fact, str | None]]:
    """The facts of base that head has otherwise, with what head has. What only one side lists at all, as an allocator,
    is left out."""
    others = {(fact.word, fact.name): fact.value for fact in head}
    for fact in base:
        if (fact.word, fact.name) in others:
            other = others[fact.word, fact.name]
            if not _agree(fact, other):
                yield fact, other


def _agree(fact: Fact, other: str | None) -> bool:
    if fact.value == other:
        return True
    if not fact.tolerance or fact.value is None or other is None:
        return False
    one, two = float(fact.value), float(other)
    return abs(one - two) <= fact.tolerance * max(one, two)


def _said(fact: Fact, other: str | None) -> str:
    return f"{fact.name}: base {fact.value or _NOT_TOLD}, head {other or _NOT_TOLD}"
