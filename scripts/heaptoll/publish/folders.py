"""A machine's two published folders, its results and its charts: each whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from heaptoll import xz_file
from heaptoll.measurements import read_run
from heaptoll.publish import charts
from heaptoll.publish.material import OF_RUN, is_packed
from heaptoll.publish.pack import packed
from heaptoll.published import CHARTS, RESULTS
from heaptoll.whole_folder import whole_folder


def write(name: str, files: Mapping[str, bytes], source: Path) -> tuple[Path, Path]:
    """Writes what `material` found of the run in `source` as the machine `name`, and its charts; neither folder is touched
    before both are ready. What else was published of it stays, but nothing that was made of another run. Returns the two
    folders. Raises OSError, BadInput."""
    results, plots = RESULTS / name, CHARTS / name
    with whole_folder(plots) as drawn, whole_folder(results) as frozen:
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
            if path.is_dir():
                shutil.copytree(path, new / path.name)
            else:
                shutil.copy2(path, new / path.name)
