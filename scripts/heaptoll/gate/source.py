"""Where the sources of a side come from: a git revision, checked out while it is built, or the tree as it is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput, quoted


@dataclass(frozen=True)
class Source:
    """`revision`: the commit, 40 hex digits, or None for the working tree. `title`: for people."""

    revision: str | None
    title: str


def source_of(repository: Path, ref: str | None) -> Source:
    """What `ref` names in `repository`; None: the working tree as it is. Raises BadInput when it names no commit."""
    if ref is None:
        revision = _git(repository, "rev-parse", "--short=10", "HEAD")
        changed = _git(repository, "status", "--porcelain")
        return Source(None, f"the working tree ({revision or 'no commit'}{', changed' if changed else ''})")
    # --end-of-options: a ref that looks like an option must not be taken for one.
    revision = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not revision:
        raise BadInput(
            repository, "a commit, branch or tag", _advice(repository), found=f"no commit of the name {quoted(ref)}"
        )  # fmt: skip
    subject = _git(repository, "log", "-1", "--format=%s", revision)
    return Source(revision, f"{ref} ({revision[:10]}: {subject})")


@contextmanager
def checked_out(repository: Path, source: Source, folder: Path) -> Iterator[Path]:
    """The sources in a folder: `folder`, a worktree that goes away afterwards, or the working tree itself."""
    if source.revision is None:
        yield repository
        return
    _remove(repository, folder)
    # Twice the force: also where a gate that was killed left the folder registered.
    added = _run(repository, "worktree", "add", "--detach", "--force", "--force", str(folder), source.revision)
    if added.returncode != 0:
        raise BadInput(
            folder, f"room for a worktree of {source.title}", "git says what is in the way",
            found=added.stderr.strip() or f"exit status {added.returncode}",
        )  # fmt: skip
    try:
        yield folder
    finally:
        _remove(repository, folder)


def _remove(repository: Path, folder: Path) -> None:
    """Also what a gate that was killed left behind, or a checkout that is no longer there."""
    _run(repository, "worktree", "remove", "--force", str(folder))
    shutil.rmtree(folder, ignore_errors=True)


def _advice(repository: Path) -> str:
    asked = _run(repository, "rev-parse", "--git-dir")
    if asked.returncode != 0:
        return f"git says: {asked.stderr.strip()}"
    branches = _git(repository, "for-each-ref", "--format=%(refname:short)", "--sort=-committerdate", "--count=8")
    shallow = _git(repository, "rev-parse", "--is-shallow-repository") == "true"
    known = f"name one that is there: {', '.join(branches.split())}" if branches else "commit something first"
    return known + ("; this clone is shallow: git fetch --unshallow brings the rest" if shallow else "")


def _run(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", "-C", str(repository), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace",
        )  # fmt: skip
    except OSError as error:
        raise BadInput("git", "a program of that name", "install it", found=error.strerror) from error


def _git(repository: Path, *arguments: str) -> str:
    """What git prints, or "" when it fails."""
    done = _run(repository, *arguments)
    return done.stdout.strip() if done.returncode == 0 else ""
