"""Runs heaptoll once, for one of the two measurements of a gate."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from heaptoll.bad_input import BadInput
from heaptoll.gate.sides import Sides
from heaptoll.measurements import Run, read_run

# One round of turns is the least a launch can be. What differs between launches is larger than what differs within
# one, so many short ones tell more than few long ones (docs/METHOD.md, "The gate").
ONE_ROUND_SECONDS = 0.001

_PROGRESS = re.compile(r" % .* launch [0-9]+/[0-9]+ ")


@dataclass(frozen=True)
class Effort:
    """How much one measurement is: launches of every case, in how many layouts, at most so long per case."""

    launches: int
    layouts: int
    max_seconds_per_case: float


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
        f"--launch-seconds={ONE_ROUND_SECONDS}", f"--max-seconds-per-case={effort.max_seconds_per_case}",
        f"--results-dir={results}",
    ]  # fmt: skip
    latest = results / "latest"
    before = latest.resolve() if latest.exists() else None
    start = time.monotonic()
    status, said = _lead(command, None if quiet else sys.stderr)
    seconds = time.monotonic() - start
    if status >= 128 or status < 0:
        raise Stopped(status if status > 0 else 128 - status)
    after = latest.resolve() if latest.exists() else None
    if after is None or after == before:
        raise BadInput(heaptoll, "a run that succeeds", said or "it said nothing", found=f"exit status {status}")
    return Measured(read_run(after), seconds, said if status else "")


def _lead(command: Sequence[str], out: TextIO | None) -> tuple[int, str]:
    """Runs heaptoll to its end, also when we are told to stop: it writes down what it has. Returns its exit status and
    what it said on stderr but for its progress, which goes to `out` as it comes."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
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
