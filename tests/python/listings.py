"""Machine code as objdump prints it, for the tests of what reads it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from heaptoll.codegen.arms import Arm, Case
from heaptoll.codegen.instructions import Function, parse
from heaptoll.codegen.program import Program

# binutils 2.40 on gcc 12's code, with debug information: an inlined function, a call through the GOT, padding.
GCC = """

build/heaptoll-worker:     file format elf64-x86-64


Disassembly of section .text:

0000000000011fc0 <small_int_heap_50_operation>:
next_int():
/src/benches/boxed_value.c:90
   11fc0:\tmovabs $0x9e3779b97f4a7c15,%rax
small_int_heap_50_operation():
/src/benches/boxed_value.c:138
   11fca:\tpush   %rbp
   11fcb:\tpush   %rbx
   11fcc:\tsub    $0x8,%rsp
/src/benches/boxed_value.c:138 (discriminator 3)
   11fd0:\tcall   *0x20784(%rip)        # 32fd8 <malloc@GLIBC_2.2.5>
   11fd6:\tlea    0x1e656(%rip),%rdi        # 30658 <type_8>
   11fdd:\tcall   11d40 <consume_any>
   11fe2:\tadd    $0x8,%rsp
   11fe6:\tpop    %rbx
   11fe7:\tpop    %rbp
   11fe8:\tret
   11fe9:\tdata16 cs nopw 0x0(%rax,%rax,1)
   11ff4:\tnopl   0x0(%rax)
\t...

0000000000012000 <consume_any>:
consume_any():
/src/benches/boxed_value.c:?
   12000:\tbnd jmp 7030 <puts@plt>
   12005:\txchg   %ax,%ax
"""

# binutils 2.35 on clang's code, without debug information: suffixes, and another calling style.
CLANG = """
0000000000016a40 <interface_stack_8_operation>:
   16a40:\tpushq  %rbx
   16a41:\tsubq   $0x10,%rsp
   16a45:\tmovq   %rdi,%rdx
   16a48:\tleaq   0x8(%rsp),%rbx
   16a52:\tmovq   %rbx,%rdi
   16a55:\tcallq  1e480 <ht_fill>
   16a5a:\taddr32 callq 169c0 <consume_any>
   16a69:\taddq   $0x10,%rsp
   16a6d:\tpopq   %rbx
   16a6e:\tretq
   16a6f:\tnop
"""


def function_of(*lines: str, name: str = "f", at: int = 0x1000) -> Function:
    """A function of these instructions, four bytes apart."""
    return parse(listing_of({name: lines}, {name: at}))[0]


def listing_of(functions: Mapping[str, tuple[str, ...]], addresses: Mapping[str, int] | None = None) -> str:
    """As objdump would print them. `@name` in a line stands for that function's address, `.N` for instruction N's."""
    known = {name: 0x1000 * (number + 1) for number, name in enumerate(functions)}
    known.update(addresses or {})
    text = ""
    for name, lines in functions.items():
        start = known[name]
        text += f"{start:016x} <{name}>:\n"
        for number, line in enumerate(lines):
            line = re.sub(r"(?<=\s)@(\w+)", lambda found: f"{known[found[1]]:x} <{found[1]}>", line)
            line = re.sub(r"\s\.(\d+)$", lambda found: f" {start + 4 * int(found[1]):x} <{name}+0x1>", line)
            text += f"    {start + 4 * number:x}:\t{line}\n"
        text += "\n"
    return text


def program_of(functions: Mapping[str, tuple[str, ...]], imports: Mapping[int, str] | None = None) -> Program:
    """A program of functions at 0x1000, 0x2000, … A table at 0x90000 points to the last of them."""
    parsed = {function.address: function for function in parse(listing_of(functions))}
    last = max(parsed)
    return Program(
        Path("made-up"), parsed, {0x90000: 0x90010}, {0x90008: last}, {**IMPORTS, **(imports or {})}
    )


FILL = ("mov %rdx,(%rdi)", "ret")
CONSUME = ("mov (%rdi),%rax", "ret")
MALLOC = "call *0x0(%rip)        # f000 <malloc@GLIBC_2.2.5>"
FREE = "call *0x0(%rip)        # f008 <free@GLIBC_2.2.5>"
BLOCK_COPY = "call *0x0(%rip)        # f010 <_Block_copy>"
BLOCK_RELEASE = "call *0x0(%rip)        # f018 <_Block_release>"
IMPORTS = {0xF000: "malloc", 0xF008: "free", 0xF010: "_Block_copy", 0xF018: "_Block_release"}
WORK = ("mov $0x40,%esi", "call @ht_fill", "mov $0x40,%esi", "call @ht_consume")


def loop_over(operation: str) -> tuple[str, ...]:
    return ("push %rbx", f"call @{operation}", "cmp %rbx,%r12", "jne .1", "pop %rbx", "ret")


def arms_of(
    operations: Mapping[str, tuple[str, ...]],
    helpers: Mapping[str, tuple[str, ...]] | None = None,
    *,
    size_bytes: int | None = 64,
    variant: str = "v",
    params: str = "",
    loops: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Arm]:
    """A case's arms, by kind; each a loop over its operation."""
    functions: dict[str, tuple[str, ...]] = {}
    for kind, operation in operations.items():
        functions[f"{kind}_arm"] = (loops or {}).get(kind, loop_over(f"{kind}_arm_operation"))
        functions[f"{kind}_arm_operation"] = operation
    functions.update({"ht_fill": FILL, "ht_consume": CONSUME, **(helpers or {})})
    program = program_of(functions)
    named = {function.name: function for function in program.functions.values()}
    case = Case(f"s/{variant}/1", variant, params, size_bytes, "made up")
    return [Arm(program, case, kind, named[f"{kind}_arm"]) for kind in operations]
