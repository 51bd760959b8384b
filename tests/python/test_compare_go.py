"""compare.py on runs that have Go beside C."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import go_runs
import pytest
import synthetic
from go_runs import GO, Said

from heaptoll.compare.command import main
from heaptoll.go_lane.files import FACTS
from heaptoll.go_lane.plan import Setting

CASE = "returned_pointer/by_value/64"
MADE = [case for case in synthetic.cases() if case.name == CASE]
AS_IT_IS: Callable[[Setting, Said], None] = lambda setting, said: None


def write(folder: Path, name: str, change: Callable[[Setting, Said], None] = AS_IT_IS, version: str = "go1.19.8") -> Path:
    synthetic.write_run(
        folder / name, synthetic.ALLOCATORS[:2], made=MADE, launches=20, run_id=name,
        change=lambda row: {**row, "run_id": name},
    )  # fmt: skip
    return go_runs.write_go(folder / name, profile="full", run_id=name, change=change, go=replace(GO, version=version))


def slower(setting: Setting, said: Said) -> None:
    if said["case"] == CASE and said["arm"] == "heap" and setting.usual:
        said["ns"] = [2 * ns for ns in said["ns"]]


def compared(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, dict[tuple[str, str, str], str], list[str]]:
    """Exit status, verdict by case, allocator and arm, warnings."""
    status = main([str(each) for each in (*arguments, "--format=json")])
    found = json.loads(capsys.readouterr().out)
    verdicts = {(row["case"], row["allocator"], row["arm"]): row["verdict"] for row in found["rows"]}
    return status, verdicts, found["warnings"]


def test_go_that_got_slower_is_found_beside_c_that_did_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, verdicts, _ = compared(capsys, write(tmp_path, "base"), write(tmp_path, "head", slower))
    assert status == 1
    assert {key for key, verdict in verdicts.items() if verdict == "slower"} == {
        (CASE, "go", "heap"), (CASE, "go", "toll")
    }  # fmt: skip
    assert verdicts[CASE, "glibc", "heap"] == verdicts[CASE, "go", "stack"] == "same"
    assert verdicts[f"{CASE}/live512/gogc400", "go", "heap"] == "same"


def test_another_version_of_go_must_be_allowed_as_another_compiler_must(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head", version="go1.27.4")
    assert main([str(base), str(head)]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "Go: base go1.19.8, head go1.27.4" in said and "--allow go" in said
    status, verdicts, warnings = compared(capsys, base, head, "--allow=go")
    assert status == 0 and verdicts[CASE, "go", "heap"] == "same"
    assert any("go1.27.4" in each for each in warnings)


def test_go_on_one_side_only_is_nothing_to_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head")
    for name in (FACTS, "measurements-go.csv"):
        (head / name).unlink()
    status, verdicts, _ = compared(capsys, base, head)
    assert status == 0 and {allocator for _, allocator, _ in verdicts} == set(synthetic.ALLOCATORS[:2])


@pytest.mark.parametrize("damage", [{"status": "failed"}, {"run_id": "another"}, {"version": ...}])
def test_go_that_cannot_be_read_is_left_out_and_said(
    damage: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head")
    go_runs.edit_facts(head, **damage)
    status, verdicts, warnings = compared(capsys, base, head)
    assert status == 0 and (CASE, "glibc", "heap") in verdicts and (CASE, "go", "heap") not in verdicts
    assert any("head: Go is left out" in each and FACTS in each for each in warnings)


def test_go_by_another_commit_than_its_c_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head")
    go_runs.edit_facts(head, git={"revision": "f" * 40, "dirty": False})
    _, verdicts, warnings = compared(capsys, base, head)
    assert verdicts[CASE, "go", "heap"] == "same"
    assert [each for each in warnings if "another commit" in each] == [
        "head: Go was measured by another commit than C: ffffffffff"
    ]


def test_an_endless_time_of_go_is_refused_where_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head")

    def endless(setting: Setting, said: Said) -> None:
        said["ns"] = [1e300] * 5

    go_runs.write_go(head, run_id="head", change=endless)
    assert main([str(base), str(head)]) == 2
    assert "measurements-go.csv" in capsys.readouterr().err


def test_two_builds_of_one_run_are_not_compared_in_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        row for build in ("before", "after") for row in synthetic.rows(MADE, synthetic.ALLOCATORS[:2], 12, build=build)
    ]
    run = tmp_path / "run"
    run.mkdir()
    (run / "measurements.csv").write_bytes(synthetic.csv_bytes(rows))
    (run / "run.json").write_text(json.dumps(synthetic.facts(MADE, synthetic.ALLOCATORS[:2])))
    go_runs.write_go(run)
    status, verdicts, _ = compared(capsys, run, run, "--base-build=before", "--head-build=after")
    assert status == 0 and {allocator for _, allocator, _ in verdicts} == set(synthetic.ALLOCATORS[:2])
