"""Where series come from, as far as the command knows: a store, or a CSV."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heaptoll.history.series import Series
from heaptoll.history.told import Told


@dataclass(frozen=True)
class Source:
    """`damaged`: whether a part of it could not be read; `told` says which."""

    series: Iterable[Series]
    told: Told
    damaged: bool = False
