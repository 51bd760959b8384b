"""Whatever is in a file of another suite, its reader gives times or BadInput, and never anything else."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from foreign_files import GBENCH, GO
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reader_corruption import corrupted, json_values

from heaptoll.bad_input import BadInput
from heaptoll.compare import gbench_json
from heaptoll.compare.gbench_json import parse_gbench_json
from heaptoll.compare.go_text import parse_go_text
from heaptoll.compare.side import Side

FILE = Path("given.file")


def read(reader: Callable[[Path, bytes], Side], data: bytes) -> Side | None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            side = reader(FILE, data)
        except BadInput as error:
            assert str(error).startswith("given.file") and str(error).isprintable()
            return None
    assert_valid(side)
    return side


def assert_valid(side: Side) -> None:
    """The promises of a Side, checked without the readers' own code."""
    assert side.times and not side.times.keys() & side.untimed.keys()
    for key, times in side.times.items():
        assert key.case and key.arm and times.ns
        assert list(times.ns) == list(range(len(times.ns)))
        assert all(isinstance(ns, float) and math.isfinite(ns) and 0 <= ns <= 1e18 for ns in times.ns.values())
    assert all(key.case and why for key, why in side.untimed.items())
    assert all(fact.value is None or isinstance(fact.value, str) for fact in (*side.facts, *side.notable))


@settings(max_examples=300, deadline=None)
@given(corrupted(GBENCH))
def test_corrupted_json_of_google_benchmark_is_times_or_bad_input(data: bytes) -> None:
    read(parse_gbench_json, data)


@settings(max_examples=300, deadline=None)
@given(corrupted(GO))
def test_corrupted_output_of_go_is_times_or_bad_input(data: bytes) -> None:
    read(parse_go_text, data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_times_or_bad_input(data: bytes) -> None:
    read(parse_gbench_json, data)
    read(parse_go_text, data)


ROW_KEYS = [*gbench_json._Entry._fields, "iterations"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ROW_KEYS), json_values, st.integers(0, 7))
def test_a_key_of_another_type_in_a_row_is_times_or_bad_input(key: str, value: object, at: int) -> None:
    root = json.loads(GBENCH)
    root["benchmarks"][at][key] = value
    read(parse_gbench_json, json.dumps(root).encode())


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(json.loads(GBENCH)["context"])), json_values)
def test_a_key_of_another_type_in_the_context_is_times_or_bad_input(key: str, value: object) -> None:
    root = json.loads(GBENCH)
    root["context"][key] = value
    read(parse_gbench_json, json.dumps(root).encode())


words = st.one_of(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=6),
    st.sampled_from(["BenchmarkA-2", "100", "12.3", "ns/op", "pkg:", "NaN", "1e999", "BenchmarkA-2 1 5 ns/op\n", "\n"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=20))
def test_any_words_are_times_or_bad_input(found: list[str]) -> None:
    read(parse_go_text, " ".join(found).encode())


def test_a_good_file_is_read() -> None:
    assert read(parse_gbench_json, GBENCH) and read(parse_go_text, GO)


def test_the_promises_above_notice_a_reader_that_does_not_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gbench_json, "is_time", lambda ns: True)
    with pytest.raises(AssertionError):
        read(parse_gbench_json, GBENCH.replace(b"10.1", b"-10.1"))
