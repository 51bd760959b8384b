"""scripts/disassemble.py with what is no worker, and without objdump.

With real workers: e2e/test_code_generation.py.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from heaptoll.codegen.command import main

pytestmark = pytest.mark.skipif(not shutil.which("objdump"), reason="needs objdump, as the script itself does")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What it says when it ends with exit code 2: one line."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("disassemble.py: ") and said.err.count("\n") == 1
    return said.err


def test_no_such_worker_says_how_to_get_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "--check", "--worker", str(tmp_path / "nothing"))
    assert "nothing" in said and "no such file" in said and "make build" in said


@pytest.mark.parametrize("data", [b"", b"#!/bin/sh\nexit 0\n", b"\x7fELF", b"\x7fELF" + bytes(200), bytes(range(256))])
def test_a_file_that_is_no_program_is_named(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "data"
    path.write_bytes(data)
    assert str(path) in refused(capsys, "--check", "--worker", str(path))


def test_a_folder_is_no_worker(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert str(tmp_path) in refused(capsys, "--check", "--worker", str(tmp_path))


def test_a_program_without_arms_is_no_worker(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--describe" in refused(capsys, "--check", "--worker", str(shutil.which("false")))


def test_without_objdump_the_package_is_named(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = program(fake / "worker", "exit 0")
    said = refused(capsys, "--check", "--worker", str(worker))
    assert "objdump" in said and "binutils" in said


def test_another_architecture_is_said_to_be_unavailable(fake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worker = program(fake / "worker", "exit 0")
    program(fake / "objdump", "echo 'worker:     file format elf64-littleaarch64'")
    said = refused(capsys, "--check", "--worker", str(worker))
    assert "x86-64 only" in said and "elf64-littleaarch64" in said


LISTING = r"""
case "$*" in
    *-f*) echo 'worker:     file format elf64-x86-64' ;;
    *-d*) printf '0000000000001000 <arm>:\n    1000:\tret\n' ;;
esac
"""
DESCRIBED = r"printf 'worker\t1\tgcc\tgcc 12\t-O2\ncase\ts\tv\t1\t\t8\t0\t0\theap\tWhat?\tThis.\t0\t\n'"


@pytest.mark.parametrize(
    "answers, says",
    [
        ("exit 3", "exit code 3"),
        ("exit 0", "no answer"),
        ("echo nonsense", "line 1: expected"),
        (f"{DESCRIBED}; exit 1", "exit code 1"),
        (f"[ $1 = --describe ] && {DESCRIBED} || echo nonsense", "nonsense"),
        (f"[ $1 = --describe ] && {DESCRIBED} || printf 's/v/1\\theap\\tzz\\n'", "expected an arm"),
        (f"[ $1 = --describe ] && {DESCRIBED} || printf 's/v/1\\theap\\t2000\\n'", "expected an arm"),
        (f"[ $1 = --describe ] && {DESCRIBED} || printf 's/v/2\\theap\\t1000\\n'", "expected an arm"),
    ],
)
def test_a_worker_that_answers_otherwise_is_refused(
    fake: Path, capsys: pytest.CaptureFixture[str], answers: str, says: str
) -> None:
    program(fake / "objdump", LISTING)
    worker = program(fake / "worker", answers)
    assert says in refused(capsys, "--check", "--worker", str(worker))


@pytest.mark.parametrize(
    "arguments",
    [(), ("--all",), ("--all", "a/b/1", "--out", "x"), ("--check", "a/b/1"), ("--check", "--all"), ("--nonsense",)],
)
def test_what_it_is_asked_must_make_sense(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "disassemble.py: error: " in capsys.readouterr().err


def test_the_build_folder_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HEAPTOLL_BUILD_DIR", str(tmp_path / "elsewhere"))
    assert f"{tmp_path}/elsewhere/heaptoll-worker" in refused(capsys, "--check")
