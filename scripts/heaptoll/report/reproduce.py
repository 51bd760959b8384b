"""The command lines that measure a case of a run again, and look at it closer. They can be pasted into a shell."""

from __future__ import annotations

import re
import shlex
from typing import NamedTuple

from heaptoll.charts.theme import LIGHT
from heaptoll.report.dataset import Measured
from heaptoll.run_facts import CaseFacts

_PROFILES = ("smoke", "full")  # quick is what `make bench` does unasked
_SPECIAL = re.compile(r"[.^$*+?()[\]{}|\\]")


class Command(NamedTuple):
    purpose: str
    line: str


def commands(measured: Measured, case: CaseFacts) -> list[Command]:
    """Measure, look at the machine code, see where the time goes."""
    profile = measured.run.facts.profile
    asked = [f"PROFILE={profile}"] if profile in _PROFILES else []
    bench = ["make", "bench", *asked, f"FILTER={exactly(case.name)}", *_allocators(measured)]
    named = f"CASE={case.name}"
    arms = {key.arm for key in measured.arms if key.case == case.name}
    return [
        Command("Measure it again", _line(bench)),
        Command("Print its machine code (ARM=heap: of that arm only)", _line(["make", "disassembly", named])),
        Command(
            "See where the time goes", _line(["make", "perf", named, "ARM=heap" if "heap" in arms else "ARM=stack"])
        ),
    ]


def exactly(name: str) -> str:
    """The regular expression that finds this case and no other."""
    return "^" + _SPECIAL.sub(lambda found: "\\" + found[0], name) + "$"


def _allocators(measured: Measured) -> list[str]:
    """Named where the run had others than those that are found unasked."""
    facts = {each.name: each for each in measured.run.facts.allocators}
    if set(measured.allocators) <= set(LIGHT.allocators):
        return []
    lanes = [
        name if name in LIGHT.allocators or name not in facts or not facts[name].path else f"{name}={facts[name].path}"
        for name in measured.allocators
    ]
    return [f"ALLOCATORS={','.join(lanes)}"]


def _line(words: list[str]) -> str:
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """`NAME='value'`, as people write it, where the value needs quotes."""
    name, equals, value = word.partition("=")
    return name + equals + shlex.quote(value) if equals else shlex.quote(word)
