"""measurements.csv.xz: read like the plain file, and refused where it is not whole or not meant."""

from __future__ import annotations

import lzma
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import synthetic
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heaptoll import xz_file
from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run
from heaptoll.plot_command import main


@pytest.fixture
def packed_run(small_run: Path) -> Path:
    """`small_run` with its measurements compressed, and the plain file gone."""
    plain = small_run / "measurements.csv"
    plain.with_name("measurements.csv.xz").write_bytes(lzma.compress(plain.read_bytes()))
    plain.unlink()
    return small_run


def edit(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Changes the compressed bytes."""
    file = folder / "measurements.csv.xz"
    file.write_bytes(change(file.read_bytes()))


def edit_text(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Changes what was compressed."""
    edit(folder, lambda packed: lzma.compress(change(lzma.decompress(packed))))


def refusal(path: Path, allow_incomplete: bool = False) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read_run(path, allow_incomplete=allow_incomplete)
    assert str(caught.value).isprintable()
    return caught.value


def test_a_compressed_run_is_the_same_run(small_run: Path) -> None:
    plain = read_run(small_run)
    file = small_run / "measurements.csv"
    file.with_name("measurements.csv.xz").write_bytes(lzma.compress(file.read_bytes()))
    file.unlink()
    packed = read_run(small_run)
    pd.testing.assert_frame_equal(packed.rows, plain.rows)
    assert (packed.facts, packed.warnings, packed.folder) == (plain.facts, plain.warnings, plain.folder)


def test_a_run_can_be_named_by_its_compressed_file(packed_run: Path) -> None:
    assert len(read_run(packed_run / "measurements.csv.xz").rows) == 18


def test_a_compressed_run_is_drawn(packed_run: Path, tmp_path: Path) -> None:
    options = ["--out", str(tmp_path / "out"), "--select", "headline", "--format", "svg"]
    assert main([str(packed_run), *options]) == 0


def test_both_files_are_refused_with_their_names_until_one_is_named(packed_run: Path) -> None:
    text = lzma.decompress((packed_run / "measurements.csv.xz").read_bytes())
    (packed_run / "measurements.csv").write_bytes(text[: text.rindex(b"\n", 0, -1) + 1])
    message = str(refusal(packed_run))
    assert "measurements.csv or measurements.csv.xz, found both; name the one that is meant" in message
    assert len(read_run(packed_run / "measurements.csv").rows) == 17
    assert len(read_run(packed_run / "measurements.csv.xz").rows) == 18


def test_a_wrong_value_is_refused_with_its_line_in_the_unpacked_file(packed_run: Path) -> None:
    edit_text(packed_run, lambda text: text.replace(b",240,201,", b",240,many,", 1))
    error = refusal(packed_run)
    assert (error.line, error.column) == (2, "quiet_slices")
    assert error.file.endswith("measurements.csv.xz")


def test_a_line_that_was_cut_off_before_it_was_compressed_is_treated_as_in_a_plain_file(packed_run: Path) -> None:
    edit_text(packed_run, lambda text: text[:-30])
    assert refusal(packed_run).line == 19
    assert len(read_run(packed_run, allow_incomplete=True).rows) == 17


@pytest.mark.parametrize("cut", [1, 12, 40, 400])
def test_a_truncated_file_is_refused_even_where_incomplete_runs_are_allowed(packed_run: Path, cut: int) -> None:
    edit(packed_run, lambda packed: packed[:-cut])
    for allow_incomplete in (False, True):
        error = refusal(packed_run, allow_incomplete)
        assert error.found == "the end of the file before it" and "copy it again" in error.advice


def test_a_flipped_bit_anywhere_is_refused(packed_run: Path) -> None:
    """xz has a checksum over the data and over its own bookkeeping, so not one bit can go unnoticed."""
    good = (packed_run / "measurements.csv.xz").read_bytes()
    for at in range(0, len(good), 7):
        edit(packed_run, lambda _: good[:at] + bytes([good[at] ^ 4]) + good[at + 1 :])
        refusal(packed_run)


@pytest.mark.parametrize("content", [b"run_id,case\n", b"\x1f\x8b\x08\0gzip", b"\xfd7zXZ", b"x"])
def test_what_is_not_xz_is_refused(packed_run: Path, content: bytes) -> None:
    edit(packed_run, lambda _: content)
    assert refusal(packed_run).expected == "a file compressed with xz"


@pytest.mark.parametrize("content", [b"", lzma.compress(b"")])
def test_a_file_with_nothing_in_it_is_refused(packed_run: Path, content: bytes) -> None:
    edit(packed_run, lambda _: content)
    assert "measure again" in refusal(packed_run).advice


def test_streams_one_after_the_other_are_one_file(packed_run: Path) -> None:
    def in_two(text: bytes) -> bytes:
        middle = text.index(b"\n", len(text) // 2) - 5
        return lzma.compress(text[:middle]) + b"\0" * 8 + lzma.compress(text[middle:])

    edit(packed_run, lambda packed: in_two(lzma.decompress(packed)))
    assert len(read_run(packed_run).rows) == 18


@pytest.mark.parametrize("behind", [b"x", b"\0", b"\0\0\0\0rest", b"run_id,case\n"])
def test_what_stands_behind_the_last_stream_is_refused(packed_run: Path, behind: bytes) -> None:
    edit(packed_run, lambda packed: packed + behind)
    assert refusal(packed_run).expected == "whole xz streams and nothing else"


def test_python_alone_would_pass_over_it(packed_run: Path) -> None:
    edit(packed_run, lambda packed: packed + b"anything")
    with lzma.open(packed_run / "measurements.csv.xz") as file:
        assert file.read().count(b"\n") == 19


def test_a_bomb_is_refused_before_it_is_unpacked(packed_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xz_file, "LARGEST_BYTES", 4 << 20)
    edit(packed_run, lambda _: lzma.compress(b"\0" * (64 << 20), preset=0))
    tracemalloc.start()
    error = refusal(packed_run)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert error.expected == f"at most {4 << 20} bytes once unpacked" and "xz -d" in error.advice
    assert peak < 16 << 20


def test_a_run_of_just_the_largest_size_is_read(packed_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(lzma.decompress((packed_run / "measurements.csv.xz").read_bytes()))
    monkeypatch.setattr(xz_file, "LARGEST_BYTES", size)
    assert len(read_run(packed_run).rows) == 18
    monkeypatch.setattr(xz_file, "LARGEST_BYTES", size - 1)
    assert refusal(packed_run).expected.startswith("at most")


def test_a_dictionary_that_no_memory_holds_is_refused(packed_run: Path) -> None:
    huge = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 << 20, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 3}]
    edit(packed_run, lambda packed: _with_dictionary(packed, huge))
    assert "memory" in (refusal(packed_run).found or "")


def _with_dictionary(packed: bytes, filters: list[dict[str, int]]) -> bytes:
    encoder = lzma.LZMACompressor(lzma.FORMAT_XZ, filters=filters)
    return encoder.compress(lzma.decompress(packed)) + encoder.flush()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(packed_run: Path) -> None:
    (packed_run / "measurements.csv.xz").chmod(0)
    assert "permissions" in refusal(packed_run).advice


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_happens_to_the_file_it_is_the_same_run_or_bad_input(packed_run: Path, data: st.DataObject) -> None:
    good = lzma.compress(synthetic.csv_bytes(synthetic.rows(synthetic.few_cases(), synthetic.ALLOCATORS[:2], 3)))
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 30)))
    edit(packed_run, lambda _: good[:start] + data.draw(st.binary(max_size=8)) + good[end:])
    try:
        assert len(read_run(packed_run).rows) == 18
    except BadInput as error:
        assert str(error).isprintable()
