"""The published runs: a folder for each machine in results/published, named by who published it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from heaptoll.bad_input import BadInput
from heaptoll.measurements import Run, read_run
from heaptoll.run_facts import FILE_NAME

RESULTS = Path("results/published")
CHARTS = Path("plots/published")
# What the site of all machines has in its folder, in which a machine's name is another one.
RESERVED = ("assets", "data", "history", "index.html", "history.html")


@dataclass(frozen=True)
class Published:
    """One machine's run. `run` is None where it cannot be read, and `why` then says it in words."""

    name: str
    folder: Path
    run: Run | None
    why: str = ""


def published(folder: Path = RESULTS) -> Iterable[Published]:
    """Every published run, in the order of names, one read at a time; nothing where there is no such folder."""
    for each in sorted(folder.glob(f"*/{FILE_NAME}")):
        if each.parent.name.startswith("."):  # being written
            continue
        try:
            yield Published(each.parent.name, each.parent, read_run(each.parent))
        except BadInput as error:
            yield Published(each.parent.name, each.parent, None, str(error))
