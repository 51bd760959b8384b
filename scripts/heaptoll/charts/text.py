"""How wide a text is, how to break it into lines, how to shorten it. Widths are in inches."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

_DPI = 192.0
_ELLIPSIS = "…"
# A browser may set the same font a little wider than we measure it.
_ALLOWANCE = 1.02
_LONGEST = 2000


def safe(text: str) -> str:
    """`text` without what cannot be printed: control characters, line breaks, half characters."""
    cut = text if len(text) <= _LONGEST else text[:_LONGEST] + _ELLIPSIS
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)


@lru_cache(maxsize=None)
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, _DPI)


@lru_cache(maxsize=20_000)
def width(text: str, size: float, weight: str = "normal") -> float:
    """The width of a text of `size` points."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    measured, _, _ = _renderer().get_text_width_height_descent(text, font, False)
    return float(measured) / _DPI * _ALLOWANCE


def shorten(text: str, room: float, size: float, weight: str = "normal") -> str:
    """`text` if it fits into `room`, else as much of its beginning as fits, and an ellipsis."""
    if width(text, size, weight) <= room:
        return text
    fits = _longest_prefix(text, room - width(_ELLIPSIS, size, weight), size, weight)
    return text[:fits].rstrip() + _ELLIPSIS


def wrap(text: str, room: float, size: float, weight: str = "normal") -> list[str]:
    """`text` broken into lines of at most `room`, between words where that is possible."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, size, weight) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size, weight) > room:
            fits = max(1, _longest_prefix(word, room, size, weight))
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def _longest_prefix(text: str, room: float, size: float, weight: str) -> int:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle], size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return low
