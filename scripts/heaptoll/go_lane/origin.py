"""By which code and on which machine the lane is measured: not always those of the run that it is added to."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heaptoll import checkout
from heaptoll.run_facts import RunFacts


@dataclass(frozen=True)
class Origin:
    """None: not known."""

    revision: str | None = None
    dirty: bool | None = None
    cpu_model: str | None = None
    kernel: str | None = None

    def as_json(self) -> Mapping[str, Any]:
        """By the keys of run.json."""
        return {
            "git": {"revision": self.revision, "dirty": self.dirty},
            "machine": {"cpu_model": self.cpu_model, "kernel": self.kernel},
        }

    def other_machine(self, run: RunFacts) -> bool:
        """Whether it is known to be another than the run's."""
        return None not in (self.cpu_model, run.machine.cpu_model) and self.cpu_model != run.machine.cpu_model

    def differences(self, run: RunFacts) -> tuple[str, ...]:
        """In sentences, what is known to be otherwise than in the run."""
        told = []
        if self.other_machine(run):
            told.append(f"Go was measured on another machine than C: {self.cpu_model}, not {run.machine.cpu_model}")
        if None not in (self.revision, run.git.revision) and self.revision != run.git.revision:
            told.append(f"Go was measured by another commit than C: {str(self.revision)[:10]}")
        if self.dirty and not run.git.dirty:
            told.append("Go was measured by code with local changes")
        return tuple(told)


def here() -> Origin:
    """Of this code, on this machine; as heaptoll writes it into run.json."""
    uname = platform.uname()
    return Origin(
        checkout.revision(), checkout.is_dirty(untracked=False), checkout.cpu_model(), f"{uname.system} {uname.release}"
    )
