"""The report on any package: each site that escapes, why, how large it is, and what a block of that size costs here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.escape.diagnostics import Site, by_place, parse
from heaptoll.escape.go_tool import Version, compiled, refuse_other_platform
from heaptoll.escape.prices import Price, Prices, calibrate
from heaptoll.escape.sizes import Size, sizes_of


@dataclass(frozen=True)
class PricedSite:
    """`price`: per time that the line runs; None where the size is not known, or no price was measured."""

    site: Site
    size: Size
    price: Price | None


@dataclass(frozen=True)
class PackageReport:
    """`stays`: how many verdicts were that something stays. `other`: lines of the compiler of no known form."""

    version: Version
    package: Path
    sites: Sequence[PricedSite]
    stays: int
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
    escaping = [site for site in by_place(diagnostics.sites) if site.verdict.on_heap]
    sizes = sizes_of(go / "sizes", package, escaping, said)
    prices = calibrate(go / "calibration", benchtime, processes) if processes and escaping else None
    sites = [PricedSite(site, size, price_of(size, prices)) for site, size in zip(escaping, sizes)]
    return PackageReport(
        version, package, sites, len(diagnostics.sites) - len(escaping), diagnostics.other, prices, processes, benchtime
    )


def price_of(size: Size, prices: Prices | None) -> Price | None:
    if prices is None or size.bytes is None:
        return None
    return Price(0.0, 0.0) if size.free else prices.of(size.bytes, size.pointers)
