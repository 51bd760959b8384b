"""The command line of scripts/history.py.

Exit codes: 0 whatever was found, for it only warns · 2 bad input, a damaged store, or not written · 3 the run has no value
that counts, because the machine was too noisy.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import exit_status, join_parts, print_text, refuse_input_as_output
from heaptoll.history.change.threshold import DEFAULT_FALSE_ALARMS
from heaptoll.name_filter import filter_text
from heaptoll.option_types import names, number_between, whole_between

if TYPE_CHECKING:
    from heaptoll.history.change.search import Found
    from heaptoll.history.series import Series
    from heaptoll.history.sources import Source
    from heaptoll.history.told import Told

PROGRAM = "history.py"
_LATEST = Path("results/latest")
_FORMATS = ("terminal", "markdown", "json", "csv")  # of heaptoll.history.formats
_UNITS = ("ns", "cycles")  # of heaptoll.history.chosen
_DELIMITERS = ("comma", "semicolon", "tab")  # of heaptoll.history.csv_table
_OF_STORE = ("machine", "started", "look", "reindex", "arms", "allocators", "unit", "join")
_OF_CSV = ("time", "commit", "metrics", "series_column", "value_column", "delimiter")
_LONGEST_LABEL = 60
_LAST = 1000  # values: what a search takes grows faster than their number

_EXAMPLE = """\
examples:
  scripts/history.py
      appends the newest run to results/history, if it is not there yet, and says where its series changed
  scripts/history.py results/runs/20260131T120000Z-beef --machine bench-1
      appends that run, of the machine that you call bench-1
  scripts/history.py --look --filter 'returned_pointer/.*/64' --arms toll --allocators jemalloc
      appends nothing, and looks at some series
  scripts/history.py --look --join compiler,flags
      lets series go on where the compiler or its flags changed
  scripts/history.py --csv results.csv --time date --commit revision --metrics latency,throughput
      another project's history; with --series-column and --value-column, one row per time and series

A series ends where anything changes that makes its values not compare: the machine, libc, the compiler, flags, the
profile, the engine, an allocator's version or options. The files: docs/FORMATS.md, "What make history keeps".

exit status: 0 whatever was found: a history warns, the gate refuses; 2 bad input, or not written, or a file of the
store is damaged: the rest is shown, and the message says how to mend it; 3 nothing appended, because the machine was too
noisy for any value of the run to count
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    _check(parser, options)
    return exit_status(PROGRAM, options.out or options.store, lambda: _history(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Append a run to a history, and find the points at which its series changed their level.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "run", nargs="?", type=Path, metavar="RUN_DIR",
        help="the run to append: its folder, or its measurements.csv or measurements.csv.xz (default: "
        f"{_LATEST}, where it is there)",
    )  # fmt: skip
    store = parser.add_argument_group("the store")
    store.add_argument(
        "--store", type=Path, default=Path("results/history"), metavar="DIR",
        help="where it is (default: results/history)",
    )  # fmt: skip
    store.add_argument(
        "--machine", type=_label, metavar="NAME", help="what you call the machine of the run that is appended"
    )
    store.add_argument(
        "--started", type=_moment, metavar="TIME",
        help="when that run really began, 2026-01-31T12:00:00Z, where the machine's clock was wrong",
    )  # fmt: skip
    store.add_argument("--look", action="store_true", help="append nothing")
    store.add_argument("--reindex", action="store_true", help="make the index of the store anew from its files")
    foreign = parser.add_argument_group("another project's history")
    foreign.add_argument("--csv", type=Path, metavar="FILE", help="read this file in place of the store")
    foreign.add_argument(
        "--time", metavar="COLUMN", help="its column with the time: ISO 8601, or seconds since 1970 (time)"
    )
    foreign.add_argument("--commit", metavar="COLUMN", help="its column with the commit (commit, where there is one)")
    foreign.add_argument(
        "--metrics", type=names, metavar="A[,B]", help="its columns that are series (default: all that hold numbers)"
    )
    foreign.add_argument(
        "--series-column", metavar="COLUMN", help="where each row is one value: the name of its series"
    )
    foreign.add_argument("--value-column", metavar="COLUMN", help="and the value")
    foreign.add_argument(
        "--delimiter", choices=_DELIMITERS, help="between its cells (default: what divides the first line)"
    )
    series = parser.add_argument_group("which series")
    series.add_argument(
        "--filter", type=filter_text, default="", metavar="REGEX",
        help="only cases (or metrics) whose name matches; -REGEX: only the others",
    )  # fmt: skip
    series.add_argument("--arms", type=names, metavar="ARM[,ARM]", help="only these: null, stack, heap, …, toll")
    series.add_argument("--allocators", type=names, metavar="NAME[,NAME]", help="only these")
    series.add_argument("--unit", choices=_UNITS, help="time or core cycles per operation (default: ns)")
    series.add_argument(
        "--join", type=join_parts, metavar="WORD[,WORD]",
        help="what may change within a series: machine, libc, compiler, flags, profile, allocators, engine",
    )  # fmt: skip
    series.add_argument(
        "--last", type=whole_between(10, 10**9 - 1), default=_LAST, metavar="N",
        help=f"only the newest N values of each, 10 or more (default: {_LAST}, some years of nights)",
    )  # fmt: skip
    decide = parser.add_argument_group("what is a change")
    decide.add_argument(
        "--false-alarms", type=number_between(0, 0.05), default=DEFAULT_FALSE_ALARMS, metavar="SHARE",
        help="of series in which nothing changed, how many may show a change: above 0, at most 0.05 (default: "
        f"{DEFAULT_FALSE_ALARMS})",
    )  # fmt: skip
    decide.add_argument(
        "--dead-zone-percent", type=number_between(0, 100), default=1.0, metavar="PERCENT",
        help="a change of no more than this share is none (default: 1)",
    )  # fmt: skip
    decide.add_argument(
        "--dead-zone-ns", type=number_between(0, 1e9), default=0.05, metavar="NS",
        help="nor is one of no more than this, in ns per operation (default: 0.05)",
    )  # fmt: skip
    told = parser.add_argument_group("what is written")
    told.add_argument("--format", choices=_FORMATS, default="terminal", help="what to write (default: terminal)")
    told.add_argument(
        "--out", type=Path, metavar="FILE",
        help="where it goes, as a whole or not at all; then the terminal's report stays on standard output",
    )  # fmt: skip
    charts = told.add_mutually_exclusive_group()
    charts.add_argument(
        "--charts", type=Path, default=Path("plots/history"), metavar="DIR",
        help="where charts go (default: plots/history)",
    )  # fmt: skip
    charts.add_argument("--no-charts", action="store_true", help="draw none")
    told.add_argument(
        "--summary", type=Path, metavar="FILE",
        help="append the Markdown to this file too (default: what GITHUB_STEP_SUMMARY names, if anything)",
    )  # fmt: skip
    return parser


def _label(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > _LONGEST_LABEL:
        raise argparse.ArgumentTypeError(f"expected a name of up to {_LONGEST_LABEL} characters, not {text!r}")
    return text.strip()


def _moment(text: str) -> object:
    from heaptoll.history import moments

    try:
        return moments.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a moment like {moments.EXAMPLE}, not {text!r}") from None


def _check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Options that do not go together."""

    def given(names: Sequence[str]) -> list[str]:
        return [f"--{name.replace('_', '-')}" for name in names if getattr(options, name) not in (None, False)]

    if options.false_alarms == 0:
        parser.error("--false-alarms: nothing is ever certain; name a share above 0")
    if options.csv is not None:
        if options.run is not None or given(_OF_STORE):
            parser.error(f"{', '.join(given(_OF_STORE)) or options.run} is about the store, and --csv reads none")
        if (options.series_column is None) != (options.value_column is None):
            parser.error("--series-column and --value-column go together")
        if options.series_column is not None and options.metrics is not None:
            parser.error("--metrics names columns, and with --series-column a series is none: use --filter")
    elif given(_OF_CSV):
        parser.error(f"{', '.join(given(_OF_CSV))} is about a CSV: name it with --csv FILE")
    if options.look and (options.run is not None or options.machine or options.started):
        parser.error("--look appends nothing: leave out the run, --machine and --started, or --look")


def _history(options: argparse.Namespace) -> int:
    source = _source(options)
    try:
        _tell(options, source)
    except BaseException:
        if "run" in source.told.heading:  # it is in the store, whatever became of the report
            print(f"{PROGRAM}: run: {source.told.heading['run']}", file=sys.stderr)
        raise
    return 2 if source.damaged else 0


def _tell(options: argparse.Namespace, source: Source) -> None:
    every = list(source.series)
    cut = sum(len(each) > options.last for each in every)
    if cut:
        said = f"of {cut} series only the newest {options.last} values are searched (--last)"
        source = replace(source, told=replace(source.told, notices=(*source.told.notices, said)))
    found = _found(options, [each.newest(options.last) for each in every])
    _write(options, found, source.told)
    if not options.no_charts:
        from heaptoll.history.chart import draw

        for path in draw(found, source.told, options.charts):
            print(path, file=sys.stderr)


def _source(options: argparse.Namespace) -> Source:
    # numpy and pandas take half a second to import; --help and a typing mistake need neither.
    from heaptoll.history.chosen import Chosen
    from heaptoll.history.csv_source import csv_source
    from heaptoll.history.foreign_csv import CsvAsked
    from heaptoll.history.store_source import Asked, store_source

    if options.csv is not None:
        refuse_input_as_output(options.out, [options.csv])
        return csv_source(
            CsvAsked(
                options.csv, options.time or "time", options.commit, options.metrics, options.series_column,
                options.value_column, options.delimiter,
            ),
            options.filter,
        )  # fmt: skip
    run = options.run
    if run is None and not options.look and (_LATEST.exists() or options.machine or options.started):
        run = _LATEST
    if run is not None:
        refuse_input_as_output(options.out, [run])
    if options.out is not None and options.out.resolve().parent == options.store.resolve():
        raise BadInput(options.out, "a file outside of the store", "name another with --out", found="one in it")
    chosen = Chosen(
        options.filter, options.arms or (), options.allocators or (), options.unit or _UNITS[0],
        options.join or frozenset(),
    )  # fmt: skip
    return store_source(options.store, chosen, Asked(run, options.machine, options.started, options.reindex))


def _found(options: argparse.Namespace, series: Sequence[Series]) -> Found:
    from heaptoll.history.change.search import search
    from heaptoll.verdict.zone import DeadZone

    zone = DeadZone(options.dead_zone_percent / 100, options.dead_zone_ns)
    return search(series, options.false_alarms, zone)


def _write(options: argparse.Namespace, found: Found, told: Told) -> None:
    from heaptoll.history.formats import FORMATS
    from heaptoll.whole_file import write_whole

    on_terminal = options.format == "terminal" or options.out is not None
    text = FORMATS[options.format](found, told)
    if options.out is not None:
        write_whole(options.out, text.encode("utf-8", "backslashreplace"))
    print_text(FORMATS["terminal"](found, told) if on_terminal else text)
    summary = options.summary or os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(FORMATS["markdown"](found, told))
        except OSError as error:  # what it would have said stands above
            print(f"{PROGRAM}: {summary}: not written: {error.strerror}", file=sys.stderr)
