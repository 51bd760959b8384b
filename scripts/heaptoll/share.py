"""How often something happened, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from heaptoll.statistics import CONFIDENCE


@dataclass(frozen=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """NaN of none."""
        return self.hits / self.of if self.of else float("nan")

    def interval(self) -> tuple[float, float]:
        """Two-sided 95 % interval of the share behind it, by Clopper and Pearson; (0, 1) of none.

        Source: C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits illustrated in the case of the
        binomial, Biometrika 26 (1934) 404–413; scipy's `exact`.
        """
        if not self.of:
            return 0.0, 1.0
        found = stats.binomtest(self.hits, self.of).proportion_ci(CONFIDENCE, method="exact")
        return float(found.low), float(found.high)

    def __add__(self, other: Share) -> Share:
        return Share(self.hits + other.hits, self.of + other.of)

    def __str__(self) -> str:
        """"98 of 100 (93.0 % to 99.8 %)"."""
        if not self.of:
            return "not tried"
        low, high = self.interval()
        return f"{self.hits} of {self.of} ({100 * low:.3g} % to {100 * high:.3g} %)"
