"""The command line of scripts/edges.py.

Exit codes: 0 looked for edges, also when there is none · 2 bad input, no sweep dense enough, or not written.
"""

from __future__ import annotations

import argparse
import errno
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_run, exit_status
from heaptoll.edges.rules import Rules

if TYPE_CHECKING:
    from heaptoll.edges.sweep import LaneEdges
    from heaptoll.measurements import Run

_USUAL = Rules()
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)

_EXAMPLE = """\
examples:
  scripts/edges.py
      finds the edges in results/latest and writes them to results/latest/edges.csv
  scripts/edges.py results/runs/20260131T120000Z-beef --dead-zone-ns 0.3 --dead-zone-percent 5 --out fine.csv
      finds smaller ones too

A sweep is dense enough with 24 sizes; to measure one: make bench PROFILE=full FILTER='array_size/fixed/.*/first'
The method, and how often it is wrong: docs/METHOD.md, "Edges". The columns of edges.csv: docs/FORMATS.md.

exit status: 0 looked for, also when there is none; 2 bad input, no sweep dense enough, or not written
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_status("edges.py", options.out, lambda: _find(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="edges.py",
        description="Find the sizes at which an allocator's cost jumps, in the size sweep of a run. The toll (heap minus "
        "stack, ns per operation) is cut into straight lines; where two of them certainly do not meet is an edge.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_run(parser)
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where the edges go (default: edges.csv in the run's folder)"
    )
    parser.add_argument(
        "--dead-zone-ns", type=_positive, default=_USUAL.dead_zone_ns, metavar="NS",
        help=f"a jump of no more than this is no edge ({_USUAL.dead_zone_ns:g})",
    )  # fmt: skip
    parser.add_argument(
        "--dead-zone-percent", type=_positive, default=100 * _USUAL.dead_zone_ratio, metavar="PERCENT",
        help=f"nor is one of no more than this share of the toll before it ({100 * _USUAL.dead_zone_ratio:g}). Another "
        "dead zone than the usual one writes a file only with --out: a run's edges.csv is what its charts mark",
    )  # fmt: skip
    parser.add_argument(
        "--allow-incomplete", action="store_true", help="read a run that is still running, or failed, too"
    )
    return parser


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # No finer than anything that is measured; below it the arithmetic ends.
    if not 0.001 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"expected a number from 0.001 to 1000000, not {text!r}")
    return value


def _find(options: argparse.Namespace) -> int:
    # pandas and scipy take half a second to import; --help and a typing mistake need neither.
    from heaptoll.edges import sweep, table
    from heaptoll.measurements import read_run

    run = read_run(options.run, allow_incomplete=options.allow_incomplete)
    rules = Rules(dead_zone_ns=options.dead_zone_ns, dead_zone_ratio=options.dead_zone_percent / 100)
    found = sweep.usual_edges(run) if rules == _USUAL else sweep.edges_of(run, rules)
    if not found:
        raise _not_dense(run)
    for warning in run.warnings:
        print(f"edges.py: {warning}", file=sys.stderr)
    print(table.as_text(found))
    if not any(each.edges for each in found):
        print("no edge found")
    if options.out is None and rules != _USUAL:
        print("edges.py: not the usual dead zone: written nowhere, name a file with --out", file=sys.stderr)
        return 0
    return _write(options, run, found)


def _write(options: argparse.Namespace, run: Run, found: list[LaneEdges]) -> int:
    from heaptoll.edges import table

    path = options.out or run.folder / table.FILE_NAME
    try:
        table.write(path, run.facts.run_id, found)
    except OSError as error:
        if options.out is not None or error.errno not in _READ_ONLY:
            raise
        # A published run may be read only; what was asked for stands above.
        print(f"edges.py: {path}: not written: {error.strerror}; --out names another file", file=sys.stderr)
        return 0
    print(path)
    return 0


def _not_dense(run: Run) -> BadInput:
    from heaptoll.edges.sweep import FEWEST_LAUNCHES, FEWEST_SIZES, lane_sweeps
    from heaptoll.measurements import FILE_NAME

    densest = max(lane_sweeps(run), key=lambda lane: len(lane.sweep.sizes), default=None)
    return BadInput(
        run.folder / FILE_NAME,
        f"array_size cases of one variant and way in {FEWEST_SIZES} sizes or more, each timed by "
        f"{FEWEST_LAUNCHES} launches or more",
        "measure a dense sweep: make bench PROFILE=full FILTER='array_size/fixed/.*/first'",
        found="none of any size" if densest is None else f"{len(densest.sweep.sizes)} at most "
        f"({densest.variant} {densest.way}, {densest.allocator})",
    )  # fmt: skip
