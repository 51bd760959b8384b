"""Where a gate gets the sources of its sides from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from heaptoll.bad_input import BadInput
from heaptoll.gate.build import CODE_LINES, DATA_LINES, build
from heaptoll.gate.source import checked_out, source_of


def git(repository: Path, *arguments: str) -> str:
    names = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost", "-c", "init.defaultBranch=main"]
    command = ["git", "-C", str(repository), *names, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "repository"
    made.mkdir()
    git(made, "init", "--quiet")
    for content in ("old", "new"):
        (made / "file").write_text(content)
        git(made, "add", "file")
        git(made, "commit", "--quiet", "-m", f"the {content} one")
    git(made, "tag", "v1", "HEAD~1")
    return made


def test_a_tag_is_its_commit(repository: Path) -> None:
    source = source_of(repository, "v1")
    assert source.revision == git(repository, "rev-parse", "HEAD~1")
    assert source.title.startswith("v1 (") and source.title.endswith(": the old one)")


def test_a_name_that_nobody_has_lists_those_that_are_there(repository: Path) -> None:
    with pytest.raises(BadInput, match="no commit of the name 'mian'.*main"):
        source_of(repository, "mian")


@pytest.mark.parametrize("ref", ["--help", "-n1", "", "v1; touch /tmp/x", "HEAD:file", "$(id)"])
def test_what_is_no_commit_is_refused_whatever_it_looks_like(repository: Path, ref: str) -> None:
    with pytest.raises(BadInput, match="no commit of the name"):
        source_of(repository, ref)


def test_outside_a_repository_the_error_asks_for_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="git says: fatal: not a git repository"):
        source_of(tmp_path, "main")


def test_the_working_tree_says_when_it_was_changed(repository: Path) -> None:
    assert "changed" not in source_of(repository, None).title
    (repository / "file").write_text("newer")
    source = source_of(repository, None)
    assert source.revision is None
    assert source.title.endswith(", changed)")


def test_a_revision_is_there_while_it_is_built_and_gone_afterwards(repository: Path, tmp_path: Path) -> None:
    place = tmp_path / "a place" / "source"
    with checked_out(repository, source_of(repository, "v1"), place) as sources:
        assert (sources / "file").read_text() == "old"
        assert (repository / "file").read_text() == "new"
    assert not place.exists()
    assert git(repository, "worktree", "list").count("\n") == 0


def test_it_is_gone_too_when_building_fails(repository: Path, tmp_path: Path) -> None:
    place = tmp_path / "source"
    with pytest.raises(ZeroDivisionError):
        with checked_out(repository, source_of(repository, "v1"), place):
            raise ZeroDivisionError
    assert not place.exists()


def test_what_a_killed_gate_left_is_no_obstacle(repository: Path, tmp_path: Path) -> None:
    place, source = tmp_path / "source", source_of(repository, "v1")
    git(repository, "worktree", "add", "--detach", str(place), "HEAD")
    with checked_out(repository, source, place) as sources:
        assert (sources / "file").read_text() == "old"


def test_the_working_tree_is_built_where_it_is(repository: Path, tmp_path: Path) -> None:
    with checked_out(repository, source_of(repository, None), tmp_path / "source") as sources:
        assert sources == repository
    assert (repository / "file").exists()


def test_a_base_that_does_not_build_says_so_with_the_compilers_words(repository: Path, tmp_path: Path) -> None:
    (repository / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.18)\nproject(x LANGUAGES C)\nno_such()\n")
    with pytest.raises(BadInput, match="a build of the working tree.*CMake Error.*the whole log is in that file"):
        build(repository, source_of(repository, None), tmp_path / "built", 1, None, 1, lambda line: None)


def test_a_compiler_that_is_none_is_named(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no-such-cc: expected a C compiler"):
        build(repository, source_of(repository, None), tmp_path / "built", 1, "no-such-cc", 1, lambda line: None)
    with pytest.raises(BadInput, match="false: expected a C compiler"):
        build(repository, source_of(repository, None), tmp_path / "built", 1, "false", 1, lambda line: None)


CMAKE = """cmake_minimum_required(VERSION 3.18)
project(x LANGUAGES C)
add_executable(heaptoll-worker main.c)
"""


def test_every_layout_is_the_same_code_somewhere_else(repository: Path, tmp_path: Path) -> None:
    (repository / "CMakeLists.txt").write_text(CMAKE)
    (repository / "main.c").write_text("int value = 3;\nint main(void) { return value; }\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "it builds")
    said: list[str] = []
    built = build(repository, source_of(repository, "HEAD"), tmp_path / "built", 3, None, 1, said.append)
    assert [subprocess.run([worker]).returncode for worker in built.workers] == [3, 3, 3]
    where = set()
    for worker in built.workers:
        symbols = subprocess.run(["nm", worker], check=True, capture_output=True, text=True).stdout
        where.add(tuple(line for line in symbols.splitlines() if line.endswith((" main", " value"))))
    assert len(where) == 3

    (repository / "main.c").write_text("no longer C")  # the tree; not the commit
    again = build(repository, source_of(repository, "HEAD"), tmp_path / "built", 3, None, 1, said.append)
    assert again.workers == built.workers
    assert said[-1].endswith("built earlier")


def test_the_paddings_leave_every_remainder_of_lines() -> None:
    assert {lines % 8 for lines in CODE_LINES} == set(range(8))
    assert len(set(DATA_LINES)) == len(CODE_LINES) == len(DATA_LINES)


def test_a_compiler_that_was_built_anew_builds_anew(repository: Path, tmp_path: Path) -> None:
    (repository / "CMakeLists.txt").write_text(CMAKE)
    (repository / "main.c").write_text("int main(void) { return 0; }\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "it builds")
    compiler = tmp_path / "my-cc"
    said: list[str] = []
    for content in ('exec cc "$@"', 'exec cc -DNEW "$@"'):
        compiler.write_text(f"#!/bin/sh\n{content}\n")
        compiler.chmod(0o755)
        build(repository, source_of(repository, "HEAD"), tmp_path / "built", 1, str(compiler), 1, said.append)
    assert not any("built earlier" in line for line in said)
