"""What a run lacks, or is unsure of, can be seen in the chart and read below it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import synthetic
from drawing import RunWith, draw, drawn_run, each_chart, each_chart_of_arrays, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll import charts
from heaptoll.charts import chart
from heaptoll.charts.gaps import describe_gaps
from heaptoll.charts.theme import LIGHT
from heaptoll.measurements import Run, read_run
from heaptoll.summary import ArmKey, ArmResult, Failure


@each_chart
def test_an_interrupted_run_carries_a_warning(troubled_full_run: Run, name: str) -> None:
    text = " ".join(words(draw(name, troubled_full_run)))
    assert "⚠ interrupted run" in text


@each_chart_of_arrays
def test_what_is_missing_is_named(troubled_run: Run, name: str) -> None:
    text = " ".join(words(draw(name, troubled_run)))
    for part in (
        "Skipped (the stack limit is 64 KiB: raise it with ulimit -s): array_size/vla/8192/all (stack)",
        "Crashed (SIGSEGV): array_size/alloca/8192/all (heap jemalloc)",
        "array_size/fixed/8192/all (heap glibc)",
        "No measurements of array_size/fixed/8192/all (stack jemalloc, heap jemalloc)",
    ):
        assert part in text


def test_the_headline_says_in_place_of_the_toll_why_there_is_none(troubled_run: Run) -> None:
    found = words(draw("headline", troubled_run))
    assert {"stack skipped", "heap crashed", "not measured"} <= set(found)


def test_a_variant_without_any_rows_still_has_its_place_in_the_headline(tmp_path: Path) -> None:
    def without_vla(row: synthetic.Row) -> synthetic.Row | None:
        return None if row["variant"] == "vla" else row

    found = words(draw("headline", drawn_run(tmp_path, change=without_vla)))
    assert "vla/8192/all (64 KiB)" in found and "not measured" in found


def test_cases_of_a_variant_of_which_the_same_is_said_are_counted() -> None:
    def key(point: str, arm: str, lane: str) -> ArmKey:
        return ArmKey(f"array_size/mmap_threshold/{point}", arm, lane)

    why = (Failure("skipped", "only glibc has this threshold", 20),)
    keys = [key(point, arm, lane) for point in "abc" for arm in ("stack", "heap") for lane in ("glibc", "jemalloc")]
    results = {
        one: ArmResult(one, {}, failures=why) if one.allocator == "jemalloc" else ArmResult(one, {0: 1.0})
        for one in keys
    }
    said = "Skipped (only glibc has this threshold): 3 cases of array_size/mmap_threshold (stack jemalloc, heap jemalloc)."
    assert describe_gaps(results, keys) == [said]
    assert "array_size/mmap_threshold/a (stack jemalloc, heap jemalloc), " in describe_gaps(results, keys[:8])[0]


@each_chart_of_arrays
def test_contended_points_are_hollow(troubled_run: Run, run_with: RunWith, name: str) -> None:
    def hollow(figure: Figure) -> int:
        lines = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "s"]
        background = [line for line in lines if to_hex(line.get_markerfacecolor()) == LIGHT.background.lower()]
        solid_arms = [line for line in background if line.get_zorder() in (2, 3)]
        return sum(len(line.get_xdata()) for line in solid_arms)

    calm = hollow(draw(name, run_with(2)))
    assert hollow(draw(name, troubled_run)) == calm + 1


def test_a_variant_with_too_few_sizes_for_a_panel_is_named_instead(tmp_path: Path) -> None:
    def kept(case: synthetic.Case) -> bool:
        return case.variant == "fixed" or case.name in ("array_size/vla/8192/first", "array_size/vla/8193/first")

    made = [case for case in synthetic.cases() if kept(case)]
    text = " ".join(words(draw("size_sweep", drawn_run(tmp_path, made=made))))
    assert "too few sizes for a panel: vla touch=first" in text
    assert "variable-length array" not in text


def touched(*pages: str) -> list[synthetic.Case]:
    """Arrays of two sizes whose pages are so."""
    return [
        synthetic.Case(
            f"array_size/first_touch/{n}/{how}", 8 * n, f"elements={n};touch=all;pages={how}", "",
            model=lambda arm, malloc, by=100.0 if how == "cold" else 1.0: by * (20 + malloc * (arm == "heap")),
        )  # fmt: skip
        for n in (2048, 8192)
        for how in pages
    ]


def test_cold_pages_are_dashed_in_the_panel_of_warm_ones(tmp_path: Path) -> None:
    figure = draw("size_sweep", drawn_run(tmp_path, made=touched("cold", "warm")))
    lines = [line for axes in figure.axes for line in axes.get_lines() if len(line.get_xdata()) == 2]
    drawn = [line for line in lines if line.get_marker() == "None" and line.get_linestyle() in ("-", "--")]
    cold, warm = ([max(line.get_ydata()) for line in drawn if line.get_linestyle() == how] for how in ("--", "-"))
    assert len(cold) == 3 and min(cold) > 1000 and len([ns for ns in warm if 10 < ns < 50]) == 3
    found = words(figure)
    assert "pages warm, or cold" in found and "every element written, dashed: cold" in found
    assert not [text for text in found if text.startswith("About other things")]


def test_pages_of_one_kind_only_are_named_and_not_drawn(tmp_path: Path) -> None:
    made = [*(case for case in synthetic.cases() if case.variant == "fixed"), *touched("cold")]
    text = " ".join(words(draw("size_sweep", drawn_run(tmp_path, made=made))))
    assert "About other things than the size, and in the chart array_size: first_touch." in text
    assert "pages warm, or cold" not in text


def test_a_line_is_interrupted_where_a_size_is_missing(troubled_run: Run) -> None:
    figure = draw("size_sweep", troubled_run)
    crosses = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "x"]
    assert sorted(list(line.get_xdata()) for line in crosses) == [[65536], [65536], [65536]]
    assert "A cross at the bottom" in " ".join(words(figure))


def test_intervals_from_too_few_launches_are_marked(tmp_path: Path, run_with: RunWith) -> None:
    found = words(draw("headline", drawn_run(tmp_path, launches=5)))
    assert all(text.endswith("†") for text in found if text.startswith("["))
    assert "94%" in " ".join(found)
    assert not any("†" in text for text in words(draw("headline", run_with(2))))


def test_a_second_build_is_named_when_it_is_not_shown(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path, ["glibc"])
    rows = [synthetic.rows(synthetic.cases(), ["glibc"], 6, build=build) for build in ("gcc", "clang")]
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes([*rows[0], *rows[1]]))
    run = read_run(folder)
    assert "build gcc (also measured, not shown: clang)" in " ".join(words(draw("headline", run)))
    figure = charts.load("headline").draw(run, LIGHT, "clang")
    assert "build clang (also measured, not shown: gcc)" in " ".join(words(figure))


def test_a_chart_of_one_of_several_builds_names_that_ones_compiler_and_rows(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path, ["glibc"])
    rows = [synthetic.rows(synthetic.cases(), ["glibc"], 6, build=build) for build in ("base", "head")]
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes([*rows[0], *rows[1]]))
    facts = json.loads((folder / "run.json").read_text())
    workers = [{"path": "/p/w", "sha256": None}]
    facts["builds"] = [
        {"name": name, "compiler": f"compiler of {name}", "flags": "-O2", "workers": workers}
        for name in ("base", "head")
    ]
    (folder / "run.json").write_text(json.dumps(facts))
    run = read_run(folder)
    for build, other in (("base", "head"), ("head", "base")):
        text = " ".join(words(charts.load("headline").draw(run, LIGHT, build)))
        assert f"Built with compiler of {build}" in text and f"compiler of {other}" not in text
        assert f"build {build} (also measured, not shown: {other})" in text


def test_an_allocator_that_was_never_measured_is_named(tmp_path: Path) -> None:
    run = drawn_run(tmp_path, change=lambda row: None if row["allocator"] == "jemalloc" else row)
    assert "no measurements with jemalloc" in " ".join(words(draw("headline", run)))


def test_times_of_zero_are_named_and_not_drawn(tmp_path: Path) -> None:
    def zero(row: synthetic.Row) -> synthetic.Row:
        times = {name: "0" for name in row if name.startswith("ns_")}
        return {**row, **times} if row["case"] == "returned_pointer/by_value/64" and row["arm"] == "stack" else row

    assert "Times of 0 ns" in " ".join(words(draw("headline", drawn_run(tmp_path, change=zero))))


@pytest.mark.parametrize(
    "name, keep, message",
    [
        ("size_sweep", "returned_pointer", "not enough sizes"),
        ("size_sweep", "array_size/vla/8192/all", "not enough sizes"),
        ("headline", "none of them", "no measurements"),
    ],
)
def test_a_run_without_the_data_of_a_chart_says_so(tmp_path: Path, name: str, keep: str, message: str) -> None:
    made = [case for case in synthetic.cases() if case.name.startswith(keep)]
    with pytest.raises(chart.NotEnoughData, match=message):
        draw(name, drawn_run(tmp_path, made=made))
