"""How far a run can be trusted, by its own figures: was the core its own, and does the same code take the same time?

Null and stack arms take nothing from the heap: under every allocator they are the same instructions. So the time in one
lane divided by the time in another, in the same launch, should be 1: whatever an allocator does it does not do here.
What is left is everything else in which lanes differ: each is a process of its own, with another library loaded, whose
addresses were drawn by themselves. The same is in every comparison of two allocators, so these ratios show how small a
difference of theirs can be believed.

Which launches count is `summary`'s rule, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from heaptoll import statistics, summary
from heaptoll.measurements import Run
from heaptoll.share import Share
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey, ArmResult

ARMS = ("null", "stack")
BOUNDS_PERCENT = (0.5, 1.0, 2.0)


@dataclass(frozen=True)
class LaunchQuiet:
    """One launch of one case, all its lanes and arms together. `quiet` of `slices` were so; `rows`: how many of them
    have which status."""

    case: str
    launch: int
    slices: float
    quiet: float
    rows: Mapping[str, int]

    @property
    def share(self) -> float:
        """NaN where no slice was timed."""
        return self.quiet / self.slices if self.slices else float("nan")


@dataclass(frozen=True)
class LanePair:
    """One arm of a case in two lanes. `ratios`: ns per operation of `one` divided by `other`, one per launch that timed
    both, in their order. `contended`: whether either result is."""

    case: str
    arm: str
    one: str
    other: str
    ratios: tuple[float, ...]
    estimate: Estimate
    contended: bool

    @property
    def percent(self) -> float:
        """How far the median ratio is from 1, in per cent, with its sign."""
        return (self.estimate.value - 1) * 100

    @property
    def interval_percent(self) -> tuple[float, float]:
        low, high = self.estimate.interval[:2]
        return (low - 1) * 100, (high - 1) * 100

    @property
    def covers_one(self) -> bool:
        return self.estimate.interval.low <= 1 <= self.estimate.interval.high


@dataclass(frozen=True)
class SelfCheck:
    """What one build's lanes say of the run. `launches`: in the order in which they were measured. `quiet_by_case`,
    `quiet_by_lane`: shares of slices, 0 to 1. `pairs`: every two lanes of each null and stack arm; none with a single
    allocator. `wander_percent`: how far each launch of those arms is from the median of its own lane's, unpaired."""

    launches: tuple[LaunchQuiet, ...]
    quiet_by_case: Mapping[str, float]
    quiet_by_lane: Mapping[str, float]
    pairs: tuple[LanePair, ...]
    wander_percent: tuple[float, ...]

    @property
    def quiet_share(self) -> float:
        """Of all slices; NaN without any."""
        slices = sum(launch.slices for launch in self.launches)
        return sum(launch.quiet for launch in self.launches) / slices if slices else float("nan")

    @property
    def status(self) -> dict[str, int]:
        """How many rows have which status, in the order in which these appear."""
        counted: dict[str, int] = {}
        for launch in self.launches:
            for status, rows in launch.rows.items():
                counted[status] = counted.get(status, 0) + rows
        return counted

    @property
    def medians_percent(self) -> list[float]:
        """Of each pair, how far its median over launches is from 1."""
        return [pair.percent for pair in self.pairs]

    @property
    def singles_percent(self) -> list[float]:
        """Of each launch of each pair, how far its ratio is from 1."""
        return [(ratio - 1) * 100 for pair in self.pairs for ratio in pair.ratios]

    @property
    def covering(self) -> Share:
        """How many of the 95 % intervals contain 1, as 95 of 100 at least should; too short ones are not asked."""
        asked = [pair for pair in self.pairs if pair.estimate.interval.reached]
        return Share(sum(pair.covers_one for pair in asked), len(asked))

    @property
    def spread_by_case(self) -> dict[str, float]:
        """Of each case, how far from 1 the median ratio is that is farthest, in per cent."""
        spread: dict[str, float] = {}
        for pair in self.pairs:
            spread[pair.case] = max(spread.get(pair.case, 0.0), abs(pair.percent))
        return spread

    def least_quiet(self, most: int) -> list[tuple[str, float]]:
        """The cases with the lowest shares of quiet slices, the lowest first."""
        return sorted(self.quiet_by_case.items(), key=lambda item: (item[1], item[0]))[:most]

    def farthest(self, most: int) -> list[LanePair]:
        """Of each case and arm the two lanes whose median ratio is farthest from 1; of these, the farthest first."""
        arms: dict[tuple[str, str], LanePair] = {}
        for pair in self.pairs:
            known = arms.get((pair.case, pair.arm))
            if known is None or abs(pair.percent) > abs(known.percent):
                arms[pair.case, pair.arm] = pair
        return sorted(arms.values(), key=lambda pair: (-abs(pair.percent), pair.case, pair.arm))[:most]

    def lane_percent(self, allocator: str) -> list[float]:
        """Of each pair that the lane is in, how much more time it took than the other one."""
        return [
            pair.percent if pair.one == allocator else (1 / pair.estimate.value - 1) * 100
            for pair in self.pairs
            if allocator in (pair.one, pair.other)
        ]


@lru_cache(maxsize=2)
def self_check(run: Run, build: str) -> SelfCheck:
    """The self-check of one build's lanes. Done once per run."""
    rows = run.rows[(run.rows["build"] == build) & run.rows["arm"].isin(ARMS)]
    allocators = run.allocators(build)
    cases = [str(name) for name in rows["case"].unique()]
    results = summary.summarise(run, cases, build)
    arms = [(case, arm) for case in cases for arm in ARMS]
    lanes = [[r for a in allocators if (r := results.get(ArmKey(case, arm, a)))] for case, arm in arms]
    return SelfCheck(
        _launches(run, build),
        _quiet_by(run, build, "case"),
        _quiet_by(run, build, "allocator"),
        tuple(pair for some in lanes for one, other in combinations(some, 2) if (pair := _pair(one, other))),
        tuple(percent for some in lanes for lane in some for percent in _wander(lane)),
    )


def within(percents: Sequence[float], bound: float) -> Share:
    """How many of these deviations are at most `bound` per cent, on either side."""
    return Share(int(np.count_nonzero(np.abs(np.asarray(percents, dtype=np.float64)) <= bound)), len(percents))


def _pair(one: ArmResult, other: ArmResult) -> LanePair | None:
    """None where no launch timed both, and where a time is 0: left out, such launches would hide that it is."""
    both = one.ns_by_launch.keys() & other.ns_by_launch.keys()
    if not both or not all(lane.ns_by_launch[launch] > 0 for lane in (one, other) for launch in both):
        return None
    ratios = statistics.ratio_per_launch(one.ns_by_launch, other.ns_by_launch)
    if not bool(np.all(np.isfinite(ratios) & (ratios > 0))):
        return None
    return LanePair(
        one.key.case, one.key.arm, one.key.allocator, other.key.allocator, tuple(ratios.tolist()),
        statistics.estimate(ratios), one.contended or other.contended,
    )  # fmt: skip


def _wander(lane: ArmResult) -> Iterable[float]:
    values = np.array(list(lane.ns_by_launch.values()))
    if len(values) < 2 or not np.all(values > 0):
        return []
    percents: list[float] = ((values / np.median(values) - 1) * 100).tolist()
    return percents


def _launches(run: Run, build: str) -> tuple[LaunchQuiet, ...]:
    """Rows are appended launch by launch, so that their order is the order of measuring."""
    rows = run.rows[run.rows["build"] == build]
    names = zip(rows["case"], rows["launch"].tolist())
    slices, quiet = (rows[name].fillna(0.0).tolist() for name in ("slices", "quiet_slices"))
    sums: dict[tuple[str, int], list[float]] = {}
    status: dict[tuple[str, int], dict[str, int]] = {}
    for key, timed, silent, told in zip(names, slices, quiet, rows["status"]):
        both = sums.setdefault(key, [0.0, 0.0])
        both[0] += timed
        both[1] += silent
        counted = status.setdefault(key, {})
        counted[told] = counted.get(told, 0) + 1
    return tuple(LaunchQuiet(*key, timed, silent, status[key]) for key, (timed, silent) in sums.items())


def _quiet_by(run: Run, build: str, column: str) -> dict[str, float]:
    """What was never timed has no share."""
    rows = run.rows[run.rows["build"] == build]
    sums = rows.groupby(column, observed=True, sort=False)[["slices", "quiet_slices"]].sum()
    sums = sums[sums["slices"] > 0]
    return {str(name): float(share) for name, share in (sums["quiet_slices"] / sums["slices"]).items()}
