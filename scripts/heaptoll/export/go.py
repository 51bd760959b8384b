"""Go's benchmark format, for benchstat: https://go.dev/design/14313-benchmark-format. One line per launch.

All that makes a case what it is stands as key=value in the name, so that benchstat can make columns of any of it.
benchstat compares only what agrees in all `key: value` lines; so those hold what must agree for two runs to compare.
What differs from run to run anyway, its id and its commit, stands in lines that benchstat does not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from heaptoll.escapes import visible
from heaptoll.export.results import TOLL, UNIT, Figure, Results, gap_words
from heaptoll.export.words import commit_words, machine_words
from heaptoll.run_facts import CaseFacts

TOLL_UNIT = f"toll-{UNIT}"
_UNITS = (
    f"{UNIT} better=lower", "B/op better=lower assume=exact", "allocs/op better=lower assume=exact",
    f"{TOLL_UNIT} better=lower",
)  # fmt: skip
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_RESERVED = ("variant", "size", "case", "arm", "allocator", "gomaxprocs")


def write(results: Results) -> str:
    names = case_names(results.cases)
    tolls = {
        (figure.case.name, figure.allocator): figure.ns_by_launch for figure in results.figures if figure.arm == TOLL
    }
    lines = [*_comments(results), *_configuration(results), *(f"Unit {unit}" for unit in _UNITS), ""]
    for figure, _ in results.numbers:
        if figure.arm != TOLL:
            toll = tolls.get((figure.case.name, figure.allocator), {}) if figure.arm == "heap" else {}
            lines += _launches(names[figure.case.name], figure, toll)
    return "\n".join(lines) + "\n"


def case_names(cases: Iterable[CaseFacts]) -> dict[str, str]:
    """What each case is called, by its own name: `ReturnedPointer/variant=by_value/size=64`. Where two would be called
    alike, their own names are added."""
    cases = list(cases)
    names = {case.name: _case_name(case) for case in cases}
    alike = list(names.values())
    return {
        name: f"{called}/case={_word(name)}" if alike.count(called) > 1 else called for name, called in names.items()
    }


def _case_name(case: CaseFacts) -> str:
    camel = "".join(piece[:1].upper() + piece[1:] for piece in case.scenario.split("_"))
    parts = [_word(camel), f"variant={_word(case.variant)}"]
    if case.size_bytes is not None:
        parts.append(f"size={case.size_bytes}")
    for key, value in case.params.items():
        parts.append(f"{'param_' if key in _RESERVED else ''}{_word(key)}={_word(value)}")
    return "/".join(parts)


def _word(text: str) -> str:
    """Without a space, a slash or an =; what is neither a letter, a digit nor one of _.-~ stands as %XX."""
    return quote(text, safe="", errors="surrogatepass")


def _launches(case: str, figure: Figure, toll: Mapping[int, float]) -> Iterable[str]:
    # One core does the work, GOMAXPROCS is 1.
    name = f"Benchmark{case}/arm={_word(figure.arm)}/allocator={_word(figure.allocator)}-1"
    counted = [
        f"{value:.15g} {unit}"
        for value, unit in ((figure.bytes_per_op, "B/op"), (figure.allocs_per_op, "allocs/op"))
        if value is not None
    ]
    for launch, ns in sorted(figure.ns_by_launch.items()):
        of_toll = [f"{toll[launch]:.9g} {TOLL_UNIT}"] if launch in toll else []
        yield "\t".join([name, str(figure.iterations[launch]), f"{ns!r} {UNIT}", *counted, *of_toll])


def _configuration(results: Results) -> Iterable[str]:
    machine, toolchain = results.facts.machine, results.facts.toolchain
    architecture = machine.architecture
    allocators = (f"{name} {results.version(name) or 'unknown'}" for name in results.allocators)
    configuration = {
        "goos": "linux",
        "goarch": architecture and _ARCHITECTURES.get(architecture, architecture),
        "pkg": "heaptoll",
        "cpu": machine.cpu_model,
        "toolchain": toolchain.compiler,
        "flags": toolchain.flags,
        "libc": toolchain.libc,
        "allocators": ", ".join(allocators),
    }
    return [f"{key}: {visible(value).strip()}" for key, value in configuration.items() if value]


def _comments(results: Results) -> Iterable[str]:
    facts = results.facts
    said = [
        f"heaptoll run {facts.run_id} of {facts.started_utc:%Y-%m-%d %H:%M} UTC, "
        f"commit {commit_words(facts) or 'unknown'}, build {results.build}",
        f"machine: {machine_words(facts)}",
    ]
    said += [f"warning: {each}" for each in results.warnings]
    said += [f"left out: {each}" for each in gap_words(results.gaps)]
    return [f"# {visible(line)}" for line in said]
