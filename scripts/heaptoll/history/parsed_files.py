"""Reads the files of many records, on every core, into what the index keeps of each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from heaptoll.bad_input import BadInput
from heaptoll.history.record_file import read_record
from heaptoll.history.stored_run import StoredRun, stored
from heaptoll.own_pool import pooled

FIELD, ROW = "\x1f", "\x1e"  # between the words of a name, and between names: neither is printable, so no name has one
_WORTH_A_POOL = 100  # files; below, starting processes takes longer than reading
_CHUNK = 10  # files


class FileState(NamedTuple):
    """What tells whether a file is still the one that was read. A file that is replaced as a whole is another inode,
    even within one tick of the clock."""

    size: int
    mtime_ns: int
    inode: int


def state_of(path: Path) -> FileState:
    """Raises OSError."""
    found = path.stat()
    return FileState(found.st_size, found.st_mtime_ns, found.st_ino)


class Parsed(NamedTuple):
    """`names`: one per value, joined by `FIELD` and `ROW`, so that it is cheap to hand over and to look up. `figures`:
    float64, all ns, then all low ends, high ends and cycles."""

    state: FileState
    run: StoredRun
    names: str
    figures: bytes


def parse_files(paths: Sequence[Path]) -> Iterator[tuple[Path, Parsed | BadInput]]:
    """What is in each file, in their order, or why it is no record."""
    cores = len(os.sched_getaffinity(0))
    if len(paths) < _WORTH_A_POOL or cores < 2:
        found: Iterator[Parsed | None] = map(_parse_or_none, paths)
    else:
        found = pooled(_parse_or_none, paths, cores, _CHUNK)
    for path, parsed in zip(paths, found):
        yield path, parse_file(path) if parsed is None else parsed


def parse_file(path: Path) -> Parsed | BadInput:
    try:
        state = state_of(path)  # before its contents: what is written in between is seen the next time
        record = read_record(path)
    except BadInput as error:
        return error
    except OSError as error:
        return BadInput(path, "a file that can be read", "check its permissions", found=error.strerror)
    names = ROW.join(map(FIELD.join, record.names))
    figures = np.ascontiguousarray(record.figures[:, (0, 1, 2, 4)].T)
    return Parsed(state, stored(record), names, figures.tobytes())


def _parse_or_none(path: Path) -> Parsed | None:
    """A BadInput does not survive the way between two processes."""
    parsed = parse_file(path)
    return None if isinstance(parsed, BadInput) else parsed
