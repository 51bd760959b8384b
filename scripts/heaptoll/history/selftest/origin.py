"""Where, when and with what a self-test was made, where no run says so."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import TypedDict

_SOURCES = Path(__file__).resolve().parents[4]


class Origin(TypedDict):
    """The fields of the same names of a self-test; "unknown" for what cannot be found out."""

    machine: str
    date: str
    revision: str


def origin() -> Origin:
    return {"machine": _machine(), "date": f"{datetime.now(timezone.utc):%Y-%m-%d}", "revision": _revision()}


def _machine() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return f"{model.group(1) if model else platform.machine()}, {os.cpu_count()} cores"


def _revision() -> str:
    try:
        revision = _git("rev-parse", "HEAD")
        return revision if not _git("status", "--porcelain", "--untracked-files=no") else f"{revision} with local changes"
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*words: str) -> str:
    asked = subprocess.run(["git", "-C", str(_SOURCES), *words], capture_output=True, text=True, check=True)
    return asked.stdout.strip()
