"""The source files of a worker: the commit's that was measured, or the tree's as it is if nothing in it is newer."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from heaptoll.case_code.c_text import CText
from heaptoll.case_code.excerpts import Definitions
from heaptoll.codegen.instructions import SourceLine
from heaptoll.run_facts import Git

_FOLDERS = ("benches", "harness", "tests")
_REVISION = re.compile(r"[0-9a-f]{40,64}")
_LIMIT_SECONDS = 20
_LARGEST_BYTES = 4 << 20


@dataclass(frozen=True)
class Sources:
    """`texts` by their names in the project. Empty where they are not known, and then `missing` says why."""

    texts: Mapping[str, str]
    revision: str | None = None
    missing: str | None = None

    def place(self, source: SourceLine) -> str:
        return f"{project_name(source.file)}:{source.line}"

    def text(self, source: SourceLine) -> str:
        lines = self._lines.get(project_name(source.file), ())
        return lines[source.line - 1].strip() if 0 < source.line <= len(lines) else ""

    def definitions(self, file: Path) -> Definitions | None:
        """What a file of the project defines; None where its text is not known."""
        return self._definitions.get(project_name(file))

    @cached_property
    def _lines(self) -> dict[str, list[str]]:
        return {name: text.splitlines() for name, text in self.texts.items()}

    @cached_property
    def _definitions(self) -> dict[str, Definitions]:
        return {name: Definitions(CText(name, text)) for name, text in self.texts.items()}


@lru_cache(maxsize=256)
def project_name(file: Path) -> str:
    """A file's name relative to the project that it was compiled in, wherever that was; others keep theirs."""
    parts = file.parts
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] in _FOLDERS:
            return "/".join(parts[at - 1 if at and parts[at - 1] == "tests" else at :])
    return str(file)


def read_sources(root: Path, git: Git, worker: Path, named: Iterable[Path]) -> Sources:
    """The project's files among `named`, which a worker's debug information names. `root`: a checkout of the project.

    `git`: what the run says of the commit that it measured. From a run that says "clean" they come out of git, whatever
    the checkout has now. Otherwise they are those of the tree, as long as none is newer than `worker`, which then was
    built from them.
    """
    names = sorted({name for file in named if _is_ours(name := project_name(file))})
    if not names:
        return Sources({}, missing="the worker has no debug information that names its source files")
    if git.revision and not git.dirty and _REVISION.fullmatch(git.revision):
        texts = {name: text for name in names if (text := _at_revision(root, git.revision, name)) is not None}
        if texts:
            return Sources(texts, revision=git.revision)
    return _in_tree(root, worker, names)


def _is_ours(name: str) -> bool:
    """Debug information may name any file; what leads out of the project is not its."""
    first, *others = name.split("/")
    return first in _FOLDERS and ".." not in others


def _at_revision(root: Path, revision: str, name: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), "show", f"{revision}:./{name}"], stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_LIMIT_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _in_tree(root: Path, worker: Path, names: Iterable[str]) -> Sources:
    texts = {}
    try:
        built = worker.stat().st_mtime_ns
        for name in names:
            facts = (root / name).stat()
            if facts.st_mtime_ns > built:
                return Sources({}, missing=f"{name} was changed after the worker was built")
            if facts.st_size <= _LARGEST_BYTES:
                texts[name] = (root / name).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        name = Path(error.filename or worker).name
        return Sources({}, missing=f"{name} could not be read: {error.strerror}")
    return Sources(texts)
