"""An arm's machine code for a reader: the loop, the operation, and all that they reach, with notes and source lines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from heaptoll.codegen.arms import SHARED_WORK, Arm, Worker
from heaptoll.codegen.frames import Frame, frame_of, grows_dynamically, grows_frame, probes
from heaptoll.codegen.instructions import Function, Instruction, SourceLine
from heaptoll.codegen.program import Reference
from heaptoll.codegen.rules import GIVES, TAKES, Finding

_ROOT = Path(__file__).resolve().parents[3]
_CODE_COLUMNS = 64
_MOST_LINES_OF_A_FINDING = 40
_ROLES = dict(zip(SHARED_WORK, ("the shared fill", "the shared consumer")))


def annotated(worker: Worker, arm: Arm) -> str:
    """The whole page of one arm. Ends in a newline."""
    lines = [f"{arm.case.name}, {arm.kind} arm", arm.case.explains, f"compiled by {worker.build}"]
    own = [one for one in (arm.loop, arm.operation) if one]
    rest = [one for one in arm.functions if one not in own]
    for function in (*own, *rest):
        lines += ["", "", *_heading(arm, function), "", *_code(arm, function)]
    return "\n".join(lines) + "\n"


def explained(finding: Finding) -> str:
    """A finding in words, and the code that shows it. Ends in a newline."""
    lines = [f"{finding.case}, {finding.arm} arm: {finding.says} (rule: {finding.rule})"]
    for function, instructions in finding.shown:
        lines.append(f"  {_title(function)}")
        shown = instructions[:_MOST_LINES_OF_A_FINDING]
        for instruction in shown:
            where = f"  ; {_place(instruction.source)}" if instruction.source else ""
            lines.append(f"    {instruction.line():<{_CODE_COLUMNS}}{where}".rstrip())
        if len(shown) < len(instructions):
            lines.append(f"    … {len(instructions) - len(shown)} more")
    return "\n".join(lines) + "\n"


def _title(function: Function) -> str:
    return f"{function.name} ({_place(function.source)})" if function.source else function.name


def _place(source: SourceLine) -> str:
    """Relative to the project, for files in it."""
    try:
        return f"{source.file.relative_to(_ROOT)}:{source.line}"
    except ValueError:
        return f"{source.file}:{source.line}"


def _heading(arm: Arm, function: Function) -> Iterator[str]:
    role = "the loop" if function is arm.loop else "the operation" if function is arm.operation else None
    role = role or _ROLES.get(function.name)
    yield f"== {_title(function)}" + (f": {role}" if role else "")
    yield _in_words(frame_of(function))
    called = dict.fromkeys(name for r in arm.references(function) if (name := _name(r)))
    yield "reaches " + ", ".join(called) if called else "reaches nothing else"


def _in_words(frame: Frame) -> str:
    words = f"frame of {frame.total_bytes} bytes" if frame.total_bytes else "no frame"
    if frame.saved_bytes:
        words += f", {frame.saved_bytes} of them for the caller's registers"
    if frame.dynamic:
        words += ", and more by a size known at run time"
    return words


def _name(reference: Reference) -> str | None:
    return reference.imported or (reference.function.name if reference.function else None)


def _code(arm: Arm, function: Function) -> Iterator[str]:
    notes = _notes(arm, function)
    source: SourceLine | None = None
    for instruction in function.instructions:
        if instruction.source and instruction.source != source:
            source = instruction.source
            inlined = "" if instruction.scope in (None, function.base_name) else f", inlined from {instruction.scope}"
            text = _source_text(source)
            yield f"  {_place(source)}{inlined}" + (f":  {text}" if text else "")
        note = notes.get(instruction.address)
        line = f"    {instruction.line()}"
        yield f"{line:<{_CODE_COLUMNS}}  ; {note}" if note else line


@lru_cache(maxsize=64)
def _lines_of(file: Path) -> tuple[str, ...]:
    """A source file's lines; none when it is not there any more."""
    try:
        return tuple(file.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return ()


def _source_text(source: SourceLine) -> str:
    lines = _lines_of(source.file)
    return lines[source.line - 1].strip() if 0 < source.line <= len(lines) else ""


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
