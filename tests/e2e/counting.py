"""Runs scripts/counts.py for the end-to-end tests, and reads what it wrote."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from running import BUILD, ROOT, TEST_WORKER, Row

PROGRAMS = ("heaptoll", "heaptoll-frozen-clock.so", "heaptoll-audit.so")


@dataclass(frozen=True)
class Counted:
    """What one invocation said and left."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def text(self) -> str:
        return (self.out / "counts.csv").read_bytes().decode("utf-8")

    @property
    def lines(self) -> list[str]:
        return self.text.split("\r\n")[1:-1]

    @property
    def rows(self) -> list[Row]:
        return list(csv.DictReader(self.text.splitlines(), strict=True))

    def only(self, **wanted: str) -> Row:
        (row,) = [row for row in self.rows if all(row[key] == value for key, value in wanted.items())]
        return row

    @property
    def facts(self) -> dict[str, Any]:
        loaded = json.loads((self.out / "counts.json").read_text(encoding="utf-8"))
        assert isinstance(loaded, dict)
        return loaded


def command_line(
    out: Path, *flags: str, pattern: str, allocators: str = "glibc", build: Path = BUILD, worker: Path = TEST_WORKER
) -> list[str]:
    return [
        sys.executable, str(ROOT / "scripts" / "counts.py"), "--out", str(out), "--build-dir", str(build),
        "--worker", str(worker), "--filter", pattern, "--allocators", allocators, *flags,
    ]  # fmt: skip


def run_counts(
    out: Path, *flags: str, pattern: str, allocators: str = "glibc", build: Path = BUILD, worker: Path = TEST_WORKER,
    variables: Mapping[str, str] | None = None, cwd: Path = ROOT,
) -> Counted:  # fmt: skip
    done = subprocess.run(
        command_line(out, *flags, pattern=pattern, allocators=allocators, build=build, worker=worker),
        cwd=cwd, env={**os.environ, **(variables or {})}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    return Counted(done.returncode, done.stdout, done.stderr, out)


def copy_programs(folder: Path) -> Path:
    """The programs in another folder; returns the worker there."""
    folder.mkdir(parents=True)
    for name in PROGRAMS:
        shutil.copy2(BUILD / name, folder / name)
    return Path(shutil.copy2(TEST_WORKER, folder / "worker"))


def about(lines: Iterable[str], *cases: str) -> list[str]:
    """The lines of some cases."""
    return [line for line in lines if line.split(",")[0] in cases]


def processes_of(program: Path) -> list[int]:
    """The processes that run a program natively."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(folder / "exe") == str(program):
                found.append(int(folder.name))
        except OSError:
            continue  # gone meanwhile, or not ours
    return found
