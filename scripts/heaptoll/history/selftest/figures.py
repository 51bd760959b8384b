"""Everything a self-test of the history found out, and its file."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from heaptoll.history.selftest.real import RealRuns
from heaptoll.history.selftest.reindex import Reindexed
from heaptoll.history.selftest.speed import Speed
from heaptoll.history.selftest.trials import Outcome


@dataclass
class Selftest:
    """`seconds`: wall time of all of it; `machine`, `date`, `revision`: where, when and with what."""

    seed: int
    false_alarms: float
    outcomes: list[Outcome] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)
    indexes: list[Reindexed] = field(default_factory=list)
    real: RealRuns | None = None
    seconds: float = 0.0
    machine: str = ""
    date: str = ""
    revision: str = ""

    @property
    def short_revision(self) -> str:
        """The first digits of the commit, and what was said of it."""
        revision, *words = self.revision.split(" ", 1)
        return " ".join([revision[:12], *words])

    def as_json(self) -> dict[str, Any]:
        """Everything measured, for a file; from_json reads it back."""
        return asdict(self)

    @staticmethod
    def from_json(content: dict[str, Any]) -> Selftest:
        """Raises KeyError, TypeError or ValueError when it is not what as_json made."""
        plain = {key: value for key, value in content.items() if key not in ("outcomes", "speeds", "indexes", "real")}
        return Selftest(
            **plain,
            outcomes=[Outcome.from_json(each) for each in content["outcomes"]],
            speeds=[Speed(**each) for each in content["speeds"]],
            indexes=[Reindexed(**each) for each in content["indexes"]],
            real=RealRuns(**content["real"]) if content["real"] else None,
        )
