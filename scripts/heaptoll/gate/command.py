"""The command line of scripts/gate.py."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir, clocked, exit_status, failed, print_text, stop_on_sigterm, stopped_status
from heaptoll.gate.build import MOST_LAYOUTS
from heaptoll.gate.measure import Stopped
from heaptoll.option_types import number_between, whole_between
from heaptoll.whole_file import write_whole

if TYPE_CHECKING:
    from heaptoll.gate.counted import Counted
    from heaptoll.gate.report import Report
    from heaptoll.gate.sides import Sides

_REPOSITORY = Path(__file__).resolve().parents[3]

# What a gate writes, by its format.
_FILES = {"json": "gate.json", "markdown": "gate.md", "csv": "gate.csv", "junit": "gate.junit.xml"}

_EXAMPLE = """\
examples:
  scripts/gate.py --base main
      the working tree against the branch main: both built, measured side by side, slower rows measured again
  scripts/gate.py --base v1.0 --head v1.1 --profile smoke --filter '^returned_pointer/'
      two revisions, some cases
  scripts/gate.py --base-allocator /usr/lib/libold.so --head-allocator ./libnew.so
      two versions of an allocator under one build
  scripts/gate.py --base-cc gcc-12 --head-cc clang
      two compilers on the same sources

How it decides, and how often it is wrong: docs/METHOD.md, "The gate". Files: gate.json, gate.md, gate.csv and
gate.junit.xml in the folder of the first run, described in docs/FORMATS.md.

exit status: 0 no regression; 1 regression: a row is slower in both measurements, or its exact counts are above their
threshold; 2 something could not be measured, or bad input; 3 inconclusive: the machine was too noisy, or rows without
an allocation moved
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    _check(parser, options)
    stop_on_sigterm()
    return exit_status("gate.py", options.results, lambda: _unless_stopped(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gate.py",
        description="Measure a base and a head as lanes of one run, in the same milliseconds on the same core, measure "
        "again what differs, in several layouts of both, and say whether the head is slower.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    sides = parser.add_argument_group("what to compare")
    sides.add_argument("--base", metavar="REF", help="a commit, branch or tag")
    sides.add_argument("--head", metavar="REF", help="another (default: the working tree as it is)")
    sides.add_argument("--base-allocator", metavar="LIB", help="a library, or glibc, jemalloc, mimalloc, tcmalloc")
    sides.add_argument("--head-allocator", metavar="LIB", help="another, to compare with it instead of two revisions")
    sides.add_argument("--base-cc", metavar="CC", help="the compiler of the base (default: CC, or the usual one)")
    sides.add_argument("--head-cc", metavar="CC", help="the compiler of the head (default: CC, or the usual one)")
    cases = parser.add_argument_group("what to measure")
    cases.add_argument("--profile", choices=("smoke", "quick", "full"), default="quick", help="which cases (quick)")
    cases.add_argument(
        "--filter", default="", metavar="REGEX", help="only cases whose name matches; -REGEX: only the others"
    )
    cases.add_argument(
        "--allocators", metavar="A,B=/path/lib.so", help="only these (default: glibc and all that are installed)"
    )
    decide = parser.add_argument_group("how to decide")
    decide.add_argument(
        "--dead-zone-percent", type=number_between(0, 100), default=1.0, metavar="PERCENT",
        help="a change of no more than this is none (1)",
    )  # fmt: skip
    decide.add_argument(
        "--dead-zone-ns", type=number_between(0, 1e6), default=0.05, metavar="NS",
        help="nor is one of no more than so many ns per operation (0.05)",
    )  # fmt: skip
    decide.add_argument("--launches", type=whole_between(6, 10000), metavar="N", help="of the first measurement (12)")
    decide.add_argument(
        "--second-launches", type=whole_between(6, 2500), metavar="N",
        help="of what is measured again (48), and four times as many of what that leaves open",
    )  # fmt: skip
    decide.add_argument(
        "--layouts", type=whole_between(2, 8), metavar="N", help="how often each side is linked, for what is measured again (8)"
    )
    counts = parser.add_argument_group("exact counts, the second signal")
    counts.add_argument(
        "--counts", choices=("auto", "off", "required"), default="auto",
        help="count instructions and allocations of both sides: where valgrind is there (auto), never, or not without",
    )  # fmt: skip
    counts.add_argument(
        "--more-instructions-percent", type=number_between(0, 1e6), default=0.5, metavar="PERCENT",
        help="more instructions per operation than this are red by themselves (0.5)",
    )  # fmt: skip
    counts.add_argument(
        "--more-allocations", type=number_between(0, 1e6), default=0.0, metavar="N",
        help="and more allocations per operation than this (0)",
    )  # fmt: skip
    places = parser.add_argument_group("where to")
    places.add_argument(
        "--format", choices=("terminal", "markdown", "csv", "json", "junit"), default="terminal",
        help="what to print on stdout (terminal)",
    )  # fmt: skip
    places.add_argument(
        "--results", type=Path, default=Path("results/gate"), metavar="DIR",
        help="runs, gate.json, gate.md, gate.csv and gate.junit.xml go to DIR/runs/ID (default: results/gate)",
    )  # fmt: skip
    places.add_argument(
        "--artifacts", type=Path, metavar="DIR",
        help="copies of these four files too, for a workflow that must know where they are; what an earlier gate left "
        "there is removed first",
    )  # fmt: skip
    places.add_argument(
        "--summary", type=Path, metavar="FILE",
        help="append the Markdown to this file too (default: what GITHUB_STEP_SUMMARY names, if anything)",
    )  # fmt: skip
    add_build_dir(parser)
    return parser


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Ends the program with status 2 and its usage when the sides are not two."""
    libraries = (options.base_allocator, options.head_allocator)
    if any(libraries):
        if not all(libraries):
            parser.error("--base-allocator and --head-allocator go together: one for each side")
        if options.base or options.base_cc or options.allocators:
            parser.error("two allocators are compared under one build: leave out --base, --base-cc and --allocators")
    elif options.second_launches and options.second_launches < 3 * (options.layouts or MOST_LAYOUTS):
        parser.error(f"--second-launches: three for each of the {options.layouts or MOST_LAYOUTS} --layouts at least")
    elif not options.base and not (options.base_cc and options.head_cc):
        parser.error("which base? --base REF, or two allocators, or two compilers: see the examples of --help")


def _unless_stopped(options: argparse.Namespace) -> int:
    try:
        return _unless_refused(options)
    except (Stopped, KeyboardInterrupt) as stopped:
        print("gate.py: stopped; what was measured stays in its run folder", file=sys.stderr)
        return stopped.status if isinstance(stopped, Stopped) else stopped_status(stopped)


def _unless_refused(options: argparse.Namespace) -> int:
    """A refusal of heaptoll's is said in its words."""
    from heaptoll.counts.catalogue import Refused

    try:
        return _gate(options)
    except Refused as refused:
        return failed("gate.py", str(refused).removeprefix("heaptoll: "))


def _gate(options: argparse.Namespace) -> int:
    # pandas and scipy take half a second to import; --help and a typing mistake need neither.
    from dataclasses import replace

    from heaptoll.gate import decide, report, run
    from heaptoll.gate.measure import Chosen
    from heaptoll.verdict.zone import DeadZone

    if options.artifacts:
        _clear(options.artifacts)
    say = clocked()
    heaptoll = (options.build_dir / "heaptoll").absolute()
    if not heaptoll.is_file():
        raise BadInput(heaptoll, "a built program", "run `make build` first", found="no such file")
    first, second = run.FIRST, run.SECOND
    first = replace(first, launches=options.launches or first.launches)
    second = replace(
        second, launches=options.second_launches or second.launches, layouts=options.layouts or second.layouts
    )
    third = replace(second, launches=4 * second.launches)
    zone = DeadZone(options.dead_zone_percent / 100, options.dead_zone_ns)
    plan = run.Plan(heaptoll, options.results, zone, first, second, third)
    sides = _sides(options, heaptoll, second.layouts, say)
    timed = run.time_sides(plan, sides, Chosen(options.profile, options.filter), say)
    counted = _counts(options, sides, list(dict.fromkeys(row.key.case for row in timed.rows)))
    losses = "\n".join(filter(None, (timed.losses, counted.losses)))
    judgement = decide.judgement(
        timed.rows, list(counted.red(timed.rows)), counted.changed_controls, losses, timed.one_sided
    )
    return _tell(options, report.Report(sides.base_title, sides.head_title, zone, timed, judgement, counted))


def _counts(options: argparse.Namespace, sides: Sides, cases: Sequence[str]) -> Counted:
    from heaptoll.counts.progress import Progress
    from heaptoll.gate import counts
    from heaptoll.gate.counted import Counted

    thresholds = counts.Thresholds(options.more_instructions_percent, options.more_allocations)
    if options.counts == "off":
        return Counted((), "counts: off, but for allocations", thresholds=thresholds)
    with Progress(sys.stderr) as progress:
        found = counts.counts_if_possible(
            lambda: sides.counted(options.build_dir), cases, progress.say, required=options.counts == "required"
        )
    if isinstance(found, counts.Unavailable):
        return Counted((), str(found), thresholds=thresholds)
    rows = tuple(counts.differences(found, thresholds))
    return Counted(rows, "", options.counts == "required", thresholds, found.left_out)


def _sides(options: argparse.Namespace, heaptoll: Path, layouts: int, say: Callable[[str], None]) -> Sides:
    from heaptoll.counts.catalogue import ask
    from heaptoll.gate.build import build
    from heaptoll.gate.sides import AllocatorSides, BuildSides
    from heaptoll.gate.source import source_of

    folder, jobs = options.build_dir.absolute() / "gate", os.cpu_count() or 1
    usual = os.environ.get("CC") or None
    head_source = source_of(_REPOSITORY, options.head)
    base_source = source_of(_REPOSITORY, options.base) if options.base else head_source
    head = build(_REPOSITORY, head_source, folder, layouts, options.head_cc or usual, jobs, say)
    if options.base_allocator:
        return AllocatorSides(
            options.base_allocator, options.head_allocator, head.workers, options.base_allocator, options.head_allocator
        )
    base = build(_REPOSITORY, base_source, folder, layouts, options.base_cc or usual, jobs, say)
    asked = [] if options.allocators is None else [f"--allocators={options.allocators}"]
    lanes = [line.partition("\t") for line in ask([heaptoll, "--list-lanes", *asked]).splitlines()]
    compilers = base.compiler, head.compiler
    if base.compiler == head.compiler:  # the same one perhaps with other flags: another C library, say
        compilers = options.base_cc or usual or "", options.head_cc or usual or ""
    differ = compilers[0] != compilers[1]
    return BuildSides(
        f"{base_source.title}, {compilers[0] or base.compiler}" if differ else base_source.title,
        f"{head_source.title}, {compilers[1] or head.compiler}" if differ else head_source.title,
        base.workers,
        head.workers,
        tuple(f"{name}={library}" if library else name for name, _, library in lanes),
    )


def _clear(artifacts: Path) -> None:
    """A gate that fails must not leave another one's verdict where its own is looked for."""
    artifacts.mkdir(parents=True, exist_ok=True)
    for name in _FILES.values():
        (artifacts / name).unlink(missing_ok=True)


def _tell(options: argparse.Namespace, found: Report) -> int:
    from heaptoll.gate import report
    from heaptoll.gate.csv_file import as_csv
    from heaptoll.gate.json_file import as_json
    from heaptoll.gate.junit_file import as_junit

    folder = options.results / "runs" / found.timed.runs[0]
    texts = {
        "terminal": report.as_text(found), "markdown": report.as_markdown(found), "csv": as_csv(found),
        "json": as_json(found), "junit": as_junit(found),
    }  # fmt: skip
    places: list[Path] = [folder, *([options.artifacts] if options.artifacts else [])]
    for place in places:
        for format_, name in _FILES.items():
            write_whole(place / name, texts[format_].encode())
    summary = options.summary or os.environ.get("GITHUB_STEP_SUMMARY")
    print_text(texts[options.format].rstrip("\n") + "\n")
    print(folder / "gate.json", file=sys.stderr)
    try:
        if summary:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(texts["markdown"])
    except OSError as error:  # what it would have said stands above
        print(f"gate.py: {summary}: not written: {error.strerror}", file=sys.stderr)
    return found.judgement.conclusion.value
