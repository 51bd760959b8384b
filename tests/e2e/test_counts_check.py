"""scripts/counts_check.py as a maintainer runs it: counted, accepted, counted again, and red when the worker does more."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from counting import copy_programs
from running import EXTRA_WORKER, ROOT, TEST_WORKER

PATTERN = "^extra/does/(nothing|instructions?|less)$"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build folder whose worker has the cases of `extra`."""
    folder = tmp_path_factory.mktemp("build") / "programs"
    copy_programs(folder)
    with_worker(folder, TEST_WORKER)
    return folder


def with_worker(build: Path, worker: Path) -> None:
    shutil.copy2(worker, build / "heaptoll-worker")


def check(build: Path, baseline: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable, ROOT / "scripts" / "counts_check.py", f"--build-dir={build}", f"--baseline={baseline}",
            "--profile=full", f"--filter={PATTERN}", "--allocators=glibc", *flags,
        ],
        capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
    )  # fmt: skip


def test_from_nothing_committed_to_a_change_and_its_acceptance(build: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline"
    unknown = check(build, baseline)
    assert unknown.returncode == 0, unknown.stderr
    assert "notice: nothing is committed for glibc" in unknown.stdout and not baseline.exists()

    accepted = check(build, baseline, "--accept")
    assert accepted.returncode == 0 and "accepted:" in accepted.stdout
    same = check(build, baseline)
    assert (same.returncode, same.stdout) == (0, "counts-check: 12 rows compared, as committed\n")

    with_worker(build, EXTRA_WORKER)
    changed = check(build, baseline)
    assert changed.returncode == 1
    assert "extra/does/instruction heap (glibc): instructions" in changed.stdout
    assert "extra/does/less heap (glibc): instructions" in changed.stdout
    assert "extra/does/nothing" not in changed.stdout
    assert f"to accept them: make counts-accept PROFILE=full FILTER='{PATTERN}'" in changed.stdout

    committed = (baseline / "counts.csv").read_bytes()
    assert check(build, baseline, "--accept").returncode == 0
    assert (baseline / "counts.csv").read_bytes() != committed
    assert check(build, baseline).returncode == 0
    with_worker(build, TEST_WORKER)


def test_a_damaged_baseline_is_refused_before_anything_is_counted(build: Path, tmp_path: Path) -> None:
    (tmp_path / "counts.csv").write_text("key,case\n")
    refused = check(build, tmp_path)
    assert refused.returncode == 2
    assert "counts.csv, line 1" in refused.stderr and "restore it from git" in refused.stderr
