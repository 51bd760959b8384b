"""The command line of scripts/export.py.

Exit codes: 0 written · 2 bad input, nothing to export, or not written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_run, exit_status, print_text, refuse_input_as_output

if TYPE_CHECKING:
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

What each format holds: docs/FORMATS.md, "What make export writes". What is contended, failed or skipped is in none of
them as a number.

exit status: 0 written; 2 bad input, nothing to export, or not written
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
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
        "--arms", type=_names, metavar="ARM[,ARM]",
        help="null, stack, heap, inline, …, and toll, heap minus stack (default: stack,heap,toll)",
    )  # fmt: skip
    parser.add_argument("--allocators", type=_names, metavar="NAME[,NAME]", help="only these (default: all)")
    parser.add_argument(
        "--filter", default="", metavar="REGEX", help="only cases whose name matches; -REGEX: only the others"
    )
    parser.add_argument("--allow-incomplete", action="store_true", help="read a run that is running, or failed, too")
    return parser


def _names(text: str) -> tuple[str, ...]:
    names = tuple(filter(None, (name.strip() for name in text.split(","))))
    if not names:
        raise argparse.ArgumentTypeError(f"expected names separated by commas, not {text!r}")
    return names


def _export(options: argparse.Namespace) -> int:
    # pandas and scipy take half a second to import; --help and a typing mistake need neither.
    from heaptoll.compare.own_run import build_of, read_own_run, refuse_endless
    from heaptoll.export.formats import FORMATS
    from heaptoll.export.results import Chosen, results_of
    from heaptoll.whole_file import write_whole

    refuse_input_as_output(options.out, [options.run])
    run = read_own_run(options.run, allow_incomplete=options.allow_incomplete)
    refuse_endless(run)
    results = results_of(
        run, build_of(run, options.build, "--build"), Chosen(options.arms, options.filter, options.allocators)
    )
    chosen = FORMATS[options.format]
    if chosen.only_numbers:
        _say_gaps(results, run.folder, options.format)
    text = chosen.write(results)
    if options.out is not None:
        write_whole(options.out, text.encode("utf-8", "backslashreplace"))
    else:
        print_text(text)
    return 0


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
