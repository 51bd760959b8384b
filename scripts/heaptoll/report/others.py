"""The other runs that a page tells of: the published machines', and those that were named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.compare.own_run import read_own_run, refuse_endless
from heaptoll.measurements import Run
from heaptoll.published import published


@dataclass(frozen=True)
class Other:
    """`name`: a published machine's, or the folder of a run that was named. `run` is None where it cannot be shown, and
    `why` says it in words."""

    name: str
    run: Run | None
    why: str
    published: bool


@dataclass(frozen=True)
class Surroundings:
    """What a page stands among. `runs`: the others it tells of. `pages`: where the published machines' own pages are,
    from this one, by their names. `home`: where the index of the whole site is; empty for a page that stands alone."""

    runs: Iterable[Other] = ()
    pages: Mapping[str, str] = field(default_factory=dict)
    home: str = ""


def others(machines: Path, named: Sequence[Path]) -> Iterable[Other]:
    """The runs that were `named`, then the machines published in the folder `machines`, one read at a time. Raises
    BadInput for one that was named and cannot be read; a published one that cannot is told as that."""
    for path in named:
        run = read_own_run(path)
        refuse_endless(run)
        if not run.builds:
            raise BadInput(path, "a run with measurements", "name another with --base", found="no rows")
        yield Other(run.folder.resolve().name, run, "", False)
    for each in published(machines):
        yield _checked(Other(each.name, each.run, each.why, True))


def _checked(other: Other) -> Other:
    if other.run is None:
        return other
    if not other.run.builds:
        return Other(other.name, None, "the run has no measurements", other.published)
    try:
        refuse_endless(other.run)
    except BadInput as error:
        return Other(other.name, None, str(error), other.published)
    return other
