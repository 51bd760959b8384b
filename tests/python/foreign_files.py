"""Files of other suites, as they write them, and made up as a test needs them."""

from __future__ import annotations

import json
from typing import Any

CONTEXT = {
    "date": "2026-01-31T12:00:00+00:00", "host_name": "example", "executable": "./sort", "num_cpus": 2,
    "mhz_per_cpu": 2900, "cpu_scaling_enabled": False, "library_build_type": "release", "load_avg": [0.5, 0.2, 0.1],
    "caches": [{"type": "Data", "level": 1, "size": 32768, "num_sharing": 1}],
}  # fmt: skip


def gbench_row(name: str, index: int, real: float, **changes: Any) -> dict[str, Any]:
    return {
        "name": name, "family_index": 0, "per_family_instance_index": 0, "run_name": name, "run_type": "iteration",
        "repetitions": 3, "repetition_index": index, "threads": 1, "iterations": 1000, "real_time": real,
        "cpu_time": real / 2, "time_unit": "ns", **changes,
    }  # fmt: skip


def gbench_aggregate(name: str, kind: str, value: float, **changes: Any) -> dict[str, Any]:
    return {
        "name": f"{name}_{kind}", "run_name": name, "run_type": "aggregate", "aggregate_name": kind,
        "aggregate_unit": "percentage" if kind == "cv" else "time", "real_time": value, "cpu_time": value,
        "time_unit": "ns", **changes,
    }  # fmt: skip


def gbench(*rows: dict[str, Any], **context: Any) -> bytes:
    return json.dumps({"context": {**CONTEXT, **context}, "benchmarks": list(rows)}, indent=2).encode()


GBENCH = gbench(
    *(gbench_row("BM_Sort/8", i, 10.0 + i / 10) for i in range(3)),
    *(gbench_row("BM_Copy", i, 2.5, time_unit="us") for i in range(3)),
    gbench_aggregate("BM_Copy", "mean", 2.5),
    gbench_aggregate("BM_Copy", "cv", 0.01),
)

GO = b"""\
goos: linux
goarch: amd64
pkg: example.org/sort
cpu: Example CPU @ 2.90GHz
BenchmarkSort/n=8-2         \t 1000000\t        12.30 ns/op\t      64 B/op\t       1 allocs/op
BenchmarkSort/n=8-2         \t 1000000\t        12.40 ns/op\t      64 B/op\t       1 allocs/op
BenchmarkCopy-2             \t  500000\t      2500 ns/op
PASS
ok  \texample.org/sort\t3.210s
"""
