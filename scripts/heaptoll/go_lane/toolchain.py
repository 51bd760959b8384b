"""Go as it is installed here, and the runner that it builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.escape.go_tool import release
from heaptoll.go_lane.plan import Pair

INSTALL = "apt-get install golang-go, or https://go.dev/dl/"
OLDEST = (1, 19)
_NONE = (0, 0)  # the release of a development version
_SOURCES = Path(__file__).resolve().parents[3] / "benches" / "go" / "runner"
# They would change what is measured; what is set here otherwise is recorded.
_UNSET = ("GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GOTRACEBACK")
_TOLD = ("GOVERSION", "GOARCH", "GOAMD64", "GOARM64", "GOFLAGS", "GOEXPERIMENT")
_OF_THE_RUNTIME = ("GODEBUG",)


@dataclass(frozen=True)
class Go:
    """`program`: its path. `version`: as `go version` has it, "go1.19.8". `settings`: what else may change the code."""

    program: str
    version: str
    settings: Mapping[str, str]


def environment() -> dict[str, str]:
    """The user's, without what is set for each process, and without the network."""
    kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
    return {**kept, "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOWORK": "off"}


def find_go() -> Go | None:
    """The `go` on PATH; None without one. Raises BadInput for one that does not answer, or is too old."""
    program = shutil.which("go")
    if program is None:
        return None
    said = _run([program, "env", "-json", *_TOLD], "an answer of `go env`")
    try:
        told = json.loads(said)
        version = str(told.pop("GOVERSION"))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadInput(program, "an answer of `go env -json`", INSTALL, found=quoted(said[:80])) from None
    # Before 1.16 it does not tell. A development version is newer than any that is too old.
    if not version or _NONE < release(version) < OLDEST:
        raise BadInput(program, "Go 1.19 or newer", INSTALL, found=version or "one that does not tell its version")
    told |= {name: os.environ.get(name) for name in _OF_THE_RUNTIME}
    return Go(program, version, {name: str(value) for name, value in sorted(told.items()) if value})


def build_runner(go: Go, folder: Path) -> Path:
    """Compiles benches/go/runner into `folder`, and returns the program's path. Raises BadInput with what Go said."""
    folder.mkdir(parents=True, exist_ok=True)
    runner = folder.resolve() / "heaptoll-go"
    # Without git: in a checkout that belongs to somebody else, as in a container, git refuses and Go with it.
    _run([go.program, "build", "-buildvcs=false", "-o", str(runner), "."], f"{_SOURCES.name} to compile", _SOURCES)
    return runner


def list_pairs(runner: Path) -> list[Pair]:
    """Every pair that the runner has, in its order. Raises BadInput."""
    said = _run([str(runner), "-list"], "the list of pairs")
    try:
        return [Pair(**json.loads(line)) for line in said.splitlines()]
    except (ValueError, TypeError) as error:
        raise BadInput(runner, "a JSON object for each pair", "build it again", found=str(error)) from error


def _run(command: list[str], expected: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment(), capture_output=True, text=True, errors="replace", timeout=300,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BadInput(command[0], expected, f"see whether it works: {' '.join(command)}", found=str(error)) from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise BadInput(
            command[0], expected, f"see what it says: {' '.join(command)}",
            found="; ".join(lines[-3:]) or f"exit status {done.returncode}",
        )  # fmt: skip
    return done.stdout
