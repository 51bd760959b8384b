"""Colours, shapes and sizes. The only place where a chart's look is decided.

Colours: the four allocators that most runs have keep their colour in every chart; any other takes the next
of a cycle, in the order of the names. All were chosen so that they stand at least 3:1 against the
background and stay apart in the usual forms of colour blindness; tests/python/test_theme.py holds them to
that. Shapes repeat what colours say. `steps` is a scale from little to much, each step further from the
background than the one before, so that it is read by lightness alone.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib

PAGE_WIDTH = 9.375  # inches: 900 px in a browser
MARGIN = 0.22  # inches, around everything

TITLE = 14.0  # points, like all sizes of text
HEADING = 10.0
BODY = 8.5
SMALL = 7.5

LINE_HEIGHT = 1.35  # of the size of the text

# The same file for the same data: no date, no version, no random ids.
_REPRODUCIBLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "heaptoll",
    "path.simplify": False,
}


@dataclass(frozen=True)
class Theme:
    name: str
    background: str
    text: str
    muted: str
    grid: str
    rule: str
    warning: str
    stack: str
    allocators: Mapping[str, str]
    others: tuple[str, ...]
    steps: tuple[str, ...]

    def ink(self, fill: str) -> str:
        """The colour of text on a fill: that of text or of the background, whichever stands out more."""
        on = _luminance(fill)
        return max((self.text, self.background), key=lambda colour: _contrast(_luminance(colour), on))

    def colours(self, allocators: Iterable[str]) -> dict[str, str]:
        """The colour of each allocator of a run."""
        names = list(allocators)
        others = sorted(set(names) - self.allocators.keys())
        cycle = {name: self.others[i % len(self.others)] for i, name in enumerate(others)}
        return {name: self.allocators.get(name) or cycle[name] for name in names}

    @contextmanager
    def applied(self) -> Iterator[None]:
        """matplotlib as this theme wants it, whatever the user's own settings are."""
        with matplotlib.rc_context(), warnings.catch_warnings():
            # A letter that the font lacks is drawn as a box; that needs no warning for each.
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            matplotlib.rcdefaults()
            matplotlib.rcParams.update(_REPRODUCIBLE)
            matplotlib.rcParams.update(
                {
                    "font.family": "sans-serif",
                    # The first is the one we measure with, and ships with matplotlib. A browser without it
                    # finds a font that is no wider among the others.
                    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
                    # A case may be called $x_1$.
                    "text.parse_math": False,
                    "text.usetex": False,
                    "text.color": self.text,
                    "figure.facecolor": self.background,
                    "savefig.facecolor": self.background,
                    "axes.facecolor": "none",
                    "axes.unicode_minus": True,
                    "lines.solid_capstyle": "butt",
                }
            )
            yield


def _luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else math.pow((c + 0.055) / 1.055, 2.4) for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: float, other: float) -> float:
    """Of two luminances, WCAG 2.1."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    text="#1F2328",
    muted="#59636E",
    grid="#E4E8EC",
    rule="#C4CBD3",
    warning="#B42318",
    stack="#24292F",
    allocators={
        "glibc": "#1B6EE0", "jemalloc": "#B33A00", "mimalloc": "#0BA060", "tcmalloc": "#C738A8",
    },
    others=("#B08D00", "#3A1FA0", "#0097B2", "#5A6B00"),
    steps=("#FFF4D9", "#FEDFA0", "#FDC15E", "#EF932B", "#A84B0A", "#5E2605"),
)  # fmt: skip

DARK = Theme(
    name="dark",
    background="#0D1117",
    text="#F0F6FC",
    muted="#A3ADB8",
    grid="#21262D",
    rule="#3D444D",
    warning="#FF8B80",
    stack="#D0D7DE",
    allocators={
        "glibc": "#71AAE7", "jemalloc": "#D9772F", "mimalloc": "#4FE39A", "tcmalloc": "#E8408F",
    },
    others=("#F5D04B", "#9C5CEA", "#35D0E8", "#A9B665"),
    steps=("#2B2112", "#4D360F", "#7A4D0B", "#C77F1A", "#F0B24A", "#FFE3A6"),
)  # fmt: skip

THEMES = {theme.name: theme for theme in (LIGHT, DARK)}

STACK_SHAPE = "o"
_SHAPES = {"glibc": "s", "jemalloc": "^", "mimalloc": "D", "tcmalloc": "v"}
_OTHER_SHAPES = ("P", "X", "<", ">", "h", "*")


def shapes(allocators: Iterable[str]) -> dict[str, str]:
    """The marker of each allocator of a run, by the same rule as its colour."""
    names = list(allocators)
    others = sorted(set(names) - _SHAPES.keys())
    cycle = {name: _OTHER_SHAPES[i % len(_OTHER_SHAPES)] for i, name in enumerate(others)}
    return {name: _SHAPES.get(name) or cycle[name] for name in names}


def in_order(allocators: Iterable[str]) -> list[str]:
    """The well-known allocators first, in their fixed order, then the others by name."""
    names = set(allocators)
    known = [name for name in LIGHT.allocators if name in names]
    return known + sorted(names - set(known))
