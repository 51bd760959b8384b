"""Bencher Metric Format: https://bencher.dev/docs/reference/bencher-metric-format.

`latency` is Bencher's own measure, in ns. It has none for allocations per operation (`total-blocks` and `total-bytes`
are of a whole program), so `allocations` and `allocated-bytes` are ours; Bencher makes them when first reported.
"""

from __future__ import annotations

import json

from heaptoll.escapes import visible
from heaptoll.export.results import Figure, Results
from heaptoll.export.words import different, has_interval, rounded
from heaptoll.statistics import Estimate

LONGEST_NAME = 1024  # characters; Bencher refuses more
_KEPT_FOR_NUMBER = 24

_Metric = dict[str, float]


def write(results: Results) -> str:
    names = different([_name(figure) for figure, _ in results.numbers])
    benchmarks = {name: _measures(*number) for name, number in zip(names, results.numbers)}
    return json.dumps(benchmarks, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _name(figure: Figure) -> str:
    name = visible(figure.name)
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - _KEPT_FOR_NUMBER] + "…"


def _measures(figure: Figure, estimate: Estimate) -> dict[str, _Metric]:
    measures = {"latency": _latency(estimate)}
    if figure.allocs_per_op is not None:
        measures["allocations"] = {"value": rounded(figure.allocs_per_op)}
    if figure.bytes_per_op is not None:
        measures["allocated-bytes"] = {"value": rounded(figure.bytes_per_op)}
    return measures


def _latency(estimate: Estimate) -> _Metric:
    latency = {"value": rounded(estimate.value)}
    if has_interval(estimate):
        latency["lower_value"] = rounded(estimate.interval.low)
        latency["upper_value"] = rounded(estimate.interval.high)
    return latency
