"""The workflows, the action and the example of docs/CI.md are what GitHub accepts, and keep to our own rules."""

from __future__ import annotations

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import checks
import pytest
import yaml
from expressions import Context
from workflow import ROOT, WORKFLOWS, Tree, action, example, read, workflow

NAMES = ("ci", "gate", "nightly", "pages")


def test_these_are_all_workflows_that_there_are() -> None:
    assert sorted(path.name for path in WORKFLOWS.iterdir()) == sorted(f"{name}.yml" for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_is_valid(name: str) -> None:
    assert checks.of_workflow(workflow(name)) == []


def test_the_action_is_valid() -> None:
    assert checks.of_action(action()) == []


def test_the_example_for_an_allocators_repository_is_valid() -> None:
    assert checks.of_workflow(read(example()), action()) == []


def test_actionlint_has_nothing_to_say_where_it_can_be_had(tmp_path: Path) -> None:
    shown = tmp_path / "example.yml"
    shown.write_text(example())
    files = [*map(str, sorted(WORKFLOWS.iterdir())), str(shown)]
    done = subprocess.run([ROOT / "scripts/ci/actionlint.sh", *files], capture_output=True, text=True)
    if done.returncode == 2:
        pytest.skip(done.stderr.strip())
    assert (done.returncode, done.stdout) == (0, "")


def steps(tree: Tree) -> list[Tree]:
    found = [step for job in tree["jobs"].values() for step in job["steps"]]
    assert found
    return found


def test_a_pull_request_gets_no_secret_and_may_write_nothing() -> None:
    for name in ("ci", "gate"):
        tree = workflow(name)
        assert tree["permissions"] == {"contents": "read"}
        assert all("permissions" not in job for job in tree["jobs"].values())
        checkouts = [step for step in steps(tree) if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)
    for path in (*WORKFLOWS.iterdir(), ROOT / "action.yml"):
        text = path.read_text()
        assert "secrets" not in text.replace("needs a secret", "") and "pull_request_target" not in text


def test_only_the_job_that_pushes_the_history_may_write_contents() -> None:
    jobs = workflow("nightly")["jobs"]
    writing = [name for name, job in jobs.items() if job.get("permissions", {}).get("contents") == "write"]
    assert writing == ["measure"]
    assert any(step.get("run") == "scripts/ci/night.sh" for step in jobs["measure"]["steps"])
    assert "scripts/ci/push-history.sh" in (ROOT / "scripts/ci/night.sh").read_text()


def test_one_workflow_deploys_the_one_site_there_is_and_does_so_after_every_night() -> None:
    deploying = [
        name for name in NAMES
        if any(step.get("uses", "").startswith("actions/deploy-pages@") for step in steps(workflow(name)))
    ]  # fmt: skip
    tree = workflow("pages")
    assert deploying == ["pages"] and tree["on"]["workflow_run"]["workflows"] == [workflow("nightly")["name"]]
    assert {"results/published/**", "plots/published/**"} <= set(tree["on"]["push"]["paths"])


def test_each_of_several_quick_pushes_is_tested_and_only_the_newest_state_of_a_pull_request() -> None:
    """GitHub keeps one run of a concurrency group waiting, the newest."""

    def group(sha: str, **github: Any) -> tuple[str, str]:
        context = Context({"github": {"ref": "refs/heads/main", "event": {}, "event_name": "push", "sha": sha, **github}})
        asked = workflow("ci")["concurrency"]
        return context.interpolate(asked["group"]), context.interpolate(asked["cancel-in-progress"])

    assert len({group(sha) for sha in "abc"}) == 3 and group("a")[1] == "false"
    request = {"event_name": "pull_request", "ref": "refs/pull/7/merge", "event": {"pull_request": {"number": 7}}}
    assert {group(sha, **request) for sha in "abc"} == {("ci-7", "true")}


# ---- the checks can go red


def broken(change: Callable[[Tree], Any], of: str = "nightly") -> list[str]:
    tree = copy.deepcopy(workflow(of))
    change(tree)
    return checks.of_workflow(tree)


def measure(tree: Tree) -> Tree:
    job: Tree = tree["jobs"]["measure"]
    return job


BREAKS: dict[str, tuple[Callable[[Tree], Any], str]] = {
    "key": (lambda t: t.update(job={}), "unknown key 'job'"),
    "event": (lambda t: t.update(on="pull_request_target"), "'pull_request_target' is not one"),
    "no event": (lambda t: t.pop("on"), "nothing starts it"),
    "cron": (lambda t: t["on"]["schedule"][0].update(cron="daily"), "no time of day"),
    "of event": (lambda t: t["on"].update(push={"path": ["x"]}), "the event push: unknown key 'path'"),
    "after what": (lambda t: t["on"].update(workflow_run={"workflows": ["nigthly"]}), "waits for 'nigthly'"),
    "after nothing": (lambda t: t["on"].update(workflow_run={"types": ["completed"]}), "needs the workflows"),
    "needs": (lambda t: measure(t).update(needs="measured"), "needs 'measured'"),
    "scope": (lambda t: measure(t)["permissions"].update(page="write"), "no such permission: page"),
    "level": (lambda t: measure(t)["permissions"].update(pages="yes"), "no such permission: pages: yes"),
    "write for all": (lambda t: t["permissions"].update(contents="write"), "for one job, not for all"),
    "no permissions": (lambda t: t.pop("permissions"), "does not say its permissions"),
    "write-all": (lambda t: t.update(permissions="write-all"), "one by one"),
    "time": (lambda t: measure(t).pop("timeout-minutes"), "timeout-minutes"),
    "runner": (lambda t: measure(t).update({"runs-on": "ubuntu-24.4"}), "no runner that is known"),
    "step key": (lambda t: measure(t)["steps"][1].update(runs="x"), "unknown key 'runs'"),
    "two in one": (lambda t: measure(t)["steps"][1].update(uses="actions/checkout@v4"), "either run something or"),
    "action": (lambda t: measure(t)["steps"][0].update(uses="actions/checkout@v3"), "'actions/checkout@v3' is not one"),
    "input": (lambda t: measure(t)["steps"][0]["with"].update({"fetch-dept": "0"}), "no input 'fetch-dept'"),
    "no path": (lambda t: measure(t)["steps"][-1]["with"].pop("path"), "needs the input 'path'"),
    "context": (lambda t: measure(t)["steps"][1]["env"].update(A="${{ var.x }}"), "no context 'var'"),
    "step": (lambda t: measure(t)["steps"][1].update(env={"A": "${{ steps.x.outputs.y }}"}), "no 'x' in steps"),
    "function": (lambda t: measure(t)["steps"][2].update({"if": "allways()"}), "unknown function allways"),
    "output": (lambda t: measure(t).update(outputs={"page": "${{ steps.nigth.outputs.page }}"}), "no 'nigth' in steps"),
    "needed": (lambda t: measure(t).update({"if": "needs.ci.outputs.page == ''"}), "no 'ci' in needs"),
    "no end": (lambda t: measure(t)["steps"][1].update(env={"A": "${{ vars.x }"}), "without an end"),
    "in a script": (lambda t: measure(t)["steps"][2].update(run="echo ${{ github.ref }}"), "could run anything"),
    "script": (lambda t: measure(t)["steps"][2].update(run="scripts/ci/none.sh"), "scripts/ci/none.sh is not there"),
    "shell": (lambda t: measure(t)["steps"][2].update(run="echo $HOME | cat $1"), "SC2086"),
    "length": (lambda t: measure(t)["steps"][2].update(run="a\nb\nc"), "more than two lines"),
    "same id": (lambda t: [step.update(id="a") for step in measure(t)["steps"]], "another step's"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_workflow_is_found_out(what: str) -> None:
    change, words = BREAKS[what]
    assert any(words in wrong for wrong in broken(change)), broken(change)


def test_a_broken_action_is_found_out() -> None:
    tree = copy.deepcopy(action())
    tree["runs"]["steps"][0].pop("shell")
    tree["runs"]["steps"][0]["env"]["INPUT_BASE"] = "${{ inputs.bas }}"
    tree["outputs"]["csv"]["value"] = "${{ steps.none.outputs.csv }}"
    tree["inputs"]["head"].pop("default")
    found = "\n".join(checks.of_action(tree))
    for words in ("must say its shell", "no 'bas' in inputs", "no 'none' in steps", "input head needs"):
        assert words in found


def test_a_key_that_stands_twice_is_an_error() -> None:
    with pytest.raises(yaml.YAMLError, match="stands twice"):
        read("on: push\njobs: {}\non: pull_request\n")
