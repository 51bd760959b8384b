"""The arms of a worker: what it says of them, and the code that each of them reaches."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.codegen.instructions import Function
from heaptoll.codegen.program import Program, Reference, read_program

SHARED_WORK = ("ht_fill", "ht_consume")

_LIMIT_SECONDS = 20
_CASE_FIELDS = 13
_DEPENDENT = "_dependent"


@dataclass(frozen=True)
class Case:
    """A case as `heaptoll-worker --describe` tells it; `size_bytes` is None where it has no meaning."""

    name: str
    variant: str
    params: str
    size_bytes: int | None
    explains: str


@dataclass(frozen=True)
class Arm:
    """One arm: its loop, and all functions of the program that it reaches, the loop first."""

    program: Program
    case: Case
    kind: str
    loop: Function

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        return self.program.reachable(self.loop)

    @cached_property
    def own_functions(self) -> tuple[Function, ...]:
        """All but the work that every arm shares."""
        shared: set[int] = set()
        for function in self.functions:
            if function.name in SHARED_WORK:
                shared.update(one.address for one in self.program.reachable(function))
        return tuple(function for function in self.functions if function.address not in shared)

    @property
    def is_dependent(self) -> bool:
        """Is its loop the one in which each operation needs the result of the one before?"""
        return self.loop.base_name.endswith(_DEPENDENT)

    @property
    def defined_name(self) -> str:
        """What HT_ARM was given to make this loop."""
        return self.loop.base_name.removesuffix(_DEPENDENT)

    @property
    def operation_name(self) -> str:
        """What HT_ARM calls the operation of this loop."""
        return f"{self.defined_name}_operation"

    @property
    def operation(self) -> Function | None:
        """The one operation that HT_ARM's loop calls, when it was not inlined."""
        return next((function for function in self.functions if function.base_name == self.operation_name), None)

    def reaches(self, name: str) -> bool:
        return any(function.name == name for function in self.functions)

    def references(self, function: Function) -> Sequence[Reference]:
        return self.program.references(function)

    def imports(self) -> dict[str, Function]:
        """The functions of other libraries that it refers to, with the function that does so first."""
        found: dict[str, Function] = {}
        for function in self.functions:
            for reference in self.references(function):
                if reference.imported:
                    found.setdefault(reference.imported, function)
        return found


@dataclass(frozen=True)
class Worker:
    """A worker's arms, by case, in the order in which it names them. `build`: its compiler and flags."""

    program: Program
    build: str
    arms: dict[str, list[Arm]]


def read_worker(path: Path) -> Worker:
    """Reads a worker: its code, and what it says when it is run. Raises BadInput for anything else than a worker."""
    program = read_program(path)
    cases, build = _cases(path)
    arms: dict[str, list[Arm]] = {name: [] for name in cases}
    for number, line in enumerate(_ask(path, "--describe-code").splitlines(), start=1):
        fields = line.split("\t")
        try:
            case, kind, address = fields[0], fields[1], int(fields[2], 16)
        except (IndexError, ValueError):
            raise _no_worker(path, "--describe-code", number, line) from None
        loop = program.function_at(address)
        if case not in cases or loop is None:
            raise _no_worker(path, "--describe-code", number, line)
        arms[case].append(Arm(program, cases[case], kind, loop))
    return Worker(program, build, arms)


def _cases(path: Path) -> tuple[dict[str, Case], str]:
    cases = {}
    build = "unknown"
    for number, line in enumerate(_ask(path, "--describe").splitlines(), start=1):
        fields = line.split("\t")
        if fields[0] == "worker" and len(fields) >= 5:
            build = f"{fields[3]}, {fields[4]}"
        elif fields[0] == "case" and len(fields) >= _CASE_FIELDS:
            name = "/".join(fields[1:4])
            size = int(fields[5]) if fields[5].isdigit() else None
            cases[name] = Case(name, fields[2], fields[4], size, fields[10])
        else:
            raise _no_worker(path, "--describe", number, line)
    return cases, build


def _ask(path: Path, flag: str) -> str:
    """What the worker prints."""
    try:
        done = subprocess.run(
            [path.absolute(), flag], capture_output=True, text=True, errors="replace", timeout=_LIMIT_SECONDS
        )
    except OSError as error:
        raise BadInput(path, "a program that runs here", "build it with: make build", found=error.strerror) from None
    except subprocess.TimeoutExpired:
        raise BadInput(path, f"an answer to {flag} within {_LIMIT_SECONDS} s", "name a heaptoll-worker") from None
    if done.returncode or not done.stdout:
        raise BadInput(
            path, f"a worker that knows {flag}", "name a heaptoll-worker of this version",
            found=f"exit code {done.returncode}" if done.returncode else "no answer",
        )  # fmt: skip
    return done.stdout


def _no_worker(path: Path, flag: str, number: int, line: str) -> BadInput:
    return BadInput(
        f"{path} {flag}", "an arm and where its loop is, or a case", "name a heaptoll-worker of this version",
        line=number, found=quoted(line),
    )  # fmt: skip
