"""What the end-to-end tests share: a built heaptoll, and results that nobody else writes to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import (
    BUILD,
    COUNTING_TWICE,
    EXTRA_WORKER,
    FAILING_CALLS,
    HEAPTOLL,
    INTERPOSER,
    NESTING_ALLOCATOR,
    NO_CLANG_WORKER,
    PROBING_WORKER,
    TEST_GBENCH,
    TEST_WORKER,
    UNGUARDED_WORKER,
    WORKER,
    Finished,
    Heaptoll,
)

PROGRAMS = (
    HEAPTOLL, WORKER, INTERPOSER, TEST_WORKER, TEST_GBENCH, UNGUARDED_WORKER, PROBING_WORKER, NO_CLANG_WORKER,
    EXTRA_WORKER, FAILING_CALLS,
)  # fmt: skip
PRELOADS = (NESTING_ALLOCATOR, COUNTING_TWICE)


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Without the programs nothing can be tested, which is a failure: a skipped test looks like a passed one."""
    missing = [str(path) for path in (*PROGRAMS, *PRELOADS) if not path.exists()]
    if missing:
        pytest.fail(
            f"not built: {', '.join(missing)}\n"
            f"build: cmake -S . -B {BUILD} -DHEAPTOLL_TESTS=ON && cmake --build {BUILD}\n"
            "or name another folder: HEAPTOLL_BUILD_DIR=DIR",
            pytrace=False,
        )


@pytest.fixture
def heaptoll(tmp_path: Path) -> Iterator[Heaptoll]:
    made = Heaptoll(tmp_path / "results")
    yield made
    for running in made.started:
        running.end()


@pytest.fixture(scope="module")
def smoke(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One short run of the whole smoke profile, for all the tests of a file to look at."""
    return Heaptoll(tmp_path_factory.mktemp("smoke") / "results").run("--seed=12345")
