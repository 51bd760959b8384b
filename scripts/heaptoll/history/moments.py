"""Moments as the history's files have them: UTC, to the second, as 2026-01-31T12:00:00Z. Others' may be finer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EXAMPLE = "2026-01-31T12:00:00Z"
# ISO 8601, and what other tools write in its place: 2026.01.31 3:00:00 +0100.
_MOMENT = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-./]?)(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"(?:(?:[Tt]| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r" *(?:[Zz]|UTC|GMT|(?P<east>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)?",
    re.ASCII,
)


def as_text(moment: datetime) -> str:
    """`moment` in UTC; what is less than a second is cut off."""
    return moment.astimezone(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def parse(text: str) -> datetime:
    """The moment, in UTC and to the microsecond; what names no time zone is taken for UTC. Raises ValueError for
    anything else than a moment of the years 1970 to 9998: others no clock tells, and arithmetic with them overflows."""
    found = _MOMENT.fullmatch(text.strip())
    if not found or (not found["sign"] and len(found["month"] + found["day"]) != 4):
        raise ValueError(f"not a moment like {EXAMPLE}")
    year, month, day, hour, minute, second = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    if not 1970 <= year <= 9998:
        raise ValueError("a year that no clock tells")
    # A leap second is the last of its minute: datetime has none.
    moment = datetime(year, month, day, hour, minute, min(second, 59) if second == 60 else second, tzinfo=timezone.utc)
    moment += timedelta(microseconds=int((found["fraction"] or "")[:6].ljust(6, "0")))
    east = timedelta(hours=int(found["hours"] or 0), minutes=int(found["minutes"] or 0))
    return moment - east if found["east"] == "+" else moment + east
