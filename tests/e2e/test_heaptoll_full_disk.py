"""A disk that fills up, or a limit on the size of files: exit 2, and what was measured before stays readable."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Finished, Heaptoll, cases_of

# Many short launches with many rows each, so that a disk fills up in a second.
CASE = "array_size/hybrid/8192/first"
LANES = [f"lane{i}" for i in range(12)]
LIST = ",".join(f"{lane}=glibc" for lane in LANES)
FLOOD = (f"--benchmark_filter={CASE}", "--launches=500", "--launch-seconds=0.001", "--max-seconds-per-case=0.001")


def check_stopped_whole(finished: Finished, why: str) -> None:
    assert finished.code == 2, finished.stdout
    assert f"cannot write {finished.folder.path / 'measurements.csv'}: {why}" in finished.stderr
    assert "all launches before this one are in it" in finished.stderr
    rows = finished.folder.check_whole_launches([case for case in cases_of() if case.name == CASE], LANES)
    assert rows, "the disk was full before the first launch: the test shows nothing"
    assert finished.folder.status in ("failed", "running")
    assert not (finished.results / "latest").is_symlink()


def test_a_limit_on_file_size_costs_the_launch_in_flight_and_no_more(heaptoll: Heaptoll) -> None:
    def limit() -> None:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (128 << 10, hard))

    finished = heaptoll.run(*FLOOD, allocators=LIST, before=limit)
    check_stopped_whole(finished, "File too large")
    assert finished.folder.status == "failed"


class Disk:
    def __init__(self, folder: Path, kib: int) -> None:
        self.folder = folder
        self.kib = kib

    def __enter__(self) -> Path:
        self.folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={self.kib}k", "tmpfs", str(self.folder)]
        try:
            mounted = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount")
        if mounted.returncode:
            pytest.skip(f"mounting a small disk is not permitted: {mounted.stderr.strip()}")
        return self.folder

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with Disk(tmp_path / "small", 64) as folder:
        yield folder


def test_a_full_disk_costs_the_launch_in_flight_and_no_more(small_disk: Path) -> None:
    finished = Heaptoll(small_disk / "results").run(*FLOOD, allocators=LIST)
    check_stopped_whole(finished, "No space left on device")


def test_a_disk_too_small_for_the_first_file_is_said_before_anything_is_measured(tmp_path: Path) -> None:
    with Disk(tmp_path / "tiny", 8) as folder:
        heaptoll = Heaptoll(folder / "results")
        finished = heaptoll.run(*FLOOD, allocators=LIST)
        assert finished.code == 2
        assert "No space left on device" in finished.stderr
        assert str(folder) in finished.stderr
        assert list(folder.glob("**/run.json.new")) == []


def test_a_report_of_google_benchmark_on_a_full_disk_does_not_cost_the_measurements(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(f"--benchmark_filter={CASE}", "--benchmark_out=/dev/full")
    assert len(finished.folder.rows) == 2 * 4
    assert finished.folder.status == "complete"
