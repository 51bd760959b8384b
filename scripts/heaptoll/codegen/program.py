"""A worker's code as a graph: which function reaches which, and which functions of other libraries.

A function reaches those that it calls or jumps to, those whose address it takes, and those whose addresses lie in data
that it refers to (a table of function pointers). That is more than it ever calls, and never less, unless a pointer
comes from somewhere else; the rules say so when an arm has such a call.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.codegen import binutils
from heaptoll.codegen.instructions import Function, Instruction, parse

_SYMBOL = re.compile(r"^([0-9a-f]+) (.{7}) (\S+)\t([0-9a-f]+) +(?:\.\w+ )?(\S*)")
_RELATIVE = re.compile(r"^([0-9a-f]+) R_X86_64_RELATIVE +\*ABS\*\+0x([0-9a-f]+)$")
_IMPORTED = re.compile(r"^([0-9a-f]+) R_X86_64_(?:GLOB_DAT|JUMP_SLOT) +([^@\s+]+)")


@dataclass(frozen=True)
class Reference:
    """One instruction's way out of its function: to another of the program, or to one of another library."""

    instruction: Instruction
    function: Function | None = None
    imported: str | None = None


@dataclass(frozen=True)
class Program:
    """`objects` are the data: their ends by their starts. `pointers`: what the loader writes where. `imports`:
    names of other libraries' functions by the address of the slot that will point to them. `object_names`: what the
    data are called, by their starts."""

    path: Path
    functions: Mapping[int, Function]
    objects: Mapping[int, int]
    pointers: Mapping[int, int]
    imports: Mapping[int, str]
    object_names: Mapping[int, str] = field(default_factory=dict)

    def name_of(self, address: int) -> str | None:
        """What lies there, as the source or another library calls it, `name+0x8` for a part of it; None where it has
        no name. Unlike objdump's, it is not that of whatever happens to lie before."""
        if address in self.imports:
            return self.imports[address]
        if address in self.functions:
            return self.functions[address].name
        start, end = self._object_around(address)
        if start not in self.object_names or not start <= address < end:
            return None
        return self.object_names[start] + (f"+0x{address - start:x}" if address > start else "")

    def function_at(self, address: int) -> Function | None:
        """The function that begins there."""
        return self.functions.get(address)

    def references(self, function: Function) -> tuple[Reference, ...]:
        """Every way out of a function, in its order; of a table of functions, one for each of them."""
        known = self._references.get(function.address)
        if known is None:
            known = self._references[function.address] = tuple(self._find_references(function))
        return known

    @cached_property
    def _references(self) -> dict[int, tuple[Reference, ...]]:
        return {}

    def _find_references(self, function: Function) -> Iterator[Reference]:
        for instruction in function.instructions:
            if (target := instruction.target) is not None:
                if function.holds(target):
                    continue
                called = self._function_around(target)
                if called and called.name.endswith("@plt"):
                    yield Reference(instruction, imported=called.name[: -len("@plt")].partition("@")[0])
                elif called:
                    yield Reference(instruction, function=called)
            elif (address := instruction.refers_to) is not None:
                if address in self.imports:
                    yield Reference(instruction, imported=self.imports[address])
                elif address in self.functions:
                    yield Reference(instruction, function=self.functions[address])
                else:
                    for pointed in self._functions_in_data(address):
                        yield Reference(instruction, function=pointed)

    def reachable(self, start: Function) -> tuple[Function, ...]:
        """`start` and all that it reaches, nearest first."""
        found = {start.address: start}
        queue = [start]
        for function in queue:
            for reference in self.references(function):
                if reference.function and reference.function.address not in found:
                    found[reference.function.address] = reference.function
                    queue.append(reference.function)
        return tuple(queue)

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(self.functions)

    def _function_around(self, address: int) -> Function | None:
        at = bisect.bisect_right(self._starts, address) - 1
        return self.functions[self._starts[at]] if at >= 0 else None

    @cached_property
    def _pointer_places(self) -> list[int]:
        return sorted(self.pointers)

    def _functions_in_data(self, address: int) -> Iterator[Function]:
        """The functions that the object around `address` points to, itself or through other objects."""
        seen: set[int] = set()
        queue = [address]
        for at in queue:
            first, end = self._object_around(at)
            if first in seen:
                continue
            seen.add(first)
            places = self._pointer_places
            for place in places[bisect.bisect_left(places, first) : bisect.bisect_left(places, end)]:
                pointed = self.pointers[place]
                if pointed in self.functions:
                    yield self.functions[pointed]
                else:
                    queue.append(pointed)

    @cached_property
    def _object_starts(self) -> list[int]:
        return sorted(self.objects)

    def _object_around(self, address: int) -> tuple[int, int]:
        """Its first address and the one after its last; a single word where no object is known."""
        at = bisect.bisect_right(self._object_starts, address) - 1
        if at >= 0:
            start = self._object_starts[at]
            if address < self.objects[start]:
                return start, self.objects[start]
        return address, address + 8


def read_program(path: Path) -> Program:
    """Reads a program's code. Raises BadInput when it is no x86-64 program, or objdump is missing."""
    kind = binutils.file_format(path)
    if kind != binutils.X86_64:
        raise BadInput(path, "an x86-64 program", "machine code is read on x86-64 only", found=kind)
    functions = parse(binutils.disassembly(path))
    if not functions:
        raise BadInput(path, "a program with code", "name a heaptoll-worker", found="no function")
    relocations = binutils.relocations(path).splitlines()
    table = binutils.symbols(path)
    return Program(
        path=path,
        functions={function.address: function for function in functions},
        objects=parse_objects(table),
        pointers={int(m[1], 16): int(m[2], 16) for line in relocations if (m := _RELATIVE.match(line))},
        imports={int(m[1], 16): m[2] for line in relocations if (m := _IMPORTED.match(line))},
        object_names=parse_object_names(table),
    )


def parse_objects(table: str) -> dict[int, int]:
    """The ends of the data objects in `objdump -t`'s output, by their starts; those without a size are left out."""
    objects: dict[int, int] = {}
    for line in table.splitlines():
        found = _SYMBOL.match(line)
        if found and found[2].endswith("O") and int(found[4], 16):
            start = int(found[1], 16)
            objects[start] = max(objects.get(start, 0), start + int(found[4], 16))
    return objects


def parse_object_names(table: str) -> dict[int, str]:
    """What they are called there; of several names, the first in the alphabet."""
    names: dict[int, str] = {}
    for line in table.splitlines():
        found = _SYMBOL.match(line)
        if found and found[2].endswith("O") and int(found[4], 16) and found[5]:
            start, name = int(found[1], 16), found[5].partition("@")[0]
            names[start] = min(names.get(start, name), name)
    return names
