"""objdump's listing as functions and instructions. AT&T syntax, x86-64, as binutils 2.30 to 2.40 and later print it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_FUNCTION = re.compile(r"^([0-9a-f]+) <(.+)>:$")
_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t(.*)$")
_SCOPE = re.compile(r"^(\S.*)\(\):$")
_SOURCE = re.compile(r"^(\S.*):(\d+|\?)(?: \(discriminator \d+\))?$")
_PREFIXES = frozenset(
    "addr32 bnd cs data16 ds es fs gs lock notrack rep repe repne repnz repz ss xacquire xrelease".split()
)
# Older binutils print the size that these have anyway: callq, pushq.
_SUFFIXED = re.compile(r"^(call|ret|push|pop|jmp|leave|sub|add|and|mov|lea|cmp)q$")
_DIRECT_TARGET = re.compile(r"^([0-9a-f]+)(?: <.*>)?$")
_RIP_RELATIVE = re.compile(r"\(%rip\).*# ([0-9a-f]+)")


@dataclass(frozen=True)
class SourceLine:
    file: Path
    line: int


@dataclass(frozen=True)
class Instruction:
    """One instruction: `text` is the assembler's line, `scope` the function of the source that it came from.

    `scope` is not the function it stands in when that one had it inlined.
    """

    address: int
    text: str
    source: SourceLine | None = None
    scope: str | None = None

    @property
    def mnemonic(self) -> str:
        """Without prefixes, and without the suffix that says 64 bits."""
        for word in self.text.split():
            if word not in _PREFIXES:
                return _SUFFIXED.sub(r"\1", word)
        return ""

    @property
    def operands(self) -> str:
        """What follows the mnemonic, without the comment."""
        words = self.text.partition("#")[0].split()
        while words and words[0] in _PREFIXES:
            words.pop(0)
        return " ".join(words[1:])

    @property
    def is_call(self) -> bool:
        return self.mnemonic == "call"

    @property
    def is_jump(self) -> bool:
        return self.mnemonic.startswith("j") or self.mnemonic.startswith("loop")

    @property
    def target(self) -> int | None:
        """Where a direct call or jump goes."""
        found = _DIRECT_TARGET.match(self.operands) if self.is_call or self.is_jump else None
        return int(found[1], 16) if found else None

    @property
    def refers_to(self) -> int | None:
        """The address that it reads, writes, takes or calls through, relative to itself."""
        found = _RIP_RELATIVE.search(self.text)
        return int(found[1], 16) if found else None

    def line(self) -> str:
        """As a reader sees it: address and text, tabs and runs of blanks made one."""
        return f"{self.address:x}:  {' '.join(self.text.split())}"


@dataclass(frozen=True)
class Function:
    """One symbol's code. Not empty."""

    name: str
    instructions: tuple[Instruction, ...]

    @property
    def address(self) -> int:
        return self.instructions[0].address

    @property
    def source(self) -> SourceLine | None:
        """The first line that it has of its own."""
        return next((i.source for i in self.instructions if i.source and i.scope == self.base_name), None)

    @property
    def base_name(self) -> str:
        """The source's name for it: without what compilers append to a copy (.constprop.0, .cold)."""
        return self.name.partition(".")[0]

    def holds(self, address: int) -> bool:
        return self.address <= address <= self.instructions[-1].address


def parse(listing: str) -> list[Function]:
    """The functions in `objdump -d -l --no-show-raw-insn`'s output, in its order. Padding after them is left out."""
    return [made for name, body in _symbols(listing.splitlines()) if (made := _function(name, body))]


def _symbols(lines: Iterable[str]) -> Iterator[tuple[str, list[Instruction]]]:
    name: str | None = None
    body: list[Instruction] = []
    source: SourceLine | None = None
    scope: str | None = None
    for line in lines:
        if start := _FUNCTION.match(line):
            if name is not None:
                yield name, body
            name, body, source, scope = start[2], [], None, None
        elif found := _INSTRUCTION.match(line):
            body.append(Instruction(int(found[1], 16), found[2].strip(), source, scope))
        elif entered := _SCOPE.match(line):
            scope = entered[1]
        elif where := _SOURCE.match(line):
            source = SourceLine(Path(where[1]), int(where[2])) if where[2] != "?" else None
    if name is not None:
        yield name, body


def _function(name: str, body: list[Instruction]) -> Function | None:
    end = len(body)
    while end and _is_padding(body[end - 1]):
        end -= 1
    return Function(name, tuple(body[:end])) if end else None


def _is_padding(instruction: Instruction) -> bool:
    mnemonic = instruction.mnemonic
    return mnemonic.startswith("nop") or mnemonic in ("", "int3") or instruction.operands in ("%ax,%ax", "%eax,%eax")
