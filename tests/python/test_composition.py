"""composition: what the heap adds to an operation, column by column, and counts that are used only where they fit."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic
from drawing import HOSTILE, draw, drawn_run, hostile_cases, words
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heaptoll.bad_input import BadInput
from heaptoll.charts.chart import NotEnoughData
from heaptoll.charts.overlap import clipped_texts, overlapping_texts
from heaptoll.charts.scale import LinearScale
from heaptoll.charts.theme import DARK, LIGHT, Theme
from heaptoll.charts.toll_parts import number_words
from heaptoll.counts import of_run
from heaptoll.counts.of_run import CountedArm, counts_of_run
from heaptoll.measurements import Run
from heaptoll.plot_command import main

NAME = "composition"
VALUE, BOX = "returned_pointer/by_value/64", "boxed_value/interface/64"
CASES = [case for case in synthetic.cases() if case.name in (VALUE, BOX)]
_COLUMNS = (
    "case,scenario,variant,size_bytes,params,arm,allocator,allocator_version,build,operations,instructions_per_op,"
    "minor_faults_per_op,allocs_per_op,alloc_bytes_per_op,exact,status,reason"
).split(",")

pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")


def exact(row: synthetic.Row) -> synthetic.Row:
    """10 ns and 30 cycles in the frame, 20 ns and 50 cycles more on the heap; launches differ by 1."""
    ns, cycles = (30, 80) if row["arm"] == "heap" else (10, 30)
    times = {name: str(ns + int(row["launch"]) * (row["arm"] == "heap")) for name in row if name.startswith("ns_")}
    return {**row, **times, "cycles_median": str(cycles + int(row["launch"]) * (row["arm"] == "heap"))}


def run_of(
    folder: Path,
    change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row,
    allocators: tuple[str, ...] = synthetic.ALLOCATORS[:2],
    launches: int = 7,
    made: list[synthetic.Case] = CASES,
) -> Run:
    return drawn_run(
        folder, made=made, allocators=allocators, launches=launches, change=lambda row: change(exact(row))
    )


def add_counts(
    folder: Path,
    run: Run,
    *,
    heap: int = 258,
    counts: Callable[[dict[str, str]], dict[str, str]] = lambda row: row,
    **toolchain: Any,
) -> None:
    """counts.csv and counts.json of the run: 25 instructions in the frame, `heap` on the heap."""
    told = run.facts.toolchain
    facts = {
        "schema_version": 1,
        "git": {"revision": run.facts.git.revision, "dirty": False},
        "machine": "x86_64",
        "toolchain": {
            "build": "gcc", "compiler": told.compiler, "flags": told.flags, "libc": "glibc 2.36", "valgrind": "3",
            **toolchain,
        },
        "allocators": [
            {"name": each.name, "version": each.version, "sha256": each.sha256} for each in run.facts.allocators
        ],
        "fixed": {},
    }  # fmt: skip
    rows = run.rows.drop_duplicates(["case", "arm", "allocator"])
    with folder.joinpath("counts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for case, arm, allocator, blocks, size in zip(
            *(rows[name] for name in ("case", "arm", "allocator", "allocs_per_op", "alloc_bytes_per_op"))
        ):
            row = {
                "case": case, "arm": arm, "allocator": allocator, "exact": "yes", "status": "ok",
                "instructions_per_op": str(heap if arm == "heap" else 25),
                "allocs_per_op": f"{blocks:g}", "alloc_bytes_per_op": f"{size:g}",
            }  # fmt: skip
            writer.writerow(counts(row))
    folder.joinpath("counts.json").write_text(json.dumps(facts))


def counted(
    folder: Path, change: Callable[[synthetic.Row], synthetic.Row | None] = lambda row: row, **more: Any
) -> Run:
    run = run_of(folder, change)
    add_counts(folder, run, **more)
    return run


def hollow(figure: Figure) -> int:
    """Of glibc's marks."""
    lines = [line for axes in figure.axes for line in axes.get_lines() if line.get_marker() == "s"]
    return sum(to_hex(line.get_markerfacecolor()) == LIGHT.background.lower() for line in lines)


def test_each_column_is_heap_minus_stack_paired_by_launch(tmp_path: Path) -> None:
    found = words(draw(NAME, counted(tmp_path)))
    # Medians over the launches 0 to 6; (258 - 25) / 53.
    for wanted in ("+23.0 ns", "53", "233", "4.40"):
        assert found.count(wanted) >= 4, wanted
    assert found.count("1 block, 64 bytes per operation") == 2
    assert "counted exactly by `make counts`" in " ".join(found)


def test_without_counts_instructions_are_not_counted_here_and_the_chart_says_how(tmp_path: Path) -> None:
    found = words(draw(NAME, run_of(tmp_path)))
    assert found.count("not counted") == 2 * 3
    text = " ".join(found)
    assert "Not counted: extra instructions; instructions per cycle; cache and branch misses." in text
    assert "named with --counts" in text and "run with --counters" in text


@pytest.mark.parametrize(
    "changes, what",
    [
        ({"compiler": "gcc 13.1.0"}, "compiler"),
        ({"flags": "-O3"}, "flags"),
        ({"libc": "glibc 2.39"}, "C library"),
        ({"build": "clang"}, "build"),
    ],
)
def test_counts_of_another_toolchain_are_refused(tmp_path: Path, changes: dict[str, str], what: str) -> None:
    run = counted(tmp_path, **changes)
    assert not counts_of_run(run, "gcc").instructions
    found = words(draw(NAME, run))
    assert "not counted" in found and "233" not in found
    wanted = f"Instruction counts not used for glibc, jemalloc: they are not known to be of the same {what}."
    assert wanted in " ".join(found)


def test_without_the_comparison_counts_of_another_toolchain_would_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = counted(tmp_path, compiler="gcc 13.1.0")
    monkeypatch.setattr(of_run, "_differs", lambda *_: "")
    assert counts_of_run(run, "gcc").instructions


def test_counts_of_another_version_of_an_allocator_are_refused_and_the_others_are_used(tmp_path: Path) -> None:
    run = counted(tmp_path)
    told = json.loads((tmp_path / "counts.json").read_text())
    told["allocators"][1]["sha256"] = "f" * 64
    (tmp_path / "counts.json").write_text(json.dumps(told))
    assert {arm.allocator for arm in counts_of_run(run, "gcc").instructions} == {"glibc"}
    found = words(draw(NAME, run))
    assert found.count("233") == 2 and found.count("–") == 4
    assert "not used for jemalloc: they are not known to be of the same library" in " ".join(found)


def test_counts_of_a_case_that_took_other_blocks_are_refused(tmp_path: Path) -> None:
    def other(row: dict[str, str]) -> dict[str, str]:
        return {**row, "allocs_per_op": "2"} if (row["case"], row["arm"]) == (VALUE, "heap") else row

    run = counted(tmp_path, counts=other)
    assert {arm.case for arm in counts_of_run(run, "gcc").instructions} == {BOX}
    assert "not used for 1 case whose blocks per operation are others" in " ".join(words(draw(NAME, run)))


def test_counts_that_are_not_exact_are_not_used(tmp_path: Path) -> None:
    def inexact(row: dict[str, str]) -> dict[str, str]:
        return {**row, "exact": "no", "reason": "200 and 201"} if row["allocator"] == "jemalloc" else row

    run = counted(tmp_path, counts=inexact)
    assert CountedArm(VALUE, "heap", "glibc") in counts_of_run(run, "gcc").instructions
    assert CountedArm(VALUE, "heap", "jemalloc") not in counts_of_run(run, "gcc").instructions
    assert "A dash in place of instructions" in " ".join(words(draw(NAME, run)))


def test_counts_of_another_commit_are_used_and_the_chart_says_so(tmp_path: Path) -> None:
    run = counted(tmp_path)
    told = json.loads((tmp_path / "counts.json").read_text())
    told["git"]["revision"] = "f" * 40
    (tmp_path / "counts.json").write_text(json.dumps(told))
    assert "commit ffffffffffff (another one than the run's)" in " ".join(words(draw(NAME, run)))


def test_counts_elsewhere_are_used_when_they_are_named(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run")
    (tmp_path / "counts").mkdir()
    add_counts(tmp_path / "counts", run)
    for named in (tmp_path / "counts", tmp_path / "counts" / "counts.csv"):
        assert "233" in words(draw(NAME, replace(run, counts=named)))
    options = ["--out", str(tmp_path / "out"), "--select", NAME, "--format", "svg", "--theme", "light"]
    assert main([str(tmp_path / "run"), *options, "--counts", str(tmp_path / "counts" / "counts.csv")]) == 0
    assert ">4.40<" in (tmp_path / "out" / f"{NAME}-light.svg").read_text()


@pytest.mark.parametrize("damage", ["no json", "no number", "not json", "no toolchain", "no such file", "another name"])
def test_damaged_counts_are_bad_input_and_no_chart(
    tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = counted(tmp_path)
    file = tmp_path / "counts.csv"
    if damage == "no json":
        (tmp_path / "counts.json").unlink()
    elif damage == "no number":
        file.write_text(file.read_text().replace("258", "many"))
    elif damage == "not json":
        (tmp_path / "counts.json").write_text("{")
    elif damage == "no toolchain":
        (tmp_path / "counts.json").write_text("{}")
    elif damage == "no such file":
        run = replace(run, counts=tmp_path / "elsewhere" / "counts.csv")
    else:
        run = replace(run, counts=tmp_path / "run.json")
    with pytest.raises(BadInput):
        draw(NAME, run)
    named = ["--counts", str(run.counts)] if run.counts else []
    assert main([str(tmp_path), "--out", str(tmp_path / "out"), "--select", NAME, *named]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_hardware_counters_have_columns_and_stand_in_for_counts(tmp_path: Path) -> None:
    def with_instructions(row: synthetic.Row) -> synthetic.Row:
        return {**row, "counter_instructions": "325" if row["arm"] == "heap" else "25"}

    figure = draw(NAME, run_of(tmp_path / "hardware", with_instructions))
    assert "300" in words(figure) and "by the core's own counter" in " ".join(words(figure))
    both = words(draw(NAME, counted(tmp_path / "both", with_instructions)))
    assert "233" in both and "300" not in both and "by the core's own counter" not in " ".join(both)


def test_the_counters_of_misses_come_first_and_what_has_no_column_is_named(tmp_path: Path) -> None:
    run = run_of(tmp_path)
    heap = (run.rows["arm"] == "heap").astype(float)
    more = {"counter_stalls": heap, "counter_branch-misses": 2 * heap, "counter_L1-dcache-load-misses": 7.5 * heap}
    found = words(draw(NAME, replace(run, rows=run.rows.assign(**more))))
    assert {"branch misses", "extra L1 dcache", "load misses", "2", "7.50"} <= set(found)
    assert "Counted too, see measurements.csv: stalls." in " ".join(found)


def test_a_toll_of_no_certain_sign_has_no_instructions_per_cycle(tmp_path: Path) -> None:
    def near(row: synthetic.Row) -> synthetic.Row:
        hit = (row["case"], row["arm"], row["allocator"]) == (VALUE, "heap", "glibc")
        return {**row, "cycles_median": str(27 + int(row["launch"]))} if hit else row

    assert words(draw(NAME, counted(tmp_path, near))).count("4.40") == 3


def test_where_the_heap_takes_less_there_is_the_number_and_no_mark(tmp_path: Path) -> None:
    def less(row: synthetic.Row) -> synthetic.Row:
        hit = (row["case"], row["arm"], row["allocator"]) == (VALUE, "heap", "glibc")
        return {**row, "cycles_median": "20"} if hit else row

    found = words(draw(NAME, counted(tmp_path, less)))
    assert "\N{MINUS SIGN}10" in found and "a number stands without a mark" in " ".join(found)


def test_an_interval_beyond_its_scale_is_said_to_go_on(tmp_path: Path) -> None:
    def wide(row: synthetic.Row) -> synthetic.Row:
        hit = (row["case"], row["arm"], row["allocator"]) == (VALUE, "heap", "glibc")
        return {**row, "cycles_median": "10" if row["launch"] == "0" else "90"} if hit else row

    assert "goes on beyond it" in " ".join(words(draw(NAME, counted(tmp_path / "wide", wide))))
    assert "goes on beyond it" not in " ".join(words(draw(NAME, counted(tmp_path / "narrow"))))


def test_page_faults_are_counted_and_not_priced(tmp_path: Path) -> None:
    def faults(row: synthetic.Row) -> synthetic.Row:
        return {**row, "minor_faults_per_op": "16" if row["arm"] == "heap" else "0"}

    assert words(draw(NAME, run_of(tmp_path, faults))).count("16") >= 4


def test_contended_rows_are_hollow(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if (row["case"], row["allocator"]) == (VALUE, "glibc") else row

    assert hollow(draw(NAME, counted(tmp_path / "good"))) == 0
    figure = draw(NAME, counted(tmp_path / "shared", shared))
    assert hollow(figure) == 4 and "Hollow marks are contended" in " ".join(words(figure))


def test_what_is_missing_is_a_dash_and_named(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        hit = (row["case"], row["arm"], row["allocator"]) == (VALUE, "heap", "glibc")
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit else row

    found = words(draw(NAME, counted(tmp_path, crash)))
    assert "–" in found and f"Crashed (SIGSEGV): {VALUE} (heap glibc)." in " ".join(found)


def test_one_launch_is_marked_as_too_few(tmp_path: Path) -> None:
    found = words(draw(NAME, run_of(tmp_path, launches=1)))
    assert "+20.00 ns†" in found or "+20.0 ns†" in found
    assert "† Too few launches" in " ".join(found)


@pytest.mark.parametrize("allocators", [1, 4, 6])
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_with_counts_nothing_overlaps_either(tmp_path: Path, theme: Theme, allocators: int) -> None:
    run = run_of(tmp_path, allocators=synthetic.ALLOCATORS[:allocators])
    add_counts(tmp_path, run, heap=1_234_567)
    figure = draw(NAME, run, theme)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


@pytest.mark.parametrize("misses", [1.49e-2, 1.3e-5, 0.999, 123456.0])
def test_counters_of_any_size_fit_their_columns(tmp_path: Path, misses: float) -> None:
    run = run_of(tmp_path, launches=2)
    heap = (run.rows["arm"] == "heap").astype(float) * misses
    more = {"counter_branch-misses": heap, "counter_a-very-long-name-of-some-event-of-misses": heap}
    figure = draw(NAME, replace(run, rows=run.rows.assign(**more)))
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []


def test_hostile_names_with_counts_are_only_names(tmp_path: Path) -> None:
    run = run_of(tmp_path, allocators=(*HOSTILE, "long" * 50), made=hostile_cases(), launches=2)
    add_counts(tmp_path, run)
    figure = draw(NAME, run)
    assert overlapping_texts(figure) == [] and clipped_texts(figure) == []
    assert set(HOSTILE) <= set(words(figure)) and "233" in words(figure)


def test_without_a_toll_there_is_no_chart(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        return synthetic.without_time(row, "crashed", "SIGSEGV") if row["arm"] == "heap" else row

    with pytest.raises(NotEnoughData, match="toll"):
        draw(NAME, run_of(tmp_path, crash, launches=2))


@pytest.mark.parametrize(
    "value, wanted",
    [
        (0.0, "0"), (28.0, "28"), (28.04, "28.0"), (11478.0, "11478"), (0.03125, "0.031"), (-4.5, "\N{MINUS SIGN}4.50"),
        (1.5e200, "1.5e+200"), (7.0, "7"), (-0.0, "0"), (1e-9, "1e-09"),
    ],
)  # fmt: skip
def test_counts_have_about_three_digits(value: float, wanted: str) -> None:
    assert number_words(value) == wanted


@pytest.mark.parametrize("high", [1e-12, 0.02, 0.9, 1.0, 3.7, 9.99, 1e6, 1e200])
def test_a_scale_from_zero_has_two_or_three_ticks_on_it(high: float) -> None:
    scale = LinearScale.over([high], 2.0)
    ticks = scale.ticks()
    assert ticks[0] == 0 and 2 <= len(ticks) <= 3 and ticks[-1] <= scale.high


def test_headings_of_columns_without_a_figure_are_not_cut(tmp_path: Path) -> None:
    found = words(draw(NAME, run_of(tmp_path)))
    assert found.count("instructions") == 2 and not [text for text in found if text.startswith("instr") and "…" in text]
