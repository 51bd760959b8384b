"""Go beside C, in a browser: the section of the answer page, the block of a case, the rows of the table."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

import go_runs  # noqa: E402
from synthetic import Case, write_run  # noqa: E402

from heaptoll.go_lane.plan import Setting  # noqa: E402
from heaptoll.measurements import read_run  # noqa: E402
from heaptoll.report import site  # noqa: E402

BOTH = "returned_pointer/by_value/64"
LIVE = f"{BOTH}/live512/gogc100"
ONLY_GO = "captured_closure/counter/32"
UNCOLLECTED = f"{BOTH}/live64/gogc400"
CONTENDED = "boxed_value/interface/8"
MADE = [
    Case(BOTH, 64, "", "A struct or a pointer.", ("arena",)),
    Case("returned_pointer/by_value/128", 128, "", "A larger one."),
    Case(CONTENDED, 8, "", "An integer in an interface."),
    Case("boxed_value/small_int/hit100", 8, "hit_percent=100", "Free."),
    Case("lifetime/pair/64", 64, "", "A block."),
]  # fmt: skip


def trouble(setting: Setting, said: go_runs.Said) -> None:
    if said["arm"] != "heap":
        return
    if (setting.live_mb, setting.gogc) == (64, 400):
        said["collections"] = 0
    if (setting.live_mb, setting.gogc) == (512, 100):
        said.update(status="dishonest", reason="takes <b>other</b> blocks")
    if said["case"] == CONTENDED:
        said.update(status="contended", reason="few slices were quiet")


@pytest.fixture(name="seen", scope="module")
def seen_fixture(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("go")
    run = read_run(go_runs.write_go(write_run(folder / "run", ("glibc", "jemalloc"), made=MADE), change=trouble))
    site.build(run, run.builds[0], folder / "site")
    return browser("go.cjs", (folder / "site").as_uri(), {"both": BOTH, "live": LIVE})


def of(rows: list[list[str]], case: str, allocator: str = "go") -> list[str]:
    [row] = [row for row in rows if row[:2] == [case, allocator]]
    return row


def test_nothing_goes_wrong_in_the_console(seen: Any) -> None:
    assert seen["wrong"] == []


def test_a_section_has_two_charts_that_links_lead_to(seen: Any) -> None:
    assert seen["questions"][-2:] == ["go", "go_live_heap"] and 0 <= seen["linked"] < 900
    assert "GOMAXPROCS=1" in seen["section"] and "compare ratios" in seen["section"]
    assert seen["sentences"] == [[False, "go"]], "the sentence leads to its chart"


def test_c_and_go_stand_side_by_side_under_the_allocators_chosen(seen: Any) -> None:
    rows = seen["go"][1:]
    assert {row[1] for row in rows} == {"glibc", "go"} and "jemalloc" not in seen["allocators"]
    names = [row[0] for row in rows if row[1] == "go"]
    assert names == [pair.name for pair in go_runs.PAIRS], "those that Go has with nothing else alive"
    stack, heap, toll = (float(cell) for cell in of(rows, BOTH)[2::3])
    assert (stack, heap, toll) == (pytest.approx(10.03, abs=0.05), pytest.approx(22.03, abs=0.05), pytest.approx(12.0))
    assert of(rows, ONLY_GO, "glibc")[2:] == ["–"] * 9
    assert seen["colour"].startswith("#")


def test_the_live_heap_has_a_row_for_each_setting(seen: Any) -> None:
    head, *rows = seen["go_live_heap"]
    assert head[-3:] == ["GOGC", "live MB", "operations per collection"]
    settings = [row[-3:-1] for row in rows]
    assert settings == [["100", "0"], ["100", "64"], ["100", "512"], ["400", "0"], ["400", "64"], ["400", "512"]]
    assert of(rows, BOTH)[-1] == "30000" and of(rows, UNCOLLECTED)[-1] == "–"
    assert of(rows, LIVE)[5:11] == ["–"] * 6


def test_what_is_in_doubt_is_marked(seen: Any) -> None:
    assert "‡ No collection while it was measured" in seen["go_live_heap_note"] and seen["marked"] == 1
    assert "Hollow marks are contended" in seen["go_note"]
    assert "‡" not in seen["go_note"]


def test_the_charts_can_be_read_by_keyboard_and_lead_to_the_case(seen: Any) -> None:
    first, second, _ = seen["said"]["go"]
    assert first.startswith(f"{BOTH}, glibc") and second.startswith(f"{BOTH}, go") and "95 % interval" in second
    assert "a collection every 30,000 operations" in second
    assert seen["said"]["go_live_heap"][2].startswith(f"{BOTH}/live512/gogc400, go")
    assert seen["stayed"], "a case that only Go has, has no page"
    assert seen["opened"] == BOTH


def test_a_finger_shows_a_point(seen: Any) -> None:
    assert "95 % interval" in seen["tip"]


def test_what_is_shown_can_be_taken_away_and_linked(seen: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(seen["csv"])))
    assert {row["allocator"] for row in rows} == {"glibc", "go"}
    assert seen["svg"] and seen["copied"] == "#off=jemalloc&chart=go"


def test_a_scenario_without_go_says_so(seen: Any) -> None:
    assert "Go has no case of lifetime" in seen["elsewhere"]


def test_a_case_that_go_has_too_has_its_figures_beside_c(seen: Any) -> None:
    head, *rows = seen["case"]
    assert [row[0] for row in rows] == ["glibc", "jemalloc", "go"]
    assert head[1::2] == ["stack", "heap", "toll", "heap ÷ stack"]
    assert rows[-1][5].startswith("+12.0 ns") and rows[-1][6].startswith("+12.0 ns to +12.0 ns")
    assert "index.html" in seen["toSection"] and "chart=go" in seen["toSection"]
    assert seen["fewer"] == ["jemalloc", "go"] and not seen["otherCase"]


def test_the_table_and_its_download_have_go_s_rows(seen: Any) -> None:
    assert [row[1] for row in seen["table"] if row[0] == BOTH] == ["glibc", "jemalloc", "go"]
    assert [row[0] for row in seen["table"]].count(LIVE) == 1 and LIVE not in seen["links"] and BOTH in seen["links"]
    rows = {(row["case"], row["allocator"]): row for row in csv.DictReader(io.StringIO(seen["tableCsv"]))}
    assert float(rows[BOTH, "go"]["toll_ns"]) == pytest.approx(12.0)
    assert rows[LIVE, "go"]["status"] == "dishonest" and rows[LIVE, "go"]["toll_ns"] == ""
    assert rows[f"{BOTH}/live512/gogc400", "go"]["params"] == "live_mb=512;gogc=400"
    assert "go" not in seen["withoutGo"] and seen["onlyGo"] == ["go"] and seen["oneStays"]


def test_the_method_page_says_how_go_was_measured_and_what_it_lacks(seen: Any) -> None:
    for words in ("go1.19.8", "GOMAXPROCS=1", "8 with GOGC=100", "83\N{NO-BREAK SPACE}%", "docs/GO.md"):
        assert words in seen["method"], words
    assert LIVE in seen["missing"] and "takes <b>other</b> blocks" in seen["missing"] and seen["deadLinks"] == 0


def test_it_can_be_read_by_everyone_on_every_screen(seen: Any) -> None:
    assert seen["broken"] == []
    assert max(seen["tooWide"]) <= 0
