"""Writes folders as a whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """An empty folder to fill. When the block ends it takes the place of `out`, whose old contents go; when the block
    raises, `out` is as it was. Who looks meanwhile finds the old files or the new ones. Raises OSError."""
    with whole_folders(out) as (unfinished,):
        yield unfinished


@contextmanager
def whole_folders(*outs: Path) -> Iterator[tuple[Path, ...]]:
    """The same for several folders that belong together: all take their places, or none. Raises OSError."""
    unfinished: list[Path] = []
    try:
        for out in outs:
            if out.exists() and not out.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "it is a file, and a folder is to be written", str(out))
            out.parent.mkdir(parents=True, exist_ok=True)
            unfinished.append(_beside(out))
            unfinished[-1].chmod(0o755)
        yield tuple(unfinished)
        with not_stopped():
            _replace(outs, unfinished)
    finally:
        for each in unfinished:
            shutil.rmtree(each, ignore_errors=True)


def _beside(out: Path) -> Path:
    """An empty folder on the same disk."""
    return Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))


@contextmanager
def not_stopped() -> Iterator[None]:
    """A signal that would stop us waits until the block ends: between two renames it would cost both folders.

    By handlers and not by a mask, which is a thread's own: a library's other thread would take the signal, and Python
    act on it.
    """
    came: list[int] = []
    before = {
        each: handler
        for each in (_STOPS if threading.current_thread() is threading.main_thread() else ())
        if (handler := signal.getsignal(each)) not in (signal.SIG_IGN, None)
    }
    for each in before:
        signal.signal(each, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
        for number in came:
            signal.raise_signal(number)


def _replace(outs: Sequence[Path], finished: Sequence[Path]) -> None:
    """Renames only; after a failure between them the old folders are put back."""
    asides: list[Path] = []
    try:
        with ExitStack() as undo:
            for out, new in zip(outs, finished):
                if os.path.lexists(out):
                    asides.append(_beside(out))
                    older = out.rename(asides[-1] / "older")
                    undo.callback(older.rename, out)
                new.rename(out)
                undo.callback(out.rename, new)
            undo.pop_all()
    except BaseException:
        for aside in asides:
            with suppress(OSError):
                aside.rmdir()  # one that is not empty has an old folder that could not be put back
        raise
    for aside in asides:
        shutil.rmtree(aside, ignore_errors=True)
