"""The answer as Markdown, for a README or an issue: every number's interval stands in a footnote-like list below."""

from __future__ import annotations

from collections.abc import Iterable

from heaptoll.escapes import markdown_text
from heaptoll.report.words.answer import Answer
from heaptoll.report.words.sentence import Number, Piece


def as_markdown(answer: Answer, *, warnings: Iterable[str] = (), numbers: bool = False) -> str:
    """Warnings first, then the machine, then a list of sentences. `numbers`: and a table with what stands behind each."""
    lines = [f"**{markdown_text(warning)}**\n" for warning in warnings]
    lines += [_text(answer.machine), ""]
    lines += [f"- **{_text(each.head)}** {_text(each.pieces)}" for each in answer.sentences]
    if answer.silences:
        told = "; ".join(markdown_text(f"{each.about} ({each.why})") for each in answer.silences)
        lines += ["", f"Not told: {told}."]
    if numbers:
        lines += ["", "| number | of | how sure |", "|---|---|---|"]
        lines += [f"| {' | '.join(_cell(word) for word in (n.text, n.of, n.interval))} |" for n in _numbers(answer)]
    return "\n".join(lines) + "\n"


def _numbers(answer: Answer) -> list[Number]:
    return list(dict.fromkeys(number for each in answer.sentences for number in each.numbers))


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else markdown_text(piece.text) for piece in pieces)


def _cell(text: str) -> str:
    return markdown_text(text)
