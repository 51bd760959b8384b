"""scripts/ci: what becomes of each answer that the gate may give, and of a push that comes too late.

The gate is a fake here, which notes its arguments and ends as it is told; the repositories are real ones.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from made_up_repository import git
from runner import messages
from workflow import ROOT

GATE = """\
import os, pathlib, sys
asked = dict(word.partition("=")[::2] for word in sys.argv[1:])
pathlib.Path("asked").write_text("\\n".join(sys.argv[1:]) + "\\n")
print("the table")
print("100 %  s/v/8 launch 12/12  quiet 87 %", file=sys.stderr)
print(os.environ.get("SAYS", "its last words"), file=sys.stderr)
status = int(os.environ.get("ENDS", "0"))
if "UNMEASURED" not in os.environ:
    folder = pathlib.Path(asked["--artifacts"])
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("gate.json", "gate.csv", "gate.junit.xml"):
        (folder / name).write_text("made up")
    (folder / "gate.md").write_text("## Heaptoll\\n\\n- 1 row slower\\n- 5 % of it\\n\\nBase: a  \\n\\n- no reason\\n")
sys.exit(status)
"""


@dataclass(frozen=True)
class Done:
    code: int
    said: str
    outputs: dict[str, str]
    summary: str


@dataclass(frozen=True)
class Project:
    """The scripts, with fakes of what they call."""

    folder: Path

    def run(self, script: str, *arguments: str, **variables: str) -> Done:
        outputs, summary = self.folder / "outputs", self.folder / "summary"
        for file in (outputs, summary):
            file.write_text("")
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "RUNNER_TEMP": str(self.folder), **variables,
            "GITHUB_OUTPUT": str(outputs), "GITHUB_STEP_SUMMARY": str(summary),
        }  # fmt: skip
        done = subprocess.run(
            [self.folder / "scripts/ci" / script, *arguments], cwd=self.folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=600,
        )  # fmt: skip
        told = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return Done(done.returncode, done.stdout, told, summary.read_text())

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(ROOT / "scripts/ci", tmp_path / "scripts/ci")
    fakes = {"setup.sh": 'exit "${SETUP_ENDS:-0}"', "find-python.sh": f"echo {sys.executable}"}
    for name, text in fakes.items():
        (tmp_path / "scripts" / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / "scripts" / name).chmod(0o755)
    (tmp_path / "scripts/gate.py").write_text(GATE)
    (tmp_path / "Makefile").write_text("build:\n\t@$(BUILD)\n")
    return Project(tmp_path)


# ---- gate.sh


@pytest.mark.parametrize(
    "status, fail_on, code, kind, conclusion",
    [
        (0, "regression", 0, "", "fine"),
        (1, "regression", 1, "error", "regression"),
        (2, "regression", 2, "error", "failed"),
        (3, "regression", 0, "warning", "inconclusive"),
        (143, "regression", 143, "error", "failed"),
        (1, "inconclusive", 1, "error", "regression"),
        (3, "inconclusive", 3, "error", "inconclusive"),
        (1, "failed", 0, "warning", "regression"),
        (2, "failed", 2, "error", "failed"),
        (3, "failed", 0, "warning", "inconclusive"),
    ],
)
def test_each_end_of_a_gate_has_its_status_annotation_and_outputs(
    project: Project, status: int, fail_on: str, code: int, kind: str, conclusion: str
) -> None:
    done = project.run("gate.sh", "--base=main", ENDS=str(status), FAIL_ON=fail_on)
    assert done.code == code, done.said
    assert (done.outputs["conclusion"], done.outputs["exit-status"]) == (conclusion, str(status))
    said = {each: messages(done.said, each) for each in ("error", "warning")}
    assert [each for each in said if said[each]] == ([kind] if kind else [])
    if kind:
        assert said[kind][0].endswith(": 1 row slower\n5 % of it"), said
    folder = project.folder / "results/gate/artifacts"
    assert {name: done.outputs[name] for name in ("folder", "report", "csv", "json", "junit")} == {
        "folder": str(folder), "report": str(folder / "gate.md"), "csv": str(folder / "gate.csv"),
        "json": str(folder / "gate.json"), "junit": str(folder / "gate.junit.xml"),
    }  # fmt: skip
    assert done.summary == "", "the gate itself writes that"


def test_the_environment_becomes_options_and_nothing_in_it_is_run(project: Project) -> None:
    hostile = "$(touch made-it)`touch made-it`;touch made-it"
    done = project.run(
        "gate.sh", "--base=a b", PROFILE=hostile, FILTER=f"x y {hostile}", ARGS=f"--layouts=2  '{hostile} *",
        ARTIFACTS="else where", BUILD_DIR="my build",
    )  # fmt: skip
    assert done.code == 0, done.said
    assert project.asked == [
        f"--profile={hostile}", "--artifacts=else where", "--build-dir=my build", f"--filter=x y {hostile}", "--base=a b",
        "--layouts=2", "'$(touch", "made-it)`touch", "made-it`;touch", "made-it", "*",
    ]  # fmt: skip
    assert not (project.folder / "made-it").exists()


def test_options_on_several_lines_are_all_options(project: Project) -> None:
    assert project.run("gate.sh", "--base=main", ARGS="--layouts=2\n--counts=off  --launches=6\n").code == 0
    assert project.asked[-4:] == ["--base=main", "--layouts=2", "--counts=off", "--launches=6"]


def test_it_gates_the_smoke_profile_unless_told_otherwise(project: Project) -> None:
    assert project.run("gate.sh", "--base=main").code == 0
    assert project.asked == ["--profile=smoke", "--artifacts=results/gate/artifacts", "--build-dir=build", "--base=main"]


def test_what_could_not_be_measured_is_in_the_summary_in_its_own_words(project: Project) -> None:
    project.run("gate.sh", "--base=main")  # its files must not be taken for those of the next
    done = project.run("gate.sh", "--base=main", UNMEASURED="", ENDS="2", SAYS="gate.py: 100%25 no\n# commit")
    assert done.code == 2
    assert messages(done.said, "error") == ["could not be measured: # commit"]
    assert done.summary.startswith("## Heaptoll gate: could not be measured\n")
    assert done.summary.endswith("    gate.py: 100%25 no\n    # commit\n") and "quiet" not in done.summary
    assert set(done.outputs) == {"conclusion", "exit-status"}


@pytest.mark.parametrize("variables", [{"SETUP_ENDS": "2"}, {"BUILD": "echo 'x.c:1: error: no' >&2; false"}])
def test_a_gate_that_cannot_be_set_up_or_built_has_failed(project: Project, variables: dict[str, str]) -> None:
    done = project.run("gate.sh", "--base=main", **variables)
    assert (done.code, done.outputs["conclusion"]) == (2, "failed")
    assert done.summary.startswith("## Heaptoll gate: could not be measured\n")
    assert "BUILD" not in variables or "    x.c:1: error: no\n" in done.summary
    assert not (project.folder / "asked").exists()


def refused(project: Project, done: Done) -> str:
    """The reason of a gate that was refused before anything was done, as it is said beside the job."""
    assert done.code == 2
    assert done.outputs == {"conclusion": "failed", "exit-status": "2"}
    (said,) = messages(done.said, "error")
    assert done.summary == "## Heaptoll gate: could not be measured\n\nThe end of the log:\n\n" + "".join(
        f"    {line}\n" for line in said.removeprefix("could not be measured: ").split("\n")
    )
    assert not re.search("^::(?!error title=Heaptoll gate::)", done.said, re.M)
    assert not (project.folder / "asked").exists()
    return said


def test_an_unknown_fail_on_is_refused_before_anything_is_measured(project: Project) -> None:
    said = refused(project, project.run("gate.sh", "--base=main", FAIL_ON="never\n::warning::x"))
    assert said == "could not be measured: fail-on is 'never\n::warning::x': regression, inconclusive or failed"


def test_its_help_says_what_it_reads_and_writes(project: Project) -> None:
    said = project.run("gate.sh", "--help").said
    for word in ("FAIL_ON", "PROFILE", "FILTER", "ARGS", "ARTIFACTS", "conclusion", "junit"):
        assert word in said


# ---- gate-action.sh


def test_the_actions_libraries_are_those_of_the_workflows_folder(project: Project) -> None:
    (project.folder / "lib.so").touch()
    done = project.run("gate-action.sh", INPUT_BASE="jemalloc", INPUT_HEAD="./lib.so", INPUT_DEAD_ZONE_PERCENT="2")
    assert done.code == 0, done.said
    assert [word for word in project.asked if not word.startswith("--artifacts=")] == [
        "--profile=smoke", "--build-dir=build", "--base-allocator=jemalloc",
        f"--head-allocator={project.folder}/lib.so", "--dead-zone-percent=2",
    ]  # fmt: skip
    assert Path(done.outputs["folder"]).parent == project.folder


def test_two_uses_of_the_action_in_a_job_have_a_folder_each(project: Project) -> None:
    inputs = {"INPUT_BASE": "glibc", "INPUT_HEAD": "jemalloc"}
    assert len({project.run("gate-action.sh", **inputs).outputs["folder"] for _ in range(2)}) == 2


def test_the_actions_compilers_may_have_flags(project: Project) -> None:
    done = project.run("gate-action.sh", INPUT_BASE_CC="gcc", INPUT_HEAD_CC="gcc -Wl,-rpath,/x", INPUT_ALLOCATORS="glibc")
    assert done.code == 0, done.said
    assert project.asked[-3:] == ["--base-cc=gcc", "--head-cc=gcc -Wl,-rpath,/x", "--allocators=glibc"]


@pytest.mark.parametrize(
    "inputs, words",
    [
        ({}, "give base and head"),
        ({"BASE": "glibc"}, "give base and head"),
        ({"BASE": "glibc", "HEAD": "glibc", "BASE_CC": "gcc"}, "give base and head"),
        ({"BASE": "glibc", "HEAD": "jemalloc", "ALLOCATORS": "glibc"}, "allocators goes with two compilers"),
        ({"BASE": "glibc", "HEAD": "./none.so"}, "there is no library ./none.so in "),
        ({"BASE": "libmine.so", "HEAD": "glibc"}, "Heaptoll knows glibc, jemalloc, mimalloc, tcmalloc"),
        ({"BASE": "glibc", "HEAD": "scripts"}, "there is no library scripts in "),
        ({"BASE": "glibc\n::warning::x", "HEAD": "glibc"}, "base has a line break in it"),
        ({"BASE_CC": "gcc", "HEAD_CC": "gcc", "FILTER": "^a/\n"}, "filter has a line break in it"),
    ],
)
def test_inputs_that_do_not_go_together_are_refused_before_anything_is_built(
    project: Project, inputs: dict[str, str], words: str
) -> None:
    done = project.run("gate-action.sh", **{f"INPUT_{name}": value for name, value in inputs.items()}, SETUP_ENDS="9")
    assert words in refused(project, done)


def test_a_folder_that_is_called_like_an_allocator_is_not_taken_for_it(project: Project) -> None:
    (project.folder / "jemalloc").mkdir()
    assert project.run("gate-action.sh", INPUT_BASE="glibc", INPUT_HEAD="jemalloc").code == 0
    assert "--head-allocator=jemalloc" in project.asked


# ---- gate-pull-request.sh


@pytest.mark.parametrize(
    "variables, words", [({}, "GITHUB_BASE_REF is not set"), ({"GITHUB_BASE_REF": "main"}, "fetch-depth: 0")]
)
def test_a_pull_request_whose_base_is_not_known_is_refused_with_the_reason(
    project: Project, variables: dict[str, str], words: str
) -> None:
    git(project.folder, "init", "--quiet")
    assert words in refused(project, project.run("gate-pull-request.sh", **variables))


# ---- counts.sh


@pytest.mark.parametrize("status", [0, 1, 2])
def test_counts_of_an_unknown_toolchain_are_a_notice_and_the_status_is_kept(project: Project, status: int) -> None:
    (project.folder / "scripts/counts_check.py").write_text(
        f"print('notice: nothing is committed for x')\nprint('0 rows')\nraise SystemExit({status})\n"
    )
    done = project.run("counts.sh")
    assert done.code == status
    assert messages(done.said, "notice") == ["nothing is committed for x"] and "0 rows\n" in done.said


# ---- history.sh


HISTORY = """\
import os, pathlib, sys
pathlib.Path("asked").write_text("\\n".join(sys.argv[1:]) + "\\n")
asked = dict(word.partition("=")[::2] for word in sys.argv[1:])
print("warning: said on the way")
if "REFUSED" in os.environ:
    sys.exit("history.py: x: refused" if os.environ["REFUSED"] == "1" else int(os.environ["REFUSED"]))
for name in ("a-light", "a-dark", "b-light"):
    pathlib.Path(asked["--charts"], name + ".svg").write_text("<svg/>")
pathlib.Path(asked["--out"]).write_text("{}")
if "--look" not in asked:
    pathlib.Path(asked["--summary"]).write_text("# History\\n")
    store = pathlib.Path(asked["--store"])
    (store / pathlib.Path("results/latest").resolve().with_suffix(".json").name).touch()
sys.exit(int(os.environ.get("ENDS", "0")))
"""


@pytest.fixture
def told(project: Project) -> Project:
    """A project that has a run and a store, and a history.py that is a fake."""
    (project.folder / "scripts/history.py").write_text(HISTORY)
    (project.folder / "results/history").mkdir(parents=True)
    (project.folder / "results/latest").symlink_to("runs/tonight")
    return project


def test_what_the_history_says_lies_together_and_its_text_is_the_summary_too(told: Project) -> None:
    page = told.folder / "plots/history"
    page.mkdir(parents=True)
    (page / "old-light.svg").touch()
    done = told.run("history.sh", MACHINE="a b;touch made-it")
    assert done.code == 0, done.said
    assert [word for word in told.asked if not word.startswith("--summary=")] == [
        "--store=results/history", "--charts=plots/history", "--format=json", "--out=plots/history/history.json",
        "--machine=a b;touch made-it",
    ]  # fmt: skip
    assert done.summary == (page / "history.md").read_text() == "# History\n"
    assert sorted(path.name for path in page.iterdir()) == [
        "a-dark.svg", "a-light.svg", "b-light.svg", "history.json", "history.md",
    ]  # fmt: skip
    told.run("history.sh")
    assert len(told.asked) == 5


def test_where_a_record_of_the_store_is_damaged_the_rest_is_told_and_the_status_stays(told: Project) -> None:
    done = told.run("history.sh", ENDS="2")
    assert done.code == 2 and done.summary and (told.folder / "plots/history/history.json").is_file()


def test_where_no_run_was_stored_nothing_is_told(told: Project) -> None:
    done = told.run("history.sh", REFUSED="3")
    assert done.code == 3 and not done.summary and not list((told.folder / "plots/history").iterdir())


# ---- site.sh


REPORT = """\
import os, pathlib, sys
pathlib.Path("reported").write_text("\\n".join(sys.argv[1:]) + "\\n")
sys.exit(int(os.environ.get("REPORT_ENDS", "0")))
"""
WITHOUT = ["--published", "--out", "_site"]
WITH = [*WITHOUT, "--history", "plots/history"]


@pytest.fixture
def site(told: Project) -> Project:
    """One whose origin has a branch of the history."""
    (told.folder / "scripts/report.py").write_text(REPORT)
    (told.folder / "plots/history").mkdir(parents=True)
    (told.folder / "plots/history/history.json").write_text("of another time")
    git(told.folder, "init", "--quiet", "--bare", "origin.git")
    git(told.folder, "init", "--quiet")
    git(told.folder, "remote", "add", "origin", str(told.folder / "origin.git"))
    git(told.folder, "commit", "--quiet", "--allow-empty", "--message", "A night")
    git(told.folder, "push", "--quiet", "origin", "HEAD:refs/heads/heaptoll-history")
    return told


def reported(site: Project) -> list[str]:
    path = site.folder / "reported"
    return path.read_text().splitlines() if path.exists() else []


def test_the_site_has_the_machines_and_the_history_and_adds_nothing_to_it(site: Project) -> None:
    done = site.run("site.sh")
    assert done.code == 0 and not messages(done.said, "warning"), done.said
    assert site.asked == [
        "--store=results/history", "--look", "--charts=plots/history", "--format=json", "--out=plots/history/history.json",
    ]  # fmt: skip
    assert reported(site) == WITH


def test_before_the_first_night_the_site_has_the_machines(site: Project) -> None:
    git(site.folder, "push", "--quiet", "origin", ":heaptoll-history")
    done = site.run("site.sh")
    assert done.code == 0 and not messages(done.said, "warning"), done.said
    assert reported(site) == WITHOUT and not (site.folder / "asked").exists()


@pytest.mark.parametrize(
    "variables, arguments, words",
    [
        ({"ENDS": "2"}, WITH, "a record of the history is damaged"),
        ({"REFUSED": "2"}, WITHOUT, "could not be read"),
    ],
)
def test_a_damaged_history_does_not_keep_the_machines_from_being_published(
    site: Project, variables: dict[str, str], arguments: list[str], words: str
) -> None:
    done = site.run("site.sh", **variables)
    (said,) = messages(done.said, "warning")
    assert done.code == 0 and words in said and reported(site) == arguments


def test_a_history_that_cannot_be_opened_does_not_either(site: Project) -> None:
    (site.folder / "results/history/mine.json").touch()
    done = site.run("site.sh")
    (said,) = messages(done.said, "warning")
    assert done.code == 0 and "could not be opened" in said and reported(site) == WITHOUT


def test_a_history_that_cannot_be_shown_does_not_either(site: Project) -> None:
    (site.folder / "scripts/report.py").write_text(REPORT.replace("int(", "2 if '--history' in sys.argv else int("))
    done = site.run("site.sh")
    (said,) = messages(done.said, "warning")
    assert done.code == 0 and "without it" in said and reported(site) == WITHOUT


def test_a_site_that_cannot_be_built_fails(site: Project) -> None:
    assert site.run("site.sh", REPORT_ENDS="2").code == 2
    assert site.run("site.sh", SETUP_ENDS="2").code == 2


# ---- night.sh


BENCH = """\
bench:
\t@[ -n "$$RUN" ] && ln -sfn runs/$$RUN results/latest; printf '%b' "$$SAYS" >&2; exit $${BENCH_ENDS:-0}
"""


@pytest.fixture
def night(told: Project) -> Project:
    """One that measures too, and whose history is a folder: what is pushed is in `pushed`."""
    (told.folder / "Makefile").write_text(BENCH)
    for name, line in (("open", 'exit "${OPEN_ENDS:-0}"'), ("push", 'ls results/history >pushed; exit "${PUSH_ENDS:-0}"')):
        (told.folder / f"scripts/ci/{name}-history.sh").write_text(f"#!/bin/bash\necho {name}ing\n{line}\n")
    return told


def pushed(night: Project) -> str:
    path = night.folder / "pushed"
    return path.read_text() if path.exists() else "never"


def test_a_night_pushes_its_run_and_has_a_page(night: Project) -> None:
    done = night.run("night.sh", RUN="new")
    assert (done.code, done.outputs, pushed(night)) == (0, {"page": "yes"}, "new.json\n"), done.said
    assert not messages(done.said, "error") + messages(done.said, "warning")


LOST = "heaptoll: 1 of 8 pairs could not be measured:\\n  a/b/64, glibc: crashed: SIGSEGV\\nplots/latest/x.svg\\n"


@pytest.mark.parametrize(
    "variables, words",
    [
        (
            {"BENCH_ENDS": "2", "SAYS": LOST},
            "make bench: heaptoll: 1 of 8 pairs could not be measured:\n  a/b/64, glibc: crashed: SIGSEGV",
        ),
        ({"BENCH_ENDS": "2", "SAYS": "plot.py: no font\\n"}, "make bench: plot.py: no font"),
        ({"ENDS": "2"}, "make history: warning: said on the way"),
        ({"PUSH_ENDS": "1"}, "pushing"),
    ],
)
def test_what_goes_wrong_keeps_no_night_from_being_stored_and_fails_the_job(
    night: Project, variables: dict[str, str], words: str
) -> None:
    done = night.run("night.sh", RUN="new", **variables)
    assert (done.code, done.outputs, pushed(night)) == (1, {"page": "yes"}, "new.json\n"), done.said
    assert messages(done.said, "error") == [words]


def test_a_night_in_which_two_things_go_wrong_says_both(night: Project) -> None:
    done = night.run("night.sh", RUN="new", BENCH_ENDS="2", ENDS="2")
    assert (done.code, pushed(night)) == (1, "new.json\n") and len(messages(done.said, "error")) == 2


def test_a_night_that_was_too_noisy_is_a_warning_and_what_was_not_pushed_before_is_pushed(night: Project) -> None:
    (night.folder / "results/history/before.json").touch()
    done = night.run("night.sh", RUN="new", REFUSED="3")
    assert (done.code, done.outputs, pushed(night)) == (0, {}, "before.json\n"), done.said
    assert messages(done.said, "warning") == ["tonight is left out of the history: warning: said on the way"]


def test_a_run_that_must_not_be_stored_fails_the_night(night: Project) -> None:
    done = night.run("night.sh", RUN="new", REFUSED="1")
    assert (done.code, done.outputs) == (1, {})
    assert messages(done.said, "error") == ["make history: warning: said on the way\nhistory.py: x: refused"]


def test_without_a_new_run_none_is_stored_again(night: Project) -> None:
    done = night.run("night.sh", BENCH_ENDS="2", SAYS="x.c:1: error: no\n")
    assert (done.code, done.outputs, pushed(night)) == (1, {}, "never")
    assert messages(done.said, "error") == ["nothing was measured: x.c:1: error: no"]


def test_a_history_that_cannot_be_opened_fails_the_night(night: Project) -> None:
    done = night.run("night.sh", RUN="new", OPEN_ENDS="2")
    assert (done.code, pushed(night)) == (1, "never") and not (night.folder / "asked").exists()
    (said,) = messages(done.said, "error")
    assert said.endswith("among the artifacts: opening")


# ---- the branch of the history


@pytest.fixture
def nights(tmp_path: Path) -> list[Project]:
    """Two checkouts of one repository, as two machines have them."""
    git(tmp_path, "init", "--quiet", "--bare", "origin.git")
    made = []
    for name in ("one", "other"):
        git(tmp_path, "clone", "--quiet", "origin.git", name)
        folder = tmp_path / name
        shutil.copytree(ROOT / "scripts/ci", folder / "scripts/ci")
        git(folder, "commit", "--quiet", "--allow-empty", "--message", "A project")
        made.append(Project(folder))
    return made


def add(night: Project, name: str) -> Done:
    assert night.run("open-history.sh").code == 0
    (night.folder / "results/history" / name).write_text(name)
    (night.folder / "results/history/index.sqlite").write_text("made again from the files where it is missing")
    return night.run("push-history.sh")


def files(night: Project) -> list[str]:
    git(night.folder, "fetch", "--quiet", "origin")
    return git(night.folder, "ls-tree", "-r", "--name-only", "origin/heaptoll-history").split()


def test_the_history_begins_with_a_branch_of_its_own_and_grows(nights: list[Project]) -> None:
    one, other = nights
    assert add(one, "a.json").code == 0
    assert add(one, "b.json").code == 0  # the machine has last night's worktree
    assert add(other, "c.json").code == 0
    assert files(one) == ["a.json", "b.json", "c.json"]
    root = git(one.folder, "rev-list", "--max-parents=0", "origin/heaptoll-history")
    assert root not in git(one.folder, "log", "--format=%H")
    newest = git(one.folder, "log", "-1", "--format=%s %an", "origin/heaptoll-history")
    assert newest == "c.json github-actions[bot]"


@pytest.mark.parametrize("branch_is_there", [True, False])
def test_a_push_that_comes_second_keeps_both(nights: list[Project], branch_is_there: bool) -> None:
    one, other = nights
    if branch_is_there:
        assert add(one, "first.json").code == 0
    assert other.run("open-history.sh").code == 0
    (other.folder / "results/history/mine.json").write_text("mine")
    assert add(one, "theirs.json").code == 0
    done = other.run("push-history.sh")
    assert done.code == 0 and "rejected" in done.said, done.said
    assert files(one) == [*(["first.json"] if branch_is_there else []), "mine.json", "theirs.json"]


def lay_out(night: Project, name: str, text: str = "") -> Path:
    """A file in the store that nobody has pushed."""
    assert night.run("open-history.sh").code == 0
    path = night.folder / "results/history" / name
    path.write_text(text or name)
    return path


@pytest.mark.parametrize(
    "branch_is_there, by_others, cleaned",
    [(False, False, False), (True, True, False), (True, False, True), (False, True, True)],
)
def test_what_an_earlier_night_could_not_push_comes_with_the_next(
    nights: list[Project], branch_is_there: bool, by_others: bool, cleaned: bool
) -> None:
    """`cleaned`: by a checkout that takes the folder and leaves the branch."""
    one, other = nights
    if branch_is_there:
        assert add(one, "first.json").code == 0
    store = lay_out(one, "committed.json").parent
    git(store, "add", "*.json")
    git(store, "commit", "--quiet", "--message", "could not be pushed")
    uncommitted = [] if cleaned else ["uncommitted.json"]
    if cleaned:
        shutil.rmtree(store)
    else:
        (store / "uncommitted.json").touch()
    if by_others:
        assert add(other, "theirs.json").code == 0
    assert add(one, "next.json").code == 0
    expected = [*["first.json"] * branch_is_there, *["theirs.json"] * by_others]
    assert files(one) == sorted(["committed.json", "next.json", *uncommitted, *expected])


def test_what_is_committed_and_not_pushed_is_pushed_although_nothing_is_new(nights: list[Project]) -> None:
    store = lay_out(nights[0], "a.json").parent
    git(store, "add", "*.json")
    git(store, "commit", "--quiet", "--message", "could not be pushed")
    assert nights[0].run("push-history.sh").code == 0
    assert files(nights[0]) == ["a.json"]


@pytest.mark.parametrize("is_committed", [False, True])
def test_a_record_that_origin_has_with_other_contents_is_not_overwritten_here(
    nights: list[Project], is_committed: bool
) -> None:
    one, other = nights
    assert add(one, "first.json").code == 0
    mine = lay_out(one, "a.json", "mine")
    if is_committed:
        git(mine.parent, "add", "*.json")
        git(mine.parent, "commit", "--quiet", "--message", "could not be pushed")
    assert add(other, "a.json").code == 0
    done = one.run("open-history.sh")
    assert done.code == 2 and "does not go together" in done.said
    assert mine.read_text() == "mine"
    assert git(mine.parent, "symbolic-ref", "HEAD") == "refs/heads/heaptoll-history", "in the midst of a rebase"


def test_a_store_that_is_no_worktree_stays_as_it_is(nights: list[Project]) -> None:
    night = nights[0]
    mine = night.folder / "results/history/mine.json"
    mine.parent.mkdir(parents=True)
    mine.write_text("measured")
    done = night.run("open-history.sh")
    assert done.code == 2 and "move it away" in done.said and mine.read_text() == "measured"
    mine.unlink()
    (mine.parent / "index.sqlite").write_text("made of what was there")
    assert night.run("open-history.sh").code == 0


def test_a_history_that_is_begun_anew_at_the_origin_stays_new(nights: list[Project]) -> None:
    one, other = nights
    assert add(one, "old.json").code == 0
    git(other.folder, "push", "--quiet", "origin", ":heaptoll-history")
    assert add(other, "new.json").code == 0
    assert add(one, "newer.json").code == 0
    assert files(one) == ["new.json", "newer.json"]


def test_a_record_that_was_lost_here_is_not_removed_there(nights: list[Project]) -> None:
    assert add(nights[0], "a.json").code == 0
    lay_out(nights[0], "b.json").with_name("a.json").unlink()
    assert nights[0].run("push-history.sh").code == 0
    assert files(nights[0]) == ["a.json", "b.json"]


def test_a_night_that_adds_nothing_is_a_warning(nights: list[Project]) -> None:
    for _ in range(2):  # with a branch at the origin and without
        assert nights[0].run("open-history.sh").code == 0
        done = nights[0].run("push-history.sh")
        assert done.code == 0 and messages(done.said, "warning")
        assert add(nights[0], "a.json").code == 0


def test_an_origin_that_does_not_answer_is_no_reason_to_begin_anew(nights: list[Project]) -> None:
    shutil.rmtree(nights[0].folder.parent / "origin.git")
    done = nights[0].run("open-history.sh")
    assert done.code == 2 and "does not answer" in done.said
    assert not (nights[0].folder / "results/history").exists()
