"""The code of made-up cases, for the tests of what keeps and reads it."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import synthetic

from heaptoll.case_code.code import FILE_NAME, ArmCode, BuildCode, Code, Excerpt
from heaptoll.case_code.packing import packed
from heaptoll.codegen.function_page import FunctionPage

SHA256 = "0123456789abcdef" * 4
_LINES = ("  benches/made_up.c:12:  MADE_UP(64)", "    0:  call *malloc(%rip)  ; calls the allocator: malloc",
          "    6:  ret")  # fmt: skip


def function(symbol: str, role: str | None = None) -> FunctionPage:
    return FunctionPage(symbol, "benches/made_up.c:12", role, "no frame", ("malloc", "ht_fill"), _LINES)


def arm(kind: str) -> ArmCode:
    own = function(f"{kind}_64", "the loop"), function(f"{kind}_64_operation", "the operation")
    text = f"HT_ARM({kind}_##N) {{\n    return helper(seed);\n}}"
    return ArmCode((*own, function("helper")), (Excerpt("benches/made_up.c", 3, text), HELPER), (("N", "64"),))


HELPER = Excerpt("benches/made_up.c", 1, "static uint64_t helper(uint64_t seed) {\n    return seed;\n}")


def code_of(*cases: str, sha256: str = SHA256, name: str = "gcc") -> Code:
    arms = {kind: arm(kind) for kind in ("null", "stack", "heap")}
    return Code((BuildCode(name, "gcc 12.2.0", "-O2", sha256, "f" * 40, None, {case: arms for case in cases}),))


def run_with(folder: Path, code: Code | None, **toolchain: str) -> Path:
    """A folder with a run.json that names the worker, and the code beside it."""
    facts = synthetic.facts(synthetic.few_cases(), synthetic.ALLOCATORS[:1])
    facts["toolchain"] = {**facts["toolchain"], "build": "gcc", "worker_sha256": SHA256, **toolchain}
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(json.dumps(facts))
    if code:
        (folder / FILE_NAME).write_bytes(packed(code))
    return folder


def unpacked(file: Path) -> Any:
    return json.loads(lzma.decompress(file.read_bytes()))


def edit(folder: Path, change: Callable[[Any], object]) -> Path:
    """Changes what the file of a run holds."""
    file = folder / FILE_NAME
    whole = unpacked(file)
    change(whole)
    file.write_bytes(lzma.compress(json.dumps(whole).encode()))
    return file
