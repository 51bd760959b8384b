"""Which source files are those of a worker: the commit's that was measured, or the tree's while nothing is newer."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from heaptoll.case_code.sources import Sources, project_name, read_sources
from heaptoll.codegen.instructions import SourceLine
from heaptoll.run_facts import Git

BENCH = "benches/made_up.c"
BUILT_AT = "/where/it/was/built"
NAMED = [Path(f"{BUILT_AT}/{BENCH}"), Path("/usr/include/stdlib.h")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one commit, in which the bench says "committed"; a worker that is newer."""
    root = tmp_path / "project"
    (root / "benches").mkdir(parents=True)
    (root / BENCH).write_text("committed\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one")
    build(root)
    return root


def git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def build(root: Path) -> None:
    """The worker is newer than all sources."""
    (root / "worker").write_text("")
    os.utime(root / "worker", ns=(2_000_000_000, 2_000_000_000))
    for file in (root / "benches").iterdir():
        os.utime(file, ns=(1_000_000_000, 1_000_000_000))


def change(root: Path, text: str) -> None:
    (root / BENCH).write_text(text)
    os.utime(root / BENCH, ns=(3_000_000_000, 3_000_000_000))


def read(root: Path, revision: str | None, dirty: bool = False) -> Sources:
    return read_sources(root, Git(revision, dirty), root / "worker", NAMED)


def test_the_commit_that_was_measured_counts_whatever_the_tree_has_now(root: Path) -> None:
    revision = git(root, "rev-parse", "HEAD")
    change(root, "changed\n")
    git(root, "add", "-A")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "two")
    found = read(root, revision)
    assert (found.texts, found.revision, found.missing) == ({BENCH: "committed\n"}, revision, None)


def test_a_dirty_run_has_the_tree_s_as_long_as_none_is_newer_than_its_worker(root: Path) -> None:
    revision = git(root, "rev-parse", "HEAD")
    change(root, "changed, then built\n")
    build(root)
    found = read(root, revision, dirty=True)
    assert (found.texts, found.revision, found.missing) == ({BENCH: "changed, then built\n"}, None, None)
    change(root, "changed after that\n")
    found = read(root, revision, dirty=True)
    assert found.texts == {} and found.missing == f"{BENCH} was changed after the worker was built"


@pytest.mark.parametrize("revision", [None, "f" * 40, "HEAD", "--output=made-it", "f" * 40 + "\n", ""])
def test_without_that_commit_the_tree_s_count(root: Path, revision: str | None) -> None:
    assert read(root, revision).texts == {BENCH: "committed\n"}
    change(root, "changed\n")
    assert read(root, revision).texts == {}
    assert not list(root.rglob("made-it"))


def test_a_project_inside_another_checkout_has_its_own_files(root: Path) -> None:
    revision = git(root, "rev-parse", "HEAD")
    (root / "inner" / "benches").mkdir(parents=True)
    found = read_sources(root / "inner", Git(revision, False), root / "worker", NAMED)
    assert found.texts == {} and found.missing and "made_up.c" in found.missing


def test_a_worker_without_debug_information_has_none_and_says_so(root: Path) -> None:
    found = read_sources(root, Git(None, False), root / "worker", [Path("/usr/include/stdlib.h")])
    assert found.texts == {} and found.missing and "debug information" in found.missing


@pytest.mark.parametrize(
    "file, name",
    [
        (f"{BUILT_AT}/benches/a.c", "benches/a.c"),
        ("/home/benches/harness/x/benches/clang/a.c", "benches/clang/a.c"),
        ("/tests/of/mine/tests/benches/a.c", "tests/benches/a.c"),
        ("/x/harness/bench.h", "harness/bench.h"),
        ("/usr/include/stdlib.h", "/usr/include/stdlib.h"),
        ("benches/a.c", "benches/a.c"),
    ],
)
def test_files_have_the_names_that_they_have_in_the_project(file: str, name: str) -> None:
    assert project_name(Path(file)) == name


def test_a_line_is_quoted_only_where_the_text_is_known(root: Path) -> None:
    found = read(root, None)
    assert found.place(SourceLine(NAMED[0], 1)) == f"{BENCH}:1" and found.text(SourceLine(NAMED[0], 1)) == "committed"
    assert found.text(SourceLine(NAMED[0], 2)) == found.text(SourceLine(NAMED[0], 0)) == ""
    assert found.text(SourceLine(NAMED[1], 1)) == "" and Sources({}).text(SourceLine(NAMED[0], 1)) == ""


@pytest.mark.parametrize("file", ["benches/../../secret.c", "/built/benches/../../secret.c"])
def test_debug_information_leads_to_no_file_outside_the_project(root: Path, file: str) -> None:
    (root.parent / "secret.c").write_text("secret\n")
    os.utime(root.parent / "secret.c", ns=(1_000_000_000, 1_000_000_000))
    found = read_sources(root, Git(None, None), root / "worker", [*NAMED, Path(file)])
    assert list(found.texts) == [BENCH]
