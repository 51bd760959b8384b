"""Builds the workers with plants in the gate's own layouts, and lays them out as two builds of the same code."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.gate.selftest.conduct import Workers

PLAIN, MALLOC, INSTRUCTION = "heaptoll-plant-worker", "heaptoll-plant-malloc-worker", "heaptoll-plant-instruction-worker"
GBENCH = "heaptoll-plant-gbench"
TARGET = "plants"

# layout number, folder for the object, C compiler → the object file that comes first in the link, "" for none
Padding = Callable[[Path, int, str], str]


def make(sources: Path, build: Path, layouts: int, jobs: int, padding: Padding, say: Callable[[str], None]) -> Workers:
    """Builds below `build`/gate-selftest what is not there yet, with the compiler that `build` was made with; in twice as
    many layouts as a gate takes, so that the same code can be shown to it in others.

    Raises BadInput with the compiler's words.
    """
    place = (build / "gate-selftest").resolve()  # heaptoll follows links before it starts a worker
    objects = place / "build"
    objects.mkdir(parents=True, exist_ok=True)
    compiler = compiler_of(build)
    say(f"the workers with plants, in {2 * layouts} layouts")
    for layout in range(2 * layouts):
        _run(["cmake", "-S", str(sources), "-B", str(objects), f"-DCMAKE_C_COMPILER={compiler}",
              f"-DCMAKE_EXE_LINKER_FLAGS={padding(place, layout, compiler)}"], place)  # fmt: skip
        _run(["cmake", "--build", str(objects), "--target", TARGET, "--parallel", str(jobs)], place)
        for side in ("base", "head"):
            folder = place / side / f"layout-{layout}"
            folder.mkdir(parents=True, exist_ok=True)
            for name in (PLAIN, MALLOC, INSTRUCTION, GBENCH):
                _copy(objects / name, folder / name)
    return laid_out(place, layouts)


def laid_out(place: Path, layouts: int) -> Workers:
    """Where `make` puts them below `place`."""

    def each(side: str, name: str, first: int = 0) -> tuple[Path, ...]:
        return tuple(place / side / f"layout-{layout}" / name for layout in range(first, first + layouts))

    return Workers(
        each("base", PLAIN), each("head", PLAIN), each("head", PLAIN, layouts), each("head", MALLOC),
        each("head", INSTRUCTION), place / "head",
    )  # fmt: skip


def compiler_of(build: Path) -> str:
    """The C compiler of a build folder. Raises BadInput when it is none."""
    cache = build / "CMakeCache.txt"
    try:
        lines = cache.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise BadInput(cache, "a build folder", "run `make build` first", found=error.strerror) from error
    for line in lines:
        name, _, value = line.partition("=")
        if name.startswith("CMAKE_C_COMPILER:"):
            return value
    raise BadInput(cache, "a line CMAKE_C_COMPILER", "run `make build` first", found="none")


def _copy(program: Path, to: Path) -> None:
    """As a whole: one that runs keeps its own."""
    unfinished = to.with_suffix(".new")
    shutil.copy2(program, unfinished)
    unfinished.replace(to)


def _run(command: list[str], place: Path) -> None:
    log = place / "build.log"
    with log.open("w") as said:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    if done.returncode:
        lines = log.read_text(errors="replace").strip().splitlines()
        wrong = [line for line in lines if "error" in line.lower()] or lines
        raise BadInput(
            log, f"the target {TARGET} to be built", "the whole log is in that file",
            found=quoted(wrong[0] if wrong else f"exit status {done.returncode}"),
        )  # fmt: skip
