"""The checkout that this code is of."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def revision() -> str | None:
    """The commit; None where there is no git, or no checkout."""
    return output("git", "-C", str(ROOT), "rev-parse", "HEAD")


def is_dirty(*, untracked: bool) -> bool | None:
    """Whether files differ from the commit, with `untracked` also where there are others; None where nobody knows."""
    others = () if untracked else ("--untracked-files=no",)
    status = output("git", "-C", str(ROOT), "status", "--porcelain", *others)
    return None if status is None else status != ""


def output(*command: str) -> str | None:
    """What a command prints, without the ends; None where it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
