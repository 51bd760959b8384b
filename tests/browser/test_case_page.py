"""The page of a case, in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pages_under_test as made
import pytest
from chromium import Browser


@pytest.fixture(name="base", scope="module")
def base_fixture(tmp_path_factory: pytest.TempPathFactory) -> str:
    return made.make(tmp_path_factory.mktemp("cases"))[1]


@pytest.fixture(name="seen", scope="module")
def seen_fixture(browser: Browser, base: str) -> Any:
    names = {
        "odd": made.ODD, "plain": made.PLAIN, "crashed": made.CRASHED, "contended": made.CONTENDED,
        "skipped": made.SKIPPED, "noCycles": made.NO_CYCLES, "script": made.SCRIPT,
    }  # fmt: skip
    return browser("case_page.cjs", base, names)


def test_nothing_goes_wrong_in_the_console(seen: Any) -> None:
    assert seen["wrong"] == []


def test_without_a_name_all_cases_are_listed_and_can_be_searched(seen: Any) -> None:
    total = len(made.cases())
    assert seen["listed"] >= total, "those of a long list have one more link, to a typical one"
    assert seen["found"] == ["script>/1"] or seen["found"] == [made.SCRIPT]
    assert seen["foundCount"] == f"1 of {total} cases"
    assert seen["opened"] == made.SCRIPT


def test_any_name_can_stand_in_an_address(seen: Any) -> None:
    assert seen["headings"] == {name: name for name in made.ODD}


def test_names_and_code_are_text(seen: Any) -> None:
    assert seen["explained"] == f"does <b>{made.SCRIPT}</b>"
    assert seen["injected"] == 0 and seen["scripts"] == 1, "the one that sets the theme"
    assert "heap_<img src=x onerror=alert(1)>" in seen["hostileCode"]


def test_the_answer_has_a_sentence_for_each_allocator(seen: Any) -> None:
    assert len(seen["answers"]) == 4
    for sentence in seen["answers"]:
        assert re.search(r"\+\d[\d.]* ns\s+the heap takes [\d.]+× as long as the stack; 95 % interval \[", sentence)
    assert seen["rows"] == 3 * 4


def test_the_code_of_each_arm_is_shown_and_what_they_share_once(seen: Any) -> None:
    assert seen["source"] == ["stack", "heap", "null", "used by most of them"]
    assert "HT_ARM(heap_##N) {" in seen["sourceText"] and "benches/made_up.c:3" in seen["sourceText"]
    assert seen["sourceText"].count("static uint64_t helper") == 1
    assert [part.split(":")[0] for part in seen["parts"]] == ["null", "stack", "heap", "shared"]
    assert seen["shared"] == ["helper"] and seen["notes"] == 1
    assert seen["stillOpen"] == 1, "what was opened stays open when something else is chosen"


def test_the_commands_measure_this_case(seen: Any) -> None:
    assert seen["commands"][0] == f"make bench PROFILE=full FILTER='^{made.PLAIN}$'"


def test_stepping_to_a_neighbour_stays_at_the_step_and_in_the_history(seen: Any) -> None:
    assert seen["next"] == "returned_pointer/by_value/128"
    assert seen["focused"] == "next"
    assert seen["title"] == "returned_pointer/by_value/128 · Heaptoll"


def test_a_point_of_the_chart_leads_to_its_case(seen: Any) -> None:
    assert "returned_pointer/by_value/8, glibc" in seen["tip"] and "95 % interval" in seen["tip"]
    assert seen["fromChart"] == "returned_pointer/by_value/8"
    assert seen["drawings"] >= 3


def test_the_address_says_which_allocators_and_which_unit(seen: Any) -> None:
    assert seen["fewer"] == ["jemalloc", "tcmalloc"]
    assert "cycles" in seen["unit"]


def test_what_has_no_time_says_why(seen: Any) -> None:
    assert "no toll: the heap arm has no time (crashed: signal 11 <b>boldly</b>)." in seen["crashed"]
    assert seen["crashedRow"] == "crashed"
    assert "needs 64 MiB of stack" in seen["skipped"]
    assert seen["skippedChart"] == "No arm of this case has a time; the table below says why."
    assert seen["skippedLaunches"] == "No launch of this case has a time."


def test_contended_is_said(seen: Any) -> None:
    assert seen["contended"].count("Contended: the core was rarely ours alone") == 1


def test_a_run_without_cycles_of_a_case_has_its_times(seen: Any) -> None:
    assert seen["noCycles"].count("core cycles are not known") == 4
    assert "–" in seen["noCycleCells"]


def test_an_unknown_name_leads_to_near_ones(seen: Any) -> None:
    assert seen["unknown"] == seen["unknownHostile"] == "There is no such case in this run"
    assert seen["near"][0] == "boxed_value/interface/16"
    assert seen["table"] == 1


def test_it_can_be_read_by_everyone_on_every_screen(seen: Any) -> None:
    assert seen["broken"] == []
    assert max(seen["tooWide"]) <= 0


def test_a_run_without_code_few_launches_and_one_allocator(browser: Browser, tmp_path: Path) -> None:
    one = [case for case in made.cases() if case.name == made.PLAIN]
    _, base = made.make(tmp_path, with_code=False, allocators=("hoard",), launches=1, made=one)
    seen = browser("plain_case.cjs", base, made.PLAIN)
    assert seen["wrong"] == []
    assert len(seen["answers"]) == 1 and "one launch, which gives no interval" in seen["answers"][0]
    assert "make bench records it" in seen["code"]
    assert seen["neighbours"] == "No other case of its variant differs in one parameter only."
    assert seen["alongShown"] is False
    assert seen["printed"] == 2 and seen["onPaper"] == 0
    assert seen["copied"] == [
        f"make bench PROFILE=full FILTER='^{made.PLAIN}$' ALLOCATORS=hoard=/usr/lib/libhoard.so",
        f"make perf CASE={made.PLAIN} ARM=heap",
    ]
