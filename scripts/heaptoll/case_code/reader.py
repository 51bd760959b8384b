"""Reads the code.json.xz beside a run's measurements, and holds it to the run."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from heaptoll import run_facts, xz_file
from heaptoll.bad_input import BadInput, quoted
from heaptoll.case_code.code import FILE_NAME, SCHEMA_VERSION, ArmCode, BuildCode, Code, Excerpt
from heaptoll.case_code.workers import workers_of
from heaptoll.codegen.function_page import FunctionPage
from heaptoll.json_keys import Keys, parse_object
from heaptoll.run_facts import RunFacts, read_run_facts

# A full run's is 3 MB, packed a twentieth of that.
_LARGEST_BYTES = 128 << 20
_HOLDS = "the code of a run's cases"
_ADVICE = "record it again: scripts/disassemble.py --record RUN"
_One = TypeVar("_One")


def read_code(run: Path, facts: RunFacts | None = None) -> Code | None:
    """The code of the run in the folder `run`; None where it was not recorded. `facts`: its run.json, if that is read
    already. Raises BadInput when the file is damaged, or is another run's."""
    file = run / FILE_NAME
    try:
        packed = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(file, "a file that can be read", "check its permissions", found=error.strerror) from None
    code = parse_code(file, packed)
    _check_belongs(file, code, facts or read_run_facts(run / run_facts.FILE_NAME))
    return code


def parse_code(file: Path, packed: bytes) -> Code:
    """What `packed` holds, which was read from `file`. Raises BadInput."""
    text = xz_file.decompress(file, packed, _LARGEST_BYTES, _HOLDS)
    root = Keys(file, "", parse_object(file, text, _ADVICE), _ADVICE)
    version = root.value("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise BadInput(
            file, f"schema version {SCHEMA_VERSION}, the one this heaptoll reads", _ADVICE,
            key="schema_version", found=f"version {quoted(str(version))}",
        )  # fmt: skip
    functions = [_function(each) for each in root.sections("functions")]
    excerpts = [_excerpt(each) for each in root.sections("excerpts")]
    builds = tuple(_build(each, functions, excerpts) for each in root.sections("builds"))
    if not builds or len({build.name for build in builds}) != len(builds):
        raise root.wrong("builds", "builds of different names, one at least", [build.name for build in builds])
    return Code(builds)


def _check_belongs(file: Path, code: Code, facts: RunFacts) -> None:
    """Are these the workers that were measured?"""
    for build, wanted in zip(code.builds, known := workers_of(facts)):
        hashes = [worker.sha256 for worker in wanted.workers]
        if build.worker_sha256 not in hashes or build.name != wanted.name:
            raise BadInput(
                file, f"the code of the worker that was measured as {wanted.name}, sha256 {hashes[0]}", _ADVICE,
                key="builds.worker_sha256", found=f"that of {build.name}, sha256 {build.worker_sha256}",
            )  # fmt: skip
    if len(code.builds) != len(known):
        raise BadInput(
            file, f"{len(known)} builds, as in {run_facts.FILE_NAME}", _ADVICE, key="builds",
            found=str(len(code.builds)),
        )  # fmt: skip


def _function(keys: Keys) -> FunctionPage:
    return FunctionPage(
        keys.needed_text("symbol"), keys.text("place"), keys.text("role"), keys.needed_text("frame"),
        keys.texts("reaches"), keys.texts("lines"),
    )  # fmt: skip


def _excerpt(keys: Keys) -> Excerpt:
    line = keys.count("first_line")
    if not line:
        raise keys.wrong("first_line", "a whole number >= 1", line)
    return Excerpt(keys.needed_text("file"), line, keys.needed_text("text"))


def _build(keys: Keys, functions: Sequence[FunctionPage], excerpts: Sequence[Excerpt]) -> BuildCode:
    cases, sources = keys.section("cases"), keys.section("sources")
    made: dict[str, dict[str, ArmCode]] = {}
    for case in cases.names():
        arms, defined = cases.section(case), sources.section(case)
        made[case] = {kind: _arm(kind, arms, defined, functions, excerpts) for kind in arms.names()}
    return BuildCode(
        name=keys.needed_text("name"),
        compiler=keys.text("compiler"),
        flags=keys.text("flags"),
        worker_sha256=_sha256(keys),
        revision=keys.text("revision"),
        no_sources=keys.text("no_sources"),
        cases=made,
    )


def _sha256(keys: Keys) -> str:
    found = keys.needed_text("worker_sha256")
    if not re.fullmatch("[0-9a-f]{64}", found):
        raise keys.wrong("worker_sha256", "64 hexadecimal digits", found)
    return found


def _arm(
    kind: str, arms: Keys, defined: Keys, functions: Sequence[FunctionPage], excerpts: Sequence[Excerpt]
) -> ArmCode:
    source = defined.section(kind)
    return ArmCode(
        _chosen(arms, kind, functions, "functions"),
        _chosen(source, "excerpts", excerpts, "excerpts"),
        _where(source),
    )


def _chosen(keys: Keys, key: str, known: Sequence[_One], what: str) -> tuple[_One, ...]:
    """Those of `known` whose indices stand there."""
    found = keys.raw(key)
    if found is None and what == "excerpts":
        return ()
    fits = isinstance(found, list) and all(type(one) is int and 0 <= one < len(known) for one in found)
    if not fits or not isinstance(found, list):
        raise keys.wrong(key, f"a list of indices into the {len(known)} {what}", found)
    return tuple(known[one] for one in found)


def _where(source: Keys) -> tuple[tuple[str, str], ...]:
    where: Mapping[str, object] = {name: source.section("where").raw(name) for name in source.section("where").names()}
    texts = tuple((name, value) for name, value in where.items() if isinstance(value, str))
    if len(texts) != len(where):
        raise source.wrong("where", "texts by the names that stand for them", dict(where))
    return texts
