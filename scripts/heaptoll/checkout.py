"""The checkout that this code is of, and the machine that it runs on."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_CPUINFO = Path("/proc/cpuinfo")


def revision() -> str | None:
    """The commit; None where there is no git, or no checkout."""
    return output("git", "-C", str(ROOT), "rev-parse", "HEAD")


def is_dirty(*, untracked: bool) -> bool | None:
    """Whether files differ from the commit, with `untracked` also where there are others; None where nobody knows."""
    others = () if untracked else ("--untracked-files=no",)
    status = output("git", "-C", str(ROOT), "status", "--porcelain", *others)
    return None if status is None else status != ""


def cpu_model() -> str | None:
    """As /proc/cpuinfo has it, of the first processor; None where it has none, as on Arm."""
    try:
        told = _CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return model[1].strip() if model else None


def output(*command: str) -> str | None:
    """What a command prints, without the ends; None where it fails or is not there."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
