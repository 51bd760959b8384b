"""The command line of scripts/truth.py.

Exit codes: 0 measured, the verdicts are in the table · 1 a known cost is off by more than its bound · 2 could not be
measured, or bad input · 3 too noisy: fewer than half of the known costs could be judged.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir, clocked, read_measured

if TYPE_CHECKING:
    from heaptoll.truth.figures import Truth

_EXAMPLE = """\
examples:
  scripts/truth.py --quick
      one point of every kind of case, a minute
  scripts/truth.py --profile=full --filter=captured_closure
      known costs, then all points of one scenario

exit status: 0 measured; 1 a known cost is off by more than its bound; 2 could not be measured, or bad input;
3 too noisy to judge
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _measure(options)
    except BadInput as error:
        print(f"truth.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("truth.py: stopped; nothing was written", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="truth.py",
        description="Hold what Heaptoll measures against what is known: work whose core cycles the architecture fixes, "
        "and the same cases as Google Benchmark times them, with what explains the difference.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="fewer turns, and the smoke profile's cases")
    parser.add_argument(
        "--profile", choices=("smoke", "quick", "full"), help="which ordinary cases (quick; with --quick smoke)"
    )
    parser.add_argument(
        "--turns", type=_turns, metavar="N", help="turns of each part (16 and 6; with --quick 7 and 4)"
    )
    parser.add_argument("--filter", default="", metavar="REGEX", help="only the ordinary cases it matches")
    parser.add_argument("--allocator", default="glibc", metavar="NAME", help="the lane, as heaptoll names it (glibc)")
    add_build_dir(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("results/truth"), metavar="DIR",
        help="where truth.json and truth.md go (default: results/truth)",
    )  # fmt: skip
    parser.add_argument(
        "--from", type=Path, dest="measured", metavar="FILE",
        help="measure nothing: judge and write the table again from this truth.json",
    )  # fmt: skip
    return parser


def _turns(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("expected a whole number from 1 to 1000")
    return int(text)


def _run(options: argparse.Namespace) -> Truth:
    from heaptoll.precision.programs import Programs
    from heaptoll.truth import measure

    measure.check_built(options.build_dir)
    effort = (measure.QUICK if options.quick else measure.FULL).with_turns(options.turns)
    choice = measure.Choice(options.allocator, options.profile or effort.profile, options.filter)
    with tempfile.TemporaryDirectory(prefix="heaptoll-truth-") as scratch:
        return measure.measure(
            Programs(options.build_dir, Path(scratch)), effort, choice, Path("results/known-cores.tsv"), clocked()
        )


def _measure(options: argparse.Namespace) -> int:
    from heaptoll.truth.figures import Truth
    from heaptoll.truth.judge import exit_code, judge_cycles, judge_ns
    from heaptoll.truth.table import table

    measured = options.measured
    found = read_measured(measured, Truth.from_json, "truth.json") if measured else _run(options)
    text = table(found)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "truth.json").write_text(json.dumps(found.as_json()) + "\n", encoding="utf-8")
    (options.out / "truth.md").write_text(text, encoding="utf-8")
    print(text)
    print(options.out / "truth.md")
    return exit_code([*judge_cycles(found), *judge_ns(found)])
