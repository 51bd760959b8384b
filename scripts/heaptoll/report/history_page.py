"""The nightly's history as a page: what `history.py --format=json` says, and its chart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heaptoll.bad_input import BadInput

FILE_NAME = "history.json"
_MINUS = "\N{MINUS SIGN}"
_TIMES = ("ns", "cycles")


def history_context(folder: Path) -> dict[str, Any]:
    """What the template is told of the history in `folder`. Raises BadInput for what is no such file."""
    file = folder / FILE_NAME
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return {
            "heading": dict(told["heading"]),
            "history_warnings": [*told["warnings"], *told["notices"]],
            "series": int(told["series"]),
            "too_short": int(told["too_short"]),
            "events": _events(told["changes"]),
            "within_zone": sum(row["event"] is None for row in told["changes"]),
            "drifts": [
                {"name": _name(row), "change": _change(row["drift"], row["percent"], row["unit"])} for row in told["drifts"]
            ],
            "charts": sorted(path.name.removesuffix("-light.svg") for path in folder.glob("*-light.svg")),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            file, "what `scripts/history.py --format=json` writes", "make it again: scripts/ci/site.sh does",
            found=f"{type(error).__name__}: {error}",
        ) from error  # fmt: skip


def copy_charts(folder: Path, to: Path) -> None:
    """Lays the charts beside the page. Raises OSError."""
    to.mkdir()
    for path in sorted(folder.glob("*.svg")):
        shutil.copy(path, to / path.name)


def _events(changes: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The newest first; of each, the series that moved."""
    numbers = sorted({row["event"] for row in changes if row["event"] is not None}, reverse=True)
    return [_event([row for row in changes if row["event"] == number]) for number in numbers]


def _event(rows: list[Mapping[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    words = [_direction(row) for row in rows]
    return {
        "since": first["since"][:16].replace("T", " "),
        "commit": (first["commit"] or "unknown commit")[:12],
        "before": (first["before_commit"] or "unknown commit")[:12],
        "summary": ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words)),
        "by_machine": any(row["by_machine"] for row in rows),
        "rows": [
            {"name": _name(row), "direction": _direction(row), "change": _interval(row), "levels": _levels(row)}
            for row in rows
        ],
    }


def _name(row: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (row["case"], row["arm"], row["allocator"])))


def _direction(row: Mapping[str, Any]) -> str:
    """As history's own words have it: of what is no time, nobody knows which way is better."""
    up = row["change"] > 0
    return ("slower" if up else "faster") if row["unit"] in _TIMES else ("up" if up else "down")


def _change(change: float, percent: float | None, unit: str) -> str:
    text = f"{change:+.3g} {unit}" if percent is None else f"{percent:+.1f} %"
    return text.replace("-", _MINUS)


def _interval(row: Mapping[str, Any]) -> str:
    """The change with its interval, in per cent of the level before where that has a meaning."""
    if row["percent"] is None or not row["change"]:
        return f"{row['change']:+.3g} {row['unit']} ({row['low']:+.3g} to {row['high']:+.3g})".replace("-", _MINUS)
    of = row["percent"] / row["change"]
    return f"{row['percent']:+.1f} % ({row['low'] * of:+.1f} to {row['high'] * of:+.1f})".replace("-", _MINUS)


def _levels(row: Mapping[str, Any]) -> str:
    return f"{row['before']:.4g} → {row['after']:.4g} {row['unit']}".replace("-", _MINUS)
