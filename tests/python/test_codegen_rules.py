"""Each rule passes what it should and, with one thing changed, names the arm and shows the line."""

from __future__ import annotations

import pytest
from listings import BLOCK_COPY, BLOCK_RELEASE, FREE, MALLOC, WORK, arms_of

from heaptoll.codegen.annotate import annotated, explained
from heaptoll.codegen.arms import Arm, Worker
from heaptoll.codegen.rules import RULES, Finding

NULL = ("push %rbx", *WORK, "pop %rbx", "ret")
STACK = ("sub $0x40,%rsp", "mov %rsp,%rdi", *WORK, "add $0x40,%rsp", "ret")
HEAP = (MALLOC, *WORK, FREE, "ret")
GOOD = {"null": NULL, "stack": STACK, "heap": HEAP}
VIA_HELPER = ("sub $0x40,%rsp", "mov %rsp,%rdi", "mov $0x40,%esi", "call @ht_fill", "call @reader", "ret")
READER = ("mov $0x40,%esi", "call @ht_consume", "ret")


def broken(arms: list[Arm]) -> dict[tuple[str, str], Finding]:
    """The findings of all rules, by rule and arm."""
    return {(found.rule, found.arm): found for rule in RULES.values() for found in rule(arms)}


def test_arms_that_are_what_they_say_break_no_rule() -> None:
    assert broken(arms_of({**GOOD, "hybrid": HEAP, "inline": NULL})) == {}


@pytest.mark.parametrize("kind", ["null", "stack", "inline", "arena", "pool"])
@pytest.mark.parametrize("line, name", [(MALLOC, "malloc"), (FREE, "free")])
def test_an_arm_that_must_not_allocate_is_named_with_the_line(kind: str, line: str, name: str) -> None:
    found = broken(arms_of({**GOOD, kind: ("sub $0x40,%rsp", "mov %rsp,%rdi", line, *WORK, "ret")}))
    assert list(found) == [("allocator", kind)]
    text = explained(found["allocator", kind])
    assert f"s/v/1, {kind} arm" in text and f"this one calls {name}" in text and f"<{name}@GLIBC_2.2.5>" in text


@pytest.mark.parametrize("kind", ["heap", "hybrid"])
@pytest.mark.parametrize(
    "lines, lacks", [(WORK, "malloc or free"), ((MALLOC, *WORK), "free"), ((*WORK, FREE), "malloc")]
)
def test_a_heap_arm_without_its_allocation_is_named(kind: str, lines: tuple[str, ...], lacks: str) -> None:
    found = broken(arms_of({**GOOD, kind: lines}))
    assert list(found) == [("allocator", kind)]
    assert found["allocator", kind].says.endswith(f"calls {lacks}")


def test_a_block_of_clang_is_taken_by_its_copy_and_given_by_its_release() -> None:
    assert broken(arms_of({**GOOD, "heap": (BLOCK_COPY, *WORK, BLOCK_RELEASE, "ret")})) == {}
    leaks = broken(arms_of({**GOOD, "heap": (BLOCK_COPY, *WORK, "ret")}))
    assert leaks["allocator", "heap"].says.endswith("calls free")
    for line, name in ((BLOCK_COPY, "_Block_copy"), (BLOCK_RELEASE, "_Block_release")):
        found = broken(arms_of({**GOOD, "stack": ("sub $0x40,%rsp", "mov %rsp,%rdi", line, *WORK, "ret")}))
        assert list(found) == [("allocator", "stack")]
        assert f"this one calls {name}" in found["allocator", "stack"].says


def test_an_allocation_behind_a_table_of_functions_is_found() -> None:
    helpers = {"reader": READER, "hidden": (MALLOC, "ret")}
    stack = ("sub $0x40,%rsp", "lea 0x0(%rip),%rdi        # 90000 <table>", "mov %rsp,%rsi", *WORK, "ret")
    assert ("allocator", "stack") in broken(arms_of({**GOOD, "stack": stack}, helpers))


@pytest.mark.parametrize(
    "stack, largest",
    [
        (("sub $0x38,%rsp", "mov %rsp,%rdi", *WORK, "ret"), "56"),
        (("sub $0x40,%rsp", *WORK, "ret"), "no such frame"),  # nobody learns its address
        (NULL, "no such frame"),
        (("push %rbx", "push %rbp", "push %r12", "push %r13", "mov %rsp,%rdi", *WORK, "ret"), "no such frame"),
    ],
)
def test_a_stack_arm_without_room_for_its_value_is_named(stack: tuple[str, ...], largest: str) -> None:
    found = broken(arms_of({**GOOD, "stack": stack}))
    assert list(found) == [("frame", "stack")]
    assert largest in found["frame", "stack"].says


def test_one_array_for_many_values_must_hold_them_all() -> None:
    room = ("sub $0x1000,%rsp", "mov %rsp,%rbx", *WORK, "cmp %rbx,%r12", "jne .2", "ret")
    assert broken(arms_of({**GOOD, "stack": room}, size_bytes=64 * 64)) == {}
    assert list(broken(arms_of({**GOOD, "stack": room}, size_bytes=64 * 64 + 8))) == [("frame", "stack")]


# gcc writes a trampoline into the frame: the code's address and the frame's, between instructions.
TRAMPOLINE = (
    "sub $0x68,%rsp", "mov $0xffffbb49,%eax", "mov %ax,0x40(%rsp)", "lea 0x0(%rip),%rax        # b000 <nested.0>",
    "mov %rax,0x42(%rsp)", "mov %rsp,%rdi", "mov $0x40,%esi", "call @ht_fill", "lea 0x40(%rsp),%rdi", "call @called",
    "ret",
)  # fmt: skip


def test_a_nested_function_is_followed_through_its_trampoline() -> None:
    helpers = {
        "reader": READER, "called": ("call *%rdi", "ret"), "nested.0": ("mov %r10,%rdi", "call @reader", "ret"),
    }  # fmt: skip
    arms = {"null": VIA_HELPER[2:], "stack": TRAMPOLINE, "heap": (MALLOC, *VIA_HELPER[2:5], FREE, "ret")}
    assert broken(arms_of(arms, helpers)) == {}
    allocating = {**helpers, "nested.0": ("mov %r10,%rdi", MALLOC, "call @reader", "ret")}
    assert list(broken(arms_of(arms, allocating))) == [("allocator", "stack")]


def test_a_frame_of_the_loop_holds_no_value_of_an_operation() -> None:
    loop = ("sub $0x40,%rsp", "mov %rsp,%rdi", "call @stack_arm_operation", "jne .2", "ret")
    assert list(broken(arms_of({**GOOD, "stack": NULL}, loops={"stack": loop}))) == [("frame", "stack")]


def test_a_frame_that_the_null_arm_has_too_holds_no_value_of_the_stack_arm() -> None:
    shared = {"lent": ("sub $0x80,%rsp", "mov %rsp,%rdi", *WORK, "ret")}
    arms = {**GOOD, "null": ("call @lent", "ret"), "stack": ("call @lent", "ret")}
    assert ("frame", "stack") in broken(arms_of(arms, shared))


@pytest.mark.parametrize("variant", ["vla", "alloca", "hybrid"])
def test_a_size_known_at_run_time_needs_a_frame_that_grows(variant: str) -> None:
    grows = ("push %rbp", "mov %rsp,%rbp", "sub %rax,%rsp", "mov %rsp,%rdi", *WORK, "leave", "ret")
    assert broken(arms_of({**GOOD, "stack": grows}, variant=variant)) == {}
    assert list(broken(arms_of(GOOD, variant=variant))) == [("frame", "stack")]


def test_a_case_without_a_size_has_no_frame_to_check() -> None:
    assert broken(arms_of({**GOOD, "stack": NULL}, size_bytes=None)) == {}


def test_an_arm_that_does_not_fill_or_consume_is_named() -> None:
    unfilled = (MALLOC, "mov $0x40,%esi", "call @ht_consume", FREE, "ret")
    unread = (MALLOC, "mov $0x40,%esi", "call @ht_fill", FREE, "ret")
    for heap, name in ((unfilled, "ht_fill"), (unread, "ht_consume")):
        found = broken(arms_of({**GOOD, "heap": heap}))
        assert list(found) == [("shared work", "heap")]
        assert name in found["shared work", "heap"].says


def test_arms_with_different_consumers_are_named() -> None:
    helpers = {"reader": READER, "other": READER}
    arms = {"null": VIA_HELPER[2:], "stack": VIA_HELPER, "heap": (MALLOC, *VIA_HELPER[2:5], FREE, "ret")}
    assert broken(arms_of(arms, helpers)) == {}
    arms["heap"] = tuple(line.replace("@reader", "@other") for line in arms["heap"])
    found = broken(arms_of(arms, helpers))
    assert {arm for rule, arm in found} == {"null", "stack", "heap"}
    assert "other" in found["shared work", "heap"].says


def test_unequal_amounts_are_named_with_the_line_that_says_so() -> None:
    found = broken(arms_of({**GOOD, "heap": tuple(line.replace("0x40", "0x20") for line in HEAP)}))
    assert set(found) == {("shared work", kind) for kind in GOOD}
    assert "mov $0x20,%esi" in explained(found["shared work", "heap"])


def test_amounts_that_only_run_time_knows_are_not_compared() -> None:
    heap = (MALLOC, "mov %rbx,%rsi", *WORK[1:2], "mov %rbx,%rsi", *WORK[3:], FREE, "ret")
    assert broken(arms_of({**GOOD, "heap": heap})) == {}


PROBED = ("sub $0x1000,%rsp", "orq $0x0,(%rsp)", "mov %rsp,%rdi", *WORK, "ret")


def test_probes_are_named_unless_the_case_is_about_them() -> None:
    arms = {**GOOD, "stack": PROBED}
    found = broken(arms_of(arms))
    assert list(found) == [("stack clash", "stack")]
    assert "orq $0x0,(%rsp)" in explained(found["stack clash", "stack"])
    assert broken(arms_of(arms, params="elements=8;stack_clash=on")) == {}


def test_a_case_about_probes_needs_them_beyond_a_page() -> None:
    large = {**GOOD, "stack": ("sub $0x1008,%rsp", "mov %rsp,%rdi", *WORK, "ret")}
    assert list(broken(arms_of(large, size_bytes=0x1008, params="stack_clash=on"))) == [("stack clash", "stack")]
    assert broken(arms_of(GOOD, params="stack_clash=on")) == {}


@pytest.mark.parametrize(
    "loop",
    [
        ("push %rbx", *WORK, "cmp %rbx,%r12", "jne .1", "ret"),  # inlined
        ("call @heap_arm_operation", "push %rbx", "cmp %rbx,%r12", "jne .2", "ret"),  # hoisted
        ("push %rbx", "call @heap_arm_operation", "ret"),  # no loop
        ("push %rbx", "call @stack_arm_operation", "jne .1", "ret"),  # somebody else's
    ],
)
def test_an_operation_that_the_loop_does_not_call_each_time_is_named(loop: tuple[str, ...]) -> None:
    found = broken(arms_of(GOOD, loops={"heap": loop}))
    assert ("called in loop", "heap") in found
    assert loop[1].split()[0] in explained(found["called in loop", "heap"])


def test_a_call_to_nobody_knows_where_is_named_and_one_that_is_known_is_not() -> None:
    blind = ("sub $0x40,%rsp", "mov %rsp,%rdi", *WORK, "call *%rax", "ret")
    assert list(broken(arms_of({**GOOD, "stack": blind}))) == [("followed", "stack")]
    seen = ("lea 0x0(%rip),%rax        # 90000 <table>", *blind)
    assert broken(arms_of({**GOOD, "stack": seen}, {"last": ("ret",)})) == {}


# ---- what a reader sees


def test_a_page_has_a_heading_for_every_function_and_notes_where_they_belong() -> None:
    arms = arms_of({**GOOD, "stack": PROBED})
    worker = Worker(arms[0].program, "gcc 12", {"s/v/1": arms})
    heap, stack = annotated(worker, arms[2]), annotated(worker, arms[1])
    order = [heap.index(f"== {name}") for name in ("heap_arm:", "heap_arm_operation:", "ht_fill:", "ht_consume:")]
    assert order == sorted(order)
    for note in ("; calls the allocator: malloc", "; calls the allocator: free", "; the shared fill", "; the operation"):
        assert note in heap
    assert "; opens a frame of 4096 bytes" in stack and "; a stack-clash probe" in stack
    assert heap.endswith("ret\n")


def test_a_long_finding_says_how_much_it_leaves_out() -> None:
    found = broken(arms_of({**GOOD, "heap": ("nopl (%rax)",) * 100 + WORK}))
    assert "… 64 more" in explained(found["allocator", "heap"])
