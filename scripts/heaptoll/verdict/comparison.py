"""What goes into a verdict: one case, allocator and arm, as it was measured on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heaptoll.statistics import Values

TOLL = "toll"

Measured = Mapping[int, float] | Values


@dataclass(frozen=True)
class Sample:
    """ns per operation of each launch on either side: by launch, or in any order.

    `paired`: base and head ran in the same launches. Mappings then meet by launch, and what only one has is left out;
    sequences meet by position. `unit` names what one value is: launches, or the repetitions of other suites.
    """

    base: Measured
    head: Measured
    paired: bool
    unit: str = "launches"

    def values(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The values that count, of shapes (n,) and (m,), n = m when paired. Raises ValueError where sequences that are
        paired differ in length, and where one is paired with a mapping."""
        base, head = self.base, self.head
        if self.paired and isinstance(base, Mapping) and isinstance(head, Mapping):
            both = sorted(base.keys() & head.keys())
            one: Values = [base[launch] for launch in both]
            other: Values = [head[launch] for launch in both]
        elif self.paired and (isinstance(base, Mapping) or isinstance(head, Mapping) or len(base) != len(head)):
            raise ValueError("pairs need two mappings by launch, or two sequences of one length")
        else:
            one, other = _listed(base), _listed(head)
        return np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)


def _listed(values: Measured) -> Values:
    return list(values.values()) if isinstance(values, Mapping) else values


@dataclass(frozen=True)
class Comparison:
    """One thing to judge. `arm` is "toll" where the sample holds tolls.

    `reference_ns`: what the dead zone is a part of, in ns per operation; without it, the median of the base. For a toll
    it is the larger of the medians of the base's stack and heap: a difference of two times is known no better than they
    are. `doubt`: why the verdict can be `unsure` at most (a contended result), in words; empty without such a reason.
    `measure`: what the values are in; empty where they have no unit.
    """

    case: str
    allocator: str
    arm: str
    sample: Sample
    reference_ns: float | None = None
    doubt: str = ""
    measure: str = "ns"
