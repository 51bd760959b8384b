"""The report on the classics: what the compiler says of each function, what it declares to cost, what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.escape import expected
from heaptoll.escape.beside_c import CFigure, CRun
from heaptoll.escape.benchmarks import Cost, measured
from heaptoll.escape.diagnostics import Diagnostics, Site, Verdict, by_place, parse
from heaptoll.escape.expected import Difference, Table
from heaptoll.escape.functions import Function, containing, functions_of
from heaptoll.escape.go_tool import Version, compiled, ours

PACKAGES = ("returned_pointer", "println", "array_size", "captured_closure", "boxed_value")
# What a parameter does is said of its caller's value: no allocation of this function.
_OF_PARAMETERS = (Verdict.LEAKS, Verdict.LEAKS_CONTENT, Verdict.LEAKS_TO_RESULT)


@dataclass(frozen=True)
class Said:
    """One verdict. `allocations`: how many it is known to cause per operation; None where nobody has said."""

    site: Site
    allocations: int | None

    @property
    def words_only(self) -> bool:
        """It "escapes", and costs nothing."""
        return self.site.verdict.on_heap and self.allocations == 0


@dataclass(frozen=True)
class FunctionReport:
    """`said`: empty where the compiler says nothing, which means the stack. `cost`: None where it was not measured."""

    package: str
    function: Function
    said: Sequence[Said]
    cost: Cost | None
    in_c: CFigure | None

    @property
    def declared(self) -> int | None:
        """The allocations that its verdicts are known to cause; None where one of them is not known."""
        known = [each.allocations for each in self.said]
        return None if None in known else sum(each for each in known if each is not None)

    @property
    def is_broken(self) -> bool:
        """What was measured is not what is known."""
        return self.cost is not None and self.declared is not None and self.cost.allocations != self.declared


@dataclass(frozen=True)
class ClassicsReport:
    """`table`: what is known, of this version or the nearest; None where nothing is. `other`: lines of the compiler
    that are of no known form."""

    version: Version
    functions: Sequence[FunctionReport]
    table: Table | None
    differences: Sequence[Difference]
    other: Sequence[str]
    processes: int
    benchtime: str
    c_run: CRun | None

    @property
    def is_known(self) -> bool:
        return self.table is not None and self.table.release == self.version.release

    @property
    def broken(self) -> list[FunctionReport]:
        return [each for each in self.functions if each.is_broken]

    @property
    def fails(self) -> bool:
        """Of a version that is known, something else was said or measured than is known."""
        return self.is_known and bool(self.differences or self.broken)


def said_by_compiler(classics: Path) -> Diagnostics:
    """What this version says of all classics. Raises BadInput."""
    return parse(compiled(classics, [f"./{package}" for package in PACKAGES], ours()))


def report(
    go: Path, version: Version, benchtime: str, processes: int, c_run: CRun | None, tables: Path | None = None
) -> ClassicsReport:
    """`go`: benches/go. `processes`: 0 measures nothing. `tables`: where else the known verdicts are. Raises BadInput."""
    classics = go / "classic"
    diagnostics = said_by_compiler(classics)
    table = expected.nearest(tables or go / "expected", version.release)
    costs = measured(classics, PACKAGES, benchtime, processes) if processes else {}
    functions = _functions(classics, diagnostics.sites, table, costs, c_run)
    return ClassicsReport(
        version, functions, table, expected.differences(table, diagnostics.sites) if table else [], diagnostics.other,
        processes, benchtime, c_run,
    )  # fmt: skip


def _functions(
    classics: Path,
    sites: Sequence[Site],
    table: Table | None,
    costs: Mapping[str, Mapping[str, Cost]],
    c_run: CRun | None,
) -> list[FunctionReport]:
    found = []
    for package in PACKAGES:
        functions = functions_of(classics, package)
        placed: dict[Function, list[Said]] = {function: [] for function in functions}
        for site in by_place(sites):
            function = containing(functions, expected.key_of(site).file, site.line)
            if function is not None and site.verdict not in _OF_PARAMETERS:
                placed[function].append(Said(site, _allocations(site, table)))
        for function, said in placed.items():
            # What is not exported is there for the others.
            if function.name[0].isupper():
                cost = costs.get(package, {}).get(function.name)
                in_c = c_run.of(package, function.name) if c_run else None
                found.append(FunctionReport(package, function, said, cost, in_c))
    return found


def _allocations(site: Site, table: Table | None) -> int | None:
    row = table.rows.get(expected.key_of(site)) if table else None
    if row is not None:
        # What a new verdict costs is another question: newer versions leave make([]T, n) on the stack if it is small.
        return row.allocations if row.verdict is site.verdict else None
    return None if site.verdict.on_heap else 0
