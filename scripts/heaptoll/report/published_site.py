"""The site of all published machines: an index of them, each one's own page, and the nightly's history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heaptoll.bad_input import BadInput
from heaptoll.published import RESERVED
from heaptoll.report import site
from heaptoll.report.comparison import build_like
from heaptoll.report.dataset import Measured
from heaptoll.report.history_page import copy_charts, history_context
from heaptoll.report.machines import CASE, absent_data, allocator_marks, machine_data
from heaptoll.report.others import Other, Surroundings, others
from heaptoll.report.pages import Page
from heaptoll.report.theme_css import theme_css
from heaptoll.whole_folder import whole_folder

_INDEX = Page("index.html", "Machines", "machines", ("machine_tolls",), style=True)
_HISTORY = Page("history.html", "History", "history", style=True)


def build_published(machines: Path, history: Path | None, out: Path) -> Path:
    """Writes the site of the runs published in the folder `machines` into `out`, and returns its first file. `history`:
    the folder with history.json and its charts; None where there is none. Raises BadInput, OSError, site.NotOurs."""
    site.refuse_others_folder(out)
    with whole_folder(out) as folder:
        listed = [_machine(each, machines, folder) for each in others(machines, ())]
        if not any("tolls" in each for each in listed):
            raise BadInput(
                machines, "published runs", "publish one: make publish NAME=…", found="none that can be read"
            )
        _write_root(listed, history, folder)
    return out / _INDEX.file


def _machine(other: Other, machines: Path, folder: Path) -> dict[str, Any]:
    """Writes a machine's page; what the index says of it. Its page can compare it with all others."""
    if other.run is None:
        return absent_data(other)
    if other.name in RESERVED:
        why = "the site has something else of this name: publish it as another"
        return absent_data(Other(other.name, None, why, True))
    build = other.run.builds[0]
    names = [path.name for path in machines.iterdir()]
    around = Surroundings(others(machines, ()), {name: f"../{name}/machines.html" for name in names}, "../index.html")
    own = folder / other.name
    own.mkdir()
    site.write(Measured.of(other.run, build), own, around)
    found = machine_data(other.name, other.run, build_like(other.run, build), f"{other.name}/index.html")
    return {**found, "published": True, "compare_page": f"{other.name}/compare.html"}


def _write_root(listed: list[dict[str, Any]], history: Path | None, folder: Path) -> None:
    site.copy_static(folder)
    data = folder / "data"
    data.mkdir()
    marks = allocator_marks((), listed)
    (folder / "assets" / "theme.css").write_text(theme_css([each["name"] for each in marks]), encoding="utf-8")
    # What the pages' controls ask for, without a run: which allocators there are.
    nothing: dict[str, Any] = {"run": None, "arms": [], "cases": [], "rows": {}, "pairs": {}, "edges": []}
    site.write_data(data, "run", {**nothing, "allocators": marks})
    site.write_data(data, "machines", {"case": CASE, "allocators": marks, "machines": listed}, packed=True)
    pages = [_INDEX] if history is None else [_INDEX, _HISTORY]
    told: dict[str, Any] = {}
    if history is not None:
        told = history_context(history)
        copy_charts(history, folder / "history")
    environment = site.templates()
    for page, template in zip(pages, ("published.html", "history.html")):
        text = environment.get_template(template).render(page=page, pages=pages, home="", site=True, warnings=(), **told)
        (folder / page.file).write_text(text, encoding="utf-8")
    (folder / site.MARK).write_text("", encoding="utf-8")
