"""The source lines that debug information names: where they are, in the project's own terms, and what they say."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from heaptoll.codegen.instructions import SourceLine

PROJECT = Path(__file__).resolve().parents[3]


class SourceLines(Protocol):
    """`place`: file and line, relative to the project for files in it. `text`: the line; "" when it is not there."""

    def place(self, source: SourceLine) -> str: ...

    def text(self, source: SourceLine) -> str: ...


class LinesOnDisk:
    """The files that debug information names, as they are now."""

    def place(self, source: SourceLine) -> str:
        try:
            return f"{source.file.relative_to(PROJECT)}:{source.line}"
        except ValueError:
            return f"{source.file}:{source.line}"

    def text(self, source: SourceLine) -> str:
        lines = _lines_of(source.file)
        return lines[source.line - 1].strip() if 0 < source.line <= len(lines) else ""


@lru_cache(maxsize=64)
def _lines_of(file: Path) -> tuple[str, ...]:
    """A source file's lines; none when it is not there any more."""
    try:
        return tuple(file.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return ()
