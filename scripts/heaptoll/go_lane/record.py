"""Writes measurements-go.csv launch by launch, and run-go.json as a whole after each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from heaptoll import columns
from heaptoll.go_lane.files import ALLOCATOR, COLLECTIONS, FACTS, LIMITED, MEASUREMENTS, SCHEMA_VERSION
from heaptoll.go_lane.launch import GOMAXPROCS, ArmSaid, Launch
from heaptoll.go_lane.origin import Origin
from heaptoll.go_lane.plan import MEMORY_LIMIT_MB, Setting
from heaptoll.go_lane.toolchain import Go
from heaptoll.whole_file import write_whole

# The collector runs more often than GOGC asks as it gets near the limit.
_NEAR_LIMIT = 0.9
_LIMITED = LIMITED + " of {} MB made the collector run more often than GOGC asks"


@dataclass
class Record:
    """What was measured so far of the run `run_id` in `folder`."""

    folder: Path
    run_id: str
    profile: str
    go: Go
    settings: Sequence[Setting]
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    launches: list[Launch] = field(default_factory=list)
    origin: Origin = Origin()

    def begin(self) -> None:
        """Raises OSError, as all of them."""
        write_whole(self.folder / MEASUREMENTS, _line([*columns.ORDER, COLLECTIONS]))
        self._write_facts("running")

    def add(self, launch: Launch) -> None:
        self.launches.append(launch)
        limited = launch.process.get("peak_bytes", 0) > _NEAR_LIMIT * launch.process.get("limit_bytes", float("inf"))
        with (self.folder / MEASUREMENTS).open("ab") as file:
            file.write(b"".join(_line(self._row(launch, arm, limited)) for arm in launch.arms))
        self._write_facts("running")

    def end(self, status: str) -> None:
        self._write_facts(status)

    def _row(self, launch: Launch, arm: ArmSaid, limited: bool) -> list[object]:
        said, timed = arm.said, arm.said["status"] in columns.TIMED_STATUSES
        reason = said["reason"] or (_LIMITED.format(MEMORY_LIMIT_MB) if limited and arm.arm == "heap" else "")
        row: dict[str, object] = {
            "run_id": self.run_id, "case": arm.case, "scenario": arm.scenario, "variant": arm.variant,
            "size_bytes": arm.size_bytes, "params": arm.params, "arm": arm.arm, "allocator": ALLOCATOR,
            "build": self.go.version, "cpu": launch.cpu, "launch": launch.number, "status": said["status"],
            "reason": reason,
        }  # fmt: skip
        for name in ("allocs_per_op", "alloc_bytes_per_op", "minor_faults_per_op"):
            row[name] = said.get(name)
        if timed:
            row |= {name: said[name] for name in ("ops_per_slice", "slices", "quiet_slices", "cycles_median")}
            row |= dict(zip(columns.NS_QUANTILES, said["ns"]))
            row[COLLECTIONS] = said["collections"] / said["operations"]
        return [_cell(row.get(name)) for name in (*columns.ORDER, COLLECTIONS)]

    def _write_facts(self, status: str) -> None:
        timed = [arm.said for launch in self.launches for arm in launch.arms if "slices" in arm.said]
        slices = sum(said["slices"] for said in timed)
        now = datetime.now(timezone.utc)
        facts: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "run_id": self.run_id,
            "status": status,
            "profile": self.profile,
            "started_utc": _utc(self.started),
            "ended_utc": None if status == "running" else _utc(now),
            "seconds": round((now - self.started).total_seconds(), 1),
            "version": self.go.version,
            "settings": dict(self.go.settings),
            **self.origin.as_json(),
            "gomaxprocs": GOMAXPROCS,
            "memory_limit_bytes": MEMORY_LIMIT_MB << 20,
            "quiet_share": round(sum(said["quiet_slices"] for said in timed) / slices, 4) if slices else None,
            "cases": [_case(setting, i) for setting in self.settings for i in range(len(setting.pairs))],
            "launches": [_launch(each) for each in self.launches],
        }
        write_whole(self.folder / FACTS, json.dumps(facts, indent=1).encode() + b"\n")


def _case(setting: Setting, i: int) -> dict[str, Any]:
    pair = setting.pairs[i]
    return {
        "name": setting.case(pair), "scenario": pair.scenario, "variant": pair.variant,
        "params": setting.params(pair), "size_bytes": pair.size_bytes, "profile": pair.profile,
        "explains": pair.explains, "live_mb": setting.live_mb, "gogc": setting.gogc,
        "allocations": pair.allocations,
    }  # fmt: skip


def _launch(launch: Launch) -> dict[str, Any]:
    said = launch.process
    return {
        "launch": launch.number, "live_mb": launch.setting.live_mb, "gogc": launch.setting.gogc, "cpu": launch.cpu,
        "seed": str(launch.seed), "padding_bytes": launch.padding_bytes, "problem": launch.problem or None,
        **{name: said.get(name) for name in ("live_bytes", "peak_bytes", "collections", "ghz", "quiet_probe_share")},
    }  # fmt: skip


def _utc(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> object:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else value


def _line(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
