"""When a commit was made, asked of git."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

_REVISION = re.compile(r"[0-9a-f]{7,64}")  # nothing that git could take for an option, a range or a branch


def commit_time(repository: Path, revision: str | None) -> datetime | None:
    """The committer's time of `revision` in the repository of the folder `repository`; None where git, the repository
    or the commit is not there."""
    if revision is None or not _REVISION.fullmatch(revision):
        return None
    try:
        asked = subprocess.run(
            ["git", "-C", str(repository), "show", "--no-patch", "--format=%ct", f"{revision}^{{commit}}"],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=60,
        )  # fmt: skip
        return datetime.fromtimestamp(int(asked.stdout), timezone.utc) if asked.returncode == 0 else None
    except (OSError, ValueError, OverflowError, subprocess.TimeoutExpired):
        return None
