"""What the formats for people have in common: figures and sentences."""

from __future__ import annotations

from collections.abc import Mapping

from heaptoll.escape.classics import ClassicsReport, FunctionReport, Said
from heaptoll.escape.diagnostics import Site, Verdict
from heaptoll.escape.package import PackageReport, PricedSite
from heaptoll.units import format_bytes


def ns(value: float) -> str:
    """Three significant digits: 2.19, 38.2, 16857."""
    return f"{value:.2f}" if value < 9.995 else f"{value:.1f}" if value < 99.95 else f"{value:.0f}"


def ns_range(low: float, high: float) -> str:
    return f"{ns(low)}–{ns(high)}" if ns(low) != ns(high) else ns(low)


def verdict(said: Said) -> str:
    site = said.site
    separator = ": " if site.verdict is Verdict.MOVED else " "
    return f"{site.text}{separator}{site.verdict.value}"


def costs(said: Said) -> str:
    """In a cell: what this verdict costs."""
    if said.allocations is None:
        return "unknown"
    return f"{said.allocations} block" if said.allocations else "nothing"


def why(said: Said) -> str:
    """Where the value goes; nothing for what stays, of which there is no more to say."""
    return said.site.reason if said.site.verdict.on_heap else ""


def sentence(said: Said) -> str:
    """The verdict, what it costs and why, in a line."""
    if not said.site.verdict.on_heap:
        return verdict(said) if said.allocations == 0 else f"{verdict(said)}, {_but_costs(said)}"
    cost = "but costs nothing" if said.words_only else f"costs {costs(said)}" if said.allocations else "cost unknown"
    reason = why(said)
    return f"{verdict(said)}, {cost}; why: {reason}" if reason else f"{verdict(said)}, {cost}"


def _but_costs(said: Said) -> str:
    return "cost unknown" if said.allocations is None else f"but costs {costs(said)}"


def in_c(function: FunctionReport) -> str:
    """What the C case takes; empty where there is none."""
    figure = function.in_c
    if figure is None:
        return ""
    parts = [
        f"{arm} {ns(value)} ns" for arm, value in (("stack", figure.stack), ("heap", figure.heap)) if value is not None
    ]
    return f"{', '.join(parts)} ({figure.case})"


def heading(report: ClassicsReport) -> list[str]:
    """Sentences on where the figures are from."""
    lines = [f"Escapes in Go's five classic examples: {report.version.name} {report.version.platform}."]
    if report.processes:
        lines.append(
            f"Times: median of {_processes(report.processes)}, {report.benchtime} each; and their middle half."
        )
    else:
        lines.append("Nothing was measured.")
    if report.c_run:
        run = report.c_run
        lines.append(f"C: run {run.name} ({run.machine}), {run.allocator}.")
    return lines


def _processes(number: int) -> str:
    return "1 process" if number == 1 else f"{number} processes"


def verdicts_line(report: ClassicsReport) -> list[str]:
    """How what is said compares with what is known: one sentence, and one for each difference."""
    table, version = report.table, report.version.name
    if table is None:
        return [f"Nothing is known of any version of Go: there is no table to compare {version} with."]
    if not report.differences:
        lines = [f"{version} says what is known of {table.name}."]
    else:
        known = "which is this version" if report.is_known else "the nearest version that is known"
        lines = [f"{version} differs from {table.name}, {known}, in {len(report.differences)}:"]
        lines += [
            f"  {each.key.file}:{each.key.line}: {each.key.text}: {each.expected} in {table.name}, {each.said} now"
            for each in report.differences
        ]
    for function in report.broken:
        assert function.cost is not None
        lines.append(
            f"  {function.function.name}: {function.cost.allocations} allocations per operation were measured, "
            f"{function.declared} are known of {table.name}"
        )
    return lines


def other_line(number: int) -> list[str]:
    if number == 1:
        return ["1 line of the compiler is of no form that is known here."]
    return [f"{number} lines of the compiler are of no form that is known here."] if number else []


def size(priced: PricedSite) -> str:
    if priced.size.free:
        return "0 B"
    return "unknown" if priced.size.bytes is None else format_bytes(priced.size.bytes)


def price(priced: PricedSite) -> str:
    value = priced.price
    if priced.size.free:
        return "nothing"
    if value is None:
        return "unknown"
    return f"≥ {ns(value.low)}" if value.high is None else ns_range(value.low, value.high)


def package_note(priced: PricedSite) -> str:
    why = f"why: {priced.site.reason}" if priced.site.reason else ""
    return "; ".join(part for part in (priced.size.free, priced.size.note, why) if part)


def place(priced: PricedSite) -> str:
    return _file(priced.site)


def _file(site: Site) -> str:
    return site.file.removeprefix("./")


def free_lines(report: PackageReport) -> list[str]:
    """What "escapes" and costs nothing: the same text for the same reason once, with all its places."""
    places: dict[tuple[str, str], dict[str, list[int]]] = {}
    for each in report.sites:
        if each.size.free:
            lines = places.setdefault((each.site.text, each.size.free), {}).setdefault(place(each), [])
            lines.append(each.site.line)
    return [f"{text}: {why} ({_places(files)})" for (text, why), files in places.items()]


def growing_line(report: PackageReport) -> list[str]:
    """What "does not escape", and takes a block where it is large."""
    files: dict[str, list[int]] = {}
    for site in report.growing:
        files.setdefault(_file(site), []).append(site.line)
    if not files:
        return []
    one = len(report.growing) == 1
    slices = "1 slice" if one else f"{len(report.growing)} slices"
    return [
        f"{slices} of unknown size {'does' if one else 'do'} not escape, but {'takes' if one else 'take'} a block where "
        f"what the stack has for {'it' if one else 'them'}, 32 bytes or an array, is not enough: {_places(files)}"
    ]


def _places(files: Mapping[str, list[int]]) -> str:
    """a.go:1, 2; b.go:7"""
    return "; ".join(f"{file}:{_numbers(lines)}" for file, lines in files.items())


def _numbers(lines: list[int]) -> str:
    return ", ".join(str(line) for line in dict.fromkeys(lines))


def package_heading(report: PackageReport) -> list[str]:
    lines = [f"Escapes in {report.package}: {report.version.name} {report.version.platform}."]
    if report.prices:
        lines.append(
            f"ns: what one block of that size takes here, the middle half of {_processes(report.processes)} of "
            f"{report.benchtime}, with hardly anything alive; not counted: how often a line runs, what more the "
            "collector does in a larger program."
        )
    elif report.sites:
        lines.append("No price was measured.")
    return lines


def package_summary(report: PackageReport) -> list[str]:
    free = sum(bool(each.size.free) for each in report.sites)
    unknown = sum(each.size.bytes is None for each in report.sites)
    if not report.sites:
        return [f"Nothing escapes ({_values(report.stays)} looked at).", *growing_line(report)]
    return [
        f"{len(report.sites)} escape: {len(report.sites) - free - unknown} of known size, {unknown} of unknown size, "
        f"{free} at no cost; {_values(report.stays)} {'does' if report.stays == 1 else 'do'} not.",
        *growing_line(report),
    ]


def _values(number: int) -> str:
    return "1 value or parameter" if number == 1 else f"{number} values and parameters"
