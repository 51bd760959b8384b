"""Runs with a lane Go, made up: its files as the lane's own writer leaves them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import synthetic

from heaptoll.go_lane.files import FACTS, MEASUREMENTS
from heaptoll.go_lane.launch import ArmSaid, Launch
from heaptoll.go_lane.plan import Pair, Setting, settings
from heaptoll.go_lane.record import Record
from heaptoll.go_lane.toolchain import Go

GO = Go("/usr/bin/go", "go1.19.8", {"GOAMD64": "v1", "GOARCH": "amd64"})
Said = dict[str, Any]

# Those that C has too in a synthetic run; the last one boxes for free.
PAIRS = [
    Pair("returned_pointer/by_value/64", "returned_pointer", "by_value", "", 64, "A struct or a pointer.", "smoke", 1),
    Pair("boxed_value/interface/8", "boxed_value", "interface", "", 8, "An integer in an interface.", "smoke", 1),
    Pair("boxed_value/small_int/hit100", "boxed_value", "small_int", "hit_percent=100", 8, "Free.", "quick", 0),
    Pair("captured_closure/counter/32", "captured_closure", "counter", "", 32, "A closure that counts.", "smoke", 2),
]


def arm_said(setting: Setting, pair: Pair, arm: str, launch: int) -> Said:
    """As benches/go/runner says it, of a crude model: more lives, more it costs; the higher GOGC, the less."""
    heap = arm == "heap"
    ns = 10.0 + heap * pair.allocations * (12 + setting.live_mb / setting.gogc * 10) + launch % 5 / 50
    collections = 20 if heap and pair.allocations else 0
    return {
        "case": pair.name, "arm": arm, "status": "ok", "reason": "", "ops_per_slice": 50_000, "slices": 12,
        "quiet_slices": 10, "ns": [ns * share for share in (0.9, 0.95, 1.0, 1.05, 1.2)], "cycles_median": 3 * ns,
        "allocs_per_op": heap * pair.allocations, "alloc_bytes_per_op": heap * pair.size_bytes,
        "minor_faults_per_op": 0.0, "collections": collections, "operations": 600_000,
    }  # fmt: skip


def write_go(
    folder: Path, *, profile: str = "quick", pattern: str | None = None, status: str = "complete",
    change: Callable[[Setting, Said], None] = lambda setting, said: None, peak_bytes: int = 1 << 20,
    run_id: str = synthetic.RUN_ID, go: Go = GO,
) -> Path:  # fmt: skip
    """Adds the lane to the run in `folder`, its answers as `change` leaves them, and returns the folder."""
    asked = settings(PAIRS, profile, pattern)
    record = Record(folder, run_id, profile, go, asked, datetime(2026, 1, 31, 13, tzinfo=timezone.utc))
    record.begin()
    for setting in asked:
        for number in range(setting.launches):
            arms = []
            for pair in setting.pairs:
                for arm in ("stack", "heap"):
                    said = arm_said(setting, pair, arm, number)
                    change(setting, said)
                    name, params = setting.case(pair), setting.params(pair)
                    arms.append(ArmSaid(name, params, arm, pair.size_bytes, pair.scenario, pair.variant, said))
            process = {"peak_bytes": peak_bytes, "limit_bytes": 2 << 30, "collections": 99, "live_bytes": 1, "ghz": 3.0}
            record.add(Launch(number, setting, 1, 7, 100, tuple(arms), process))
    record.end(status)
    return folder


def edit_facts(folder: Path, **changes: object) -> None:
    """Changes keys of run-go.json; `...` takes one out."""
    facts = json.loads((folder / FACTS).read_text())
    for name, value in changes.items():
        facts[name] = value
        if value is ...:
            del facts[name]
    (folder / FACTS).write_text(json.dumps(facts))


def edit_rows(folder: Path, old: str, new: str) -> None:
    """Changes a text that stands in measurements-go.csv."""
    path = folder / MEASUREMENTS
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
