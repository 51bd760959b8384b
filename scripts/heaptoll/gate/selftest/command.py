"""The command line of scripts/gate_selftest.py.

Exit codes: 0 the gate is as good as is asked · 1 something asked for was not reached · 2 could not be measured, or bad
input, or a trial failed · 3 too few trials to say · 130 stopped; what was measured is kept and told.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir, clocked, exit_status, read_measured, stop_on_sigterm

if TYPE_CHECKING:
    from heaptoll.gate.selftest.figures import Selftest
    from heaptoll.gate.selftest.plan import Effort

PROGRAM = "gate_selftest.py"
_FILE = "selftest.json"
_EXAMPLE = """\
examples:
  scripts/gate_selftest.py --quick
      one block of every kind of trial, about three minutes: does it work here?
  scripts/gate_selftest.py --full --seconds 7200
      as many blocks as two hours have room for; close everything else first
  scripts/gate_selftest.py --full --seconds 7200 --more
      two hours more of it, added to what is there

exit status: 0 as good as is asked; 1 something asked for was not reached; 2 could not be measured, or bad input;
3 too few trials to say
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    stop_on_sigterm()
    return exit_status(PROGRAM, options.out, lambda: _selftest(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Hold the gate to its word: plant slowdowns of known size, or none, let the gate look, and count how "
        "often it is right. Google Benchmark with its Mann–Whitney test sees the same plants in the same session.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--quick", action="store_true", help="one block of trials (default)")
    effort.add_argument("--full", action="store_true", help="as many as the bounds need, about an hour")
    parser.add_argument(
        "--seconds", type=_positive, default=float("inf"), metavar="S",
        help="start no trial after so many seconds; what was planned is spread so that all kinds get their share",
    )  # fmt: skip
    parser.add_argument("--seed", type=_seed, metavar="N", help="order of the trials and what each plants (drawn)")
    parser.add_argument(
        "--allocators", default="", metavar="A,B",
        help="as heaptoll takes them; each trial draws one of them (default: glibc and all that are installed)",
    )
    parser.add_argument("--profile", choices=("smoke", "quick", "full"), default="smoke", help="of the whole-suite trials")
    add_build_dir(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("results/gate-selftest"), metavar="DIR",
        help="where selftest.json and selftest.md go (default: results/gate-selftest)",
    )  # fmt: skip
    parser.add_argument(
        "--plots", type=Path, default=Path("plots/latest"), metavar="DIR",
        help="where the chart goes (default: plots/latest)",
    )  # fmt: skip
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--more", action="store_true", help="add to the selftest.json that is there already")
    source.add_argument(
        "--from", type=Path, dest="measured", metavar="FILE",
        help="measure nothing: write table and chart again from this selftest.json",
    )  # fmt: skip
    return parser


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("expected a number of seconds above 0")
    return value


def _seed(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError("expected a whole number of up to 18 digits")
    return int(text)


def _selftest(options: argparse.Namespace) -> int:
    from heaptoll.gate.selftest.figures import Selftest

    if options.measured:
        return _report(read_measured(options.measured, Selftest.from_json, _FILE), options)
    found = _start(options)
    try:
        _run(found, options, clocked())
    except KeyboardInterrupt:
        if found.steps_done:
            _report(found, options)
            print(f"{PROGRAM}: stopped; {found.steps_done} trials are kept in {options.out / _FILE}", file=sys.stderr)
        else:
            print(f"{PROGRAM}: stopped; nothing was written", file=sys.stderr)
        return 130
    except BadInput:
        if found.steps_done:
            _report(found, options)
        raise
    return _report(found, options)


def _start(options: argparse.Namespace) -> Selftest:
    """A new self-test, or the one to add to. Raises BadInput where one would take another's place."""
    from heaptoll.gate.selftest.figures import Selftest

    there = options.out / _FILE
    if options.more:
        return read_measured(there, Selftest.from_json, _FILE)
    if there.exists():
        raise BadInput(
            there, "no self-test there yet", "add to it with --more, or name another folder with --out", found="one"
        )
    return Selftest(seed=0, profile=options.profile, planned=0)


def _run(found: Selftest, options: argparse.Namespace, say: Callable[[str], None]) -> None:
    from heaptoll.gate.selftest import google_benchmark, material, plan, through_gate
    from heaptoll.gate.selftest.check_plants import check_plants
    from heaptoll.gate.selftest.conduct import Stage, conduct
    from heaptoll.precision.programs import Programs, check_built

    build = options.build_dir.absolute()
    check_built(build)
    made = through_gate.workers(build, say)
    with tempfile.TemporaryDirectory(prefix="heaptoll-gate-selftest-") as scratch:
        programs = Programs(build, Path(scratch))
        plain = made.base[0]
        say("looking for cases to plant in")
        offered, run = material.look(programs, plain, options.allocators)
        material.describe(found, run)
        check_plants(programs, made, next(iter(offered.cases.values()))[0])
        if not offered.other_core:
            found.note("a neighbour on another core: this machine has one core")
        effort: Effort = replace(plan.FULL if options.full else plan.QUICK, profile=found.profile)
        found.seed = secrets.randbelow(10**9) if options.seed is None else options.seed
        found.planned = found.steps_done + plan.count(effort, offered, found.seed)
        stage = Stage(
            gate=through_gate.ThroughGate(build, Path(scratch)),
            gbench=lambda trial: google_benchmark.compare(programs, plain, trial),
            workers=made,
            profile=found.profile,
            cores=tuple(sorted(os.sched_getaffinity(0))),
        )
        conduct(found, plan.steps(effort, offered, found.seed), stage, lambda f: _save(f, options.out), say, options.seconds)


def _save(found: Selftest, folder: Path) -> None:
    from heaptoll.whole_file import write_whole

    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / _FILE, (json.dumps(found.as_json(), indent=1) + "\n").encode())


def _report(found: Selftest, options: argparse.Namespace) -> int:
    """Writes and prints the table, draws the chart; returns the exit status."""
    from heaptoll.gate.selftest import asked, chart
    from heaptoll.gate.selftest.table import table
    from heaptoll.whole_file import write_whole

    text = table(found)
    options.out.mkdir(parents=True, exist_ok=True)
    options.plots.mkdir(parents=True, exist_ok=True)
    if options.measured is None or options.measured.resolve() != (options.out / _FILE).resolve():
        _save(found, options.out)
    write_whole(options.out / "selftest.md", text.encode())
    print(text)
    for path in [options.out / "selftest.md", *chart.draw(found, options.plots)]:
        print(path)
    if found.failures:
        return 2
    return asked.exit_status(found.trials)
