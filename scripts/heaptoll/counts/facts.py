"""counts.json: what makes two files of counts comparable, or not."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from heaptoll import checkout
from heaptoll.counts.catalogue import Build
from heaptoll.counts.counting import Answered, callgrind_command
from heaptoll.counts.table import Row

SCHEMA_VERSION = 1


def facts(
    build: Build, answered: Mapping[str, Answered], variants: Sequence[str], fixed: Mapping[str, str],
    rows: Sequence[Row], seconds: float, asked: Mapping[str, str | None],
) -> dict[str, Any]:  # fmt: skip
    """Everything in counts.json. What cannot be found out is None."""
    return {
        "schema_version": SCHEMA_VERSION,
        "asked": dict(asked),
        "git": {"revision": checkout.revision(), "dirty": checkout.is_dirty(untracked=True)},
        "machine": platform.machine(),
        "toolchain": {
            "build": build.name,
            "compiler": build.compiler,
            "flags": build.flags,
            "libc": " ".join(platform.libc_ver()).strip() or None,
            "valgrind": checkout.output("valgrind", "--version"),
            "callgrind_flags": callgrind_command()[1:],
        },
        "allocators": [
            {
                "name": name,
                "path": os.path.realpath(one.malloc_from),
                "version": one.version or None,
                "sha256": _sha256(Path(one.malloc_from)),
            }
            for name, one in answered.items()
        ],
        "fixed": dict(fixed),
        "libc_functions_seen": list(variants),
        "rows": len(rows),
        "rows_exact": sum(row.exact == "yes" for row in rows),
        "seconds": round(seconds, 1),
    }


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
