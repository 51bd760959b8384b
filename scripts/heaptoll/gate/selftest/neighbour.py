"""A neighbour who takes all the time that it can get on one core, and surely goes away again."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# The kernel ends it with its parent, however that ends (prctl(2): PR_SET_PDEATHSIG is 1, SIGKILL 9); the second look
# is for a parent that was gone before.
_SPIN = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() != int(sys.argv[1]):
    sys.exit()
os.sched_setaffinity(0, {int(sys.argv[2])})
print("spinning", flush=True)
while True:
    pass
"""


@contextmanager
def busy_neighbour(core: int) -> Iterator[int]:
    """A process that spins on this core at the usual priority while the block runs. Gives its pid, once it spins.

    Raises OSError when it cannot start there.
    """
    command = [sys.executable, "-c", _SPIN, str(os.getpid()), str(core)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        if not process.stdout.readline():
            raise OSError(f"no process can be kept on core {core}")
        yield process.pid
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@contextmanager
def kept_on(core: int) -> Iterator[None]:
    """This thread, and whatever it starts meanwhile, on this core only. Raises OSError when that is not allowed."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
