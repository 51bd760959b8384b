"""The command line of scripts/perf.py.

Exit codes: 0 a profile is written · 2 it is not.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir
from heaptoll.counts.catalogue import Refused, ask, chosen_lanes, parse_description, programs_in
from heaptoll.profile import callgrind_tool, perf_tool
from heaptoll.profile.subject import Subject, find_arm, only_lane
from heaptoll.profile.tool import Profile, Unusable

_SHOWN = 12
_EXAMPLE = """\
examples:
  scripts/perf.py returned_pointer/by_value/64 heap
  scripts/perf.py array_size/fixed/8192/first heap --allocator jemalloc --tool callgrind
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        return _profile(options)
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    except (BadInput, Unusable) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(f"{error.filename or options.out}: {error.strerror or error}")
    except KeyboardInterrupt:
        print("perf.py: stopped", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="perf.py",
        description="Run one arm of one case under perf or callgrind, and leave an annotated profile.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("case", metavar="CASE", help="a case's full name; `make list PROFILE=full` has them all")
    parser.add_argument("arm", metavar="ARM", help="null, stack, heap …")
    parser.add_argument(
        "--allocator", default="glibc", metavar="A", help="one name, or name=/path/lib.so (default: glibc)"
    )
    parser.add_argument(
        "--tool", choices=("auto", "perf", "callgrind"), default="auto",
        help="auto: perf where it works, else callgrind (default: auto)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=_seconds, default=2.0, metavar="S", help="how long the arm runs, each time (default: 2)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/perf"), metavar="DIR",
        help="the profile goes to DIR/CASE/ARM-ALLOCATOR/ (default: results/perf)",
    )  # fmt: skip
    add_build_dir(parser)
    parser.add_argument("--worker", type=Path, metavar="FILE", help="another worker than heaptoll's own")
    return parser


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.01 <= seconds <= 600:
        raise argparse.ArgumentTypeError("expected seconds from 0.01 to 600")
    return seconds


def _profile(options: argparse.Namespace) -> int:
    programs = programs_in(options.build_dir, options.worker)
    programs.check_built()
    _, cases = parse_description(programs.worker, ask([programs.worker, "--describe"]))
    find_arm(cases, options.case, options.arm)
    lane = only_lane(chosen_lanes(programs, options.allocator))
    subject = Subject(programs.worker, options.case, options.arm, lane, options.seconds)
    folder = subject.folder(options.out).absolute()
    if folder.exists():
        shutil.rmtree(folder)  # an older profile must not stand beside this one's files
    folder.mkdir(parents=True)
    _show(_with_tool(options.tool, subject, folder))
    return 0


def _with_tool(tool: str, subject: Subject, folder: Path) -> Profile:
    if tool == "callgrind":
        return callgrind_tool.profile(subject, folder)
    try:
        return perf_tool.profile(subject, folder)
    except Unusable as error:
        if tool == "perf":
            raise
        print(f"perf.py: {error}; callgrind stands in for it", file=sys.stderr)
        return callgrind_tool.profile(subject, folder)


def _show(profile: Profile) -> None:
    if profile.said:
        print(profile.said)
    print(f"\nhottest functions, % of {profile.unit}:")
    for hot in profile.hottest[:_SHOWN]:
        print(f"  {hot.share:5.1f}  {hot.function}  [{hot.object}]")
    print()
    for file in profile.files:
        print(file)


def _failed(message: str) -> int:
    print(f"perf.py: {message}", file=sys.stderr)
    return 2
