"""Runs that many tests read, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic
import synthetic_scenarios
from drawing import drawn_run, troubled

from heaptoll.measurements import Run, read_run


@pytest.fixture(scope="session")
def run_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Run]:
    """A good run with so many allocators."""
    made: dict[int, Run] = {}

    def make(allocators: int) -> Run:
        if allocators not in made:
            folder = tmp_path_factory.mktemp(f"run{allocators}")
            made[allocators] = read_run(synthetic.write_run(folder, synthetic.ALLOCATORS[:allocators]))
        return made[allocators]

    return make


@pytest.fixture(scope="session")
def full_run_with(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Run]:
    """A run of every scenario with so many allocators, in which some lanes and variants are skipped."""
    made: dict[int, Run] = {}

    def make(allocators: int) -> Run:
        if allocators not in made:
            made[allocators] = drawn_run(
                tmp_path_factory.mktemp(f"full{allocators}"),
                allocators=synthetic.ALLOCATORS[:allocators],
                made=synthetic_scenarios.full_cases(),
                change=synthetic_scenarios.skips,
            )
        return made[allocators]

    return make


@pytest.fixture
def small_run(tmp_path: Path) -> Path:
    """The folder of a run of one case: 2 allocators, 3 launches, 18 rows on lines 2 to 19."""
    return synthetic.write_run(
        tmp_path / "run", synthetic.ALLOCATORS[:2], made=synthetic.few_cases(), launches=3
    )


@pytest.fixture(scope="session")
def troubled_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with one of each kind of trouble."""
    folder = tmp_path_factory.mktemp("troubled")
    return drawn_run(folder, change=troubled, status="interrupted", warnings=["w" * 400])


@pytest.fixture(scope="session")
def troubled_full_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same with the cases of every chart."""

    def change(row: synthetic.Row) -> synthetic.Row | None:
        return troubled(synthetic_scenarios.skips(row))

    made = synthetic_scenarios.full_cases()
    return drawn_run(tmp_path_factory.mktemp("troubled"), made=made, change=change, status="interrupted")
