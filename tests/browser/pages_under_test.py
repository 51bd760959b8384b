"""A page of a made-up run in which everything odd happens, for the tests of its pages in a browser."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "python"))

import case_codes  # noqa: E402
import synthetic  # noqa: E402
from synthetic import Case, Row  # noqa: E402

from heaptoll.case_code.code import FILE_NAME, ArmCode, BuildCode, Code, Excerpt  # noqa: E402
from heaptoll.case_code.packing import packed  # noqa: E402
from heaptoll.codegen.function_page import FunctionPage  # noqa: E402
from heaptoll.measurements import read_run  # noqa: E402
from heaptoll.report import site  # noqa: E402

SCRIPT = "hostile/<script>alert(1)</script>/1"
ODD = (
    "hostile/quotes/\"'`",
    "hostile/address/50%25 #1&case=x+y=z",
    "hostile/unicode/größe–λ 𝄞",
    "=1+1/formula/1",
    SCRIPT,
)
CRASHED = "boxed_value/interface/16"
CONTENDED = "boxed_value/interface/32"
SKIPPED = "boxed_value/interface/64"
NO_CYCLES = "boxed_value/variadic/k4"
PLAIN = "returned_pointer/by_value/64"


def cases() -> list[Case]:
    some = [case for case in synthetic.cases() if case.scenario in ("returned_pointer", "boxed_value")]
    return [*some, *(Case(name, 8, "", f"does <b>{name}</b>") for name in ODD)]


def happens(row: Row) -> Row | None:
    case, arm, allocator = row["case"], row["arm"], row["allocator"]
    if case == CRASHED and arm == "heap" and allocator == "jemalloc":
        return synthetic.without_time(row, "crashed", "signal 11 <b>boldly</b>")
    if case == CONTENDED and arm == "heap" and allocator == "glibc":
        return synthetic.contended(row)
    if case == SKIPPED:
        return synthetic.without_time(row, "skipped", "needs 64 MiB of stack; raise it with ulimit -s")
    if case == NO_CYCLES:
        return {**row, "cycles_median": ""}
    return row


def code() -> Code:
    """Of two cases, one of them with markup in every text."""
    evil = "<img src=x onerror=alert(1)>"
    lines = (f"  benches/{evil}.c:7:  {evil}", "    0:  call *malloc(%rip)  ; the allocator: malloc")
    page = FunctionPage(f"heap_{evil}", f"benches/{evil}.c:7", "the loop", "no frame", ("malloc",), lines)
    arm = ArmCode((page,), (Excerpt(f"benches/{evil}.c", 7, f"HT_ARM(x) {{ puts(\"{evil}\"); }}"),), (("N", evil),))
    plain = {kind: case_codes.arm(kind) for kind in ("null", "stack", "heap")}
    build = BuildCode(
        "gcc", "gcc 12.2.0", "-O2", case_codes.SHA256, "f" * 40, None, {PLAIN: plain, SCRIPT: {"heap": arm}}
    )
    return Code((build,))


def make(
    folder: Path, *, with_code: bool = True, allocators: Sequence[str] = synthetic.ALLOCATORS[:4], launches: int = 8,
    made: Sequence[Case] | None = None,
) -> tuple[Path, str]:  # fmt: skip
    """The run's folder, and the address of its page."""
    made = cases() if made is None else made
    toolchain = {**synthetic.facts(made, ())["toolchain"], "build": "gcc", "worker_sha256": case_codes.SHA256}
    run = synthetic.write_run(
        folder / "run", allocators, made=made, launches=launches, change=happens, toolchain=toolchain, profile="full"
    )
    if with_code:
        (run / FILE_NAME).write_bytes(packed(code()))
    site.build(read_run(run), "gcc", folder / "site")
    return run, (folder / "site").as_uri()
