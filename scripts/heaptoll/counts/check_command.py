"""The command line of scripts/counts_check.py.

Exit codes: 0 as committed, or nothing committed for this toolchain · 1 something changed · 2 bad input, or not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from heaptoll.command_line import add_build_dir, exit_status, print_text
from heaptoll.counts import baseline
from heaptoll.counts import command as counts_command
from heaptoll.counts.catalogue import ask, programs_in
from heaptoll.counts.baseline import Change, Checked, Counted, Counts

PROGRAM = "counts_check.py"
MOST_LINES = 60

_EXAMPLE = """\
examples:
  scripts/counts_check.py
      counts the smoke profile and compares it with results/baseline/counts.csv
  scripts/counts_check.py --accept
      the same, and makes what was counted the committed counts

exit status: 0 as committed, or nothing is committed for this toolchain; 1 something changed; 2 bad input, or not counted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    return exit_status(PROGRAM, options.baseline, lambda: _check(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Count instructions and allocations, and compare them with the committed ones, exactly. Each change is "
        "printed; none is too small.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--accept", action="store_true", help="write what was counted into the baseline")
    parser.add_argument("--profile", choices=("smoke", "quick", "full"), default="smoke", help="which cases (smoke)")
    parser.add_argument("--filter", default="", metavar="REGEX", help="only cases whose name matches")
    parser.add_argument("--allocators", metavar="A,B=/path/lib.so", help="only these (all that are installed)")
    parser.add_argument(
        "--baseline", type=Path, default=Path("results/baseline"), metavar="DIR", help="where the committed counts are"
    )
    parser.add_argument("--from", type=Path, dest="counted", metavar="DIR", help="count nothing: compare these counts")
    add_build_dir(parser)
    return parser


def _check(options: argparse.Namespace) -> int:
    committed = baseline.read(options.baseline)  # before minutes of counting
    cases: list[str] | None = None
    if options.counted:
        counted = baseline.read_counted(options.counted)
    else:
        heaptoll = programs_in(options.build_dir).heaptoll
        cases = ask([heaptoll, "--profile=full", "--benchmark_list_tests=true"]).split()
        with tempfile.TemporaryDirectory(prefix="heaptoll-counts-check-") as scratch:
            said = io.StringIO()
            with contextlib.redirect_stdout(said):  # tables of what is judged below, and a folder that will be gone
                status = counts_command.main(_asked(options, scratch))
            if status != 0:
                print_text(said.getvalue())
                return status
            counted = baseline.read_counted(Path(scratch))
    checked = baseline.check(committed, counted.rows, cases)
    print_text(_told(checked, counted, options) + "\n")
    if not options.accept:
        return 1 if checked.changes else 0
    rows = baseline.accepted(committed, counted.rows, checked.changes)
    baseline.write(options.baseline, rows, counted.toolchains)
    print_text(f"accepted: {options.baseline / baseline.COUNTS} has {len(rows)} rows; commit {options.baseline}\n")
    return 0


def _asked(options: argparse.Namespace, out: str) -> list[str]:
    asked = [f"--profile={options.profile}", f"--filter={options.filter}", f"--build-dir={options.build_dir}"]
    if options.allocators:
        asked.append(f"--allocators={options.allocators}")
    return [*asked, f"--out={out}"]


def _told(checked: Checked, counted: Counted, options: argparse.Namespace) -> str:
    lines = [_line(change) for change in checked.changes[:MOST_LINES]]
    if len(checked.changes) > MOST_LINES:
        lines.append(f"and {len(checked.changes) - MOST_LINES} more")
    if checked.changes and not options.accept:
        lines.append(f"to accept {'it' if len(checked.changes) == 1 else 'them'}: {_accept(options)}")
    for line in counted.left_out:
        print(f"{PROGRAM}: not compared: {line}", file=sys.stderr)
    for allocator, many in checked.unknown.items():
        lines.append(
            f"notice: nothing is committed for {allocator} with this compiler, libraries and valgrind; "
            f"{many} rows could be: {_accept(options)}"
        )
    changed = f"{len(checked.changes)} changed" if checked.changes else "as committed"
    return "\n".join([*lines, f"counts-check: {checked.compared} rows compared, {changed}"])


def _accept(options: argparse.Namespace) -> str:
    words = ["make counts-accept"]
    if options.profile != "smoke":
        words.append(f"PROFILE={options.profile}")
    if options.filter:
        words.append(f"FILTER='{options.filter}'")
    return " ".join(words)


def _line(change: Change) -> str:
    _, case, arm, allocator = change.key
    name = f"{case} {arm} ({allocator})"
    if change.before is None or change.now is None:
        return f"{name}: {'new' if change.before is None else 'gone'}"
    names = (("instructions", "instructions_per_op"), ("allocations", "allocs_per_op"), ("bytes", "alloc_bytes_per_op"))
    parts = [_part(change.before, change.now, word, field) for word, field in names]
    return f"{name}: {', '.join(filter(None, parts))}"


def _part(before: Counts, now: Counts, word: str, field: str) -> str:
    old, new = getattr(before, field), getattr(now, field)
    if old == new:
        return ""
    percent = f" ({100 * (float(new) / float(old) - 1):+.2f} %)" if float(old) else ""
    return f"{word} {old} to {new}{percent}"
