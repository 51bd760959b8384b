"""Finds the C behind an arm: where it is defined, the functions of its file that it reaches, the macros these use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from heaptoll.case_code.c_text import CText, Span
from heaptoll.case_code.code import Excerpt
from heaptoll.case_code.names import Match, matching

_WORD = re.compile(r"\w+(?:\s*##\s*\w+)*")


@dataclass(frozen=True)
class _Found:
    """Definitions of one kind, and what was looked for among them, by symbol."""

    spans: tuple[Span, ...]
    matches: dict[str, list[Match]] = field(default_factory=dict)


class Definitions:
    """One source file's definitions, by the symbols that they make."""

    def __init__(self, text: CText) -> None:
        self.text = text
        self._macros = {span.name: span for span in text.macros}
        self._parameters = {
            span: frozenset(re.findall(r"\w+", _head(text, macro)) if (macro := text.macro_around(span.at)) else ())
            for span in (*text.arms, *text.functions, *text.macros)
        }
        self._arms = _Found(text.arms)
        self._functions = _Found(text.functions)

    def arm(self, symbol: str, line: int | None) -> Match | None:
        """The HT_ARM that made the loop `symbol`, or the function of that name where it was made without; `line` is
        where debug information has it. None when there is none to which that line leads."""
        arms = self._all(self._arms, symbol)
        return self._made_in(arms, line) if arms else self.function(symbol, line)

    def belies(self, symbol: str, line: int | None) -> bool:
        """Does it have an HT_ARM for the loop `symbol`, but not where debug information has it? Then this is not the
        text that was compiled."""
        arms = self._all(self._arms, symbol)
        return bool(arms) and self._made_in(arms, line) is None

    def function(self, symbol: str, line: int | None) -> Match | None:
        """The function of that name; None when it is none of this file. `line` chooses where there are several."""
        found = self._all(self._functions, symbol)
        made = self._made_in(found, line)
        # One whose name is all parameter fits everything: without its line that says nothing.
        return made or next((match for match in found if match.spelled), None)

    def macros_used(self, spans: Iterable[Span], where: Mapping[str, str]) -> list[Span]:
        """The file's own macros that these definitions use, and those that these use, in the order of the file.

        `where`: what the names in a macro's name stand for, as far as that is known.
        """
        given = list(spans)
        found: dict[str, Span] = {}
        queue = list(given)
        for span in queue:
            for name in self._macros_named_in(span, where):
                macro = self._macros[name]
                if name not in found and not any(macro.start <= one.start < macro.end for one in given):
                    found[name] = macro
                    queue.append(macro)
        return sorted(found.values(), key=lambda one: one.start)

    def excerpt(self, span: Span) -> Excerpt:
        return Excerpt(self.text.file, self.text.line_number(span.start), self.text.cut(span))

    def _all(self, found: _Found, symbol: str) -> list[Match]:
        if symbol not in found.matches:
            found.matches[symbol] = matching(symbol, found.spans, self._parameters)
        return found.matches[symbol]

    def _made_in(self, matches: Iterable[Match], line: int | None) -> Match | None:
        made = (match for match in matches if line is not None and self._comes_from(match.span, line))
        return next((replace(match, where=self._given(match, line or 0)) for match in made), None)

    def _given(self, match: Match, line: int) -> tuple[tuple[str, str], ...]:
        """What the parameters of the macro around a definition stand for: all, where that line uses this very macro
        and fits; else those in the definition's name."""
        around, at = self.text.macro_around(match.span.at), self.text.line_span(line)
        if around is None or at is None:
            return match.where
        names = re.findall(r"\w+", _head(self.text, around))
        for used in re.finditer(rf"\b{around.name}\s*\(([^()]*)\)", self.text.code[at[0] : at[1]]):
            given = dict(zip(names, map(str.strip, used[1].split(","))))
            if len(given) == len(names) == used[1].count(",") + 1 and set(match.where) <= set(given.items()):
                return tuple(given.items())
        return match.where

    def _comes_from(self, span: Span, line: int) -> bool:
        """Is that line part of the definition, or does it use a macro that leads to it?"""
        at = self.text.line_span(line)
        if at is None:
            return False
        around = self.text.macro_around(span.at)
        if around is None:
            return span.start <= at[1] and at[0] <= span.end
        return around.name in self._reached_from(_WORD.findall(self.text.code[at[0] : at[1]]))

    def _reached_from(self, words: Iterable[str]) -> set[str]:
        """The macros that these words are, and all whose names stand in those."""
        queue = [word for word in dict.fromkeys(words) if word in self._macros]
        for name in queue:
            queue += [word for word in self._words_of(name) if word not in queue]
        return set(queue)

    def _words_of(self, macro: str) -> list[str]:
        span = self._macros[macro]
        words = _WORD.findall(self.text.code[span.start : span.end])
        return [word for word in dict.fromkeys(words) if word in self._macros]

    def _macros_named_in(self, span: Span, where: Mapping[str, str]) -> Iterator[str]:
        for word in dict.fromkeys(_WORD.findall(self.text.code[span.at : span.end])):
            if "##" not in word:
                if word in self._macros:
                    yield word
                continue
            parts = re.split(r"\s*##\s*", word)
            made = "".join(where.get(part, part) for part in parts)
            if made in self._macros:
                yield made


def _head(text: CText, macro: Span) -> str:
    """What stands in the brackets behind a macro's name; empty where there are none."""
    parameters = re.compile(r"\w+(\([^)]*\))?").match(text.code, macro.at)
    return parameters[1] or "" if parameters else ""
