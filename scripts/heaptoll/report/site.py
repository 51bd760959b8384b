"""Writes the page: every template, what it runs and its data, as one folder, which is there as a whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import jinja2

from heaptoll.measurements import Run
from heaptoll.report import pages
from heaptoll.report.case_code import code_data, code_of
from heaptoll.report.case_data import case_data
from heaptoll.report.chart_data import charts_data
from heaptoll.report.data_file import as_packed_script, as_script
from heaptoll.report.dataset import Measured, launches_data, run_data, scenarios
from heaptoll.report.method import data as method_data
from heaptoll.report.still import draw_still
from heaptoll.report.theme_css import theme_css
from heaptoll.whole_folder import whole_folder

_HERE = Path(__file__).parent
_MARK = ".heaptoll-site"  # a folder with it is ours to replace


class NotOurs(OSError):
    """There is a folder of something else where the page should go."""


def build(run: Run, build: str, out: Path) -> Path:
    """Writes the page of one build of a run into the folder `out`, and returns its first file. A page that is there
    is replaced as a whole. Raises OSError, NotOurs for a folder that is not empty and no page of ours."""
    if out.exists() and not (out.is_dir() and ((out / _MARK).exists() or not any(out.iterdir()))):
        raise NotOurs(None, "there is something else than a page of heaptoll; name another folder", str(out))
    measured = Measured.of(run, build)
    with whole_folder(out) as unfinished:
        _write(measured, unfinished)
    return out / pages.PAGES[0].file


def _write(measured: Measured, folder: Path) -> None:
    shutil.copytree(_HERE / "static", folder / "assets")
    (folder / "assets" / "theme.css").write_text(theme_css(measured.allocators), encoding="utf-8")
    data = folder / "data"
    data.mkdir()
    _write_data(data, "run", run_data(measured))
    _write_data(data, method_data.NAME, method_data.method_data(measured), packed=True)
    code = code_of(measured.run, measured.build)
    _write_data(data, "charts", charts_data(measured), packed=True)
    for scenario in scenarios(measured):
        _write_data(data, pages.launches_name(measured, scenario), launches_data(measured, scenario), packed=True)
        _write_data(data, pages.cases_name(measured, scenario), case_data(measured, scenario), packed=True)
        if code is not None:
            _write_data(data, pages.code_name(measured, scenario), code_data(measured, code, scenario), packed=True)
    environment, context = _templates(), pages.context(measured)
    stills = {"headline": draw_still(measured, "headline", folder)}
    for page in pages.PAGES:
        text = environment.get_template(page.file).render(
            page=page, pages=pages.PAGES, has_code=code is not None, **stills, **context
        )
        (folder / page.file).write_text(text, encoding="utf-8")
    (folder / _MARK).write_text("", encoding="utf-8")


def _write_data(folder: Path, name: str, data: Any, *, packed: bool = False) -> None:
    """`packed` for what is loaded when a page asks for it; what every page begins with is not."""
    script = as_packed_script(name, data) if packed else as_script(name, data)
    (folder / f"{name}.js").write_text(script, encoding="utf-8")


def _templates() -> jinja2.Environment:
    """Everything is escaped, and a name that a page misspells is an error."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
