"""A line that says how far it is: rewritten in place on a terminal, now and then a new one elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TextIO

_TERMINAL_SECONDS, _ELSEWHERE_SECONDS = 0.2, 15.0


class Progress:
    """May be told by several threads, one at a time."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._terminal = out, out.isatty()
        self._every = _TERMINAL_SECONDS if self._terminal else _ELSEWHERE_SECONDS
        self._start = self._last = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def say(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < self._every:
            return
        self._last = now
        line = f"{now - self._start:6.0f} s  {what}: {done} of {total}"
        self._out.write(f"\r{line}\033[K" if self._terminal else f"{line}\n")
        self._out.flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            print("\r\033[K", end="", file=self._out, flush=True)
