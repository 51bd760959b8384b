"""The command line of scripts/history_selftest.py.

Exit codes: 0 the search is as good as is asked · 1 something asked for was not reached · 2 bad input, or not written ·
3 too few series to say.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.command_line import add_build_dir, clocked, exit_status, print_text, read_measured
from heaptoll.history.change.threshold import DEFAULT_FALSE_ALARMS
from heaptoll.option_types import whole_between
from heaptoll.whole_file import write_whole

if TYPE_CHECKING:
    from heaptoll.history.selftest.real import RealRuns

PROGRAM = "history_selftest.py"
_FILE = "selftest.json"
_QUICK, _FULL = (40, 20), (1000, 400)  # series of a trial: as asked for, and beside it
_SPEED = (1000, 1000)
_INDEX_QUICK, _INDEX_FULL = (100, 1300), (10_000, 1300)  # runs; values of each, as many as a quick run has
_EXAMPLE = """\
examples:
  scripts/history_selftest.py --quick
      some dozens of series of every kind, a minute: does it work here?
  scripts/history_selftest.py --full
      as many as the bounds need, about ten minutes
  scripts/history_selftest.py --full --real 75
      and ten minutes of real runs, with a slowdown in the last of them

exit status: 0 as good as is asked; 1 something asked for was not reached; 2 bad input, or not written; 3 too few series
to say
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_status(PROGRAM, options.out, lambda: _selftest(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Hold the history's search for changes to its word: make up series with noise of many kinds, most "
        "without a change, and count what it finds in them. Measures how fast it is, and the index of many runs, too.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", action="store_true", help="few series of each kind (default)")
    effort.add_argument("--full", action="store_true", help="as many as the bounds need")
    parser.add_argument("--seed", type=int, metavar="N", help="of the made-up series (drawn)")
    parser.add_argument(
        "--false-alarms", type=float, default=DEFAULT_FALSE_ALARMS, metavar="P",
        help=f"chance of a false change in a series, which the search is told to keep ({DEFAULT_FALSE_ALARMS})",
    )  # fmt: skip
    parser.add_argument("--no-speed", action="store_true", help="do not search a thousand long series, nor make an index")
    parser.add_argument(
        "--real", type=whole_between(30, 100_000), default=0, metavar="N",
        help="also make so many short runs of this machine, 30 or more, the last third with 2 %% planted (about 8 s each)",
    )  # fmt: skip
    add_build_dir(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("results/history-selftest"), metavar="DIR",
        help="where selftest.json and selftest.md go (default: results/history-selftest)",
    )  # fmt: skip
    parser.add_argument(
        "--plots", type=Path, default=Path("plots/latest"), metavar="DIR",
        help="where the chart of the real runs goes (default: plots/latest)",
    )  # fmt: skip
    parser.add_argument(
        "--from", type=Path, dest="measured", metavar="FILE", help="search nothing: write the table of this selftest.json"
    )
    return parser


def _real(options: argparse.Namespace, say: Callable[[str], None]) -> RealRuns:
    from heaptoll.history.selftest import real

    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="heaptoll-history-") as scratch:
        build, folder = options.build_dir.absolute(), Path(scratch)
        made = real.measure(build, folder, options.plots, options.real, options.false_alarms, say)
    return replace(made, seconds=time.monotonic() - start)


def _selftest(options: argparse.Namespace) -> int:
    from heaptoll.history.selftest import asked, reindex, speed, trials
    from heaptoll.history.selftest.figures import Selftest
    from heaptoll.history.selftest.origin import origin
    from heaptoll.history.selftest.table import table

    if options.measured:
        found = read_measured(options.measured, Selftest.from_json, _FILE)
    else:
        say, start, cores = clocked(), time.monotonic(), os.cpu_count() or 1
        seed = secrets.randbits(32) if options.seed is None else options.seed
        found = Selftest(seed, options.false_alarms, **origin())
        plan = trials.plan(*(_FULL if options.full else _QUICK))
        for outcome in trials.conduct(plan, seed, options.false_alarms, cores):
            found.outcomes.append(outcome)
            say(f"{len(found.outcomes)} of {len(plan)}")
        if not options.no_speed:
            found.speeds.append(speed.measure(*_SPEED, seed, options.false_alarms, cores))
            say("searched a thousand long series")
            found.indexes.append(reindex.measure(*(_INDEX_FULL if options.full else _INDEX_QUICK)))
        if options.real:
            found.real = _real(options, say)
        found.seconds = time.monotonic() - start
    options.out.mkdir(parents=True, exist_ok=True)
    write_whole(options.out / _FILE, (json.dumps(found.as_json(), indent=1) + "\n").encode())
    write_whole(options.out / "selftest.md", table(found).encode())
    print_text(table(found))
    return asked.exit_status(found)
