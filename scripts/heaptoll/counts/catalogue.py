"""What there is to count: the chosen cases with their arms, and the lanes. heaptoll and its worker are asked."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted

_CASE_FIELDS = 13
_REBUILD = "build heaptoll and its worker from the same sources: make build"


@dataclass(frozen=True)
class Case:
    """One case. `size_bytes` is None where it has no meaning; `params` is `key=value;key=value`."""

    name: str
    scenario: str
    variant: str
    size_bytes: int | None
    params: str
    arms: tuple[str, ...]


@dataclass(frozen=True)
class Build:
    """What the worker was built with."""

    name: str
    compiler: str
    flags: str


@dataclass(frozen=True)
class Lane:
    """An allocator; `library` is what is preloaded, "" for the C library's own malloc."""

    allocator: str
    library: str


@dataclass(frozen=True)
class Programs:
    """The coordinator, the worker and the clock to preload; `worker` may be another than heaptoll's own."""

    heaptoll: Path
    worker: Path
    frozen_clock: Path

    def check_built(self) -> None:
        """Raises BadInput when one of them is not there."""
        for program in (self.heaptoll, self.worker, self.frozen_clock):
            if not program.is_file():
                raise BadInput(program, "a built program", "run `make build` first", found="no such file")


def programs_in(build: Path, worker: Path | None = None) -> Programs:
    """The programs of a build folder."""
    return Programs(
        (build / "heaptoll").absolute(),
        (worker or build / "heaptoll-worker").absolute(),
        (build / "heaptoll-frozen-clock.so").absolute(),
    )


def ask(command: Sequence[str | Path]) -> str:
    """What a program of ours prints. Raises BadInput with its own words when it fails."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise BadInput(command[0], "a program that runs", _REBUILD, found=error.strerror) from error
    if done.returncode != 0:
        raise Refused(done.stderr.strip() or f"{command[0]} failed with exit status {done.returncode}")
    return done.stdout


class Refused(Exception):
    """A program of ours said no; the message is what it said, made for the user's eyes."""


def chosen_cases(programs: Programs, profile: str, pattern: str) -> tuple[Build, list[Case]]:
    """The cases of the profile whose names match, as the worker describes them. Raises Refused, BadInput."""
    names = ask([
        programs.heaptoll, f"--worker={programs.worker}", f"--profile={profile}",
        f"--benchmark_filter={pattern}", "--benchmark_list_tests=true",
    ]).split()  # fmt: skip
    build, cases = parse_description(programs.worker, ask([programs.worker, "--describe"]))
    return build, [cases[name] for name in names]


def parse_description(worker: Path, text: str) -> tuple[Build, dict[str, Case]]:
    """Reads `heaptoll-worker --describe`: the build and the cases by name. Raises BadInput."""
    build, cases = None, {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split("\t")
        if fields[0] == "worker" and len(fields) == 5:
            build = Build(*fields[2:5])
        elif fields[0] == "case" and len(fields) == _CASE_FIELDS and (fields[5].isdecimal() or fields[5] == "-"):
            name = "/".join(fields[1:4])
            size = None if fields[5] == "-" else int(fields[5])
            cases[name] = Case(name, fields[1], fields[2], size, fields[4], tuple(fields[8].split(",")))
        else:
            raise BadInput(
                worker, "a line `worker` or `case` of its description", _REBUILD, line=number, found=quoted(line)
            )
    if build is None or not cases:
        raise BadInput(worker, "a description of its build and cases", _REBUILD, found="none")
    return build, cases


def chosen_lanes(programs: Programs, allocators: str | None) -> list[Lane]:
    """The lanes as heaptoll resolves them; None: every allocator installed. Raises Refused, BadInput."""
    asked = [] if allocators is None else [f"--allocators={allocators}"]
    lanes = []
    for line in ask([programs.heaptoll, "--list-lanes", *asked]).splitlines():
        name, tab, library = line.partition("\t")
        if not tab:
            raise BadInput(programs.heaptoll, "lines NAME TAB LIBRARY", _REBUILD, found=quoted(line))
        lanes.append(Lane(name, library))
    return lanes
