"""The page as files: whole or not at all, everything escaped, the same each time."""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from synthetic import write_run

from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run
from heaptoll.report import command, site
from heaptoll.report.data_file import as_script, rounded

@pytest.fixture(name="run_folder")
def run_folder_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In a folder without published machines, which every page lists."""
    monkeypatch.chdir(tmp_path)
    return write_run(tmp_path / "run")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def data_of(script: str) -> Any:
    found = re.fullmatch(r'HT\.receive\("run", JSON\.parse\((".*")\)\);\n', script, re.DOTALL)
    assert found
    return json.loads(json.loads(found[1]))


def unpacked(file: Path) -> Any:
    found = re.fullmatch(r'HT\.receivePacked\("[^"]+", "([^"]*)"\);\n', file.read_text())
    assert found
    return json.loads(gzip.decompress(base64.b64decode(found[1])))


def test_the_page_is_a_folder_that_needs_no_network(run_folder: Path, tmp_path: Path, capsys: Any) -> None:
    assert command.main([str(run_folder), "--out", str(tmp_path / "new" / "site")]) == 0
    index = Path(capsys.readouterr().out.strip())
    assert index == tmp_path / "new" / "site" / "index.html"
    for page in index.parent.glob("*.html"):
        for name in re.findall(r'(?:src|href)="([^"#?]*)', page.read_text(encoding="utf-8")):
            assert name.startswith("data:,") or name == "" or (index.parent / name).is_file(), (page, name)


def test_the_same_run_gives_the_same_bytes(run_folder: Path, tmp_path: Path) -> None:
    run = read_run(run_folder)
    for name in ("one", "other"):
        site.build(run, run.builds[0], tmp_path / name)
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_a_page_that_is_there_is_replaced_as_a_whole(run_folder: Path, tmp_path: Path) -> None:
    run, out = read_run(run_folder), tmp_path / "site"
    site.build(run, run.builds[0], out)
    (out / "data" / "launches-99.js").write_text("of an older run")
    site.build(run, run.builds[0], out)
    assert not (out / "data" / "launches-99.js").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_of_something_else_is_left_alone(run_folder: Path, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert command.main([str(run_folder), "--out", str(tmp_path / "mine")]) == 2
    assert "name another folder" in capsys.readouterr().err
    assert contents(tmp_path / "mine") == {"thesis.txt": b"years of work"}


def test_what_fails_half_way_leaves_the_old_page(run_folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    run, out = read_run(run_folder), tmp_path / "site"
    site.build(run, run.builds[0], out)
    before = contents(out)
    monkeypatch.setattr(site, "theme_css", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        site.build(run, run.builds[0], out)
    assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_text_from_a_run_cannot_end_the_script_it_stands_in() -> None:
    hostile = '</script><script>alert(1)</script>\u2028"\\'
    script = as_script("run", {"name": hostile})
    assert "<" not in script and "\u2028" not in script
    assert data_of(script) == {"name": hostile}


def test_what_is_no_number_is_not_known() -> None:
    assert [rounded(value) for value in (None, float("nan"), float("inf"), 12.345678)] == [None, None, None, 12.346]


def other_run(folder: Path) -> Path:
    name = "20260201T120000Z-cafe"
    return write_run(folder, run_id=name, change=lambda row: {**row, "run_id": name})


def test_published_machines_and_named_runs_are_shipped_for_comparison(run_folder: Path, tmp_path: Path) -> None:
    machines = tmp_path / "published"
    other_run(machines / "big-iron")
    write_run(machines / "itself")
    (machines / "damaged").mkdir()
    (machines / "damaged" / "run.json").write_text("{")
    out = tmp_path / "site"
    named = ["--machines", str(machines), "--base", str(other_run(tmp_path / "b"))]
    assert command.main([str(run_folder), "--out", str(out), *named]) == 0
    found = unpacked(out / "data" / "machines.js")
    listed = {each["name"]: each for each in found["machines"]}
    assert list(listed) == ["itself", "b", "big-iron", "damaged"]
    assert listed["itself"]["this"] and "compare" not in listed["itself"]
    assert not listed["b"]["published"] and listed["big-iron"]["published"]
    assert "expected JSON" in listed["damaged"]["why"]
    for name in ("b", "big-iron"):
        assert len(unpacked(out / "data" / f"{listed[name]['compare']}.js")["rows"]["case"]) > 100
    assert listed["big-iron"]["tolls"]["returned_pointer/by_value/64"]["jemalloc"][0] > 0


def test_a_base_that_cannot_be_read_stops_the_page(run_folder: Path, tmp_path: Path, capsys: Any) -> None:
    assert command.main([str(run_folder), "--out", str(tmp_path / "site"), "--base", str(tmp_path / "none")]) == 2
    assert "none" in capsys.readouterr().err and not (tmp_path / "site").exists()


def test_no_run_is_bad_input(tmp_path: Path) -> None:
    assert command.main([str(tmp_path / "absent")]) == 2
    with pytest.raises(BadInput):
        read_run(tmp_path / "absent")
