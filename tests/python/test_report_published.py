"""The site of all published machines and the nightly's history."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from history_series import runs, searched, series, stepped
from synthetic import few_cases, write_run

from heaptoll.history.formats import json as history_json
from heaptoll.history.told import Told
from heaptoll.report import command

OTHER = "20260201T120000Z-cafe"


@pytest.fixture(name="machines")
def machines_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    write_run(folder / "small", ["glibc"], made=few_cases())
    change = lambda row: {**row, "run_id": OTHER}  # noqa: E731
    write_run(folder / "big", ["glibc", "mine"], made=few_cases(), run_id=OTHER, change=change)
    return folder


def history(folder: Path) -> Path:
    of = runs(60)
    steps = series(stepped(60, 10, 40, 5, 1), of, case="<script>alert(1)</script>/b")
    found = searched(steps, series([10.0] * 60, of, case="a/b"))
    folder.mkdir()
    (folder / "history.json").write_text(history_json.write(found, Told({"store": "<b>"}, ("made up",))))
    for theme in ("light", "dark"):
        (folder / f"history-{theme}.svg").write_text("<svg/>")
    return folder


def build(machines: Path, out: Path, *more: str) -> int:
    return command.main(["--published", "--machines", str(machines), "--out", str(out), *more])


def test_each_machine_has_its_page_and_the_index_leads_there(machines: Path, tmp_path: Path) -> None:
    out = tmp_path / "_site"
    assert build(machines, out, "--history", str(history(tmp_path / "history"))) == 0
    for page in out.rglob("*.html"):
        for name in re.findall(r'(?:src|href)="([^"#?]*)', page.read_text(encoding="utf-8")):
            assert name.startswith("data:,") or name == "" or (page.parent / name).is_file(), (page, name)
    told = (out / "history.html").read_text()
    assert "&lt;script&gt;alert(1)" in told and "<script>alert" not in told
    assert "1 slower" in told and "+5" in told and "made up" in told and "&lt;b&gt;" in told
    assert 'href="../index.html"' in (out / "big" / "index.html").read_text()


def test_without_a_history_no_link_leads_to_one(machines: Path, tmp_path: Path) -> None:
    assert build(machines, tmp_path / "_site") == 0
    assert "history.html" not in (tmp_path / "_site" / "index.html").read_text()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"heading": {}}', '{"heading": {}, "warnings": [], "notices": [], "changes": [{}]}']
)
def test_a_history_that_is_none_is_refused_and_the_old_site_stays(
    machines: Path, tmp_path: Path, text: str, capsys: Any
) -> None:
    assert build(machines, tmp_path / "_site") == 0
    folder = history(tmp_path / "history")
    (folder / "history.json").write_text(text)
    assert build(machines, tmp_path / "_site", "--history", str(folder)) == 2
    assert "history.json" in capsys.readouterr().err
    assert (tmp_path / "_site" / "index.html").is_file() and not (tmp_path / "_site" / "history.html").exists()


def test_a_machine_that_cannot_be_shown_is_told_and_the_others_are_shown(machines: Path, tmp_path: Path) -> None:
    from test_report_site import unpacked

    (machines / "broken").mkdir()
    (machines / "broken" / "run.json").write_text(json.dumps({"schema_version": 7}))
    write_run(machines / "assets", ["glibc"], made=few_cases())
    out = tmp_path / "_site"
    assert build(machines, out) == 0
    told = {each["name"]: each for each in unpacked(out / "data" / "machines.js")["machines"]}
    assert "version 7" in told["broken"]["why"] and "of this name" in told["assets"]["why"]
    assert told["big"]["page"] == "big/index.html" and not (out / "broken").exists()
    assert (out / "assets" / "heaptoll.css").is_file()


@pytest.mark.parametrize(
    ("file", "content"),
    [("code.json.xz", b"rubbish"), ("precision.json", b"[1"), ("truth.md", b"\xff"), ("counts.csv", b"x")],
)
def test_what_is_damaged_beside_one_machines_run_costs_the_others_nothing(
    machines: Path, tmp_path: Path, file: str, content: bytes, capsys: Any
) -> None:
    from test_report_site import unpacked

    (machines / "small" / file).write_bytes(content)
    out = tmp_path / "_site"
    assert build(machines, out) == 0
    told = {each["name"]: each for each in unpacked(out / "data" / "machines.js")["machines"]}
    assert f"report.py: small is shown without a page: {told['small']['why']}" in capsys.readouterr().err
    assert file in told["small"]["why"] and told["big"]["page"] == "big/index.html"
    assert not (out / "small").exists()
    beside = {each["name"]: each for each in unpacked(out / "big" / "data" / "machines.js")["machines"]}
    assert beside["small"]["page"] is None, "no link leads where nothing is"


def test_a_folders_name_is_an_address_too(machines: Path, tmp_path: Path) -> None:
    from test_report_site import unpacked

    (machines / "small").rename(machines / "50% #1")
    assert build(machines, tmp_path / "_site") == 0
    told = {each["name"]: each for each in unpacked(tmp_path / "_site" / "data" / "machines.js")["machines"]}
    assert told["50% #1"]["page"] == "50%25%20%231/index.html"


def test_no_machines_are_no_site(tmp_path: Path, capsys: Any) -> None:
    assert build(tmp_path / "none", tmp_path / "_site") == 2
    assert "make publish" in capsys.readouterr().err and not (tmp_path / "_site").exists()


@pytest.mark.parametrize("arguments", [["--published", "run"], ["--published", "--build", "gcc"], ["--history", "x"]])
def test_options_that_do_not_go_together(arguments: list[str], capsys: Any) -> None:
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert "--published" in capsys.readouterr().err
