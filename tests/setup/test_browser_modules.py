"""tests/browser/install.sh: when it asks npm for the browser tests' modules, and what it says when it cannot."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from fake_machine import ROOT, Machine

NPM = """
echo "$PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD $PWD $*" >>"$HOME/npm"
[[ -z ${NPM_FAILS:-} ]] || { echo "npm ERR! network"; exit 1; }
rm -rf node_modules
mkdir node_modules
"""


@pytest.fixture
def checkout(machine: Machine) -> Machine:
    folder = machine.project / "tests/browser"
    folder.mkdir(parents=True)
    for name in ("install.sh", "package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests/browser" / name, folder)
    machine.program("npm", NPM)
    return machine


def install(machine: Machine, **variables: str) -> subprocess.CompletedProcess[str]:
    return machine.run("tests/browser/install.sh", **variables)


def test_the_modules_are_installed_once_and_run_nothing_of_theirs(checkout: Machine) -> None:
    for _ in range(2):
        answer = install(checkout)
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    [call] = checkout.lines("npm")
    assert call == f"1 {checkout.project}/tests/browser ci --ignore-scripts --no-audit --no-fund"


def test_another_lock_file_installs_them_again(checkout: Machine) -> None:
    install(checkout)
    with (checkout.project / "tests/browser/package-lock.json").open("a") as file:
        file.write("\n")
    install(checkout)
    assert len(checkout.lines("npm")) == 2


def test_an_install_that_failed_is_reported_and_tried_again(checkout: Machine) -> None:
    answer = install(checkout, NPM_FAILS="yes")
    assert answer.returncode == 2
    assert "npm ERR! network" in answer.stderr and "registry" in answer.stderr
    assert install(checkout).returncode == 0
    assert len(checkout.lines("npm")) == 2


def test_setup_no_installs_nothing_and_says_what_would(checkout: Machine) -> None:
    answer = install(checkout, SETUP="no")
    assert answer.returncode == 2
    assert "tests/browser/install.sh" in answer.stderr
    assert checkout.lines("npm") == []
    install(checkout)
    assert install(checkout, SETUP="no").returncode == 0, "nothing is missing"


def test_without_npm_it_says_what_brings_it(checkout: Machine) -> None:
    (checkout.programs / "npm").unlink()
    answer = install(checkout)
    assert answer.returncode == 2
    assert "there is no npm; scripts/setup.sh --for=test" in answer.stderr


def test_versions_are_exact_and_come_from_the_configured_registry() -> None:
    lock = (ROOT / "tests/browser/package-lock.json").read_text()
    manifest = (ROOT / "tests/browser/package.json").read_text()
    assert "^" not in manifest and "~" not in manifest
    assert lock.count('"integrity": "sha512-') == 2
    assert '"resolved"' not in lock, "no host is named: npm asks the registry that this machine is told to ask"
