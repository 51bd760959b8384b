"""scripts/gate.py as a user runs it: two sides built, measured side by side, judged, and nothing left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from running import BUILD, HEAPTOLL, ROOT, WHOLE_ALLOCATOR, processes_tagged, until

from heaptoll.bad_input import BadInput
from heaptoll.gate import run
from heaptoll.gate.decide import Outcome
from heaptoll.gate.measure import Chosen, Effort
from heaptoll.gate.selftest.plants import literal, planted, text_of
from heaptoll.gate.sides import BuildSides

CASE = "returned_pointer/by_value/64"
SHORT = ("--profile=smoke", f"--filter=^{CASE}$", "--launches=6", "--second-launches=8", "--layouts=2")
PLANT_WORKER = BUILD / "heaptoll-plant-worker"


@dataclass(frozen=True)
class Gated:
    code: int
    stdout: str
    stderr: str
    results: Path

    @property
    def file(self) -> dict[str, Any]:
        (path,) = self.results.glob("runs/*/gate.json")
        content: dict[str, Any] = json.loads(path.read_text())
        return content


def command(results: Path, arguments: Sequence[str]) -> list[str]:
    return [
        sys.executable, str(ROOT / "scripts" / "gate.py"), f"--results={results}", f"--build-dir={BUILD}", *arguments
    ]  # fmt: skip


def gate(results: Path, *arguments: str, **variables: str) -> Gated:
    done = subprocess.run(
        command(results, arguments), cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True
    )
    return Gated(done.returncode, done.stdout, done.stderr, results)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    """The last commit against the tree, which is the same code or nearly so. Built once for all tests here."""
    folder = tmp_path_factory.mktemp("gate")
    summary = folder / "summary.md"
    summary.write_text("before\n")
    return gate(
        folder / "results", "--base=HEAD", "--allocators=glibc", "--counts=off", f"--artifacts={folder / 'a/rtifacts'}",
        *SHORT, GITHUB_STEP_SUMMARY=str(summary),
    )  # fmt: skip


def test_the_same_code_on_both_sides_is_no_regression(same: Gated) -> None:
    assert same.code in (0, 3), (same.stdout, same.stderr)  # 3: too noisy to tell
    assert {row["verdict"] for row in same.file["rows"]} <= {"same", "unsure", "faster", "layout"}


def test_both_builds_are_lanes_of_one_run(same: Gated) -> None:
    facts = json.loads((same.results / "runs" / same.file["runs"][0] / "run.json").read_text())
    assert [build["name"] for build in facts["builds"]] == ["base", "head"]
    assert facts["plan"]["addresses"] == "shared"
    assert len({build["workers"][0]["path"] for build in facts["builds"]}) == 2


def test_the_file_says_what_was_compared_and_how_it_ended(same: Gated) -> None:
    content = same.file
    assert content["base"].startswith("HEAD (")
    assert content["head"].startswith("the working tree (")
    assert content["exit_status"] == same.code
    assert {row["arm"]: row["control"] for row in content["rows"]} == {"null": True, "stack": False, "heap": False}


def test_the_summary_of_a_workflow_gets_the_markdown_and_keeps_what_it_had(same: Gated) -> None:
    text = (same.results.parent / "summary.md").read_text()
    assert text.startswith("before\n## Heaptoll gate: ")


def test_a_workflow_finds_copies_of_all_files_where_it_asked_for_them(same: Gated) -> None:
    folder = same.results / "runs" / same.file["runs"][0]
    copies = same.results.parent / "a/rtifacts"
    files = {path.name: path.read_bytes() for path in copies.iterdir()}
    assert sorted(files) == ["gate.csv", "gate.json", "gate.junit.xml", "gate.md"]
    assert files == {name: (folder / name).read_bytes() for name in files}
    assert files["gate.csv"].count(b"\r\n") == 1 + 3  # null, stack, heap
    assert files["gate.junit.xml"].startswith(b"<?xml")


def test_a_gate_that_fails_leaves_no_verdict_of_an_earlier_one(tmp_path: Path) -> None:
    (tmp_path / "gate.md").write_text("all is well")
    (tmp_path / "mine.txt").write_text("not the gate's")
    assert gate(tmp_path / "results", "--base=no-such-branch", f"--artifacts={tmp_path}").code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_no_worktree_is_left_behind(same: Gated) -> None:
    listed = subprocess.run(["git", "-C", str(ROOT), "worktree", "list"], check=True, capture_output=True, text=True)
    assert str(BUILD / "gate") not in listed.stdout


def test_two_libraries_are_compared_under_one_build(same: Gated, tmp_path: Path) -> None:
    found = gate(
        tmp_path, "--base-allocator=glibc", f"--head-allocator={WHOLE_ALLOCATOR}", "--counts=off", "--format=csv", *SHORT
    )
    assert found.code in (0, 1, 3), found.stderr
    content = found.file
    written = tmp_path / "runs" / content["runs"][0] / "gate.csv"
    assert found.stdout == written.read_text(), "what is printed is what is written"
    assert (content["base"], content["head"]) == ("glibc", str(WHOLE_ALLOCATOR))
    assert {row["allocator"] for row in content["rows"]} == {"allocator"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "which base?"),
        (("--base-allocator=glibc",), "go together"),
        (("--base=HEAD", "--base-allocator=glibc", "--head-allocator=glibc"), "leave out --base"),
        (("--base=no-such-branch",), "no commit of the name 'no-such-branch'"),
        (("--base=HEAD", "--dead-zone-percent=-1"), "a number from 0 to 100"),
        (("--base=HEAD", "--launches=1"), "a whole number from 6 to 10000"),
        (("--base=HEAD", "--build-dir=/no/such/folder"), "run `make build` first"),
    ],
)
def test_what_cannot_be_gated_is_said_before_anything_is_built(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    found = gate(tmp_path / "results", *arguments)
    assert found.code == 2
    assert words in found.stderr
    assert "Traceback" not in found.stderr
    assert "building it" not in found.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--allocators=glibcc",), "unknown allocator 'glibcc'"),
        (("--filter=no/such/case",), "no/such/case"),
    ],
)
def test_what_heaptoll_refuses_is_said_in_its_words(
    same: Gated, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    found = gate(tmp_path, "--base=HEAD", "--profile=smoke", "--layouts=2", *arguments)
    assert (found.code, found.stdout) == (2, "")
    assert words in found.stderr and "Traceback" not in found.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_gate_that_is_stopped_leaves_no_process_and_a_run_to_go_on_with(
    same: Gated, tmp_path: Path, number: signal.Signals
) -> None:
    tag = f"gate-{number.name}-{os.getpid()}"
    stopped = subprocess.Popen(
        command(tmp_path, ["--base=HEAD", "--allocators=glibc", "--profile=smoke", "--layouts=2", "--launches=10000"]),
        cwd=ROOT, env={**os.environ, "HEAPTOLL_TEST_TAG": tag}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        # A background job, as CI may be, ignores Ctrl-C and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        (csv,) = until(
            "it measures", lambda: [f for f in tmp_path.glob("runs/*/measurements.csv") if f.stat().st_size > 1000]
        )
        stopped.send_signal(number)
        _, said = stopped.communicate(timeout=60)
        until("nothing of it runs", lambda: not processes_tagged(tag))
    finally:  # it would go on for hours
        for pid in processes_tagged(tag):
            os.kill(pid, signal.SIGKILL)
    assert stopped.returncode == 128 + number, said
    assert "stopped" in said and "Traceback" not in said
    assert json.loads((csv.parent / "run.json").read_text())["status"] == "interrupted"


def sides(folder: Path) -> BuildSides:
    """Two copies of the worker with plants: heaptoll would follow links to the one file."""
    workers = []
    for side in ("base", "head"):
        (folder / side).mkdir()
        workers.append(Path(shutil.copy2(PLANT_WORKER, folder / side / "worker")))
    return BuildSides("base", "head", (workers[0],), (workers[1],), ("glibc",))


def timed(folder: Path, made: BuildSides) -> run.Timed:
    few = Effort(launches=12, layouts=1)
    plan = run.Plan(HEAPTOLL, folder / "results", first=few, second=few, third=few)
    return run.time_sides(plan, made, Chosen.exactly([CASE]), lambda line: None)


def test_twice_the_work_is_slower_in_that_arm_and_in_no_other(tmp_path: Path) -> None:
    made = sides(tmp_path)
    with planted(text_of([CASE], 100, f"{literal(str(tmp_path / 'head'))}/*")):
        rows = timed(tmp_path, made).rows
    outcomes = {row.key.arm: row.outcome for row in rows if not row.lost}
    assert outcomes.pop("heap", Outcome.SLOWER) is Outcome.SLOWER
    assert Outcome.SLOWER not in outcomes.values()


def test_a_worker_of_another_protocol_is_an_error_with_the_remedy(tmp_path: Path) -> None:
    made = sides(tmp_path)
    old = tmp_path / "base" / "worker"
    old.write_text("#!/bin/sh\nprintf 'worker\\t3\\tgcc\\tgcc 12\\tflags\\n'\n")
    with pytest.raises(BadInput, match="(?s)protocol 3.*make compare"):
        timed(tmp_path, made)
