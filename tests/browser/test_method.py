"""The method page, the answer in words and the warnings, in a browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

import synthetic  # noqa: E402
from synthetic import Row  # noqa: E402

from heaptoll.measurements import read_run  # noqa: E402
from heaptoll.report import site  # noqa: E402
from heaptoll.report.pages import PAGES  # noqa: E402

HOSTILE = "</script><script>alert(1)</script>"
NAMES = [page.file for page in PAGES]


def noisy(row: Row) -> Row:
    """Most launches contended, some arms without a time and with a reason that looks like HTML."""
    if row["case"].endswith("/16"):
        return synthetic.without_time(row, "crashed", "signal 11 <b>bold</b>")
    return synthetic.contended(row) if int(row["launch"]) % 5 else row


@pytest.fixture(name="seen", scope="module")
def seen_fixture(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("method")
    small = [case for case in synthetic.cases() if case.scenario in ("boxed_value", "returned_pointer")]
    runs = {
        "quiet": synthetic.write_run(folder / "quiet-run", made=small),
        "noisy": synthetic.write_run(
            folder / "noisy-run", ("glibc", HOSTILE), made=small, change=noisy, status="interrupted", quiet_share=0.3,
            warnings=["others <i>work</i>"], command_line=["heaptoll", "--filter=<u>"],
            health=[{"name": "load", "value": "9 on 2 <b>CPUs</b>", "verdict": "poor"}],
        ),
        "one": synthetic.write_run(folder / "one-run", ("glibc",), made=small[:1], launches=1),
    }  # fmt: skip
    sites = {}
    for name, made in runs.items():
        run = read_run(made)
        sites[name] = site.build(run, run.builds[0], folder / name).parent.as_uri()
    found: dict[str, Any] = browser("method.cjs", sites, NAMES)
    return found


def test_nothing_goes_wrong_in_either_theme_and_at_either_width(seen: dict[str, Any]) -> None:
    assert seen["errors"] == []


def test_no_serious_barrier_is_left(seen: dict[str, Any]) -> None:
    assert len(seen["axe"]) == 6 and {key: found for key, found in seen["axe"].items() if found} == {}


def test_no_page_is_wider_than_the_window(seen: dict[str, Any]) -> None:
    assert {key: over for key, over in seen["overflow"].items() if over > 0} == {}


def test_every_page_of_a_noisy_run_warns_and_none_of_a_quiet_one(seen: dict[str, Any]) -> None:
    noisy_pages, quiet_pages = seen["warned"]["noisy"], seen["warned"]["quiet"]
    for name in NAMES:
        assert "Do not believe it" in " ".join(noisy_pages[name]), name
        assert "believe" not in " ".join(quiet_pages[name]), name
    assert "The core was ours in 30" in noisy_pages["index.html"][0] and len(noisy_pages["index.html"][0]) < 200


def test_a_number_says_how_sure_it_is_and_leads_to_its_case_with_what_was_chosen(seen: dict[str, Any]) -> None:
    title, href = seen["numberLink"]
    assert "95 % interval" in title
    assert href.startswith("case.html#unit=cycles&theme=dark&case=") and href.count("/") == 2


def test_a_sentence_leads_to_its_chart(seen: dict[str, Any]) -> None:
    chart, address = seen["toChart"]
    assert chart and f"chart={chart}" in address and "unit=cycles" in address


def test_the_words_are_explained_at_the_foot_of_a_page_and_one_click_away(seen: dict[str, Any]) -> None:
    word, title, href = seen["footer"]
    assert word == "toll" and "minus stack" in title and href.startswith("method.html#") and "at=term-toll" in href
    assert seen["arrived"] == ["dark", True]


def test_places_on_the_page_are_found_with_and_without_choices(seen: dict[str, Any]) -> None:
    assert "at=limits" in seen["within"][0] and "theme=dark" in seen["within"][0] and seen["within"][1] == "dark"
    assert seen["plainAnchor"] and seen["links"] == []


def test_the_charts_can_be_read_by_keyboard(seen: dict[str, Any]) -> None:
    assert " against " in seen["announced"] and "95 % interval" in seen["announced"]


def test_print_has_every_chart_on_white_and_no_controls(seen: dict[str, Any]) -> None:
    assert seen["print"] == {"drawn": 3, "nav": "none", "contents": "none", "background": "rgb(255, 255, 255)"}


def test_texts_from_files_stay_texts(seen: dict[str, Any]) -> None:
    assert seen["scripts"] == 0 and seen["verdict"] == "Do not believe it"
    for text in (HOSTILE, "signal 11 <b>bold</b>", "others <i>work</i>", "--filter=<u>", "9 on 2 <b>CPUs</b>"):
        assert text in seen["noisyText"], text


def test_a_missing_data_file_is_named(seen: dict[str, Any]) -> None:
    assert "data/method.js is missing" in seen["torn"]
