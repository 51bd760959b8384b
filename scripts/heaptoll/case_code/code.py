"""What code.json.xz holds: of each build, case and arm, the machine code and the C that defines it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heaptoll.codegen.function_page import FunctionPage

FILE_NAME = "code.json.xz"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Excerpt:
    """A definition in a source file, whole: an arm, a function or a macro. `text` begins in line `first_line`,
    counted from 1, is not indented, and lacks the backslashes of a macro's lines."""

    file: str
    first_line: int
    text: str


@dataclass(frozen=True)
class ArmCode:
    """`functions` in reading order: the loop, the operation, what they reach. `excerpts`: the arm's own definition,
    then the functions of its file that it reaches, then the macros that these use; empty where the sources are
    unknown. `where`: what the names in the arm's definition stand for, `N` is `64`; then those that only its functions
    have."""

    functions: tuple[FunctionPage, ...]
    excerpts: tuple[Excerpt, ...] = ()
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class BuildCode:
    """The code of one build. `cases`: its arms by case and kind, in the order of the run and of the worker.

    `revision`: the commit that its sources were read from, None for the working tree and where there are none.
    `no_sources`: why there are none, None where there are.
    """

    name: str
    compiler: str | None
    flags: str | None
    worker_sha256: str
    revision: str | None
    no_sources: str | None
    cases: Mapping[str, Mapping[str, ArmCode]]


@dataclass(frozen=True)
class Code:
    """The code of a run, build by build; an ordinary run has one."""

    builds: tuple[BuildCode, ...]

    def arms(self, case: str, build: str | None = None) -> Mapping[str, ArmCode]:
        """The arms of a case by their kind, of the first build unless another is named; empty where it has none."""
        for each in self.builds:
            if build in (None, each.name):
                return each.cases.get(case, {})
        return {}
