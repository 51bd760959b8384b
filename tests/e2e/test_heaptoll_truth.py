"""The benches of known cost through both engines, and the judgement of what comes out.

How quiet the machine is today decides whether there is a verdict, never whether a wrong cost passes.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest
from running import BUILD, HEAPTOLL, MEASURED, ROOT, TEST_WORKER, Case, Finished, Heaptoll, cases_of

from heaptoll.measurements import read_run
from heaptoll.truth.expected import this_cpu
from heaptoll.truth.figures import Truth
from heaptoll.truth.judge import judge_cycles
from heaptoll.truth.measure import Arms, take_ours

TRUTH_WORKER = BUILD / "heaptoll-truth-worker"
TRUTH = f"--worker={TRUTH_WORKER}"
LAUNCHES = 6  # the fewest that can be judged

pytestmark = pytest.mark.skipif(
    platform.machine() not in ("x86_64", "aarch64"), reason="known costs are assembly of these two"
)


def known_cases() -> list[Case]:
    return [case for case in cases_of(TRUTH_WORKER) if case.profile == 0]


def judged_by(finished: Finished) -> dict[str, str]:
    """The verdict on every arm's cycles, by the CPU on which the test runs."""
    arms: Arms = {}
    take_ours(arms, read_run(finished.folder.path), turn=0)
    truth = Truth(this_cpu(), known=list(arms.values()))
    return {f"{each.case}, {each.arm}": each.verdict for each in judge_cycles(truth)}


def test_no_ordinary_run_lists_known_costs() -> None:
    assert not [case.name for case in cases_of() if case.name.startswith("known_cost/")]
    assert {case.name.split("/")[0] for case in cases_of(TRUTH_WORKER)} == {"known_cost"}


def test_known_costs_run_through_our_engine(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(TRUTH)
    assert finished.code == 0, finished.stderr
    rows = finished.folder.check_complete(known_cases(), ["glibc"], launches=2)
    assert {row["status"] for row in rows} <= MEASURED
    assert all(float(row["cycles_median"]) > 0 for row in rows)


def test_known_costs_run_through_google_benchmark(heaptoll: Heaptoll) -> None:
    """heaptoll-truth-worker is enough to find heaptoll-truth-gbench by."""
    finished = heaptoll.run(TRUTH, "--engine=gbench", "--benchmark_min_time=0.001")
    assert finished.code == 0, finished.stderr
    for row in finished.folder.check_complete(known_cases(), ["glibc"], launches=2):
        assert row["quiet_slices"] in {"0", "1"} and row["slices"] == "1"
        assert float(row["cycles_median"]) > 0


def test_twice_the_instructions_take_longer_in_both_engines(heaptoll: Heaptoll, tmp_path: Path) -> None:
    """No compiler shortened them, and the arms are not mixed up. Ten times nothing's time, whatever the noise."""
    for engine, folder in (("lockstep", "ours"), ("gbench", "theirs")):
        finished = Heaptoll(tmp_path / folder).run(TRUTH, f"--engine={engine}", "--benchmark_min_time=0.001")
        for case in known_cases():
            best = {
                arm: min(float(row["ns_median"]) for row in finished.folder.rows_where(case=case.name, arm=arm))
                for arm in ("null", "stack", "heap")
            }
            assert best["stack"] > 10 * best["null"], case.name


def test_a_known_cost_is_judged(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(TRUTH, f"--launches={LAUNCHES}", "--benchmark_filter=add_chain/1024")
    verdicts = judged_by(finished)
    assert set(verdicts) == {f"known_cost/add_chain/1024, {arm}" for arm in ("stack", "heap", "toll")}
    assert set(verdicts.values()) <= {"ok", "noisy", "unknown", "off"}


def test_a_cost_that_is_planted_wrong_is_never_found_right(heaptoll: Heaptoll) -> None:
    """The same judgement, with 2 % more instructions than it was told of."""
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=planted_cost/", "--profile=full")
    finished = heaptoll.run(*flags, f"--launches={LAUNCHES}", "--launch-seconds=0.05", "--max-seconds-per-case=3")
    assert finished.code == 0, finished.stderr
    verdicts = judged_by(finished)
    assert set(verdicts) == {f"planted_cost/add_chain/1024, {arm}" for arm in ("stack", "heap", "toll")}
    assert set(verdicts.values()) <= {"off", "noisy", "unknown"}


def test_the_command_measures_judges_and_writes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/truth.py", "--quick", "--turns=1", "--filter=^returned_pointer/by_value/64$",
         f"--build-dir={HEAPTOLL.parent}", f"--out={tmp_path / 'out'}"],
        cwd=tmp_path, env={**os.environ, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in {0, 1, 3}, done.stderr  # too few turns to judge, on any machine
    text = (tmp_path / "out" / "truth.md").read_text(encoding="utf-8")
    assert "known_cost/stores/1024" in text and "| returned_pointer/by_value/64 | heap |" in text
    assert (tmp_path / "out" / "truth.json").exists()
