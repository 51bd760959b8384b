"""What a profiler leaves behind, and how its programs are run."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput


@dataclass(frozen=True)
class Hot:
    """A function and its share of everything, in per cent."""

    share: float
    function: str
    object: str


@dataclass(frozen=True)
class Profile:
    """The hottest functions, of what they are shares, what the worker said, and the files."""

    unit: str
    hottest: tuple[Hot, ...]
    said: str
    files: tuple[Path, ...]


class Unusable(Exception):
    """This profiler cannot work here; the message says why and what to do."""


def run(command: Sequence[str], out: Path | None = None) -> str:
    """What a program prints, also written to `out`. Raises BadInput with its last words when it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip()
        raise BadInput(
            command[0], "a program that succeeds", "see its words; another TOOL may do",
            found=f"exit status {done.returncode} and {words[-300:]!r}",
        )  # fmt: skip
    if out is not None:
        out.write_text(done.stdout, encoding="utf-8")
    return done.stdout
