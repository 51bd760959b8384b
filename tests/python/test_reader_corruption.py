"""Whatever happens to the files, the reader gives valid data or BadInput, and never anything else."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
import synthetic
from hypothesis import given, settings
from hypothesis import strategies as st

from heaptoll import columns, row_checks
from heaptoll.bad_input import BadInput
from heaptoll.measurements import Run, read_run
from heaptoll.summary import summarise

MADE = [case for case in synthetic.cases() if case.size_bytes in (8, 64)][:3]
GOOD_ROWS = synthetic.rows(MADE, synthetic.ALLOCATORS[:2], 2)
GOOD_CSV = synthetic.csv_bytes(GOOD_ROWS)
GOOD_FACTS = json.dumps(synthetic.facts(MADE, synthetic.ALLOCATORS[:2])).encode()

snippets = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [
            b",", b"\n", b"\r\n", b'"', b'""', b"nan", b"-", b"inf", b"1e400", b"\xef\xbb\xbf",
            b"ok", b"null", b"{", b"[" * 2000,
        ]
    ),
)  # fmt: skip


@st.composite
def corrupted(draw: st.DrawFn, good: bytes) -> bytes:
    """`good` after a few accidents."""
    data = good
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        accident = draw(st.sampled_from(["cut", "replace", "insert", "repeat", "truncate"]))
        if accident == "cut":
            data = data[:start] + data[end:]
        elif accident == "replace":
            data = data[:start] + draw(snippets) + data[end:]
        elif accident == "insert":
            data = data[:start] + draw(snippets) + data[start:]
        elif accident == "repeat":
            data = data[:end] + data[start:]
        else:
            data = data[:start]
    return data


@st.composite
def altered_fields(draw: st.DrawFn) -> bytes:
    """A well-formed file in which some fields hold something else."""
    rows = [dict(row) for row in GOOD_ROWS]
    values = st.one_of(
        st.text(max_size=8),
        st.floats().map(str),
        st.integers().map(str),
        st.sampled_from(["", "ok", "contended", "crashed", "heap", "0", "a=b"]),
    )
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.sampled_from(rows))
        row[draw(st.sampled_from(synthetic.COLUMNS))] = draw(values)
    text = io.StringIO()
    writer = csv.DictWriter(text, synthetic.COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def read(csv_data: bytes, facts: bytes = GOOD_FACTS, allow_incomplete: bool = False) -> Run | None:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        Path(folder, "measurements.csv").write_bytes(csv_data)
        Path(folder, "run.json").write_bytes(facts)
        try:
            return read_run(folder, allow_incomplete=allow_incomplete)
        except BadInput as error:
            message = str(error)
            assert message.isprintable()
            assert ("measurements.csv" in message) or ("run.json" in message)
            return None


def assert_valid(run: Run) -> None:
    """The promises of a Run, checked without the reader's own code."""
    rows = run.rows
    assert list(rows.columns)[: len(columns.ORDER)] == list(columns.ORDER)
    for name in rows.columns:
        if name in columns.WORDS:
            assert all(isinstance(value, str) for value in rows[name])
            continue
        values = rows[name].dropna().to_numpy()
        assert np.isfinite(values).all() and (values >= 0).all()
    assert rows["launch"].dtype == np.int64
    keys = list(zip(*(rows[name] for name in columns.KEY)))
    assert len(keys) == len(set(keys))
    for row in rows.itertuples():
        assert row.status in {"ok", "contended", "skipped", "crashed", "timeout", "dishonest"}
        assert (row.status in {"ok", "contended"}) == (row.ns_median == row.ns_median)
        assert f"{row.case}/".startswith(f"{row.scenario}/{row.variant}/")
        quantiles = [q for q in (row.ns_p05, row.ns_p25, row.ns_median, row.ns_p75, row.ns_p95) if q == q]
        assert quantiles == sorted(quantiles)
        assert row.allocator not in {"", "none"} and row.arm and row.build
    for build in run.builds:
        summarise(run, [case.name for case in run.cases()], build)


@settings(max_examples=150, deadline=None)
@given(corrupted(GOOD_CSV), st.booleans())
def test_a_corrupted_csv_is_valid_data_or_bad_input(data: bytes, allow_incomplete: bool) -> None:
    run = read(data, allow_incomplete=allow_incomplete)
    if run is not None:
        assert_valid(run)


@settings(max_examples=150, deadline=None)
@given(altered_fields())
def test_altered_fields_are_valid_data_or_bad_input(data: bytes) -> None:
    run = read(data)
    if run is not None:
        assert_valid(run)


@settings(max_examples=100, deadline=None)
@given(corrupted(GOOD_FACTS))
def test_a_corrupted_run_json_is_valid_data_or_bad_input(data: bytes) -> None:
    read(GOOD_CSV, data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(json.loads(GOOD_FACTS))), json_values)
def test_a_key_of_another_type_is_valid_data_or_bad_input(key: str, value: object) -> None:
    facts = json.loads(GOOD_FACTS)
    facts[key] = value
    read(GOOD_CSV, json.dumps(facts).encode())


def test_the_promises_above_notice_a_reader_that_does_not_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_checks, "check_rows", lambda *_: None)
    run = read(GOOD_CSV.replace(b",ok,", b",fine,", 1))
    assert run is not None
    with pytest.raises(AssertionError):
        assert_valid(run)
