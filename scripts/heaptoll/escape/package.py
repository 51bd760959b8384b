"""The report on any package: each site that escapes, why, how large it is, and what a block of that size costs here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.escape.diagnostics import Site, Verdict, by_place, parse
from heaptoll.escape.go_tool import Version, compiled, refuse_other_platform
from heaptoll.escape.prices import Price, Prices, calibrate
from heaptoll.escape.sizes import Size, sizes_of

# The last argument, length or capacity, is no number.
_OF_UNKNOWN_SIZE = re.compile(r"make\(\[\].*, (?![0-9]+\)$)[^,]+\)|append(\(.*\))?", re.DOTALL)


@dataclass(frozen=True)
class PricedSite:
    """`price`: per time that the line runs; None where the size is not known, or no price was measured."""

    site: Site
    size: Size
    price: Price | None


@dataclass(frozen=True)
class PackageReport:
    """`stays`: how many verdicts were that something stays; `growing`, in order: those among them that take a block all
    the same where they grow beyond the stack's share. `other`: lines of the compiler of no known form."""

    version: Version
    package: Path
    sites: Sequence[PricedSite]
    stays: int
    growing: Sequence[Site]
    other: Sequence[str]
    prices: Prices | None
    processes: int
    benchtime: str


def report(go: Path, version: Version, package: Path, benchtime: str, processes: int) -> PackageReport:
    """`go`: benches/go. `processes`: 0 measures no prices. Raises BadInput where `package` is no folder with a package
    that compiles."""
    if not package.is_dir():
        raise BadInput(package, "the folder of a Go package", "name one: make escape GOPKG=./path",
                       found="a file" if package.exists() else "no such folder")  # fmt: skip
    refuse_other_platform(package, version.platform)
    said = compiled(package, ["."])
    diagnostics = parse(said)
    in_order = by_place(diagnostics.sites)
    escaping = [site for site in in_order if site.verdict.on_heap]
    growing = [site for site in in_order if grows(site, version)]
    sizes = sizes_of(go / "sizes", package, escaping, said)
    prices = calibrate(go / "calibration", benchtime, processes) if processes and escaping else None
    sites = [PricedSite(site, size, price_of(size, prices)) for site, size in zip(escaping, sizes)]
    return PackageReport(
        version, package, sites, len(in_order) - len(escaping), growing, diagnostics.other, prices, processes, benchtime
    )  # fmt: skip


def grows(site: Site, version: Version) -> bool:
    """Whether it "does not escape" and yet may be on the heap: since Go 1.25 a slice of unknown size has 32 bytes on
    the stack (cmd/compile's VariableMakeThreshold), and a block where it needs more."""
    return (
        site.verdict is Verdict.STAYS
        and (version.release >= (1, 25) or version.release == (0, 0))
        and _OF_UNKNOWN_SIZE.fullmatch(site.text) is not None
    )


def price_of(size: Size, prices: Prices | None) -> Price | None:
    if prices is None or size.bytes is None:
        return None
    return Price(0.0, 0.0) if size.free else prices.of(size.bytes, size.pointers)
