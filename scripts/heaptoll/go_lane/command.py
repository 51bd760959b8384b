"""The command line of scripts/go_bench.py.

Exit codes: 0 measured, or no pair matches · 2 no Go, bad input, or some arm has no time.
"""

from __future__ import annotations

import argparse
import csv
import fcntl
import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from heaptoll import columns, measurements, run_facts
from heaptoll.bad_input import BadInput
from heaptoll.command_line import add_build_dir, exit_status, stop_on_sigterm
from heaptoll.go_lane.files import FACTS, MEASUREMENTS
from heaptoll.go_lane import origin
from heaptoll.go_lane.launch import launch
from heaptoll.go_lane.plan import PROFILES, Setting, settings
from heaptoll.go_lane.record import Record
from heaptoll.go_lane.toolchain import INSTALL, build_runner, find_go, list_pairs
from heaptoll.json_keys import read_object
from heaptoll.whole_folder import not_stopped

_PROGRAM = "go_bench.py"
_SILENCE_S = 20  # as long as who waits is told nothing
_EXAMPLE = """\
examples:
  scripts/go_bench.py results/latest
      what `make bench` does after C: the profile of the run, on its CPU
  scripts/go_bench.py results/latest --filter boxed_value --profile full --again
      in place of what that run has of Go, which is kept there as measurements-go.csv.before-1
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    # From the start: it stops what it started, and the files say how far it got.
    stop_on_sigterm()
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # as it is under nohup
        signal.signal(signal.SIGHUP, signal.getsignal(signal.SIGTERM))
    return exit_status(_PROGRAM, options.run, lambda: _measure(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM,
        description="Measure the pairs of benches/go into the folder of a run: measurements-go.csv and run-go.json.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", type=Path, metavar="RUN_DIR", help="the folder of a run, as `make bench` left it")
    parser.add_argument("--profile", choices=PROFILES, help="how much is measured (default: as the run)")
    parser.add_argument("--filter", metavar="REGEX", help="only the cases whose names it matches")
    parser.add_argument("--again", action="store_true", help="also where the run has Go already")
    parser.add_argument("--seed", type=int, help="of everything drawn at random (default: another each time)")
    add_build_dir(parser)
    return parser


def _measure(options: argparse.Namespace) -> int:
    facts = run_facts.read_run_facts(options.run / run_facts.FILE_NAME)
    if not (options.run / measurements.FILE_NAME).is_file():
        raise BadInput(
            options.run, f"a run with its {measurements.FILE_NAME}, not a published one",
            "measure into the run that it was, and publish that again", found="none",
        )  # fmt: skip
    if not options.again and _is_complete(options.run / FACTS):
        _say("the run has Go already; --again measures it anew")
        return 0
    go = find_go()
    if go is None:
        raise BadInput("go", "Go on PATH", INSTALL, found="none")
    here = origin.here()
    if here.other_machine(facts):
        raise BadInput(
            options.run / run_facts.FILE_NAME, f"a run of this machine, {here.cpu_model}",
            "measure C here too: make bench", key="machine.cpu_model", found=facts.machine.cpu_model,
        )  # fmt: skip
    for line in here.differences(facts):
        _say(line)
    runner = build_runner(go, options.build_dir)
    profile = options.profile or (facts.profile if facts.profile in PROFILES else "quick")
    asked = settings(list_pairs(runner), profile, options.filter)
    if not asked:
        _say("no pair of Go has a name that the filter matches")
        return 0
    record = Record(options.run, facts.run_id, profile, go, asked, origin=here)
    with _alone(options.run):
        _record(record, runner, Random(options.seed))
    return _summary(record)


def _record(record: Record, runner: Path, random: Random) -> None:
    """Measures all launches of the record. However it ends, the record's status says it."""
    turns, cpu = list(_in_turn(record.settings)), _cpu_of(record.folder)
    spoke = time.monotonic()
    _set_aside(record.folder)
    try:
        record.begin()
        _say(f"measuring {record.go.version} in {len(turns)} processes, one after the other")
        for done, (number, setting) in enumerate(turns):
            if time.monotonic() - spoke > _SILENCE_S:
                _say(f"{done} of {len(turns)} processes")
                spoke = time.monotonic()
            record.add(launch(runner, setting, number, cpu, random))
        record.end("complete")
    except BaseException as error:
        with not_stopped():
            record.end("interrupted" if isinstance(error, KeyboardInterrupt) else "failed")
        raise


def _set_aside(run: Path) -> None:
    """What was measured of Go before stays, as *.before-1, or the next number that is free. Raises OSError."""
    there = [run / name for name in (MEASUREMENTS, FACTS) if (run / name).exists()]
    if there:
        endings = (f".before-{number}" for number in itertools.count(1))
        ending = next(each for each in endings if not any(_ending(path, each).exists() for path in there))
        for path in there:
            path.replace(_ending(path, ending))
        _say(f"what the run had of Go is kept in {' and '.join(_ending(path, ending).name for path in there)}")


def _ending(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@contextmanager
def _alone(run: Path) -> Iterator[None]:
    """Nobody else measures into the run meanwhile: by the lock that heaptoll takes too. Raises BadInput where somebody
    does. The processes that are measured do not inherit it."""
    with (run / measurements.FILE_NAME).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadInput(
                run, "a run that nobody measures", "wait for it, or stop it", found="another process that does"
            ) from None
        yield


def _in_turn(asked: Sequence[Setting]) -> list[tuple[int, Setting]]:
    """The launches of all settings, turn by turn, so that what the machine does in a minute is not one setting's."""
    most = max(setting.launches for setting in asked)
    return [(number, setting) for number in range(most) for setting in asked if number < setting.launches]


def _is_complete(path: Path) -> bool:
    return path.exists() and read_object(path).get("status") == "complete"


def _cpu_of(run: Path) -> int:
    """The CPU that the run's last launch had, if we may have it; else the last one of those that we may have."""
    allowed = os.sched_getaffinity(0)
    try:
        with (run / measurements.FILE_NAME).open(encoding="utf-8", newline="") as file:
            last = [row.get("cpu") for row in csv.DictReader(file)][-1:]
    except (OSError, ValueError, csv.Error):
        last = []
    measured = int(last[0]) if last and last[0] and last[0].isdecimal() else -1
    return measured if measured in allowed else max(allowed)


def _summary(record: Record) -> int:
    """Says how it went, in a line, and what has no time in another."""
    arms = [arm for each in record.launches for arm in each.arms]
    lost = [arm for arm in arms if arm.said["status"] not in columns.TIMED_STATUSES]
    contended = sum(arm.said["status"] == "contended" for arm in arms)
    cases = len({arm.case for arm in arms})
    collections = sum(arm.said.get("collections", 0) for arm in arms)
    told = f"{record.go.version}: {cases} cases in {len(record.launches)} processes, {collections} collections"
    _say(told + (f"; {contended} of {len(arms)} results contended" if contended else ""))
    if not lost:
        return 0
    reasons = sorted({f"{arm.said['status']}: {arm.said['reason']}" for arm in lost})
    _say(f"{len(lost)} of {len(arms)} results have no time ({_one_line(reasons[0])}); measurements-go.csv has them all")
    return 2


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _say(line: str) -> None:
    print(f"{_PROGRAM}: {line}", file=sys.stderr, flush=True)
