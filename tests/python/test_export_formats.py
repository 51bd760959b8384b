"""Every format is read back by a reader of its own (export_readers.py): the figures are the run's, no name breaks out,
and what is no ordinary number is not there as one."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import export_readers as read
import pytest
import synthetic
from exporting import HOSTILE, hostile, results
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heaptoll.bad_input import BadInput
from heaptoll.export import bencher, github_action_benchmark, go, junit, markdown, otava
from heaptoll.export import csv as csv_format
from heaptoll.export.formats import FORMATS
from heaptoll.export.results import Results
from heaptoll.measurements import read_run

READERS: dict[str, Callable[[str], Any]] = {
    "github-action-benchmark": read.github_action_benchmark, "bencher": read.bencher, "go": read.go,
    "otava": read.otava, "junit": read.junit, "markdown": read.markdown, "csv": read.summary_csv,
}  # fmt: skip


def troubled(row: synthetic.Row) -> synthetic.Row | None:
    """heap (jemalloc) of the box crashed; its stack is contended under glibc; the chain's heap crashed once there."""
    case, arm, allocator, launch = row["case"], row["arm"], row["allocator"], row["launch"]
    if case == "boxed_value/interface/8" and (arm, allocator) == ("heap", "jemalloc"):
        return synthetic.without_time(row, "crashed", "SIGSEGV")
    if case == "boxed_value/interface/8" and (arm, allocator) == ("stack", "glibc"):
        return synthetic.contended(row)
    if case == "returned_pointer/chain/64/d2" and (arm, allocator, launch) == ("heap", "glibc", "3"):
        return synthetic.without_time(row, "crashed", "SIGABRT")
    if case == "array_size/spill/64KiB/random" and allocator == "jemalloc":
        return synthetic.without_time(row, "skipped", "only glibc has this threshold")
    return row


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return results(tmp_path_factory.mktemp("bad"), troubled, warnings=["the machine was busy"])


def by_name(made: Results) -> dict[str, float]:
    return {figure.name: estimate.value for figure, estimate in made.numbers}


# ---- every format


def test_every_format_has_a_reader() -> None:
    assert READERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_read_back_and_ends_its_last_line(name: str, good: Results, bad: Results) -> None:
    for made in (good, bad):
        text = FORMATS[name].write(made)
        assert text.endswith("\n") and READERS[name](text)


@pytest.mark.parametrize("name", list(FORMATS))
@pytest.mark.parametrize("word", HOSTILE)
def test_no_name_breaks_out_of_any_format(name: str, word: str) -> None:
    text = FORMATS[name].write(hostile(word))
    assert READERS[name](text)
    plain = FORMATS[name].write(hostile("plain"))
    # In XML a line break is a character like others.
    assert name == "junit" or text.count("\n") == plain.count("\n")


@pytest.mark.parametrize(
    ("name", "escape", "word"),
    [
        ("github-action-benchmark", (github_action_benchmark, "visible"), "a\nb"),
        ("bencher", (bencher, "visible"), "a\nb"),
        ("go", (go, "_word"), "a b"),
        ("go", (go, "_word"), "a\nb"),
        ("go", (go, "visible"), "a\nb"),
        ("otava", (otava, "_plain"), "a,b"),
        ("otava", (otava, "_plain"), "=cmd()"),
        ("junit", (junit, "xml_text"), "a\x00b"),
        ("junit", (junit, "xml_text"), "\ud800"),
        ("markdown", (markdown, "markdown_text"), "<script>alert(1)</script>"),
        ("markdown", (markdown, "markdown_text"), "a|b"),
        ("markdown", (markdown, "markdown_text"), "a\nb"),
        ("csv", (csv_format, "csv_word"), "=cmd()"),
        ("csv", (csv_format, "csv_word"), "a\nb"),
    ],
)  # fmt: skip
def test_without_its_escaping_a_reader_goes_red(
    monkeypatch: pytest.MonkeyPatch, name: str, escape: tuple[Any, str], word: str
) -> None:
    READERS[name](FORMATS[name].write(hostile(word)))
    monkeypatch.setattr(*escape, lambda text: text)
    with pytest.raises((AssertionError, BadInput, ElementTree.ParseError, UnicodeError, ValueError)):
        READERS[name](FORMATS[name].write(hostile(word)))


# ---- each of them


def test_github_action_benchmark_has_every_figure_with_its_half_width(good: Results) -> None:
    text = github_action_benchmark.write(good)
    found = read.github_action_benchmark(text)
    assert found == pytest.approx(by_name(good), rel=1e-5)
    entry = next(each for each in json.loads(text) if each["name"] == "boxed_value/interface/8 heap (jemalloc)")
    estimate = next(e for figure, e in good.numbers if figure.name == entry["name"])
    assert float(entry["range"][2:]) == pytest.approx((estimate.interval.high - estimate.interval.low) / 2, rel=1e-2)
    assert entry["extra"].split("\n") == [
        "stores a value behind an interface",
        f"95 % interval {estimate.interval.low:.6g} to {estimate.interval.high:.6g} ns/op",
        "8 launches", "jemalloc 3.1",
    ]  # fmt: skip


def test_bencher_has_latency_with_its_interval_and_the_audits_counts(good: Results) -> None:
    found = read.bencher(bencher.write(good))
    assert {name: each["latency"]["value"] for name, each in found.items()} == pytest.approx(by_name(good), rel=1e-5)
    heap = found["boxed_value/interface/8 heap (glibc)"]
    assert heap["allocations"] == {"value": 1} and heap["allocated-bytes"] == {"value": 8}
    assert heap["latency"]["lower_value"] < heap["latency"]["upper_value"]
    assert found["boxed_value/interface/8 toll (glibc)"].keys() == {"latency"}


def test_names_too_long_for_bencher_stay_different() -> None:
    made = hostile("x" * 2000)
    others = [replace(each, arm=each.arm + "2") for each in made.figures]
    assert len(read.bencher(bencher.write(replace(made, figures=(*made.figures, *others))))) == 6


def test_one_launch_has_no_interval_in_any_format(tmp_path: Path) -> None:
    made = results(tmp_path, launches=1)
    assert all(not each.keys() & {"range"} for each in json.loads(github_action_benchmark.write(made)))
    assert "no interval: one launch" in github_action_benchmark.write(made)
    assert all(each["latency"].keys() == {"value"} for each in read.bencher(bencher.write(made)).values())
    rows = read.summary_csv(csv_format.write(made))
    assert all(row["low_ns"] == row["high_ns"] == row["coverage"] == "" for row in rows)
    cells = [cell for table in read.markdown(markdown.write(made)) for line in table for cell in line]
    assert cells and not any("[" in cell or " to " in cell for cell in cells)
    assert all(math.isnan(each.low[0]) and math.isnan(each.high[0]) for each in otava.series_of(made))


def test_few_launches_say_what_their_interval_is_worth(tmp_path: Path) -> None:
    made = results(tmp_path, launches=4)
    assert "the range of too few launches, an interval of 87.5 %" in github_action_benchmark.write(made)
    assert "less than six launches" in markdown.write(made)


def test_go_has_a_line_per_launch_with_the_launchs_own_number(good: Results) -> None:
    text = go.write(good)
    found = read.go(text)
    assert len(found) == 12
    for figure, _ in good.numbers:
        if figure.arm == "toll":
            continue
        parts = {f"arm={figure.arm}", f"allocator={figure.allocator}", f"variant={figure.case.variant}"}
        (name,) = [each for each in found if parts <= set(each)]
        assert found[name] == list(figure.ns_by_launch.values())
        assert name[0] == figure.case.scenario.title().replace("_", "")
    assert "BenchmarkReturnedPointer/variant=chain/size=64/depth=2/arm=heap/allocator=glibc-1\t" in text
    for line in ("goos: linux", "toolchain: gcc 12.2.0", "allocators: glibc 2.0, jemalloc 3.1"):
        assert f"\n{line}\n" in text


def test_go_gives_the_heap_the_toll_of_the_same_launch(good: Results) -> None:
    (toll,) = [f for f, _ in good.numbers if f.name == "boxed_value/interface/8 toll (jemalloc)"]
    lines = [line for line in go.write(good).split("\n") if "BoxedValue" in line and "jemalloc" in line]
    told = [float(match[1]) for line in lines if (match := re.search(r"\t([^\t]*) toll-ns/op$", line))]
    assert told == pytest.approx(list(toll.ns_by_launch.values()), rel=1e-8)
    assert all("arm=heap" in line for line in lines if "toll" in line)


def test_go_iterations_are_the_operations_of_the_quiet_slices(good: Results) -> None:
    line = next(each for each in go.write(good).split("\n") if "BoxedValue" in each and "arm=heap" in each)
    ns = float(line.split("\t")[2].split()[0])
    assert int(line.split("\t")[1]) == pytest.approx(70000 / ns * 201, rel=0.01)


def test_go_names_what_does_not_differ_from_run_to_run_only_in_comments(good: Results) -> None:
    other = replace(good, facts=replace(good.facts, run_id="other", git=replace(good.facts.git, revision="beef")))
    differing = [
        (one, two) for one, two in zip(go.write(good).split("\n"), go.write(other).split("\n")) if one != two
    ]
    assert len(differing) == 1 and all(line.startswith("# heaptoll run ") for line in differing[0])


def test_go_tells_cases_apart_that_have_the_same_parameters(good: Results) -> None:
    one = good.cases[0]
    names = go.case_names([one, replace(one, name=f"{one.name}/again")])
    assert len(set(names.values())) == 2 and all("/case=boxed_value%2Finterface%2F8" in name for name in names.values())


def test_otava_has_one_line_of_one_run(good: Results) -> None:
    lines, metrics = read.otava(otava.write(good))
    assert lines == [
        {"time": "2026-01-31T12:00:00+00:00", "commit": good.facts.git.revision, "run": synthetic.RUN_ID}
    ]
    (value,) = metrics["boxed_value.interface.8.heap.glibc.ns_per_op"]
    assert value == by_name(good)["boxed_value/interface/8 heap (glibc)"]
    assert len(metrics) == 18


def test_junit_errs_at_what_crashed_and_skips_what_was_contended_or_skipped(bad: Results) -> None:
    found = read.junit(junit.write(bad))
    assert found["boxed_value/interface/8", "heap jemalloc"][:2] == ("error", 0)
    assert found["boxed_value/interface/8", "toll jemalloc"][:2] == ("skipped", 0)
    assert found["boxed_value/interface/8", "stack glibc"][:2] == ("skipped", 0)
    assert found["array_size/spill/64KiB/random", "heap jemalloc"][:2] == ("skipped", 0)
    outcome, seconds, said = found["returned_pointer/chain/64/d2", "heap glibc"]
    assert outcome == "error" and seconds > 0 and "7 launches; crashed once: SIGABRT" in said
    assert [key for key, each in found.items() if each[0] == "error"] == [
        ("boxed_value/interface/8", "heap jemalloc"), ("returned_pointer/chain/64/d2", "heap glibc"),
    ]  # fmt: skip
    assert "the machine was busy" in junit.write(bad)


def test_junit_times_are_seconds_per_operation(good: Results) -> None:
    for figure, estimate in good.numbers:
        _, seconds, said = read.junit(junit.write(good))[figure.case.name, f"{figure.arm} {figure.allocator}"]
        assert seconds == pytest.approx(estimate.value * 1e-9, abs=1e-12) and f"{estimate.value:.6g} ns/op" in said


def test_markdown_begins_with_warnings_and_shows_tolls_before_it_folds_the_rest(bad: Results) -> None:
    text = markdown.write(bad)
    shown, folded = text.split("<details>", 1)
    assert shown.split("\n")[2] == "- **warning**: the machine was busy"
    assert "could not be measured" in shown and "What does a boxed value cost?" in shown
    (boxes, *_, arms) = read.markdown(text)
    assert boxes[0] == ["toll", "glibc", "jemalloc"]
    assert boxes[2] == ["boxed_value/interface/8", "contended", "crashed"]
    assert arms[0][:3] == ["case", "arm", "allocator"] and len(arms) == 2 + 12 and "SIGSEGV" in folded


def test_markdown_folds_the_cases_of_a_long_scenario(good: Results) -> None:
    case = good.cases[0]
    tolls = [each for each in good.figures if each.case.name == case.name]
    many = [
        replace(each, case=replace(case, name=f"{case.name}/{i}", profile="smoke" if i in (3, 40) else "full"))
        for i in range(50) for each in tolls
    ]  # fmt: skip
    shown, folded = markdown.write(replace(good, figures=tuple(many))).split("<details>", 1)
    assert re.findall(r"^\| boxed_value/interface/8/(\d+)", shown, re.M) == ["3", "40"]
    assert folded.startswith("<summary>48 more cases of boxed_value</summary>")


def test_markdown_never_outgrows_a_step_summary_and_says_so(good: Results) -> None:
    figures = tuple(
        replace(each, case=replace(each.case, name=f"s{i}/v/{'é' * 40}", scenario=f"s{i}"))
        for i in range(2500) for each in good.figures[:6]
    )  # fmt: skip
    text = markdown.write(replace(good, figures=figures, warnings=("w" * 3000,) * 10))
    assert len(text.encode()) <= 1 << 20 and "left out: they do not fit" in text
    read.markdown(text)
    small = markdown.within(replace(good, warnings=("w" * 3000,) * 10), 10_000)
    assert len(small.encode()) <= 10_000 and "lines are left out" in small


def test_the_csv_has_a_row_for_everything_asked_for(bad: Results) -> None:
    rows = read.summary_csv(csv_format.write(bad))
    assert len(rows) == len(bad.figures) == 18
    for row, figure in zip(rows, bad.figures):
        assert (row["case"], row["arm"], row["allocator"], row["status"]) == (
            figure.case.name, figure.arm, figure.allocator, figure.status,
        )  # fmt: skip
        assert (row["ns_per_op"] == "") == (figure.status != "ok")
        assert row["ns_per_op"] == "" or float(row["low_ns"]) <= float(row["ns_per_op"]) <= float(row["high_ns"])
    assert rows[0]["note"].startswith("contended in most launches") and rows[0]["launches"] == ""


# ---- what is a number

STATUSES = ("ok", "ok", "ok", "contended", "skipped", "crashed", "timeout", "dishonest")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_format_has_exactly_the_ordinary_numbers(data: st.DataObject, tmp_path: Path) -> None:
    launches = data.draw(st.integers(1, 7))
    wrong = data.draw(st.dictionaries(
        st.tuples(st.integers(0, 2), st.sampled_from(["stack", "heap"]), st.sampled_from(["glibc", "jemalloc"]),
                  st.integers(0, launches - 1)),
        st.sampled_from(STATUSES), max_size=40,
    ))  # fmt: skip
    order = ["boxed_value/interface/8", "returned_pointer/chain/64/d2", "array_size/spill/64KiB/random"]

    def change(row: synthetic.Row) -> synthetic.Row:
        status = wrong.get((order.index(row["case"]), row["arm"], row["allocator"], int(row["launch"])), "ok")
        if status == "contended":
            return synthetic.contended(row)
        return row if status == "ok" else synthetic.without_time(row, status, "as drawn")

    made = results(tmp_path, change, launches=launches)
    # By the words of docs/FORMATS.md: launches that are ok, if they are not fewer than the contended ones.
    run = read_run(tmp_path)
    expected: dict[tuple[str, str, str], list[float]] = {}
    arms = run.rows[run.rows["arm"].isin(["stack", "heap"])]
    for key, rows in arms.groupby(["case", "arm", "allocator"], observed=True):
        ok = rows[rows["status"] == "ok"]
        if len(ok) and len(ok) >= (rows["status"] == "contended").sum():
            expected[key] = ok["ns_median"].tolist()
    names = {f"{case} {arm} ({allocator})" for case, arm, allocator in expected}
    if not names:
        return
    by_format = (
        by_name(made), read.github_action_benchmark(github_action_benchmark.write(made)),
        read.bencher(bencher.write(made)),
    )  # fmt: skip
    for found in by_format:
        assert {name for name in found if " toll (" not in name} == names
    assert sorted(read.go(go.write(made)).values()) == sorted(expected.values())
    assert len(read.otava(otava.write(made))[1]) == len(made.numbers)
    timed = {key for key, (_, seconds, said) in read.junit(junit.write(made)).items() if said and "toll" not in key[1]}
    assert timed == {(case, f"{arm} {allocator}") for case, arm, allocator in expected}
    rows = read.summary_csv(csv_format.write(made))
    told = {f"{row['case']} {row['arm']} ({row['allocator']})" for row in rows if row["ns_per_op"]}
    assert {name for name in told if " toll (" not in name} == names
    arm_rows = read.markdown(markdown.write(made))[-1][2:]
    assert {f"{cells[0]} {cells[1]} ({cells[2]})" for cells in arm_rows if cells[3]} == names


def test_if_contended_launches_counted_as_numbers_the_property_would_see_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heaptoll.export import results as module

    monkeypatch.setattr(module, "_status", lambda result: "ok" if result.ns_by_launch else "crashed")
    made = results(tmp_path, troubled)
    assert "boxed_value/interface/8 stack (glibc)" in by_name(made)
