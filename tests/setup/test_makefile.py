"""Makefile: what it hands to which program, and that no exit code and no character gets lost on the way.

CMake, heaptoll and the Python scripts are fakes that keep a record of their arguments.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time

import pytest
from fake_machine import ROOT, Machine, python_with

MODULES = ("numpy", "scipy", "pandas", "matplotlib", "jinja2")

# One argument to a line; HEAPTOLL_TEST_* tell it what kind of day to have.
HEAPTOLL = """
printf '%s\\n' "$@" >"$HOME/heaptoll"
env >"$HOME/heaptoll-environment"
run=results/runs/20300101T000000Z-abcd
if [[ -n ${HEAPTOLL_TEST_ROWS:-} ]]; then
    mkdir -p "$run"
    for ((row = 0; row <= HEAPTOLL_TEST_ROWS; ++row)); do echo row; done >"$run/measurements.csv"
fi
if [[ -n ${HEAPTOLL_TEST_WAITS:-} ]]; then
    trap 'echo TERM >>"$HOME/signals"; exit 7' TERM
    trap 'echo INT >>"$HOME/signals"; exit 7' INT
    touch "$HOME/started"
    for ((i = 0; i < 200; ++i)); do sleep 0.05; done
fi
exit "${HEAPTOLL_TEST_EXIT:-0}"
"""


@pytest.fixture
def project(machine: Machine) -> Machine:
    """A project that is compiled: CMake has nothing to do, and heaptoll is where CMake would have put it."""
    machine.variables["SETUP"] = "skip"
    machine.program("cmake", 'echo "$*" >>"$HOME/cmake"')
    machine.program("heaptoll", HEAPTOLL, machine.project / "build")
    machine.program("python3", python_with(*MODULES, "argparse", "pytest", "xdist", "hypothesis", "yaml", "mypy"))
    return machine


def make(machine: Machine, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return machine.run("make", *words, **variables)


def drawn(machine: Machine) -> list[str]:
    """How plot.py was called."""
    return [line[len("python: ") :] for line in machine.lines("python-ran") if "plot.py" in line]


def recorded(machine: Machine) -> list[str]:
    """Whose code was to be kept, and of which worker."""
    called = "python: scripts/disassemble.py --record "
    return [line[len(called) :] for line in machine.lines("python-ran") if line.startswith(called)]


# ---- help


def test_plain_make_prints_help_with_every_target_and_variable(project: Machine) -> None:
    answer = make(project)
    assert answer.returncode == 0
    makefile = (project.project / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.M)
    assert phony
    for target in phony[1].split():
        assert re.search(rf"^  {target} +\S", answer.stdout, re.M), f"{target} has no line"
    variables = (
        "PROFILE FILTER ALLOCATORS ENGINE COUNTERS GO RESUME ARGS RUN BASE HEAD FORMAT CASE ARM TOOL GOPKG BUILD_DIR CC CXX "
        "JOBS SETUP PYTHON CHROMIUM"
    )
    for variable in variables.split():
        assert f"{variable}=" in answer.stdout


# ---- what reaches heaptoll


def test_bench_is_quick_and_of_everything_unless_told_otherwise(project: Machine) -> None:
    assert make(project, "bench").returncode == 0
    assert project.lines("heaptoll") == ["--profile=quick"]


def test_every_variable_becomes_its_flag_and_args_come_last(project: Machine) -> None:
    given = "PROFILE=full FILTER=x ALLOCATORS=a,b=/l.so ENGINE=gbench COUNTERS=cycles,page-faults"
    make(project, "bench", *given.split(), "ARGS=--seed=1 --cpu=1")
    assert project.lines("heaptoll") == [
        "--profile=full",
        "--benchmark_filter=x",
        "--allocators=a,b=/l.so",
        "--engine=gbench",
        "--counters=cycles,page-faults",
        "--seed=1",
        "--cpu=1",
    ]


def test_a_resumed_run_gets_no_option_that_it_has_already(project: Machine) -> None:
    make(project, "bench", "RESUME=results/runs/x", "ARGS=--hang-seconds=20")
    assert project.lines("heaptoll") == ["--resume=results/runs/x", "--hang-seconds=20"]


def test_what_is_typed_beside_a_run_to_resume_reaches_heaptoll_which_refuses_it(project: Machine) -> None:
    make(project, "bench", "RESUME=results/runs/x", "PROFILE=full", "FILTER=x")
    assert project.lines("heaptoll") == ["--resume=results/runs/x", "--profile=full", "--benchmark_filter=x"]


AWKWARD = [
    "returned_pointer/(by_value|chain)/.*$",
    "(a$)|b$",
    "with space  and 'single' and \"double\"",
    "back\\slash\\d+ [[:digit:]]*",
    "$(shell touch made-it) ${HOME} `touch made-it` ; touch made-it",
    "$(unfinished",
    "#no comment",
]


@pytest.mark.parametrize("where", ["command line", "environment"])
@pytest.mark.parametrize("text", AWKWARD)
def test_a_filter_arrives_as_it_was_typed(project: Machine, text: str, where: str) -> None:
    given = ["FILTER=" + text] if where == "command line" else []
    answer = make(project, "bench", *given, **({} if given else {"FILTER": text}))
    assert answer.returncode == 0, answer.stderr
    assert project.lines("heaptoll")[1:] == ["--benchmark_filter=" + text]
    assert not (project.project / "made-it").exists()


def test_the_doubled_dollar_that_make_is_used_to_means_the_same(project: Machine) -> None:
    make(project, "bench", "FILTER=chain/.*$$")
    assert project.lines("heaptoll")[1:] == ["--benchmark_filter=chain/.*$"]


@pytest.mark.parametrize(
    "guard, without",
    [("$(value $1)", "$($1)"), ("unexport PROFILE FILTER", "unexport PROFILE")],
)
def test_without_the_guards_make_would_expand_the_filter(project: Machine, guard: str, without: str) -> None:
    project.edit("Makefile", guard, without)
    make(project, "bench", "FILTER=$(shell touch made-it)")
    assert (project.project / "made-it").exists()


@pytest.mark.parametrize("variable, flag", [("ALLOCATORS", "--allocators"), ("PROFILE", "--profile")])
def test_other_variables_are_as_safe(project: Machine, variable: str, flag: str) -> None:
    make(project, "bench", f"{variable}=mine=/my libs/it's.so;$x")
    assert f"{flag}=mine=/my libs/it's.so;$x" in project.lines("heaptoll")


def test_args_are_read_as_the_shell_would(project: Machine) -> None:
    make(project, "bench", "ARGS=--results-dir='/my results' --seed=1")
    assert project.lines("heaptoll") == ["--profile=quick", "--results-dir=/my results", "--seed=1"]


def test_list_asks_for_the_same_cases_without_measuring(project: Machine) -> None:
    make(project, "list", "FILTER=a|b", "PROFILE=smoke")
    assert project.lines("heaptoll") == ["--profile=smoke", "--benchmark_filter=a|b", "--benchmark_list_tests=true"]
    assert project.lines("python-ran") == []


def test_the_doctor_is_asked_without_a_run_and_its_verdict_is_in_the_last_line(project: Machine) -> None:
    answer = make(project, "doctor", "ARGS=--cpu=1", HEAPTOLL_TEST_EXIT="3")
    assert project.lines("heaptoll") == ["--doctor", "--cpu=1"]
    assert answer.returncode == 2 and answer.stderr.rstrip().endswith("Error 3")
    assert make(project, "doctor").returncode == 0
    assert project.lines("python-ran") == []


def test_a_build_folder_may_be_elsewhere_and_have_a_space_in_its_name(project: Machine) -> None:
    project.program("heaptoll", HEAPTOLL, project.home / "my build")
    answer = make(project, "bench", f"BUILD_DIR={project.home}/my build")
    assert answer.returncode == 0, answer.stderr
    assert project.lines("heaptoll") == ["--profile=quick"]


def test_what_runs_below_does_not_inherit_makes_options(project: Machine) -> None:
    make(project, "-j4", "bench", "FILTER=x")
    ours = re.compile("M(AKE)?FLAGS|MAKELEVEL|FILTER")
    assert [line for line in project.lines("heaptoll-environment") if ours.match(line)] == []
    project.edit("Makefile", "unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES", "")
    make(project, "-j4", "bench", "FILTER=x")
    assert any(line.startswith("MAKEFLAGS=") for line in project.lines("heaptoll-environment"))


# ---- exit codes, and the charts after a run


def test_a_run_is_drawn_when_it_left_something(project: Machine) -> None:
    answer = make(project, "bench", HEAPTOLL_TEST_ROWS="3")
    assert answer.returncode == 0
    assert drawn(project) == ["scripts/plot.py --brief results/runs/20300101T000000Z-abcd"]


@pytest.mark.parametrize(
    "flags, worker", [((), "build/heaptoll-worker"), (("ARGS=--worker='my build/w' --cpu=1",), "my build/w")]
)
def test_then_its_code_is_kept_of_the_worker_that_was_measured(
    project: Machine, flags: tuple[str, ...], worker: str
) -> None:
    assert make(project, "bench", *flags, HEAPTOLL_TEST_ROWS="3").returncode == 0
    assert recorded(project) == [f"results/runs/20300101T000000Z-abcd --worker={worker}"]
    assert "plot.py" in project.lines("python-ran")[0], "the charts first: they are what was asked for"


def test_a_run_whose_code_cannot_be_kept_is_as_good_and_says_why_in_one_line(project: Machine) -> None:
    says = 'if [[ $1 == *disassemble.py ]]; then echo path; echo "no objdump" >&2; exit 2; fi'
    project.program("python3", f"{says}\n{python_with(*MODULES)}")
    answer = make(project, "bench", HEAPTOLL_TEST_ROWS="3")
    assert (answer.returncode, answer.stderr) == (0, "no objdump\n") and "path" not in answer.stdout
    assert "Error 3\n" in make(project, "bench", HEAPTOLL_TEST_EXIT="3", HEAPTOLL_TEST_ROWS="4").stderr
    project.edit("Makefile", '"--worker=$$worker" >/dev/null || true', '"--worker=$$worker" >/dev/null')
    assert "Error 2\n" in make(project, "bench", HEAPTOLL_TEST_ROWS="5").stderr, "the guard is off"


def test_the_page_comes_last_and_has_the_code_of_its_run(project: Machine) -> None:
    assert make(project, "bench", HEAPTOLL_TEST_ROWS="3").returncode == 0
    assert project.lines("python-ran")[-1] == "python: scripts/report.py results/runs/20300101T000000Z-abcd"


def test_a_run_that_cannot_be_drawn_is_complained_of_once(project: Machine) -> None:
    answer = make(project, "bench", HEAPTOLL_TEST_ROWS="3", PYTHON_EXIT="4")
    assert "Error 4\n" in answer.stderr
    assert not any("report.py" in line for line in project.lines("python-ran"))


@pytest.mark.parametrize("rows", ["", "0"])
def test_nothing_is_drawn_when_nothing_was_measured(project: Machine, rows: str) -> None:
    old = project.project / "results/runs/20200101T000000Z-0000/measurements.csv"
    old.parent.mkdir(parents=True)
    old.write_text("header\nrow\n")
    assert make(project, "bench", HEAPTOLL_TEST_ROWS=rows).returncode == 0
    assert project.lines("python-ran") == []


def test_a_resumed_run_is_drawn_again(project: Machine) -> None:
    for rows in ("2", "5"):
        make(project, "bench", HEAPTOLL_TEST_ROWS=rows)
    assert len(drawn(project)) == len(recorded(project)) == 2


def test_a_run_to_resume_that_has_nothing_left_to_measure_is_drawn_and_its_code_kept(project: Machine) -> None:
    folder = project.project / "results/a run"
    folder.mkdir(parents=True)
    (folder / "measurements.csv").write_text("header\nrow\n")
    make(project, "bench", "RESUME=results/a run")
    assert drawn(project) == ["scripts/plot.py --brief results/a run"]
    assert recorded(project) == ["results/a run --worker=build/heaptoll-worker"]


def test_runs_in_another_results_folder_are_found(project: Machine) -> None:
    heaptoll = 'mkdir -p "o t/runs/x"; printf "a\\nb\\n" >"o t/runs/x/measurements.csv"'
    project.program("heaptoll", heaptoll, project.project / "build")
    make(project, "bench", "ARGS=--results-dir='o t'")
    assert drawn(project) == ["scripts/plot.py --brief o t/runs/x"]
    assert recorded(project) == ["o t/runs/x --worker=build/heaptoll-worker"]


@pytest.mark.parametrize("code", [1, 2, 3])
def test_heaptolls_exit_code_is_kept_and_a_partial_run_is_drawn(project: Machine, code: int) -> None:
    answer = make(project, "bench", HEAPTOLL_TEST_EXIT=str(code), HEAPTOLL_TEST_ROWS="1")
    assert f"bench] Error {code}\n" in answer.stderr
    assert answer.returncode == 2, "make knows no other code for a failure; help says so"
    assert len(drawn(project)) == len(recorded(project)) == 1


def test_heaptolls_exit_code_comes_before_that_of_the_charts(project: Machine) -> None:
    failing = {"PYTHON_EXIT": "4", "HEAPTOLL_TEST_ROWS": "1"}
    assert "Error 3\n" in make(project, "bench", HEAPTOLL_TEST_EXIT="3", **failing).stderr
    (project.project / "results/runs/20300101T000000Z-abcd/measurements.csv").unlink()
    assert "Error 4\n" in make(project, "bench", **failing).stderr


def test_without_the_guard_a_failed_run_would_look_fine(project: Machine) -> None:
    project.edit("Makefile", "wait $$pid || status=$$?", "wait $$pid || true")
    assert make(project, "bench", HEAPTOLL_TEST_EXIT="2").returncode == 0


def test_a_missing_module_is_told_before_measuring(project: Machine) -> None:
    project.program("python3", python_with("numpy"))
    answer = make(project, "bench")
    assert answer.returncode == 2
    assert "lacks scipy, pandas, matplotlib, jinja2" in answer.stderr
    assert project.lines("heaptoll") == []


@pytest.mark.parametrize("whom", ["group", "make"])
def test_a_signal_ends_the_run_at_once_and_draws_nothing(project: Machine, whom: str) -> None:
    """Ctrl-C reaches every process of the terminal; a service manager's SIGTERM may reach make alone."""
    running = subprocess.Popen(
        ["make", "bench"],
        cwd=project.project,
        env=project.environment(HEAPTOLL_TEST_WAITS="yes", HEAPTOLL_TEST_ROWS="2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Tests that run in the background inherit that nobody may interrupt them, and bash cannot take it back.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 9
    while not (project.home / "started").exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    if whom == "group":
        os.killpg(running.pid, signal.SIGINT)
    else:
        running.terminate()
    assert running.wait(timeout=9) != 0
    assert project.lines("signals") == ["INT" if whom == "group" else "TERM"]
    assert project.lines("python-ran") == []


# ---- Go


def measured_go(machine: Machine) -> list[str]:
    """How go_bench.py was called."""
    called = "python: scripts/go_bench.py "
    return [line[len(called) :] for line in machine.lines("python-ran") if line.startswith(called)]


RUN_OF_TEST = "results/runs/20300101T000000Z-abcd"


def test_where_go_is_installed_it_is_measured_into_the_run_before_the_charts(project: Machine) -> None:
    project.program("go", "exit 0")
    answer = make(project, "bench", "FILTER=a b|c", HEAPTOLL_TEST_ROWS="3")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert measured_go(project) == [f"{RUN_OF_TEST} --build-dir=build --filter=a b|c"]
    assert "go_bench.py" in project.lines("python-ran")[0] and "plot.py" in project.lines("python-ran")[1]


def test_without_go_one_line_says_so_and_nothing_fails(project: Machine) -> None:
    answer = make(project, "bench", HEAPTOLL_TEST_ROWS="3")
    assert (answer.returncode, answer.stderr, measured_go(project)) == (0, "", [])
    assert [line for line in answer.stdout.splitlines() if " go " in line] == [
        "make bench: no go on PATH, so only C is measured; GO=0 says nothing of it"
    ]


@pytest.mark.parametrize("installed", [True, False])
def test_go_0_leaves_it_out_and_says_nothing(project: Machine, installed: bool) -> None:
    if installed:
        project.program("go", "exit 0")
    answer = make(project, "bench", "GO=0", HEAPTOLL_TEST_ROWS="3")
    assert (answer.returncode, answer.stderr, measured_go(project)) == (0, "", [])
    assert "PATH" not in answer.stdout


@pytest.mark.parametrize("go, complaint", [("1", "no go on PATH: apt-get install golang-go"), ("yes", "not yes")])
def test_go_that_is_asked_for_and_cannot_be_is_told_before_measuring(project: Machine, go: str, complaint: str) -> None:
    answer = make(project, "bench", f"GO={go}")
    assert answer.returncode == 2 and complaint in answer.stderr
    assert project.lines("heaptoll") == []


FAILING_GO = f'if [[ $1 == *go_bench.py ]]; then exit 2; fi\n{python_with(*MODULES)}'


def test_only_go_that_was_asked_for_can_fail_the_run_and_the_charts_are_drawn_all_the_same(project: Machine) -> None:
    project.program("go", "exit 0")
    project.program("python3", FAILING_GO)
    assert make(project, "bench", HEAPTOLL_TEST_ROWS="3").returncode == 0
    assert "Error 2\n" in make(project, "bench", "GO=1", HEAPTOLL_TEST_ROWS="4").stderr
    assert "Error 3\n" in make(project, "bench", "GO=1", HEAPTOLL_TEST_ROWS="5", HEAPTOLL_TEST_EXIT="3").stderr
    assert len(drawn(project)) == 3
    project.edit("Makefile", "[[ $$go == 1 ]] || status=0", "true")
    assert make(project, "bench", HEAPTOLL_TEST_ROWS="6").returncode == 2, "the guard is off"


def test_charts_of_go_that_fail_keep_nobody_from_the_page(project: Machine) -> None:
    """A lane whose runner crashed is there, and plot.py ends with 2 for it."""
    made = python_with(*MODULES)
    damaged = f'case $1 in *go_bench.py) echo {{}} >"$2/run-go.json"; exit 2 ;; *plot.py) exit 2 ;; esac\n{made}'
    project.program("go", "exit 0")
    project.program("python3", damaged)
    assert make(project, "bench", HEAPTOLL_TEST_ROWS="3").returncode == 2
    assert project.lines("python-ran")[-1] == f"python: scripts/report.py {RUN_OF_TEST}"
    project.edit("Makefile", " || [[ -e $${run%/*}/run-go.json ]]", "")
    (project.home / "python-ran").unlink()
    make(project, "bench", HEAPTOLL_TEST_ROWS="4")
    assert not any("report.py" in line for line in project.lines("python-ran")), "the guard is off"


def test_nothing_of_go_is_measured_for_a_run_without_rows(project: Machine) -> None:
    project.program("go", "exit 0")
    assert make(project, "bench", "GO=1").returncode == 0
    assert measured_go(project) == []


# ---- building


def test_cmake_configures_once_and_is_silent_when_it_succeeds(project: Machine) -> None:
    project.program(
        "cmake",
        """
        echo "$*" >>"$HOME/cmake"
        echo chatter
        if [[ $1 == -S ]]; then touch "$4/Makefile"; fi""",
    )
    for _ in range(2):
        answer = make(project, "build", "JOBS=3")
        assert (answer.returncode, answer.stderr) == (0, "")
        assert "chatter" not in answer.stdout
    assert project.lines("cmake") == ["-S . -B build", *["--build build --parallel 3"] * 2]


def test_a_build_that_fails_shows_why_and_stops_there(project: Machine) -> None:
    project.program("cmake", "echo 'pool.c:3: error: no'; exit 1")
    answer = make(project, "bench")
    assert answer.returncode == 2
    assert "pool.c:3: error: no" in answer.stderr
    assert project.lines("heaptoll") == []


def test_a_warning_of_the_compiler_is_shown(project: Machine) -> None:
    project.program("cmake", "echo 'pool.c:3: warning: hm'")
    answer = make(project, "build")
    assert answer.returncode == 0
    assert "pool.c:3: warning: hm" in answer.stderr


def test_a_build_folder_of_another_compiler_is_refused(project: Machine) -> None:
    gcc, clang = (project.program(name, "") for name in ("gcc-99", "clang-99"))
    (project.programs / "gcc").symlink_to(gcc)
    (project.project / "build/CMakeCache.txt").write_text(f"CMAKE_C_COMPILER:FILEPATH={gcc}\n")
    assert make(project, "build").returncode == 0
    assert make(project, "build", "CC=gcc").returncode == 0, "the same compiler by another name"
    answer = make(project, "build", f"CC={clang}")
    assert answer.returncode == 2
    assert f"asked for {clang}, but build was made with {gcc}" in answer.stderr


def test_setup_and_python_may_be_given_on_makes_command_line(project: Machine) -> None:
    project.program("setup.sh", 'echo "$SETUP $PYTHON" >>"$HOME/setup"', project.project / "scripts")
    python = project.program("mine", python_with(*MODULES))
    project.program("python3", python_with())
    assert make(project, "bench", "SETUP=no", f"PYTHON={python}").returncode == 0
    assert project.lines("setup") == [f"no {python}"]


def test_setup_comes_before_the_build_and_can_stop_it(project: Machine) -> None:
    project.program("setup.sh", 'echo "setup $*" >>"$HOME/cmake"; exit "${SETUP_EXIT:-0}"', project.project / "scripts")
    make(project, "-j4", "bench")
    assert project.lines("cmake")[0] == "setup --for=bench"
    assert make(project, "-j4", "bench", SETUP_EXIT="2").returncode == 2
    assert project.lines("cmake")[-1] == "setup --for=bench"


# ---- the other targets


def test_plot_draws_the_run_it_is_given(project: Machine) -> None:
    make(project, "plot")
    make(project, "plot", "RUN=results/a run", "ARGS=--dark")
    assert project.lines("python-ran") == ["python: scripts/plot.py", "python: scripts/plot.py results/a run --dark"]


def test_compare_gets_both_sides_and_the_format(project: Machine) -> None:
    make(project, "compare", "BASE=a run", "HEAD=$x`touch made-it`", "FORMAT=csv", "ARGS=--allow machine")
    make(project, "compare", "BASE=-dash")
    assert project.lines("python-ran") == [
        "python: scripts/compare.py --format=csv --allow machine -- a run $x`touch made-it`",
        "python: scripts/compare.py -- -dash results/latest",
    ]
    assert not (project.project / "made-it").exists()


def test_export_gets_the_run_the_format_and_what_is_chosen(project: Machine) -> None:
    make(project, "export", "RUN=a run", "FORMAT=go", "FILTER=$x`touch made-it`", "ALLOCATORS=a,b", "ARGS=--arms toll")
    make(project, "export", "FORMAT=csv")
    assert project.lines("python-ran") == [
        "python: scripts/export.py --format=go --filter=$x`touch made-it` --allocators=a,b --arms toll -- a run",
        "python: scripts/export.py --format=csv",
    ]
    assert not (project.project / "made-it").exists()


def test_history_gets_the_run_and_what_is_chosen_and_builds_nothing(project: Machine) -> None:
    make(project, "history", "RUN=a run", "FORMAT=json", "FILTER=$x`touch made-it`", "ALLOCATORS=a,b", "ARGS=--machine m")
    make(project, "history", "ARGS=--look")
    assert project.lines("python-ran") == [
        "python: scripts/history.py --filter=$x`touch made-it` --allocators=a,b --format=json --machine m -- a run",
        "python: scripts/history.py --look",
    ]
    assert not (project.project / "made-it").exists()


def test_escape_gets_the_package_the_run_and_the_format_and_builds_nothing(project: Machine) -> None:
    make(project, "escape", "RUN=a run", "FORMAT=json", "GOPKG=$x`touch made-it`", "ARGS=--processes 2")
    make(project, "escape")
    make(project, "escape", "GOPKG=-dash")
    assert project.lines("python-ran") == [
        "python: scripts/escape.py --format=json --run=a run --processes 2 -- $x`touch made-it`",
        "python: scripts/escape.py",
        "python: scripts/escape.py -- -dash",
    ]
    assert not (project.project / "made-it").exists() and project.lines("cmake") == []


def test_publish_report_and_site_get_what_is_typed(project: Machine) -> None:
    make(project, "publish", "RUN=a run", "NAME=$x`touch made-it`", "ARGS=--replace --also truth")
    make(project, "publish", "NAME=-dash")
    make(project, "report", "RUN=-dash", "BASE=a run")
    make(project, "site", "ARGS=--history plots/history")
    assert project.lines("python-ran") == [
        "python: scripts/publish.py --run=a run --replace --also truth -- $x`touch made-it`",
        "python: scripts/publish.py -- -dash",
        "python: scripts/report.py --base=a run -- -dash",
        "python: scripts/report.py --published --out _site --history plots/history",
    ]
    assert not (project.project / "made-it").exists()


def test_publish_without_a_name_asks_for_one(project: Machine) -> None:
    answer = make(project, "publish")
    assert answer.returncode == 2 and "make publish NAME=" in answer.stderr


def test_export_without_a_format_lists_them(project: Machine) -> None:
    answer = make(project, "export")
    assert answer.returncode == 2 and "FORMAT=github-action-benchmark" in answer.stderr


def test_compare_without_a_base_says_how_to_name_one(project: Machine) -> None:
    answer = make(project, "compare")
    assert answer.returncode == 2 and "make compare BASE=" in answer.stderr


@pytest.mark.parametrize(
    "given, arguments",
    [
        (("CASE=s/v/64",), "s/v/64"),
        (("CASE=s/v/64", "ARM=heap"), "s/v/64 heap"),
        (("ARGS=--check",), "--check"),
        (("CASE=$(shell touch made-it)`touch made-it`$x",), "$(shell touch made-it)`touch made-it`$x"),
    ],
)
def test_disassembly_names_worker_case_and_arm(project: Machine, given: tuple[str, ...], arguments: str) -> None:
    answer = make(project, "disassembly", *given)
    assert answer.returncode == 0, answer.stderr
    assert project.lines("python-ran") == [f"python: scripts/disassemble.py --worker=build/heaptoll-worker {arguments}"]
    assert not (project.project / "made-it").exists()


def test_truth_hands_its_filter_and_flags_on(project: Machine) -> None:
    make(project, "truth", "ARGS=--quick", "FILTER=a|b $x", "PROFILE=full")
    assert project.lines("python-ran") == ["python: scripts/truth.py --profile=full --filter=a|b $x --quick"]


def test_truth_refuses_what_it_would_not_heed(project: Machine) -> None:
    answer = make(project, "truth", "ALLOCATORS=jemalloc")
    assert answer.returncode == 2 and "under glibc" in answer.stderr


def test_the_self_test_of_the_gate_hands_its_flags_on(project: Machine) -> None:
    make(project, "gate-selftest", "ARGS=--full --seconds=7200")
    assert project.lines("python-ran") == ["python: scripts/gate_selftest.py --full --seconds=7200"]


def test_precision_hands_its_flags_on(project: Machine) -> None:
    make(project, "precision", "ARGS=--quick")
    assert project.lines("python-ran") == ["python: scripts/precision.py --quick"]
    assert project.lines("heaptoll") == []


def test_counts_are_of_everything_unless_told_otherwise(project: Machine) -> None:
    make(project, "counts")
    make(project, "counts", "PROFILE=quick", "FILTER=a|b c", "ALLOCATORS=glibc,x=/l.so", "ARGS=--out 'my counts'")
    assert project.lines("python-ran") == [
        "python: scripts/counts.py --profile full",
        "python: scripts/counts.py --profile quick --filter=a|b c --allocators=glibc,x=/l.so --out my counts",
    ]


@pytest.mark.parametrize("where", ["command line", "environment"])
def test_counts_take_the_profile_that_is_typed_even_when_it_is_the_usual_one(project: Machine, where: str) -> None:
    given = ["PROFILE=quick"] if where == "command line" else []
    make(project, "counts", *given, **({} if given else {"PROFILE": "quick"}))
    assert project.lines("python-ran") == ["python: scripts/counts.py --profile quick"]


def test_perf_looks_at_the_heap_arm_unless_told_otherwise(project: Machine) -> None:
    make(project, "perf", "CASE=a/b/64")
    make(project, "perf", "CASE=a/b/64", "ARM=stack", "TOOL=callgrind", "ALLOCATORS=x=/my l.so", "ARGS=--seconds 1")
    assert project.lines("python-ran") == [
        "python: scripts/perf.py -- a/b/64 heap",
        "python: scripts/perf.py --allocator=x=/my l.so --tool=callgrind --seconds 1 -- a/b/64 stack",
    ]
    answer = make(project, "perf")
    assert answer.returncode == 2 and "which case? make perf CASE=" in answer.stderr


@pytest.mark.parametrize("goal", ["counts", "perf"])
def test_setup_is_asked_for_what_the_target_needs(project: Machine, goal: str) -> None:
    project.program("setup.sh", 'echo "$*" >>"$HOME/setup"', project.project / "scripts")
    make(project, goal, "CASE=a/b/64")
    assert project.lines("setup") == [f"--for={goal}"]


@pytest.fixture
def tested(project: Machine) -> Machine:
    """A checkout with every tool of `make test`; each writes one line when it runs, and fails when it is told to."""
    for name in ("clang-format", "shellcheck", "ctest"):
        project.program(name, f'echo "{name} $*" >>"$HOME/order"; [[ ${{FAILS:-}} != {name} ]]')
    project.program("install.sh", 'echo "npm ci" >>"$HOME/order"; [[ ${FAILS:-} != npm ]]', project.project / "tests/browser")
    text = python_with(*MODULES, "argparse", "pytest", "xdist", "hypothesis", "yaml", "mypy")
    project.program("python3", text.replace('"$HOME/python-ran"', '"$HOME/order"'))
    for name in ("harness/pool.c", "harness/pool.h", "harness/new.c", "harness/gone.c", "scripts/a b.sh"):
        path = project.project / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    git = ("git", "-c", "init.defaultBranch=main")
    assert project.run(*git, "init", "--quiet").returncode == 0
    tracked = ("harness/pool.c", "harness/pool.h", "harness/gone.c", "scripts/a b.sh")
    assert project.run("git", "add", *tracked).returncode == 0
    (project.project / "harness/gone.c").unlink()
    return project


TEST_STEPS = ["clang-format", "shellcheck", "python: -m mypy", "ctest", "npm ci", "python: -m pytest"]


def steps(machine: Machine) -> list[str]:
    return [step for line in machine.lines("order") for step in TEST_STEPS if line.startswith(step)]


def test_make_test_lints_then_runs_ctest_then_pytest_last(tested: Machine) -> None:
    answer = make(tested, "-j4", "test")
    assert answer.returncode == 0, answer.stderr
    assert steps(tested) == TEST_STEPS
    assert re.fullmatch("python: -m pytest -n [1-4] --dist loadgroup tests", tested.lines("order")[-1])
    assert "--no-tests=error" in tested.lines("order")[-3], "a build without unit tests must not pass for a tested one"


@pytest.mark.parametrize("jobs, processes", [("1", "1"), ("3", "3"), ("64", "4")])
def test_the_tests_run_in_as_many_processes_as_help(tested: Machine, jobs: str, processes: str) -> None:
    assert make(tested, "test", f"JOBS={jobs}").returncode == 0
    assert f" -n {processes} " in tested.lines("order")[-1]


@pytest.mark.parametrize("failing", ["clang-format", "shellcheck", "ctest", "npm"])
def test_make_test_stops_at_the_first_failure(tested: Machine, failing: str) -> None:
    assert make(tested, "test", FAILS=failing).returncode == 2
    assert steps(tested) == TEST_STEPS[: [step.split()[0] for step in TEST_STEPS].index(failing) + 1]


def test_steps_wait_for_each_other_whatever_j_says(tested: Machine) -> None:
    tested.program("setup.sh", 'sleep 0.3; echo "setup" >>"$HOME/order"', tested.project / "scripts")
    make(tested, "-j4", "test")
    assert tested.lines("order")[0] == "setup"

    tested.write("order", [])
    tested.edit("Makefile", ".NOTPARALLEL:\n", "")
    make(tested, "-j4", "test")
    assert tested.lines("order")[0] != "setup", "the guard is off, yet the order holds: the test shows nothing"


def test_make_test_asks_setup_for_the_tests_packages(tested: Machine) -> None:
    tested.program("setup.sh", 'echo "$*" >>"$HOME/setup"', tested.project / "scripts")
    make(tested, "test")
    assert tested.lines("setup") == ["--for=test"]


def test_lint_looks_at_what_git_tracks_and_is_still_there(tested: Machine) -> None:
    assert make(tested, "lint").returncode == 0
    order = tested.lines("order")
    assert order[0] == "clang-format --dry-run -Werror -- harness/pool.c harness/pool.h"
    assert order[1] == "shellcheck -- scripts/a b.sh"
    assert order[2] == "python: -m mypy --strict scripts/heaptoll"


def test_format_writes_and_lint_does_not(tested: Machine) -> None:
    assert make(tested, "format").returncode == 0
    assert tested.lines("order") == ["clang-format -i -- harness/pool.c harness/pool.h"]


def test_lint_without_its_tools_or_without_git_says_so(tested: Machine) -> None:
    (tested.programs / "shellcheck").unlink()
    assert "there is no shellcheck" in make(tested, "lint").stderr
    answer = make(tested, "lint", GIT_DIR="/no/such/repository")
    assert answer.returncode == 2
    assert "needs a git checkout" in answer.stderr


def test_clean_removes_a_build_folder_and_nothing_else(project: Machine) -> None:
    results = project.project / "results/runs"
    results.mkdir(parents=True)
    make(project, "build")
    assert make(project, "clean").returncode == 0
    assert not (project.project / "build").exists()
    assert make(project, "clean").returncode == 0, "nothing to remove is fine"

    for folder in ("results", "."):
        answer = make(project, "clean", f"BUILD_DIR={folder}")
        assert answer.returncode == 2
        assert "does not look like a build folder" in answer.stderr
    assert results.exists() and (project.project / "Makefile").exists()
    project.edit("Makefile", 'stop "$$dir does not look', 'echo "$$dir does not look')
    make(project, "clean", "BUILD_DIR=results")
    assert not results.exists(), "the guard is off, yet the folder stays: the test shows nothing"


def test_an_empty_build_folder_name_is_refused(project: Machine) -> None:
    answer = make(project, "build", "BUILD_DIR=")
    assert answer.returncode == 2
    assert "BUILD_DIR is empty" in answer.stderr


# ---- the files beside it


def test_git_ignores_what_runs_and_builds_leave_and_nothing_published() -> None:
    ignored = (ROOT / ".gitignore").read_text()
    assert {"/results/counts/", "/results/perf/"} <= set(ignored.split())
    assert {"/build*/", "/results/runs/", "/results/latest", "/plots/latest/"} <= set(ignored.split())
    published = [line for line in ignored.split() if "published" in line]
    assert published == ["/results/published/.*/", "/plots/published/.*/"], "only what was being written"
    assert "baseline" not in ignored
