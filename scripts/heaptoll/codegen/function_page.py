"""One function of an arm for a reader: what it is, its frame, what it reaches, and its code with notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from heaptoll.codegen.arms import SHARED_WORK, Arm
from heaptoll.codegen.frames import Frame, frame_of, grows_dynamically, grows_frame, probes
from heaptoll.codegen.instructions import Function, Instruction, SourceLine
from heaptoll.codegen.program import Reference
from heaptoll.codegen.rules import GIVES, TAKES
from heaptoll.codegen.source_lines import SourceLines

CODE_COLUMNS = 64
_ROLES = dict(zip(SHARED_WORK, ("the shared fill", "the shared consumer")))


@dataclass(frozen=True)
class FunctionPage:
    """`place` is "file:line", None without debug information. `role`: what it is to the arm, None for a helper.

    `lines`: a source line begins with two blanks, an instruction with four.
    """

    symbol: str
    place: str | None
    role: str | None
    frame: str
    reaches: tuple[str, ...]
    lines: tuple[str, ...]


def in_reading_order(arm: Arm) -> list[Function]:
    """The arm's functions: its loop, its operation, then what these reach, nearest first."""
    own = [one for one in (arm.loop, arm.operation) if one]
    return own + [one for one in arm.functions if one not in own]


def function_page(
    arm: Arm, function: Function, sources: SourceLines, line_of: Callable[[Instruction], str] = Instruction.line
) -> FunctionPage:
    """`line_of` prints an instruction."""
    return FunctionPage(
        symbol=function.name,
        place=sources.place(function.source) if function.source else None,
        role=role_of(arm, function),
        frame=_in_words(frame_of(function)),
        reaches=tuple(dict.fromkeys(name for r in arm.references(function) if (name := _name(r)))),
        lines=tuple(_code(arm, function, sources, line_of)),
    )


def role_of(arm: Arm, function: Function) -> str | None:
    if function is arm.loop:
        return "the loop"
    return "the operation" if function is arm.operation else _ROLES.get(function.name)


def _in_words(frame: Frame) -> str:
    words = f"frame of {frame.total_bytes} bytes" if frame.total_bytes else "no frame"
    if frame.saved_bytes:
        words += f", {frame.saved_bytes} of them for the caller's registers"
    if frame.dynamic:
        words += ", and more by a size known at run time"
    return words


def _name(reference: Reference) -> str | None:
    return reference.imported or (reference.function.name if reference.function else None)


def _code(
    arm: Arm, function: Function, sources: SourceLines, line_of: Callable[[Instruction], str]
) -> Iterator[str]:
    notes = _notes(arm, function)
    source: SourceLine | None = None
    for instruction in function.instructions:
        if instruction.source and instruction.source != source:
            source = instruction.source
            inlined = "" if instruction.scope in (None, function.base_name) else f", inlined from {instruction.scope}"
            text = sources.text(source)
            yield f"  {sources.place(source)}{inlined}" + (f":  {text}" if text else "")
        note = notes.get(instruction.address)
        line = f"    {line_of(instruction)}"
        yield f"{line:<{CODE_COLUMNS}}  ; {note}" if note else line


def _notes(arm: Arm, function: Function) -> dict[int, str]:
    """What there is to say about single instructions, by their addresses."""
    notes: dict[int, list[str]] = {}
    frame = frame_of(function)
    opens = next((one for one in function.instructions if grows_frame(one)), None)
    if opens and frame.total_bytes:
        notes[opens.address] = [f"opens a {_in_words(frame)}"]
    for one in function.instructions:
        if grows_dynamically(one):
            notes.setdefault(one.address, []).append("the frame grows by a size known at run time")
    for one in probes(function):
        notes.setdefault(one.address, []).append("a stack-clash probe")
    for reference in arm.references(function):
        notes.setdefault(reference.instruction.address, []).append(_reference_note(arm, reference))
    for one in function.instructions:
        if one.is_call and one.target is None and one.address not in notes:
            notes[one.address] = ["a call through a pointer"]
    return {address: "; ".join(dict.fromkeys(said)) for address, said in notes.items()}


def _reference_note(arm: Arm, reference: Reference) -> str:
    name = _name(reference) or ""
    does = _verb(reference.instruction)
    if name in TAKES | GIVES:
        return f"{does} the allocator: {name}"
    if name in _ROLES:
        return f"{does} {_ROLES[name]}" if does != "calls" else _ROLES[name]
    if reference.function and reference.function is arm.operation:
        return "the operation"
    return f"{does} {name}" if does != "calls" else name


def _verb(instruction: Instruction) -> str:
    if instruction.is_call:
        return "calls"
    return "goes to" if instruction.is_jump else "takes the address of"
