"""Runs heaptoll once, for one of the two measurements of a gate."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TextIO

from heaptoll.bad_input import BadInput
from heaptoll.gate.sides import Sides
from heaptoll.measurements import Run, read_run

# One round of turns is the least a launch can be. What differs between launches is larger than what differs within
# one, so many short ones tell more than few long ones (docs/METHOD.md, "The gate").
ONE_ROUND_SECONDS = 0.001

# What a lane adds to a launch of one round: its process, and its turn.
_LANE_SECONDS = 0.012

# Its last word on a run that is whole: where it is. What `latest` points at may be another gate's.
_COMPLETE = re.compile(r"^complete: (.*)/measurements\.csv$", re.MULTILINE)
_PROGRESS = re.compile(r" % .* launch [0-9]+/[0-9]+ ")


@dataclass(frozen=True)
class Effort:
    """How much one measurement is: launches of every case, in how many layouts."""

    launches: int
    layouts: int

    def max_seconds_per_case(self, lanes: int) -> float:
        """What noise may stretch a case to: three times what it takes on a quiet machine."""
        return 3 * self.launches * lanes * _LANE_SECONDS


@dataclass(frozen=True)
class Chosen:
    """Which cases: a profile and a filter, as heaptoll takes them."""

    profile: str
    pattern: str

    @staticmethod
    def exactly(cases: Sequence[str]) -> Chosen:
        """These cases and no others, whatever profile they belong to."""
        return Chosen("full", f"^({'|'.join(re.escape(case) for case in cases)})$")


@dataclass(frozen=True)
class Measured:
    """`seconds`: wall time of heaptoll. `losses`: what it said it could not measure, "" when nothing."""

    run: Run
    seconds: float
    losses: str


class Stopped(Exception):
    """Somebody stopped heaptoll; `status` is its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def measure(
    heaptoll: Path, results: Path, sides: Sides, names: Sequence[str], chosen: Chosen, effort: Effort, *,
    quiet: bool = False,
) -> Measured:  # fmt: skip
    """One run with the lane pairs `names`. Its progress goes to stderr unless `quiet`.

    Raises BadInput with heaptoll's own words when there is no run to read, and Stopped.
    """
    command = [
        str(heaptoll), f"--profile={chosen.profile}", f"--benchmark_filter={chosen.pattern}",
        *sides.arguments(names, effort.layouts), f"--launches={effort.launches}",
        f"--launch-seconds={ONE_ROUND_SECONDS}", "--addresses=shared",
        f"--max-seconds-per-case={effort.max_seconds_per_case(2 * len(names)):g}", f"--results-dir={results}",
    ]  # fmt: skip
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told:
        status, said = _lead(command, told, None if quiet else sys.stderr)
        told.seek(0)
        written = _COMPLETE.findall(told.read())
    seconds = time.monotonic() - start
    for number in (signal.SIGINT, signal.SIGTERM):
        if status in (-number, 128 + number):
            raise Stopped(128 + number)
    if not written:
        raise BadInput(heaptoll, "a run that succeeds", said or "it said nothing", found=f"exit status {status}")
    return Measured(read_run(written[-1]), seconds, said if status else "")


def _lead(command: Sequence[str], told: IO[str], out: TextIO | None) -> tuple[int, str]:
    """Runs heaptoll to its end, also when we are told to stop: it writes down what it has. What it prints goes to `told`.
    Returns its exit status and what it said on stderr but for its progress, which goes to `out` as it comes."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=told, stderr=subprocess.PIPE, text=True, errors="replace"
    ) as process:
        assert process.stderr is not None
        lines = []
        try:
            for line in process.stderr:
                if out is not None:
                    print(line, end="", file=out, flush=True)
                if not _PROGRESS.search(line):
                    lines.append(line)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        return process.wait(), "".join(lines).strip()
