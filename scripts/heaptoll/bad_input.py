"""The one exception for input that cannot be read or used as it is."""

from __future__ import annotations

from pathlib import Path

_LONGEST_QUOTE = 60


class BadInput(Exception):
    """Says where the input is wrong, what was expected there, and what to do about it.

    The message is one line, whatever the input held, so that a command can print it as it is.
    `line` counts from 1. `column` is a column's name, or a position within the line where there is no
    name to give. `key` is the path to a value in a JSON file. `found` is in words; what the input itself
    said goes through `quoted` first.
    """

    def __init__(
        self,
        file: Path | str,
        expected: str,
        advice: str,
        *,
        line: int | None = None,
        column: str | None = None,
        key: str | None = None,
        found: str | None = None,
    ) -> None:
        self.file = str(file)
        self.expected = expected
        self.advice = advice
        self.line = line
        self.column = column
        self.key = key
        self.found = found
        where = _one_line(self.file)
        if line is not None:
            where += f", line {line}"
        if column is not None:
            where += f", column {_one_line(column)}"
        if key is not None:
            where += f", key {_one_line(key)}"
        what = f"expected {_one_line(expected)}"
        if found is not None:
            what += f", found {_one_line(found)}"
        super().__init__(f"{where}: {what}; {_one_line(advice)}")


class TooNoisy(BadInput):
    """Nothing is wrong with the input but that the machine was too noisy when it was measured."""


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def quoted(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """What the input said, shortened to `longest` characters, in quotes, or the word "nothing" when it said nothing."""
    if not text:
        return "nothing"
    if len(text) > longest:
        text = text[:longest] + "…"
    return repr(text)
