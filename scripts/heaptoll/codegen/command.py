"""The command line of scripts/disassemble.py.

Exit codes: 0 printed, recorded, or nothing found · 2 bad input, or the check found something.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.codegen.annotate import annotated, explained
from heaptoll.codegen.arms import Arm, Worker, read_worker
from heaptoll.codegen.rules import check

_EXAMPLE = """\
examples:
  scripts/disassemble.py returned_pointer/by_value/64 stack heap
      prints the code of two arms of a case: the loop, the operation, and what they call
  scripts/disassemble.py --all --out plots/latest/code
      writes a file for every arm, plots/latest/code/returned_pointer/by_value/64/heap.txt and so on
  scripts/disassemble.py --check
      holds all arms to the rules: who calls the allocator, how large the frames are, what is shared
  scripts/disassemble.py --record results/latest
      keeps the code of all arms of a run, and the C behind it, in code.json.xz beside its measurements
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.check and (options.case or options.all or options.out):
        parser.error("--check looks at all arms and writes no files: give it nothing but --worker")
    if options.all and (options.case or not options.out):
        parser.error("--all takes no CASE, and needs --out DIR")
    if options.record and (options.case or options.all or options.out or options.check):
        parser.error("--record RUN writes one file beside the run: give it nothing but --worker")
    if not (options.case or options.all or options.check or options.record):
        parser.error("name a CASE, or --all --out DIR, or --check, or --record RUN")
    try:
        if options.record:
            return _record(options.record, options.worker)
        worker = read_worker(options.worker)
        if options.check:
            return _check(worker)
        return _print(worker, _chosen(worker, options), options.out)
    except BadInput as error:
        return _failed(str(error))
    except BrokenPipeError:
        # Whoever reads has seen enough. What is still buffered must not fail at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(f"{error.filename or options.out}: could not be written: {error.strerror or error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="disassemble.py",
        description="Print the machine code of a case's arms, with notes and source lines, or check that of all arms.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = Path(os.environ.get("HEAPTOLL_BUILD_DIR") or "build") / "heaptoll-worker"
    parser.add_argument("case", nargs="?", metavar="CASE", help="a case's name, as `make list` prints it")
    parser.add_argument("arm", nargs="*", metavar="ARM", help="only these: null, stack, heap … (default: all it has)")
    parser.add_argument(
        "--worker", type=Path, default=default, metavar="FILE", help=f"the program to look at (default: {default})"
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write DIR/CASE/ARM.txt instead, and print the paths"
    )
    parser.add_argument("--all", action="store_true", help="every arm of every case; needs --out")
    parser.add_argument(
        "--record", type=Path, metavar="RUN",
        help="write RUN/code.json.xz, for the worker that RUN measured and no other",
    )  # fmt: skip
    parser.add_argument("--check", action="store_true", help="hold all arms to the rules, print what breaks them")
    return parser


def _chosen(worker: Worker, options: argparse.Namespace) -> list[Arm]:
    if options.all:
        return [arm for arms in worker.arms.values() for arm in arms]
    if options.case not in worker.arms:
        raise _unknown(worker, "a case", options.case, worker.arms)
    arms = {arm.kind: arm for arm in worker.arms[options.case]}
    for kind in options.arm:
        if kind not in arms:
            raise _unknown(worker, f"an arm of {options.case}", kind, arms)
    return [arms[kind] for kind in dict.fromkeys(options.arm or arms)]


def _unknown(worker: Worker, what: str, name: str, known: Iterable[str]) -> BadInput:
    nearest = difflib.get_close_matches(name, list(known), n=3, cutoff=0.0)
    return BadInput(worker.program.path, what, f"the nearest: {', '.join(nearest)}", found=quoted(name))


def _print(worker: Worker, arms: Sequence[Arm], out: Path | None) -> int:
    for number, arm in enumerate(arms):
        text = annotated(worker, arm)
        if out is None:
            print(text, end="" if number == len(arms) - 1 else "\n\n", flush=True)
        else:
            path = out / arm.case.name / f"{arm.kind}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(path)
    return 0


def _record(run: Path, worker: Path) -> int:
    # Only this needs what reads runs.
    from heaptoll.case_code.record import record

    print(record(run, worker))
    return 0


def _check(worker: Worker) -> int:
    findings = check(worker)
    for finding in findings:
        print(explained(finding))
    arms = sum(len(arms) for arms in worker.arms.values())
    count = {0: "no finding", 1: "1 finding"}.get(len(findings), f"{len(findings)} findings")
    print(f"{worker.program.path}: {arms} arms of {len(worker.arms)} cases, {count}", flush=True)
    return 2 if findings else 0


def _failed(message: str) -> int:
    print(f"disassemble.py: {message}", file=sys.stderr)
    return 2
