"""What the rows of measurements.csv must satisfy, checked a column at a time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heaptoll import columns
from heaptoll.bad_input import BadInput
from heaptoll.csv_lines import CsvLines, split_line

_LARGEST_COUNT = 2.0**53
_NUMBER = "a number >= 0 or nothing"
_REPEATED = "keep one of them: two rows for one arm of one launch would count it twice"


def parse_rows(lines: CsvLines) -> pd.DataFrame:
    """The rows as a frame: words as categories, numbers as float64, NaN where a cell is empty."""
    numeric = [name for name in lines.columns if name not in columns.WORDS]
    try:
        return pd.read_csv(
            BytesIO(lines.data),
            dtype={name: "float64" if name in numeric else "category" for name in lines.columns},
            keep_default_na=False,
            na_values={name: [""] for name in numeric},
            index_col=False,
            skip_blank_lines=False,
            encoding="utf-8",
        )
    except (ValueError, OverflowError):
        # pandas says that something is no number, but not where.
        raise _first_non_number(lines, numeric) from None


def check_rows(lines: CsvLines, rows: pd.DataFrame) -> None:
    """Raises BadInput for the first thing in the rows that cannot be."""
    _check_numbers(lines, rows)
    _check_words(lines, rows)
    _check_case_names(lines, rows)
    _check_times(lines, rows)
    repeated = rows.duplicated(subset=list(columns.KEY)).to_numpy()
    _refuse(lines, repeated, "launch", "one row per case, arm, allocator, build and launch", _REPEATED)


def _first_non_number(lines: CsvLines, numeric: list[str]) -> BadInput:
    at = [(lines.columns.index(name), name) for name in numeric]
    for row, line in enumerate(itertools.islice(BytesIO(lines.data), 1, None)):
        fields = split_line(line) or []
        for i, name in at:
            if fields[i] and not _is_number(fields[i]):
                return lines.wrong(row, name, _NUMBER)
    return BadInput(lines.file, "numbers in the columns of numbers", "measure again")


def _is_number(text: str) -> bool:
    """As strict as pandas: Python alone would also take 1_000 and digits of other scripts."""
    if not text.isascii() or "_" in text:
        return False
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _check_numbers(lines: CsvLines, rows: pd.DataFrame) -> None:
    for name in lines.columns:
        if name in columns.WORDS:
            continue
        values = rows[name].to_numpy()
        empty = np.isnan(values)
        _refuse(lines, ~(empty | ((values >= 0) & (values < np.inf))), name, _NUMBER)
        if name in columns.COUNTS:
            whole = (np.floor(values) == values) & (values <= _LARGEST_COUNT)
            _refuse(lines, ~(empty | whole), name, "a whole number >= 0 or nothing")
    _refuse(lines, np.isnan(rows["launch"].to_numpy()), "launch", "a launch's number: 0, 1, 2…")
    more_quiet = (rows["quiet_slices"] > rows["slices"]).to_numpy()
    _refuse(lines, more_quiet, "quiet_slices", "no more quiet slices than slices")


def _check_words(lines: CsvLines, rows: pd.DataFrame) -> None:
    for name in columns.NAMES:
        _refuse_words(lines, rows, name, lambda word: word != "", "a name")
    _refuse_words(
        lines, rows, "allocator", lambda word: word != "none",
        "the allocator of the lane, also for an arm that does not allocate",
    )  # fmt: skip
    _refuse_words(
        lines, rows, "status", lambda word: word in columns.STATUSES,
        "one of " + ", ".join(columns.STATUSES),
    )  # fmt: skip
    _refuse_words(lines, rows, "params", _are_params, "key=value;key=value with each key once")
    first = rows["run_id"].iloc[0] if len(rows) else ""
    _refuse_words(lines, rows, "run_id", lambda word: bool(word == first), f"one run per file, here {first}")


def _are_params(text: str) -> bool:
    try:
        columns.parse_params(text)
    except ValueError:
        return False
    return True


def _check_case_names(lines: CsvLines, rows: pd.DataFrame) -> None:
    parts = rows[["case", "scenario", "variant"]].drop_duplicates()
    for row, case, scenario, variant in parts.itertuples(name=None):
        if case != f"{scenario}/{variant}" and not case.startswith(f"{scenario}/{variant}/"):
            raise lines.wrong(row, "case", f"{scenario}/{variant}/… as scenario and variant say")
    for column in ("size_bytes", "params"):
        differing = rows[["case", column]].drop_duplicates()
        again = differing[differing.duplicated("case")]
        if len(again):
            raise lines.wrong(again.index[0], column, "the same value in every row of a case")


def _check_times(lines: CsvLines, rows: pd.DataFrame) -> None:
    timed = rows["status"].isin(columns.TIMED_STATUSES).to_numpy()
    lacking = timed & np.isnan(rows["ns_median"].to_numpy())
    _refuse(lines, lacking, "ns_median", "a time, as the status is ok or contended")
    for name in columns.TIMES:
        given = ~timed & ~np.isnan(rows[name].to_numpy())
        _refuse(lines, given, name, "nothing, as the status says that nothing was timed")
    quantiles = rows[list(columns.NS_QUANTILES)].to_numpy()
    so_far = np.fmax.accumulate(quantiles, axis=1)
    for i, name in enumerate(columns.NS_QUANTILES[1:], start=1):
        falls = quantiles[:, i] < so_far[:, i - 1]
        _refuse(lines, falls, name, "no less than the quantiles before it")


def _refuse(
    lines: CsvLines, bad: NDArray[np.bool_], column: str, expected: str, advice: str | None = None
) -> None:
    if bad.any():
        row = int(np.argmax(bad))
        raise lines.wrong(row, column, expected, advice) if advice else lines.wrong(row, column, expected)


def _refuse_words(
    lines: CsvLines, rows: pd.DataFrame, column: str, good: Callable[[str], bool], expected: str
) -> None:
    bad = [word for word in rows[column].cat.categories if not good(word)]
    if bad:
        _refuse(lines, rows[column].isin(bad).to_numpy(), column, expected)
