"""What scripts/escape.py says: 80 columns whatever names there are, Markdown and JSON that others can read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal_widths import examples, names, too_wide, unwrapped

from heaptoll.escape import package as package_module
from heaptoll.escape.beside_c import CFigure, CRun
from heaptoll.escape.benchmarks import Cost
from heaptoll.escape.classics import ClassicsReport, FunctionReport, Said
from heaptoll.escape.diagnostics import Site, Step, Verdict
from heaptoll.escape.expected import Difference, Key, Table
from heaptoll.escape.formats import FORMATS, terminal
from heaptoll.escape.functions import Function
from heaptoll.escape.go_tool import Version
from heaptoll.escape.package import PackageReport, PricedSite
from heaptoll.escape.prices import Price, Prices
from heaptoll.escape.sizes import Size

VERSION = Version("go1.19.8", (1, 19), "linux/amd64")
TABLE = Table(Path("1.19.csv"), (1, 19), {})
TEXT = Site("p/p.go", 4, 2, '"abc"', Verdict.ESCAPES, (Step('kept = "abc"', "assign", "p/p.go:4:2"),))
NUMBER = replace(TEXT, text="n")
COST = Cost(12.34, 11.9, 13.1, 1, 8)
PRICES = Prices({8: Price(10, 12)}, {8: Price(20, 22)})


def function(*said: Said, cost: Cost | None = COST) -> FunctionReport:
    figure = CFigure("boxed_value/interface/8", 6.77, 14.3)
    return FunctionReport("boxed_value", Function("p/p.go", "Both", 3, 6), said, cost, figure)


def classics(*functions: FunctionReport, **changes: object) -> ClassicsReport:
    run = CRun("20260131T120000Z-beef", "AMD EPYC", "glibc", {})
    report = ClassicsReport(VERSION, functions, TABLE, [], [], 5, "20ms", run)
    return replace(report, **changes)  # type: ignore[arg-type]


BOTH = classics(function(Said(TEXT, 0), Said(NUMBER, 1)))


def package(*sites: PricedSite) -> PackageReport:
    return PackageReport(VERSION, Path("./mine"), sites, 3, [], [], PRICES, 5, "20ms")


PRICED = PricedSite(NUMBER, Size(8, False, "none where the value is 0 to 255", ""), Price(10, 12))
FREE = PricedSite(TEXT, Size(0, False, "", "a constant is read-only data"), Price(0, 0))
UNKNOWN = PricedSite(replace(TEXT, text="a + b"), Size(None, False, "a text as long as its parts", ""), None)


def test_words_and_cost_are_told_apart() -> None:
    text = terminal.write_classics(BOTH)
    assert '"abc" escapes to heap, but costs nothing; why: kept = "abc"' in text
    assert "n escapes to heap, costs 1 block" in text
    assert "Both, line 3                         1        8     12.3  11.9–13.1" in text
    assert "in C: stack 6.77 ns, heap 14.3 ns (boxed_value/interface/8)" in text


def test_a_verdict_whose_cost_nobody_knows_is_not_called_free() -> None:
    report = classics(function(Said(TEXT, None)))
    assert "cost unknown" in terminal.write_classics(report) and not report.functions[0].is_broken
    assert "costs nothing" not in terminal.write_classics(report)


def test_what_stays_and_costs_a_block_nevertheless_is_not_called_free() -> None:
    stays = replace(TEXT, text="make([]int, n)", verdict=Verdict.STAYS)
    said = {number: terminal.write_classics(classics(function(Said(stays, number)))) for number in (0, 1, None)}
    assert "make([]int, n) does not escape\n" in said[0]
    assert "does not escape, but costs 1 block" in said[1] and "does not escape, cost unknown" in said[None]


def test_silence_of_the_compiler_is_said_to_mean_the_stack() -> None:
    assert "so it is on the stack" in terminal.write_classics(classics(function(cost=None), processes=0))


def test_measured_allocations_that_are_not_the_known_ones_fail() -> None:
    report = classics(function(Said(TEXT, 0), cost=COST))
    assert report.fails and "1 allocations per operation were measured, 0 are known" in terminal.write_classics(report)
    assert not BOTH.fails


@pytest.mark.parametrize("release, fails", [((1, 19), True), ((1, 25), False), ((0, 0), False)])
def test_differences_fail_only_of_a_version_that_is_known(release: tuple[int, int], fails: bool) -> None:
    differences = [Difference(Key("p/p.go", 4, "n"), "escapes to heap", "does not escape")]
    version = Version("go-that-is", release, "linux/amd64")
    report = classics(function(Said(TEXT, 0), cost=COST), version=version, differences=differences)
    assert report.fails is fails
    text = terminal.write_classics(report).replace("\n    ", " ")
    assert "p/p.go:4: n: escapes to heap in go1.19, does not escape now" in text


def test_without_a_table_that_is_said() -> None:
    report = classics(function(Said(TEXT, None)), table=None)
    assert not report.fails and "Nothing is known" in terminal.write_classics(report)


def test_a_package_has_its_prices_what_is_unknown_and_once_what_is_free() -> None:
    elsewhere = replace(FREE, site=replace(TEXT, line=9))
    text = unwrapped(terminal.write_package(package(PRICED, UNKNOWN, FREE, elsewhere)))
    assert "10.0–12.0" in text and text.count("unknown") == 3 and "none where the value is 0 to 255" in text
    assert text.count('"abc": a constant') == 1 and "(p/p.go:4, 9)" in text
    assert "4 escape: 1 of known size, 1 of unknown size" in text and "2 at no cost" in text


def test_markdown_too_has_what_is_free_once_and_not_in_the_table() -> None:
    text = FORMATS["markdown"].write_package(package(PRICED, FREE, replace(FREE, site=replace(TEXT, line=9))))
    assert text.count("\n| p/p.go") == 1 and text.count("\n- escapes, and costs nothing: ") == 1


def test_a_package_in_which_nothing_escapes_says_so() -> None:
    assert "Nothing escapes" in terminal.write_package(package())
    assert "Nothing escapes" in FORMATS["markdown"].write_package(package())


def test_a_slice_that_stays_while_it_is_small_is_said_with_its_places() -> None:
    make = replace(TEXT, text="make([]int, n)", verdict=Verdict.STAYS)
    for sites in ((), (PRICED,)):
        one = replace(package(*sites), growing=[make])
        two = replace(one, growing=[make, replace(make, line=9), replace(make, file="p/q.go")])
        for form in ("terminal", "markdown"):
            said = unwrapped(FORMATS[form].write_package(one))
            assert "1 slice of unknown size does not escape, but takes a block where" in said and "p/p.go:4" in said
            said = unwrapped(FORMATS[form].write_package(two))
            assert "3 slices of unknown size do not escape, but take" in said and "p/p.go:4, 9; p/q.go:4" in said
        assert [each["line"] for each in json.loads(FORMATS["json"].write_package(two))["growing"]] == [4, 9, 4]


@pytest.mark.parametrize(
    "text, grows",
    [
        ("make([]int, n)", True),
        ("make([]func(int, int) bool, 0, len(all))", True),
        ("append", True),
        ("append(all, x)", True),
        ("make([]int, 64)", False),
        ("make([]T, n, 64)", False),
        ("make(map[string]int, n)", False),
        ("make(chan int, n)", False),
        ("appendix", False),
    ],
)
def test_which_slices_may_grow_out_of_the_stack(text: str, grows: bool) -> None:
    site = replace(TEXT, text=text, verdict=Verdict.STAYS)
    versions = {"go1.24.4": (1, 24), "go1.25.1": (1, 25), "devel": (0, 0)}
    found = {name: package_module.grows(site, Version(name, release, "")) for name, release in versions.items()}
    assert found == {"go1.24.4": False, "go1.25.1": grows, "devel": grows}
    assert not package_module.grows(replace(site, verdict=Verdict.ESCAPES), Version("go1.25.1", (1, 25), ""))


def test_lines_of_the_compiler_that_are_not_understood_are_counted() -> None:
    assert "2 lines of the compiler" in terminal.write_classics(replace(BOTH, other=["x", "y"]))
    assert "1 line of the compiler" in terminal.write_package(replace(package(PRICED), other=["x"]))


def test_markdown_has_as_many_cells_in_each_row_whatever_stands_in_them() -> None:
    hostile = replace(TEXT, text='"a|b`*<b>"')
    text = FORMATS["markdown"].write_classics(classics(function(Said(hostile, 0))))
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert {row.count("|") for row in rows} == {11} and "<b>" not in text and "`" not in text


def test_json_has_the_whole_flow() -> None:
    found = json.loads(FORMATS["json"].write_classics(BOTH))
    (said, _) = found["functions"][0]["said"]
    assert said["flow"] == [{"what": 'kept = "abc"', "why": "assign", "place": "p/p.go:4:2"}] and said["words_only"]
    assert found["functions"][0]["in_c"]["heap_ns"] == 14.3 and found["is_known"]
    sites = json.loads(FORMATS["json"].write_package(package(PRICED, UNKNOWN)))["sites"]
    assert [(each["bytes"], each["ns_high"]) for each in sites] == [(8, 12), (None, None)]


@given(st.lists(st.tuples(names, names, names), max_size=3))
@examples(60)
def test_no_name_makes_a_line_too_wide_or_breaks_a_format(found: list[tuple[str, str, str]]) -> None:
    sites = [Site(file, 1, 2, text, Verdict.ESCAPES, (Step(what, "assign", file),)) for file, text, what in found]
    functions = [function(Said(site, 0)) for site in sites]
    report = classics(*functions, differences=[Difference(Key(*each[:1], 1, each[1]), "a", "b") for each in found])
    priced = package(*(PricedSite(site, Size(8, False, "", free), None) for site in sites for free in ("", "x")))
    for text in (terminal.write_classics(report), terminal.write_package(priced)):
        assert too_wide(text) == []
    for name in ("markdown", "json"):
        FORMATS[name].write_classics(report).encode("utf-8", "backslashreplace")
        FORMATS[name].write_package(priced).encode("utf-8", "backslashreplace")
