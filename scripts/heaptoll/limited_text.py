"""Markdown of at most so many bytes."""

from __future__ import annotations

from collections.abc import Iterable

# GitHub refuses a step summary of more than 1 MiB; other text may stand before and after.
LARGEST_BYTES = 1_000_000

# So many bytes are kept for what ends a text that ran out of room: closing tags, and how much is left out.
KEPT_FOR_ENDS = 2000


class LimitedText:
    """Text that takes lines only as long as they fit."""

    def __init__(self, left: int) -> None:
        self._left = left
        self._pieces: list[str] = []

    def add(self, piece: str) -> None:
        self._left -= len(piece.encode("utf-8", "backslashreplace"))
        self._pieces.append(piece)

    def add_each(self, pieces: Iterable[str], number: int, what: str) -> None:
        """Adds pieces until one does not fit, then says how many of the `number` are left out."""
        for done, piece in enumerate(pieces):
            if len(piece.encode("utf-8", "backslashreplace")) > self._left:
                self._pieces.append(f"\n{number - done} {what} are left out: they do not fit\n")
                self._left = 0
                return
            self.add(piece)

    def text(self) -> str:
        return "".join(self._pieces)
