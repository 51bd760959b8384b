"""What a report of a history says besides its changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Told:
    """`heading`: what was searched, by what it is called ("store", "runs", …). `warnings`: what must be known before the rest
    is believed. `notices`: what else happened, such as a series that goes on under another compiler."""

    heading: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
