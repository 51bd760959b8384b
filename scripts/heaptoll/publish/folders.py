"""A machine's two published folders, its results and its charts: both whole or not at all."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from heaptoll import xz_file
from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run
from heaptoll.publish import charts
from heaptoll.publish.material import OF_RUN, is_packed
from heaptoll.publish.pack import packed
from heaptoll.published import CHARTS, RESULTS
from heaptoll.whole_folder import whole_folders


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else publishes until the block ends, not even when we are killed. Raises BadInput, OSError."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    folder = os.open(RESULTS, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(folder)
        yield
    finally:
        os.close(folder)


def _lock(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BadInput(RESULTS, "nobody else who publishes", "try again when that is done", found="one") from None


def write(name: str, files: Mapping[str, bytes], source: Path) -> tuple[Path, Path]:
    """Writes what `material` found of the run in `source` as the machine `name`, and its charts; neither folder is touched
    before both are ready. What else was published of it stays, but nothing that was made of another run. Returns the two
    folders. Raises OSError, BadInput."""
    results, plots = RESULTS / name, CHARTS / name
    with whole_folders(results, plots) as (frozen, drawn):
        ours = {each for file in (*files, *OF_RUN) for each in (file, file + xz_file.SUFFIX)}
        _keep(results, frozen, lambda file: file not in ours)
        for file, content in files.items():
            if is_packed(file):
                file += xz_file.SUFFIX
                content = packed(content, results / file, source / file)
            (frozen / file).write_bytes(content)
        _keep(plots, drawn, lambda file: not charts.is_of_run(file))
        charts.draw(read_run(frozen, allow_incomplete=True), drawn)
        if "precision.json" in files:
            charts.draw_precision(frozen, drawn)
    return results, plots


def _keep(old: Path, new: Path, stays: Callable[[str], bool]) -> None:
    """Copies what stays of an old folder, if there is one."""
    for path in sorted(old.iterdir()) if old.is_dir() else ():
        if stays(path.name):
            if path.is_dir() and not path.is_symlink():
                shutil.copytree(path, new / path.name, symlinks=True)
            else:
                shutil.copy2(path, new / path.name, follow_symlinks=False)
