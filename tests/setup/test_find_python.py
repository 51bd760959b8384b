"""scripts/find-python.sh: which interpreter it picks, and what it says when none will do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fake_machine import Machine, python_with

MODULES = ("numpy", "scipy", "pandas", "matplotlib", "jinja2")


def find(machine: Machine, *modules: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return machine.run("scripts/find-python.sh", *modules, **variables)


def system_python(machine: Machine, name: str, text: str) -> Path:
    return machine.program(name, text, machine.system / "usr/bin")


def test_the_first_on_path_is_taken_without_a_word(machine: Machine) -> None:
    python = machine.program("python3", python_with(*MODULES))
    answer = find(machine)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"{python}\n", "")


def test_a_python_that_cannot_see_matplotlib_is_passed_over_and_that_is_said(machine: Machine) -> None:
    first = machine.program("python3", python_with("numpy", "scipy", "pandas"))
    python = system_python(machine, "python3", python_with(*MODULES))
    answer = find(machine)
    assert answer.stdout == f"{python}\n"
    assert answer.stderr == f"find-python: using {python}, because {first} lacks matplotlib, jinja2\n"


def test_a_second_python3_on_path_counts(machine: Machine) -> None:
    machine.program("python3", python_with())
    python = machine.program("python3", python_with(*MODULES), machine.home / "conda")
    answer = find(machine, PATH=f"{machine.programs}:{machine.home}/conda")
    assert answer.stdout == f"{python}\n"


def test_a_numbered_python_of_the_system_counts_and_its_config_tool_does_not(machine: Machine) -> None:
    system_python(machine, "python3", python_with())
    system_python(machine, "python3.11-config", "exit 0")
    python = system_python(machine, "python3.12", python_with(*MODULES))
    assert find(machine).stdout == f"{python}\n"


def test_the_modules_asked_for_are_the_ones_that_count(machine: Machine) -> None:
    machine.program("python3", python_with("pytest"))
    assert find(machine, "pytest").returncode == 0
    assert find(machine, "pytest", "numpy").returncode == 2


def test_what_it_offers_to_install_is_called_as_pip_calls_it(machine: Machine) -> None:
    answer = find(machine, "pytest", "xdist", "yaml")
    assert "no Python 3.9 or newer with: pytest xdist yaml\n" in answer.stderr
    assert ".venv/bin/pip install pytest pytest-xdist PyYAML && " in answer.stderr


def test_an_old_python_is_passed_over(machine: Machine) -> None:
    machine.program("python3", python_with(*MODULES, version="3.8"))
    answer = find(machine)
    assert answer.returncode == 2
    assert "is Python 3.8; 3.9 or newer is needed" in answer.stderr


def test_python_from_the_environment_is_used_alone(machine: Machine) -> None:
    machine.program("python3", python_with(*MODULES))
    poor = machine.program("poor", python_with("numpy"))
    answer = find(machine, PYTHON=str(poor))
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"PYTHON={poor} lacks scipy, pandas, matplotlib, jinja2" in answer.stderr

    good = machine.program("good", python_with(*MODULES))
    assert find(machine, PYTHON="good").stdout == f"{good}\n"
    assert find(machine, PYTHON="/no/such/python").returncode == 2


def test_when_none_will_do_it_says_what_each_lacks_and_what_to_do(machine: Machine) -> None:
    broken = machine.program("python3", "echo 'pyenv: python3: command not found' >&2; exit 127")
    poor = system_python(machine, "python3", python_with("numpy"))
    answer = find(machine)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert f"  {broken} does not run: pyenv: python3: command not found\n" in answer.stderr
    assert f"  {poor} lacks scipy, pandas, matplotlib, jinja2\n" in answer.stderr
    assert "scripts/setup.sh" in answer.stderr and "PYTHON=" in answer.stderr


def test_no_python_at_all_is_said(machine: Machine) -> None:
    answer = find(machine)
    assert answer.returncode == 2
    assert "there is no python3" in answer.stderr


# ---- the question itself, put to a real interpreter


@pytest.fixture
def real(machine: Machine) -> Machine:
    machine.variables["PYTHON"] = sys.executable
    return machine


def test_a_real_python_has_its_own_library_and_no_invented_module(real: Machine) -> None:
    assert find(real, "json", "email.message").stdout == f"{sys.executable}\n"
    answer = find(real, "json", "no_such_module", "no_such.child")
    assert answer.returncode == 2
    assert "lacks no_such_module, no_such.child" in answer.stderr


def test_modules_are_looked_up_but_not_imported(real: Machine) -> None:
    library = real.home / "library"
    library.mkdir()
    (library / "slow_to_import.py").write_text("raise SystemExit('imported')\n")
    assert find(real, "slow_to_import", PYTHONPATH=str(library)).returncode == 0


def test_a_file_in_the_current_folder_is_not_a_module(real: Machine) -> None:
    (real.project / "only_here.py").write_text("")
    assert find(real, "only_here").returncode == 2
    real.edit("scripts/find-python.sh", "if folder]", "]")
    assert find(real, "only_here").returncode == 0, "the guard is off, yet it still refuses: the test shows nothing"


def test_an_empty_folder_left_behind_is_not_a_module(real: Machine) -> None:
    library = real.home / "library"
    (library / "uninstalled").mkdir(parents=True)
    assert find(real, "uninstalled", PYTHONPATH=str(library)).returncode == 2
    real.edit("scripts/find-python.sh", "spec is None or spec.origin is None", "spec is None")
    assert find(real, "uninstalled", PYTHONPATH=str(library)).returncode == 0
