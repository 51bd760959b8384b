"""What a function takes from the stack, in the ways in which gcc and clang write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import function_of

from heaptoll.codegen.frames import Frame, frame_of, probes

CALL = "call 5000 <g>"


@pytest.mark.parametrize(
    "lines, expected",
    [
        (("ret",), Frame(0, 0, False, False)),
        (("push %rbx", "push %r12", "sub $0x40,%rsp", "mov %rsp,%rdi", CALL), Frame(16, 0x40, False, True)),
        # A small one may be pushed; this clang does.
        (("push %rax", "mov %rsp,%rdi", CALL, "pop %rcx"), Frame(0, 8, False, True)),
        (("add $0xffffffffffffff80,%rsp", CALL), Frame(0, 0x80, False, False)),
        (("sub $0xffffffffffffff80,%rsp", CALL), Frame(0, 0, False, False)),
        # What is pushed after the first call are arguments.
        (("sub $0x8,%rsp", CALL, "push 0x18(%rsp)", "push 0x18(%rsp)", CALL), Frame(0, 8, False, False)),
        (("sub $0x18,%rsp", "lea 0x8(%rsp),%rbx", CALL), Frame(0, 0x18, False, True)),
        (("push %rbp", "mov %rsp,%rbp", "sub $0x10,%rsp", CALL, "leave"), Frame(8, 0x10, False, False)),
        (("push %rbp", "mov %rsp,%rbp", "sub $0x10,%rsp", "lea -0x10(%rbp),%rdi", CALL), Frame(8, 0x10, False, True)),
        # %rbp as any other register.
        (("push %rbp", "sub $0x40,%rsp", "mov %rsp,%rbp", "mov %rbp,%rdi", CALL), Frame(8, 0x40, False, True)),
    ],
)
def test_frames_of_known_size(lines: tuple[str, ...], expected: Frame) -> None:
    assert frame_of(function_of(*lines)) == expected


FRAME_POINTER = ("push %rbp", "mov %rsp,%rbp", "push %rbx")
GCC_DYNAMIC = (*FRAME_POINTER, "sub $0x8,%rsp", "sub %rax,%rsp", "mov %rsp,%rbx", CALL, "leave")
CLANG_DYNAMIC = (*FRAME_POINTER, "push %rax", "mov %rsp,%rbx", "sub %rax,%rbx", "mov %rbx,%rsp", CALL)


@pytest.mark.parametrize("lines", [GCC_DYNAMIC, CLANG_DYNAMIC])
def test_frames_of_a_size_known_at_run_time(lines: tuple[str, ...]) -> None:
    assert frame_of(function_of(*lines)) == Frame(16, 8, True, True)


@pytest.mark.parametrize("restored", ["mov %rbp,%rsp", "lea -0x10(%rbp),%rsp", "add $0x10,%rsp"])
def test_putting_the_stack_back_is_no_dynamic_frame(restored: str) -> None:
    assert not frame_of(function_of("push %rbp", "mov %rsp,%rbp", "sub $0x10,%rsp", restored, "ret")).dynamic


# -fstack-clash-protection: gcc 12 and clang 14, in a line, in a loop, and for a size known at run time.
GCC_LINE = ("sub $0x1000,%rsp", "orq $0x0,(%rsp)", "sub $0x338,%rsp", "mov %rsp,%rdi", CALL)
GCC_LOOP = (
    "lea -0x15000(%rsp),%r11", "sub $0x1000,%rsp", "orq $0x0,(%rsp)", "cmp %r11,%rsp", "jne .1", "sub $0xf98,%rsp", CALL,
)  # fmt: skip
GCC_RUN_TIME = (
    "sub $0x1000,%rsp", "orq $0x0,0xff8(%rsp)", "cmp %rdx,%rsp", "jne .0", "sub %rax,%rsp", "orq $0x0,-0x8(%rsp,%rax,1)",
    CALL,
)  # fmt: skip
CLANG_LINE = ("sub $0x1000,%rsp", "movq $0x0,(%rsp)", "sub $0x328,%rsp", CALL)
CLANG_LOOP = (
    "mov %rsp,%r11", "sub $0x15000,%r11", "sub $0x1000,%rsp", "movq $0x0,(%rsp)", "cmp %r11,%rsp", "jne .2",
    "sub $0xf98,%rsp", CALL,
)  # fmt: skip
CLANG_RUN_TIME = ("xorq $0x0,(%rsp)", "sub $0x1000,%rsp", "cmp %rsp,%rdi", "jl .0", "mov %rdi,%rsp", CALL)


@pytest.mark.parametrize(
    "lines, count",
    [(GCC_LINE, 1), (GCC_LOOP, 1), (CLANG_LINE, 1), (CLANG_LOOP, 1), (GCC_RUN_TIME, 2), (CLANG_RUN_TIME, 1)],
)
def test_stack_clash_probes_are_seen(lines: tuple[str, ...], count: int) -> None:
    assert len(probes(function_of(*lines))) == count


@pytest.mark.parametrize("lines", [GCC_LOOP, CLANG_LOOP])
def test_a_frame_that_is_probed_in_a_loop_counts_whole(lines: tuple[str, ...]) -> None:
    assert frame_of(function_of(*lines)).own_bytes == 0x15F98


@pytest.mark.parametrize(
    "lines",
    [
        ("sub $0x18,%rsp", "movq $0x0,(%rsp)", CALL),  # a local that is cleared
        ("sub $0x1000,%rsp", "mov %rdi,(%rsp)", CALL),
        ("orq $0x0,(%rdi)", "ret"),
        ("orq $0x1,(%rsp)", "ret"),
    ],
)
def test_stores_of_its_own_are_no_probes(lines: tuple[str, ...]) -> None:
    assert probes(function_of(*lines)) == []


@given(st.lists(st.integers(min_value=1, max_value=1 << 20), max_size=8), st.integers(min_value=0, max_value=6))
def test_every_byte_before_the_first_call_is_counted_once(steps: list[int], pushes: int) -> None:
    saves = ["push %rbx"] * pushes
    frame = frame_of(function_of(*saves, *(f"sub $0x{step:x},%rsp" for step in steps), CALL, "sub $0x8,%rsp", CALL))
    assert (frame.saved_bytes, frame.own_bytes) == (8 * pushes, sum(steps))
    assert frame.total_bytes == 8 * pushes + sum(steps)
