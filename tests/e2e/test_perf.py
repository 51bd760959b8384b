"""scripts/perf.py: one arm, an annotated profile, and what happens without the tools."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from running import BUILD, ROOT, WHOLE_ALLOCATOR

CASE = "returned_pointer/by_value/64"


def run_perf(out: Path, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable, str(ROOT / "scripts" / "perf.py"), "--out", str(out), "--build-dir", str(BUILD),
        "--seconds", "0.1", *arguments,
    ]  # fmt: skip
    environment = {**os.environ, "PATH": path if path is not None else os.environ["PATH"]}
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )


def without_perf(folder: Path) -> str:
    """A PATH with everything that is needed but perf."""
    folder.mkdir()
    for name in ("env", "perl", "sh", "valgrind", "callgrind_annotate"):
        found = next(Path(part) / name for part in os.environ["PATH"].split(":") if (Path(part) / name).exists())
        # Not a link: some of them are scripts that look beside themselves for more.
        (folder / name).write_text(f'#!/bin/sh\nexec {found} "$@"\n')
        (folder / name).chmod(0o755)
    return str(folder)


def test_without_perf_callgrind_stands_in_and_leaves_an_annotated_profile(tmp_path: Path) -> None:
    mine = f"--allocator=mine={WHOLE_ALLOCATOR}"
    done = run_perf(tmp_path / "out", CASE, "heap", mine, path=without_perf(tmp_path / "bin"))
    assert done.returncode == 0, done.stderr
    assert "there is no perf; scripts/setup.sh --for=perf" in done.stderr and "callgrind stands in" in done.stderr
    text = (tmp_path / "out" / CASE / "heap-mine" / "callgrind-annotate.txt").read_text()
    assert "ht_consume" in text and "whole_allocator.so" in text
    assert "ht_consume" in done.stdout and "operations in" in done.stdout


def test_what_was_asked_for_by_name_has_no_stand_in(tmp_path: Path) -> None:
    done = run_perf(tmp_path / "out", CASE, "heap", "--tool=perf", path=without_perf(tmp_path / "bin"))
    assert done.returncode == 2
    assert "there is no perf" in done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["returned_pointer/by_valu/64", "heap"], f"nearest: {CASE}"),
        ([CASE, "heep"], "it has: null, stack, heap"),
        ([CASE, "heap", "--allocator=glibk"], "unknown allocator 'glibk'"),
        ([CASE, "heap", "--seconds=soon"], "seconds from"),
    ],
)
def test_bad_input_exits_2_and_names_what_there_is(tmp_path: Path, arguments: list[str], words: str) -> None:
    done = run_perf(tmp_path, *arguments)
    assert done.returncode == 2
    assert words in done.stderr and "Traceback" not in done.stderr
