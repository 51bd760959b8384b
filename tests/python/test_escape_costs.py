"""What `go test -bench` prints, the price of a block by its size, and answers about sizes: read, joined, refused."""

from __future__ import annotations

import json

import pytest
from altered import altered
from hypothesis import given
from hypothesis import strategies as st
from terminal_widths import examples, hostile

from heaptoll.bad_input import BadInput
from heaptoll.escape.benchmarks import Cost, costs, parse_line
from heaptoll.escape.functions import containing, functions_in
from heaptoll.escape.package import price_of
from heaptoll.escape.prices import Price, Prices, from_costs
from heaptoll.escape.sizes import Size, captures, parse

PRICES = Prices({8: Price(10, 12), 16: Price(11, 20), 64: Price(30, 35)}, {8: Price(20, 22), 64: Price(60, 70)})


def line(name: str, ns: float, allocations: int = 1, size: int = 8) -> str:
    return f"Benchmark{name}-2   \t  100\t  {ns} ns/op\t  {size} B/op\t  {allocations} allocs/op"


# ---- benchmarks


def test_a_figure_is_the_median_of_processes_with_their_middle_half() -> None:
    found = costs("goos: linux\n" + line("A/b", ns) + "\nPASS\n" for ns in (10, 11, 12, 13, 99))
    assert found == {"A/b": Cost(12, 11, 13, 1, 8)}


def test_one_process_is_its_own_range() -> None:
    assert costs([line("A", 10)]) == {"A": Cost(10, 10, 10, 1, 8)}


def test_what_the_runtime_adds_in_one_process_is_not_the_benchmarks() -> None:
    assert costs([line("A", 10, 2, 24), line("A", 10, 1, 8)])["A"].allocations == 1


@pytest.mark.parametrize("text", ["", "PASS", "ok  \texample\t1.2s", "pkg: Benchmark", "BenchmarkA-2"])
def test_other_lines_are_no_figures(text: str) -> None:
    assert parse_line(text) is None


@pytest.mark.parametrize(
    "text", ["BenchmarkA-2 100 12 ns/op", line("A", 1).replace("100", "x 1"), line("A", float("nan")), line("A", -1)]
)
def test_a_line_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        costs([text])


# ---- prices


def test_a_size_that_was_measured_costs_what_was_measured() -> None:
    assert PRICES.of(16, False) == Price(11, 20) and PRICES.of(8, True) == Price(20, 22)


def test_a_size_between_costs_from_the_lower_ones_least_to_the_upper_ones_most() -> None:
    assert PRICES.of(40, False) == Price(11, 35)


def test_above_all_sizes_there_is_no_upper_end_and_below_them_the_least() -> None:
    assert PRICES.of(100, True) == Price(60, None)
    assert PRICES.of(1, False) == Price(10, 12)
    assert PRICES.of(0, False) == Price(0, 0)


def test_pointers_have_prices_of_their_own() -> None:
    assert PRICES.of(64, True).low == 60
    unguarded = altered("prices", [("self.pointers if pointers else self.plain", "self.plain")])
    assert unguarded.Prices(PRICES.plain, PRICES.pointers).of(64, True).low == 30  # the guard off


@given(st.integers(0, 200), st.integers(0, 200), st.booleans())
@examples(100)
def test_more_bytes_never_cost_less(one: int, other: int, pointers: bool) -> None:
    less, more = (PRICES.of(size, pointers) for size in sorted((one, other)))
    assert less.low <= more.low and (more.high is None or (less.high is not None and less.high <= more.high))


def test_the_loop_is_not_part_of_the_price() -> None:
    cost = Cost(12, 11, 13, 1, 8)
    found = from_costs({"None": Cost(2, 2, 2, 0, 0), "Plain/8": cost, "Pointers/8": cost, "Other": cost})
    assert found == Prices({8: Price(9, 11)}, {8: Price(9, 11)})


@pytest.mark.parametrize("missing", ["None", "Plain/8", "Pointers/8"])
def test_without_one_of_its_benchmarks_a_calibration_is_refused(missing: str) -> None:
    cost = Cost(12, 11, 13, 1, 8)
    with pytest.raises(BadInput):
        from_costs({name: cost for name in ("None", "Plain/8", "Pointers/8") if name != missing})


def test_what_is_free_costs_nothing_and_what_is_not_known_has_no_price() -> None:
    assert price_of(Size(0, False, "", "a constant"), PRICES) == Price(0, 0)
    assert price_of(Size(None, False, "as many as n", ""), PRICES) is None
    assert price_of(Size(8, False, "", ""), None) is None


# ---- answers about sizes

ANSWER = {"bytes": 8, "pointers": True, "note": "", "free": ""}


def test_sizes_are_read() -> None:
    assert parse(json.dumps([ANSWER, {**ANSWER, "bytes": None}]), 2) == [
        Size(8, True, "", ""),
        Size(None, True, "", ""),
    ]


@pytest.mark.parametrize(
    "said",
    ["", "null", "{}", "[1]", "[{}]", "[" * 100_000, json.dumps([ANSWER] * 2), json.dumps([{**ANSWER, "bytes": -1}]),
     json.dumps([{**ANSWER, "bytes": "8"}]), json.dumps([{**ANSWER, "pointers": 1}]),
     json.dumps([{**ANSWER, "note": None}])],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(BadInput):
        parse(said, 1)


def test_how_variables_are_captured_is_the_compilers_word() -> None:
    said = "./a.go:3:4: F.func1 capturing by ref: n (addr=false assign=true width=8)\n./a.go:5:2: n escapes to heap\n"
    said += "./a b.go:6:7: (*T).M capturing by value: s (addr=false assign=false width=16)\n./a.go:7:1: capturing by: s\n"
    assert captures(said) == [
        {"file": "./a.go", "line": 3, "column": 4, "name": "n", "by_reference": True},
        {"file": "./a b.go", "line": 6, "column": 7, "name": "s", "by_reference": False},
    ]


@given(hostile)
@examples(50)
def test_no_answer_ends_in_another_error(said: str) -> None:
    with pytest.raises(BadInput):
        parse(said, 1)


# ---- functions


def test_a_line_belongs_to_the_function_around_it() -> None:
    text = "package p\n\nfunc A() {\n\tif x {\n\t}\n}\n\nfunc (p *P) B() int { return 1 }\n\nfunc C[T any](x T) {\n}\n"
    functions = functions_in("p/p.go", text)
    assert [(each.name, each.first, each.last) for each in functions] == [("A", 3, 6), ("B", 8, 8), ("C", 10, 11)]
    found = containing(functions, "p/p.go", 5)
    assert found is not None and found.name == "A"
    assert containing(functions, "p/p.go", 7) is None and containing(functions, "p/other.go", 5) is None
