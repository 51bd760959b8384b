"""compare.py as a user runs it: which verdicts, which exit status, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import synthetic

from heaptoll import columns
from heaptoll.compare import command
from heaptoll.compare.command import main
from heaptoll.verdict.formats import FORMATS
from terminal_widths import unwrapped

MADE = [case for case in synthetic.cases() if case.size_bytes in (8, 64) and case.scenario == "boxed_value"]
SLOW_CASE = MADE[0].name


def times(factor: float = 1.0, arms: tuple[str, ...] = ("heap",)) -> Callable[[synthetic.Case, str, str], float]:
    def cost(case: synthetic.Case, arm: str, allocator: str) -> float:
        slower = factor if case.name == SLOW_CASE and arm in arms and allocator == "glibc" else 1.0
        return 100 * slower * synthetic.ns_per_op(case, arm, allocator)

    return cost


def write(folder: Path, run: str, factor: float = 1.0, launches: int = 20, **changes: Any) -> Path:
    """A run of which one arm of one allocator takes `factor` times as long."""

    def named(row: synthetic.Row) -> synthetic.Row | None:
        altered = changes["change"](row) if "change" in changes else row
        return None if altered is None else {**altered, "run_id": run}

    facts = {key: value for key, value in changes.items() if key not in ("change", "arms")}
    synthetic.write_run(
        folder / run, synthetic.ALLOCATORS[:2], made=MADE, launches=launches, change=named,
        cost=times(factor, changes.get("arms", ("heap",))), run_id=run, **facts,
    )  # fmt: skip
    return folder / run


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path, Path]:
    """The base, the same again, and one in which an arm takes half as long again."""
    return write(tmp_path, "base"), write(tmp_path, "again"), write(tmp_path, "slow", 1.5)


def two_builds(folder: Path, factor: float) -> Path:
    """One run of the builds `before` and `after`, whose launches drift together by a factor of two."""
    rows = []
    for build, times_ in (("before", 1.0), ("after", factor)):
        for row in synthetic.rows(MADE, synthetic.ALLOCATORS[:2], 12, build=build, cost=times(times_)):
            drift = 1 + int(row["launch"]) / 12
            rows.append({**row, **{q: str(float(row[q]) * drift) for q in row if q.startswith("ns_")}})
    folder.mkdir()
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes(rows))
    (folder / "run.json").write_text(json.dumps(synthetic.facts(MADE, synthetic.ALLOCATORS[:2])))
    return folder


def test_what_got_slower_is_said_first_and_is_exit_1(
    runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    base, _, slow = runs
    assert main([str(base), str(slow)]) == 1
    out = capsys.readouterr().out
    heading, *table = out.split("verdict\n")[1].splitlines()
    assert heading == SLOW_CASE
    assert table[0].split()[:2] == ["glibc", "heap"] and table[0].endswith("slower")
    assert table[1].split()[1] == "toll" and table[2] == ""
    assert "run base of 2026-01-31" in out and "run slow of 2026-01-31" in out
    assert re.search(r"^in all: 2 slower, \d+ same", out, re.M)


def test_the_same_again_is_exit_0(runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(runs[0]), str(runs[1]), "--max-unsure", "100"]) == 0
    assert "slower" not in capsys.readouterr().out


def test_faster_is_exit_0(runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(runs[2]), str(runs[0]), "--max-unsure", "100"]) == 0
    assert "2 faster" in capsys.readouterr().out


def test_a_wider_dead_zone_swallows_the_change(runs: tuple[Path, Path, Path]) -> None:
    assert main([str(runs[0]), str(runs[2]), "--dead-zone-percent", "60"]) == 0
    assert main([str(runs[0]), str(runs[2]), "--dead-zone-ns", "100000"]) == 0


def test_a_slower_toll_alone_does_not_decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base = write(tmp_path, "base")
    # The heap arm takes as long as before: what grew is its distance from the stack.
    head = write(tmp_path, "head", 0.5, arms=("stack",))
    assert main([str(base), str(head), "--max-unsure", "100"]) == 0
    out = capsys.readouterr().out
    found = out.split(f"{SLOW_CASE}\n")[1].splitlines()[:2]
    assert any(re.fullmatch("  glibc +toll .*slower", line) for line in found)
    assert any(re.fullmatch("  glibc +stack .*faster", line) for line in found)


def test_too_few_launches_are_inconclusive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, head = write(tmp_path, "base", launches=3), write(tmp_path, "head", 1.5, launches=3)
    assert main([str(base), str(head)]) == 3
    caught = capsys.readouterr()
    assert "3 launches a side give no 95 % interval: 4 would" in caught.out
    assert "inconclusive: " in caught.err
    assert main([str(base), str(head), "--max-unsure", "100"]) == 0


def test_contended_launches_are_unsure_at_most(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def crowd(row: synthetic.Row) -> synthetic.Row:
        return {**row, "status": "contended", "reason": "12 of 900 slices were quiet"}

    base = write(tmp_path, "base")
    assert main([str(base), str(write(tmp_path, "crowded", 1.5, change=crowd))]) == 3
    assert "contended in head" in capsys.readouterr().out
    assert main([str(base), str(write(tmp_path, "quiet", 1.5))]) == 1


@pytest.mark.parametrize(("status", "code"), [("crashed", 2), ("dishonest", 2), ("skipped", 0)])
def test_a_head_that_failed_at_what_the_base_has_a_time_of_is_no_success(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: str, code: int
) -> None:
    def failed(row: synthetic.Row) -> synthetic.Row:
        if (row["case"], row["arm"]) != (SLOW_CASE, "heap"):
            return row
        return {**row, "status": status, "reason": "a reason", **{name: "" for name in columns.TIMES}}

    base, head = write(tmp_path, "base"), write(tmp_path, "head", change=failed)
    assert main([str(base), str(head)]) == code
    assert ("compare.py: the head failed at 2 of what the base has times of" in capsys.readouterr().err) == (code == 2)


def test_what_one_side_lacks_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row | None:
        if row["case"] == MADE[1].name or (row["case"] == SLOW_CASE and row["allocator"] == "jemalloc"):
            return None
        if row["case"] == SLOW_CASE and row["arm"] == "heap":
            untimed = {q: "" for q in row if q.startswith(("ns_", "cycles"))}
            return {**row, **untimed, "status": "crashed", "reason": "SIGSEGV"}
        return row

    main([str(write(tmp_path, "base")), str(write(tmp_path, "head", change=crash)), "--max-unsure", "100"])
    out = unwrapped(capsys.readouterr().out)
    assert f"{SLOW_CASE} glibc heap: base: timed; head: crashed 20 times: SIGSEGV" in out
    jemalloc, both = (1 + len(MADE[i].extra_arms) + 2 for i in (0, 1))
    assert f"{SLOW_CASE} ({jemalloc} arms): base: timed; head: not there" in out
    assert f"{MADE[1].name} ({2 * both} arms): base: timed; head: not there" in out
    assert f"not compared ({1 + jemalloc + 2 * both}):" in out


def test_two_builds_of_one_run_are_paired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(two_builds(tmp_path / "run", 1.2))
    assert main([run, run, "--base-build", "before", "--head-build", "after", "--max-unsure", "100"]) == 1
    assert "paired by launch" in capsys.readouterr().out
    # The same numbers in two runs: nothing can be told from the drift that the launches share.
    assert main([run, run, "--base-build", "after", "--head-build", "before", "--max-unsure", "100"]) == 0
    assert " faster" in capsys.readouterr().out


@pytest.mark.parametrize(
    "options, said",
    [
        ([], "expected one build of the run, found 2 of them; say which with --base-build: before, after"),
        (["--base-build", "befor"], "found no build 'befor'; say which with --base-build: before, after"),
        (["--base-build", "before", "--head-build", "before"], "found build 'before' twice"),
    ],
)
def test_builds_that_are_not_clear_are_refused(
    tmp_path: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = str(two_builds(tmp_path / "run", 1.2))
    assert main([run, run, *options]) == 2
    assert said in capsys.readouterr().err


def test_a_run_is_not_compared_with_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = write(tmp_path, "base")
    assert main([str(run), str(run / "measurements.csv")]) == 2
    assert "found build 'gcc' twice" in capsys.readouterr().err
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in run.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    assert main([str(run), str(copy)]) == 2
    assert "found the same run, 'base'" in capsys.readouterr().err


CHANGED_FACTS: list[tuple[str, dict[str, Any], str]] = [
    ("machine", {"machine": {"cpu_model": "Other CPU", "cores": 2, "hypervisor": "KVM", "kernel": "6.1.0-18-amd64"}},
     "CPU: base Example CPU E5-1234 v5 @ 2.90GHz, head Other CPU"),
    ("profile", {"profile": "full"}, "profile: base quick, head full"),
    ("engine", {"engine": "gbench"}, "engine: base not told, head gbench"),
    ("allocators", {"allocator_environment": ["MALLOC_CONF=narenas:1"]},
     "allocator options in the environment: base not told, head MALLOC_CONF=narenas:1"),
]  # fmt: skip


@pytest.mark.parametrize("word, facts, said", CHANGED_FACTS)
def test_what_is_not_comparable_is_refused_unless_it_is_allowed(
    tmp_path: Path, word: str, facts: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = [str(write(tmp_path, "base")), str(write(tmp_path, "head", **facts))]
    assert main(runs) == 2
    error = capsys.readouterr().err
    assert said in error and error.endswith(f"to compare nevertheless: --allow {word}\n") and error.count("\n") == 1
    assert main([*runs, "--allow", word, "--max-unsure", "100"]) == 0
    assert f"warning: they differ in {said}" in unwrapped(capsys.readouterr().out)


def test_every_difference_is_named_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toolchain = {"compiler": "clang 14", "flags": "-O3", "libc": "2.41", "google_benchmark": "1.7.1"}
    runs = [str(write(tmp_path, "base")), str(write(tmp_path, "head", toolchain=toolchain))]
    assert main([*runs, "--allow", "libc"]) == 2
    error = capsys.readouterr().err
    assert "compiler: base gcc 12.2.0, head clang 14" in error and "flags: base -O2 " in error and "libc" not in error
    assert error.endswith("--allow compiler,flags\n")


def test_another_kernel_is_only_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    machine = {"cpu_model": "Example CPU E5-1234 v5 @ 2.90GHz", "cores": 2, "hypervisor": "KVM", "kernel": "6.9"}
    runs = [str(write(tmp_path, "base")), str(write(tmp_path, "head", machine=machine))]
    assert main([*runs, "--max-unsure", "100"]) == 0
    assert "they differ in kernel: base 6.1.0-18-amd64, head 6.9" in capsys.readouterr().out


def test_another_version_of_an_allocator_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, head = write(tmp_path, "base"), write(tmp_path, "head")
    facts = json.loads((head / "run.json").read_text())
    facts["allocators"][1]["version"] = "9.9"
    (head / "run.json").write_text(json.dumps(facts))
    assert main([str(base), str(head)]) == 2
    assert "library of jemalloc: base 3.1 (000000000000), head 9.9 (000000000000)" in capsys.readouterr().err


def test_nothing_in_common_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def only(arm: str) -> Callable[[synthetic.Row], synthetic.Row | None]:
        return lambda row: row if row["arm"] == arm else None

    runs = [str(write(tmp_path, "base", change=only("heap"))), str(write(tmp_path, "head", change=only("stack")))]
    assert main(runs) == 2
    assert "measure the same on both sides" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options, said",
    [
        (["--allow", "machin"], "did you mean machine?"),
        (["--allow", "colour"], "none of what may differ: machine, libc, compiler, flags, profile"),
        (["--dead-zone-percent", "-1"], "a number from 0 to 100"),
        (["--dead-zone-ns", "nan"], "a number from 0 to 1e+09"),
        (["--max-unsure", "x"], "a number from 0 to 100"),
        (["--format", "html"], "invalid choice"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["a", "b", *options])
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_time_without_end_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def endless(row: synthetic.Row) -> synthetic.Row:
        late = {name: "1e300" for name in ("ns_median", "ns_p75", "ns_p95")}
        return {**row, **late} if row["launch"] == "1" else row

    base, head = write(tmp_path, "base"), write(tmp_path, "head", change=endless)
    assert main([str(base), str(head)]) == 2
    error = capsys.readouterr().err
    lines = (head / "measurements.csv").read_text().splitlines()
    line = next(number for number, each in enumerate(lines, start=1) if "1e300" in each)
    assert f"measurements.csv, line {line}, column ns_median: expected a time of less than 30 years" in error


def test_a_missing_side_is_named(runs: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(runs[0]), str(runs[0].parent / "nowhere")]) == 2
    assert re.search(r"^compare\.py: .*nowhere: expected .*no such file", capsys.readouterr().err)


def test_a_file_in_another_format_is_no_partner(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "go.txt").write_text("BenchmarkX-2\t10\t5 ns/op\n")
    assert main([str(runs[0]), str(tmp_path / "go.txt")]) == 2
    assert "expected a run of heaptoll, as base is, found Go's benchmark output" in capsys.readouterr().err
    assert main([str(runs[0]), str(runs[1]), "--time", "cpu"]) == 2
    assert "leave out --time" in capsys.readouterr().err


def test_out_writes_a_file_and_leaves_the_report_on_the_terminal(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "changes.json"
    assert main([str(runs[0]), str(runs[2]), "--format", "json", "--out", str(out)]) == 1
    assert json.loads(out.read_text())["counts"]["slower"] == 2
    assert "verdict\n" in capsys.readouterr().out


@pytest.mark.parametrize("victim", ["measurements.csv", "run.json"])
def test_out_never_overwrites_what_is_compared(
    runs: tuple[Path, Path, Path], victim: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (runs[1] / victim).read_bytes()
    assert main([str(runs[0]), str(runs[1]), "--out", str(runs[1] / victim)]) == 2
    assert main([str(runs[0]), str(runs[1] / "measurements.csv"), "--out", str(runs[1] / victim)]) == 2
    assert "another file than what is read" in capsys.readouterr().err
    assert (runs[1] / victim).read_bytes() == before


def test_out_that_cannot_be_written_is_exit_2(
    runs: tuple[Path, Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(runs[0]), str(runs[1]), "--out", str(tmp_path / "nowhere" / "out.csv")]) == 2
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "is_terminal, no_color, coloured", [(True, "", True), (True, "1", False), (False, "", False)]
)
def test_colour_is_for_terminals_of_those_who_want_it(
    runs: tuple[Path, Path, Path], is_terminal: bool, no_color: str, coloured: bool,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal, raising=False)
    monkeypatch.setenv("NO_COLOR", no_color)
    main([str(runs[0]), str(runs[2])])
    assert ("\x1b[31mslower" in capsys.readouterr().out) == coloured


def test_a_reader_that_has_seen_enough_is_no_error(runs: tuple[Path, Path, Path]) -> None:
    script = Path(__file__).parents[2] / "scripts" / "compare.py"
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ended = subprocess.run(
            [sys.executable, script, runs[0], runs[2]], stdout=closed, stderr=subprocess.PIPE, text=True
        )
    assert (ended.returncode, ended.stderr) == (1, "")


def test_the_options_list_every_format() -> None:
    assert command._FORMATS == tuple(FORMATS)


@pytest.mark.parametrize("format_", ["markdown", "csv", "json", "junit"])
def test_every_format_reaches_standard_output(
    runs: tuple[Path, Path, Path], format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(runs[0]), str(runs[2]), "--format", format_]) == 1
    out = capsys.readouterr().out
    assert SLOW_CASE.split("/")[0] in out and "slower" in out and "run base" in out or format_ == "csv"
