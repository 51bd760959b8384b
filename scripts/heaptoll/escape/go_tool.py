"""Runs Go: its version, what its compiler says, its benchmarks. Nothing here knows what the answers mean."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted

INSTALL = "install Go: apt-get install golang-go (dnf, zypper: go; pacman, apk: go), or from https://go.dev/dl"
_LIMIT_SECONDS = 600
_LONGEST_ERROR = 400  # characters: what is wrong often stands at the end
_VERSION = re.compile(r"go version (?P<name>\S+)(?: .*)? (?P<system>\w+)/(?P<machine>\w+)\s*", re.ASCII)
_NUMBERS = re.compile(r"go([0-9]{1,4})\.([0-9]{1,4})(?:\D.*|\.[0-9]+.*)?", re.ASCII)
# The code of ours needs no module of others and no other version of Go: nothing is to be fetched, and no setting of the
# user's for other code is to change what is measured.
_OURS = {
    "GOFLAGS": "",
    "GOWORK": "off",
    "GO111MODULE": "on",
    "GOTOOLCHAIN": "local",
    "GOPROXY": "off",
    "GOSUMDB": "off",
    # What is built here runs here, whatever other programs are built for; also by `go env -w`.
    "GOENV": "off",
    "GOOS": "",
    "GOARCH": "",
}
_COMPILER_FLAGS = "-gcflags=-m=2"


@dataclass(frozen=True)
class Version:
    """`name`: go1.19.8. `release`: (1, 19); (0, 0) for a development version, which is newer than any."""

    name: str
    release: tuple[int, int]
    platform: str


def version() -> Version:
    """Of the `go` on PATH. Raises BadInput where there is none."""
    done = _run(["version"], Path("."), ours())
    said = done.stdout
    match = _VERSION.fullmatch(said.splitlines()[0] if said else "")
    if match is None:
        found = quoted(said.strip()) if said.strip() or not done.stderr.strip() else _first_error(done.stderr)
        raise BadInput("go version", "its version", "look at what `go` is on PATH", found=found)
    return Version(match["name"], release(match["name"]), f"{match['system']}/{match['machine']}")


def release(name: str) -> tuple[int, int]:
    """go1.19.8 is of (1, 19)."""
    match = _NUMBERS.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def ours() -> dict[str, str]:
    """The environment in which our own modules are built."""
    return {**os.environ, **_OURS}


def refuse_other_platform(folder: Path, platform: str) -> None:
    """Raises BadInput where Go builds what is in `folder` for another platform than this machine's, `platform`, such as
    linux/amd64: sizes and prices are this machine's."""
    done = _run(["env", "GOOS", "GOARCH"], folder, None)
    target = "/".join(done.stdout.split())
    if not done.returncode and target != platform:
        raise BadInput("GOOS and GOARCH", f"{platform}, on which prices can be measured", "unset them",
                       found=target)  # fmt: skip


def compiled(folder: Path, packages: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What the compiler says of `packages` of the module in `folder`. Where nothing has changed, Go repeats what it
    said before. Raises BadInput where they do not compile, with the first error."""
    # A command would otherwise be written where we stand.
    done = _run(["build", _COMPILER_FLAGS, "-o", os.devnull, "--", *packages], folder, environment)
    if done.returncode:
        raise BadInput(folder, "a package that compiles", "mend it, or name another", found=_first_error(done.stderr))
    return done.stderr


def build_program(folder: Path, program: Path, environment: Mapping[str, str]) -> None:
    """Builds the command in `folder` as `program`. Raises BadInput."""
    done = _run(["build", "-o", str(program), "."], folder, environment)
    if done.returncode:
        raise BadInput(folder, "a program that compiles", "restore it", found=_first_error(done.stderr))


def answer(program: Path, arguments: Sequence[str], given: str, folder: Path) -> str:
    """What `program`, which reads `given`, prints. Raises BadInput where it fails."""
    done = _started([str(program), *arguments], folder, None, given)
    if done.returncode:
        raise BadInput(folder, f"{program.name} to understand it", "name a package that compiles",
                       found=_first_error(done.stderr))  # fmt: skip
    return done.stdout


@contextmanager
def built_benchmarks(folder: Path, packages: Sequence[str]) -> Iterator[Mapping[str, Path]]:
    """The benchmarks of each package as a program, for as long as the context lasts. Raises BadInput."""
    with tempfile.TemporaryDirectory(prefix="heaptoll-go-") as scratch:
        programs = {}
        for number, package in enumerate(packages):
            program = Path(scratch) / f"{number}.test"
            done = _run(["test", "-c", "-o", str(program), "-vet=off", f"./{package}"], folder, ours())
            if done.returncode or not program.exists():
                raise BadInput(
                    folder / package, "benchmarks that compile", "restore them", found=_first_error(done.stderr)
                )
            programs[package] = program
        yield programs


def benchmarks(program: Path, benchtime: str) -> str:
    """What the benchmarks of `program` print, run once in a process of their own. Raises BadInput."""
    flags = ["-test.run=^$", "-test.bench=.", "-test.benchmem", "-test.count=1", f"-test.benchtime={benchtime}"]
    done = _started([str(program), *flags], program.parent, ours())
    if done.returncode:
        raise BadInput(program.name, "benchmarks that run", "run them by hand: go test -bench .",
                       found=_first_error(done.stderr + done.stdout))  # fmt: skip
    return done.stdout


def _run(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None
) -> subprocess.CompletedProcess[str]:
    try:
        return _started(["go", *arguments], folder, environment)
    except FileNotFoundError:
        if not folder.is_dir():
            raise BadInput(folder, "a folder", "name one", found="no such folder") from None
        raise BadInput("go", "the program of that name on PATH", INSTALL, found="none") from None
    except NotADirectoryError:
        raise BadInput(folder, "a folder", "name one", found="a file") from None
    except OSError as error:
        raise BadInput("go", "a program that can be started", INSTALL, found=str(error.strerror)) from None


def _started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str] | None, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """`command` with all it starts in a group of its own, which is killed when it takes too long or we are stopped."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, text=True, errors="replace", start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = process.communicate(given, timeout=_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        raise BadInput(Path(command[0]).name, f"an end within {_LIMIT_SECONDS} s", "run it by hand") from None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _first_error(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("# ")]
    telling = [line for line in lines if re.match(r"(go: |\S+:[0-9]+:[0-9]+: (?!(?:can |cannot )?inlin))", line)]
    return quoted((telling or lines or ["no word of why"])[0], _LONGEST_ERROR)
