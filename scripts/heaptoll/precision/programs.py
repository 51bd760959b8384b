"""Runs the two engines, one short measurement at a time, and reads what they found."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from heaptoll.bad_input import BadInput
from heaptoll.measurements import Run, read_run


@dataclass(frozen=True)
class Programs:
    """Where the programs are, and a folder for runs that nobody keeps."""

    build: Path
    scratch: Path

    def run(self, arguments: list[str]) -> Run:
        """One run of heaptoll with these arguments. Raises BadInput when it fails."""
        command = [str(self.build / "heaptoll"), f"--results-dir={self.scratch}", *arguments]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise BadInput(
                self.build / "heaptoll", "a run that succeeds", f"see what it said:\n{done.stderr.strip()}",
                found=f"exit status {done.returncode}",
            )  # fmt: skip
        return read_run(self.scratch / "latest")

    def loop_times(self, repetitions: int, min_time: float) -> dict[str, list[float]]:
        """ns per operation of the same body under Heaptoll's own loop (`ours`) and under a range-for over Google
        Benchmark's state (`range_for`), in random order."""
        results = self.scratch / "loop.tsv"
        command = [
            str(self.build / "heaptoll-gbench"), str(repetitions), "loop", "--",
            f"--benchmark_min_time={min_time}", "--benchmark_enable_random_interleaving=true",
        ]  # fmt: skip
        # A shell opens the descriptor: in this process its number may be taken.
        opened = ["sh", "-c", 'exec 3>"$1"; shift; exec "$@"', "sh", str(results), *command]
        subprocess.run(opened, check=True, stdout=subprocess.DEVNULL)
        text = results.read_text(encoding="utf-8")
        lines = [line.split("\t") for line in text.splitlines() if line.startswith("result\t")]
        times: dict[str, list[float]] = {"ours": [], "range_for": []}
        for _, name, _, ns, *_ in lines:
            times[name.removeprefix("loop/")].append(float(ns))
        return times


def check_built(build: Path) -> None:
    """Raises BadInput when the programs are not there."""
    for name in ("heaptoll", "heaptoll-worker", "heaptoll-gbench"):
        if not (build / name).is_file():
            raise BadInput(build / name, "a built program", "run `make build` first", found="no such file")


def medians(run: Run, column: str, allocator: str, arm: str) -> pd.Series[float]:
    """A column by launch, of the launches with enough quiet slices."""
    rows = run.rows
    chosen = (rows["allocator"] == allocator) & (rows["arm"] == arm) & (rows["status"] == "ok")
    return rows[chosen].set_index("launch")[column].dropna()
