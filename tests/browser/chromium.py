"""A Chromium that tests of a file share: scripts for node run in it, and return JSON."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE / "scripts"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_SECONDS = 60.0


class NoBrowser(Exception):
    """What is missing to open a page, and what brings it."""


class ScriptFailed(AssertionError):
    """A script failed, was too slow, or did not answer with JSON; says what it wrote to standard error."""


def executable() -> str:
    """The program that $CHROMIUM names, or else the first that is on PATH. Raises NoBrowser."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    if named:
        raise NoBrowser(f"CHROMIUM={named} is no program; name another, or unset it to let the tests look")
    raise NoBrowser(f"none of {', '.join(NAMES)} is on PATH; scripts/setup.sh --for=test installs one")


def node() -> str:
    """The program `node`, with its modules in place. Raises NoBrowser."""
    found = shutil.which("node")
    if found is None:
        raise NoBrowser("there is no node on PATH; scripts/setup.sh --for=test installs it")
    if not (HERE / "node_modules" / "playwright-core").is_dir():
        raise NoBrowser("tests/browser/node_modules is not filled; tests/browser/install.sh does it")
    return found


@dataclass(frozen=True)
class Browser:
    """A Chromium that runs. Calling it runs a script of scripts/ (or elsewhere, by its path) in it."""

    endpoint: str
    pid: int  # Chromium's own

    def __call__(self, script: str | Path, *arguments: Any, seconds: float = PATIENCE_SECONDS) -> Any:
        """What the script's function (browser, ...arguments) returns; both ways as JSON. Raises ScriptFailed."""
        path = SCRIPTS / script
        command = [node(), str(HERE / "run.cjs"), self.endpoint, str(path), json.dumps(arguments)]
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            answer, said = started.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            started.kill()
            raise ScriptFailed(f"{path.name} was not done after {seconds:g} s\n{started.communicate()[1]}") from None
        if started.returncode != 0:
            raise ScriptFailed(f"{path.name} failed\n{said}")
        return json.loads(answer)


@contextmanager
def running(program: str) -> Iterator[Browser]:
    """Chromium until the end of the block, and not a process of it longer. Raises NoBrowser if it does not start."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        server = subprocess.Popen(
            [node(), str(HERE / "serve.cjs"), program],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True, start_new_session=True,
        )  # fmt: skip
        assert server.stdin is not None and server.stdout is not None
        try:
            line = server.stdout.readline()  # playwright gives up on a start by itself
            if not line:
                said.seek(0)
                raise NoBrowser(f"{program} does not start\n{said.read()}")
            yield Browser(**json.loads(line))
        finally:
            server.stdin.close()  # which ends it, as our own death would
            try:
                server.wait(timeout=PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
            server.stdout.close()
