"""The expressions of GitHub's workflows, as far as ours use them: parsed, so that a name can be checked, and evaluated.

Written after the "Evaluate expressions in workflows and actions" page of GitHub's documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union

Value = Union[None, bool, float, str, Mapping[str, Any]]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<number>-?[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<sign>==|!=|&&|\|\||[!().,]))"
)
_MARKED = re.compile(r"\$\{\{(.*?)\}\}", re.S)


class Malformed(Exception):
    """What is no expression, or uses more of the language than is known here."""


@dataclass(frozen=True)
class Literal:
    value: Value


@dataclass(frozen=True)
class Property:
    """`github.event.number` is ("github", "event", "number")."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    name: str


@dataclass(frozen=True)
class Operation:
    sign: str
    operands: tuple[Node, ...]


Node = Union[Literal, Property, Call, Operation]


def parse(text: str) -> Node:
    """Raises Malformed."""
    tokens = list(_tokens(text))
    node, end = _or(tokens, 0)
    if end != len(tokens):
        raise Malformed(f"{text!r}: unexpected {tokens[end][1]!r}")
    return node


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if not found:
            raise Malformed(f"{text!r}: not known here: {text[at:].strip()!r}")
        assert found.lastgroup
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


_Tokens = list[tuple[str, str]]


def _or(tokens: _Tokens, at: int) -> tuple[Node, int]:
    return _infix(tokens, at, ("||",), _and)


def _and(tokens: _Tokens, at: int) -> tuple[Node, int]:
    return _infix(tokens, at, ("&&",), _equal)


def _equal(tokens: _Tokens, at: int) -> tuple[Node, int]:
    return _infix(tokens, at, ("==", "!="), _single)


def _infix(
    tokens: _Tokens, at: int, signs: tuple[str, ...], below: Callable[[_Tokens, int], tuple[Node, int]]
) -> tuple[Node, int]:
    left, at = below(tokens, at)
    while at < len(tokens) and tokens[at][1] in signs and tokens[at][0] == "sign":
        right, after = below(tokens, at + 1)
        left, at = Operation(tokens[at][1], (left, right)), after
    return left, at


def _single(tokens: _Tokens, at: int) -> tuple[Node, int]:
    if at >= len(tokens):
        raise Malformed("an expression ends too early")
    kind, text = tokens[at]
    if kind == "string":
        return Literal(text[1:-1].replace("''", "'")), at + 1
    if kind == "number":
        return Literal(float(text)), at + 1
    if (kind, text) == ("sign", "!"):
        inner, at = _single(tokens, at + 1)
        return Operation("!", (inner,)), at
    if (kind, text) == ("sign", "("):
        inner, at = _or(tokens, at + 1)
        return inner, _closed(tokens, at)
    if kind != "name":
        raise Malformed(f"unexpected {text!r}")
    if text in ("true", "false", "null"):
        return Literal({"true": True, "false": False, "null": None}[text]), at + 1
    at += 1
    if at < len(tokens) and tokens[at] == ("sign", "("):
        return Call(text), _closed(tokens, at + 1)
    path = [text]
    while at + 1 < len(tokens) and tokens[at] == ("sign", ".") and tokens[at + 1][0] == "name":
        path.append(tokens[at + 1][1])
        at += 2
    return Property(tuple(path)), at


def _closed(tokens: _Tokens, at: int) -> int:
    if at >= len(tokens) or tokens[at] != ("sign", ")"):
        raise Malformed("a ) is missing, or a function has an argument, which is not known here")
    return at + 1


def walk(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Operation):
        for each in node.operands:
            yield from walk(each)


def marked(text: str) -> list[str]:
    """What stands between ${{ and }} in a text."""
    found: list[str] = _MARKED.findall(text)
    return found


@dataclass(frozen=True)
class Context:
    """What an expression can see. `status`: how the job goes, `success` or `failure`."""

    values: Mapping[str, Any]
    status: str = "success"

    def evaluate(self, text: str) -> Value:
        return self._value(parse(text))

    def interpolate(self, text: str) -> str:
        """A text with its expressions replaced by what they come to."""
        return _MARKED.sub(lambda found: as_text(self.evaluate(found[1])), text)

    def condition(self, text: str | None) -> bool:
        """An `if`: without a function that asks for the job's status, success() is understood."""
        if text is None:
            return self.status == "success"
        text = text.strip()
        if text.startswith("${{") and text.endswith("}}"):
            text = text[3:-2]
        node = parse(text)
        asks = any(isinstance(each, Call) for each in walk(node))
        return is_true(self._value(node)) and (asks or self.status == "success")

    def _value(self, node: Node) -> Value:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Property):
            return self._property(node.path)
        if isinstance(node, Call):
            answers = {"always": True, "success": self.status == "success", "failure": self.status == "failure"}
            if node.name not in (*answers, "cancelled"):
                raise Malformed(f"the function {node.name} is not known here")
            return answers.get(node.name, False)
        if node.sign == "!":
            return not is_true(self._value(node.operands[0]))
        left, right = node.operands
        if node.sign in ("==", "!="):
            return _equals(self._value(left), self._value(right)) is (node.sign == "==")
        value = self._value(left)
        return value if is_true(value) is (node.sign == "||") else self._value(right)

    def _property(self, path: tuple[str, ...]) -> Value:
        if path[0] not in self.values:
            raise Malformed(f"there is no context {path[0]}")
        found: Any = self.values
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return found  # type: ignore[no-any-return]


def is_true(value: Value) -> bool:
    return value not in (None, False, 0, "")


def _equals(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() == right.casefold()
    return left == right


def as_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "Object"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)
