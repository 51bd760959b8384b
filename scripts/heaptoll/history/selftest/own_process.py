"""Measures work in a process of its own, whose memory is nobody else's."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_SCRIPTS = Path(__file__).resolve().parents[3]
_KILOBYTE = 1024


def measured(call: str, processes: int) -> tuple[float, int]:
    """`call` is "module:function(arguments)"; the function prints what `tell` says. Returns seconds of wall time and the most
    bytes at once of that process and the `processes` it may have started, what they share counted again. Raises OSError, or
    ValueError where it failed."""
    module, _, function = call.partition(":")
    code = f"import {module} as called; called.{function}"
    found_by = {**os.environ, "PYTHONPATH": str(_SCRIPTS)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=found_by)
    if done.returncode:
        raise ValueError(f"{call} failed: {done.stderr.strip() or done.returncode}")
    seconds, own, of_a_child = json.loads(done.stdout)
    return seconds, int(own + processes * of_a_child) * _KILOBYTE


def tell(work: Callable[[], object]) -> None:
    """Does the work and prints seconds, and KiB of this process and of the largest that it started."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    sizes = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps([seconds, *sizes]))
