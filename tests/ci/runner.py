"""A GitHub runner small enough to be read: it executes the `run:` lines of a workflow as they stand, in a folder of its
own, with the variables that GitHub sets. The actions that our workflows use are stood in for by what they do to files.

What it does not do: other systems than this one (a job's `container` runs here), time-outs, concurrency, a schedule. That
a workflow is well-formed is for checks.py.
"""

from __future__ import annotations

import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from expressions import Context
from workflow import Tree, read

# How GitHub starts a script: without `shell`, and with `shell: bash`.
_SHELLS = {"": ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}
# Of one step. Nothing should take so long, on however busy a machine: it is there to end what hangs.
LONGEST_SECONDS = 1200


@dataclass(frozen=True)
class Event:
    """What started the workflow. `commit`: GITHUB_SHA, which is what a checkout without `ref` brings. `payload`: what the
    context github.event holds. `variables`: the repository's, which a fork's pull request does not get to see.
    `from_fork`: its token may only read."""

    name: str
    commit: str
    ref: str = "refs/heads/main"
    base_ref: str = ""
    payload: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    from_fork: bool = False


@dataclass
class StepResult:
    """`outcome`: success, failure or skipped. `output`: everything it printed."""

    name: str
    outcome: str
    output: str = ""
    outputs: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass
class JobResult:
    status: str
    steps: list[StepResult]
    summary: str

    @property
    def output(self) -> str:
        return "\n".join(f"--- {step.name}: {step.outcome}, {step.seconds:.1f} s\n{step.output}" for step in self.steps)

    def step(self, name: str) -> StepResult:
        """The step whose id, script or action has this in it."""
        (found,) = [step for step in self.steps if name in step.name]
        return found


@dataclass
class Runner:
    """One machine. `origin`: the repository's address. `place`: a folder for all it has. `path`: programs that stand
    before the machine's own. `kept`: variables that are the machine's, not the workflow's. `action_source`: the folder that
    OWNER/heaptoll@REF stands for."""

    origin: Path
    place: Path
    path: Path
    kept: Mapping[str, str]
    action_source: Path | None = None
    artifacts: dict[str, Path] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)  # of each job that has run
    pages: Path | None = None

    @property
    def workspace(self) -> Path:
        return self.place / "workspace"

    def run(self, workflow: Tree, job_name: str, event: Event) -> JobResult:
        """One job, from its first step to its last."""
        job = _Job(self, workflow, workflow["jobs"][job_name], event)
        result = job.run()
        self.outputs[job_name] = job.outputs()
        return result

    def checked_out(self, ref: str, into: Path, *, whole: bool) -> None:
        """A clone that is kept from job to job, its files as at `ref`; of what was built nothing stays. Only what differs
        is written, so that a build elsewhere need not begin anew. `whole`: with the branches of the origin."""
        if not (into / ".git").exists():
            _git(self.place, "clone", "--quiet", "--no-checkout", str(self.origin), str(into))
        _git(into, "fetch", "--quiet", "--prune", "origin", "+refs/pull/*:refs/pull/*", "+refs/heads/*:refs/remotes/origin/*")
        _git(into, "checkout", "--quiet", "--force", "--detach", ref)
        _git(into, "clean", "--quiet", "-ffdx")
        if not whole:
            for name in _git(into, "for-each-ref", "--format=%(refname)", "refs/remotes", "refs/pull").split():
                _git(into, "update-ref", "--no-deref", "-d", name)


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _needed(job: Tree) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


class _Job:
    def __init__(self, runner: Runner, workflow: Tree, tree: Tree, event: Event) -> None:
        self.runner, self.tree, self.event = runner, tree, event
        self.status = "success"
        self.temporary = runner.place / "temporary"
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(parents=True)
        runner.workspace.mkdir(parents=True, exist_ok=True)
        self.summary = self.temporary / "summary.md"
        self.summary.touch()
        self.permissions = {**workflow.get("permissions", {}), **tree.get("permissions", {})}
        self.credentials = False  # of the last checkout
        self.values: dict[str, Any] = {
            "github": {
                "event": event.payload, "event_name": event.name, "ref": event.ref, "sha": event.commit,
                "base_ref": event.base_ref, "repository": "someone/heaptoll", "workspace": str(runner.workspace),
            },
            "vars": dict(event.variables), "runner": {"temp": str(self.temporary)}, "job": {},
            "needs": {name: {"outputs": runner.outputs.get(name, {})} for name in _needed(tree)}, "steps": {}, "env": {},
        }  # fmt: skip
        for scope in (workflow, tree):
            self.values["env"].update(self._interpolated(scope.get("env"), self.values))

    def run(self) -> JobResult:
        results = []
        if Context(self.values).condition(self.tree.get("if")):
            results = [self._step(step, self.values) for step in self.tree["steps"]]
        else:
            self.status = "skipped"
        return JobResult(self.status, results, self.summary.read_text())

    def outputs(self) -> dict[str, str]:
        return self._interpolated(self.tree.get("outputs"), self.values)

    def _interpolated(self, texts: Tree | None, values: Mapping[str, Any]) -> dict[str, str]:
        context = Context(values, self.status)
        return {name: context.interpolate(text) for name, text in (texts or {}).items()}

    def _step(self, step: Tree, values: dict[str, Any], action_path: Path | None = None) -> StepResult:
        name = " ".join(filter(None, (step.get("id"), step.get("run") or step["uses"])))
        if not Context(values, self.status).condition(step.get("if")):
            return StepResult(name, "skipped")
        start = time.monotonic()
        environment = self._interpolated(step.get("env"), values)
        if "run" in step:
            result = self._script(name, step, environment, values, action_path)
        else:
            result = self._use(name, step["uses"], self._interpolated(step.get("with"), values))
        result.seconds = time.monotonic() - start
        if "id" in step:
            values["steps"][step["id"]] = {"outputs": result.outputs, "outcome": result.outcome}
        if result.outcome == "failure":
            self.status = "failure"
        return result

    def _variables(self, action_path: Path | None) -> dict[str, str]:
        runner, event = self.runner, self.event
        may_push = self.credentials and not event.from_fork and self.permissions.get("contents") == "write"
        home = runner.place / "home"
        home.mkdir(exist_ok=True)
        return {
            "PATH": f"{runner.path}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home),
            "CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(runner.workspace),
            "GITHUB_REPOSITORY": "someone/heaptoll", "GITHUB_SHA": event.commit, "GITHUB_REF": event.ref,
            "GITHUB_EVENT_NAME": event.name, "GITHUB_BASE_REF": event.base_ref, "RUNNER_TEMP": str(self.temporary),
            "GITHUB_STEP_SUMMARY": str(self.summary), "MADE_UP_ORIGIN_MAY_BE_WRITTEN": "yes" if may_push else "no",
            **({"GITHUB_ACTION_PATH": str(action_path)} if action_path else {}),
            **runner.kept,
        }  # fmt: skip

    def _script(
        self, name: str, step: Tree, environment: Mapping[str, str], values: Mapping[str, Any], action_path: Path | None
    ) -> StepResult:
        script, outputs = self.temporary / "script.sh", self.temporary / "outputs"
        script.write_text(step["run"])
        for file in (outputs, self.temporary / "env", self.temporary / "path"):
            file.write_text("")
        variables = {
            **self._variables(action_path), "GITHUB_OUTPUT": str(outputs), "GITHUB_ENV": str(self.temporary / "env"),
            "GITHUB_PATH": str(self.temporary / "path"), **values["env"], **environment,
        }  # fmt: skip
        folder = self.runner.workspace / Context(values).interpolate(step.get("working-directory", ""))
        code, said = _run([*_SHELLS[step.get("shell", "")], str(script)], folder, variables)
        told = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return StepResult(name, "failure" if code else "success", f"{said}exit status {code}\n", told)

    def _use(self, name: str, action: str, given: dict[str, str]) -> StepResult:
        kind, _, version = action.partition("@")
        method = getattr(self, "_" + kind.rpartition("/")[2].replace("-", "_"), None)
        if kind.startswith("actions/") and method:
            try:
                return StepResult(name, "success", *(method(given) or ()))
            except AssertionError as error:
                return StepResult(name, "failure", str(error))
        assert self.runner.action_source and kind.endswith("/heaptoll") and version, f"an action that nobody knows: {action}"
        return self._composite(name, self.runner.action_source, given)

    def _composite(self, name: str, folder: Path, given: dict[str, str]) -> StepResult:
        tree = read((folder / "action.yml").read_text(encoding="utf-8"))
        inputs = {key: given.get(key, each.get("default", "")) for key, each in tree["inputs"].items()}
        values = {**self.values, "inputs": inputs, "steps": {}}
        results = [self._step(step, values, folder) for step in tree["runs"]["steps"]]
        outputs = {key: Context(values).interpolate(each["value"]) for key, each in tree["outputs"].items()}
        failed = any(result.outcome == "failure" for result in results)
        return StepResult(name, "failure" if failed else "success", "".join(each.output for each in results), outputs)

    # ---- what the actions do

    def _checkout(self, given: Mapping[str, str]) -> None:
        self.credentials = given.get("persist-credentials", "true") == "true"
        into = self.runner.workspace / given.get("path", "")
        self.runner.checked_out(given.get("ref") or self.event.commit, into, whole=given.get("fetch-depth") == "0")

    def _upload_artifact(self, given: Mapping[str, str]) -> None:
        assert given["path"], "an input that is needed is empty: path"
        files = [
            path for pattern in given["path"].split("\n") if pattern.strip()
            for path in glob.glob(str(self.runner.workspace / pattern.strip()))
        ]  # fmt: skip
        kept = self.runner.place / "artifacts" / given.get("name", "artifact")
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for path in map(Path, files):
            if path.is_dir():
                shutil.copytree(path, kept, dirs_exist_ok=True)
            else:
                shutil.copy(path, kept)
        empty = not any(path.is_file() for path in kept.rglob("*"))
        assert not empty or given.get("if-no-files-found") == "ignore", f"nothing to upload: {given['path']}"
        self.runner.artifacts[given.get("name", "artifact")] = kept

    def _download_artifact(self, given: Mapping[str, str]) -> None:
        assert given["name"] in self.runner.artifacts, f"no artifact {given['name']}"
        shutil.copytree(
            self.runner.artifacts[given["name"]], self.runner.workspace / given.get("path", ""), dirs_exist_ok=True
        )

    def _configure_pages(self, given: Mapping[str, str]) -> None:
        self._need_to_publish()

    def _upload_pages_artifact(self, given: Mapping[str, str]) -> None:
        folder = self.runner.workspace / given.get("path", "_site/")
        assert (folder / "index.html").is_file(), f"{folder} is no site"
        self.runner.pages = folder

    def _deploy_pages(self, given: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        self._need_to_publish()
        assert self.runner.pages, "nothing was uploaded to publish"
        return "", {"page_url": "https://someone.example/heaptoll/"}

    def _need_to_publish(self) -> None:
        asked = {"pages": "write", "id-token": "write"}
        assert not self.event.from_fork and asked.items() <= self.permissions.items(), "the token may not publish"


def _run(command: list[str], folder: Path, variables: Mapping[str, str]) -> tuple[int, str]:
    """Exit status and output; when it takes too long or the test is stopped, all that it started ends with it."""
    process = subprocess.Popen(
        command, cwd=folder, env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        said, _ = process.communicate(timeout=LONGEST_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, said


def messages(output: str, kind: str) -> list[str]:
    """The messages that a job shows beside itself: kind is error, warning or notice."""
    found = re.findall(rf"^::{kind}(?: [^:]*)?::(.*)$", output, re.M)
    return [text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%") for text in found]


def conclusion_of(folder: Path) -> dict[str, Any]:
    loaded = json.loads((folder / "gate.json").read_text())
    assert isinstance(loaded, dict)
    return loaded
