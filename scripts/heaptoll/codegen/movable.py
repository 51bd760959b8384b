"""Instructions without the addresses that the linker chose: the same code reads the same wherever it lies."""

from __future__ import annotations

import re
from collections.abc import Callable

from heaptoll.codegen.instructions import Function, Instruction
from heaptoll.codegen.program import Program

_TARGET = re.compile(r"\b([0-9a-f]+) <(.+)>$")
_RELATIVE_TO_RIP = re.compile(r"-?0x[0-9a-f]+\(%rip\)(.*?)\s*# ([0-9a-f]+)(?: <.*>)?$")
_CONSTANT = "constant"


def movable_lines(program: Program, function: Function) -> Callable[[Instruction], str]:
    """Prints instructions of `function`: counted in bytes from its start, as are the places it jumps to within itself.

    Functions and data elsewhere are named. A constant that has no name is called `constant`.
    """

    def line(instruction: Instruction) -> str:
        text = " ".join(instruction.text.split())
        if (target := instruction.target) is not None:
            if function.holds(target):
                text = _TARGET.sub(f"{target - function.address:x}", text)
            else:
                text = _TARGET.sub(lambda found: found[2], text)
        elif (address := instruction.refers_to) is not None:
            name = program.name_of(address) or _CONSTANT
            text = _RELATIVE_TO_RIP.sub(lambda found: f"{name}(%rip){found[1]}", text)
        return f"{instruction.address - function.address:x}:  {text}"

    return line
