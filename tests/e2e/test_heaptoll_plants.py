"""Workers with plants: slower where they are told to be, in no ordinary build, and never silently without."""

from __future__ import annotations

import shutil
import statistics
import subprocess
from pathlib import Path

import pytest
from running import BUILD, HEAPTOLL, MEASURED, WORKER, Heaptoll, Row

PLANT_WORKER = BUILD / "heaptoll-plant-worker"
GBENCH = BUILD / "heaptoll-gbench"
CASE = "returned_pointer/by_value/64"
ONE_CASE = f"--benchmark_filter=^{CASE}$"


@pytest.fixture
def two_builds(tmp_path: Path) -> str:
    """Two copies of the same worker, as two builds; heaptoll would follow a link to the one file."""
    for side in ("base", "head"):
        (tmp_path / side).mkdir()
        shutil.copy2(PLANT_WORKER, tmp_path / side / "worker")
    return f"--builds=base={tmp_path}/base/worker,head={tmp_path}/head/worker"


def median_ns(rows: list[Row], build: str, arm: str) -> float:
    return statistics.median(float(row["ns_median"]) for row in rows if (row["build"], row["arm"]) == (build, arm))


def test_twice_the_work_in_one_arm_of_one_build_takes_twice_the_time_there(
    heaptoll: Heaptoll, two_builds: str, tmp_path: Path
) -> None:
    # The one test that looks at times: a ratio within one run, of a plant a hundred times as large as what noise does
    # to the median of launches in lockstep.
    plant = f"{tmp_path}/head/*\t{CASE}\theap\t1000"
    finished = heaptoll.run(two_builds, ONE_CASE, "--launches=6", variables={"HEAPTOLL_PLANT": plant})
    assert finished.code == 0, finished.stderr
    rows = finished.folder.rows
    assert {row["status"] for row in rows} <= MEASURED
    assert 1.8 < median_ns(rows, "head", "heap") / median_ns(rows, "base", "heap") < 2.2
    assert 0.8 < median_ns(rows, "head", "stack") / median_ns(rows, "base", "stack") < 1.25


def test_what_is_divided_by_is_what_the_coordinator_asked_for_on_both_sides(
    heaptoll: Heaptoll, two_builds: str, tmp_path: Path
) -> None:
    plant = f"{tmp_path}/head/*\t{CASE}\theap\t1000"
    rows = heaptoll.run(two_builds, ONE_CASE, variables={"HEAPTOLL_PLANT": plant}).folder.rows
    for launch in {row["launch"] for row in rows}:
        for arm in ("stack", "heap"):
            asked = {row["ops_per_slice"] for row in rows if (row["launch"], row["arm"]) == (launch, arm)}
            assert len(asked) == 1


@pytest.mark.parametrize("engine", ["lockstep", "gbench"])
def test_a_plant_that_cannot_be_read_measures_nothing(heaptoll: Heaptoll, engine: str) -> None:
    finished = heaptoll.run(
        f"--worker={PLANT_WORKER}", f"--engine={engine}", ONE_CASE, variables={"HEAPTOLL_PLANT": "2 % please"}
    )
    assert finished.code == 2
    assert all(not row["ns_median"] for path in heaptoll.runs() for row in finished.folder.rows)


def test_an_ordinary_worker_knows_of_no_plants() -> None:
    for program in (WORKER, GBENCH, HEAPTOLL):
        assert b"HEAPTOLL_PLANT" not in program.read_bytes()
    assert b"HEAPTOLL_PLANT" in PLANT_WORKER.read_bytes()
    text = subprocess.run([WORKER, "--describe"], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "\ncase\tplant\t" not in text


@pytest.mark.parametrize(("kind", "blocks", "size"), [("", 1, 64), ("malloc-", 2, 128), ("instruction-", 1, 64)])
def test_code_with_a_plant_is_what_it_says(heaptoll: Heaptoll, kind: str, blocks: int, size: int) -> None:
    worker = BUILD / f"heaptoll-plant-{kind}worker"
    finished = heaptoll.run(f"--worker={worker}", "--audit", "--benchmark_filter=^plant/one_block/64$")
    assert finished.code == 0, finished.stderr
    lines = [line.split("\t") for line in finished.stdout.splitlines()]
    assert ["plant/one_block/64", "heap", "glibc", str(blocks), str(size), "ok", ""] in lines
