"""The code behind a case on its page: each function once, of the build that is shown, nothing where it was not kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from case_codes import SHA256, code_of
from synthetic import Case, facts, write_run

from heaptoll.bad_input import BadInput
from heaptoll.case_code.code import FILE_NAME, Code
from heaptoll.case_code.packing import packed
from heaptoll.measurements import read_run
from heaptoll.report import case_code, command, site
from heaptoll.report.dataset import Measured

NAMES = ("boxed_value/interface/8", "boxed_value/interface/64", "other/x/1")
MADE = [Case(name, 8, "", f"does {name}") for name in NAMES]


def run_folder(tmp_path: Path, code: Code | None) -> Path:
    toolchain = {**facts(MADE, ())["toolchain"], "build": "gcc", "worker_sha256": SHA256}
    folder = write_run(tmp_path / "run", ("glibc",), made=MADE, toolchain=toolchain)
    if code is not None:
        (folder / FILE_NAME).write_bytes(packed(code))
    return folder


def data(folder: Path, scenario: str) -> Any:
    run = read_run(folder)
    code = case_code.code_of(run, "gcc")
    assert code is not None
    return case_code.code_data(Measured.of(run, "gcc"), code, scenario)


def test_a_function_and_an_excerpt_are_there_once_however_many_reach_them(tmp_path: Path) -> None:
    found = data(run_folder(tmp_path, code_of(*NAMES)), "boxed_value")
    assert list(found["cases"]) == ["0", "1"]
    symbols = [each["symbol"] for each in found["functions"]]
    assert len(symbols) == len(set(symbols)) and "helper" in symbols
    assert len(found["excerpts"]) == 4, "of three arms, and the helper"
    heap = next(arm for arm in found["cases"]["1"] if arm["arm"] == "heap")
    assert [symbols[i] for i in heap["functions"]] == ["heap_64", "heap_64_operation", "helper"]
    assert heap["where"] == ["N is 64"]


def test_lines_are_kept_as_they_are(tmp_path: Path) -> None:
    lines = data(run_folder(tmp_path, code_of(*NAMES)), "other")["functions"][0]["lines"].split("\n")
    assert lines[0].startswith("  benches/")
    assert lines[1].startswith("    0:  call") and "; calls the allocator" in lines[1]


def test_a_case_that_the_worker_lacks_has_no_arms(tmp_path: Path) -> None:
    assert data(run_folder(tmp_path, code_of(NAMES[0])), "boxed_value")["cases"]["1"] == []


def test_a_build_whose_code_was_not_kept_has_none(tmp_path: Path) -> None:
    assert case_code.code_of(read_run(run_folder(tmp_path, code_of(*NAMES))), "clang") is None


def test_a_run_without_code_says_what_brings_it(tmp_path: Path) -> None:
    run = read_run(run_folder(tmp_path, None))
    assert case_code.code_of(run, "gcc") is None
    site.build(run, "gcc", tmp_path / "site")
    assert "<code>make bench</code> records it" in (tmp_path / "site" / "case.html").read_text()
    assert not list((tmp_path / "site" / "data").glob("code-*"))


def test_a_run_with_code_has_a_file_per_scenario(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, code_of(*NAMES))
    site.build(read_run(folder), "gcc", tmp_path / "site")
    assert sorted(path.name for path in (tmp_path / "site" / "data").glob("code-*")) == ["code-0.js", "code-1.js"]


def test_code_of_another_worker_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = code_of(*NAMES)
    other = replace(code, builds=(replace(code.builds[0], worker_sha256="f" * 64),))
    folder = run_folder(tmp_path, other)
    with pytest.raises(BadInput):
        case_code.code_of(read_run(folder), "gcc")
    assert command.main([str(folder), "--out", str(tmp_path / "site")]) == 2
    assert "code.json.xz" in capsys.readouterr().err and not (tmp_path / "site").exists()
