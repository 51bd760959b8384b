"""What every arm's machine code must be, so that its case is worth measuring.

Each rule looks at the arms of one case and yields a finding for every arm that breaks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from heaptoll.codegen.arms import SHARED_WORK, Arm, Worker
from heaptoll.codegen.frames import PAGE_BYTES, frame_of, probes
from heaptoll.codegen.instructions import Function, Instruction

TAKES = frozenset(
    "malloc calloc realloc reallocarray aligned_alloc posix_memalign memalign valloc pvalloc strdup strndup wcsdup "
    "asprintf vasprintf _Znwm _Znam _Block_copy".split()
)
GIVES = frozenset("free realloc _ZdlPv _ZdlPvm _ZdaPv _ZdaPvm _Block_release".split())

_FROM_HEAP = frozenset(("heap", "hybrid"))
# These cases are about sizes that the compiler must not know.
_SIZED_AT_RUN_TIME = frozenset(("vla", "alloca", "hybrid", "spill"))
# They carry their value in the handle, or are made of the other arms: other helpers than the others.
_OTHER_HELPERS = frozenset(("inline", "hybrid"))
_CONSTANT_BYTES = re.compile(r"^\$0x([0-9a-f]+),%[er]si$")


@dataclass(frozen=True)
class Finding:
    """An arm that breaks a rule, where, and the code that shows it."""

    rule: str
    case: str
    arm: str
    says: str
    shown: tuple[tuple[Function, tuple[Instruction, ...]], ...]


Rule = Callable[[Sequence[Arm]], Iterator[Finding]]


def check(worker: Worker, rules: dict[str, Rule] | None = None) -> list[Finding]:
    """All findings, in the order of the cases; `rules` are RULES unless given."""
    chosen = RULES if rules is None else rules
    return [finding for arms in worker.arms.values() for rule in chosen.values() for finding in rule(arms)]


def _finding(rule: str, arm: Arm, says: str, *shown: tuple[Function, Sequence[Instruction]]) -> Finding:
    return Finding(rule, arm.case.name, arm.kind, says, tuple((function, tuple(lines)) for function, lines in shown))


def _all_of(functions: Sequence[Function]) -> list[tuple[Function, Sequence[Instruction]]]:
    return [(function, function.instructions) for function in functions]


def allocator(arms: Sequence[Arm]) -> Iterator[Finding]:
    """Heap arms call the allocator and give back; all others leave it alone. In cases that say allocated=before
    no arm calls it: what lies on the heap was taken by the preparation, and the audit counts it."""
    for arm in arms:
        imports = arm.imports()
        if arm.kind in _FROM_HEAP and "allocated=before" not in arm.case.params.split(";"):
            lacks = [word for word, family in (("malloc", TAKES), ("free", GIVES)) if not family & imports.keys()]
            if lacks:
                says = f"a {arm.kind} arm calls the allocator; nothing in its code calls {' or '.join(lacks)}"
                yield _finding("allocator", arm, says, *_all_of(arm.own_functions))
        else:
            for name in sorted((TAKES | GIVES) & imports.keys()):
                lines = [r.instruction for r in arm.references(imports[name]) if r.imported == name]
                yield _finding(
                    "allocator", arm, f"a {arm.kind} arm leaves the allocator alone; this one calls {name}",
                    (imports[name], lines),
                )  # fmt: skip


def frame(arms: Sequence[Arm]) -> Iterator[Finding]:
    """A stack arm has a frame of its own that holds the case's bytes, and hands its address on.

    Its own: in a function that the null arm, which has the same calls, does not reach. One frame must hold them all.
    The loop's does not count, since it is opened once and not by every operation.
    """
    null = {one.address for arm in arms if arm.kind == "null" for one in arm.functions}
    for arm in arms:
        if arm.kind != "stack":
            continue
        functions = [one for one in arm.own_functions if one is not arm.loop and one.address not in null]
        frames = [frame_of(one) for one in functions]
        shown = _all_of(functions or arm.own_functions)
        if arm.case.variant in _SIZED_AT_RUN_TIME:
            if not any(one.dynamic for one in frames):
                yield _finding("frame", arm, "its frame grows by a size known at run time; no frame here does", *shown)
            continue
        if arm.case.size_bytes is None:
            continue
        if any(one.dynamic or (one.own_bytes >= arm.case.size_bytes and one.address_taken) for one in frames):
            continue
        largest = max((one.own_bytes for one in frames if one.address_taken), default=0)
        yield _finding(
            "frame", arm,
            f"a stack arm hands on the address of {arm.case.size_bytes} bytes or more in its frame; "
            + (f"the largest here has {largest}" if largest else "there is no such frame"),
            *shown,
        )  # fmt: skip


def shared_work(arms: Sequence[Arm]) -> Iterator[Finding]:
    """The arms of a case call the same fill and the same consumer, and none holds a copy of them."""
    for name in SHARED_WORK:
        if any(arm.reaches(name) for arm in arms):
            for arm in arms:
                if not arm.reaches(name):
                    yield _finding(
                        "shared work", arm, f"every arm of a case calls {name}; this one does not",
                        *_all_of(arm.own_functions),
                    )  # fmt: skip
    for arm in arms:
        for function in arm.own_functions:
            copied = [one for one in function.instructions if one.scope in SHARED_WORK]
            if copied:
                says = f"the shared work is called; {function.name} holds a copy of {copied[0].scope}"
                yield _finding("shared work", arm, says, (function, copied))
    yield from _same_consumers(arms)
    yield from _same_bytes(arms)


def _same_consumers(arms: Sequence[Arm]) -> Iterator[Finding]:
    """Helpers that only consume are the same in all arms."""
    consumers = {arm.kind: _consumers(arm) for arm in arms if arm.kind not in _OTHER_HELPERS}
    everywhere = {at for found in consumers.values() for at in found if all(at in one for one in consumers.values())}
    for arm in arms:
        own = [function for at, function in consumers.get(arm.kind, {}).items() if at not in everywhere]
        if own:
            names = ", ".join(one.name for one in own)
            yield _finding(
                "shared work", arm, f"the arms of a case have one consumer; not all arms call {names}", *_all_of(own)
            )


def _consumers(arm: Arm) -> dict[int, Function]:
    """The functions that call ht_consume for others: not the operation, and none that fills as well."""
    found = {}
    for function in arm.own_functions:
        if function in (arm.loop, arm.operation):
            continue
        called = {r.function.name for r in arm.references(function) if r.function}
        if "ht_consume" in called and "ht_fill" not in called:
            found[function.address] = function
    return found


def _same_bytes(arms: Sequence[Arm]) -> Iterator[Finding]:
    """Where the compiler knew how much is filled and consumed, it is as much in all arms."""
    for name in SHARED_WORK:
        counts = {arm.kind: counts for arm in arms if (counts := _bytes_passed(arm, name)) is not None}
        if len({frozenset(passed) for passed in counts.values()}) > 1:
            words = "; ".join(f"{kind}: {', '.join(map(str, sorted(passed)))}" for kind, passed in counts.items())
            for arm in arms:
                lines = [(passed[0], passed[1]) for passed in counts.get(arm.kind, {}).values()]
                if lines:
                    says = f"all arms of a case hand the same number of bytes to {name}; here {words}"
                    yield _finding("shared work", arm, says, *((function, (line,)) for function, line in lines))


def _bytes_passed(arm: Arm, name: str) -> dict[int, tuple[Function, Instruction]] | None:
    """The constants that it passes to `name` as the number of bytes, and where; None when one is no constant."""
    found: dict[int, tuple[Function, Instruction]] = {}
    for function in arm.own_functions:
        callers = {r.instruction.address for r in arm.references(function) if r.function and r.function.name == name}
        last: Instruction | None = None
        for instruction in function.instructions:
            if instruction.address in callers:
                constant = _CONSTANT_BYTES.match(last.operands) if last and last.mnemonic == "mov" else None
                if last is None or constant is None:
                    return None
                found[int(constant[1], 16)] = (function, last)
            elif instruction.is_call or instruction.is_jump:
                last = None
            elif instruction.operands.endswith((",%esi", ",%rsi")):
                last = instruction
    return found or None


def stack_clash(arms: Sequence[Arm]) -> Iterator[Finding]:
    """No frame is probed page by page, but in cases that say stack_clash=on, and there the stack arm's is."""
    for arm in arms:
        probed = [(function, lines) for function in arm.functions if (lines := probes(function))]
        if "stack_clash=on" in arm.case.params.split(";"):
            large = (arm.case.size_bytes or 0) > PAGE_BYTES
            if arm.kind == "stack" and large and not probed:
                says = "the case says stack_clash=on: frames beyond a page are probed; none is"
                yield _finding("stack clash", arm, says, *_all_of(arm.own_functions))
        elif probed:
            yield _finding("stack clash", arm, "no stack-clash probes; there are some", *probed)


def called_in_loop(arms: Sequence[Arm]) -> Iterator[Finding]:
    """The loop calls the operation each time round, so that nothing can be hoisted out of it; in cases that say
    form=dependent it is the loop that hands each operation the result of the one before, and in no others."""
    for arm in arms:
        wanted = arm.operation_name
        if arm.is_dependent != ("form=dependent" in arm.case.params.split(";")):
            form = "" if arm.is_dependent else "not "
            says = f"the loop has the form that the case says; {arm.loop.base_name} is {form}the dependent one"
            yield _finding("called in loop", arm, says, (arm.loop, arm.loop.instructions))
        calls = [
            r.instruction
            for r in arm.references(arm.loop)
            if r.instruction.is_call and r.function and r.function.base_name == wanted
        ]
        if not any(_repeats(arm.loop, call) for call in calls):
            says = f"the loop calls {wanted} each time round; this one does not"
            yield _finding("called in loop", arm, says, (arm.loop, arm.loop.instructions))


def _repeats(loop: Function, call: Instruction) -> bool:
    """Does a jump lead from behind the call to before it?"""
    return any(
        jump.is_jump and jump.target is not None and loop.address <= jump.target <= call.address < jump.address
        for jump in loop.instructions
    )


def followed(arms: Sequence[Arm]) -> Iterator[Finding]:
    """Calls through pointers are understood; otherwise the other rules would pass what they cannot see.

    A helper that is followed from one arm of the case counts as followed: an inline arm calls it without a pointer.
    """
    seen = {function.address for arm in arms if _takes_addresses(arm) for function in arm.own_functions}
    for arm in arms:
        for function in arm.own_functions:
            references = arm.references(function)
            known = {r.instruction.address for r in references}
            blind = [
                one for one in function.instructions
                if one.is_call and one.target is None and one.address not in known
            ]  # fmt: skip
            loaded = any(r.imported and not r.instruction.is_call for r in references)
            if blind and not loaded and function.address not in seen:
                yield _finding("followed", arm, "where its calls lead can be seen; here it cannot", (function, blind))


def _takes_addresses(arm: Arm) -> bool:
    """Does its code refer to functions otherwise than by calling them?"""
    return any(
        r.function and not r.instruction.is_call and not r.instruction.is_jump
        for function in arm.functions
        for r in arm.references(function)
    )


RULES: dict[str, Rule] = {
    "allocator": allocator,
    "frame": frame,
    "shared work": shared_work,
    "stack clash": stack_clash,
    "called in loop": called_in_loop,
    "followed": followed,
}
