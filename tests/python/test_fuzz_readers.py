"""A short run of tests/fuzz/fuzz_readers.py, and that it notices a reader that fails."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzz"))

import fuzz_readers
from fuzz_readers import READERS, made_input

from heaptoll.bad_input import BadInput


@pytest.fixture(autouse=True)
def warnings_are_errors() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def test_a_thousand_damaged_files_give_a_result_or_name_their_file(tmp_path: Path) -> None:
    counts, failed = fuzz_readers.run(7, range(1000), tmp_path)
    assert failed == 0, list(tmp_path.iterdir())
    for reader in READERS:
        count = counts[reader.name]
        # Some of either kind, or the accidents are too wild or too tame to find anything.
        assert count.inputs > 20 and count.refused > 0
    assert sum(count.refused for count in counts.values()) < 900


def test_an_input_is_the_same_every_time() -> None:
    assert [made_input(3, i) for i in range(20)] == [made_input(3, i) for i in range(20)]
    assert made_input(3, 1) != made_input(4, 1)


@pytest.mark.parametrize(
    "error",
    [ValueError("a traceback"), BadInput("elsewhere", "a file", "name another"), RuntimeWarning("overflow")],
)
def test_a_reader_that_fails_otherwise_is_found_and_its_input_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(path: Path, data: bytes) -> None:
        if data != READERS[0].good:
            raise error

    monkeypatch.setattr(fuzz_readers, "READERS", (replace(READERS[0], read=fails),))
    monkeypatch.setattr(fuzz_readers, "_TURNS", [fuzz_readers.READERS[0]])
    _, failed = fuzz_readers.run(1, range(3), tmp_path)
    assert failed == 3 and len(list(tmp_path.iterdir())) == 3
