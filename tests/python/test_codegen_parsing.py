"""objdump's listing becomes functions, instructions and a graph of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import CLANG, GCC, MALLOC, function_of, program_of

from heaptoll.codegen.instructions import Instruction, SourceLine, parse
from heaptoll.codegen.program import Program, parse_objects


def test_a_listing_of_gcc_code_keeps_names_sources_and_inlined_scopes() -> None:
    operation, other = parse(GCC)
    assert (operation.name, operation.address) == ("small_int_heap_50_operation", 0x11FC0)
    assert operation.source == SourceLine(Path("/src/benches/boxed_value.c"), 138)
    assert [one.scope for one in operation.instructions[:2]] == ["next_int", "small_int_heap_50_operation"]
    assert operation.instructions[-1].mnemonic == "ret", "padding is left out"
    through_got = operation.instructions[4]
    assert through_got.is_call and through_got.target is None and through_got.refers_to == 0x32FD8
    assert operation.instructions[6].target == 0x11D40
    assert (other.name, other.source) == ("consume_any", None), "an unknown line is none"
    assert other.instructions[0].is_jump and other.instructions[0].target == 0x7030


def test_suffixes_and_prefixes_of_other_binutils_change_nothing() -> None:
    (function,) = parse(CLANG)
    mnemonics = [one.mnemonic for one in function.instructions]
    assert mnemonics == ["push", "sub", "mov", "lea", "mov", "call", "call", "add", "pop", "ret"]
    assert [one.target for one in function.instructions if one.is_call] == [0x1E480, 0x169C0]
    assert function.instructions[1].operands == "$0x10,%rsp"


@pytest.mark.parametrize(
    "listing", ["", "\n\n", "a.out:     file format elf64-x86-64\n", "0000000000001000 <empty>:\n\n"]
)
def test_a_listing_without_code_has_no_function(listing: str) -> None:
    assert parse(listing) == []


@given(st.text())
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    for function in parse(f"0000000000001000 <f>:\n    1000:\tret\n{text}"):
        for one in function.instructions:
            assert one.mnemonic is not None and (one.target is None or one.target >= 0)


@given(st.lists(st.sampled_from(["push %rbx", "mov %rdi,%rax", "call 5000 <g>", "ret"]), min_size=1, max_size=20))
def test_every_instruction_of_a_function_is_there_in_its_order(lines: list[str]) -> None:
    function = function_of(*lines)
    assert [one.text for one in function.instructions] == lines
    assert function.holds(function.address + 4 * (len(lines) - 1))
    assert not function.holds(function.address + 4 * len(lines))


def test_a_copy_that_the_compiler_made_keeps_its_name_in_the_source() -> None:
    assert function_of("ret", name="make_8.constprop.0").base_name == "make_8"


@pytest.mark.parametrize(
    "text, address",
    [
        ("lea    -0x5c(%rip),%rdi        # 19c40 <code_8>", 0x19C40),
        ("cmp    $0x1,0x20(%rip)        # 4000 <flag>", 0x4000),
        ("mov    $0x8,%esi", None),
        ("call   1e480 <ht_fill>", None),
    ],
)
def test_what_an_instruction_refers_to_is_in_objdumps_comment(text: str, address: int | None) -> None:
    assert Instruction(0, text).refers_to == address


# ---- the graph


def names(functions: dict[str, tuple[str, ...]], start: str = "start") -> list[str]:
    program = program_of(functions)
    (first,) = (one for one in program.functions.values() if one.name == start)
    return [one.name for one in program.reachable(first)]


def test_calls_jumps_and_taken_addresses_are_followed() -> None:
    assert names(
        {
            "start": ("call @called", "jmp @cold"),
            "called": ("lea 0x0(%rip),%rdi        # 4000 <pointed>", "ret"),
            "cold": ("ret",),
            "pointed": ("ret",),
            "unreached": ("ret",),
        }
    ) == ["start", "called", "cold", "pointed"]


def test_a_table_of_functions_is_followed_and_recursion_ends() -> None:
    start = ("lea 0x0(%rip),%rdi        # 90000 <table>", "call @start", "ret")
    assert names({"start": start, "other": ("ret",), "last": ("ret",)}) == ["start", "last"]


def test_jumps_within_a_function_lead_nowhere_else() -> None:
    assert names({"start": ("test %rdi,%rdi", "jne .0", "ret")}) == ["start"]


@pytest.mark.parametrize(
    "line",
    [MALLOC, MALLOC.replace("call *", "jmp *"), "mov 0x0(%rip),%rbx        # f000 <malloc@GLIBC_2.2.5>"],
)
def test_a_function_of_another_library_is_known_by_its_slot(line: str) -> None:
    program = program_of({"start": (line, "ret")})
    (start,) = program.functions.values()
    assert [one.imported for one in program.references(start)] == ["malloc"]


@pytest.mark.parametrize("stub", ["malloc@plt", "malloc@GLIBC_2.2.5@plt"])
def test_a_call_through_the_plt_is_known_by_its_name(stub: str) -> None:
    listing = "0000000000001000 <start>:\n    1000:\tcall 2000 <x>\n\n" + f"0000000000002000 <{stub}>:\n    2000:\tret\n"
    functions = {one.address: one for one in parse(listing)}
    program = Program(Path("made-up"), functions, {}, {}, {})
    assert [one.imported for one in program.references(functions[0x1000])] == ["malloc"]


def test_only_data_with_a_size_counts_as_an_object() -> None:
    table = (
        "0000000000030658 l     O .data.rel.ro\t0000000000000008              type_8\n"
        "0000000000018000 l     F .text\t0000000000000085              ht_fill\n"
        "0000000000040000 g     O .bss\t0000000000000000              .hidden nothing\n"
        "0000000000000000       F *UND*\t0000000000000000              malloc@GLIBC_2.2.5\n"
    )
    assert parse_objects(table) == {0x30658: 0x30660}
