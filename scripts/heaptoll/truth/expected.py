"""What the instructions of benches/truth/ cost by the architecture: core cycles each, by kind of core.

Sources: AMD, Software Optimization Guides for Family 17h, 19h and 1Ah; Intel, 64 and IA-32 Architectures Optimization
Reference Manual; Arm, Neoverse N1, V1 and N2 Software Optimization Guides; A. Fog, Instruction Tables; uops.info.
A kind of core that is not here is measured and not judged: better no verdict than one by a guess. Hybrid processors
are not here because their two kinds of core cannot be told apart by the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

KINDS = ("add_chain", "multiply_chain", "load_chain", "stores", "busy_loop")


@dataclass(frozen=True)
class Cpu:
    """A processor as /proc/cpuinfo names it: x86 has vendor, family and model; Arm has implementer and part."""

    vendor: str = ""
    family: int = 0
    model: int = 0


@dataclass(frozen=True)
class Core:
    """One kind of core: cycles per instruction of each kind of chain; stores and rounds have a throughput instead."""

    name: str
    cycles: dict[str, float]


def _core(name: str, multiply: float, load: float, stores_per_cycle: int | None) -> Core:
    cycles = {"add_chain": 1.0, "multiply_chain": multiply, "load_chain": load, "busy_loop": 1.0}
    if stores_per_cycle:
        cycles["stores"] = 1 / stores_per_cycle
    return Core(name, cycles)


# Stores per cycle are those of 8 bytes from integer registers, all into one line of the first cache.
_ZEN_2 = _core("AMD Zen to Zen 2", 3, 4, 1)
_ZEN_3 = _core("AMD Zen 3 or 4", 3, 4, 2)
_ZEN_5 = _core("AMD Zen 5", 3, 4, 2)
_SKYLAKE = _core("Intel Skylake", 3, 4, 1)
_ICE_LAKE = _core("Intel Ice Lake to Rocket Lake", 3, 5, 2)
_SAPPHIRE_RAPIDS = _core("Intel Sapphire or Emerald Rapids", 3, 5, 2)
_NEOVERSE_N1 = _core("Arm Neoverse N1", 4, 4, None)
_NEOVERSE_V1 = _core("Arm Neoverse V1 or N2", 2, 4, None)

_AMD = {23: _ZEN_2, 25: _ZEN_3, 26: _ZEN_5}
_INTEL = {
    **dict.fromkeys((0x4E, 0x5E, 0x55, 0x8E, 0x9E, 0xA5, 0xA6), _SKYLAKE),
    **dict.fromkeys((0x6A, 0x6C, 0x7D, 0x7E, 0x8C, 0x8D, 0xA7), _ICE_LAKE),
    **dict.fromkeys((0x8F, 0xCF), _SAPPHIRE_RAPIDS),
}
_ARM = {0xD0C: _NEOVERSE_N1, 0xD40: _NEOVERSE_V1, 0xD49: _NEOVERSE_V1}


def core_of(cpu: Cpu) -> Core | None:
    """The kind of core, or None when its figures are not known here."""
    if cpu.vendor == "AuthenticAMD":
        return _AMD.get(cpu.family)
    if cpu.vendor == "GenuineIntel" and cpu.family == 6:
        return _INTEL.get(cpu.model)
    if cpu.vendor == "0x41":
        return _ARM.get(cpu.model)
    return None


def unit_of(cpu: Cpu) -> str:
    """The kind of chain by which the engine itself finds the core's clock (harness/probe.h): to find its cost right
    shows that the engine is consistent, and no more."""
    return "multiply_chain" if cpu.vendor in ("AuthenticAMD", "GenuineIntel") else "add_chain"


def expected_cycles(cpu: Cpu, kind: str, instructions: int) -> float | None:
    """Core cycles of so many instructions of a kind, or None when that is not known."""
    core = core_of(cpu)
    each = core.cycles.get(kind) if core else None
    return None if each is None else each * instructions


def parse_cpuinfo(text: str) -> Cpu:
    """The first processor in the text of /proc/cpuinfo."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), value.strip())
    if "vendor_id" in found:
        return Cpu(found["vendor_id"], _number(found.get("cpu family")), _number(found.get("model")))
    return Cpu(found.get("CPU implementer", ""), 0, _number(found.get("CPU part")))


def this_cpu(file: Path = Path("/proc/cpuinfo")) -> Cpu:
    try:
        return parse_cpuinfo(file.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return Cpu()


def _number(text: str | None) -> int:
    try:
        return int(text or "0", 0)
    except ValueError:
        return 0
