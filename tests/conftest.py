"""What all tests share: files of a workflow that nothing tested may write to, and what may run beside what."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

HERE = Path(__file__).parent

# Several processes run the tests (pytest-xdist, `make test`). A group runs in one of them, one test after another. These
# groups start first, because they take longest; every other file is a group of its own, so that its fixtures are made once.
GROUPS = {
    # They measure, count processes, and look at what a run left behind and at the checkout's worktrees.
    "heaptoll": "e2e",
    "workflows": "ci/test_workflows.py",
    "sanitizers": "e2e/test_sanitizers.py",
    "browser": "browser",
}


def pytest_configure(config: pytest.Config) -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        os.environ.pop(name, None)
    config.addinivalue_line("markers", "xdist_group(name): in the same process as the others of that name")


def group_of(file: Path) -> str:
    """The group of a test file: the one with the longest path that leads to it, or else its own."""
    below = file.relative_to(HERE)
    found = [name for name, path in GROUPS.items() if below.is_relative_to(path)]
    return max(found, key=lambda name: len(GROUPS[name])) if found else str(below)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before pytest-xdist's own, which reads the marks."""
    order = {name: place for place, name in enumerate(GROUPS)}
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item.path)))
    items.sort(key=lambda item: order.get(group_of(item.path), len(order)))
