"""The table of everything, in a browser: what it shows is what was measured."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from typing import Any

import pages_under_test as made
import pytest
from chromium import Browser

from heaptoll.measurements import read_run
from heaptoll.report import estimates
from heaptoll.summary import ArmKey


@pytest.fixture(name="page", scope="module")
def page_fixture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return made.make(tmp_path_factory.mktemp("table"), with_code=False)


@pytest.fixture(name="seen", scope="module")
def seen_fixture(browser: Browser, page: tuple[Path, str]) -> Any:
    return browser("table_page.cjs", page[1], {"script": made.SCRIPT})


@pytest.fixture(name="measured", scope="module")
def measured_fixture(page: tuple[Path, str]) -> dict[ArmKey, estimates.Arm]:
    return estimates.arms(read_run(page[0]), "gcc")


def rows(text: str) -> list[dict[str, str]]:
    assert text.endswith("\r\n")
    return list(csv.DictReader(io.StringIO(text), strict=True))


def number(cell: str) -> float:
    return float(cell) if cell else math.nan


def test_nothing_goes_wrong_in_the_console(seen: Any) -> None:
    assert seen["wrong"] == []


def test_only_some_rows_are_there_at_once_and_all_are_counted(seen: Any, measured: Any) -> None:
    assert seen["arms"] == f"{len(measured)} rows" and seen["tolls"] == f"{4 * len(made.cases())} rows"
    assert seen["shown"] == 100 and seen["more"] == 300


def test_columns(seen: Any) -> None:
    for heads in (seen["tollHeads"], seen["armHeads"]):
        assert heads[:2] == ["case", "allocator"]
        assert {"scenario", "variant", "size", "status", "reason", "launches", "blocks", "bytes"} <= set(heads)
    assert {"arm", "ns", "core cycles", "instructions", "page faults"} <= set(seen["armHeads"])
    assert {"toll ns", "toll cycles", "heap ÷ stack"} <= set(seen["tollHeads"])


def test_the_csv_of_arms_is_what_was_measured(seen: Any, measured: Any) -> None:
    found = rows(seen["armCsv"]["text"])
    assert seen["armCsv"]["name"] == "heaptoll-20260131T120000Z-beef-arms.csv"
    assert len(found) == len(measured)
    for row in found:
        arm = measured[ArmKey(row["case"].removeprefix("'"), row["arm"], row["allocator"])]
        for name, result in (("ns", arm.ns), ("cycles", arm.cycles)):
            estimate = result.estimate
            wanted = (math.nan,) * 3 if estimate is None else (estimate.value, *estimate.interval[:2])
            shown = [number(row[column]) for column in (name, f"{name}_low", f"{name}_high")]
            assert shown == pytest.approx(wanted, rel=1e-4, nan_ok=True)
        assert int(row["launches"]) == len(arm.ns.ns_by_launch)


def test_the_csv_of_tolls_is_what_was_measured(seen: Any, measured: Any) -> None:
    found = rows(seen["tollCsv"]["text"])
    assert len(found) == 4 * len(made.cases())
    for row in found:
        pair = estimates.pair(measured, row["case"].removeprefix("'"), row["allocator"])
        assert pair is not None
        for name, estimate in (("toll_ns", pair.toll_ns), ("toll_cycles", pair.toll_cycles), ("ratio", pair.ratio)):
            assert number(row[name]) == pytest.approx(estimate.value if estimate else math.nan, rel=1e-4, nan_ok=True)
            assert number(row[f"{name}_low"]) == pytest.approx(
                estimate.interval.low if estimate else math.nan, rel=1e-4, nan_ok=True
            )


def test_the_csv_runs_no_formula(seen: Any) -> None:
    assert any(row["scenario"] == "'=1+1" for row in rows(seen["armCsv"]["text"]))
    for text in (seen["armCsv"]["text"], seen["tollCsv"]["text"]):
        for row in csv.reader(io.StringIO(text)):
            assert not any(re.match(r"[=+@\t\r]|-(?![\d.])", cell) for cell in row)


def test_sorting_by_keyboard_goes_down_up_and_back(seen: Any) -> None:
    assert seen["unsorted"] == []
    down, up, back = seen["order"]
    assert (down["sorted"], up["sorted"], back["sorted"]) == ([["ns", "descending"]], [["ns", "ascending"]], [])
    assert [step["focused"] for step in seen["order"]] == ["ns"] * 3
    assert [step["hash"] for step in seen["order"]] == ["#rows=arms&sort=-ns", "#rows=arms&sort=ns", "#rows=arms"]
    for step, descending in ((down, True), (up, False)):
        values = [float(cell) for cell in step["ns"]]
        assert values == sorted(values, reverse=descending) and len(set(values)) > 10


def test_what_is_not_known_comes_last(seen: Any) -> None:
    assert set(seen["smallestLast"]) <= {"skipped", "crashed"}


def test_names_sort_by_their_numbers(seen: Any) -> None:
    sizes = [int(name.split("/")[2]) for name in seen["byName"] if name.startswith("boxed_value/interface/")]
    assert sizes == sorted(sizes) and len(set(sizes)) == 4


def test_a_text_is_found_in_the_reason_too(seen: Any) -> None:
    assert len(seen["crashed"]) == 1
    assert "signal 11 <b>boldly</b>" in seen["crashed"][0] and made.CRASHED in seen["crashed"][0]


def test_what_is_contended_is_found_and_hollow(seen: Any) -> None:
    assert seen["contended"] == [made.CONTENDED]
    assert seen["hollow"] == "var(--background)"


def test_a_regular_expression_a_scenario_and_allocators_narrow_it_together(seen: Any) -> None:
    assert seen["regex"] == ["returned_pointer/by_value/8", "returned_pointer/by_value/64"]
    assert seen["regexCount"].startswith("2 of ")


def test_a_wrong_expression_is_explained_and_leaves_nothing_out(seen: Any) -> None:
    assert "This is no regular expression (" in seen["complaint"] and "leaves nothing out" in seen["complaint"]
    assert seen["unfiltered"] == seen["tolls"]
    assert seen["complaintGone"]


def test_what_is_typed_stands_in_the_address(seen: Any) -> None:
    assert seen["typed"] == ["returned_pointer/by_value/64"]
    assert seen["typedHash"] == "#find=BY_VALUE/64"
    assert seen["everything"] == seen["tolls"]
    assert seen["arm"] == ["null"]


def test_a_hostile_name_is_text_and_leads_to_its_case(seen: Any) -> None:
    assert seen["hostile"] == [made.SCRIPT] and seen["opened"] == made.SCRIPT


def test_it_can_be_read_by_everyone_on_every_screen(seen: Any) -> None:
    assert seen["broken"] == []
    assert max(seen["tooWide"]) <= 0
