"""Writes the page: every template, what it runs and its data, as one folder, which is there as a whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import jinja2

from heaptoll.go_lane.files import ALLOCATOR
from heaptoll.measurements import Run
from heaptoll.report import pages
from heaptoll.report.case_code import code_data, code_of
from heaptoll.report.case_data import case_data
from heaptoll.report.chart_data import charts_data
from heaptoll.report.data_file import as_packed_script, as_script
from heaptoll.report.comparison import build_like, comparison_data, side_data
from heaptoll.report.dataset import Measured, launches_data, run_data, scenarios
from heaptoll.report.go_data import go_data
from heaptoll.report.method import data as method_data
from heaptoll.report.machines import CASE, absent_data, allocator_marks, machine_data, this_run
from heaptoll.report.others import Surroundings
from heaptoll.report.still import draw_still
from heaptoll.report.theme_css import theme_css
from heaptoll.whole_folder import whole_folder

_HERE = Path(__file__).parent
MARK = ".heaptoll-site"  # a folder with it is ours to replace


class NotOurs(OSError):
    """There is a folder of something else where the page should go."""


def build(run: Run, build: str, out: Path, around: Surroundings = Surroundings()) -> Path:
    """Writes the page of one build of a run into the folder `out`, and returns its first file. A page that is there
    is replaced as a whole. Raises OSError, NotOurs for a folder that is not empty and no page of ours."""
    return build_measured(Measured.of(run, build), out, around)


def build_measured(measured: Measured, out: Path, around: Surroundings = Surroundings()) -> Path:
    """The same of what is at hand."""
    refuse_others_folder(out)
    with whole_folder(out) as unfinished:
        write(measured, unfinished, around)
    return out / pages.PAGES[0].file


def refuse_others_folder(out: Path) -> None:
    """Raises NotOurs for a folder that is not empty and no page of ours."""
    if out.exists() and not (out.is_dir() and ((out / MARK).exists() or not any(out.iterdir()))):
        raise NotOurs(None, "there is something else than a page of heaptoll; name another folder", str(out))


def write(measured: Measured, folder: Path, around: Surroundings) -> None:
    """Writes the page into an empty folder."""
    copy_static(folder)
    data = folder / "data"
    data.mkdir()
    names = _write_others(data, measured, around)
    (folder / "assets" / "theme.css").write_text(
        theme_css(measured.allocators, names, ALLOCATOR if measured.go else None), encoding="utf-8"
    )
    of_go = {"go": go_data(measured, measured.go)} if measured.go else {}
    write_data(data, "run", {**run_data(measured), **of_go})
    write_data(data, method_data.NAME, method_data.method_data(measured), packed=True)
    write_data(data, "charts", charts_data(measured), packed=True)
    code = code_of(measured.run, measured.build)
    for scenario in scenarios(measured):
        write_data(data, pages.launches_name(measured, scenario), launches_data(measured, scenario), packed=True)
        write_data(data, pages.cases_name(measured, scenario), case_data(measured, scenario), packed=True)
        if code is not None:
            write_data(data, pages.code_name(measured, scenario), code_data(measured, code, scenario), packed=True)
    environment, context = templates(), pages.context(measured)
    stills = {"headline": draw_still(measured, "headline", folder)}
    listed = pages.pages(measured)
    for page in listed:
        text = environment.get_template(page.file).render(
            page=page, pages=listed, home=around.home, site=False, has_code=code is not None, **stills, **context
        )
        (folder / page.file).write_text(text, encoding="utf-8")
    (folder / MARK).write_text("", encoding="utf-8")


def copy_static(folder: Path) -> None:
    """What pages run and are styled by, into the folder of a site."""
    shutil.copytree(_HERE / "static", folder / "assets")


def _write_others(data: Path, measured: Measured, around: Surroundings) -> list[str]:
    """The index of machines and what `make compare` says of each; returns the allocators that only other runs have."""
    write_data(data, "side", side_data(measured), packed=True)
    listed: list[dict[str, Any]] = []
    name = ""
    for i, other in enumerate(around.runs):
        if other.run is None:
            listed.append(absent_data(other))
        elif other.run.facts.run_id == measured.run.facts.run_id:
            name = other.name if other.published else name
        else:
            write_data(data, f"compare-{i}", comparison_data(measured, other.run), packed=True)
            build = build_like(other.run, measured.build)
            found = machine_data(other.name, other.run, build, around.pages.get(other.name))
            listed.append({**found, "published": other.published, "compare": f"compare-{i}"})
    listed.insert(0, this_run(measured, name))
    marks = allocator_marks(measured.allocators, listed)
    write_data(data, "machines", {"case": CASE, "allocators": marks, "machines": listed}, packed=True)
    return [each["name"] for each in marks[len(measured.allocators) :]]


def write_data(folder: Path, name: str, data: Any, *, packed: bool = False) -> None:
    """`packed` for what is loaded when a page asks for it; what every page begins with is not."""
    script = as_packed_script(name, data) if packed else as_script(name, data)
    (folder / f"{name}.js").write_text(script, encoding="utf-8")


def templates() -> jinja2.Environment:
    """Everything is escaped, and a name that a page misspells is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
