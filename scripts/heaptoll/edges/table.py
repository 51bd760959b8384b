"""The edges of a run as edges.csv and as a table for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from heaptoll.edges.finder import Edge
from heaptoll.edges.sweep import SCENARIO, LaneEdges
from heaptoll.units import format_bytes, format_difference_ns
from heaptoll.whole_file import write_whole

FILE_NAME = "edges.csv"
COLUMNS = (
    "run_id", "scenario", "variant", "params", "allocator", "build",
    "last_before_bytes", "first_after_bytes", "low_bytes", "high_bytes",
    "before_ns", "after_ns", "jump_ns", "jump_low_ns", "jump_high_ns", "ratio", "launches",
)  # fmt: skip
_HEADINGS = ("allocator", "up to", "from", "before", "after", "jump", "95 % interval", "times", "where (95 %)")
_TO_THE_LEFT = {0, 6, 8}


def as_csv(run_id: str, found: Iterable[LaneEdges]) -> bytes:
    """RFC 4180, UTF-8, a row per edge; only the header when there is none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        (run_id, SCENARIO, each.lane.variant, each.lane.way, each.lane.allocator, each.lane.build, *_figures(edge))
        for each in found
        for edge in each.edges
    )
    return text.getvalue().encode("utf-8")


def write(path: Path, run_id: str, found: Iterable[LaneEdges]) -> bool:
    """Writes edges.csv, as a whole; false when it says the same already. Raises OSError."""
    content = as_csv(run_id, found)
    if _content(path) == content:
        return False
    write_whole(path, content)
    return True


def as_text(found: Sequence[LaneEdges]) -> str:
    """A table for each build, variant and way. Ends without a newline."""
    groups: dict[tuple[str, str, str], list[LaneEdges]] = {}
    for each in found:
        groups.setdefault((each.lane.build, each.lane.variant, each.lane.way), []).append(each)
    return "\n\n".join("\n".join(_group(*key, lanes)) for key, lanes in groups.items())


def _figures(edge: Edge) -> list[str]:
    ns = (edge.before_ns, edge.after_ns, edge.jump_ns, edge.jump_low_ns, edge.jump_high_ns)
    sizes = (edge.last_before, edge.first_after, edge.low, edge.high)
    ratio = "" if edge.ratio is None else f"{edge.ratio:.3f}"
    return [*map(str, sizes), *(f"{value:.3f}" for value in ns), ratio, str(edge.launches)]


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _group(build: str, variant: str, way: str, lanes: Sequence[LaneEdges]) -> list[str]:
    sizes = max(len(each.lane.sweep.sizes) for each in lanes)
    rows = [row for each in lanes for row in _rows(each)]
    lines = [f"{SCENARIO}/{variant} {way}, build {build}, {sizes} sizes: where the toll jumps", *_aligned(rows)]
    for each in lanes:
        if not each.edges:
            lines.append(f"{each.lane.allocator}: no edge")
        if timed := [f"{format_bytes(a)} and {format_bytes(b)}" for a, b in each.unseen]:
            lines.append(f"{each.lane.allocator}: not known between {', '.join(timed)}: no size in between was timed")
    return lines


def _rows(found: LaneEdges) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for edge in found.edges:
        jump, interval = format_difference_ns(edge.jump_ns, edge.jump_low_ns, edge.jump_high_ns)
        rows.append((
            found.lane.allocator, format_bytes(edge.last_before), format_bytes(edge.first_after),
            f"{edge.before_ns:.4g} ns", f"{edge.after_ns:.4g} ns", jump, interval,
            "" if edge.ratio is None else f"{edge.ratio:.2f}", f"{format_bytes(edge.low)} to {format_bytes(edge.high)}",
        ))  # fmt: skip
    return rows


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    table = [_HEADINGS, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(_HEADINGS))]
    return [
        "  ".join(
            text.ljust(width) if i in _TO_THE_LEFT else text.rjust(width)
            for i, (text, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in table
    ]
