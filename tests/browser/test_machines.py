"""The index of machines, beside a run and as the first page of the published site, and the history there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

from synthetic import Row, cases, contended, write_run  # noqa: E402
from test_report_published import history  # noqa: E402

from heaptoll.report import command  # noqa: E402

OTHER = "20260201T120000Z-cafe"


def in_company(row: Row) -> Row:
    """The other machine was busy while glibc ran."""
    return contended(row) if row["allocator"] == "glibc" and row["arm"] == "heap" else row


@pytest.fixture(scope="module", name="answer")
def answer_fixture(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("machines")
    machines = folder / "published"
    made = [case for case in cases() if case.scenario == "returned_pointer"]
    own = write_run(machines / "itself", ["glibc", "jemalloc"], made=made)
    machine = {"cpu_model": "<b>Fast</b>", "cores": 64, "hypervisor": None, "kernel": "6.1"}
    write_run(
        machines / "other", ["glibc", "<i>mine"], made=made, machine=machine, run_id=OTHER,
        change=lambda row: in_company({**row, "run_id": OTHER}),
    )  # fmt: skip
    (machines / "broken").mkdir()
    (machines / "broken" / "run.json").write_text("{")
    told = history(folder / "history")
    assert command.main([str(own), "--machines", str(machines), "--out", str(folder / "page")]) == 0
    site = folder / "site"
    assert command.main(["--published", "--machines", str(machines), "--history", str(told), "--out", str(site)]) == 0
    return browser("machines.cjs", (folder / "page").as_uri(), site.as_uri())


def test_the_run_is_the_first_row_and_a_machine_that_cannot_be_read_says_why(answer: Any) -> None:
    rows = answer["page"]["rows"]
    assert [row["name"] for row in rows] == ["itself", "broken", "other"]
    assert "this page’s run" in rows[0]["text"] and "expected JSON" in rows[1]["text"]
    told = ("<b>Fast</b>", "64 cores", "<i>mine", "commit 0123456789ab", "84 % of slices quiet", "cases × 8 launches")
    assert [text for text in told if text not in rows[2]["text"]] == []
    assert answer["page"]["points"] == 4


def test_a_machine_leads_to_its_comparison(answer: Any) -> None:
    assert answer["page"]["rows"][2]["links"] == ["compare.html#base=other"]
    assert answer["page"]["compared"] == "other"


def test_another_case_is_in_the_address_and_arrow_keys_go_through_the_marks(answer: Any) -> None:
    assert answer["page"]["address"].startswith("#case=returned_pointer/")
    assert answer["page"]["address"].removeprefix("#case=") in answer["page"]["caption"]
    assert "95 % interval" in answer["page"]["tip"] and "itself" in answer["page"]["tip"]


def test_the_chart_is_of_the_case_and_the_allocators_that_are_chosen(answer: Any) -> None:
    page = answer["page"]
    assert page["redrawn"], "another case has other tolls"
    assert page["left"] == 2, "without glibc, which both machines have"
    assert page["allOff"] == 4, "one must be on, so that all are"


def test_what_was_contended_is_hollow_and_said(answer: Any) -> None:
    assert answer["page"]["hollow"] == 1 and answer["page"]["said"] == [0, 0, 1]


def test_the_index_of_the_site_leads_to_each_machines_page(answer: Any) -> None:
    rows = answer["index"]["rows"]
    assert [row["links"] for row in rows] == [
        [], ["itself/index.html", "itself/compare.html"], ["other/index.html", "other/compare.html"],
    ]  # fmt: skip
    assert answer["index"]["width"] == 360


def test_the_history_is_text_and_its_chart_follows_the_theme(answer: Any) -> None:
    found = answer["history"]
    assert "<script>alert(1)</script>/b" in found["text"] and "1 slower" in found["text"]
    assert found["shown"] == ["history/history-dark.svg"] and found["light"] == ["history/history-light.svg"]
    assert found["width"] == 360 and found["paper"] == "rgb(255, 255, 255)"


def test_nothing_complains(answer: Any) -> None:
    assert answer["errors"] == []
