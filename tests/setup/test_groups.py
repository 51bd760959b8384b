"""tests/conftest.py: which tests may run beside each other when several processes run them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fake_machine import ROOT

TWO = "import os\nfrom pathlib import Path\ndef test_one(): note()\ndef test_two(): note()\n"
NOTE = "def note(): Path(__file__ + f'.{os.getpid()}').touch()\n"
FILES = ("e2e/test_a.py", "e2e/test_b.py", "e2e/test_sanitizers.py", "ci/test_workflows.py", "python/test_c.py", "python/test_d.py")


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A folder with our conftest.py and files of two tests each, which note by whom they were run."""
    folder = tmp_path / "tests"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TWO + NOTE)
    (folder / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    return folder


def ran(tests: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(tests), *options, str(tests)]
    return subprocess.run(command, capture_output=True, text=True, cwd=tests)


def processes(tests: Path, *names: str) -> set[str]:
    return {path.suffix for name in names for path in (tests / name).parent.glob(f"{(tests / name).name}.*")}


def test_what_measures_runs_in_one_process_and_the_last_line_is_pytests_summary(tests: Path) -> None:
    done = ran(tests, "-n", "3", "--dist", "loadgroup")
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("=") and "12 passed" in done.stdout.splitlines()[-1]
    assert len(processes(tests, "e2e/test_a.py", "e2e/test_b.py")) == 1
    assert all(len(processes(tests, name)) == 1 for name in FILES)
    assert len(processes(tests, *FILES)) > 1, "nothing ran beside anything"


def test_without_the_groups_files_would_be_torn_apart(tests: Path) -> None:
    text = (tests / "conftest.py").read_text()
    guard = "item.add_marker(pytest.mark.xdist_group(group_of(item.path)))"
    assert text.count(guard) == 1
    (tests / "conftest.py").write_text(text.replace(guard, "pass"))
    assert ran(tests, "-n", "3", "--dist", "loadgroup").returncode == 0
    assert any(len(processes(tests, name)) > 1 for name in FILES)


def test_without_xdist_all_run_in_one_process(tests: Path) -> None:
    done = ran(tests, "-p", "no:xdist", "--strict-markers", "-W", "error")
    assert done.returncode == 0, done.stdout
    assert len(processes(tests, *FILES)) == 1
