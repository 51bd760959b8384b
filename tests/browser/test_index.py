"""The answer page: every chart is drawn, the choices do what they say, and nobody is left out."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

from synthetic import ALLOCATORS, Case, contended, without_time, write_run  # noqa: E402
from synthetic_scenarios import full_cases, skips  # noqa: E402

from heaptoll.measurements import read_run  # noqa: E402
from heaptoll.report import site  # noqa: E402

CHARTS = ["headline", "forest", "heat_map", "size_sweep", "toll_parts", "break_even", "lifetime_blocks"]
HOSTILE = "returned_pointer/<img src=x onerror=alert(1)>/8"
Row = dict[str, str]


def dense_sweep() -> list[Case]:
    """Sizes enough to look for edges."""
    return [
        Case(f"array_size/fixed/{n}/first", 8 * n, f"elements={n};touch=first", "an array")
        for n in (int(16 * 1.4**i) + 1 for i in range(32))
    ]


def trouble(row: Row) -> Row | None:
    """What real runs have."""
    row = skips(row)
    if row["case"] == "boxed_value/interface/64" and row["allocator"] == "mimalloc" and row["arm"] == "heap":
        return without_time(row, "crashed", "signal 11 <b>at once</b>")
    if row["case"] == "captured_closure/by_value/32" and row["allocator"] == "glibc":
        return contended(row)
    return row


def page_of(folder: Path, run: Path) -> str:
    read = read_run(run)
    site.build(read, read.builds[0], folder)
    return folder.as_uri()


@pytest.fixture(name="rich", scope="module")
def rich_fixture(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("rich")
    hostile = Case(HOSTILE, 8, "", "<script>alert(2)</script>")
    made = [hostile, *full_cases(), *dense_sweep()]
    address = page_of(folder / "site", write_run(folder / "run", made=made, launches=6, change=trouble))
    (folder / "site" / "case.html").touch()
    return address


@pytest.fixture(name="first", scope="module")
def first_fixture(browser: Browser, rich: str) -> Any:
    return browser("index.cjs", "first", rich)


def test_every_chart_is_drawn_and_can_be_read_without_a_mouse(first: Any) -> None:
    found = first
    assert found["errors"] == []
    assert not any(found["empty"].values()) and all(found["charts"][chart] > 0 for chart in CHARTS)
    assert all(rows > 2 for rows in found["tables"].values())
    assert found["shapes"] == [1, 1, 1, 1], "one shape per allocator"
    assert found["elements"] == 0, "a name from a file became an element"
    said = found["said"]
    assert "95 % interval" in said[0] and said[0].split(", ")[0] == HOSTILE
    assert said[1] != said[0] and said[2] == said[0] and found["rings"] == 1 and not found["afterEscape"]
    rows = {place.split(", ")[0] for place in found["grid"]}
    lanes = [place.split(", ")[1] for place in found["grid"]]
    assert len(rows) == 2 and lanes == ["glibc", "jemalloc", "jemalloc", "glibc"]
    assert found["opened"] == found["grid"][3].split(", ")[0]


def test_what_is_missing_is_shown_with_its_reason(first: Any) -> None:
    crashed = next(row for row in first["heatMap"] if row[:2] == ["boxed_value/interface/64", "mimalloc"])
    assert crashed[2:] == ["–", "–", "–", "–", "–"]
    assert "Hollow marks are contended" in first["notes"]["headline"]
    assert "Not counted" in first["notes"]["toll_parts"]


def test_pointing_shows_the_interval_and_what_is_shown_can_be_taken_away(browser: Browser, rich: str) -> None:
    found = browser("index.cjs", "pointer", rich)
    assert found["errors"] == []
    [tip] = found["tip"]
    assert "toll +" in tip and "95 % interval +" in tip and found["gone"]
    assert found["csv"].startswith("case,allocator,stack ns,low,high,heap ns,low,high,toll ns,low,high\r\n")
    assert not found["svg"]["error"] and not found["svg"]["variables"]
    assert len(set(found["svg"]["panels"])) == 3, "the panels lie where they lie on the page"
    assert found["link"] == "#chart=forest"


def test_a_finger_shows_a_point_and_then_opens_it(browser: Browser, rich: str) -> None:
    found = browser("index.cjs", "finger", rich)
    assert found["errors"] == [] and found["stayed"]
    assert "95 % interval" in found["tip"] and "Tap again to open it" in found["tip"]
    assert found["percents"] == ["0.00", "0.00", "0.00", "+2.31", "\u221212.5", "+1235"] and found["tick"] == "\u22125 µs"


def test_what_an_address_asks_for_in_vain_counts_as_not_asked_for(browser: Browser, rich: str) -> None:
    odd = "#unit=constructor&scale=__proto__&theme=blue&scenario=none&off=%E0%A4&chart=none"
    found = browser("index.cjs", "odd", rich, [["index.html", odd], ["machines.html", odd], ["index.html", "#%%%"]])
    assert found["errors"] == []
    assert found["found"] == [["", "ns", "log", ""], ["", "ns", "log"], ["", "ns", "log", ""]]


def test_choices_change_the_charts_and_the_address(browser: Browser, rich: str) -> None:
    found = browser("index.cjs", "choices", rich)
    assert found["errors"] == []
    colours = dict(found["names"])
    assert colours["jemalloc"] in found["before"] and colours["jemalloc"] not in found["after"]
    assert found["after"][colours["glibc"]] == found["before"][colours["glibc"]]
    assert found["off"] == "#off=jemalloc" and found["focus"] == "jemalloc"
    assert found["cycles"] and not any(tick.endswith("ns") for tick in found["cycles"])
    assert all(tick.endswith("×") for tick in found["ratio"])
    assert "0×" in found["linear"] and "0×" not in found["ratio"]
    assert found["scenario"] == ["lifetime"]
    assert "about array_size; the scenario chosen is lifetime" in found["elsewhere"]
    address = set(found["address"][1:].split("&"))
    assert address == {"off=jemalloc", "scale=linear", "scenario=lifetime", "unit=ratio"}
    assert found["reset"] == ""
    assert found["beside"][0].startswith("#beside=") and found["beside"][1] == "beside", "the focus stays where it was"


def test_a_link_shows_the_view_that_it_was_copied_from(browser: Browser, rich: str) -> None:
    hash_ = "#unit=cycles&scale=linear&off=glibc,mimalloc&chart=size_sweep&sweep=vla/touch=all&beside=alloca/touch=all"
    found = browser("index.cjs", "link", rich, hash_)
    assert found["errors"] == []
    assert found["focus"].startswith("How does the cost of an array grow") and 0 <= found["top"] < 300
    assert found["checked"] == ["jemalloc", "tcmalloc", "cycles", "linear"]
    assert found["selected"] == ["", "vla/touch=all", "alloca/touch=all"] and found["panels"] == 2
    assert "off=glibc" in found["links"] and "chart=headline" in found["links"]
    assert found["skipped"] == ["content", hash_], "the choices stay in the address"


def test_small_screens_dark_rooms_paper_and_helpers(browser: Browser, rich: str) -> None:
    found = browser("index.cjs", "looks", rich)
    assert found["errors"] == []
    assert found["wide"] == {"1100": 1100, "360": 360}
    assert found["axe"]["light"] == [] and found["axe"]["dark"] == []
    assert {problem.split(":")[0] for problem in found["axe"]["planted"]} == {"select-name", "color-contrast"}
    assert found["light"] == "rgb(255, 255, 255)" and found["dark"] == found["chosen"] == "rgb(13, 17, 23)"
    assert found["paper"] == ["rgb(255, 255, 255)"] * 2, "whether dark was chosen or is the system's"
    assert found["print"]["shown"] == ["#headline .drawing svg", "#lifetime_blocks .drawing svg"]
    assert found["still"] == [True, True, True]


def test_six_allocators_fit_the_smallest_screen(browser: Browser, tmp_path: Path) -> None:
    made = [case for case in full_cases() if case.variant in ("by_value", "live", "vla", "variadic")]
    run = write_run(tmp_path / "run", ALLOCATORS[:6], made=made, launches=6)
    found = browser("index.cjs", "glance", page_of(tmp_path / "site", run), 360)
    assert (found["errors"], found["wide"], found["lacking"]) == ([], 360, {})


def test_names_as_long_as_a_page_are_broken(browser: Browser, tmp_path: Path) -> None:
    made = [Case(f"{'s' * 400}/{'v' * 400}/8", 8, "", "e" * 900)]
    run = write_run(tmp_path / "run", ["glibc", "a" * 400], made=made, launches=6)
    assert browser("index.cjs", "wide", page_of(tmp_path / "site", run), made[0].name) == {"wide": {}, "errors": []}


def test_drawing_a_chart_does_not_lay_the_page_out(browser: Browser, rich: str) -> None:
    found = browser("index.cjs", "layouts", rich)
    assert found["errors"] == [] and found["drawing"] == 0 and found["pointing"] > 0


def test_one_case_and_one_launch_say_what_is_lacking(browser: Browser, tmp_path: Path) -> None:
    made = [case for case in full_cases() if case.name == "returned_pointer/by_value/64"]
    run = write_run(tmp_path / "run", ALLOCATORS[:1], made=made, launches=1)
    found = browser("index.cjs", "glance", page_of(tmp_path / "site", run), 1100)
    assert found["errors"] == [] and found["drawn"] == ["headline", "forest", "toll_parts"]
    assert "Too few launches" in found["note"]
    assert "range of too few launches" in found["parts"] and "exact" not in found["parts"], "measured, not counted"
    assert "one allocator" in found["lacking"]["heat_map"] and "wider FILTER" in found["lacking"]["size_sweep"]


def test_a_part_that_is_lost_is_named(browser: Browser, rich: str, tmp_path: Path) -> None:
    copied = tmp_path / "site"
    shutil.copytree(rich.removeprefix("file://"), copied)
    (copied / "data" / "charts.js").unlink()
    found: Any = browser("index.cjs", "glance", copied.as_uri(), 1100)
    assert found["drawn"] == ["headline"]
    assert "charts.js is missing: copy the whole folder" in found["lacking"]["forest"]
    assert any("ERR_FILE_NOT_FOUND" in error for error in found["errors"]), "these tests see an error of the page"
