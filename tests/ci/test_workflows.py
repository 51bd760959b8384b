"""Every `run:` line of the workflows and of the action, executed as it stands by a stand-in for GitHub's runner.

The repository is a small copy of this one with a bare origin (made_up_repository.py), so that a gate takes seconds and
`make test` ends: its tests are others. Programs come from it and not from this tree's build folder. What stands in for the
machine: apt-get, which only notes what it was asked for; make, after which a run says that the machine was quiet, whatever
this one does; and BUILD_DIR, which jobs share.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_up_repository import AUTHOR, BENCHES, CASE, Repository, git
from runner import LONGEST_SECONDS, Event, JobResult, Runner, conclusion_of, messages
from workflow import ROOT, example, read, walk_through, workflow

# One case in one lane and few layouts: as much as the tests need of a gate.
LITTLE = {"HEAPTOLL_GATE_FILTER": f"^{CASE}$", "HEAPTOLL_GATE_ARGS": "--allocators=glibc --layouts=2"}
NIGHTLY = {
    "HEAPTOLL_NIGHTLY_PROFILE": "smoke", "HEAPTOLL_NIGHTLY_FILTER": f"^{CASE}$", "HEAPTOLL_NIGHTLY_MACHINE": "made up",
    "HEAPTOLL_PAGES": "yes",
}  # fmt: skip


# What a run calls contended goes into no history. Where it is measured, it is measured all the same.
MAKE = '#!/bin/sh\n{make} "$@"\nstatus=$?\nsed -i s/,contended,/,ok,/ results/runs/*/measurements.csv 2>&-\nexit $status\n'


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository.made(tmp_path_factory.mktemp("repository"))


@pytest.fixture(scope="module")
def runner(repository: Repository, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    place = tmp_path_factory.mktemp("runner")
    programs = place / "programs"
    programs.mkdir()
    (programs / "apt-get").write_text(f'#!/bin/sh\necho "$*" >>{place}/apt-get\n')
    (programs / "make").write_text(MAKE.format(make=shutil.which("make")))
    for program in programs.iterdir():
        program.chmod(0o755)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    kept = {name: os.environ[name] for name in ("SETUP", "PYTHON") if name in os.environ}
    kept |= {"BUILD_DIR": str(place / "build"), "XDG_CACHE_HOME": cache, "MYPY_CACHE_DIR": str(place / "mypy")}
    if (ROOT / ".mypy_cache").is_dir():  # mypy looks at contents: what it knows of these files is as true of their copies
        shutil.copytree(ROOT / ".mypy_cache", place / "mypy")
    return Runner(repository.origin, place, programs, kept)


def pushed(repository: Repository) -> Event:
    return Event("push", git(repository.work, "rev-parse", "main"))


def asked(number: int, commit: str, variables: Mapping[str, str] = LITTLE) -> Event:
    payload = {"pull_request": {"number": number, "title": "$(touch made-it)", "head": {"ref": "`touch made-it`"}}}
    return Event("pull_request", commit, f"refs/pull/{number}/merge", "main", payload, variables)


# ---- ci.yml


def test_ci_on_ubuntu_runs_the_readmes_command(runner: Runner, repository: Repository) -> None:
    done = runner.run(workflow("ci"), "ubuntu", pushed(repository))
    assert done.status == "success", done.output
    assert "100% tests passed" in done.output and "2 passed" in done.output


def test_ci_in_debians_container_brings_what_a_bare_image_lacks_and_checks_the_counts(
    runner: Runner, repository: Repository
) -> None:
    (runner.place / "apt-get").unlink(missing_ok=True)
    done = runner.run(workflow("ci"), "debian", pushed(repository))
    assert done.status == "success", done.output
    assert (runner.place / "apt-get").read_text().splitlines()[:2] == [
        "update", "install --yes --no-install-recommends ca-certificates git make",
    ]  # fmt: skip
    trusted = git(runner.place, "config", "--file", str(runner.place / "home/.gitconfig"), "safe.directory")
    assert trusted == str(runner.workspace)
    # Nothing is committed in the small copy, which is what any toolchain meets that nobody has accepted counts for.
    assert any("nothing is committed for glibc" in said for said in messages(done.output, "notice")), done.output


def test_ci_runs_the_sanitizers_tests_with_clang(runner: Runner, repository: Repository) -> None:
    done = runner.run(workflow("ci"), "sanitize", pushed(repository))
    assert done.status == "success" and "1 passed" in done.output, done.output


def test_ci_lints_the_workflows(runner: Runner, repository: Repository) -> None:
    done = runner.run(workflow("ci"), "workflows", pushed(repository))
    if "exit status 2\n" in done.output and "install actionlint, or node and npm" in done.output:
        pytest.skip(done.output.strip().splitlines()[-2])
    assert done.status == "success", done.output


# ---- gate.yml


def check_files(runner: Runner, done: JobResult, name: str = "gate") -> Path:
    """All four files were uploaded and agree with the summary."""
    folder = runner.artifacts[name]
    assert sorted(path.name for path in folder.iterdir()) == ["gate.csv", "gate.json", "gate.junit.xml", "gate.md"]
    assert done.summary == (folder / "gate.md").read_text()
    ElementTree.parse(folder / "gate.junit.xml")
    rows = list(csv.DictReader((folder / "gate.csv").open(newline="")))
    assert len(rows) == len(conclusion_of(folder)["rows"])
    return folder


def test_a_forks_pull_request_that_changes_no_code_passes(runner: Runner, repository: Repository) -> None:
    """Without variables, by the workflow's own defaults, with a token that may only read."""
    merged = repository.pull_request(1, "Words", "README.md", "# Heaptoll\n", "# Heaptoll!\n")
    done = runner.run(workflow("gate"), "gate", replace(asked(1, merged, {}), from_fork=True))
    assert done.status == "success", done.output
    folder = check_files(runner, done)
    found = conclusion_of(folder)
    assert found["conclusion"] in ("fine", "inconclusive"), done.output  # the machine may be noisy
    assert found["base"].startswith(git(repository.work, "rev-parse", "main"))
    assert "Merge request-1 into main" in found["head"]
    assert done.step("gate").outputs["conclusion"] == found["conclusion"]
    assert len({row["case"] for row in found["rows"]}) > 1
    assert bool(messages(done.output, "warning")) is (found["conclusion"] == "inconclusive")


def test_an_inconclusive_gate_is_a_warning_and_no_failure(runner: Runner, repository: Repository) -> None:
    """The arm without an allocation takes longer, and nobody counts: something other than the allocator did it. (Where the
    machine is too noisy to see that, the gate is inconclusive for that.)"""
    made = "return ht_consume(HOW##null_make_##N(seed), N);"
    merged = repository.pull_request(3, "Moved", BENCHES, made, f"HOW##null_make_##N(seed); HOW##null_make_##N(seed); {made}")
    variables = {**LITTLE, "HEAPTOLL_GATE_ARGS": LITTLE["HEAPTOLL_GATE_ARGS"] + " --counts=off"}
    done = runner.run(workflow("gate"), "gate", asked(3, merged, variables))
    assert done.status == "success" and "exit status 0\n" in done.step("gate").output, done.output
    assert done.step("gate").outputs | {"exit-status": "3", "conclusion": "inconclusive"} == done.step("gate").outputs
    (said,) = messages(done.output, "warning")
    assert said.startswith("inconclusive: ")
    assert done.summary.startswith("## Heaptoll gate: inconclusive\n")
    check_files(runner, done)


def test_a_pull_request_that_does_not_compile_fails_with_the_compilers_words_in_the_summary(
    runner: Runner, repository: Repository
) -> None:
    merged = repository.pull_request(4, "Broken", BENCHES, "HT_ARM(chain_null_##D)", "HT_ARM(chain_null_##D")
    done = runner.run(workflow("gate"), "gate", asked(4, merged))
    assert done.status == "failure" and "exit status 2\n" in done.step("gate").output, done.output
    assert done.summary.startswith("## Heaptoll gate: could not be measured\n")
    assert "error:" in done.summary
    assert messages(done.output, "error")
    assert not list(runner.artifacts["gate"].iterdir()), "files of an earlier pull request"


def test_names_of_branches_reach_no_shell(runner: Runner, repository: Repository) -> None:
    event = replace(asked(1, git(repository.work, "rev-parse", "main")), base_ref="$(touch made-it)`touch made-it`")
    done = runner.run(workflow("gate"), "gate", event)
    assert done.status == "failure" and "exit status 2\n" in done.output, done.output
    assert not list(runner.place.rglob("made-it"))


def test_a_clone_without_its_history_is_told_how_to_get_it(runner: Runner, repository: Repository) -> None:
    tree = workflow("gate")
    del tree["jobs"]["gate"]["steps"][0]["with"]["fetch-depth"]
    done = runner.run(tree, "gate", asked(1, git(repository.work, "rev-parse", "main")))
    assert done.status == "failure" and "fetch-depth: 0" in done.output


def test_the_walk_through_takes_a_newcomer_to_a_red_pull_request_in_five_commands(
    runner: Runner, repository: Repository
) -> None:
    """Its slowdown shows in the instructions, however noisy the machine is."""
    runner.checked_out(git(repository.work, "rev-parse", "main"), runner.workspace, whole=True)
    git(runner.workspace, "checkout", "--quiet", "-B", "main")
    said = []
    for line in walk_through():
        less = {"ALLOCATORS": "glibc", **({"ARGS": "--layouts=2"} if line.startswith("make gate") else {})}
        done = subprocess.run(
            ["bash", "-c", line], cwd=runner.workspace, capture_output=True, text=True, timeout=LONGEST_SECONDS,
            env={
                **os.environ, **runner.kept, **AUTHOR, **less, "MADE_UP_ORIGIN_MAY_BE_WRITTEN": "yes",
                "PATH": f"{runner.path}:{os.environ['PATH']}",
            },
        )  # fmt: skip
        said.append((done.returncode, done.stdout + done.stderr))
    assert [code for code, _ in said] == [0, 0, 0, 2, 0], said
    assert (runner.workspace / "plots/latest/headline-light.svg").is_file()
    assert "appended with" in said[1][1]
    assert "regression" in said[3][1] and said[3][1].rstrip().endswith("Error 1")

    git(repository.work, "fetch", "--quiet", "origin", "slower")
    git(repository.work, "checkout", "--quiet", "--detach", "main")
    git(repository.work, "merge", "--quiet", "--no-ff", "--message", "Merge slower into main", "FETCH_HEAD")
    merged = git(repository.work, "rev-parse", "HEAD")
    repository.push("HEAD:refs/pull/9/merge")
    git(repository.work, "checkout", "--quiet", "main")
    red = runner.run(workflow("gate"), "gate", asked(9, merged))
    assert red.status == "failure" and "exit status 1\n" in red.step("gate").output, red.output
    assert red.summary.startswith("## Heaptoll gate: regression\n"), red.summary
    assert red.step("gate").outputs["conclusion"] == "regression"
    (words,) = messages(red.output, "error")
    assert words.startswith("regression: ")
    rows = list(csv.DictReader((check_files(runner, red) / "gate.csv").open(newline="")))
    assert "+" in {row["arm"]: row["red_counts"] for row in rows if row["red"] == "yes"}["heap"]


# ---- nightly.yml


def stored(repository: Repository) -> list[str]:
    return git(repository.origin, "ls-tree", "-r", "--name-only", "heaptoll-history").splitlines()


def test_a_night_adds_its_run_to_the_history_and_says_what_changed(runner: Runner, repository: Repository) -> None:
    event = replace(pushed(repository), name="schedule", variables=NIGHTLY)
    done = runner.run(workflow("nightly"), "measure", event)
    assert done.status == "success", done.output
    (measured,) = runner.artifacts["run"].rglob("run.json")
    assert stored(repository) == [f"{measured.parent.name}.json"]
    assert done.summary == (runner.artifacts["history"] / "history.md").read_text() and done.summary


def test_a_night_with_a_crashed_arm_and_a_damaged_record_in_the_history_is_stored_and_red(
    runner: Runner, repository: Repository
) -> None:
    git(repository.work, "fetch", "--quiet", "origin", "heaptoll-history")
    git(repository.work, "checkout", "--quiet", "--detach", "FETCH_HEAD")
    (repository.work / "damaged.json").write_text("{")
    git(repository.work, "add", "--force", "damaged.json")
    git(repository.work, "commit", "--quiet", "--message", "Damaged")
    repository.push("HEAD:refs/heads/heaptoll-history")
    git(repository.work, "checkout", "--quiet", "-B", "crash", "main")
    made = "void *value = HOW##pointer_make_##N(seed); "
    commit = repository.commit("Crash", BENCHES, made, f"{made}__builtin_trap();")
    repository.push("HEAD:refs/heads/crash")
    git(repository.work, "checkout", "--quiet", "main")
    before = set(stored(repository))

    done = runner.run(workflow("nightly"), "measure", Event("schedule", commit, variables=NIGHTLY))
    assert done.status == "failure", done.output
    crashed, damaged = messages(done.output, "error")
    assert "pairs could not be measured:" in crashed and f"{CASE}, glibc: crashed: " in crashed
    assert "damaged.json" in damaged
    (measured,) = runner.artifacts["run"].rglob("run.json")
    assert set(stored(repository)) - before == {f"{measured.parent.name}.json"}


# ---- pages.yml


@pytest.fixture
def published(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> str:
    """A commit with a published machine."""
    monkeypatch.syspath_prepend(ROOT / "tests/python")
    from synthetic import few_cases, write_run

    git(repository.work, "checkout", "--quiet", "-B", "published", "main")
    write_run(repository.work / "results/published/small", ["glibc"], made=few_cases())
    git(repository.work, "add", "--force", "results/published")
    git(repository.work, "commit", "--quiet", "--message", "A machine")
    commit = git(repository.work, "rev-parse", "HEAD")
    repository.push("HEAD:refs/heads/published")
    git(repository.work, "checkout", "--quiet", "main")
    return commit


def test_after_a_night_machines_and_history_are_one_site_although_a_record_is_damaged(
    runner: Runner, published: str
) -> None:
    """The history is the one of the nights above."""
    done = runner.run(workflow("pages"), "publish", Event("workflow_run", published, variables=NIGHTLY))
    assert done.status == "success", done.output
    assert runner.pages
    for page in ("index.html", "history.html", "small/index.html", "small/compare.html"):
        assert (runner.pages / page).is_file(), page
    assert "What was searched" in (runner.pages / "history.html").read_text()
    assert any("damaged" in said for said in messages(done.output, "warning"))


def test_where_nobody_asked_for_pages_nothing_is_published(runner: Runner, repository: Repository) -> None:
    done = runner.run(workflow("pages"), "publish", replace(pushed(repository), name="workflow_run"))
    assert (done.status, done.steps) == ("skipped", [])


# ---- action.yml, in a repository of its own


@pytest.fixture
def allocators(repository: Repository, runner: Runner, tmp_path: Path) -> Iterator[Runner]:
    """A runner for the repository of an allocator, which uses the action as docs/CI.md shows."""
    folder, work = tmp_path, tmp_path / "work"
    work.mkdir()
    shutil.copy(ROOT / "tests/preload/forwarding_allocator.c", work / "mine.c")
    (work / "Makefile").write_text("libmine.so: mine.c\n\t$(CC) -O2 -D_GNU_SOURCE -shared -fPIC -o $@ $< -ldl\n")
    git(work, "init", "--quiet")
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "An allocator")
    git(work, "clone", "--quiet", "--bare", str(work), str(folder / "origin.git"))
    # As GitHub brings an action: its files, without git. Where they were built before, since that takes a while.
    runner.checked_out(git(repository.work, "rev-parse", "main"), runner.workspace, whole=True)
    aside = (runner.workspace / ".git").rename(folder / "git")
    (folder / "runner").mkdir()
    yield Runner(folder / "origin.git", folder / "runner", runner.path, runner.kept, runner.workspace)
    aside.rename(runner.workspace / ".git")


def test_an_allocators_repository_gates_itself_as_the_guide_shows(allocators: Runner) -> None:
    tree = read(example())
    (use,) = [step for step in tree["jobs"]["gate"]["steps"] if "heaptoll@" in step.get("uses", "")]
    use["with"] |= {"filter": f"^{CASE}$", "args": "--layouts=2"}
    commit = git(allocators.origin, "rev-parse", "HEAD")
    event = Event("pull_request", commit, payload={"pull_request": {"base": {"sha": commit}}})
    done = allocators.run(tree, "gate", event)
    assert done.status == "success", done.output
    gated = done.step("heaptoll@").outputs
    assert gated["conclusion"] in ("fine", "inconclusive"), done.output
    assert Path(gated["csv"]).parent == Path(gated["folder"]) == Path(gated["report"]).parent == Path(gated["junit"]).parent
    found = conclusion_of(check_files(allocators, done, "heaptoll"))
    assert Path(found["base"]).parts[-2:] == ("base", "libmine.so")
    assert Path(found["head"]).parts[-2:] == ("head", "libmine.so")


def test_two_c_libraries_are_two_sides_by_the_flags_of_their_compilers(allocators: Runner) -> None:
    """What docs/CI.md says of another glibc: here a copy of the system's."""
    loaders = map(Path, ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1"))
    (loader,) = [path for path in loaders if path.exists()]
    maps = Path("/proc/self/maps").read_text()
    library = next(word for word in maps.split() if Path(word).name in ("libc.so.6", "libm.so.6"))
    other = allocators.place / "glibc"
    other.mkdir(parents=True)
    for file in (loader, *(Path(library).parent / name for name in ("libc.so.6", "libm.so.6", "libdl.so.2"))):
        shutil.copy(file, other)
    step = {
        "id": "gate", "uses": "OWNER/heaptoll@main",
        "with": {
            "base-cc": "cc", "head-cc": f"cc -Wl,--dynamic-linker={other / loader.name} -Wl,-rpath,{other}",
            "allocators": "glibc", "filter": f"^{CASE}$",
            # Where it lies makes a copy faster or slower, and that is not asked here.
            "dead-zone-percent": "100", "args": "--layouts=2",
        },
    }  # fmt: skip
    tree = {"permissions": {"contents": "read"}, "jobs": {"gate": {"steps": [step]}}}
    done = allocators.run(tree, "gate", Event("push", "0" * 40))
    assert done.status == "success", done.output
    found = conclusion_of(Path(done.step("gate").outputs["folder"]))
    assert found["base"].endswith(", cc") and found["head"].endswith(f"-rpath,{other}")
    workers = list(Path(allocators.kept["BUILD_DIR"]).glob("gate/tree-*/layout-0/heaptoll-worker"))
    assert len(workers) >= 2
    loaded = [
        subprocess.run([worker], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True, text=True).stdout
        for worker in workers
    ]
    assert sum(f"libc.so.6 => {other}/libc.so.6" in each for each in loaded) == 1


# ---- the stand-in itself


def test_only_a_job_that_may_write_can_push(runner: Runner, repository: Repository) -> None:
    """So that the jobs above prove something."""
    push = {"run": "git push origin HEAD:refs/heads/intruder"}
    event = pushed(repository)
    for name, job, may in (("gate", "gate", False), ("nightly", "measure", True)):
        tree = workflow(name)
        tree["jobs"][job]["steps"] = [tree["jobs"][job]["steps"][0], push]
        assert runner.run(tree, job, replace(event, from_fork=True)).status == "failure"
        assert runner.run(tree, job, event).status == ("success" if may else "failure")
    assert "intruder" in git(repository.origin, "branch")


def test_an_action_that_nobody_knows_fails(runner: Runner, repository: Repository) -> None:
    tree = workflow("gate")
    tree["jobs"]["gate"]["steps"].append({"uses": "someone/else@v1"})
    tree["jobs"]["gate"]["steps"][1:3] = []
    with pytest.raises(AssertionError, match="nobody knows"):
        runner.run(tree, "gate", pushed(repository))
