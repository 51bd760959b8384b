"""A side from a run of ours: one build of it."""

from __future__ import annotations

from pathlib import Path

from heaptoll.bad_input import BadInput, quoted
from heaptoll.compare import go_side
from heaptoll.compare.foreign import LONGEST_NS
from heaptoll.compare.side import Fact, Key, Side, Times
from heaptoll.go_lane import files as go_files
from heaptoll.go_lane.beside import with_go
from heaptoll.measurements import FILE_NAME, Run, read_run
from heaptoll.run_facts import RunFacts
from heaptoll.summary import ArmResult, summarise

KIND = "a run of heaptoll"
_GLIBC = "glibc"


def read_own_run(path: Path, *, allow_incomplete: bool = False) -> Run:
    """The run in a folder, or the one that a measurements.csv, measurements.csv.xz or run.json belongs to."""
    return read_run(path.parent if path.name == "run.json" else path, allow_incomplete=allow_incomplete)


def build_of(run: Run, asked: str | None, option: str) -> str:
    """The build that is meant: the one asked for, or the only one. Raises BadInput; `option` is how to ask."""
    builds = run.builds
    if asked is None and len(builds) == 1:
        return builds[0]
    if asked in builds:
        return str(asked)
    raise BadInput(
        run.folder, "a run with rows" if not builds else "one build of the run",
        "measure again" if not builds else f"say which with {option}: {', '.join(builds)}",
        found=f"{len(builds)} of them" if asked is None else f"no build {quoted(asked)}",
    )  # fmt: skip


def side_of(run: Run, build: str, *, with_lane: bool = True) -> Side:
    """The times of one build's lanes, and `with_lane` of Go, if the run has it. Which launches count:
    `heaptoll.summary`. Raises BadInput for a time of more than 30 years."""
    times, untimed = _times_of(run, build)
    lane, told = go_side.lane_of(run) if with_lane else (None, ())
    if lane is not None:
        gos = _times_of(with_go(run, build, lane, ()), build, run.folder / go_files.MEASUREMENTS)
        times, untimed = times | gos[0], untimed | gos[1]
    facts = run.facts
    return Side(
        run.folder, KIND, "launches", _identity(run, build), times, untimed,
        (*facts_of(facts), *(go_side.facts_of(lane.facts) if lane else ())), notable_of(facts), (*run.warnings, *told),
    )  # fmt: skip


def _times_of(run: Run, build: str, file: Path | None = None) -> tuple[dict[Key, Times], dict[Key, str]]:
    refuse_endless(run, file)
    times: dict[Key, Times] = {}
    untimed: dict[Key, str] = {}
    for result in summarise(run, run.rows["case"].cat.categories, build).values():
        key = Key(result.key.case, result.key.allocator, result.key.arm)
        if result.ns_by_launch:
            times[key] = Times(result.ns_by_launch, result.contended)
        else:
            untimed[key] = _why(result)
    return times, untimed


def refuse_endless(run: Run, file: Path | None = None) -> None:
    """Raises BadInput for a time of more than 30 years. `file`: where the rows are from, if not the run's own."""
    endless = (run.rows["ns_median"] > LONGEST_NS).to_numpy()
    if endless.any():
        row = int(endless.argmax())
        raise BadInput(
            file or run.folder / FILE_NAME, "a time of less than 30 years", "measure again", line=row + 2, column="ns_median",
            found=f"{run.rows['ns_median'].iloc[row]:g}",
        )  # fmt: skip


def _why(result: ArmResult) -> str:
    """One reason for all launches that failed alike: "crashed 8 times: SIGSEGV"."""
    said = []
    for each in result.failures:
        times = f" {each.launches} times" if each.launches > 1 else ""
        said.append(f"{each.status}{times}{f': {each.reason}' if each.reason else ''}")
    return "; ".join(said)


def _identity(run: Run, build: str) -> str:
    facts = run.facts
    revision = "unknown revision" if facts.git.revision is None else f"revision {facts.git.revision[:12]}"
    dirty = " with changes" if facts.git.dirty else ""
    return (
        f"run {facts.run_id} of {facts.started_utc:%Y-%m-%d %H:%M} UTC, {revision}{dirty}, build {build}, "
        f"profile {facts.profile}, {facts.machine.cpu_model or 'unknown CPU'} ({run.folder})"
    )


def facts_of(facts: RunFacts) -> tuple[Fact, ...]:
    machine, toolchain = facts.machine, facts.toolchain
    cores = None if machine.cores is None else str(machine.cores)
    return (
        Fact("machine", "CPU", machine.cpu_model),
        Fact("machine", "architecture", machine.architecture),
        Fact("machine", "cores", cores),
        Fact("machine", "caches", machine.caches),
        Fact("machine", "hypervisor", machine.hypervisor),
        Fact("machine", "SMT", machine.smt),
        Fact("machine", "governor", machine.governor),
        Fact("machine", "turbo", machine.turbo),
        Fact("libc", "libc", toolchain.libc),
        Fact("compiler", "compiler", toolchain.compiler),
        Fact("flags", "flags", toolchain.flags),
        Fact("profile", "profile", facts.profile),
        Fact("engine", "engine", facts.engine),
        *_allocators(facts),
    )


def _allocators(facts: RunFacts) -> tuple[Fact, ...]:
    """Version and hash of each; glibc's is a matter of the libc. An allocator on one side only is no difference: there
    is nothing to compare then."""
    libraries = [
        Fact(
            "libc" if each.name == _GLIBC else "allocators", f"library of {each.name}",
            f"{each.version or 'unknown version'} ({(each.sha256 or 'unknown')[:12]})",
        )
        for each in facts.allocators
    ]  # fmt: skip
    options = Fact("allocators", "allocator options in the environment", " ".join(sorted(facts.allocator_environment)))
    return (*libraries, options)


def notable_of(facts: RunFacts) -> tuple[Fact, ...]:
    return (Fact("", "kernel", facts.machine.kernel), Fact("", "huge pages", facts.machine.thp))
