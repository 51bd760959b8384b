"""The command line of scripts/counts.py.

Exit codes: 0 everything is counted · 2 something could not be counted, or bad input · 130, 143 stopped by a signal.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir, stop_on_sigterm
from heaptoll.counts import audit, report, table
from heaptoll.counts.catalogue import Programs, Refused, chosen_cases, chosen_lanes, programs_in
from heaptoll.counts.counting import Counter, callgrind_command
from heaptoll.counts.facts import facts
from heaptoll.counts.fixed import GUARDS, Fixed, fix, usable_cpus
from heaptoll.counts.progress import Progress
from heaptoll.counts.whole import Chosen, Seats, Whole, count

_EXAMPLE = """\
examples:
  scripts/counts.py
      every case and allocator, some minutes
  scripts/counts.py --filter '^returned_pointer/by_value/' --allocators glibc,mine=/opt/mine/libmalloc.so
      some cases, two allocators, seconds
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    stop_on_sigterm()
    try:
        return _count(options)
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    except BadInput as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or options.out}: {error.strerror or error}")
    except KeyboardInterrupt as stopped:
        print("counts.py: stopped; nothing was written", file=sys.stderr)
        return 128 + int(stopped.args[0] if stopped.args else signal.SIGINT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="counts.py",
        description="Count instructions (by callgrind) and minor page faults per operation of every case, arm and "
        "allocator, and take allocations and bytes from the audit: figures that two runs on two days have in common.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--profile", choices=("smoke", "quick", "full"), default="full", help="which cases (default: full)"
    )
    parser.add_argument(
        "--filter", default="", metavar="REGEX", help="only cases whose name matches; -REGEX: only the others"
    )
    parser.add_argument(
        "--allocators", metavar="A,B=/path/lib.so", help="only these (default: glibc and all that are installed)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/counts"), metavar="DIR",
        help="where counts.csv and counts.json go (default: results/counts)",
    )  # fmt: skip
    add_build_dir(parser)
    parser.add_argument("--worker", type=Path, metavar="FILE", help="another worker than heaptoll's own")
    parser.add_argument(
        "--hang-seconds", type=_seconds, default=10, metavar="S",
        help="an arm that takes longer natively, or twelve times as long under callgrind, is killed (default: 10)",
    )  # fmt: skip
    # What makes the counts repeat, switched off: for the tests that show what it is good for.
    parser.add_argument("--without-guard", action="append", choices=GUARDS, default=[], help=argparse.SUPPRESS)
    return parser


def _seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3600:
        raise argparse.ArgumentTypeError("expected whole seconds from 1 to 3600")
    return int(text)


def _count(options: argparse.Namespace) -> int:
    started = time.monotonic()
    programs = programs_in(options.build_dir, options.worker)
    programs.check_built()
    callgrind_command()
    build, cases = chosen_cases(programs, options.profile, options.filter)
    lanes = chosen_lanes(programs, options.allocators)
    options.out.mkdir(parents=True, exist_ok=True)
    audited = audit.audited(programs, options.profile, options.filter, options.allocators, options.hang_seconds)
    chosen = Chosen(build, cases, lanes, audited)
    cpus = usable_cpus()  # before anything is pinned
    print(
        f"{len(cases)} cases, {len(lanes)} allocators ({', '.join(lane.allocator for lane in lanes)}), "
        f"on {len(cpus)} CPU{'s' if len(cpus) > 1 else ''}",
        flush=True,
    )
    fixed = fix(frozenset(options.without_guard))
    whole = _run(programs, fixed, chosen, cpus, options.hang_seconds)
    asked = {"profile": options.profile, "filter": options.filter, "allocators": options.allocators}
    told = facts(build, whole.answered, whole.variants, fixed.facts, whole.rows, time.monotonic() - started, asked)
    files = {"counts.csv": table.as_csv(whole.rows), "counts.json": json.dumps(told, indent=1) + "\n"}
    for name, text in files.items():
        _replace(options.out / name, text)
    return _report(whole, options.out / "counts.csv", time.monotonic() - started)


def _run(programs: Programs, fixed: Fixed, chosen: Chosen, cpus: Sequence[int], hang_seconds: int) -> Whole:
    with tempfile.TemporaryDirectory(prefix="heaptoll-counts-") as scratch, Progress(sys.stderr) as progress:
        counter = Counter(programs, fixed, Path(scratch), hang_seconds)
        seats = Seats(cpus, counter.stop)
        try:
            return count(chosen, counter, seats, progress.say)
        finally:
            counter.stop()
            seats.leave()


def _replace(path: Path, text: str) -> None:
    """Writes a file so that nobody ever sees half of it."""
    new = path.with_name(f".{path.name}.new")
    with new.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
    new.replace(path)


def _report(whole: Whole, path: Path, seconds: float) -> int:
    print(f"\n{report.table(whole.rows)}\n\n{report.exactness(whole.rows)}; {seconds:.0f} s\n{path}")
    for line in report.skipped(whole.rows):
        print(f"counts.py: {line}", file=sys.stderr)
    failures = report.failures(whole.rows)
    if failures:
        print(f"counts.py: {len(failures)} of {len(whole.rows)} rows could not be counted:", file=sys.stderr)
        print("\n".join(f"  {line}" for line in failures), file=sys.stderr)
    return 2 if failures else 0


def _failed(message: str) -> int:
    print(f"counts.py: {message}", file=sys.stderr)
    return 2
