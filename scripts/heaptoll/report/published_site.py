"""The site of all published machines: an index of them, each one's own page, and the nightly's history."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

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


def build_published(machines: Path, history: Path | None, out: Path, tell: Callable[[str], None]) -> Path:
    """Writes the site of the runs published in the folder `machines` into `out`, and returns its first file. `history`:
    the folder with history.json and its charts; None where there is none. `tell`: who is told, in words, of machines that
    have no page. Raises BadInput, OSError, site.NotOurs."""
    site.refuse_others_folder(out)
    with whole_folder(out) as folder:
        without_go: dict[str, str] = {}
        listed = _machines(machines, folder, {}, without_go)
        if not any("tolls" in each for each in listed):
            raise BadInput(
                machines, "published runs", "publish one: make publish NAME=…", found="none that can be read"
            )
        _write_root(listed, history, folder)
    for each in listed:
        if "why" in each:
            tell(f"{each['name']} is shown without a page: {each['why']}")
    for name, why in without_go.items():
        tell(f"{name} is shown without its Go: {why}")
    return out / _INDEX.file


def _machines(
    machines: Path, folder: Path, refused: Mapping[str, str], without_go: dict[str, str]
) -> list[dict[str, Any]]:
    """Writes every machine's page; what the index says of them. `refused`: those that have none, and why. When one more
    turns out to be damaged, all are written again, as the others' pages must not lead to it. `without_go` gets
    those whose lane of Go is damaged, and why."""
    listed = []
    for each in others(machines, ()):
        try:
            listed.append(_machine(each, machines, folder, refused, without_go))
        except BadInput as error:
            for made in folder.iterdir():
                shutil.rmtree(made)
            return _machines(machines, folder, {**refused, each.name: str(error)}, without_go)
    return listed


def _machine(
    other: Other, machines: Path, folder: Path, refused: Mapping[str, str], without_go: dict[str, str]
) -> dict[str, Any]:
    """Its page can compare it with all others. Raises BadInput where what lies beside its run is damaged."""
    if other.run is None:
        return absent_data(other)
    if other.name in RESERVED:
        why = "the site has something else of this name: publish it as another"
        return absent_data(Other(other.name, None, why, True))
    if other.name in refused:
        return absent_data(Other(other.name, None, refused[other.name], True))
    build = other.run.builds[0]
    names = [path.name for path in machines.iterdir() if path.name not in refused]
    around = Surroundings(others(machines, ()), {name: f"../{quote(name)}/machines.html" for name in names}, "../index.html")
    own = folder / other.name
    own.mkdir()
    measured = Measured.of(other.run, build)
    site.write(measured, own, around)
    if measured.go_trouble:
        without_go[other.name] = str(measured.go_trouble)
    address = quote(other.name)
    found = machine_data(other.name, other.run, build_like(other.run, build), f"{address}/index.html")
    return {**found, "published": True, "compare_page": f"{address}/compare.html"}


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
