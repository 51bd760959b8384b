"""Everything that could move a count from run to run, and what it is fixed to."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

STACK_BYTES = 16 << 20

# glibc chooses its memcpy by what the CPU can do: without these, the plain x86-64 one. The names of one feature
# differ between versions (AVX2_Usable until 2.32, AVX2 since), and unknown ones are ignored.
_HWCAPS = (
    "AVX2_Usable", "AVX512F_Usable", "AVX512VL_Usable", "AVX2", "AVX512F", "AVX512VL", "AVX_Fast_Unaligned_Load",
    "ERMS", "FSRM", "SSSE3", "Prefer_ERMS", "Prefer_FSRM",
)  # fmt: skip
TUNABLES = ":".join([
    "glibc.malloc.arena_max=1",
    "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in _HWCAPS),
    # Derived from the size of the caches otherwise, and decides how memcpy copies much.
    "glibc.cpu.x86_non_temporal_threshold=0xc0000",
    "glibc.cpu.x86_rep_movsb_threshold=0x800",
    "glibc.cpu.x86_rep_stosb_threshold=0x800",
])  # fmt: skip

# What may be switched off, for the tests that show what it is good for.
GUARDS = ("fork", "alignment", "tunables", "clock", "addresses")

_ADDR_NO_RANDOMIZE = 0x0040000
_ASK_PERSONALITY = 0xFFFFFFFF
_PR_SET_THP_DISABLE, _PR_GET_THP_DISABLE = 41, 42


@dataclass(frozen=True)
class Fixed:
    """What this process and all below it have been fixed to; `off` are the guards left out."""

    off: frozenset[str] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)

    def environment(self, library: str, frozen_clock: Path) -> dict[str, str]:
        """The whole environment of a worker: nothing of ours."""
        preloads = [library, "" if "clock" in self.off else str(frozen_clock)]
        made = {"GLIBC_TUNABLES": TUNABLES} if "tunables" not in self.off else {}
        preload = ":".join(path for path in preloads if path)
        return {**made, **({"LD_PRELOAD": preload} if preload else {})}

    def worker_words(self) -> list[str]:
        """What the worker's --count is told to leave out."""
        return [f"without-{guard}" for guard in ("fork", "alignment") if guard in self.off]


def fix(off: frozenset[str] = frozenset()) -> Fixed:
    """Fixes for this process what children inherit: addresses, page size, stack limit. What the system refuses stays
    as it is, and the facts say so."""
    libc = ctypes.CDLL(None, use_errno=True)
    fixed = "addresses" not in off and libc.personality(_ADDR_NO_RANDOMIZE) != -1
    small_pages = libc.prctl(_PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    stack = STACK_BYTES if hard == resource.RLIM_INFINITY else min(STACK_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_STACK, (stack, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    facts = {
        "addresses": "fixed" if fixed else "random: the system does not let us fix them",
        "huge_pages": "off" if small_pages else "as the system has them",
        "stack_limit_bytes": str(stack),
        "glibc_tunables": "" if "tunables" in off else TUNABLES,
        "clock": "runs" if "clock" in off else "stands still",
        "environment": "GLIBC_TUNABLES and LD_PRELOAD, nothing else",
        "cpus_seen": "1",
    }
    return Fixed(off, facts)


@contextmanager
def fixed_for_now(off: frozenset[str] = frozenset()) -> Iterator[Fixed]:
    """Like `fix`, and afterwards as it was: what is timed later in this process must have its random addresses.

    A personality belongs to a thread: threads that start processes in between must be started in between, too.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    personality = libc.personality(_ASK_PERSONALITY)
    huge_pages_off = libc.prctl(_PR_GET_THP_DISABLE, 0, 0, 0, 0)
    limits = {which: resource.getrlimit(which) for which in (resource.RLIMIT_STACK, resource.RLIMIT_CORE)}
    try:
        yield fix(off)
    finally:
        for which, limit in limits.items():
            resource.setrlimit(which, limit)
        if huge_pages_off != -1:
            libc.prctl(_PR_SET_THP_DISABLE, huge_pages_off, 0, 0, 0)
        if personality != -1:
            libc.personality(personality)


def usable_cpus() -> list[int]:
    """The CPUs that this process may use."""
    return sorted(os.sched_getaffinity(0))
