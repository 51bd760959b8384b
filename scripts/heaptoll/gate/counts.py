"""The gate's second signal: instructions and allocations per operation of base and head, exact (docs/METHOD.md).

What the gate needs of the files beside this one: `build_sides` or `library_sides` name what is counted,
`counts_if_possible` counts it, `differences` judges it, `as_terminal` and `as_markdown` say it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence

from heaptoll.bad_input import BadInput
from heaptoll.counts.catalogue import Refused
from heaptoll.gate.counts_readings import CountsResult, LeftOut, Unavailable
from heaptoll.gate.counts_rows import CountRow, Thresholds, differences, red, uncounted
from heaptoll.gate.counts_sides import CountedSides, PairedLane, build_sides, count_sides, library_sides
from heaptoll.gate.counts_text import as_markdown, as_terminal, summary

__all__ = [
    "CountRow", "CountedSides", "CountsResult", "LeftOut", "PairedLane", "Thresholds", "Unavailable", "as_markdown",
    "as_terminal", "build_sides", "count_sides", "counts_if_possible", "differences", "library_sides", "red", "summary",
    "uncounted",
]  # fmt: skip

_WITHOUT_IT = "the comparison of times does without; --counts=required makes it an error"


def counts_if_possible(
    sides: CountedSides | Callable[[], CountedSides], cases: Sequence[str], say: Callable[[str, int, int], None], *,
    required: bool = False, hang_seconds: int = 10,
) -> CountsResult | Unavailable:  # fmt: skip
    """Like `count_sides`, and where that cannot be done, why, in words.

    With `required`, the BadInput or Refused that says so is raised. `sides` may be what makes them, whose errors are
    treated the same way.
    """
    if not required and shutil.which("valgrind") is None:
        return Unavailable("valgrind is not installed", f"scripts/setup.sh --for=counts installs it ({_WITHOUT_IT})")
    try:
        return count_sides(sides() if callable(sides) else sides, cases, say, hang_seconds=hang_seconds)
    except (BadInput, Refused, OSError) as error:
        if required:
            raise
        return Unavailable(" ".join(str(error).split()), _WITHOUT_IT)
