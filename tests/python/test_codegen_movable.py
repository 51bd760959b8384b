"""Instructions without addresses: the same code reads the same wherever the linker put it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from listings import IMPORTS, MALLOC, listing_of

from heaptoll.codegen.instructions import parse
from heaptoll.codegen.movable import movable_lines
from heaptoll.codegen.program import Program, parse_object_names

CODE = {
    "arm": (
        "test %rdi,%rdi", "je .4", "call @helper", f"{MALLOC}", "lea 0x10(%rip),%rsi        # {table} <table>",
        "mov 0x18(%rip),%rax        # {part} <table+0x8>", "movdqa 0x20(%rip),%xmm0        # 80000 <other+0x7000>",
        "movq $0x0,0x30(%rip)        # {table} <table>", "jmp .0", "ret",
    ),
    "helper": ("ret",),
}  # fmt: skip


def linked(arm: int, helper: int, table: int) -> Program:
    """The same code with its parts at these addresses."""
    words = {"table": f"{table:x}", "part": f"{table + 8:x}"}
    code = {name: tuple(line.replace("{table}", words["table"]).replace("{part}", words["part"]) for line in lines)
            for name, lines in CODE.items()}  # fmt: skip
    functions = {one.address: one for one in parse(listing_of(code, {"arm": arm, "helper": helper}))}
    return Program(Path("made-up"), functions, {table: table + 16}, {}, IMPORTS, {table: "table"})


def lines_of(program: Program, name: str = "arm") -> list[str]:
    function = next(one for one in program.functions.values() if one.name == name)
    line = movable_lines(program, function)
    return [line(instruction) for instruction in function.instructions]


def test_addresses_become_distances_and_names() -> None:
    assert lines_of(linked(0x1000, 0x2000, 0x90000)) == [
        "0:  test %rdi,%rdi",
        "4:  je 10",
        "8:  call helper",
        "c:  call *malloc(%rip)",
        "10:  lea table(%rip),%rsi",
        "14:  mov table+0x8(%rip),%rax",
        "18:  movdqa constant(%rip),%xmm0",
        "1c:  movq $0x0,table(%rip)",
        "20:  jmp 0",
        "24:  ret",
    ]


def test_the_same_code_elsewhere_has_the_same_lines() -> None:
    one, other = linked(0x1000, 0x2000, 0x90000), linked(0x5010, 0x3000, 0xA0040)
    assert lines_of(one) == lines_of(other)
    raw = [[i.line() for i in program.functions[at].instructions] for program, at in ((one, 0x1000), (other, 0x5010))]
    assert raw[0] != raw[1], "objdump's own lines differ, or the test shows nothing"


def test_a_jump_into_another_function_names_it() -> None:
    listing = "0000000000001000 <f>:\n    1000:\tbnd jmp 2004 <f.cold+0x4>\n    1004:\tjmp    7030 <puts@plt>\n"
    function = parse(listing)[0]
    line = movable_lines(Program(Path("made-up"), {0x1000: function}, {}, {}, {}), function)
    assert [line(one) for one in function.instructions] == ["0:  bnd jmp f.cold+0x4", "4:  jmp puts@plt"]


def test_data_without_a_name_is_not_called_by_its_neighbours() -> None:
    program = replace(linked(0x1000, 0x2000, 0x90000), object_names={})
    assert "10:  lea constant(%rip),%rsi" in lines_of(program)


@pytest.mark.parametrize(
    "line, names",
    [
        ("0000000000057de0 l     O .rodata\t0000000000000080              mix", {0x57DE0: "mix"}),
        ("0000000000309000 g     O .bss\t0000000000080000              .hidden pool", {0x309000: "pool"}),
        ("0000000000309000 g     O .bss\t0000000000000008              stderr@GLIBC_2.2.5", {0x309000: "stderr"}),
        ("0000000000309000 g     F .text\t0000000000000008              function", {}),
        ("0000000000309000 l     O .bss\t0000000000000000              empty", {}),
    ],
)
def test_names_of_data_are_read_from_the_symbols(line: str, names: dict[int, str]) -> None:
    assert parse_object_names(line) == names


def test_of_two_names_for_the_same_data_it_is_always_the_same_one() -> None:
    lines = [f"0000000000309000 g     O .bss\t0000000000000008              {name}" for name in ("b", "a", "c")]
    assert parse_object_names("\n".join(lines)) == parse_object_names("\n".join(reversed(lines))) == {0x309000: "a"}
