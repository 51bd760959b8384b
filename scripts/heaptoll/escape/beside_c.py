"""The C case that does what a function of the classics does, and what a run says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput

if TYPE_CHECKING:
    from heaptoll.summary import ArmResult

# Of each function that has a counterpart; by package and name.
CASES: Mapping[tuple[str, str], str] = {
    ("returned_pointer", "ByValue"): "returned_pointer/by_value/64",
    ("returned_pointer", "ByPointer"): "returned_pointer/by_value/64",
    ("array_size", "Make8192"): "array_size/fixed/8192/all",
    ("array_size", "Make8193"): "array_size/fixed/8193/all",
    ("array_size", "Var8193"): "array_size/fixed/8193/all",
    ("array_size", "MakeN"): "array_size/vla/64/all",
    ("captured_closure", "Counter"): "captured_closure/counter/8",
    ("captured_closure", "Adder"): "captured_closure/by_value/8",
    ("boxed_value", "SmallInt"): "boxed_value/small_int/hit100",
    ("boxed_value", "LargeInt"): "boxed_value/interface/8",
    ("boxed_value", "Struct"): "boxed_value/interface/16",
}
_ALLOCATOR = "glibc"
_USUAL = (Path("results/latest"), Path("results/published/epyc-zen4-2vcpu"))


@dataclass(frozen=True)
class CFigure:
    """ns per operation in C; None where the run has none."""

    case: str
    stack: float | None
    heap: float | None


@dataclass(frozen=True)
class CRun:
    """The figures of one run. `name` says which, `allocator` whose heap."""

    name: str
    machine: str
    allocator: str
    figures: Mapping[str, CFigure]

    def of(self, package: str, function: str) -> CFigure | None:
        return self.figures.get(CASES.get((package, function), ""))


def find_run(named: Path | None, root: Path) -> CRun | None:
    """The run that is `named`, which must be one, or the newest, or the published one; None where none is at hand.
    Raises BadInput."""
    if named is not None:
        return _read(named)
    for folder in _USUAL:
        try:
            if (root / folder).exists():
                return _read(root / folder)
        except BadInput:
            continue  # nobody asked for this one
    return None


def _read(folder: Path) -> CRun:
    # pandas takes half a second to import, and not everybody has a run.
    from heaptoll.measurements import read_run
    from heaptoll.summary import ArmKey, summarise

    run = read_run(folder)
    results = summarise(run, set(CASES.values()), run.builds[0]) if run.builds else {}
    figures = {}
    for case in set(CASES.values()):
        stack, heap = (_ns(results.get(ArmKey(case, arm, _ALLOCATOR))) for arm in ("stack", "heap"))
        if stack is not None or heap is not None:
            figures[case] = CFigure(case, stack, heap)
    return CRun(run.facts.run_id, run.facts.machine.cpu_model or "unknown", _ALLOCATOR, figures)


def _ns(result: ArmResult | None) -> float | None:
    estimate = result.estimate if result else None
    return None if estimate is None else estimate.value
