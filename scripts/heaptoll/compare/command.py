"""The command line of scripts/compare.py.

Exit codes: 0 no arm is slower · 1 an arm is slower · 2 bad input, not comparable, or not written · 3 inconclusive.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import exit_status, print_text, refuse_input_as_output
from heaptoll.compare.comparable import WORDS, parse_words
from heaptoll.compare.gbench_json import CLOCKS

if TYPE_CHECKING:
    from heaptoll.compare.sides import Sides
    from heaptoll.verdict.report import Report

_FORMATS = ("terminal", "markdown", "csv", "json", "junit")  # of heaptoll.verdict.formats

_EXAMPLE = """\
examples:
  scripts/compare.py results/runs/20260130T120000Z-beef results/latest
      what changed between two runs
  scripts/compare.py results/latest results/latest --base-build before --head-build after
      two builds that were measured together in one run, paired by launch: the sharpest comparison
  scripts/compare.py old.json new.json --time cpu
      two files of Google Benchmark's --benchmark_out, with --benchmark_repetitions=10 or more
  scripts/compare.py old.txt new.txt --format markdown >>"$GITHUB_STEP_SUMMARY"
      two outputs of go test -bench . -count 10
  scripts/compare.py old new --allow machine,flags
      across machines and flags, on your own responsibility

A verdict is one of slower, faster, same, unsure. How it is reached: docs/METHOD.md, "Comparing". The formats:
docs/FORMATS.md.

exit status: 0 no arm is slower; 1 an arm is slower (a toll does not count: it is made of two arms that are judged
themselves); 2 bad input, not comparable, not written, or the head failed at something that the base has
a time of; 3 inconclusive: none is slower, but more arms are unsure than
--max-unsure allows
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_status("compare.py", options.out or Path("standard output"), lambda: _compare(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="compare.py",
        description="Compare two stored results: runs of heaptoll, Google Benchmark's JSON, or Go's benchmark output.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name in ("base", "head"):
        parser.add_argument(
            name, type=Path, metavar=name.upper(),
            help="a run's folder, or its measurements.csv or measurements.csv.xz; or a file of another format",
        )  # fmt: skip
    for name in ("base", "head"):
        parser.add_argument(f"--{name}-build", metavar="BUILD", help=f"which build of the {name}, if it has several")
    parser.add_argument(
        "--dead-zone-percent", type=_percent, default=1.0, metavar="PERCENT",
        help="a change of no more than this share of the base is none (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--dead-zone-ns", type=_ns, default=0.05, metavar="NS",
        help="nor is one of no more than this, in ns per operation (default: 0.05)",
    )  # fmt: skip
    parser.add_argument(
        "--max-unsure", type=_percent, default=50.0, metavar="PERCENT",
        help="more unsure arms than this share of all are inconclusive (default: 50)",
    )  # fmt: skip
    parser.add_argument(
        "--allow", type=_words, default=frozenset(), metavar="WORD[,WORD]",
        help=f"what may differ between base and head: {', '.join(WORDS)}",
    )  # fmt: skip
    parser.add_argument("--time", choices=CLOCKS, help="which time of Google Benchmark's JSON (default: real)")
    parser.add_argument("--format", choices=_FORMATS, default="terminal", help="what to write (default: terminal)")
    parser.add_argument(
        "--out", type=Path, metavar="FILE",
        help="where it goes, as a whole or not at all; then the terminal's report stays on standard output",
    )  # fmt: skip
    parser.add_argument("--allow-incomplete", action="store_true", help="read runs that are running, or failed, too")
    return parser


def _number(text: str, largest: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= largest:
        raise argparse.ArgumentTypeError(f"expected a number from 0 to {largest:g}, not {text!r}")
    return value


def _percent(text: str) -> float:
    return _number(text, 100)


def _ns(text: str) -> float:
    return _number(text, 1e9)


def _words(text: str) -> frozenset[str]:
    try:
        return parse_words(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _compare(options: argparse.Namespace) -> int:
    # pandas and scipy take half a second to import; --help and a typing mistake need neither.
    from heaptoll.compare.readers import Asked
    from heaptoll.compare.sides import read_sides, refuse_clock_of_others

    clock = options.time or CLOCKS[0]
    base = Asked(options.base, options.base_build, "--base-build", clock, options.allow_incomplete)
    head = Asked(options.head, options.head_build, "--head-build", clock, options.allow_incomplete)
    refuse_input_as_output(options.out, [options.base, options.head])
    sides = read_sides(base, head, options.allow)
    refuse_clock_of_others(sides, options.time)
    report = _report(options, sides)
    _write(options, report)
    return _status(options, report, sides)


def _report(options: argparse.Namespace, sides: Sides) -> Report:
    from heaptoll.compare import pairing
    from heaptoll.verdict.judge import judge
    from heaptoll.verdict.report import Report
    from heaptoll.verdict.zone import DeadZone

    zone = DeadZone(options.dead_zone_percent / 100, options.dead_zone_ns)
    compared = pairing.comparisons(sides.base, sides.head, paired=sides.paired)
    if not compared:
        raise BadInput(
            sides.head.file, f"something that {sides.base.file} has times of too", "measure the same on both sides",
            found="nothing",
        )  # fmt: skip
    how = "paired by launch" if sides.paired else "not paired"
    heading = {
        "base": sides.base.identity,
        "head": sides.head.identity,
        "compared": f"{len(compared)} comparisons, {how}; dead zone {100 * zone.relative:g} % of the base, at least "
        f"{zone.floor_ns:g} ns",
    }
    rows = judge(compared, zone)
    missing = pairing.one_sided(sides.base, sides.head, paired=sides.paired)
    return Report("heaptoll compare", heading, rows, missing, sides.warnings, zone, unit=sides.base.unit)


def _write(options: argparse.Namespace, report: Report) -> None:
    from heaptoll.terminal_text import colour_wanted
    from heaptoll.verdict.formats import FORMATS, terminal
    from heaptoll.whole_file import write_whole

    on_terminal = options.format == "terminal" or options.out is not None
    if options.out is not None:
        write_whole(options.out, FORMATS[options.format](report).encode("utf-8", "backslashreplace"))
    print_text(terminal.render(report, colour=colour_wanted(sys.stdout)) if on_terminal else FORMATS[options.format](report))


def _status(options: argparse.Namespace, report: Report, sides: Sides) -> int:
    from heaptoll.compare.pairing import lost
    from heaptoll.verdict.judge import Verdict
    from heaptoll.verdict.report import arms, counts

    compared = arms(report.rows)
    found = counts(compared)
    if found[Verdict.SLOWER]:
        return 1
    failed_at = lost(sides.base, sides.head)
    if failed_at:
        first = " ".join(filter(None, failed_at[0]))
        print(
            f"compare.py: the head failed at {len(failed_at)} of what the base has times of: {first}: "
            f"{sides.head.untimed[failed_at[0]]}",
            file=sys.stderr,
        )
        return 2
    if 100 * found[Verdict.UNSURE] > options.max_unsure * len(compared):
        print(
            f"compare.py: inconclusive: {found[Verdict.UNSURE]} of {len(compared)} arms are unsure; more "
            "launches, or a quieter machine, would decide more",
            file=sys.stderr,
        )
        return 3
    return 0
