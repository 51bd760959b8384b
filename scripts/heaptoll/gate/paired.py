"""From the rows of one run to what base and head took in each launch, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from heaptoll.gate.sides import LanePair
from heaptoll.measurements import Run

CONTROL_ARM = "null"  # it allocates nothing: DESIGN §2


class Key(NamedTuple):
    case: str
    allocator: str  # the name of the lane pair
    arm: str


@dataclass(frozen=True)
class Pair:
    """One arm of one case in two lanes.

    `base_ns`, `head_ns`: ns per operation by launch, of the launches in which both had enough quiet slices; the
    same keys in both. `launches`: how many launches were measured or tried. `reason`: why a side was not timed at
    all, in words, "" where both were. `base_allocs`, `head_allocs`: allocations per operation as the audit counted
    them, None where it could not.
    """

    key: Key
    base_ns: Mapping[int, float]
    head_ns: Mapping[int, float]
    launches: int
    reason: str = ""
    base_allocs: float | None = None
    head_allocs: float | None = None

    @property
    def more_allocs(self) -> float | None:
        """Allocations per operation of the head less those of the base, None where the audit could not count both."""
        return None if self.base_allocs is None or self.head_allocs is None else self.head_allocs - self.base_allocs

    @property
    def is_control(self) -> bool:
        return self.key.arm == CONTROL_ARM


def pairs_of(run: Run, lane_pairs: Sequence[LanePair]) -> list[Pair]:
    """Every arm of every case that both lanes of a pair have rows of, in the order of the rows."""
    found = []
    for pair in lane_pairs:
        base, head = (_lane(run.rows, *lane) for lane in (pair.base, pair.head))
        for case, arm in base:
            if (case, arm) in head:
                found.append(_pair(Key(case, pair.name, arm), base[case, arm], head[case, arm]))
    return found


def _lane(rows: pd.DataFrame, build: str, allocator: str) -> dict[tuple[str, str], pd.DataFrame]:
    chosen = rows[(rows["build"] == build) & (rows["allocator"] == allocator)]
    return {
        (str(case), str(arm)): group
        for (case, arm), group in chosen.groupby(["case", "arm"], observed=True, sort=False)
    }


def _pair(key: Key, base: pd.DataFrame, head: pd.DataFrame) -> Pair:
    base_ns, head_ns = (_quiet(side) for side in (base, head))
    both = sorted(base_ns.keys() & head_ns.keys())
    return Pair(
        key,
        {launch: base_ns[launch] for launch in both},
        {launch: head_ns[launch] for launch in both},
        launches=int(base["launch"].nunique()),
        reason=_reason("base", base) or _reason("head", head),
        base_allocs=_first(base["allocs_per_op"]),
        head_allocs=_first(head["allocs_per_op"]),
    )


def _quiet(side: pd.DataFrame) -> dict[int, float]:
    ok = side[side["status"] == "ok"]
    return dict(zip(ok["launch"].tolist(), ok["ns_median"].tolist()))


def _reason(name: str, side: pd.DataFrame) -> str:
    """Why no launch of a side was timed: its first status that is neither ok nor contended."""
    if side["status"].isin(["ok", "contended"]).any():
        return ""
    first = side.iloc[0]
    return f"{name}: {first['status']}: {first['reason']}"


def _first(values: pd.Series[float]) -> float | None:
    known = values.dropna()
    return float(known.iloc[0]) if len(known) else None
