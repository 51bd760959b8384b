"""What was measured on what, in one line."""

from __future__ import annotations

from heaptoll.report.dataset import Measured
from heaptoll.report.go_words import version
from heaptoll.report.words.numbers import count, percent
from heaptoll.report.words.sentence import Name, Piece, joined, pieces


def line(measured: Measured) -> tuple[Piece, ...]:
    """The machine, its clock, allocators with versions, compiler, how much was measured and when."""
    facts = measured.run.facts
    machine = facts.machine
    hardware: list[tuple[Piece, ...]] = [(Name(machine.cpu_model or "unknown CPU"),)]
    if machine.cores:
        hardware.append((count(machine.cores, "core"),))
    if machine.hypervisor:
        hardware.append(("a virtual machine under ", Name(machine.hypervisor)))
    if facts.measured_ghz:
        hardware.append((f"{facts.measured_ghz:.2f} GHz",))
    compiler = next((b.compiler for b in facts.builds if b.name == measured.build), facts.toolchain.compiler)
    rows = measured.run.rows
    launches = int(rows["launch"][rows["build"] == measured.build].nunique())
    much = [count(len(measured.cases), "case"), count(launches, "launch", "launches"), f"{facts.started_utc:%Y-%m-%d}"]
    if facts.quiet_share is not None:
        much.append(f"{percent(facts.quiet_share)} of slices quiet")
    return (
        *joined(hardware, ", "), "; ", *joined([_allocator(measured, name) for name in measured.allocators], ", "),
        "; ", Name(compiler or "unknown compiler"), *_go(measured), f". {', '.join(much)}.",
    )  # fmt: skip


def _go(measured: Measured) -> tuple[Piece, ...]:
    return pieces("; ", Name(version(measured.go.lane.facts))) if measured.go else ()


def _allocator(measured: Measured, name: str) -> tuple[Piece, ...]:
    version = next((each.version for each in measured.run.facts.allocators if each.name == name), None)
    # What jemalloc puts behind its version is the commit; the method page has it all.
    return (Name(f"{name} {version.split('-')[0]}" if version else f"{name} (version unknown)"),)
