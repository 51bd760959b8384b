"""A C file as characters: what is code in it, which directives and definitions it has, and what is between braces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

_NOT_CODE = re.compile(r'//(?:\\\n|[^\n])*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
_DEFINE = re.compile(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?", re.MULTILINE)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
_PASTED_NAME = r"\w+(?:\s*##\s*\w+)*"
_ARM = re.compile(rf"\bHT_ARM\s*\(\s*((?:##\s*)?{_PASTED_NAME})\s*\)\s*\{{")
_CALL_SHAPED = re.compile(rf"(?<![\w#])({_PASTED_NAME})\s*\(")
_AFTER_TYPE = re.compile(r"[\w*)]\s+$|\*$")
_NO_FUNCTIONS = frozenset("if for while switch return sizeof HT_ARM __attribute__ __asm__ defined".split())
_WITHOUT_BACKSLASH = re.compile(r"[ \t]*\\?[ \t]*$")
_INVOCATION = re.compile(r"(?!__attribute__)\w+\s*\([^;{}()]*\)[ \t]*\n\s*")
_PAIRS = {"(": ")", "{": "}"}


@dataclass(frozen=True)
class Span:
    """A definition: `name` may be put together with ##. Offsets into the text; `at` is where its name stands."""

    name: str
    start: int
    end: int
    at: int


class CText:
    """One file. `code` has the same offsets as `text`: comments, strings and backslashes at line ends are blanks."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        blank = _NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
        self.code = re.sub(r"\\(?=\n)", " ", blank)

    @cached_property
    def macros(self) -> tuple[Span, ...]:
        """Every #define, to the end of its last line."""
        found = []
        for each in _DEFINE.finditer(self._with_continuations):
            end = _DIRECTIVE.match(self._with_continuations, each.start())
            found.append(Span(each[1], each.start(), end.end() if end else each.end(), each.start(1)))
        return tuple(found)

    @cached_property
    def arms(self) -> tuple[Span, ...]:
        return tuple(
            Span(each[1], each.start(), end, each.start(1))
            for each in _ARM.finditer(self.code)
            if (end := self._end_of_pair(each.end() - 1)) is not None
        )

    @cached_property
    def functions(self) -> tuple[Span, ...]:
        """All that have a body here, in macros too."""
        return tuple(span for each in _CALL_SHAPED.finditer(self.code) if (span := self._function(each)))

    def macro_around(self, offset: int) -> Span | None:
        """The #define in whose replacement it stands."""
        return next((one for one in self.macros if one.start < offset < one.end), None)

    def line_number(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    def line_span(self, number: int) -> tuple[int, int] | None:
        """Where line `number` begins and ends; None where the file has no such line."""
        if not 0 < number <= len(self._line_starts):
            return None
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return start, len(self.text) if end < 0 else end

    def cut(self, span: Span) -> str:
        """The definition's own lines, as if it began in the first column."""
        first, *rest = (_WITHOUT_BACKSLASH.sub("", line) for line in self.text[span.start : span.end].split("\n"))
        indent = _indent(rest[-1]) if rest and rest[-1].lstrip().startswith("}") and not first.startswith("#") else 0
        return "\n".join([first, *(line[min(indent, _indent(line)) :] for line in rest)])

    @cached_property
    def _with_continuations(self) -> str:
        blank = _NOT_CODE.sub(lambda found: re.sub(r"[^\n\\]", " ", found[0]), self.text)
        return re.sub(r"\\(?!\n)", " ", blank)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(each.end() for each in re.finditer("\n", self.text))]

    def _end_of_pair(self, opening: int) -> int | None:
        """The offset behind what closes the bracket at `opening`; None where nothing does."""
        opens = self.code[opening]
        closes, depth = _PAIRS[opens], 0
        for each in re.compile(f"[{re.escape(opens + closes)}]").finditer(self.code, opening):
            depth += 1 if each[0] == opens else -1
            if depth == 0:
                return each.end()
        return None

    def _function(self, named: re.Match[str]) -> Span | None:
        if named[1] in _NO_FUNCTIONS or not _AFTER_TYPE.search(self.code[max(0, named.start() - 8) : named.start()]):
            return None
        closed = self._end_of_pair(named.end() - 1)
        body = re.compile(r"\s*\{").match(self.code, closed) if closed else None
        end = self._end_of_pair(body.end() - 1) if body else None
        return Span(named[1], self._declaration_start(named.start()), end, named.start()) if end else None

    def _declaration_start(self, offset: int) -> int:
        """Where the declaration begins whose name is at `offset`: behind the last end of something else."""
        before = max(self.code.rfind(mark, 0, offset) for mark in ";{}") + 1
        macro = self.macro_around(offset)
        heads = [before]
        if macro and (head := _DEFINE.match(self._with_continuations, macro.start)):
            heads.append(head.end())
        else:
            heads += [each.end() for each in _DIRECTIVE.finditer(self._with_continuations, before, offset)]
        start = max(heads)
        start += _indent(self.code[start:offset])
        # Macros that are used before it, with no semicolon behind them.
        while used := _INVOCATION.match(self.code, start, offset):
            start = used.end()
        return start


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
