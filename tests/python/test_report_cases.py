"""What a case's page says: the answer in words, its neighbours, how to measure it again."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from synthetic import Case, Row, contended, without_time, write_run

from heaptoll.measurements import read_run
from heaptoll.report import case_answers, case_series, reproduce
from heaptoll.report.case_data import case_data
from heaptoll.report.dataset import Measured

NAME = "returned_pointer/by_value/64"


def named(name: str, size: int | None = None, params: str = "", arms: tuple[str, ...] = ()) -> Case:
    return Case(name, size, params, f"does {name}", arms)


def measured(
    folder: Path, made: list[Case], change: Callable[[Row], Row | None] = lambda row: row, **more: Any
) -> Measured:
    allocators = more.pop("allocators", ("glibc", "jemalloc"))
    run = read_run(write_run(folder / "run", allocators, made=made, change=change, **more))
    return Measured.of(run, run.builds[0])


def in_jemalloc(change: Callable[[Row], Row | None]) -> Callable[[Row], Row | None]:
    return lambda row: change(row) if row["allocator"] == "jemalloc" and row["arm"] == "heap" else row


def answer_of(found: Measured, allocator: str) -> case_answers.Answer:
    return next(each for each in case_answers.answers(found, NAME) if each.allocator == allocator)


def test_an_answer_has_the_toll_its_interval_and_cycles(tmp_path: Path) -> None:
    found = measured(tmp_path, [named(NAME, 64)], launches=20, cost=lambda case, arm, _: {"heap": 30.0}.get(arm, 10.0))
    answer = answer_of(found, "glibc")
    assert answer.toll is not None and re.fullmatch(r"\+(19|20|21)\.\d ns", answer.toll)
    assert re.fullmatch(
        r"the heap takes (2\.9|3\.0)\d× as long as the stack; 95 % interval \[\+[\d.]+, \+[\d.]+\] over 20 launches; "
        r"\+[\d.]+ cycles \[\+[\d.]+, \+[\d.]+\]\.",
        answer.text,
    )


def test_a_heap_that_is_quicker_says_so(tmp_path: Path) -> None:
    found = measured(tmp_path, [named(NAME, 64)], cost=lambda case, arm, _: {"heap": 40.0}.get(arm, 100.0))
    answer = answer_of(found, "glibc")
    assert answer.toll is not None and re.fullmatch(r"\N{MINUS SIGN}(5|6)\d(\.\d)? ns", answer.toll)
    assert re.match(r"the heap takes 0\.(39|4)\d* ?× as long", answer.text)


def test_a_toll_whose_interval_holds_zero_is_not_told_as_one(tmp_path: Path) -> None:
    answer = answer_of(measured(tmp_path, [named(NAME, 64)], cost=lambda *_: 10.0), "glibc")
    assert answer.text.startswith("not to be told from no toll at all; ")


@pytest.mark.parametrize(
    "launches, words",
    [(1, "one launch, which gives no interval"), (3, "over all of 3 launches, too few for a 95 % interval")],
)
def test_too_few_launches_claim_no_interval(tmp_path: Path, launches: int, words: str) -> None:
    assert words in answer_of(measured(tmp_path, [named(NAME, 64)], launches=launches), "glibc").text


def test_without_a_time_an_answer_has_the_reason(tmp_path: Path) -> None:
    change = in_jemalloc(lambda row: without_time(row, "crashed", "signal 11"))
    answer = answer_of(measured(tmp_path, [named(NAME, 64)], change), "jemalloc")
    assert (answer.toll, answer.text) == (None, "no toll: the heap arm has no time (crashed: signal 11).")


def test_without_an_arm_an_answer_says_which(tmp_path: Path) -> None:
    answer = answer_of(measured(tmp_path, [named(NAME, 64)], in_jemalloc(lambda row: None)), "jemalloc")
    assert answer.text == "no toll: the run has no heap arm of this case here."


def test_a_contended_answer_is_marked(tmp_path: Path) -> None:
    found = measured(tmp_path, [named(NAME, 64)], in_jemalloc(contended))
    assert [each.contended for each in case_answers.answers(found, NAME)] == [False, True]
    assert "Contended: " in answer_of(found, "jemalloc").text


def test_without_cycles_an_answer_has_its_nanoseconds(tmp_path: Path) -> None:
    found = measured(tmp_path, [named(NAME, 64)], lambda row: {**row, "cycles_median": ""})
    assert answer_of(found, "glibc").text.endswith("; core cycles are not known.")


def series_of(*made: Case, folder: Path) -> list[tuple[str, list[str], bool]]:
    found = case_series.all_series(measured(folder, list(made)).cases)
    return [(each.label, [point.text for point in each.points], each.is_numeric) for each in found]


def test_cases_that_differ_in_one_place_are_a_series_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    points = [(n, touch) for n in (512, 8) for touch in ("first", "all")]
    made = [named(f"array_size/vla/{n}/{touch}", 8 * n, f"elements={n};touch={touch}") for n, touch in points]
    assert series_of(*made, folder=tmp_path) == [
        ("elements", ["8", "512"], True),
        ("used", ["first", "all"], False),
        ("elements", ["8", "512"], True),
        ("used", ["first", "all"], False),
    ]


def test_where_no_parameter_differs_the_size_does(tmp_path: Path) -> None:
    made = [named(f"boxed_value/interface/{size}", size) for size in (8, 16384, 64)]
    assert series_of(*made, folder=tmp_path) == [("size", ["8 B", "64 B", "16 KiB"], True)]


def test_names_without_a_known_difference_are_told_by_name(tmp_path: Path) -> None:
    made = [named("odd/things/a b", 8), named('odd/things/"<&', 8)]
    assert series_of(*made, folder=tmp_path) == [("point", ["a b", '"<&'], False)]


def test_a_twin_differs_in_whether_operations_wait(tmp_path: Path) -> None:
    made = [named(NAME, 64), named(f"{NAME}/dependent", 64, "form=dependent"), named("returned_pointer/by_value/8", 8)]
    twins = case_series.twins(measured(tmp_path, made).cases)
    assert {name: other.name for name, other in twins.items()} == {NAME: f"{NAME}/dependent", f"{NAME}/dependent": NAME}


def test_parameters_in_words(tmp_path: Path) -> None:
    case = measured(tmp_path, [named("a/b/c", 65536, "hit_percent=50;form=dependent;stack_clash=in_order")]).cases[0]
    assert case_series.words(case) == [
        ("size", "64 KiB"), ("hits in the table, %", "50"), ("operations", "each needs the result of the one before"),
        ("probes for stack clashes", "in order"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name", [NAME, "a/b/c+d(e)*[f]{g}|h.i^j$k\\l", "a/b/it's $HOME `x`", "a/b/<script>alert(1)</script>"]
)
def test_what_is_to_be_pasted_measures_this_case_and_no_other(tmp_path: Path, name: str) -> None:
    found = measured(tmp_path, [named(name, 64)], profile="full")
    bench, code, perf = (shlex.split(each.line) for each in reproduce.commands(found, found.cases[0]))
    assert bench[:3] == ["make", "bench", "PROFILE=full"]
    pattern = bench[3].removeprefix("FILTER=")
    assert re.search(pattern, name)
    assert not re.search(pattern, f"{name}4") and not re.search(pattern, name.replace("/", "x"))
    assert code == ["make", "disassembly", f"CASE={name}"] and perf == ["make", "perf", f"CASE={name}", "ARM=heap"]


def test_allocators_that_are_not_found_unasked_are_named(tmp_path: Path) -> None:
    found = measured(tmp_path, [named(NAME, 64)], allocators=("glibc", "hoard"))
    line = reproduce.commands(found, found.cases[0])[0].line
    assert line == f"make bench FILTER='^{NAME}$' ALLOCATORS=glibc,hoard=/usr/lib/libhoard.so"


def test_a_scenario_s_data_has_its_cases_and_their_series_by_index(tmp_path: Path) -> None:
    made = [named("other/x/1", 8), *(named(f"boxed_value/interface/{size}", size) for size in (8, 64))]
    data = case_data(measured(tmp_path, made), "boxed_value")
    assert list(data["cases"]) == ["1", "2"]
    assert data["cases"]["2"]["series"] == [0] and data["series"][0]["cases"] == [1, 2]
