"""The command line of scripts/escape.py.

Exit codes: 0 reported · 1 a known version of Go says or costs something else than is known of it · 2 bad input, no Go.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.command_line import exit_status, print_text
from heaptoll.whole_file import write_whole

if TYPE_CHECKING:
    from heaptoll.escape.go_tool import Version

_FORMATS = ("terminal", "markdown", "json")  # of heaptoll.escape.formats
_ROOT = Path(__file__).parents[3]
_GO = _ROOT / "benches" / "go"

_EXAMPLE = """\
examples:
  scripts/escape.py
      the classics: what the compiler says of each function, why, and what a call was measured to cost
  scripts/escape.py ./internal/parser --format=markdown
      the same compiler on a package of yours, with what a block of each site's size takes on this machine
  scripts/escape.py --no-bench
      only what the compiler says

What stands in the columns, and what the prices leave out: docs/GO.md.

exit status: 0 reported; 1 a known version of Go says something else than is known of it, or the measured allocations
differ; 2 bad input, or no Go
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _stop)  # so that what was started ends with us
    return exit_status("escape.py", options.record, lambda: _report(options))


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt(number)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="escape.py",
        description="Say what Go's compiler moves to the heap, why, and what it costs: in the classic examples, or in "
        "any package. Needs `go` on PATH, 1.18 or newer.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "package", nargs="?", type=Path, metavar="PACKAGE", help="the folder of a Go package (default: the classics)"
    )
    parser.add_argument("--format", choices=_FORMATS, default="terminal", help="what to write (default: terminal)")
    parser.add_argument(
        "--processes", type=_processes, default=5, metavar="N", help="how many processes measure each benchmark (5)"
    )
    parser.add_argument(
        "--benchtime",
        type=_benchtime,
        default="20ms",
        metavar="TIME",
        help="how long each does, as go test has it (20ms)",
    )
    parser.add_argument("--no-bench", action="store_true", help="measure nothing")
    parser.add_argument(
        "--run", type=Path, metavar="RUN_DIR",
        help="the C run whose figures stand beside (default: results/latest, or else the published run)",
    )  # fmt: skip
    parser.add_argument(
        "--record", type=Path, nargs="?", const=_GO / "expected", metavar="FOLDER",
        help="write what this version says of the classics as the table of its release, to be looked through and "
        "committed (default: benches/go/expected)",
    )  # fmt: skip
    parser.add_argument("--expected", type=Path, metavar="FOLDER", help="where the tables of known verdicts are")
    return parser


def _processes(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,2}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 999, not {text!r}")
    return int(text)


def _benchtime(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,5}(?:ms|s|x)", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"expected a time as 20ms, 1s or 100x, not {text!r}")
    return text


def _report(options: argparse.Namespace) -> int:
    from heaptoll.escape import go_tool

    version = go_tool.version()
    if options.record is not None:
        return _record(options, version)
    return _price(options, version) if options.package is not None else _classics(options, version)


def _record(options: argparse.Namespace, version: Version) -> int:
    from heaptoll.bad_input import BadInput
    from heaptoll.escape import classics, expected

    if options.package is not None:
        raise BadInput(options.package, "no package beside --record", "leave one of them out")
    if version.release == (0, 0):
        raise BadInput("go version", "a release, which a table can be named after", "record with a release of Go",
                       found=version.name)  # fmt: skip
    known = expected.nearest(options.expected or _GO / "expected", version.release)
    path = options.record / f"{version.release[0]}.{version.release[1]}.csv"
    write_whole(path, expected.as_csv(classics.said_by_compiler(_GO / "classic").sites, known))
    print(path)
    return 0


def _classics(options: argparse.Namespace, version: Version) -> int:
    from heaptoll.escape import beside_c, classics
    from heaptoll.escape.formats import FORMATS

    c_run = beside_c.find_run(options.run, _ROOT)
    processes = 0 if options.no_bench else options.processes
    report = classics.report(_GO, version, options.benchtime, processes, c_run, options.expected)
    print_text(FORMATS[options.format].write_classics(report))
    if report.fails:
        print(f"escape.py: {version.name} is known to say or to cost something else", file=sys.stderr)
    return 1 if report.fails else 0


def _price(options: argparse.Namespace, version: Version) -> int:
    from heaptoll.escape import package
    from heaptoll.escape.formats import FORMATS

    processes = 0 if options.no_bench else options.processes
    report = package.report(_GO, version, options.package, options.benchtime, processes)
    print_text(FORMATS[options.format].write_package(report))
    return 0
