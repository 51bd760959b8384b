"""`scripts/disassemble.py --record`: the code of a run's cases beside its measurements, and only its own."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from running import ONE_CASE, PROBING_WORKER, ROOT, SHORT, TEST_WORKER, WORKER, Heaptoll, cases_of

from heaptoll.case_code import gather
from heaptoll.case_code.code import FILE_NAME, BuildCode
from heaptoll.case_code.gather import build_code
from heaptoll.case_code.reader import read_code
from heaptoll.case_code.sources import Sources
from heaptoll.codegen.arms import Worker, read_worker
from heaptoll.run_facts import Build, Git
from heaptoll.run_facts import Worker as MeasuredWorker

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="machine code is read on x86-64 only")

CASE = "returned_pointer/by_value/64"
PROBED = "array_size/fixed/8192/first"
UNKNOWN = Git(None, False)


@lru_cache(maxsize=None)
def read(path: Path) -> Worker:
    return read_worker(path)


def code_of(path: Path, git: Git | None = UNKNOWN, root: Path = ROOT, *cases: str) -> BuildCode:
    build = Build("gcc", "gcc", "-O2", (MeasuredWorker("", "0" * 64),))
    return build_code(read(path), build, cases or read(path).arms, git, root)


@pytest.fixture(scope="module")
def whole() -> BuildCode:
    """All that the ordinary worker has."""
    return code_of(WORKER)


def folder_for(folder: Path, worker: Path, **changed: Any) -> Path:
    """A run's folder whose run.json says that it measured `worker`."""
    facts = {
        "schema_version": 1, "run_id": "made-up", "started_utc": "2026-01-31T12:00:00Z", "status": "complete",
        "profile": "smoke", "git": {"revision": None, "dirty": True}, "machine": {}, "allocators": [], "warnings": [],
        "toolchain": {"build": "gcc", "worker_sha256": hashlib.sha256(worker.read_bytes()).hexdigest()},
        "cases": [{"name": name, "scenario": "s", "variant": "v", "params": ""} for name in (CASE, PROBED)],
    }  # fmt: skip
    folder.mkdir(exist_ok=True)
    (folder / "run.json").write_text(json.dumps({**facts, **changed}))
    return folder


def record(run: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/disassemble.py"), "--record", str(run), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **variables})


# ---- what is in it


def test_every_arm_of_every_case_has_its_code_and_its_definition(whole: BuildCode) -> None:
    assert whole.no_sources is None
    expected = {case.name: case.arms for case in cases_of() if not case.unavailable}
    assert {name: tuple(arms) for name, arms in whole.cases.items()} == expected
    for name, arms in whole.cases.items():
        for kind, arm in arms.items():
            assert [one.role for one in arm.functions[:2]] == ["the loop", "the operation"]
            definition = arm.excerpts[0].text
            assert definition.startswith("HT_ARM(") and definition.endswith("\n}"), (name, kind)
            # Its name, put together, is the loop's.
            given = definition[len("HT_ARM(") : definition.index(")")]
            made = "".join(dict(arm.where).get(part, part) for part in given.split("##"))
            assert arm.functions[0].symbol.partition(".")[0].removesuffix("_dependent") == made, (name, kind)
            assert len(set(arm.excerpts)) == len(arm.excerpts)


def test_so_have_those_that_only_the_tests_have() -> None:
    code = code_of(TEST_WORKER)
    assert code.no_sources is None
    for name, arms in code.cases.items():
        for kind, arm in arms.items():
            assert arm.excerpts and arm.excerpts[0].text.startswith(("HT_ARM(", "static ")), (name, kind)


def test_helpers_and_macros_that_an_arm_needs_come_along(whole: BuildCode) -> None:
    def beginnings(case: str, kind: str) -> list[str]:
        return [one.text.splitlines()[0].partition(" {")[0] for one in whole.cases[case][kind].excerpts]

    heap = whole.cases[CASE]["heap"]
    assert dict(heap.where) == {"STEM": "by_value", "N": "64", "HOW": ""}
    assert beginnings(CASE, "heap") == [
        "HT_ARM(STEM##_heap_##N)", "static CALLED void *HOW##pointer_make_##N(uint64_t seed)",
    ]  # fmt: skip
    assert beginnings(PROBED, "heap") == [
        "HT_ARM(fixed_heap_##N##_##TOUCH)", "#define BYTES(N) (8 * (size_t)(N))", "#define USED_first(N) ((size_t)8)",
        "#define USE(POINTER, TOUCH, N)"
        " (ht_fill(POINTER, USED_##TOUCH(N), seed), ht_consume(POINTER, USED_##TOUCH(N)))",
        "#define HEAP(POINTER, BYTES, TOUCH, N)",
    ]  # fmt: skip
    inlined = beginnings("boxed_value/small_int/hit50", "heap")
    assert any("next_int(" in line for line in inlined) and any("unbox_int(" in line for line in inlined)


def test_the_code_names_no_address_and_no_folder_of_this_machine(whole: BuildCode) -> None:
    arms = [arm for each in whole.cases.values() for arm in each.values()]
    functions = {function for arm in arms for function in arm.functions}
    lines = [line for function in functions for line in function.lines]
    assert not [line for line in lines if str(ROOT) in line or "(%rip)" in line and "#" in line]
    assert all((function.place or "benches/").startswith(("benches/", "harness/")) for function in functions)
    loop = whole.cases[CASE]["heap"].functions[0]
    assert any("call by_value_heap_64_operation" in line and "; the operation" in line for line in loop.lines)


# ---- sources that are not the worker's


@pytest.fixture
def shifted(tmp_path: Path) -> Iterator[Path]:
    """A copy of the sources that has one line more at the top, and looks as old as the worker."""
    for folder in ("benches", "harness"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "benches/returned_pointer.c"
    file.write_text("\n" + file.read_text())
    for each in tmp_path.rglob("*"):
        os.utime(each, ns=(1_000_000_000, 1_000_000_000))
    yield tmp_path


def test_sources_in_which_the_arms_stand_elsewhere_are_left_out_and_the_file_says_why(shifted: Path) -> None:
    code = code_of(WORKER, UNKNOWN, shifted, CASE)
    assert code.no_sources and "by_value_null_64" in code.no_sources
    assert "benches/returned_pointer.c:" in code.no_sources
    assert not any(arm.excerpts for arm in code.cases[CASE].values())
    places = [line for line in code.cases[CASE]["heap"].functions[0].lines if line.startswith("  benches")]
    assert places and not any(":  " in line for line in places)


def test_without_that_guard_they_would_be_taken_for_the_workers(shifted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "_is_stale", lambda sources, arm: False)
    assert code_of(WORKER, UNKNOWN, shifted, CASE).no_sources is None


def test_a_run_of_several_builds_has_code_and_no_sources() -> None:
    code = code_of(WORKER, None, ROOT, CASE)
    assert code.no_sources and code.cases[CASE]["heap"].functions and not code.cases[CASE]["heap"].excerpts


# ---- the command


def test_a_measured_run_gets_its_code_twice_the_same(heaptoll: Heaptoll) -> None:
    assert heaptoll.run(*SHORT, ONE_CASE).code == 0
    (run,) = heaptoll.results.glob("runs/*")
    first = record(run, "--worker", str(WORKER))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == f"{run / FILE_NAME}\n"
    data = (run / FILE_NAME).read_bytes()
    code = read_code(run)
    assert code and CASE in code.builds[0].cases and len(code.builds[0].cases) < 10, "the run's cases alone"
    assert record(run / "measurements.csv", "--worker", str(WORKER)).returncode == 0
    assert (run / FILE_NAME).read_bytes() == data
    assert not list(run.glob(".*")), "and nothing is left beside it"


def test_another_worker_is_refused_with_both_hashes(tmp_path: Path) -> None:
    run = folder_for(tmp_path / "run", WORKER)
    answer = record(run, "--worker", str(PROBING_WORKER))
    assert (answer.returncode, answer.stdout) == (2, "") and answer.stderr.count("\n") == 1
    for worker in (WORKER, PROBING_WORKER):
        assert hashlib.sha256(worker.read_bytes()).hexdigest() in answer.stderr
    assert "--worker" in answer.stderr and not (run / FILE_NAME).exists()


@pytest.mark.parametrize(
    "toolchain, says", [({}, "sha256"), ({"worker_sha256": None}, "sha256"), ({"worker_sha256": "x"}, "sha256 x")]
)
def test_a_run_that_does_not_say_which_worker_it_had_is_refused(
    tmp_path: Path, toolchain: dict[str, object], says: str
) -> None:
    answer = record(folder_for(tmp_path / "run", WORKER, toolchain=toolchain), "--worker", str(WORKER))
    assert answer.returncode == 2 and says in answer.stderr and answer.stderr.count("\n") == 1


def test_the_builds_of_a_run_are_found_where_it_says(tmp_path: Path) -> None:
    def build(name: str, worker: Path) -> dict[str, object]:
        other = {"path": str(tmp_path / "gone"), "sha256": "f" * 64}
        known = {"path": str(worker), "sha256": hashlib.sha256(worker.read_bytes()).hexdigest()}
        return {"name": name, "compiler": "gcc", "flags": "-O2", "workers": [other, known]}

    run = folder_for(tmp_path / "run", WORKER, builds=[build("base", WORKER), build("head", PROBING_WORKER)])
    answer = record(run, "--worker", str(tmp_path / "nothing"))
    assert answer.returncode == 0, answer.stderr
    code = read_code(run)
    assert code and [each.name for each in code.builds] == ["base", "head"]
    assert code.arms(CASE) and not code.arms(CASE, "head"), "that worker lacks the case"
    base, head = (code.arms(PROBED, name)["stack"].functions[1].lines for name in ("base", "head"))
    assert any("stack-clash probe" in line for line in head) and not any("stack-clash probe" in line for line in base)

    run = folder_for(run, WORKER, builds=[build("base", WORKER), build("head", tmp_path / "run/run.json")])
    (run / "run.json").write_text((run / "run.json").read_text() + "\n")
    answer = record(run, "--worker", str(tmp_path / "nothing"))
    assert answer.returncode == 2 and "measured as head" in answer.stderr


@pytest.mark.parametrize("with_it", [["--all"], ["--check"], ["--out", "x"], [CASE]])
def test_it_is_asked_alone(tmp_path: Path, with_it: list[str]) -> None:
    answer = record(tmp_path, *with_it)
    assert answer.returncode == 2 and "--record" in answer.stderr


def test_what_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    answer = record(tmp_path / "nothing", "--worker", str(WORKER))
    assert answer.returncode == 2 and "nothing" in answer.stderr and answer.stderr.count("\n") == 1
    run = folder_for(tmp_path / "run", WORKER)
    (run / FILE_NAME).mkdir()
    answer = record(run, "--worker", str(WORKER))
    assert answer.returncode == 2 and FILE_NAME in answer.stderr and "could not be written" in answer.stderr


def test_without_objdump_it_says_what_to_install(tmp_path: Path) -> None:
    answer = record(folder_for(tmp_path / "run", WORKER), "--worker", str(WORKER), PATH=str(tmp_path))
    assert answer.returncode == 2 and "binutils" in answer.stderr and answer.stderr.count("\n") == 1
