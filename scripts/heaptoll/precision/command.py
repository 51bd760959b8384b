"""The command line of scripts/precision.py.

Exit codes: 0 measured · 2 could not be measured. Whether the figures are good enough is for the reader: the table
has what was wanted beside what was found.
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
    from heaptoll.precision.figures import Precision

_EXAMPLE = """\
examples:
  scripts/precision.py --quick
      three cases, under two minutes
  scripts/precision.py --out results/precision
      six cases and twenty results each, about eight minutes; close everything else first
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _measure(options)
    except BadInput as error:
        print(f"precision.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("precision.py: stopped; nothing was written", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="precision.py",
        description="Measure the same cases over and over, in turn with Heaptoll's engine and with plain Google "
        "Benchmark at equal time, and show how much the results differ that should be the same.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="fewer cases and results, under two minutes")
    add_build_dir(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("results/precision"), metavar="DIR",
        help="where precision.json and precision.md go (default: results/precision)",
    )  # fmt: skip
    parser.add_argument(
        "--plots", type=Path, default=Path("plots/latest"), metavar="DIR",
        help="where the chart goes (default: plots/latest)",
    )  # fmt: skip
    parser.add_argument(
        "--from", type=Path, dest="measured", metavar="FILE",
        help="measure nothing: write table and chart again from this precision.json",
    )  # fmt: skip
    return parser


def _run(options: argparse.Namespace) -> Precision:
    from heaptoll.precision import measure, programs

    programs.check_built(options.build_dir)
    effort = measure.QUICK if options.quick else measure.FULL
    with tempfile.TemporaryDirectory(prefix="heaptoll-precision-") as scratch:
        return measure.measure(programs.Programs(options.build_dir, Path(scratch)), effort, clocked())


def _measure(options: argparse.Namespace) -> int:
    from heaptoll.precision.figures import Precision
    from heaptoll.precision import chart
    from heaptoll.precision.table import table

    measured = options.measured
    found = read_measured(measured, Precision.from_json, "precision.json") if measured else _run(options)
    text = table(found)
    options.out.mkdir(parents=True, exist_ok=True)
    options.plots.mkdir(parents=True, exist_ok=True)
    (options.out / "precision.json").write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")
    (options.out / "precision.md").write_text(text, encoding="utf-8")
    print(text)
    for path in [options.out / "precision.md", *chart.draw(found, options.plots)]:
        print(path)
    return 0
