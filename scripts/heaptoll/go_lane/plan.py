"""What a profile measures of Go: which pairs, in how many processes, beside how much that lives on the heap."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heaptoll.bad_input import BadInput, quoted

PROFILES = ("smoke", "quick", "full")
MEMORY_LIMIT_MB = 2048
LIVE_MB = (0, 64, 512)
GOGC = (100, 400)
_LIVE_CASES = {
    "smoke": ("returned_pointer/by_value/64",),
    "quick": ("returned_pointer/by_value/64",),
    "full": ("returned_pointer/by_value/64", "boxed_value/interface/8", "array_size/fixed/8192/first"),
}
# What C's regular expressions have and Python's have not, as far as names of cases go.
_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "lower": "a-z", "upper": "A-Z", "xdigit": "0-9a-fA-F",
}  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A pair as benches/go/runner lists it. `allocations`: of one operation of the heap's side."""

    name: str
    scenario: str
    variant: str
    params: str
    size_bytes: int
    explains: str
    profile: str
    allocations: float


@dataclass(frozen=True)
class Setting:
    """Processes with so much live heap and this GOGC. `slices`: quiet ones of each arm that are enough, within
    `seconds` for each pair."""

    live_mb: int
    gogc: int
    pairs: tuple[Pair, ...]
    launches: int
    slices: int
    seconds: float

    @property
    def usual(self) -> bool:
        """Whether it is what a program gets that asks for nothing, and has nothing."""
        return (self.live_mb, self.gogc) == (LIVE_MB[0], GOGC[0])

    def case(self, pair: Pair) -> str:
        return pair.name if self.usual else f"{pair.name}/live{self.live_mb}/gogc{self.gogc}"

    def params(self, pair: Pair) -> str:
        if self.usual:
            return pair.params
        return ";".join(filter(None, (pair.params, f"live_mb={self.live_mb}", f"gogc={self.gogc}")))


def settings(pairs: Sequence[Pair], profile: str, pattern: str | None) -> list[Setting]:
    """The settings of a profile, of the cases whose names `pattern` matches (of all: None); may be none. By the rules
    of heaptoll's --benchmark_filter, whose FILTER it is: a `-` in front turns it round, `all` is every case, and the
    whole name of one of another profile adds it.

    Raises BadInput for a pattern that is no regular expression."""
    fits = _matching(pattern)
    levels = {pair.name: PROFILES.index(pair.profile) for pair in pairs}
    taken = [pair for pair in pairs if levels[pair.name] <= PROFILES.index(profile) or pair.name == pattern]
    launches, slices, seconds = {"smoke": (2, 6, 0.4), "quick": (8, 12, 0.6), "full": (20, 15, 1.0)}[profile]
    live_launches = {"smoke": 1, "quick": 6, "full": 12}[profile]
    found = [Setting(LIVE_MB[0], GOGC[0], tuple(taken), launches, slices, seconds)]
    with_live = tuple(pair for pair in pairs if pair.name in _LIVE_CASES[profile])
    for live_mb in LIVE_MB[: 2 if profile == "smoke" else None]:
        for gogc in GOGC:
            setting = Setting(live_mb, gogc, with_live, live_launches, 2, 3.0)
            if not setting.usual:
                found.append(setting)
    chosen = [_only(setting, fits) for setting in found]
    return [setting for setting in chosen if setting.pairs]


def _matching(pattern: str | None) -> Callable[[str], bool]:
    text = pattern or ""
    negative = text.startswith("-")
    asked = text[1:] if negative else text
    if asked == "all":
        asked = ""
    for name, characters in _CLASSES.items():
        asked = asked.replace(f"[:{name}:]", characters)
    try:
        regex = re.compile(asked)
    except re.error as error:
        raise BadInput(
            "--filter", "a regular expression", "put characters that mean something else behind a \\",
            found=f"{quoted(text)}: {error}",
        ) from None  # fmt: skip
    return lambda name: (regex.search(name) is not None) != negative


def _only(setting: Setting, fits: Callable[[str], bool]) -> Setting:
    some = tuple(pair for pair in setting.pairs if fits(setting.case(pair)))
    return Setting(setting.live_mb, setting.gogc, some, setting.launches, setting.slices, setting.seconds)
