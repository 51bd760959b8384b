"""Moments as the history's files have them: UTC, to the second, as 2026-01-31T12:00:00Z."""

from __future__ import annotations

from datetime import datetime, timezone

EXAMPLE = "2026-01-31T12:00:00Z"


def as_text(moment: datetime) -> str:
    """`moment` in UTC; what is less than a second is cut off."""
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse(text: str) -> datetime:
    """The moment, in UTC; what names no time zone is taken for UTC. Raises ValueError for anything else than a moment of
    the years 1970 to 9998: others no clock tells, and arithmetic with them overflows."""
    text = text.strip()
    found = datetime.fromisoformat(text[:-1] + "+00:00" if text[-1:] in ("Z", "z") else text)
    if not 1970 <= found.year <= 9998:
        raise ValueError("a year that no clock tells")
    return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)
