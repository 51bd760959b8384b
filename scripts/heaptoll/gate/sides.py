"""The two sides of a gate, and how heaptoll is told to measure them as lanes of one run."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from heaptoll.gate.counts import CountedSides, build_sides, library_sides

BASE, HEAD = "base", "head"


class LaneKey(NamedTuple):
    """A lane as the rows of measurements.csv name it."""

    build: str
    allocator: str


class LanePair(NamedTuple):
    """Two lanes to compare. `name` is the allocator as the reader of a verdict knows it."""

    name: str
    base: LaneKey
    head: LaneKey


@dataclass(frozen=True)
class Sides(ABC):
    """`base_title` and `head_title` say in words what is compared, for headings."""

    base_title: str
    head_title: str

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The names of all lane pairs."""

    @abstractmethod
    def pairs(self, names: Sequence[str]) -> list[LanePair]:
        """The lane pairs of these names."""

    @abstractmethod
    def arguments(self, names: Sequence[str], layouts: int) -> list[str]:
        """The options of heaptoll that make the lanes of these pairs, each build in its first `layouts` layouts."""

    @abstractmethod
    def counted(self, build: Path) -> CountedSides:
        """The same sides for counting, in their first layouts, with the heaptoll of the folder `build`. Raises
        BadInput, Refused."""


def _workers(paths: Sequence[Path], layouts: int) -> str:
    return ":".join(str(path) for path in paths[:layouts])


@dataclass(frozen=True)
class BuildSides(Sides):
    """Two builds of the worker, each under the same allocators. `*_workers`: one program per layout."""

    base_workers: tuple[Path, ...]
    head_workers: tuple[Path, ...]
    allocators: tuple[str, ...]  # as heaptoll's --allocators takes them: name or name=/path/lib.so

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(asked.partition("=")[0] for asked in self.allocators)

    def pairs(self, names: Sequence[str]) -> list[LanePair]:
        return [LanePair(name, LaneKey(BASE, name), LaneKey(HEAD, name)) for name in names]

    def arguments(self, names: Sequence[str], layouts: int) -> list[str]:
        asked = [each for name, each in zip(self.names, self.allocators) if name in names]
        return [
            f"--builds={BASE}={_workers(self.base_workers, layouts)},{HEAD}={_workers(self.head_workers, layouts)}",
            f"--allocators={','.join(asked)}",
        ]

    def counted(self, build: Path) -> CountedSides:
        return build_sides(build, self.base_workers[0], self.head_workers[0], ",".join(self.allocators))


@dataclass(frozen=True)
class AllocatorSides(Sides):
    """Two libraries of an allocator under one build of the worker."""

    workers: tuple[Path, ...]
    base_library: str  # a path, or the name of an allocator that heaptoll knows
    head_library: str

    @property
    def names(self) -> tuple[str, ...]:
        return ("allocator",)

    def pairs(self, names: Sequence[str]) -> list[LanePair]:
        return [LanePair(name, LaneKey(HEAD, BASE), LaneKey(HEAD, HEAD)) for name in names]

    def arguments(self, names: Sequence[str], layouts: int) -> list[str]:
        return [
            f"--builds={HEAD}={_workers(self.workers, layouts)}",
            f"--allocators={BASE}={self.base_library},{HEAD}={self.head_library}",
        ]

    def counted(self, build: Path) -> CountedSides:
        return library_sides(build, self.workers[0], self.base_library, self.head_library)
