"""Writes a figure to a file, the same bytes each time it is drawn from the same data."""

from __future__ import annotations

import io
from pathlib import Path

from matplotlib.figure import Figure

from heaptoll.charts.theme import Theme
from heaptoll.whole_file import write_whole

FORMATS = ("svg", "png")
PNG_DPI = 192  # two pixels for each of a browser

_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


def encode(figure: Figure, format: str, theme: Theme, title: str) -> bytes:
    """The figure as an image. The title is what a screen reader says of it."""
    buffer = io.BytesIO()
    metadata: dict[str, str | None] = {"Title": title}
    metadata.update(_METADATA[format])
    with theme.applied():
        figure.savefig(buffer, format=format, dpi=PNG_DPI, metadata=metadata)
    return buffer.getvalue()


def save(figure: Figure, path: Path, theme: Theme, title: str) -> None:
    """Writes the figure to `path`, whose suffix is its format; a reader sees the old file or the new one.

    Raises OSError.
    """
    write_whole(path, encode(figure, path.suffix[1:], theme, title))
