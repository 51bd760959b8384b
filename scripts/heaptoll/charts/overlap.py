"""Finds texts of a figure that collide with each other or leave the page. Used by the tests."""

from __future__ import annotations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

# Touching is allowed, as is what only rounding to whole pixels makes: in pixels of the figure.
_TOLERANCE = 1.0


def text_boxes(figure: Figure) -> list[tuple[str, Bbox]]:
    """Every text that is drawn, with its box in pixels."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw_without_rendering()
    found = []
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            found.append((text.get_text(), text.get_window_extent(renderer)))
    return found


def overlapping_texts(figure: Figure) -> list[tuple[str, str]]:
    """The pairs of texts whose boxes are not disjoint."""
    boxes = sorted(text_boxes(figure), key=lambda item: float(item[1].x0))
    pairs = []
    for i, (text, box) in enumerate(boxes):
        for other, other_box in boxes[i + 1 :]:
            if other_box.x0 >= box.x1 - _TOLERANCE:
                break
            if min(box.y1, other_box.y1) - max(box.y0, other_box.y0) > _TOLERANCE:
                pairs.append((text, other))
    return pairs


def clipped_texts(figure: Figure) -> list[str]:
    """The texts that stick out of the figure."""
    page = figure.bbox
    return [
        text
        for text, box in text_boxes(figure)
        if box.x0 < page.x0 - _TOLERANCE
        or box.y0 < page.y0 - _TOLERANCE
        or box.x1 > page.x1 + _TOLERANCE
        or box.y1 > page.y1 + _TOLERANCE
    ]
