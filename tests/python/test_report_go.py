"""Go on the page: sentences say what was planted, nothing is said of a run without, damage takes nothing from C."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import go_runs
import pytest
import synthetic
from go_runs import Said
from synthetic import Case, Row
from test_report_site import contents, data_of
from test_report_words import found, said

from heaptoll.go_lane.files import FACTS, MEASUREMENTS
from heaptoll.go_lane.plan import Setting
from heaptoll.measurements import read_run
from heaptoll.report import command, site
from heaptoll.report.comparison import comparison_data, side_data
from heaptoll.report.dataset import Measured
from heaptoll.report.method.page import method
from heaptoll.report.quality import quality
from heaptoll.report.words.answer import Answer, answer, go_in_short
from heaptoll.report.words.markdown import as_markdown

SMALL = "returned_pointer/by_value/64"
CASES = [case for case in synthetic.cases() if case.scenario in ("returned_pointer", "boxed_value")]
TWO = ("glibc", "jemalloc")
Change = Callable[[Setting, Said], None]


def in_c(row: Row) -> Row:
    """10 ns on the stack, on the heap twice that with glibc, and 2.2 times, as the model of Go, with jemalloc."""
    ns = 10.0 if row["arm"] != "heap" else {"glibc": 20.0, "jemalloc": 22.0}[row["allocator"]]
    ns += int(row["launch"]) % 5 / 50
    return {**row, **{name: f"{ns}" for name in row if name.startswith("ns_")}}


def measured(
    folder: Path, change: Change = lambda setting, said: None, *, made: Sequence[Case] = CASES, **options: Any
) -> Measured:
    made_run = synthetic.write_run(folder / "run", TWO, made=made, change=in_c)
    run = read_run(go_runs.write_go(made_run, change=change, **options))
    return Measured.of(run, run.builds[0])


def told(folder: Path, change: Change = lambda setting, said: None, **options: Any) -> Answer:
    return answer(measured(folder, change, **options))


def times(factor: float) -> Change:
    """The heap of Go so many times as long as in the model."""

    def change(setting: Setting, said: Said) -> None:
        if said["arm"] == "heap":
            said["ns"] = [ns * factor for ns in said["ns"]]

    return change


def only(arm: str, of: str = SMALL, **values: object) -> Change:
    """Changes what one arm of the case said, beside nothing."""

    def change(setting: Setting, said: Said) -> None:
        if said["arm"] == arm and said["case"] == of and setting.usual:
            said.update(values)

    return change


def test_a_small_struct_in_go_stands_beside_each_allocator_of_c(tmp_path: Path) -> None:
    given = told(tmp_path)
    assert said(given, "go") == (
        "A small block in Go, beside C. By pointer instead of by value, a 64-byte struct takes in Go 2.20 times as "
        "long (12.0 ns more); in C 2.00 times as long (10.0 ns more) with glibc and 2.20 times as long (12.0 ns more) with "
        "jemalloc. Go’s ratio is above that with glibc and not told from that with jemalloc."
    )
    sentence = found(given, "go")
    assert sentence is not None and sentence.chart == "go"
    assert all("95 % interval" in number.interval and number.case == SMALL for number in sentence.numbers)
    of = [number.of for number in sentence.numbers][:2]
    assert of == [f"heap divided by stack of {SMALL}, go", f"toll of {SMALL}, go"]


@pytest.mark.parametrize("factor, head", [
    (1.3, "A small block costs more in Go than in C."),
    (0.7, "A small block costs less in Go than in C."),
    (1.0, "A small block in Go, beside C."),
])  # fmt: skip
def test_more_or_less_is_claimed_only_against_every_allocator(tmp_path: Path, factor: float, head: str) -> None:
    assert said(told(tmp_path, times(factor)), "go").startswith(head)


def test_a_ratio_below_and_a_toll_above_c_s_make_no_head(tmp_path: Path) -> None:
    def slow_stack(setting: Setting, said: Said) -> None:
        said["ns"] = [40.0 + 24.0 * (said["arm"] == "heap")] * 5

    text = said(told(tmp_path, slow_stack), "go")
    assert text.startswith("A small block in Go, beside C.")
    assert text.endswith("Go’s ratio is below that with glibc and jemalloc.")


def test_a_heap_that_cannot_be_told_from_the_stack_is_no_longer_or_shorter(tmp_path: Path) -> None:
    sides = itertools.cycle((-0.5, 0.5))

    def change(setting: Setting, said: Said) -> None:
        if said["case"] == SMALL and setting.usual:
            said["ns"] = [10.0 + (next(sides) if said["arm"] == "heap" else 0.0)] * 5

    text = said(told(tmp_path, change), "go")
    assert "takes in Go as long, as far as can be told (" in text
    assert "times as long (12.0 ns more) with jemalloc" in text


@pytest.mark.parametrize("change, doubt", [
    (only("heap", status="contended", reason="shared"), "contended"),
    (only("heap", collections=0), "no collection while it was measured, the collector’s work is missing"),
])
def test_what_is_in_doubt_is_marked_and_claims_nothing(tmp_path: Path, change: Change, doubt: str) -> None:
    def dear(setting: Setting, of: Said) -> None:
        times(3.0)(setting, of)
        change(setting, of)

    text = said(told(tmp_path, dear), "go")
    assert f"({doubt})" in text and "Go’s ratio" not in text and text.startswith("A small block in Go, beside C.")
    assert "Go’s ratio is above" in said(told(tmp_path / "sure", times(3.0)), "go")


def test_few_launches_claim_nothing(tmp_path: Path) -> None:
    given = told(tmp_path, times(3.0), profile="smoke")
    text = said(given, "go")
    assert "takes in Go about 6.60 times as long" in text and "too few launches for an interval" in text
    assert "Go’s ratio" not in text and "dearer" not in said(given, "go-live-heap")


def test_what_has_no_time_is_not_told_and_counted(tmp_path: Path) -> None:
    def fail(setting: Setting, of: Said) -> None:
        if of["arm"] == "heap" and "returned" in of["case"]:
            of.update(status="dishonest", reason="takes other blocks")

    given = told(tmp_path, fail)
    assert "boxed_value/interface/8 takes in Go" in said(given, "go"), "the next small case, by its name"
    assert "go-live-heap" not in [each.id for each in given.sentences]
    assert "what a live heap does to a block’s price in Go" in [each.about for each in given.silences]
    assert said(given, "go-gaps") == (
        "Go: not all of it. Of 9 cases of Go, 3 were timed in quiet; 6 dishonest, and so not timed."
    )
    missing = [each for each in method(measured(tmp_path / "more", fail)).missing if each.allocators == ("go",)]
    assert [(each.status, each.reason, each.arms) for each in missing] == [("dishonest", "takes other blocks", 6)]


def test_no_small_case_is_a_reason_and_not_a_sentence(tmp_path: Path) -> None:
    given = told(tmp_path, pattern="hit100")
    assert found(given, "go") is None and found(given, "go-live-heap") is None
    assert "what a small block costs in Go" in [each.about for each in given.silences]
    assert go_in_short(measured(tmp_path / "short", pattern="hit100")) == ""


def test_a_case_that_c_has_not_stands_alone_and_leads_nowhere(tmp_path: Path) -> None:
    given = told(tmp_path, made=[case for case in CASES if case.name != SMALL])
    assert "in C it was not timed." in said(given, "go") and "Go’s ratio" not in said(given, "go")
    sentence = found(given, "go")
    assert sentence is not None and {number.case for number in sentence.numbers} == {None}


def test_a_live_heap_makes_it_dearer_and_gogc_takes_some_of_it_back(tmp_path: Path) -> None:
    given = told(tmp_path)
    text = said(given, "go-live-heap")
    assert text.startswith("A live heap makes Go’s blocks dearer. In Go the toll of returned_pointer/by_value/64 is ")
    assert text.count("with GOGC 100: ") == text.count("; with GOGC 400: ") == 1
    assert "12.0 ns with nothing else alive, 18.4 ns beside 64 MB of live heap and 63.2 ns beside 512 MB" in text
    assert text.endswith(" 512 MB alive make it more. Beside 512 MB, GOGC 400 makes it less.")
    sentence = found(given, "go-live-heap")
    assert sentence is not None and {number.case for number in sentence.numbers} == {SMALL, None}


def flat(setting: Setting, said: Said) -> None:
    """What lives does not matter."""
    said["ns"] = [10.0 + 12 * (said["arm"] == "heap")] * 5


@pytest.mark.parametrize("change, options, head", [
    (flat, {}, "A live heap is not seen to change the price of Go’s blocks."),
    (lambda setting, said: said.update(collections=0), {}, "Beside a live heap."),
    (lambda setting, said: said.update(status="contended"), {}, "Beside a live heap."),
    (lambda setting, said: None, {"peak_bytes": 2 << 30}, "Beside a live heap."),
])
def test_a_live_heap_claims_only_what_the_figures_carry(
    tmp_path: Path, change: Change, options: dict[str, Any], head: str
) -> None:
    text = said(told(tmp_path, change, **options), "go-live-heap")
    assert text.startswith(head) and "make it more" not in text and "makes it less" not in text
    assert not options or text.count("the memory limit made the collector run more often") == 6


def test_it_is_said_what_go_s_times_are_and_whether_it_was_one_session(tmp_path: Path) -> None:
    text = as_markdown(told(tmp_path))
    assert "CPU time with GOMAXPROCS=1, the collector’s work in them" in text
    assert "one after the other in the same session: compare ratios, heap ÷ stack." in text
    go_runs.edit_facts(tmp_path / "run", started_utc="2026-02-03T12:00:00Z")
    run = read_run(tmp_path / "run")
    text = as_markdown(answer(Measured.of(run, run.builds[0])))
    assert "not in one session (C 2026-01-31 12:00, Go 2026-02-03 12:00 UTC)" in text and "same session" not in text


def test_the_end_of_make_bench_has_it_in_a_line_or_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    measured(tmp_path)
    assert command.main([str(tmp_path / "run"), "--out", str(tmp_path / "site")]) == 0
    out, err = capsys.readouterr()
    assert out.strip() == str(tmp_path / "site" / "index.html")
    assert " ".join(err.split()) == (
        "By pointer instead of by value, a 64-byte struct takes in Go 2.20 times as long (12.0 ns more); in C 2.00 "
        "times with glibc to 2.20 times with jemalloc."
    )
    assert len(err.splitlines()) <= 3 and all(len(line) <= 80 for line in err.splitlines())


def test_a_run_without_go_has_nothing_of_it(tmp_path: Path) -> None:
    """The same bytes as one that had Go and has lost it, and no word of it."""
    folder = synthetic.write_run(tmp_path / "run", TWO, made=CASES, change=in_c)
    run = read_run(folder)
    site.build(run, run.builds[0], tmp_path / "never")
    site.build(read_run(go_runs.write_go(folder)), run.builds[0], tmp_path / "has")
    for name in (FACTS, MEASUREMENTS):
        (folder / name).unlink()
    site.build(read_run(folder), run.builds[0], tmp_path / "lost")
    never, has, lost = (contents(tmp_path / name) for name in ("never", "has", "lost"))
    assert never == lost and never != has
    assert "go" not in data_of(never["data/run.js"].decode())
    for name, text in never.items():
        if name.endswith(".html"):
            assert b"GOMAXPROCS" not in text and b"charts/go" not in text and b"go-beside-c" not in text, name
            assert name not in ("index.html", "case.html", "method.html") or b"GOMAXPROCS" in has[name]


def test_the_data_has_go_as_it_was_measured(tmp_path: Path) -> None:
    given = measured(tmp_path)
    site.build(given.run, given.build, tmp_path / "site")
    go = data_of((tmp_path / "site" / "data" / "run.js").read_text())["go"]
    by_name = {each["name"]: (i, each) for i, each in enumerate(go["cases"])}
    i, small = by_name[SMALL]
    assert small["c"] == [case.name for case in given.cases].index(SMALL) and small["usual"]
    j, live = by_name[f"{SMALL}/live512/gogc100"]
    assert (live["c"], live["pair"], live["live_mb"], live["gogc"], live["usual"]) == (None, SMALL, 512, 100, False)
    assert (live["uncollected"], live["limited"], live["operations_per_collection"]) == (False, False, 30000)
    tolls = dict(zip(go["pairs"]["case"], go["pairs"]["toll_ns"]))
    assert (tolls[i], tolls[j]) == (pytest.approx(12.0), pytest.approx(63.2))
    assert set(go["rows"]["status"]) == {"ok"} and len(go["rows"]["case"]) == 2 * len(go["cases"])


def test_the_page_says_how_go_was_measured(tmp_path: Path) -> None:
    facts = {fact.name: fact.values for fact in method(measured(tmp_path)).go}
    assert facts["Go"] == ("go1.19.8", "GOAMD64=v1, GOARCH=amd64")
    assert facts["Launches"][0] == "8 with GOGC=100, nothing else alive"
    assert "6 with GOGC=400, 512 MB of live heap" in facts["Launches"]
    assert facts["Quiet slices"] == ("83\N{NO-BREAK SPACE}%",)
    assert "GOMAXPROCS=1" in facts["Threads"][0] and facts["Memory limit"] == ("2048 MiB (GOMEMLIMIT)",)


def test_processes_that_did_not_end_well_are_told(tmp_path: Path) -> None:
    given = measured(tmp_path)
    launches = json.loads((tmp_path / "run" / FACTS).read_text())["launches"]
    go_runs.edit_facts(tmp_path / "run", launches=[{**launches[0], "problem": "killed by signal 9"}, *launches[1:]])
    facts = {fact.name: fact.values for fact in method(Measured.of(given.run, given.build)).go}
    assert facts["Launches"][-1] == "1 process did not end well: killed by signal 9"


def test_contended_launches_of_go_that_others_outvote_are_counted(tmp_path: Path) -> None:
    seen: list[str] = []

    def once(setting: Setting, of: Said) -> None:
        if of["case"] == SMALL and of["arm"] == "heap" and setting.usual and not seen:
            seen.append(of["case"])
            of["status"] = "contended"

    assert method(measured(tmp_path, once)).left_out.startswith("In Go, 1 contended launch of 1 arm are left out")


def test_warnings_of_the_lane_are_warnings_of_the_page(tmp_path: Path) -> None:
    given = measured(tmp_path, only("heap", collections=0), status="interrupted")
    stopped, without = (each for each in given.warnings if each.startswith("Go: "))
    assert "stopped before all its launches" in stopped and "no collection while it was measured" in without
    assert {stopped, without} <= {reason.text for reason in quality(given).against}
    site.build(given.run, given.build, tmp_path / "site")
    assert stopped in (tmp_path / "site" / "method.html").read_text()
    assert {stopped, without} <= set(data_of((tmp_path / "site" / "data" / "run.js").read_text())["run"]["warnings"])


def damaged(folder: Path) -> Path:
    made = go_runs.write_go(synthetic.write_run(folder, TWO, made=CASES, change=in_c))
    (made / FACTS).write_text(json.dumps({"schema_version": 9}))
    return made


def test_a_damaged_lane_is_bad_input_and_the_page_of_c_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = damaged(tmp_path / "run")
    assert command.main([str(run), "--out", str(tmp_path / "site")]) == 2
    out, err = capsys.readouterr()
    assert "run-go.json, key schema_version: expected 1" in err and "scripts/go_bench.py" in err
    assert out.strip() == str(tmp_path / "site" / "index.html")
    index, page = ((tmp_path / "site" / name).read_text() for name in ("index.html", "method.html"))
    assert "go-beside-c" not in index and "Go was measured and is left out: " in page and "key schema_version" in page
    assert command.main([str(run), "--words"]) == 2
    out, err = capsys.readouterr()
    assert "**Go was measured and is left out: " in out and "key schema" in err and "One small block" in out


def test_a_published_machine_with_a_damaged_lane_keeps_its_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged(tmp_path / "published" / "small")
    asked = ["--published", "--machines", str(tmp_path / "published"), "--out", str(tmp_path / "_site")]
    assert command.main(asked) == 0
    assert "small is shown without its Go: " in capsys.readouterr().err
    assert "is left out" in (tmp_path / "_site" / "small" / "method.html").read_text()


def test_a_lane_that_was_stopped_before_its_first_launch_is_no_mistake(tmp_path: Path) -> None:
    given = measured(tmp_path, status="interrupted")
    file = tmp_path / "run" / MEASUREMENTS
    file.write_text(file.read_text().split("\n", 1)[0] + "\n")
    go_runs.edit_facts(tmp_path / "run", launches=[], quiet_share=None)
    given = Measured.of(given.run, given.build)
    assert "what a small block costs in Go" in [each.about for each in answer(given).silences]
    site.build(given.run, given.build, tmp_path / "site")
    assert "9 cases not measured at all" in (tmp_path / "site" / "index.html").read_text()


def test_a_page_compares_c_with_another_run_where_both_have_go(tmp_path: Path) -> None:
    """`make compare` compares Go as well; the page's comparison names cases and allocators of C by their index."""
    given = measured(tmp_path / "one")
    data = comparison_data(given, measured(tmp_path / "other").run)
    assert set(data["rows"]["allocator"]) == {0, 1} and not any("Go" in each["name"] for each in data["differing"])
    assert not any(fact[1].startswith("Go") for fact in side_data(given)["facts"])


def test_go_of_another_commit_or_machine_is_told_and_of_another_machine_claims_nothing(tmp_path: Path) -> None:
    given = measured(tmp_path, times(3.0))
    go_runs.edit_facts(tmp_path / "run", git={"revision": "f" * 40, "dirty": False})
    given = Measured.of(given.run, given.build)
    assert "Go was measured by another commit than C: ffffffffff" in given.warnings
    assert "costs more in Go than in C" in said(answer(given), "go")
    assert ("f" * 40,) in [fact.values for fact in method(given).go]
    go_runs.edit_facts(tmp_path / "run", machine={"cpu_model": "Another CPU", "kernel": None})
    given = Measured.of(given.run, given.build)
    assert any(each.startswith("Go was measured on another machine than C") for each in given.warnings)
    text = said(answer(given), "go")
    assert text.startswith("A small block in Go, beside C.") and "Go’s ratio" not in text
