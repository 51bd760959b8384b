"""The command line of scripts/export.py.

Exit codes: 0 written · 2 bad input, nothing to export, or not written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_run, exit_status, join_parts, print_text, refuse_input_as_output
from heaptoll.name_filter import filter_text
from heaptoll.option_types import names

if TYPE_CHECKING:
    from heaptoll.history.series import Series
    from heaptoll.export.results import Results

_PROGRAM = "export.py"
_NAMES = ("github-action-benchmark", "bencher", "go", "otava", "junit", "markdown", "csv")  # of heaptoll.export.formats
_MOST_GAPS_SAID = 10

_EXAMPLE = """\
examples:
  scripts/export.py --format github-action-benchmark --out benchmarks.json
      for benchmark-action/github-action-benchmark with `tool: customSmallerIsBetter`
  scripts/export.py --format bencher --out bencher.json && bencher run --adapter json --file bencher.json
  scripts/export.py results/runs/20260130T120000Z-beef --format go --out old.txt
  scripts/export.py --format go --out new.txt && benchstat old.txt new.txt
      or, within one run: benchstat -col /allocator new.txt; benchstat -col '/arm@(stack heap)' new.txt
  scripts/export.py --format markdown --filter '/64$' >>"$GITHUB_STEP_SUMMARY"
  scripts/export.py --format junit --arms null,stack,heap --allocators glibc,jemalloc --out heaptoll.xml

  scripts/export.py --format otava --store results/history --arms toll --out history.csv
      the runs that compare with the newest one; with --machine bench-1 or --key 'gcc 12', those of another key

What each format holds: docs/FORMATS.md, "What make export writes". What is contended, failed or skipped is in none of
them as a number.

exit status: 0 written; 2 bad input, nothing to export, or not written
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.store is not None and (options.format != "otava" or options.run != parser.get_default("run")):
        parser.error("--store exports a history as otava, and no run: name one of the two")
    of_store = [f"--{name}" for name in ("machine", "key", "join") if getattr(options, name) is not None]
    if options.store is None and of_store:
        parser.error(f"{', '.join(of_store)} is about a history: name it with --store DIR")
    return exit_status(_PROGRAM, options.out or Path("standard output"), lambda: _export(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Write a run's results in the format of another tracker.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_run(parser)
    parser.add_argument("--format", choices=_NAMES, required=True, help="what to write")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where it goes, as a whole or not at all (default: standard output)"
    )
    parser.add_argument("--build", metavar="BUILD", help="which build of the run, if it has several")
    parser.add_argument(
        "--arms", type=names, metavar="ARM[,ARM]",
        help="null, stack, heap, inline, …, and toll, heap minus stack (default: stack,heap,toll)",
    )  # fmt: skip
    parser.add_argument("--allocators", type=names, metavar="NAME[,NAME]", help="only these (default: all)")
    parser.add_argument(
        "--filter", type=filter_text, default="", metavar="REGEX",
        help="only cases whose name matches; -REGEX: only the others",
    )  # fmt: skip
    parser.add_argument(
        "--store", type=Path, metavar="DIR",
        help="of otava: all runs of a history, as `make history` keeps it, in place of one run",
    )  # fmt: skip
    parser.add_argument("--machine", metavar="NAME", help="of a history: only runs of the machine of this name")
    parser.add_argument(
        "--key", type=_words, metavar="TEXT",
        help="of a history: only runs under a key with this in its words, as they are said (default: that of the "
        "newest run)",
    )  # fmt: skip
    parser.add_argument(
        "--join", type=join_parts, metavar="WORD[,WORD]",
        help="of a history: what may differ between its runs, as history.py has it",
    )  # fmt: skip
    parser.add_argument("--allow-incomplete", action="store_true", help="read a run that is running, or failed, too")
    return parser


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a part of a key's words")
    return text.strip()


def _export(options: argparse.Namespace) -> int:
    if options.store is not None:
        return _export_store(options)
    # pandas and scipy take half a second to import; --help and a typing mistake need neither.
    from heaptoll.compare.own_run import build_of, read_own_run, refuse_endless
    from heaptoll.export.formats import FORMATS
    from heaptoll.export.results import Chosen, results_of

    refuse_input_as_output(options.out, [options.run])
    run = read_own_run(options.run, allow_incomplete=options.allow_incomplete)
    refuse_endless(run)
    results = results_of(
        run, build_of(run, options.build, "--build"), Chosen(options.arms, options.filter, options.allocators)
    )
    chosen = FORMATS[options.format]
    if chosen.only_numbers:
        _say_gaps(results, run.folder, options.format)
    _write(chosen.write(results), options.out)
    return 0


def _export_store(options: argparse.Namespace) -> int:
    from heaptoll.export import otava
    from heaptoll.export.of_store import AskedKey, one_key
    from heaptoll.export.results import DEFAULT_ARMS
    from heaptoll.history.chosen import Chosen
    from heaptoll.history.index import Index

    if not options.store.is_dir():
        raise BadInput(options.store, "the folder of a history", "append a run: make history", found="no such folder")
    if options.out is not None and options.out.resolve().parent == options.store.resolve():
        raise BadInput(options.out, "a file outside of the store", "name another with --out", found="one in it")
    allocators, join = options.allocators or (), options.join or frozenset()
    asked = Chosen(options.filter, options.arms or (), allocators, join=join)
    series: list[Series] = []
    index = Index(options.store)
    try:
        with index.lock:
            runs = index.runs()
            if runs:
                index.refuse_unmeasured(asked, ())
                one = one_key(runs, AskedKey(options.machine, options.key, allocators, join), options.store)
                series = one.of(list(index.series(replace(asked, keys=one.keys))))
                for line in one.said:
                    print(f"{_PROGRAM}: {line}", file=sys.stderr)
    finally:
        index.close()
    for notice in index.notices:
        print(f"{_PROGRAM}: {notice}", file=sys.stderr)
    for damaged in index.damaged:
        print(f"{_PROGRAM}: left out: {damaged}", file=sys.stderr)
    series = [each for each in series if options.arms or each.name.arm in DEFAULT_ARMS]
    if not series:
        raise BadInput(options.store, "runs to export", "append one: make history", found="none")
    text = otava.as_otava(series)
    for name in otava.holes(text)[:_MOST_GAPS_SAID]:
        print(f"{_PROGRAM}: some runs have no {name}; Otava refuses a column with an empty cell", file=sys.stderr)
    _write(text, options.out)
    return 2 if index.damaged else 0


def _write(text: str, out: Path | None) -> None:
    from heaptoll.whole_file import write_whole

    if out is not None:
        write_whole(out, text.encode("utf-8", "backslashreplace"))
    else:
        print_text(text)


def _say_gaps(results: Results, folder: Path, name: str) -> None:
    from heaptoll.escapes import visible
    from heaptoll.export.results import gap_words

    gaps = gap_words(results.gaps)
    if not results.numbers:
        raise BadInput(
            folder, f"a figure that {name} can hold", "measure again, or choose other cases, arms or allocators",
            found="; ".join(gaps[:3]) or "none",
        )  # fmt: skip
    for line in gaps[:_MOST_GAPS_SAID]:
        print(f"{_PROGRAM}: left out: {visible(line)}", file=sys.stderr)
    if len(gaps) > _MOST_GAPS_SAID:
        print(f"{_PROGRAM}: and {len(gaps) - _MOST_GAPS_SAID} more reasons; --format=csv has them all", file=sys.stderr)
