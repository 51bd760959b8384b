"""code.json.xz: read as it was written, and refused with the place where it is not."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import case_codes
import pytest
from case_codes import SHA256, code_of, edit, run_with, unpacked

from heaptoll.bad_input import BadInput
from heaptoll.case_code import reader
from heaptoll.case_code.code import FILE_NAME, Code
from heaptoll.case_code.packing import packed
from heaptoll.case_code.reader import read_code
from heaptoll.run_facts import read_run_facts

CASES = ("made_up/first/64", "made_up/second/64")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return run_with(tmp_path / "run", code_of(*CASES))


def refusal(run: Path) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_code(run)
    assert FILE_NAME in str(caught.value) and str(caught.value).isprintable()
    return caught.value


def test_what_is_read_is_what_was_written(run: Path) -> None:
    code = read_code(run)
    assert code == code_of(*CASES)
    assert code == read_code(run, read_run_facts(run / "run.json"))
    arms = code.arms(CASES[0])
    assert list(arms) == ["null", "stack", "heap"], "in the order of the worker"
    assert arms["heap"].excerpts[0].text.startswith("HT_ARM(heap_##N) {\n")


def test_a_run_without_one_has_no_code(tmp_path: Path) -> None:
    assert read_code(run_with(tmp_path / "run", None)) is None


def test_a_case_or_a_build_that_is_not_in_it_has_no_arms(run: Path) -> None:
    code = read_code(run)
    assert code and code.arms("made_up/third/64") == {} and code.arms(CASES[0], "clang") == {}
    assert code.arms(CASES[0], "gcc") == code.arms(CASES[0])


def test_what_many_arms_reach_is_there_once(run: Path) -> None:
    whole = unpacked(run / FILE_NAME)
    assert [one["symbol"] for one in whole["functions"]].count("helper") == 1
    assert whole["excerpts"].count({"file": "benches/made_up.c", "first_line": 1, "text": case_codes.HELPER.text}) == 1


def test_the_same_code_is_the_same_bytes() -> None:
    assert packed(code_of(*CASES)) == packed(code_of(*CASES))


def test_the_code_of_another_worker_is_refused_with_both_hashes(tmp_path: Path) -> None:
    said = str(refusal(run_with(tmp_path / "run", code_of(*CASES, sha256="f" * 64))))
    assert SHA256 in said and "f" * 64 in said and "--record" in said


def test_without_the_guard_the_code_of_another_worker_would_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_check_belongs", lambda *_: None)
    assert read_code(run_with(tmp_path / "run", code_of(*CASES, sha256="f" * 64)))


def test_another_build_of_that_hash_is_refused(tmp_path: Path) -> None:
    assert "clang" in str(refusal(run_with(tmp_path / "run", code_of(*CASES, name="clang"))))


@pytest.mark.parametrize("layout", [0, 1])
def test_of_a_run_of_several_builds_any_layout_will_do(tmp_path: Path, layout: int) -> None:
    workers = [{"path": f"/old/{i}", "sha256": f"{i}" * 64} for i in range(4)]
    builds = [
        {"name": name, "compiler": "gcc", "flags": "-O2", "workers": workers[at : at + 2]}
        for name, at in (("base", 0), ("head", 2))
    ]
    folder = run_with(tmp_path / "run", None)
    facts = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**facts, "builds": builds}))
    hashes = {"base": f"{layout}" * 64, "head": f"{layout + 2}" * 64}
    made = [code_of(*CASES, sha256=sha256, name=name).builds[0] for name, sha256 in hashes.items()]
    (folder / FILE_NAME).write_bytes(packed(Code(tuple(made))))
    code = read_code(folder)
    assert code and [build.name for build in code.builds] == ["base", "head"]
    (folder / FILE_NAME).write_bytes(packed(Code((made[0],))))
    assert "2 builds" in str(refusal(folder))
    (folder / FILE_NAME).write_bytes(packed(Code((made[1], made[0]))))
    assert "base" in str(refusal(folder))


def put(*path: object) -> Callable[[Any], object]:
    """Sets what stands at the end of a path to the last word."""

    def change(whole: Any) -> None:
        for key in path[:-2]:
            whole = whole[key]
        whole[path[-2]] = path[-1]

    return change


ARM = ("builds", 0, "cases", CASES[0], "heap")


@pytest.mark.parametrize(
    "change, says",
    [
        (put("schema_version", 2), "version '2'"),
        (put("schema_version", True), "schema_version"),
        (put("builds", []), "builds"),
        (put("builds", {}), "builds"),
        (put("builds", 0, "name", ""), "builds[0].name"),
        (put("builds", 0, "worker_sha256", 5), "builds[0].worker_sha256"),
        (put("builds", 0, "worker_sha256", "F" * 64), "builds[0].worker_sha256"),
        (put("builds", 0, "cases", []), "builds[0].cases"),
        (put("builds", 0, "cases", CASES[0], 7), "builds[0].cases.made_up/first/64"),
        (put(*ARM, [0, 99]), "cases.made_up/first/64.heap"),
        (put(*ARM, [-1]), "cases.made_up/first/64.heap"),
        (put(*ARM, [True]), "cases.made_up/first/64.heap"),
        (put(*ARM, [0.5]), "cases.made_up/first/64.heap"),
        (put(*ARM, None), "cases.made_up/first/64.heap"),
        (put("builds", 0, "sources", CASES[0], "heap", "excerpts", [99]), "sources.made_up/first/64.heap.excerpts"),
        (put("builds", 0, "sources", CASES[0], "heap", "where", {"N": 64}), "sources.made_up/first/64.heap.where"),
        (put("functions", "text"), "functions"),
        (put("functions", 0, "symbol", None), "functions[0].symbol"),
        (put("functions", 0, "lines", [1]), "functions[0].lines"),
        (put("excerpts", 0, "first_line", 0), "excerpts[0].first_line"),
        (put("excerpts", 0, "first_line", "3"), "excerpts[0].first_line"),
        (put("excerpts", 0, "text", ""), "excerpts[0].text"),
    ],
)
def test_what_is_not_as_it_should_be_is_named_with_its_key(
    run: Path, change: Callable[[Any], object], says: str
) -> None:
    edit(run, change)
    said = str(refusal(run))
    assert says in said and "--record" in said


@pytest.mark.parametrize(
    "data, says",
    [
        (b"", "nothing"),
        (b"{}", "something else"),
        (lzma.compress(b"[]"), "JSON object"),
        (lzma.compress(b"\xff"), "UTF-8"),
        (lzma.compress(b'{"schema_version": NaN}'), "NaN"),
        (lzma.compress(b"{}")[:-9], "the end of the file"),
        (lzma.compress(b"{}") + b"more", "something else"),
    ],
)
def test_a_damaged_file_is_refused(run: Path, data: bytes, says: str) -> None:
    (run / FILE_NAME).write_bytes(data)
    assert says in str(refusal(run))


def test_a_file_that_unpacks_to_more_than_any_run_has_is_refused(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LARGEST_BYTES", 1 << 20)
    whole = {**unpacked(run / FILE_NAME), "more": "0" * (1 << 20)}
    (run / FILE_NAME).write_bytes(lzma.compress(json.dumps(whole).encode()))
    assert "1048576 bytes" in str(refusal(run))
    monkeypatch.setattr(reader, "_LARGEST_BYTES", 4 << 20)
    assert read_code(run)


def test_a_file_that_cannot_be_read_is_named(run: Path) -> None:
    (run / FILE_NAME).unlink()
    (run / FILE_NAME).mkdir()
    assert "directory" in str(refusal(run)).lower()


def test_the_published_run_has_the_code_of_all_its_cases() -> None:
    folder = Path(__file__).parents[2] / "results/published/epyc-zen4-2vcpu"
    code = read_code(folder)
    assert code and code.builds[0].no_sources is None
    assert list(code.builds[0].cases) == [case.name for case in read_run_facts(folder / "run.json").cases]
    assert all(arm.functions and arm.excerpts for arms in code.builds[0].cases.values() for arm in arms.values())
