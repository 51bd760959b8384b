"""The formats by the word that asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from heaptoll.export import bencher, csv, github_action_benchmark, go, junit, markdown, otava
from heaptoll.export.results import Results


@dataclass(frozen=True)
class Format:
    """`write`: the whole file. `only_numbers`: the format has no way to say that a figure is missing, and its readers
    take a file without any for a mistake."""

    write: Callable[[Results], str]
    only_numbers: bool = False


FORMATS: dict[str, Format] = {
    "github-action-benchmark": Format(github_action_benchmark.write, only_numbers=True),
    "bencher": Format(bencher.write, only_numbers=True),
    "go": Format(go.write, only_numbers=True),
    "otava": Format(otava.write, only_numbers=True),
    "junit": Format(junit.write),
    "markdown": Format(markdown.write),
    "csv": Format(csv.write),
}
