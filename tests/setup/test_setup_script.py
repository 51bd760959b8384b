"""scripts/setup.sh: what it asks for, when it installs, and how it says that it cannot."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from fake_machine import DEBIAN, ROOT, Machine, python_with

BENCH = (
    "gcc g++ cmake make pkg-config libbenchmark-dev libjansson-dev libpfm4-dev "
    "python3 python3-numpy python3-scipy python3-pandas python3-matplotlib python3-jinja2"
).split()
ALLOCATORS = ["libjemalloc2", "libmimalloc2.0", "libtcmalloc-minimal4"]
BLOCKS = ["clang", "libblocksruntime-dev"]
GO = ["golang-go"]
TEST = (
    "libcmocka-dev python3-pytest python3-pytest-xdist python3-hypothesis python3-yaml mypy shellcheck clang-format valgrind "
    "nodejs npm chromium"
).split()
PERF = ["valgrind", "linux-perf"]
MODULES = ("numpy", "scipy", "pandas", "matplotlib", "jinja2")
EVERYTHING = BENCH + ALLOCATORS + TEST + BLOCKS + GO + PERF[1:]


@pytest.fixture
def debian(machine: Machine) -> Machine:
    """Root on Debian; `installed` and `available` are dpkg's and apt's knowledge, `apt-get` is what was asked of it."""
    machine.distribution(DEBIAN)
    machine.program("id", "echo 0")
    machine.program(
        "dpkg-query",
        """
        for name; do
            if grep -qxF -- "$name" "$HOME/installed"; then echo "$name installed"; fi
            if grep -qxF -- "$name" "$HOME/removed" 2>/dev/null; then echo "$name config-files"; fi
        done
        exit 1""",
    )
    machine.program(
        "apt-cache",
        """
        command=$1; shift
        for name; do
            if grep -qxF -- "$name" "$HOME/available"; then
                if [[ $command == madison ]]; then echo " $name | 1.0 | http://mirror"; continue; fi
                printf '%s:\\n  Installed: (none)\\n  Candidate: 1.0\\n' "$name"
            elif grep -qxF -- "$name" "$HOME/provided" 2>/dev/null && [[ $command == policy ]]; then
                printf '%s:\\n  Installed: (none)\\n  Candidate: (none)\\n' "$name"
            fi
        done""",
    )
    machine.program(
        "apt-get",
        """
        echo "$DEBIAN_FRONTEND: $*" >>"$HOME/apt-get"
        echo "chatter of apt-get"
        case " $* " in
            *' update '*) cat "$HOME/after-update" >>"$HOME/available" 2>/dev/null || true ;;
            *' install '*)
                while [[ $1 != --no-install-recommends ]]; do shift; done
                shift
                for name; do
                    grep -qxF -- "$name" "$HOME/available" || { echo "E: Unable to locate package $name"; exit 100; }
                    ! grep -qxF -- "$name" "$HOME/broken" 2>/dev/null || { echo "E: $name is broken"; exit 100; }
                done
                printf '%s\\n' "$@" >>"$HOME/installed" ;;
        esac""",
    )
    machine.write("installed", [])
    machine.write("available", EVERYTHING)
    return machine


def run_setup(machine: Machine, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return machine.run("scripts/setup.sh", *options, **variables)


def command_line(answer: subprocess.CompletedProcess[str]) -> str:
    """The one line it offers for copying."""
    [line] = [line.strip() for line in answer.stderr.splitlines() if line.startswith("    ")]
    return line


def asked_of_apt(machine: Machine) -> list[str]:
    return [line.split()[-1] if "update" in line else "install" for line in machine.lines("apt-get")]


# ---- Debian and Ubuntu


def test_when_all_is_there_it_prints_one_line_and_asks_apt_nothing(debian: Machine) -> None:
    debian.write("installed", EVERYTHING)
    debian.program("apt-cache", "echo used >>$HOME/apt-cache; exit 1")
    for purpose in ("bench", "counts", "perf", "test"):
        answer = run_setup(debian, f"--for={purpose}")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert answer.stdout == f"setup: everything for {purpose} is here\n"
    assert debian.lines("apt-get") == debian.lines("apt-cache") == []


def test_it_installs_what_is_missing_without_a_question(debian: Machine) -> None:
    debian.write("installed", [name for name in EVERYTHING if name not in ("cmake", "libjemalloc2", "valgrind")])
    answer = run_setup(debian)
    assert answer.returncode == 0, answer.stderr
    calls = debian.lines("apt-get")
    assert [call.split("--no-install-recommends ")[1] for call in calls] == ["cmake", "libjemalloc2"]
    assert all(call.startswith("noninteractive: ") and " -y " in call for call in calls)
    assert "chatter" not in answer.stdout + answer.stderr
    assert run_setup(debian).stdout == "setup: everything for bench is here\n"


def test_the_tests_packages_are_installed_for_the_tests_only(debian: Machine) -> None:
    run_setup(debian)
    assert set(debian.lines("installed")) == set(BENCH + ALLOCATORS)
    run_setup(debian, "--for=test")
    assert set(debian.lines("installed")) == set(BENCH + ALLOCATORS + TEST + BLOCKS + GO)


def test_counts_need_valgrind_and_nothing_of_the_tests(debian: Machine) -> None:
    assert run_setup(debian, "--for=counts").returncode == 0
    assert set(debian.lines("installed")) == set(BENCH + ALLOCATORS + ["valgrind"])


def test_perf_is_installed_by_the_name_that_the_distribution_has(debian: Machine) -> None:
    run_setup(debian, "--for=perf")
    assert set(debian.lines("installed")) == set(BENCH + ALLOCATORS + PERF)
    debian.write("installed", BENCH + ALLOCATORS)
    debian.write("available", ["valgrind", "linux-tools-generic"])
    assert run_setup(debian, "--for=perf").returncode == 0
    assert "linux-tools-generic" in debian.lines("installed")


def test_a_machine_without_perf_goes_on_without_it_but_not_without_valgrind(debian: Machine) -> None:
    debian.write("installed", BENCH + ALLOCATORS + ["valgrind"])
    debian.write("available", ["gcc"])
    answer = run_setup(debian, "--for=perf")
    assert answer.returncode == 0
    assert "optional packages that apt does not know, this goes on without them: linux-perf" in answer.stderr
    debian.write("installed", BENCH + ALLOCATORS)
    assert run_setup(debian, "--for=perf", SETUP="no").returncode == 2


def test_a_package_that_was_removed_but_left_its_settings_is_missing(debian: Machine) -> None:
    debian.write("installed", [name for name in EVERYTHING if name != "cmake"])
    debian.write("removed", ["cmake"])
    assert run_setup(debian, "--check").returncode == 2


@pytest.mark.parametrize("way", ["SETUP=no", "--check"])
def test_setup_no_lists_exactly_what_is_missing(debian: Machine, way: str) -> None:
    debian.write("installed", [name for name in BENCH + ALLOCATORS if name not in ("g++", "cmake", "libjemalloc2")])
    answer = run_setup(debian, "--check") if way == "--check" else run_setup(debian, SETUP="no")
    assert answer.returncode == 2
    assert "setup: missing for bench: g++ cmake\n" in answer.stderr
    assert "setup: missing, optional: libjemalloc2\n" in answer.stderr
    assert command_line(answer) == "apt-get install --no-install-recommends g++ cmake libjemalloc2"
    assert debian.lines("apt-get") == []


def test_without_the_guard_of_setup_no_apt_would_run(debian: Machine) -> None:
    debian.edit("scripts/setup.sh", "elif [[ $SETUP == no ]]; then", "elif false; then")
    run_setup(debian, SETUP="no")
    assert debian.lines("apt-get") != []


def test_no_root_and_no_sudo_says_what_would_do_it(debian: Machine) -> None:
    debian.program("id", "echo 1000")
    answer = run_setup(debian)
    assert answer.returncode == 2
    assert "there is no sudo" in answer.stderr
    assert command_line(answer).startswith("sudo apt-get install --no-install-recommends gcc g++ cmake ")
    assert debian.lines("apt-get") == []


def test_who_is_not_root_gets_sudo(debian: Machine) -> None:
    debian.program("id", "echo 1000")
    debian.program("sudo", 'echo used >>"$HOME/sudo"; "$@"')
    assert run_setup(debian).returncode == 0
    assert len(debian.lines("sudo")) == len(debian.lines("apt-get")) == 2


def test_package_lists_are_fetched_when_they_are_empty_and_only_then(debian: Machine) -> None:
    debian.write("after-update", EVERYTHING)
    debian.write("available", [])
    assert run_setup(debian).returncode == 0
    assert asked_of_apt(debian) == ["update", "install", "install"]

    debian.write("apt-get", [])
    debian.write("installed", [])
    assert run_setup(debian).returncode == 0
    assert asked_of_apt(debian) == ["install", "install"]


def test_a_failed_install_is_tried_again_after_one_update_and_then_reported(debian: Machine) -> None:
    debian.write("broken", ["cmake"])
    answer = run_setup(debian)
    assert answer.returncode == 2
    assert asked_of_apt(debian) == ["install", "update", "install"]
    assert "E: cmake is broken" in answer.stderr
    assert "missing for bench: " in answer.stderr


def test_without_the_guard_of_the_update_it_would_run_twice(debian: Machine) -> None:
    debian.edit("scripts/setup.sh", "[[ $updated == no ]] || return 1", "")
    debian.write("available", [name for name in EVERYTHING if name != "gcc"])
    debian.write("after-update", ["gcc"])
    debian.write("broken", ["cmake"])
    run_setup(debian)
    assert asked_of_apt(debian).count("update") == 2


def test_a_needed_package_that_apt_does_not_know_is_an_error(debian: Machine) -> None:
    debian.write("available", [name for name in EVERYTHING if name != "libbenchmark-dev"])
    answer = run_setup(debian)
    assert answer.returncode == 2
    assert "apt does not know libbenchmark-dev" in answer.stderr
    assert asked_of_apt(debian) == ["update"]


def test_node_and_a_browser_from_elsewhere_are_enough(debian: Machine) -> None:
    """The distribution's npm would conflict with the nodejs of others, which brings its own."""
    from_elsewhere = ("node", "npm", "google-chrome")
    for name in from_elsewhere:
        debian.program(name, "exit 0")
    assert run_setup(debian, "--for=test").returncode == 0
    installed = set(debian.lines("installed"))
    assert installed == set(EVERYTHING) - {"nodejs", "npm", "chromium", "linux-perf"}

    debian.write("installed", [])
    debian.edit("scripts/setup.sh", "        [[ ${row_probe[i]} != program:* ]] || ", "        true || ")
    run_setup(debian, "--for=test")
    assert {"nodejs", "npm", "chromium"} <= set(debian.lines("installed")), "the guard is off, yet they are not asked for"


def test_the_browser_that_is_named_is_the_one_that_counts(debian: Machine) -> None:
    debian.write("installed", [name for name in EVERYTHING if name != "chromium"])
    mine = debian.program("my-browser", "exit 0")
    assert run_setup(debian, "--for=test", CHROMIUM=str(mine)).stdout == "setup: everything for test is here\n"
    debian.program("google-chrome", "exit 0")
    answer = run_setup(debian, "--for=test", SETUP="no", CHROMIUM="/no/such/browser")
    assert answer.returncode == 2 and "missing for test: chromium\n" in answer.stderr


def test_chromium_by_the_name_that_ubuntu_has(debian: Machine) -> None:
    debian.write("installed", [name for name in EVERYTHING if name != "chromium"])
    debian.write("available", ["chromium-browser"])
    assert run_setup(debian, "--for=test").returncode == 0
    assert "chromium-browser" in debian.lines("installed")


def test_an_unknown_allocator_package_is_a_warning(debian: Machine) -> None:
    debian.write("available", [name for name in EVERYTHING if name != "libmimalloc2.0"])
    answer = run_setup(debian)
    assert answer.returncode == 0
    assert "apt does not know, their lanes and cases are left out: libmimalloc2.0" in answer.stderr
    # Its absence from lists that are there is no reason to fetch them again at every run.
    assert "update" not in asked_of_apt(debian)


def test_without_clang_and_its_blocks_everything_else_is_installed(debian: Machine) -> None:
    debian.write("available", [name for name in EVERYTHING if name not in BLOCKS])
    answer = run_setup(debian, "--for=test")
    assert answer.returncode == 0
    assert "apt does not know, their lanes and cases are left out: clang libblocksruntime-dev" in answer.stderr
    assert set(debian.lines("installed")) == set(BENCH + ALLOCATORS + TEST + GO)


def test_only_the_tests_bring_go_and_they_go_on_without_it(debian: Machine) -> None:
    for purpose in ("bench", "counts", "perf"):
        run_setup(debian, f"--for={purpose}")
    assert "golang-go" not in debian.lines("installed")
    debian.write("broken", GO)
    answer = run_setup(debian, "--for=test")
    assert answer.returncode == 0
    assert "could not be installed" in answer.stderr and "golang-go" in answer.stderr
    assert "golang-go" not in debian.lines("installed")


def test_a_go_from_elsewhere_is_enough(debian: Machine) -> None:
    debian.program("go", "")
    run_setup(debian, "--for=test")
    assert "golang-go" not in debian.lines("installed")


def test_an_allocator_that_will_not_install_is_a_warning(debian: Machine) -> None:
    debian.write("broken", ["libjemalloc2"])
    answer = run_setup(debian)
    assert answer.returncode == 0
    assert "libjemalloc2 is broken" in answer.stderr
    assert "their lanes and cases are left out: libjemalloc2" in answer.stderr


@pytest.mark.parametrize("way", ["SETUP=no", "no root"])
def test_only_optional_packages_missing_never_stop_a_run(debian: Machine, way: str) -> None:
    debian.write("installed", BENCH)
    debian.program("id", "echo 1000")
    answer = run_setup(debian, **({"SETUP": "no"} if way == "SETUP=no" else {}))
    assert answer.returncode == 0
    assert "their lanes and cases are left out: libjemalloc2 libmimalloc2.0 libtcmalloc-minimal4" in answer.stderr


def test_the_name_that_this_release_uses_is_taken(debian: Machine) -> None:
    # Ubuntu 24.04: the old name is still there, as something the new package provides.
    debian.write("available", [*BENCH, *ALLOCATORS[:2], "libtcmalloc-minimal4t64"])
    debian.write("provided", ["libtcmalloc-minimal4"])
    answer = run_setup(debian)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "libtcmalloc-minimal4t64" in debian.lines("installed")
    assert run_setup(debian).stdout == "setup: everything for bench is here\n"


def test_ones_own_python_is_judged_by_its_modules_not_by_packages(debian: Machine) -> None:
    debian.write("installed", [name for name in BENCH if not name.startswith("python3")] + ALLOCATORS)
    good = debian.program("good", python_with("numpy", "scipy", "pandas", "matplotlib", "jinja2"))
    poor = debian.program("poor", python_with("numpy"))
    assert run_setup(debian, PYTHON=str(good)).stdout == "setup: everything for bench is here\n"
    answer = run_setup(debian, PYTHON=str(poor))
    assert answer.returncode == 2
    assert "lacks scipy, pandas, matplotlib, jinja2" in answer.stderr
    assert debian.lines("apt-get") == []


def test_setup_skip_does_not_even_look(debian: Machine) -> None:
    answer = run_setup(debian, SETUP="skip")
    assert (answer.returncode, answer.stdout) == (0, "setup: skipped (SETUP=skip)\n")
    assert debian.lines("apt-get") == []


@pytest.mark.parametrize("options, variables", [(["--for=fun"], {}), (["--quiet"], {}), ([], {"SETUP": "perhaps"})])
def test_bad_input_exits_2_and_says_what_is_allowed(
    debian: Machine, options: list[str], variables: dict[str, str]
) -> None:
    answer = run_setup(debian, *options, **variables)
    assert answer.returncode == 2
    assert answer.stderr.startswith("setup: ")
    assert debian.lines("apt-get") == []


# ---- elsewhere


@pytest.fixture
def fedora(machine: Machine) -> Machine:
    """A Fedora with everything in its place, none of it from packages that we could ask for."""
    machine.distribution('ID=fedora\nPRETTY_NAME="Fedora Linux 40"\n')
    for name in ("gcc", "g++", "cmake", "shellcheck", "clang-format", "valgrind", "node", "npm", "chromium", "go"):
        machine.program(name, "cat >/dev/null")
    machine.program("pkg-config", 'grep -qxF -- "$2" "$HOME/pc"')
    machine.program("ldconfig", "echo libjemalloc.so.2 libmimalloc.so.2 libtcmalloc_minimal.so.4")
    machine.program("python3", python_with(*MODULES, "pytest", "xdist", "hypothesis", "yaml", "mypy"))
    machine.write("pc", ["benchmark", "jansson", "cmocka"])
    return machine


def test_elsewhere_what_is_there_is_enough(fedora: Machine) -> None:
    answer = run_setup(fedora, "--for=test")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert answer.stdout == "setup: everything for test is here\n"


@pytest.mark.parametrize(
    "identity, offered",
    [
        ("ID=fedora", "sudo dnf install cmake google-benchmark-devel"),
        ("ID=rocky\nID_LIKE='rhel centos fedora'", "sudo dnf install cmake google-benchmark-devel"),
        ("ID=manjaro\nID_LIKE=arch", "sudo pacman -S --needed cmake benchmark"),
        ('ID="opensuse-leap"\nID_LIKE="suse opensuse"', "sudo zypper install cmake 'pkgconfig(benchmark)'"),
        ("ID=alpine", "apk add cmake benchmark-dev"),
    ],
)
def test_elsewhere_it_names_the_packages_and_installs_nothing(fedora: Machine, identity: str, offered: str) -> None:
    fedora.distribution(identity + "\n")
    (fedora.programs / "cmake").unlink()
    fedora.write("pc", ["jansson", "cmocka"])
    fedora.program("g++", 'case "$(cat)" in *benchmark.h*) exit 1 ;; esac')
    for manager in ("dnf", "pacman", "zypper", "apk", "sudo"):
        fedora.program(manager, 'echo used >>"$HOME/installed-something"')
    answer = run_setup(fedora)
    assert answer.returncode == 2
    assert command_line(answer) == offered
    assert fedora.lines("installed-something") == []


def test_elsewhere_any_browser_will_do_but_one_must_be_there(fedora: Machine) -> None:
    (fedora.programs / "chromium").rename(fedora.programs / "google-chrome-stable")
    assert run_setup(fedora, "--for=test").returncode == 0
    (fedora.programs / "google-chrome-stable").unlink()
    answer = run_setup(fedora, "--for=test")
    assert answer.returncode == 2
    assert command_line(answer) == "sudo dnf install chromium"


def test_elsewhere_a_library_that_compiles_is_there_whatever_pkg_config_says(fedora: Machine) -> None:
    fedora.write("pc", [])
    assert run_setup(fedora).returncode == 0


def test_elsewhere_a_compiler_that_compiles_nothing_is_missing(fedora: Machine) -> None:
    fedora.program("gcc", "cat >/dev/null; exit 1")
    answer = run_setup(fedora)
    assert answer.returncode == 2
    assert "missing for bench on Fedora Linux 40: gcc " in answer.stderr


def test_elsewhere_a_missing_module_is_named(fedora: Machine) -> None:
    fedora.program("python3", python_with("numpy", "scipy", "pandas", "jinja2"))
    answer = run_setup(fedora)
    assert answer.returncode == 2
    assert command_line(answer) == "sudo dnf install python3-matplotlib"


def test_elsewhere_a_missing_allocator_is_a_warning(fedora: Machine) -> None:
    fedora.program("ldconfig", "echo libjemalloc.so.2")
    library = fedora.system / "usr/lib/riscv64-linux-gnu/libmimalloc.so.2.1"
    library.parent.mkdir(parents=True)
    library.touch()
    answer = run_setup(fedora)
    assert answer.returncode == 0
    assert "their lanes and cases are left out: gperftools-libs\n" in answer.stderr


def test_an_unheard_of_distribution_gets_debians_names(fedora: Machine) -> None:
    fedora.distribution("ID=plan9ish\n")
    (fedora.programs / "cmake").unlink()
    answer = run_setup(fedora)
    assert answer.returncode == 2
    assert "these are Debian's names" in answer.stderr


def test_a_debian_without_apt_is_judged_by_what_is_there(fedora: Machine) -> None:
    fedora.distribution(DEBIAN)
    assert run_setup(fedora).returncode == 0


def test_not_linux_is_said_clearly(debian: Machine) -> None:
    debian.program("uname", "echo Darwin")
    answer = run_setup(debian)
    assert answer.returncode == 2
    assert "Linux only" in answer.stderr
    assert debian.lines("apt-get") == []


def test_every_row_of_the_table_has_a_name_for_every_distribution() -> None:
    text = Path(ROOT / "scripts/setup.sh").read_text()
    table = text.split("TABLE='\n")[1].split("'\n")[0]
    rows = [row.split("|") for row in table.splitlines()]
    assert {len(row) for row in rows} == {8}
    assert all(column for row in rows for column in row)
    assert [row[2] for row in rows if "-" in row] == BLOCKS
    assert [row[2].split("/")[0] for row in rows if row[0] == "test"] == TEST + BLOCKS + GO
    assert {row[2].split("/")[0] for row in rows if row[1] == "extra"} == {*ALLOCATORS, *BLOCKS, *GO, "linux-perf"}
