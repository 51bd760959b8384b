"""What a function takes from the stack, read from its instructions.

Every push and every `sub $N,%rsp` before the first call counts: later ones are arguments. Pushes of the registers that
a function must keep for its caller are told apart, since they hold nothing of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from heaptoll.codegen.instructions import Function, Instruction

PAGE_BYTES = 4096

_KEPT = frozenset("%rbx %rbp %r12 %r13 %r14 %r15".split())
_CONSTANT = re.compile(r"^\$0x([0-9a-f]+),%rsp$")
_INTO_RSP = re.compile(r"^%(?!rbp|rsp)r\w+,%rsp$")
_ADDRESS_BY_RSP = re.compile(r"^(?:0x[0-9a-f]+)?\(%rsp\),%(?!rsp)\w+$")
_ADDRESS_BY_RBP = re.compile(r"^-0x[0-9a-f]+\(%rbp\),%(?!rsp)\w+$")
_FROM_RBP = re.compile(r"^%rbp,%(?!rsp)")
_DISTANCE = re.compile(r"^-0x([0-9a-f]+)\(%rsp\),(%\w+)$")
_DISTANCE_TAKEN = re.compile(r"^\$0x([0-9a-f]+),(%(?!rsp)\w+)$")
_TOUCHES_STACK = re.compile(r"^\$0x0,(?:-?0x[0-9a-f]+)?\(%rsp[,)]")


@dataclass(frozen=True)
class Frame:
    """`saved_bytes` hold the caller's registers, `own_bytes` what the function keeps there itself.

    `dynamic`: it grows by an amount known at run time only. `address_taken`: something learns where it is.
    """

    saved_bytes: int
    own_bytes: int
    dynamic: bool
    address_taken: bool

    @property
    def total_bytes(self) -> int:
        """All of it, without a dynamic part."""
        return self.saved_bytes + self.own_bytes


def frame_of(function: Function) -> Frame:
    saved = own = 0
    looped = _looped_probe(function)
    for instruction in _before_calls(function):
        if instruction.mnemonic == "push":
            if instruction.operands in _KEPT:
                saved += 8
            else:
                own += 8
        elif instruction not in looped:
            own += _grows_by(instruction)
    return Frame(saved, own + _looped_bytes(function, looped), _is_dynamic(function), _address_taken(function))


def probes(function: Function) -> list[Instruction]:
    """The instructions that touch a fresh page of the stack for no other purpose (-fstack-clash-protection).

    gcc: `orq $0x0,…(%rsp)`. clang: `movq $0x0,(%rsp)` after a step of one page, `xorq` where the size is dynamic.
    """
    found = []
    for before, instruction in zip((None, *function.instructions), function.instructions):
        if not _TOUCHES_STACK.match(instruction.operands):
            continue
        stepped = before is not None and _grows_by(before) == PAGE_BYTES
        if instruction.mnemonic.startswith(("or", "xor")) or (stepped and instruction.mnemonic.startswith("mov")):
            found.append(instruction)
    return found


def grows_frame(instruction: Instruction) -> bool:
    """Does it take a constant number of bytes from the stack?"""
    return instruction.mnemonic == "push" or _grows_by(instruction) > 0


def grows_dynamically(instruction: Instruction) -> bool:
    """Does it move the stack's end to where a register says? gcc subtracts the register, clang assigns it."""
    return instruction.mnemonic in ("sub", "mov") and _INTO_RSP.match(instruction.operands) is not None


def _before_calls(function: Function) -> list[Instruction]:
    first = next((i for i, one in enumerate(function.instructions) if one.is_call), len(function.instructions))
    return list(function.instructions[:first])


def _grows_by(instruction: Instruction) -> int:
    """Bytes by which an instruction with a constant moves the stack's end down; 0 for all others."""
    found = _CONSTANT.match(instruction.operands)
    if not found or instruction.mnemonic not in ("sub", "add"):
        return 0
    # Compilers add -128 rather than subtract 128, which takes three bytes more; objdump prints all 64 bits of it.
    constant = int(found[1], 16)
    if constant >= 1 << 63:
        constant -= 1 << 64
    return max(0, constant if instruction.mnemonic == "sub" else -constant)


def _looped_probe(function: Function) -> tuple[Instruction, ...]:
    """The step, the probe and the comparison of a loop that takes a large frame page by page; or none."""
    code = function.instructions
    for step, probe, compare in zip(code, code[1:], code[2:]):
        if _grows_by(step) == PAGE_BYTES and compare.mnemonic == "cmp" and compare.operands.endswith(",%rsp"):
            if _TOUCHES_STACK.match(probe.operands):
                return step, probe, compare
    return ()


def _looped_bytes(function: Function, looped: tuple[Instruction, ...]) -> int:
    """How far such a loop goes: as far as the register says with which it compares; 0 where that is dynamic."""
    if not looped:
        return 0
    limit = looped[2].operands.partition(",")[0]
    for instruction in _before_calls(function):
        pattern = {"lea": _DISTANCE, "sub": _DISTANCE_TAKEN}.get(instruction.mnemonic)
        found = pattern.match(instruction.operands) if pattern else None
        if found and found[2] == limit:
            return int(found[1], 16)
    return 0


def _is_dynamic(function: Function) -> bool:
    return any(grows_dynamically(instruction) for instruction in _before_calls(function))


def _address_taken(function: Function) -> bool:
    code = function.instructions
    for instruction in code:
        operands = instruction.operands
        if instruction.mnemonic == "lea" and (_ADDRESS_BY_RSP.match(operands) or _ADDRESS_BY_RBP.match(operands)):
            return True
        if instruction.mnemonic == "mov" and operands.startswith("%rsp,%") and operands != "%rsp,%rbp":
            return True
    # %rbp may be a frame pointer, or a register like the others.
    by_rbp = any(i.mnemonic == "mov" and i.operands == "%rsp,%rbp" for i in code)
    return by_rbp and any(i.mnemonic == "mov" and _FROM_RBP.match(i.operands) for i in code)
