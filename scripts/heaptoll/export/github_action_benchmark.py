"""What github-action-benchmark reads with `tool: customSmallerIsBetter`: a list of entries, told apart by name only."""

from __future__ import annotations

import json

from heaptoll.escapes import visible
from heaptoll.export.results import UNIT, Figure, Results
from heaptoll.export.words import different, has_interval, interval_words, launches_words, rounded
from heaptoll.statistics import Estimate


def write(results: Results) -> str:
    names = different([visible(figure.name) for figure, _ in results.numbers])
    entries = [_entry(name, *number, results) for name, number in zip(names, results.numbers)]
    return json.dumps(entries, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _entry(name: str, figure: Figure, estimate: Estimate, results: Results) -> dict[str, str | float]:
    entry: dict[str, str | float] = {"name": name, "unit": UNIT, "value": rounded(estimate.value)}
    if has_interval(estimate):
        half = (estimate.interval.high - estimate.interval.low) / 2
        entry["range"] = f"± {half:.3g}"
    return {**entry, "extra": "\n".join(_extra(figure, estimate, results))}


def _extra(figure: Figure, estimate: Estimate, results: Results) -> list[str]:
    said = [visible(figure.case.explains)] if figure.case.explains else []
    said += [interval_words(estimate), launches_words(estimate.launches)]
    version = results.version(figure.allocator)
    said.append(visible(f"{figure.allocator} {version or 'of unknown version'}"))
    return [*said, visible(figure.why)] if figure.why else said
