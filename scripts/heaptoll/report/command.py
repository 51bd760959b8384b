"""The command line of scripts/report.py.

Exit codes: 0 the page is written · 2 bad input, or it could not be written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from heaptoll.command_line import (
    add_counts_and_build, add_run, exit_status, failed, no_such_build, print_text, stop_on_sigterm,
)  # fmt: skip

_PROGRAM = "report.py"
_DEFAULT_OUT = Path("plots/latest/site")
_MACHINES = Path("results/published")

_EXAMPLE = """\
examples:
  scripts/report.py
      the page of results/latest, in plots/latest/site: open its index.html in a browser
  scripts/report.py results/runs/20260131T120000Z-beef --out today
      the page of another run, elsewhere
  scripts/report.py --words
      no page: its answer in words, as Markdown
  scripts/report.py --base results/runs/20260131T120000Z-beef
      with another run that the reader can compare with
  scripts/report.py --published --history plots/history --out _site
      the site of all published machines, each with its own page, and of the nightly's history
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.history is not None and not options.published:
        parser.error("--history goes with --published")
    of_one_run = options.run != parser.get_default("run") or options.base or options.build or options.counts
    if options.published and of_one_run:
        parser.error("--published shows all published runs: leave out the run, --base, --build and --counts")
    stop_on_sigterm()
    return exit_status(_PROGRAM, options.out, lambda: (_site if options.published else _report)(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Write a run as a page: a folder of HTML that needs no network, opens from a file and works on any\n"
        "static host. Prints the path of its first file.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_run(parser)
    parser.add_argument(
        "--out", type=Path, default=_DEFAULT_OUT, metavar="DIR",
        help=f"where the page goes; a page that is there is replaced (default: {_DEFAULT_OUT})",
    )  # fmt: skip
    parser.add_argument(
        "--base", type=Path, action="append", default=[], metavar="RUN_DIR",
        help="another run that the page can compare this one with; may be given more than once",
    )  # fmt: skip
    parser.add_argument(
        "--machines", type=Path, default=_MACHINES, metavar="DIR",
        help=f"the published runs, which the page lists and can compare with (default: {_MACHINES})",
    )  # fmt: skip
    parser.add_argument(
        "--published", action="store_true",
        help="no run's page, but the site of all published machines: their index, a page for each",
    )  # fmt: skip
    parser.add_argument(
        "--history", type=Path, metavar="DIR",
        help="with --published: the nightly's history, history.json as `history.py --format=json` writes it, and charts",
    )  # fmt: skip
    add_counts_and_build(parser)
    parser.add_argument(
        "--allow-incomplete", action="store_true",
        help="a run that is still running, or failed, too; the page says so",
    )  # fmt: skip
    parser.add_argument(
        "--words", action="store_true",
        help="write no page, and print what it says in words: a few sentences, as Markdown for a README or an issue",
    )  # fmt: skip
    parser.add_argument("--numbers", action="store_true", help="with --words: and what stands behind each number")
    return parser


def _site(options: argparse.Namespace) -> int:
    from heaptoll.report.published_site import build_published

    told: list[str] = []
    print(build_published(options.machines, options.history, options.out, told.append))
    for line in told:
        print(f"{_PROGRAM}: {line}", file=sys.stderr)
    return 0


def _report(options: argparse.Namespace) -> int:
    # pandas takes most of a second to import; --help and a typing mistake do not need it.
    from heaptoll.measurements import read_run
    from heaptoll.report import site
    from heaptoll.report.dataset import Measured
    from heaptoll.report.others import Surroundings, others
    from heaptoll.report.words.answer import answer, go_in_short
    from heaptoll.report.words.markdown import as_markdown
    from heaptoll.terminal_text import wrapped

    run = replace(read_run(options.run, allow_incomplete=options.allow_incomplete), counts=options.counts)
    if not run.builds:
        return failed(_PROGRAM, f"{options.run}: the run has no measurements: run `make bench` to the end of a launch")
    if wrong := no_such_build(options, run.builds):
        return failed(_PROGRAM, wrong)
    measured = Measured.of(run, options.build or run.builds[0])
    if options.words:
        print_text(as_markdown(answer(measured), warnings=measured.warnings, numbers=options.numbers))
    else:
        around = Surroundings(others(options.machines, options.base))
        print(site.build_measured(measured, options.out, around))
        if said := go_in_short(measured):
            print(*wrapped(said), sep="\n", file=sys.stderr)
    if measured.go_trouble:
        raise measured.go_trouble
    return 0
