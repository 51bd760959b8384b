"""What a workflow must be: the parts of GitHub's "Workflow syntax" and "Metadata syntax" pages that ours use, and our own
rules. Each check returns what is wrong, in words. Stricter than GitHub: what is not known here is wrong until it is added.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterator
from typing import Any

import expressions
from workflow import ROOT, WORKFLOWS, Tree, read

# What `uses:` may name: the major version that is pinned, its inputs, and those it cannot do without.
ACTIONS: dict[str, tuple[set[str], set[str]]] = {
    "actions/checkout@v4": ({"fetch-depth", "path", "persist-credentials", "ref", "repository", "token"}, set()),
    "actions/upload-artifact@v4": ({"name", "path", "if-no-files-found", "retention-days", "overwrite"}, {"path"}),
    "actions/download-artifact@v4": ({"name", "path", "pattern", "merge-multiple"}, set()),
    "actions/configure-pages@v5": (set(), set()),
    "actions/upload-pages-artifact@v3": ({"path", "name", "retention-days"}, set()),
    "actions/deploy-pages@v4": ({"timeout"}, set()),
}
_EVENTS = {"push", "pull_request", "schedule", "workflow_dispatch", "workflow_run"}
# What may be said of an event, as far as ours say it.
_OF_EVENT = {"push": {"branches", "paths"}, "workflow_run": {"workflows", "types"}}
_PERMISSIONS = {"actions", "checks", "contents", "id-token", "issues", "packages", "pages", "pull-requests", "statuses"}
_TOP = {"name", "on", "permissions", "concurrency", "env", "jobs"}
_JOB = {
    "name", "runs-on", "container", "timeout-minutes", "permissions", "needs", "if", "env", "environment", "concurrency",
    "steps", "outputs",
}  # fmt: skip
_STEP = {"id", "name", "if", "env", "uses", "with", "run", "shell", "working-directory", "timeout-minutes"}
_RUNNER_LABELS = {"ubuntu-24.04", "ubuntu-22.04", "ubuntu-latest"}
_IN_JOB = {"github", "vars", "env", "needs", "steps", "runner", "job"}


def of_workflow(tree: Tree, own_action: Tree | None = None) -> list[str]:
    """Everything that is wrong with a workflow. `own_action`: our action.yml, which it may use as OWNER/heaptoll@REF."""
    return list(_of_workflow(tree, own_action))


def of_action(tree: Tree) -> list[str]:
    """Everything that is wrong with a composite action."""
    return list(_of_action(tree))


def _of_workflow(tree: Tree, own_action: Tree | None) -> Iterator[str]:
    yield from _unknown("the workflow", tree, _TOP)
    yield from _of_events(tree.get("on"))
    yield from _of_permissions("the workflow", tree.get("permissions"), may_write=False)
    yield from _of_group("the workflow", tree.get("concurrency"), {"github", "vars", "inputs"})
    jobs = tree.get("jobs") or {}
    if not jobs:
        yield "there is no job"
    for name, job in jobs.items():
        yield from (f"job {name}: {wrong}" for wrong in _of_job(job, jobs, own_action))


def _unknown(where: str, tree: Tree, known: Collection[str]) -> Iterator[str]:
    for key in tree:
        if key not in known:
            yield f"{where}: unknown key {key!r}"


def _of_events(events: Any) -> Iterator[str]:
    names = [events] if isinstance(events, str) else list(events or ())
    if not names:
        yield "nothing starts it"
    for name in names:
        if name not in _EVENTS:
            yield f"the event {name!r} is not one that a workflow here may have"
    if isinstance(events, dict):
        for schedule in events.get("schedule") or ():
            if not re.fullmatch(r"(\S+ ){4}\S+", schedule.get("cron", "")):
                yield f"no time of day: {schedule}"
        for name, known in _OF_EVENT.items():
            yield from _unknown(f"the event {name}", events.get(name) or {}, known)
        after = events.get("workflow_run") or {}
        names = {read(path.read_text(encoding="utf-8"))["name"] for path in WORKFLOWS.iterdir()}
        for name in after.get("workflows", ()):
            if name not in names:
                yield f"it waits for {name!r}, which is no workflow"
        if "workflow_run" in events and (not after.get("workflows") or after.get("types") != ["completed"]):
            yield "workflow_run needs the workflows that it waits for, and types: [completed]"


def _of_permissions(where: str, asked: Any, *, may_write: bool) -> Iterator[str]:
    if asked is None:
        if not may_write:
            yield f"{where} does not say its permissions"
        return
    if not isinstance(asked, dict):
        yield f"{where}: permissions are to be named one by one, not {asked!r}"
        return
    for scope, level in asked.items():
        if scope not in _PERMISSIONS or level not in ("read", "write", "none"):
            yield f"{where}: no such permission: {scope}: {level}"
        elif level == "write" and not may_write:
            yield f"{where}: {scope}: write is for one job, not for all"


def _of_group(where: str, group: Any, contexts: Collection[str]) -> Iterator[str]:
    if group is None:
        return
    yield from _unknown(f"{where}: concurrency", group, {"group", "cancel-in-progress"})
    yield from (wrong for value in group.values() for wrong in _of_text(value, contexts))


def _of_job(job: Tree, jobs: Tree, own_action: Tree | None) -> Iterator[str]:
    yield from _unknown("it", job, _JOB)
    needs = [job["needs"]] if isinstance(job.get("needs"), str) else list(job.get("needs") or ())
    for needed in needs:
        if needed not in jobs:
            yield f"it needs {needed!r}, which is no job"
    label = job.get("runs-on", "")
    yield from _of_text(label, {"github", "vars", "needs"})
    fallback = re.fullmatch(r"\$\{\{ vars\.\w+ \|\| '([^']+)' \}\}", label)
    if (fallback[1] if fallback else label) not in _RUNNER_LABELS:
        yield f"no runner that is known: {label!r}"
    minutes = job.get("timeout-minutes", "")
    if not re.fullmatch("[0-9]+", minutes) or not 1 <= int(minutes) <= 360:
        yield "it needs timeout-minutes"
    yield from _of_permissions("it", job.get("permissions"), may_write=True)
    yield from _of_condition(job.get("if"), {"github", "vars", "needs"}, needs=needs)
    yield from _of_environment(job.get("env"), {"github", "vars", "needs"}, needs=needs)
    if isinstance(job.get("container"), dict):
        yield from _unknown("container", job["container"], {"image", "options", "env", "volumes"})
    steps = job.get("steps") or []
    if not steps:
        yield "it has no step"
    yield from _of_steps(steps, _IN_JOB, set(needs), own_action)
    if isinstance(job.get("environment"), dict):
        ids = {step.get("id") for step in steps}
        yield from _of_text(job["environment"].get("url", ""), {"steps"}, steps=ids)
    for value in (job.get("outputs") or {}).values():
        yield from _of_text(value, {"steps"}, steps={step.get("id") for step in steps})


def _of_steps(
    steps: list[Tree], contexts: Collection[str], needs: Collection[str], own_action: Tree | None,
    inputs: Collection[str] = (),
) -> Iterator[str]:  # fmt: skip
    seen: set[str] = set()
    for number, step in enumerate(steps, start=1):
        name = f"step {number}"
        yield from (f"{name}: {wrong}" for wrong in _of_step(step, contexts, seen, needs, own_action, inputs))
        if "id" in step:
            if step["id"] in seen or not re.fullmatch("[A-Za-z_][A-Za-z0-9_-]*", step["id"]):
                yield f"{name}: {step['id']!r} is no id, or another step's"
            seen.add(step["id"])


def _of_step(
    step: Tree, contexts: Collection[str], ids: Collection[str], needs: Collection[str], own_action: Tree | None,
    inputs: Collection[str],
) -> Iterator[str]:  # fmt: skip
    yield from _unknown("it", step, _STEP)
    if ("run" in step) == ("uses" in step):
        yield "it must either run something or use an action"
    yield from _of_condition(step.get("if"), contexts, ids)
    for part in ("env", "with"):
        yield from _of_environment(step.get(part), contexts, ids, needs, inputs)
    yield from _of_text(step.get("working-directory", ""), contexts, ids, needs, inputs)
    if "run" in step:
        yield from of_run(step["run"])
        if "with" in step:
            yield "`with` is for actions"
    elif "uses" in step:
        yield from _of_use(step, own_action)


def _of_use(step: Tree, own_action: Tree | None) -> Iterator[str]:
    name, given = step["uses"], set(step.get("with") or {})
    if own_action is not None and re.fullmatch(r"[\w.-]+/heaptoll@[\w.-]+", name):
        known, required = set(own_action["inputs"]), set[str]()
    elif name in ACTIONS:
        known, required = ACTIONS[name]
    else:
        yield f"the action {name!r} is not one that is known here"
        return
    for extra in given - known:
        yield f"{name} has no input {extra!r}"
    for missing in required - given:
        yield f"{name} needs the input {missing!r}"


def of_run(text: str) -> Iterator[str]:
    """What is wrong with what a step runs: expressions in it, more than two lines, scripts that are not there, and
    everything that shellcheck has to say."""
    if "${{" in text:
        yield "an expression within the text of a script: whoever chooses its value could run anything"
    if len(text.strip().splitlines()) > 2:
        yield "more than two lines: put them into scripts/ci"
    for script in re.findall(r"scripts/[\w/.-]+", text):
        if not os.access(ROOT / script, os.X_OK):
            yield f"{script} is not there, or no program"
    checked = subprocess.run(
        ["shellcheck", "--shell=bash", "--format=gcc", "-"], input=f"set -e\n{text}\n", capture_output=True, text=True
    )
    yield from checked.stdout.splitlines()


def _of_environment(
    variables: Any, contexts: Collection[str], steps: Collection[str | None] = (), needs: Collection[str] = (),
    inputs: Collection[str] = (),
) -> Iterator[str]:  # fmt: skip
    for value in (variables or {}).values():
        yield from _of_text(value, contexts, steps, needs, inputs)


def _of_condition(
    text: Any, contexts: Collection[str], steps: Collection[str | None] = (), needs: Collection[str] = ()
) -> Iterator[str]:
    if text is not None:
        yield from _of_expression(re.sub(r"^\$\{\{(.*)\}\}$", r"\1", text), contexts, steps, needs)


def _of_text(
    text: str, contexts: Collection[str], steps: Collection[str | None] = (), needs: Collection[str] = (),
    inputs: Collection[str] = (),
) -> Iterator[str]:  # fmt: skip
    found = expressions.marked(text)
    if len(found) != text.count("${{"):
        yield f"an expression without an end: {text!r}"
    for each in found:
        yield from _of_expression(each, contexts, steps, needs, inputs)


def _of_expression(
    text: str, contexts: Collection[str], steps: Collection[str | None] = (), needs: Collection[str] = (),
    inputs: Collection[str] = (),
) -> Iterator[str]:  # fmt: skip
    try:
        parsed = expressions.parse(text)
    except expressions.Malformed as error:
        yield str(error)
        return
    for node in expressions.walk(parsed):
        if isinstance(node, expressions.Call) and node.name not in ("always", "cancelled", "failure", "success"):
            yield f"unknown function {node.name}"
        if not isinstance(node, expressions.Property):
            continue
        name, *rest = node.path
        first = rest[0] if rest else ""
        if name not in contexts:
            yield f"{text.strip()}: there is no context {name!r} here"
        for context, known in (("steps", steps), ("needs", needs), ("inputs", inputs)):
            if name == context and first not in known:
                yield f"{text.strip()}: there is no {first!r} in {context}"
        if name == "steps" and rest[1:2] not in (["outputs"], ["outcome"], ["conclusion"]):
            yield f"{text.strip()}: a step has outputs, an outcome and a conclusion"


def _of_action(tree: Tree) -> Iterator[str]:
    yield from _unknown("the action", tree, {"name", "description", "inputs", "outputs", "runs", "branding", "author"})
    for missing in {"name", "description", "runs"} - set(tree):
        yield f"the action has no {missing}"
    for name, each in (tree.get("inputs") or {}).items():
        yield from _unknown(f"input {name}", each, {"description", "default", "required", "deprecationMessage"})
        if not each.get("description") or ("default" in each) == (each.get("required") == "true"):
            yield f"input {name} needs a description, and a default or that it is required"
    runs = tree.get("runs") or {}
    yield from _unknown("runs", runs, {"using", "steps"})
    if runs.get("using") != "composite":
        yield "runs: only composite actions are known here"
    steps = runs.get("steps") or []
    for number, step in enumerate(steps, start=1):
        if "run" in step and "shell" not in step:
            yield f"step {number}: an action must say its shell"
    yield from _of_steps(steps, {"github", "inputs", "steps", "runner", "env"}, (), None, list(tree.get("inputs") or {}))
    ids = {step.get("id") for step in steps}
    for name, each in (tree.get("outputs") or {}).items():
        yield from _unknown(f"output {name}", each, {"description", "value"})
        yield from (f"output {name}: {wrong}" for wrong in _of_text(each.get("value", ""), {"steps"}, ids))
