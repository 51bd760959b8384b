"""The machine that the tests of this folder run on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fake_machine import HARMLESS, ROOT, Machine


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with a copy of the project, and nothing on it but the harmless programs."""
    made = Machine(tmp_path)
    made.programs.mkdir()
    for name in HARMLESS:
        real = shutil.which(name)
        if real:
            (made.programs / name).symlink_to(real)
    (made.project / "scripts").mkdir(parents=True)
    for script in ("setup.sh", "find-python.sh"):
        shutil.copy(ROOT / "scripts" / script, made.project / "scripts")
    shutil.copy(ROOT / "Makefile", made.project)
    return made
