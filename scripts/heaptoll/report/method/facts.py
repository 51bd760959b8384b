"""The run as a list of facts, to find it again and to measure it again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from heaptoll.report.dataset import Measured
from heaptoll.report.words.numbers import percent
from heaptoll.run_facts import Allocator, Build, Machine

_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Fact:
    """`values`: one below the other; `code`: whether they are something to type or to compare letter by letter."""

    name: str
    values: tuple[str, ...]
    code: bool = False


def facts(measured: Measured) -> list[Fact]:
    """What the run does not tell is `unknown`, or left out where it never applies."""
    run = measured.run.facts
    machine, toolchain = run.machine, run.toolchain
    ended = f" to {run.ended_utc:%Y-%m-%d %H:%M:%S}" if run.ended_utc else ""
    revision = (run.git.revision or _UNKNOWN) + (", with local changes" if run.git.dirty else "")
    found = [
        Fact("Run", (run.run_id, f"{run.started_utc:%Y-%m-%d %H:%M:%S}{ended} UTC, {run.status}")),
        Fact("Command line", (run.command_line or _UNKNOWN,), code=True),
        Fact("Profile and engine", (f"{run.profile}, {run.engine or _UNKNOWN}",)),
        Fact("Seed", (run.seed or _UNKNOWN,), code=True),
        Fact("Revision of Heaptoll", (revision,), code=True),
        Fact("Processor", (machine.cpu_model or _UNKNOWN, *_processor(machine))),
        Fact("System", _system(machine, toolchain.libc) or (_UNKNOWN,)),
        Fact("Compiler", (toolchain.compiler or _UNKNOWN,)),
        Fact("Flags of the benches", (toolchain.flags or _UNKNOWN,), code=True),
    ]
    found += [_build(each) for each in run.builds]
    found += [_allocator(each) for each in run.allocators if each.name in measured.allocators]
    if run.allocator_environment:
        found.append(Fact("Options of the allocators", run.allocator_environment, code=True))
    if toolchain.google_benchmark:
        found.append(Fact("Google Benchmark", (toolchain.google_benchmark,)))
    return found


def clock(measured: Measured) -> list[Fact]:
    """What the run says of its clock and of its own cost."""
    run = measured.run.facts
    found = []
    if run.measured_ghz is not None:
        found.append(Fact("Clock of the core", (f"{run.measured_ghz:.3f} GHz, timed beside every slice",)))
    if run.measured_share is not None:
        found.append(Fact("Share of the wall time that is timed slices", (percent(run.measured_share),)))
    if run.coordinator_cpu_share is not None:
        share = percent(run.coordinator_cpu_share)
        found.append(Fact("Processor time of the coordinator", (f"{share} of the wall time",)))
    if run.ended_utc is not None:
        seconds = (run.ended_utc - run.started_utc).total_seconds()
        found.append(Fact("Duration", (f"{seconds / 60:.1f} minutes" if seconds >= 90 else f"{seconds:.0f} s",)))
    return found


def _processor(machine: Machine) -> tuple[str, ...]:
    return _told(
        ("architecture", machine.architecture), ("cores", str(machine.cores or "")),
        ("caches", _plain(machine.caches)), ("SMT", _plain(machine.smt)), ("governor", _plain(machine.governor)),
        ("turbo", _plain(machine.turbo)),
    )  # fmt: skip


def _system(machine: Machine, libc: str | None) -> tuple[str, ...]:
    return _told(
        ("hypervisor", machine.hypervisor), ("kernel", machine.kernel), ("huge pages", machine.thp), ("libc", libc)
    )


def _build(build: Build) -> Fact:
    workers = (f"{worker.path} {worker.sha256 or ''}".strip() for worker in build.workers)
    return Fact(f"Build {build.name}", (build.compiler or _UNKNOWN, build.flags or _UNKNOWN, *workers), code=True)


def _allocator(allocator: Allocator) -> Fact:
    version, sha256 = allocator.version or _UNKNOWN, allocator.sha256 or _UNKNOWN
    values = (f"version {version}", allocator.path or "path unknown", f"sha256 {sha256}")
    return Fact(allocator.name, values, code=True)


def _plain(told: str | None) -> str | None:
    """A fact that may be JSON, as people write it."""
    try:
        value = json.loads(told or "")
    except (ValueError, RecursionError):
        return told
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else told


def _told(*facts: tuple[str, str | None]) -> tuple[str, ...]:
    return tuple(f"{name} {value}" for name, value in facts if value)
