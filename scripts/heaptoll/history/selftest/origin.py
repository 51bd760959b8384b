"""Where, when and with what a self-test was made, where no run says so."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timezone
from typing import TypedDict

from heaptoll import checkout


class Origin(TypedDict):
    """The fields of the same names of a self-test; "unknown" for what cannot be found out."""

    machine: str
    date: str
    revision: str


def origin() -> Origin:
    return {"machine": _machine(), "date": f"{datetime.now(timezone.utc):%Y-%m-%d}", "revision": _revision()}


def _machine() -> str:
    return f"{checkout.cpu_model() or platform.machine()}, {os.cpu_count()} cores"


def _revision() -> str:
    revision, changed = checkout.revision(), checkout.is_dirty(untracked=False)
    if revision is None or changed is None:
        return "unknown"
    return f"{revision} with local changes" if changed else revision
