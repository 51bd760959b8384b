"""What users of Google Benchmark do today: two runs after each other, and its compare tool's test on the repetitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

# tools/compare.py of google/benchmark (v1.7.1): --alpha 0.05; tools/gbench/report.py: UTEST_MIN_REPETITIONS = 2, and
# UTEST_OPTIMAL_REPETITIONS = 9, below which it warns.
ALPHA = 0.05
FEWEST_REPETITIONS = 9


def p_value(base: Sequence[float], head: Sequence[float]) -> float:
    """Two-sided p of the Mann–Whitney U test, as tools/gbench/report.py calls it. Both lists hold times of repetitions.

    Raises ValueError below FEWEST_REPETITIONS a side: the tool itself would warn, and be less able than it can be.

    Source: H. B. Mann and D. R. Whitney, On a test of whether one of two random variables is stochastically larger
    than the other, Annals of Mathematical Statistics 18 (1947) 50–60.
    """
    if min(len(base), len(head)) < FEWEST_REPETITIONS:
        raise ValueError(f"{len(base)} and {len(head)} repetitions; the test wants {FEWEST_REPETITIONS} of each")
    return float(stats.mannwhitneyu(base, head, alternative="two-sided").pvalue)


@dataclass(frozen=True)
class GbenchPair:
    """One arm run twice by Google Benchmark: as it is, then with a plant. `*_ns`: medians of the repetitions."""

    case: str
    planted_percent: float
    p: float
    base_ns: float
    head_ns: float
    seconds: float  # wall time of both runs

    @property
    def alarm(self) -> bool:
        """Does the tool call the two different? At a plant of 0 this is a false alarm, whatever the direction."""
        return self.p < ALPHA

    @property
    def found(self) -> bool:
        """Does it call the second one slower?"""
        return self.alarm and self.head_ns > self.base_ns
