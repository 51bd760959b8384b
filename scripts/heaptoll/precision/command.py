"""The command line of scripts/precision.py.

Exit codes: 0 measured · 2 could not be measured. Whether the figures are good enough is for the reader: the table
has what was wanted beside what was found.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from heaptoll.bad_input import BadInput

_EXAMPLE = """\
examples:
  scripts/precision.py --quick
      three cases, under two minutes
  scripts/precision.py --out results/precision
      eight cases and twenty results each, about a quarter of an hour; close everything else first
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
    parser.add_argument(
        "--build-dir", type=Path, default=Path(os.environ.get("HEAPTOLL_BUILD_DIR", "build")), metavar="DIR",
        help="where the programs are (default: build)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, default=Path("results/precision"), metavar="DIR",
        help="where precision.json and precision.md go (default: results/precision)",
    )  # fmt: skip
    parser.add_argument(
        "--plots", type=Path, default=Path("plots/latest"), metavar="DIR",
        help="where the chart goes (default: plots/latest)",
    )  # fmt: skip
    return parser


def _measure(options: argparse.Namespace) -> int:
    from heaptoll.precision import chart, measure, programs
    from heaptoll.precision.table import table

    programs.check_built(options.build_dir)
    effort = measure.QUICK if options.quick else measure.FULL
    with tempfile.TemporaryDirectory(prefix="heaptoll-precision-") as scratch:
        found = measure.measure(programs.Programs(options.build_dir, Path(scratch)), effort, _clocked())
    text = table(found)
    options.out.mkdir(parents=True, exist_ok=True)
    options.plots.mkdir(parents=True, exist_ok=True)
    (options.out / "precision.json").write_text(json.dumps(found.as_json(), indent=1) + "\n", encoding="utf-8")
    (options.out / "precision.md").write_text(text, encoding="utf-8")
    print(text)
    for path in [options.out / "precision.md", *chart.draw(found, options.plots)]:
        print(path)
    return 0


def _clocked() -> Callable[[str], None]:
    start = time.monotonic()
    return lambda line: print(f"{time.monotonic() - start:6.0f} s  {line}", file=sys.stderr, flush=True)
