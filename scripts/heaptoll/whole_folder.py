"""Writes a folder as a whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """An empty folder to fill. When the block ends it takes the place of `out`, whose old contents go; when the block
    raises, `out` is as it was. Who looks meanwhile finds the old files or the new ones. Raises OSError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        unfinished.chmod(0o755)
        yield unfinished
        _replace(out, unfinished)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _replace(out: Path, finished: Path) -> None:
    """Two renames; after a failure between them the old folder is put back."""
    if not out.exists():
        finished.rename(out)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        older = out.rename(aside / "older")
        try:
            finished.rename(out)
        except OSError:
            older.rename(out)
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
