"""Everything a self-test found out, and its file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from heaptoll.gate.selftest.mann_whitney import GbenchPair
from heaptoll.gate.selftest.trial import Done


@dataclass
class Selftest:
    """`seed` chose the order of the trials and where each plants; `seconds`: wall time of all of it."""

    seed: int
    profile: str  # of the whole-suite trials
    planned: int  # trials and Google Benchmark pairs, had nobody stopped it
    trials: list[Done] = field(default_factory=list)
    gbench: list[GbenchPair] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)  # steps that came to nothing, and why
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)  # what could not be tried here, and why
    machine: str = ""
    date: str = ""
    revision: str = ""

    @property
    def is_complete(self) -> bool:
        return self.steps_done >= self.planned

    @property
    def short_revision(self) -> str:
        """The first digits of the commit, and what was said of it."""
        revision, *words = self.revision.split(" ", 1)
        return " ".join([revision[:12], *words])

    @property
    def steps_done(self) -> int:
        return len(self.trials) + len(self.gbench) + len(self.failures)

    def note(self, text: str) -> None:
        """Notes once what could not be tried."""
        if text and text not in self.notes:
            self.notes.append(text)

    def as_json(self) -> dict[str, Any]:
        """Everything measured, for a file; from_json reads it back."""
        plain = {key: value for key, value in vars(self).items() if key not in ("trials", "gbench")}
        return {
            **plain, "trials": [done.as_json() for done in self.trials], "gbench": [asdict(pair) for pair in self.gbench],
        }  # fmt: skip

    @staticmethod
    def from_json(content: dict[str, Any]) -> Selftest:
        """Raises KeyError, TypeError or ValueError when it is not what as_json made."""
        plain = {key: value for key, value in content.items() if key not in ("trials", "gbench")}
        return Selftest(
            **plain,
            trials=[Done.from_json(each) for each in content["trials"]],
            gbench=[GbenchPair(**each) for each in content["gbench"]],
        )
