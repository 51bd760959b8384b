"""The index of a store: every record in one file, so that ten years of them are searched without reading ten thousand
files. It is made of the records and can be deleted at any time; what is wrong with it is a reason to make it again, and
never an answer."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from heaptoll.bad_input import BadInput
from heaptoll.history.chosen import Chosen, chosen_names
from heaptoll.history.gather import Gathered
from heaptoll.history.index_file import IndexFile, Unusable
from heaptoll.history.lock import FILE_NAME as LOCK_NAME
from heaptoll.history.lock import Lock
from heaptoll.history.parsed_files import FileState, Parsed, parse_files, state_of
from heaptoll.history.record import Name
from heaptoll.history.record_file import SUFFIX
from heaptoll.history.series import Series
from heaptoll.history.stored_run import StoredRun

FILE_NAME = "index.sqlite"
_BATCH = 100  # runs in memory at once


class Index:
    """The records in `folder`, as they are now. `damaged`: what is wrong with files that are no records; the history is
    without them. `notices`: what was done about the index, in words. `lock`: held while anything is read or written
    here; who holds it can be sure that the records stay as they are. `read_only`: the folder may only be looked at;
    then nobody is kept out, and the index is a copy of our own that goes with us."""

    def __init__(self, folder: Path) -> None:
        """Reads what was added or changed since the last time, and forgets what is gone. Raises OSError."""
        self.folder = folder
        self.notices: list[str] = []
        self.damaged: list[BadInput] = []
        self.read_only = not all(_may_write(folder / name) for name in ("", LOCK_NAME))
        self.lock = Lock(None if self.read_only else folder)
        self._temporary: TemporaryDirectory[str] | None = None
        self._path = folder / FILE_NAME
        if self.read_only or not _may_write(self._path) or _is_no_file(self._path):
            self._go_elsewhere()
        with self.lock:
            self._file = self._opened()

    def update(self) -> None:
        """The same again, for what was added since. Raises OSError."""
        self._file.close()
        with self.lock:
            self._file = self._opened()

    def rebuild(self) -> None:
        """Makes the index anew from all records. Raises OSError."""
        self._file.close()
        with self.lock:
            self._file = self._made()

    def close(self) -> None:
        self._file.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def runs(self) -> list[StoredRun]:
        """Every record, by time."""
        return [run for _, run in self._file.runs()]

    def series(self, chosen: Chosen) -> Iterator[Series]:
        """The chosen series by case, allocator and arm, their values by time. Raises BadInput when nothing of what is
        asked for was ever measured."""
        with self.lock:
            try:
                gathered = self._gathered(chosen)
            except Unusable as error:
                self._say_made_again(error)
                self.rebuild()
                gathered = self._gathered(chosen)
        return gathered.series()

    def refuse_unmeasured(self, chosen: Chosen, more: Iterable[Name]) -> None:
        """Raises BadInput when nothing of what is asked for was ever measured, nor is in `more`."""
        names = {*self._file.names().values(), *more}
        chosen_names(chosen, dict(enumerate(names)), self.folder)

    def _gathered(self, chosen: Chosen) -> Gathered:
        names = self._file.names()
        return Gathered(self._file, self._file.runs(), names, chosen_names(chosen, names, self.folder), chosen)

    def _go_elsewhere(self) -> None:
        """A copy of the index that is there, which spares reading every record, or else a new one."""
        there = self._path
        refuses = self.folder if self.read_only else there
        why = "is no file" if refuses == there and _is_no_file(there) else "may not be written"
        self.notices.append(f"{refuses} {why}: its index is made for this time only")
        self._temporary = TemporaryDirectory(prefix="heaptoll-index-")
        self._path = Path(self._temporary.name) / FILE_NAME
        if there.is_file():
            try:
                shutil.copyfile(there, self._path)
            except OSError:
                self._path.unlink(missing_ok=True)

    def _opened(self) -> IndexFile:
        if not self._path.exists():
            return self._made()
        file = IndexFile(self._path)
        try:
            file.check()
            self._bring_up_to_date(file)
            return file
        except Unusable as error:
            file.close()
            self._say_made_again(error)
            return self._made()
        except BaseException:
            file.close()
            raise

    def _say_made_again(self, error: Unusable) -> None:
        if self._temporary is None:  # a copy may be of a moment in which another process was writing
            self.notices.append(f"{self._path} {error}: it was made again from the records")

    def _bring_up_to_date(self, file: IndexFile) -> None:
        there = _record_files(self.folder)
        before = file.states()
        gone = [run_id for run_id in before if run_id not in there]
        states = {run_id: _state_or_none(path) for run_id, path in there.items()}
        other = [run_id for run_id, state in states.items() if state is None or before.get(run_id) != state]
        self.damaged = []
        if not gone and not other:
            return
        file.begin()
        try:
            file.remove([*gone, *(run_id for run_id in other if run_id in before)])
            self._add(file, [there[run_id] for run_id in other])
            file.commit()
        except BaseException:
            file.rollback()
            raise

    def _made(self) -> IndexFile:
        """Under another name until it is whole."""
        path = self._path
        unfinished = path.with_name(f".{FILE_NAME}.tmp")  # one name: what a killed process left is written over
        self.damaged = []
        try:
            unfinished.unlink(missing_ok=True)
            file = IndexFile(unfinished, temporary=True)
            try:
                file.create()
                self._add(file, list(_record_files(self.folder).values()))
                file.commit()
            finally:
                file.close()
            # The journal of a writer that was killed would be played back into the new file.
            path.with_name(f"{FILE_NAME}-journal").unlink(missing_ok=True)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return IndexFile(path)

    def _add(self, file: IndexFile, paths: Sequence[Path]) -> None:
        parsed = self._good(parse_files(paths))
        while batch := list(islice(parsed, _BATCH)):
            file.add(batch)

    def _good(self, parsed: Iterable[tuple[Path, Parsed | BadInput]]) -> Iterator[Parsed]:
        for _, each in parsed:
            if isinstance(each, BadInput):
                self.damaged.append(each)
            else:
                yield each


def _record_files(folder: Path) -> dict[str, Path]:
    """By run id, in order; files that are being written have names with a dot before them."""
    names = (path.name for path in folder.iterdir() if path.suffix == SUFFIX and not path.name.startswith("."))
    return {name.removesuffix(SUFFIX): folder / name for name in sorted(names)}


def _may_write(path: Path) -> bool:
    return not path.exists() or os.access(path, os.W_OK)


def _is_no_file(path: Path) -> bool:
    return path.exists() and not path.is_file()


def _state_or_none(path: Path) -> FileState | None:
    try:
        return state_of(path)
    except OSError:
        return None
