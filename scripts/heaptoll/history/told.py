"""What a report of a history says besides the changes: which history it is, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Told:
    """`title`: the command in a few words. `heading`: which store or file, how many runs, from when to when, how many keys,
    what was asked for; names and texts for people. `warnings`: what may make the answer wrong. `notices`: what a reader
    should know, as new series that begin. `left_out`: how many results of the newest run are no values, by status."""

    title: str
    heading: Mapping[str, str]
    warnings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    left_out: Mapping[str, int] | None = None
