"""The lines under every chart: what must be known before it is believed, and how to find the run again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from heaptoll.charts.page import Page, line_height
from heaptoll.charts.text import safe, wrap
from heaptoll.charts.theme import SMALL, Theme
from heaptoll.measurements import Run

_SHORT_REVISION = 12
_LONGEST_VERSION = 16
_GAP = 0.04  # inches between paragraphs


class _Paragraph(NamedTuple):
    lines: list[str]
    loud: bool


class SmallPrint:
    """Broken into lines first, so that the page can be made as high as they need."""

    def __init__(self, run: Run, build: str, notes: Iterable[str], room: float) -> None:
        texts = [(f"⚠ {warning}", True) for warning in (*run.warnings, *_absent_allocators(run, build))]
        texts += [(note, False) for note in notes]
        texts += [(fact, False) for fact in _facts(run, build)]
        self._paragraphs = [_Paragraph(wrap(safe(text), room, SMALL), loud) for text, loud in texts]

    @property
    def height(self) -> float:
        lines = sum(len(paragraph.lines) for paragraph in self._paragraphs)
        return lines * line_height(SMALL) + len(self._paragraphs) * _GAP

    def draw(self, page: Page, left: float, top: float, theme: Theme) -> None:
        for paragraph in self._paragraphs:
            colour = theme.warning if paragraph.loud else theme.muted
            top = page.lines(left, top, paragraph.lines, size=SMALL, colour=colour) + _GAP


def _absent_allocators(run: Run, build: str) -> list[str]:
    """An allocator that the run names but never measured with this build."""
    absent = [a.name for a in run.facts.allocators if a.name not in run.allocators(build)]
    return [f"no measurements with {', '.join(absent)}"] if absent else []


def _facts(run: Run, build: str) -> list[str]:
    return [sentence for sentence in (_machine(run), _software(run, build), _origin(run, build)) if sentence]


def _machine(run: Run) -> str:
    facts, machine = run.facts, run.facts.machine
    parts = [
        machine.cpu_model or "unknown CPU",
        f"{machine.cores} cores" if machine.cores else "",
        f"under {machine.hypervisor}" if machine.hypervisor else "",
        f"kernel {machine.kernel}" if machine.kernel else "",
        f"{facts.measured_ghz:.2f} GHz measured" if facts.measured_ghz else "",
        f"{facts.quiet_share:.0%} of slices quiet" if facts.quiet_share is not None else "",
    ]
    return ", ".join(part for part in parts if part) + "."


def _software(run: Run, build: str) -> str:
    toolchain = run.facts.toolchain  # of the first build; with --builds each tells its own
    told = next((each for each in run.facts.builds if each.name == build), toolchain)
    measured = set(run.allocators(build))
    allocators = [f"{a.name} {_version(a.version)}" for a in run.facts.allocators if a.name in measured]
    built = " ".join(part for part in (told.compiler, told.flags) if part)
    libc = f"; libc {toolchain.libc}" if toolchain.libc else ""
    return f"Allocators: {', '.join(allocators) or 'unknown'}. Built with {built or 'an unknown compiler'}{libc}."


def _version(version: str | None) -> str:
    """Without the tail of a commit that some put behind it; run.json has it all."""
    if not version:
        return "(version unknown)"
    return version if len(version) <= _LONGEST_VERSION else version[:_LONGEST_VERSION] + "…"


def _origin(run: Run, build: str) -> str:
    facts = run.facts
    revision = (facts.git.revision or "unknown")[:_SHORT_REVISION]
    others = [name for name in run.builds if name != build]
    parts = [
        f"Run {facts.run_id}, {facts.started_utc:%Y-%m-%d %H:%M} UTC",
        f"profile {facts.profile}",
        f"commit {revision}{' with local changes' if facts.git.dirty else ''}",
        f"build {build}" + (f" (also measured, not shown: {', '.join(others)})" if others else ""),
    ]
    return ", ".join(parts) + "."
