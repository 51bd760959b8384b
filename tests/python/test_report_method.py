"""The method page: a verdict that follows from the run's figures, what is missing with its reason, what lies beside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import synthetic
from synthetic import Case, Row

from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run
from heaptoll.precision.figures import Identical, Precision, Repeated
from heaptoll.report import site
from heaptoll.report.dataset import Measured
from heaptoll.report.method import beside, facts
from heaptoll.report.method.data import method_data
from heaptoll.report.method.health import judged
from heaptoll.report.method.missing import left_out, missing
from heaptoll.report.method.page import method
from heaptoll.report.quality import Level, Quality, quality
from heaptoll.report.terms import TERMS
from heaptoll.run_facts import Finding

MADE = [
    Case(f"{scenario}/{variant}/64", 64, "", "a block")
    for scenario, variant in (("returned_pointer", "by_value"), ("boxed_value", "interface"))
]
TWO = ("glibc", "jemalloc")


def measured(folder: Path, allocators: tuple[str, ...] = TWO, **options: Any) -> Measured:
    run = read_run(synthetic.write_run(folder, allocators, made=MADE, **options), allow_incomplete=True)
    return Measured.of(run, run.builds[0])


def level(given: Quality, anchor: str) -> Level | None:
    return next((reason.level for reason in given.reasons if reason.anchor == anchor), None)


def steady(row: Row) -> Row:
    """Without the noise of single launches, so that lanes with the same code agree."""
    ns = {"null": 4.0, "stack": 5.0, "heap": 12.0}[row["arm"]]
    return {**row, **{name: f"{ns}" for name in row if name.startswith("ns_")}}


def slower(row: Row, factor: float) -> Row:
    return {**row, **{name: f"{float(value) * factor}" for name, value in row.items() if name.startswith("ns_")}}


def test_a_quiet_run_is_good(tmp_path: Path) -> None:
    given = quality(measured(tmp_path, change=steady))
    assert given.level is Level.GOOD and not given.against and len(given.reasons) == 3


@pytest.mark.parametrize("options, anchor, worst", [
    ({"quiet_share": 0.79}, "quiet", Level.NOISY),
    ({"quiet_share": 0.49}, "quiet", Level.BAD),
    ({"warnings": ["load 9"]}, "warnings", Level.CARE),
    ({"status": "interrupted"}, "warnings", Level.CARE),
    ({"status": "failed"}, "facts", Level.BAD),
    ({"launches": 5}, "launches", Level.CARE),
])  # fmt: skip
def test_each_thing_that_counts_against_a_run_is_found(
    tmp_path: Path, options: dict[str, Any], anchor: str, worst: Level
) -> None:
    given = quality(measured(tmp_path, change=steady, **options))
    assert level(given, anchor) is worst and given.level is worst and given.against[0].level is worst


@pytest.mark.parametrize("noisy_launches, worst", [(8, Level.BAD), (0, Level.GOOD)])
def test_contended_results_count_against_it(tmp_path: Path, noisy_launches: int, worst: Level) -> None:
    def change(row: Row) -> Row:
        return synthetic.contended(steady(row)) if int(row["launch"]) < noisy_launches else steady(row)

    assert level(quality(measured(tmp_path, change=change)), "contended") is worst


@pytest.mark.parametrize("factor, worst", [(1.0, Level.GOOD), (1.05, Level.BAD)])
def test_lanes_that_must_not_differ_and_do_count_against_it(tmp_path: Path, factor: float, worst: Level) -> None:
    def change(row: Row) -> Row:
        slow = factor if row["allocator"] == "jemalloc" else 1.0
        return slower(steady(row), slow)

    given = measured(tmp_path, change=change)
    assert level(quality(given), "same") is worst
    page = method(given)
    assert ("100\N{NO-BREAK SPACE}% within 0.5 %" in page.same[0]) == (worst is Level.GOOD)
    assert bool(page.worst) == (worst is Level.BAD)


def test_a_few_launches_say_little_of_lanes_that_differ(tmp_path: Path) -> None:
    def change(row: Row) -> Row:
        slow = 1.05 if row["allocator"] == "jemalloc" else 1.0
        return slower(row, slow)

    assert level(quality(measured(tmp_path, change=change, launches=2)), "same") is Level.CARE


def test_one_allocator_has_no_second_lane(tmp_path: Path) -> None:
    given = measured(tmp_path, ("glibc",), change=steady)
    assert level(quality(given), "same") is None and method(given).same == () and method_data(given)["same"] == {}


def test_what_is_missing_is_grouped_with_its_reason(tmp_path: Path) -> None:
    def change(row: Row) -> Row | None:
        if row["case"].startswith("boxed"):
            return None
        if row["allocator"] == "jemalloc":
            return synthetic.without_time(row, "crashed", "signal 11")
        return synthetic.contended(row) if row["arm"] == "heap" else row

    found = {(each.status, each.reason): each for each in missing(measured(tmp_path, change=change))}
    crashed = found["crashed", "signal 11"]
    assert (crashed.allocators, crashed.cases, crashed.arms) == (("jemalloc",), ("returned_pointer/by_value/64",), 3)
    assert found["contended", "too few slices were quiet in most launches"].allocators == ("glibc",)
    assert found["not measured", "the run has no rows of it"].cases == ("boxed_value/interface/64",)
    assert missing(measured(tmp_path / "whole")) == []


def test_contended_launches_that_others_outvote_are_told(tmp_path: Path) -> None:
    def change(row: Row) -> Row:
        return synthetic.contended(row) if row["launch"] == "0" and row["case"].startswith("boxed") else row

    assert left_out(measured(tmp_path, change=change)).startswith("6 contended launches of 6 arms are left out")
    assert left_out(measured(tmp_path / "whole")) == ""


def test_findings_come_with_what_helps_the_poor_first(tmp_path: Path) -> None:
    findings = (Finding("steal", "0 %", "good"), Finding("load", "9", "poor"), Finding("of tomorrow", None, "fair"))
    found = judged(findings)
    assert [each.finding.name for each in found] == ["load", "of tomorrow", "steal"]
    assert "top" in found[0].helps and found[1].helps == "make doctor" and found[2].helps == ""


def test_every_finding_of_the_harness_is_known() -> None:
    source = (Path(__file__).parents[2] / "harness" / "health.c").read_text()
    names = re.findall(r'\{"([^"]+)", ht_judge_', source) + re.findall(r'\.name = "([^"]+)"', source)
    assert len(names) >= 17
    for name in names:
        assert judged((Finding(name, None, "poor"),))[0].helps != "make doctor", name


def test_the_facts_say_what_is_unknown(tmp_path: Path) -> None:
    told = {fact.name: fact.values for fact in facts.facts(measured(tmp_path, seed=None, command_line=None))}
    assert told["Seed"] == ("unknown",) and told["Command line"] == ("unknown",)
    assert told["jemalloc"] == ("version 3.1", "/usr/lib/libjemalloc.so", f"sha256 {1:064x}")


def test_quiet_launches_are_few_columns_that_name_the_worst(tmp_path: Path) -> None:
    def change(row: Row) -> Row:
        return {**row, "quiet_slices": "12"} if row["launch"] == "3" and row["case"].startswith("boxed") else row

    data = method_data(measured(tmp_path, change=change))
    quiet = data["quiet"]
    assert data["launches"] == 16 and len(quiet["first"]) == 16
    assert min(zip(quiet["low"], quiet["case"], quiet["launch"])) == (0.05, 1, 3)
    many = method_data(measured(tmp_path / "many", launches=200))["quiet"]
    assert len(many["first"]) <= 120 and many["first"][0] == 0 and many["last"][-1] == 399


def precision(machine: str) -> dict[str, Any]:
    results = [10.0, 10.01, 10.02]
    repeated = [
        Repeated("returned_pointer/by_value/64", arm, engine, unit, results)
        for engine, unit in (("lockstep", "ns"), ("lockstep", "cycles"), ("gbench", "ns")) for arm in ("heap", "stack")
    ]  # fmt: skip
    identical = [Identical("a", "heap", [1.001])]
    return Precision(3, 1.0, 1.0, repeated, identical, machine=machine, date="2026-01-31").as_json()


def test_precision_of_the_same_machine_is_shown_and_of_another_is_not(tmp_path: Path) -> None:
    given = measured(tmp_path)
    assert beside.precision(given.run) is None
    file = tmp_path / "precision.json"
    file.write_text(json.dumps(precision("Example CPU E5-1234 v5 @ 2.90GHz, 2 cores")))
    table = beside.precision(given.run)
    assert table is not None
    assert table.rows[0] == ("heap, ns per operation", "0.10 %, worst 0.10 %", "0.10 %, worst 0.10 %")
    assert table.rows[1][2] == "does not tell"
    file.write_text(json.dumps(precision("another, 2 cores")))
    table = beside.precision(given.run)
    assert table is not None and not table.rows and "not used" in table.sentence


@pytest.mark.parametrize("name", ["precision.json", "gate-selftest.json", "truth.json"])
def test_a_damaged_file_beside_the_run_is_bad_input(tmp_path: Path, name: str) -> None:
    given = measured(tmp_path)
    (tmp_path / name).write_text('{"half": ')
    with pytest.raises(BadInput, match=name):
        method(given)


def test_truth_of_another_machine_is_not_shown(tmp_path: Path) -> None:
    given = measured(tmp_path)
    (tmp_path / "truth.md").write_text("2026-01-31; Example CPU E5-1234 v5 @ 2.90GHz, 2 cores; commit x\n\n| a |\n")
    table = beside.truth(given.run)
    assert table is not None and "| a |" in table.text
    (tmp_path / "truth.md").write_text("2026-01-31; Other, 2 cores; commit x\n\n| a |\n")
    table = beside.truth(given.run)
    assert table is not None and not table.text and "another machine" in table.sentence


def test_every_anchor_that_a_page_or_a_term_names_is_on_the_method_page(tmp_path: Path) -> None:
    given = measured(tmp_path / "run", status="interrupted", quiet_share=0.4)
    site.build(given.run, given.build, tmp_path / "site")
    page = (tmp_path / "site" / "method.html").read_text(encoding="utf-8")
    anchors = {reason.anchor for reason in quality(given).reasons} | {term.anchor for term in TERMS if term.anchor}
    for anchor in anchors | {term.id for term in TERMS} | {"toll", "quiet", "interval", "contended", "terms", "ratio"}:
        assert page.count(f'id="{anchor}"') == 1, anchor
    for other in (tmp_path / "site").glob("*.html"):
        text = other.read_text(encoding="utf-8")
        assert all(f'id="{part.split(chr(34))[0]}"' in page for part in text.split('href="method.html#')[1:])
