"""The code of a build's arms, from its worker: each function once, however many arms reach it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from heaptoll.case_code.c_text import Span
from heaptoll.case_code.code import ArmCode, BuildCode, Excerpt
from heaptoll.case_code.excerpts import Definitions
from heaptoll.case_code.sources import Sources, read_sources
from heaptoll.codegen.arms import Arm, Worker
from heaptoll.codegen.function_page import FunctionPage, function_page, in_reading_order, role_of
from heaptoll.codegen.instructions import Function
from heaptoll.codegen.movable import movable_lines
from heaptoll.codegen.source_lines import PROJECT
from heaptoll.run_facts import Build, Git

_UNKNOWN = "a run of several builds does not say from which sources they were made"


def build_code(worker: Worker, build: Build, cases: Iterable[str], git: Git | None, root: Path = PROJECT) -> BuildCode:
    """The code of those `cases` that the worker has. `git`: the commit that the run names; None where that says
    nothing of this build. `root`: a checkout of the project, which has that commit."""
    chosen = {name: worker.arms[name] for name in cases if worker.arms.get(name)}
    arms = [arm for each in chosen.values() for arm in each]
    path = worker.program.path
    sources = Sources({}, missing=_UNKNOWN) if git is None else read_sources(root, git, path, _files_of(arms))
    if stale := next((arm for arm in arms if _is_stale(sources, arm)), None):
        sources = Sources({}, missing=_not_made_of(stale))
    pages = _Pages(sources)
    return BuildCode(
        name=build.name,
        compiler=build.compiler,
        flags=build.flags,
        worker_sha256=build.workers[0].sha256 or "",
        revision=sources.revision,
        no_sources=sources.missing,
        cases={name: {arm.kind: _arm_code(arm, pages, sources) for arm in each} for name, each in chosen.items()},
    )


def _files_of(arms: Iterable[Arm]) -> set[Path]:
    """The source files that the arms' debug information names."""
    functions = {function.address: function for arm in arms for function in arm.functions}
    return {i.source.file for one in functions.values() for i in one.instructions if i.source}


def _is_stale(sources: Sources, arm: Arm) -> bool:
    """Are the sources others than those that the worker was built from?"""
    definitions = _definitions(sources, arm)
    return definitions is not None and definitions.belies(arm.defined_name, _line_of(arm))


def _not_made_of(arm: Arm) -> str:
    place = Sources({}).place(arm.loop.source) if arm.loop.source else "debug information"
    return f"the worker was built of other sources: it has {arm.defined_name} from {place}, and that is not made there"


class _Pages:
    """Pages of functions. That of one function is the same for every arm to which it is the same thing."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._made: dict[tuple[int, str | None, int | None], FunctionPage] = {}

    def page(self, arm: Arm, function: Function) -> FunctionPage:
        # Notes call the arm's operation by that name, so that a page depends on it where it is referred to.
        operation = arm.operation
        refers = operation and any(reference.function is operation for reference in arm.references(function))
        key = (function.address, role_of(arm, function), operation.address if operation and refers else None)
        if key not in self._made:
            self._made[key] = function_page(arm, function, self._sources, movable_lines(arm.program, function))
        return self._made[key]


def _arm_code(arm: Arm, pages: _Pages, sources: Sources) -> ArmCode:
    functions = tuple(pages.page(arm, function) for function in in_reading_order(arm))
    definitions = _definitions(sources, arm)
    match = definitions.arm(arm.defined_name, _line_of(arm)) if definitions else None
    if definitions is None or match is None:
        return ArmCode(functions)
    where = dict(match.where)
    spans = [match.span]
    for name, line in _names_in(arm, sources, definitions):
        found = definitions.function(name, line)
        if found and not any(one.start <= found.span.start < one.end for one in spans):
            spans.append(found.span)
            where.update((name, value) for name, value in found.where if name not in where)
    macros = definitions.macros_used(spans, where)
    return ArmCode(functions, _excerpts(definitions, [*spans, *macros]), tuple(where.items()))


def _excerpts(definitions: Definitions, spans: Iterable[Span]) -> tuple[Excerpt, ...]:
    return tuple(definitions.excerpt(span) for span in spans)


def _definitions(sources: Sources, arm: Arm) -> Definitions | None:
    return sources.definitions(arm.loop.source.file) if arm.loop.source else None


def _line_of(arm: Arm) -> int | None:
    return arm.loop.source.line if arm.loop.source else None


def _names_in(arm: Arm, sources: Sources, definitions: Definitions) -> Iterator[tuple[str, int | None]]:
    """The functions of the arm's file that it reaches, called or inlined, and the line of those that stand for
    themselves."""
    seen: set[str] = set()
    for function in in_reading_order(arm):
        scopes = dict.fromkeys(i.scope for i in function.instructions if i.scope)
        for name in (function.base_name, *scopes):
            source = function.source if name == function.base_name else None
            if name not in seen and (source is None or sources.definitions(source.file) is definitions):
                seen.add(name)
                yield name, source.line if source else None
