"""Folders that are written as a whole or not at all, whatever fails or stops in between."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from heaptoll import whole_folder
from heaptoll.whole_folder import whole_folders

FOLDERS = ("results", "plots")


@pytest.fixture(autouse=True)
def listening() -> Iterator[None]:
    """Ctrl-C does what it usually does, also where the tests run in the background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(name="old", autouse=True)
def old_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FOLDERS:
        Path(name).mkdir()
        (Path(name) / "file").write_text("old")


def replace() -> None:
    with whole_folders(*map(Path, FOLDERS)) as made:
        for folder in made:
            (folder / "file").write_text("new")


def contents() -> list[str]:
    return [(Path(name) / "file").read_text() for name in FOLDERS]


def nothing_left_over() -> bool:
    return sorted(os.listdir()) == sorted(FOLDERS)


def at_rename(number: int, do: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """`do` happens before the rename of that number, counted from 1."""
    rename, seen = Path.rename, []

    def renaming(path: Path, to: Any) -> Path:
        seen.append(path)
        if len(seen) == number:
            do()
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", renaming)


def fail() -> None:
    raise OSError(28, "No space left on device")


def test_both_take_their_places() -> None:
    replace()
    assert contents() == ["new", "new"] and nothing_left_over()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_failure_between_the_renames_leaves_all_as_they_were(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at_rename(number, fail, monkeypatch)
    with pytest.raises(OSError, match="No space"):
        replace()
    assert contents() == ["old", "old"] and nothing_left_over()


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_who_stops_it_between_the_renames_waits_for_them(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at_rename(number, lambda: os.kill(os.getpid(), signal.SIGINT), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        replace()
    assert contents() == ["new", "new"] and nothing_left_over()


def test_without_that_a_stop_would_be_one_of_a_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_folder, "_STOPS", ())
    at_rename(3, lambda: os.kill(os.getpid(), signal.SIGINT), monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        replace()
    assert contents() != ["new", "new"]


def test_an_old_folder_that_cannot_be_put_back_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def renaming(path: Path, to: Any) -> Path:
        if str(to) == "results":
            fail()
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", renaming)
    with pytest.raises(OSError, match="No space"):
        replace()
    assert [path.read_text() for path in Path().glob(".results.*/older/file")] == ["old"]


def test_a_file_in_the_place_of_a_folder_is_not_ours_to_delete() -> None:
    Path("file").write_text("precious")
    with pytest.raises(NotADirectoryError, match="a folder is to be written"), whole_folders(Path("file")):
        pass
    assert Path("file").read_text() == "precious"
