"""The answer as Markdown, for a README or an issue."""

from __future__ import annotations

from collections.abc import Iterable

from heaptoll.escapes import markdown_text
from heaptoll.report.words.answer import Answer
from heaptoll.report.words.sentence import Piece


def as_markdown(answer: Answer, *, warnings: Iterable[str] = (), numbers: bool = False) -> str:
    """Warnings first, then the machine, then a list of sentences. `numbers`: and a table of what stands behind each."""
    lines = [f"**{markdown_text(warning)}**\n" for warning in warnings]
    lines += [_text(answer.machine), ""]
    lines += [f"- **{_text(each.head)}** {_text(each.pieces)}" for each in answer.sentences]
    if answer.go:
        lines += ["", markdown_text(answer.go)]
    if answer.silences:
        told = "; ".join(markdown_text(f"{each.about} ({each.why})") for each in answer.silences)
        lines += ["", f"Not told: {told}."]
    if numbers:
        lines += ["", "| number | of | how sure |", "|---|---|---|"]
        lines += [f"| {' | '.join(map(markdown_text, (n.text, n.of, n.interval)))} |" for n in answer.numbers]
    return "\n".join(lines) + "\n"


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else markdown_text(piece.text) for piece in pieces)
