"""What counts as an edge: every number that decides, in one place."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST_DEAD_ZONE = 1e-6


@dataclass(frozen=True)
class Rules:
    """An edge is a jump that, with `confidence` for all jumps of a run at once, is more than `dead_zone_ns` and
    more than `dead_zone_ratio` of the cost before it.

    `resamples`: bootstrap resamples of the launches. `seed`: of those, fixed so that the same data give the same
    file. `shortest`: sizes in a segment, at least; fewer are an odd size and no new level. `reach`: sizes on
    either side of a boundary from which its jump is read, at most. `widest_step`: two neighbouring sizes may be
    so many times apart; what happens in a wider gap was not measured, so no edge is claimed there.
    """

    dead_zone_ns: float = 1.0
    dead_zone_ratio: float = 0.10
    confidence: float = 0.95
    resamples: int = 400
    seed: int = 20230607
    shortest: int = 4
    reach: int = 12
    widest_step: float = 2.0

    def __post_init__(self) -> None:
        if not (self.dead_zone_ns >= SMALLEST_DEAD_ZONE and self.dead_zone_ratio >= SMALLEST_DEAD_ZONE):
            raise ValueError(f"a dead zone must be at least {SMALLEST_DEAD_ZONE:g}, in ns and as a ratio")
        if self.shortest < 3:
            raise ValueError("a line with something left to judge it by needs 3 sizes")

    @property
    def scale_ns(self) -> float:
        """Where the absolute half of the dead zone hands over to the relative one."""
        return self.dead_zone_ns / self.dead_zone_ratio

    @property
    def tolerance(self) -> float:
        """How far a size may lie off its segment's line without meaning anything, as a standard deviation on the
        scale of `noise.to_scale`: a quarter of the dead zone."""
        return self.dead_zone_ratio / 4
