"""One process at a time in a folder."""

from __future__ import annotations

import fcntl
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

FILE_NAME = "index.sqlite.lock"


class Lock:
    """`with lock:` waits until no other process is inside, and says so where it has to; whoever is inside may enter
    again, by the same object. The lock goes with the process, however that ends; the empty file stays. Entering raises
    OSError.

    Of no folder, it keeps nobody out: for what nobody can write anyway.

    A lock of fcntl, not of flock: a forked process would hold that one as well, and go on with it when this one is
    killed."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE_NAME
        self._file: BinaryIO | None = None
        self._inside = 0

    def __enter__(self) -> Lock:
        if not self._inside and self._path is not None:
            self._file = self._path.open("ab")
            try:
                self._wait(self._file, self._path.parent)
            except BaseException:
                self._file.close()
                raise
        self._inside += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._inside -= 1
        if not self._inside and self._file is not None:
            self._file.close()

    @staticmethod
    def _wait(file: BinaryIO, folder: Path) -> None:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):  # POSIX lets a system say either
            print(f"waiting for another process in {folder}", file=sys.stderr, flush=True)
            fcntl.lockf(file, fcntl.LOCK_EX)
