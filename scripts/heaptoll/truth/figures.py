"""What a truth run measured: results of both engines, turn by turn. No judgement here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np

from heaptoll.truth.expected import Cpu


class Sample(NamedTuple):
    """One result: of a launch (lockstep), or of a repetition (Google Benchmark)."""

    turn: int  # the engines took turns, a few seconds each: results of one turn are paired in time
    launch: int
    ns: float  # per operation
    cycles: float
    operations: float  # timed in one go: of a slice, or of a repetition
    slow_cycles: float  # of the launch's slices, the 95 % quantile; a repetition has but one value, which it repeats


@dataclass
class Arm:
    """One arm of one case under both engines."""

    case: str
    arm: str
    ours: list[Sample] = field(default_factory=list)  # launches with enough quiet slices
    ours_noisy: int = 0  # launches without
    theirs: list[Sample] = field(default_factory=list)  # quiet repetitions, the longest where there are several lengths
    theirs_noisy: int = 0  # the others
    shorter: list[Sample] = field(default_factory=list)  # quiet repetitions of a shorter length

    @property
    def paired_ratios(self) -> list[float]:
        """ns of ours over theirs, of every turn that has both: the median of each."""
        ours, theirs = (_by_turn(samples) for samples in (self.ours, self.theirs))
        return [ours[turn] / theirs[turn] for turn in sorted(ours.keys() & theirs.keys())]


def _by_turn(samples: list[Sample]) -> dict[int, float]:
    turns: dict[int, list[float]] = {}
    for sample in samples:
        turns.setdefault(sample.turn, []).append(sample.ns)
    return {turn: float(np.median(values)) for turn, values in turns.items()}


@dataclass
class Truth:
    """Everything a truth run measured."""

    cpu: Cpu
    known: list[Arm] = field(default_factory=list)  # the cases of known cost
    ordinary: list[Arm] = field(default_factory=list)
    quiet_share: float = float("nan")  # of our slices
    machine: str = ""
    date: str = ""
    revision: str = ""

    def as_json(self) -> dict[str, Any]:
        """Everything measured, for a file; from_json reads it back."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Truth:
        plain = {key: value for key, value in content.items() if key not in ("known", "ordinary", "cpu")}
        return Truth(
            cpu=Cpu(**content["cpu"]),
            **plain,
            known=[_arm(each) for each in content["known"]],
            ordinary=[_arm(each) for each in content["ordinary"]],
        )


def _arm(content: dict[str, Any]) -> Arm:
    samples = {name: [Sample(*each) for each in content[name]] for name in ("ours", "theirs", "shorter")}
    return Arm(**{**content, **samples})
