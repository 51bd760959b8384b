"""Both sides of a comparison, read and found to be comparable."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare import comparable, own_run
from heaptoll.compare.gbench_json import KIND as GBENCH
from heaptoll.compare.readers import Asked, is_own_run, read_side
from heaptoll.compare.side import Side
from heaptoll.measurements import Run

_TWO = "name two results, or two builds of one run with --base-build and --head-build"


@dataclass(frozen=True)
class Sides:
    """`paired`: two builds of one run, whose launches ran together."""

    base: Side
    head: Side
    paired: bool
    warnings: tuple[str, ...]


def read_sides(base: Asked, head: Asked, allowed: frozenset[str]) -> Sides:
    """Raises BadInput when a side cannot be read, both are the same, or they may not be compared."""
    if is_own_run(base.path) and is_own_run(head.path):
        return _own(base, head, allowed)
    if _same_file(base.path, head.path):
        raise BadInput(head.path, "another result than the base", _TWO, found="the same file")
    return _apart(read_side(base), read_side(head), allowed)


def refuse_clock_of_others(sides: Sides, clock: str | None) -> None:
    """Only Google Benchmark's JSON has two clocks to choose from. Raises BadInput."""
    if clock is not None and sides.base.kind != GBENCH:
        raise BadInput(sides.base.file, GBENCH, "leave out --time", found=sides.base.kind)


def _own(base: Asked, head: Asked, allowed: frozenset[str]) -> Sides:
    """Each run's rows are let go before the next one's are read: a full one takes hundreds of MiB."""
    one = _read(base)
    if _same_file(base.path, head.path):
        return _builds_of_one(one, base, head)
    base_id, base_side = one.facts.run_id, own_run.side_of(one, own_run.build_of(one, base.build, base.build_option))
    del one
    other = _read(head)
    head_side = own_run.side_of(other, own_run.build_of(other, head.build, head.build_option))
    if other.facts.run_id == base_id:
        raise BadInput(head.path, "another run than the base", _TWO, found=f"the same run, {quoted(base_id)}")
    return _apart(base_side, head_side, allowed)


def _builds_of_one(run: Run, base: Asked, head: Asked) -> Sides:
    builds = [own_run.build_of(run, asked.build, asked.build_option) for asked in (base, head)]
    if builds[0] == builds[1]:
        raise BadInput(
            head.path, "another run, or another build, than the base", _TWO, found=f"build {quoted(builds[0])} twice"
        )
    # Go is no build's: what was measured of it would be compared with itself.
    sides = [own_run.side_of(run, build, with_lane=False) for build in builds]
    return Sides(sides[0], sides[1], True, sides[0].warnings)


def _apart(base: Side, head: Side, allowed: frozenset[str]) -> Sides:
    differing = comparable.check(base, head, allowed)
    warnings = [f"{name}: {text}" for name, side in (("base", base), ("head", head)) for text in side.warnings]
    return Sides(base, head, False, (*warnings, *differing))


def _read(asked: Asked) -> Run:
    return own_run.read_own_run(asked.path, allow_incomplete=asked.allow_incomplete)


def _same_file(one: Path, other: Path) -> bool:
    try:
        return _place(one).samefile(_place(other))
    except (OSError, ValueError):
        return one == other


def _place(path: Path) -> Path:
    """A run's folder, whichever of its files is named."""
    return path.parent if is_own_run(path) and not path.is_dir() else path
