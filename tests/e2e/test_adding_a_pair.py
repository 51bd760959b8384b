"""CONTRIBUTING.md from nothing to a chart: its example, added as a bench file, is built, audited, measured, drawn."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import MEASURED, ROOT, Heaptoll

CASE = "example/small/64"


def example() -> str:
    """The one block of C code in CONTRIBUTING.md."""
    [code] = re.findall(r"^```c\n(.*?)^```$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M | re.S)
    return str(code)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A worker from our sources, with the example in the place of the scenarios: one file is all that was added."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "CMakeLists.txt", copy)
    shutil.copytree(ROOT / "harness", copy / "harness")
    for folder in (ROOT / "benches").iterdir():
        if folder.is_dir():
            shutil.copytree(folder, copy / "benches" / folder.name)
    (copy / "benches" / "example.c").write_text(example(), encoding="utf-8")
    build = copy / "build"
    for command in (
        ["cmake", "-S", copy, "-B", build, "-DHEAPTOLL_WERROR=ON"],
        ["cmake", "--build", build, "--target", "heaptoll-worker"],
    ):
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return build / "heaptoll-worker"


def test_the_example_is_about_as_long_as_promised() -> None:
    lines = [line for line in example().splitlines() if line.strip() and not line.startswith("#include")]
    assert len(lines) <= 30


def test_the_example_goes_from_nothing_to_a_chart(worker: Path, heaptoll: Heaptoll, tmp_path: Path) -> None:
    finished = heaptoll.run(f"--worker={worker}", "--profile=quick", "--benchmark_filter=^example", "--launches=6")
    assert finished.code == 0, finished.stderr
    rows = finished.folder.rows_where(case=CASE)
    assert {row["arm"] for row in rows} == {"null", "stack", "heap"}
    assert all(row["status"] in MEASURED and float(row["ns_median"]) > 0 for row in rows)
    assert {(row["arm"], row["allocs_per_op"], row["alloc_bytes_per_op"]) for row in rows} == {
        ("null", "0", "0"), ("stack", "0", "0"), ("heap", "1", "64"),
    }  # fmt: skip
    plot = [sys.executable, str(ROOT / "scripts/plot.py"), str(finished.folder.path), "--out", str(tmp_path)]
    drawn = subprocess.run([*plot, "--select=headline", "--format=svg"], capture_output=True, text=True)
    assert drawn.returncode == 0, drawn.stderr
    chart = (tmp_path / "headline-light.svg").read_text(encoding="utf-8")
    assert "What does it cost to …?" in chart and "small/64" in chart


def test_the_example_passes_the_check_of_the_machine_code(worker: Path) -> None:
    check = [sys.executable, str(ROOT / "scripts/disassemble.py"), "--worker", str(worker), "--check"]
    done = subprocess.run(check, capture_output=True, text=True)
    if "x86-64 only" not in done.stderr:
        assert "example/" not in done.stdout, done.stdout
