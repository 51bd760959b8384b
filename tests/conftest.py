"""What all tests share: a workflow that runs them has files of its own, which nothing that is tested may write to."""

from __future__ import annotations

import os


def pytest_configure() -> None:
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        os.environ.pop(name, None)
