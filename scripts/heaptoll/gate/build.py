"""Builds a side's worker in several layouts.

Where a function lies in memory can move its time by several per cent, whatever it does. Functions are aligned, and
what one build measures is still one sample of addresses. So each side is linked several times: the same object files
after a different amount of padding in code and data. What only one of these shows is no property of the source.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.gate.source import Source, checked_out

WORKER = "heaptoll-worker"

# Cache lines of padding in code, data and zeroed data before everything else, by layout. The first is none: the build as
# its users get it. Functions are aligned to lines; how many there are leaves every remainder by 2, 4 and 8, so that
# neither a set of a cache nor an entry of a predictor stays the same, and a head that pushed its code one line further
# meets the base in places of both kinds.
_LINE = 64
CODE_LINES = (0, 1, 34, 99, 182, 263, 348, 437)
DATA_LINES = (0, 3, 14, 25, 36, 47, 58, 69)
MOST_LAYOUTS = len(CODE_LINES)


@dataclass(frozen=True)
class Built:
    """A side's worker, one program per layout, and who compiled it: the first line of `CC --version`."""

    workers: tuple[Path, ...]
    compiler: str


def build(
    repository: Path, source: Source, folder: Path, layouts: int, compiler: str | None, jobs: int,
    say: Callable[[str], None],
) -> Built:  # fmt: skip
    """Builds the worker of `source` below `folder`, or finds it there from an earlier gate: a commit does not change.

    `compiler` is what CC would be, None for CMake's own choice. Raises BadInput with the compiler's words.
    """
    name = compiler or "cc"
    version = _version(name)
    what = source.revision[:16] if source.revision else "tree"
    place = folder / f"{what}-{_tools(name, version)}"
    workers = tuple(place / f"layout-{k}" / WORKER for k in range(layouts))
    place.mkdir(parents=True, exist_ok=True)
    with _alone_in(place, say), ExitStack() as held:
        if source.revision and all(worker.is_file() for worker in workers):
            say(f"{source.title}: built earlier")
            return Built(workers, version)
        say(f"{source.title}: building it in {layouts} layouts")
        sources = held.enter_context(checked_out(repository, source, place / "source"))
        for k, worker in enumerate(workers):
            _link(sources.absolute(), place, k, compiler, jobs, source)
            worker.parent.mkdir(exist_ok=True)
            # By another name first: a gate that is stopped here must not leave half a program for the next.
            unfinished = worker.with_suffix(".new")
            shutil.copy2(place / "build" / WORKER, unfinished)
            unfinished.replace(worker)
    return Built(workers, version)


def _tools(compiler: str, version: str) -> str:
    """A name for everything besides the sources that decides what a build is: the compiler, which may have been built
    anew in its place, the linker, the clang that some benches need, and the paddings."""
    parts = [compiler, version, str(CODE_LINES), str(DATA_LINES)]
    for program in (compiler.split()[0], "ld", "clang"):
        path = os.path.realpath(shutil.which(program) or "/")
        found = os.stat(path)
        parts.append(f"{path} {found.st_size} {found.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


@contextmanager
def _alone_in(place: Path, say: Callable[[str], None]) -> Iterator[None]:
    """No other gate builds in this folder meanwhile."""
    with (place / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another gate builds this; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _link(sources: Path, place: Path, layout: int, compiler: str | None, jobs: int, source: Source) -> None:
    objects = place / "build"
    environment = {key: value for key, value in os.environ.items() if key not in ("CC", "CFLAGS", "LDFLAGS")}
    if compiler:
        environment["CC"] = compiler
    comes_first = padding(place, layout, compiler or "cc")
    log = place / "build.log"
    for command in (
        ["cmake", "-S", str(sources), "-B", str(objects), f"-DCMAKE_EXE_LINKER_FLAGS={comes_first}"],
        ["cmake", "--build", str(objects), "--target", WORKER, "--parallel", str(jobs)],
    ):
        if (status := _run(command, log, environment)) != 0:
            lines = log.read_text(errors="replace").strip().splitlines()
            wrong = [line for line in lines if "error" in line.lower()] or lines
            raise BadInput(
                log, f"a build of {source.title}", "mend it, or choose another revision; the whole log is in that file",
                found=quoted(wrong[0] if wrong else f"exit status {status}"),
            )  # fmt: skip


def _run(command: Sequence[str], log: Path, environment: Mapping[str, str]) -> int:
    """The command's exit status; when we are stopped, it and all that it started end too."""
    with log.open("w") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env=environment, start_new_session=True
        )
        try:
            return process.wait()
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise


def padding(place: Path, layout: int, compiler: str) -> str:
    """The object file that comes first in the link, "" for the layout that has none. From layout MOST_LAYOUTS on they are
    those from 0 on with one line more of code."""
    if layout == 0:
        return ""
    more, which = divmod(layout, MOST_LAYOUTS)
    code, data = _LINE * (CODE_LINES[which] + more), _LINE * DATA_LINES[which]
    text, made = place / f"padding-{layout}.s", place / f"padding-{layout}.o"
    text.write_text(
        f".text\n.balign {_LINE}\n.zero {code}\n.data\n.balign {_LINE}\n.zero {data}\n"
        f".bss\n.balign {_LINE}\n.zero {data}\n"
        '.section .note.GNU-stack,"",%progbits\n'
    )
    done = subprocess.run([*compiler.split(), "-c", str(text), "-o", str(made)], capture_output=True, text=True)
    if done.returncode != 0:
        raise BadInput(text, "an assembler that takes it", "is CC a C compiler?", found=quoted(done.stderr.strip()))
    return str(made.absolute())


def _version(compiler: str) -> str:
    try:
        command = [*compiler.split(), "--version"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError as error:
        raise BadInput(compiler, "a C compiler", "name another: --base-cc, --head-cc", found=error.strerror) from error
    lines = done.stdout.splitlines()
    if done.returncode != 0 or not lines:
        raise BadInput(
            compiler, "a C compiler that tells its --version", "name another: --base-cc, --head-cc",
            found=f"exit status {done.returncode}",
        )  # fmt: skip
    return lines[0]
