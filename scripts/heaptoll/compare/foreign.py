"""What the readers of other suites' files have in common."""

from __future__ import annotations

from pathlib import Path

from heaptoll.bad_input import BadInput

# 30 years: nothing that was measured takes longer, and sums of such numbers stay finite.
LONGEST_NS = 1e18


def read_bytes(path: Path) -> bytes:
    """The contents of a file. Raises BadInput."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(
            path, "a run's folder, its measurements.csv, Google Benchmark's JSON or Go's benchmark output",
            "name one that is there", found="no such file",
        ) from None  # fmt: skip
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInput(path, "a file that can be read", "check the name and the permissions", found=said) from None
    if not data.strip():
        raise BadInput(path, "a result", "measure again", found="an empty file", line=1)
    return data


def is_time(ns: object) -> bool:
    """Is it a number of nanoseconds that something can have taken?"""
    return isinstance(ns, (int, float)) and not isinstance(ns, bool) and 0 <= ns <= LONGEST_NS
