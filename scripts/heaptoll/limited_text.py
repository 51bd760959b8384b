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
        self._refused = 0

    def add(self, piece: str) -> None:
        self._left -= _size(piece)
        self._pieces.append(piece)

    def begins(self, section: str) -> bool:
        """Adds the beginning of a section if it fits; the end says how many sections did not."""
        if self._fits(section):
            self.add(section)
            return True
        self._refused += 1
        return False

    def add_each(self, pieces: Iterable[str], number: int, what: str) -> None:
        """Adds pieces until one does not fit, then says how many of the `number` are left out."""
        for done, piece in enumerate(pieces):
            if not self._fits(piece):
                self._pieces.append(f"\n{number - done} {what} are left out: they do not fit\n")
                self._left = 0
                return
            self.add(piece)

    def text(self) -> str:
        missing = [f"\n{self._refused} sections are left out: they do not fit\n"] if self._refused else []
        return "".join([*self._pieces, *missing])

    def _fits(self, piece: str) -> bool:
        return _size(piece) <= self._left


def _size(piece: str) -> int:
    return len(piece.encode("utf-8", "backslashreplace"))
