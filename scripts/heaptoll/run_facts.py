"""Reads run.json: what was run, on what, and how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from heaptoll import columns
from heaptoll.bad_input import BadInput, quoted
from heaptoll.json_keys import Keys, read_object

FILE_NAME = "run.json"
SCHEMA_VERSION = 1
STATUSES = ("running", "complete", "interrupted", "failed")
VERDICTS = ("good", "fair", "poor", "unknown")


@dataclass(frozen=True)
class Git:
    revision: str | None
    dirty: bool


@dataclass(frozen=True)
class Machine:
    cpu_model: str | None
    cores: int | None
    hypervisor: str | None
    kernel: str | None
    architecture: str | None = None
    caches: str | None = None  # what was found of each level, as JSON; the same for smt, governor and turbo
    smt: str | None = None
    governor: str | None = None
    turbo: str | None = None
    thp: str | None = None


@dataclass(frozen=True)
class Toolchain:
    compiler: str | None
    flags: str | None
    libc: str | None
    google_benchmark: str | None
    build: str | None = None
    worker_sha256: str | None = None


@dataclass(frozen=True)
class Allocator:
    name: str
    path: str | None
    version: str | None
    sha256: str | None


@dataclass(frozen=True)
class Worker:
    """One program of a build: one of its layouts, the same code linked to another place."""

    path: str
    sha256: str | None


@dataclass(frozen=True)
class Build:
    """One of the builds of a run with --builds. Which of its workers a launch measured: `layout_of`."""

    name: str
    compiler: str | None
    flags: str | None
    workers: tuple[Worker, ...]


@dataclass(frozen=True)
class NotInEveryBuild:
    """A case that was asked for and not measured: only `builds` list it, or they mean different things by it."""

    case: str
    builds: tuple[str, ...]
    why: str


def layout_of(launch: int, layouts: int) -> int:
    """Which of its `layouts` workers every build had in launch number `launch`: docs/FORMATS.md."""
    return launch % layouts


@dataclass(frozen=True)
class Finding:
    """One thing about the machine that measuring depends on, and how it was judged (docs/METHOD.md)."""

    name: str
    value: str | None
    verdict: str


@dataclass(frozen=True)
class CaseFacts:
    """A case the run set out to measure. `explains` is its one sentence for people, `question` what its
    scenario asks, `profile` the smallest profile that has it; each None where the run does not say."""

    name: str
    scenario: str
    variant: str
    params: Mapping[str, str]
    size_bytes: int | None
    explains: str | None
    question: str | None = None
    profile: str | None = None


@dataclass(frozen=True)
class RunFacts:
    """The contents of run.json. None means the run could not tell."""

    run_id: str
    started_utc: datetime
    status: str
    profile: str
    seed: str | None
    command_line: str | None
    git: Git
    machine: Machine
    toolchain: Toolchain
    allocators: tuple[Allocator, ...]
    cases: tuple[CaseFacts, ...]
    measured_ghz: float | None
    quiet_share: float | None
    measured_share: float | None
    coordinator_cpu_share: float | None
    warnings: tuple[str, ...]
    health: tuple[Finding, ...] = ()  # empty in runs from before there was one
    engine: str | None = None
    allocator_environment: tuple[str, ...] = ()
    builds: tuple[Build, ...] = ()  # empty in runs without --builds, as is the next
    not_in_every_build: tuple[NotInEveryBuild, ...] = ()
    ended_utc: datetime | None = None  # absent while it runs


def read_run_facts(path: Path) -> RunFacts:
    """Reads and checks the run.json at `path`. Raises BadInput, and nothing else, when it is not one."""
    root = Keys(path, "", read_object(path))
    version = root.value("schema_version")
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise BadInput(
            path,
            f"schema version {SCHEMA_VERSION}, the one this heaptoll reads",
            f"read it with the heaptoll that wrote version {version}, or measure again with this one",
            key="schema_version",
            found=f"version {quoted(str(version))}",
        )
    git, machine, toolchain = (root.section(name) for name in ("git", "machine", "toolchain"))
    return RunFacts(
        run_id=root.needed_text("run_id"),
        started_utc=moment_of(root, "started_utc"),
        status=root.one_of("status", STATUSES),
        profile=root.needed_text("profile"),
        seed=_seed(root),
        command_line=_command_line(root),
        git=Git(git.text("revision"), git.flag("dirty")),
        machine=Machine(
            machine.text("cpu_model"),
            machine.count("cores"),
            machine.text("hypervisor"),
            machine.text("kernel"),
            machine.text("architecture"),
            _as_json(machine.raw("caches")),
            _as_json(machine.raw("smt")),
            _as_json(machine.raw("governor")),
            _as_json(machine.raw("turbo")),
            machine.text("thp"),
        ),
        toolchain=Toolchain(
            toolchain.text("compiler"),
            toolchain.text("flags"),
            toolchain.text("libc"),
            toolchain.text("google_benchmark"),
            toolchain.text("build"),
            toolchain.text("worker_sha256"),
        ),
        allocators=tuple(
            Allocator(a.needed_text("name"), a.text("path"), a.text("version"), a.text("sha256"))
            for a in root.sections("allocators")
        ),
        cases=tuple(_case(c) for c in root.sections("cases")),
        measured_ghz=root.number("measured_ghz"),
        quiet_share=_share(root),
        measured_share=root.number("measured_share"),
        coordinator_cpu_share=root.number("coordinator_cpu_share"),
        warnings=root.texts("warnings"),
        health=_health(root),
        engine=root.text("engine"),
        allocator_environment=root.texts("allocator_environment"),
        builds=_builds(root),
        not_in_every_build=_not_in_every_build(root),
        ended_utc=None if root.raw("ended_utc") is None else moment_of(root, "ended_utc"),
    )


def _as_json(value: object) -> str | None:
    """Facts that are only held against each other, in whatever form the run has them."""
    if value is None or isinstance(value, str):
        return value or None
    try:
        return json.dumps(value, sort_keys=True)
    except RecursionError:
        return "something very deep"


def moment_of(root: Keys, key: str) -> datetime:
    text = root.needed_text(key)
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise root.wrong(key, "a moment like 2026-01-31T12:00:00Z", text) from None


def _seed(root: Keys) -> str | None:
    """A number or a text: JSON readers elsewhere lose the low bits of 64-bit numbers."""
    found = root.raw("seed")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return root.text("seed")


def _command_line(root: Keys) -> str | None:
    """A text, or the list of arguments."""
    found = root.raw("command_line")
    if isinstance(found, list):
        return " ".join(root.texts("command_line"))
    return root.text("command_line")


def _share(root: Keys) -> float | None:
    share = root.number("quiet_share")
    if share is not None and share > 1:
        raise root.wrong("quiet_share", "a share from 0 to 1, or null", share)
    return share


def _health(root: Keys) -> tuple[Finding, ...]:
    if root.raw("health") is None:
        return ()
    return tuple(
        Finding(f.needed_text("name"), f.text("value"), f.one_of("verdict", VERDICTS))
        for f in root.sections("health")
    )


def _builds(root: Keys) -> tuple[Build, ...]:
    """Names that differ, and as many workers in every build: without that no launch tells its layouts."""
    if root.raw("builds") is None:
        return ()
    builds = tuple(
        Build(
            b.needed_text("name"),
            b.text("compiler"),
            b.text("flags"),
            tuple(Worker(w.needed_text("path"), w.text("sha256")) for w in b.sections("workers")),
        )
        for b in root.sections("builds")
    )
    names = [build.name for build in builds]
    if len(set(names)) != len(names):
        raise root.wrong("builds", "builds of different names", names)
    if builds and {len(build.workers) for build in builds} != {max(len(builds[0].workers), 1)}:
        raise root.wrong("builds", "as many workers in every build, at least one", [len(b.workers) for b in builds])
    return builds


def _not_in_every_build(root: Keys) -> tuple[NotInEveryBuild, ...]:
    if root.raw("not_in_every_build") is None:
        return ()
    return tuple(
        NotInEveryBuild(c.needed_text("case"), c.texts("builds"), c.needed_text("why"))
        for c in root.sections("not_in_every_build")
    )


def _case(keys: Keys) -> CaseFacts:
    return CaseFacts(
        name=keys.needed_text("name"),
        scenario=keys.needed_text("scenario"),
        variant=keys.needed_text("variant"),
        params=_params(keys),
        size_bytes=keys.count("size_bytes"),
        explains=keys.text("explains"),
        question=keys.text("question"),
        profile=keys.text("profile"),
    )


def _params(keys: Keys) -> Mapping[str, str]:
    """`key=value;key=value` as in the CSV, or an object."""
    found = keys.raw("params")
    if isinstance(found, dict):
        return {key: str(value) for key, value in found.items()}
    text = keys.text("params") or ""
    try:
        return columns.parse_params(text)
    except ValueError as error:
        raise keys.wrong("params", str(error), text) from None
