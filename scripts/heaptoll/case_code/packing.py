"""code.json.xz as bytes: everything that occurs twice is there once, and the same code is always the same bytes."""

from __future__ import annotations

import json
import lzma
from collections.abc import Hashable
from dataclasses import asdict
from typing import Generic, TypeVar

from heaptoll.case_code.code import SCHEMA_VERSION, ArmCode, BuildCode, Code, Excerpt
from heaptoll.codegen.function_page import FunctionPage

_One = TypeVar("_One", bound=Hashable)
_PRESET = 6


class _Once(Generic[_One]):
    """A list in which nothing stands twice."""

    def __init__(self) -> None:
        self.places: dict[_One, int] = {}

    def place(self, one: _One) -> int:
        """Its index in the list, at whose end it is put when it is new."""
        return self.places.setdefault(one, len(self.places))


def packed(code: Code) -> bytes:
    functions, excerpts = _Once[FunctionPage](), _Once[Excerpt]()
    builds = [_build(build, functions, excerpts) for build in code.builds]
    whole = {
        "schema_version": SCHEMA_VERSION,
        "builds": builds,
        "functions": [asdict(one) for one in functions.places],
        "excerpts": [asdict(one) for one in excerpts.places],
    }
    text = json.dumps(whole, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
    return lzma.compress(text.encode("utf-8", "replace"), lzma.FORMAT_XZ, lzma.CHECK_CRC64, _PRESET)


def _build(build: BuildCode, functions: _Once[FunctionPage], excerpts: _Once[Excerpt]) -> dict[str, object]:
    def source(arm: ArmCode) -> dict[str, object]:
        return {"excerpts": [excerpts.place(one) for one in arm.excerpts], "where": dict(arm.where)}

    cases = {
        case: {kind: [functions.place(one) for one in arm.functions] for kind, arm in arms.items()}
        for case, arms in build.cases.items()
    }
    sources = {
        case: {kind: source(arm) for kind, arm in arms.items() if arm.excerpts} for case, arms in build.cases.items()
    }
    return {
        "name": build.name,
        "compiler": build.compiler,
        "flags": build.flags,
        "worker_sha256": build.worker_sha256,
        "revision": build.revision,
        "no_sources": build.no_sources,
        "cases": cases,
        "sources": {case: arms for case, arms in sources.items() if arms},
    }
