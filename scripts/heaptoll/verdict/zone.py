"""What counts as no change."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DeadZone:
    """A change within the zone is none, however sure one can be of it.

    `relative`: a part of the base's time. `floor_ns`: at least so many ns per operation, so that an arm of less than
    a nanosecond is not called slower for what no clock can tell. Raises ValueError unless both are finite and not
    negative.
    """

    relative: float = 0.01
    floor_ns: float = 0.05

    def __post_init__(self) -> None:
        for name, value in (("relative", self.relative), ("floor_ns", self.floor_ns)):
            if not 0 <= value < float("inf"):
                raise ValueError(f"{name} of a dead zone must be finite and not negative, not {value}")

    def ns(self, reference_ns: float) -> float:
        """Half the width of the zone around 0, in ns per operation, for a base that takes `reference_ns`."""
        return max(self.relative * reference_ns, self.floor_ns)
