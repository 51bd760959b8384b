"""The table at the end of a run: figures as in the files, in 80 columns, and nothing that a pipe cannot use."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import unicodedata
from collections.abc import Mapping

import numpy as np
import pytest
from running import NO_CLANG_WORKER, ONE_CASE, TEST_WORKER, WHOLE_ALLOCATOR, Finished, Heaptoll

from heaptoll import summary
from heaptoll.measurements import Run, read_run
from heaptoll.statistics import Estimate
from heaptoll.summary import ArmKey

ESCAPE = re.compile(r"\x1b\[[0-9;]*[mK]")
NUMBER = r"-?[0-9.]+(?:e[0-9]+)?"
PAIR = re.compile(
    rf"  (?P<lane>\S+) +(?P<stack>{NUMBER}) +(?P<heap>{NUMBER}) +(?P<toll>{NUMBER}) "
    rf"\[(?P<low>{NUMBER}), (?P<high>{NUMBER})\] +(?P<ratio>{NUMBER}) +(?P<cycles>{NUMBER})(?P<mark> [~!])?"
)
FEW = "--benchmark_filter=returned_pointer/(by_value|chain|string)|boxed_value/interface"
TWO_LANES = f"glibc,other={WHOLE_ALLOCATOR}"


def columns(text: str) -> int:
    """Columns of a terminal."""
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) > 0 for each in text)


def table_of(said: str) -> list[str]:
    """Its lines, from the one that says what was measured to the blank one after the notes."""
    lines = said.splitlines()
    begins = next(i for i, line in enumerate(lines) if " cases under " in line or " case under " in line)
    ends = next(i for i, line in enumerate(lines) if line.startswith(("quiet: ", "warning: ", "complete: ")))
    return lines[begins : ends - 1]


def check_figure(printed: str, exact: float, of: float = 0.0) -> None:
    """As exact as its digits are. `of`: the larger of two times whose difference it is."""
    digits = printed.partition("e")[0]
    unit = 10.0 ** (-len(digits.partition(".")[2]) + int(printed.partition("e")[2] or 0))
    # The CSV has six significant digits of each time, and the table was made before they were cut.
    assert abs(float(printed) - exact) <= 0.5 * unit + 1e-5 * max(abs(exact), of) + 2e-5, (printed, exact)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    return Heaptoll(tmp_path_factory.mktemp("few") / "results").run(FEW, "--launches=7", allocators=TWO_LANES)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The smoke profile in two lanes."""
    return Heaptoll(tmp_path_factory.mktemp("two") / "results").run("--launches=1", allocators=TWO_LANES)


def result_of(run: Run, case: str, lane: str) -> tuple[Estimate, Estimate, Estimate, Estimate, bool]:
    found = summary.summarise(run, [case], run.builds[0])
    stack, heap = (found[ArmKey(case, arm, lane)] for arm in ("stack", "heap"))
    toll, ratio = summary.toll(heap, stack), summary.ratio(heap, stack)
    assert stack.estimate and heap.estimate and toll and ratio
    return stack.estimate, heap.estimate, toll, ratio, stack.contended or heap.contended


def test_a_pairs_figures_are_those_that_python_makes_of_the_measurements(few: Finished) -> None:
    assert few.code == 0, few.stderr
    run = read_run(few.folder.path)
    scenario, case, seen = "", "", 0
    for line in table_of(few.stdout):
        if re.fullmatch(r"[a-z_]+", line):
            scenario = line
        elif re.fullmatch(r" \S+", line):
            case = f"{scenario}/{line.strip()}"
        elif found := PAIR.fullmatch(line):
            seen += 1
            stack, heap, toll, ratio, contended = result_of(run, case, found["lane"])
            check_figure(found["stack"], stack.value)
            check_figure(found["heap"], heap.value)
            check_figure(found["toll"], toll.value, max(stack.value, heap.value))
            check_figure(found["low"], toll.interval.low, max(stack.value, heap.value))
            check_figure(found["high"], toll.interval.high, max(stack.value, heap.value))
            check_figure(found["ratio"], ratio.value)
            assert (found["mark"] == " ~") == contended
    assert seen == 2 * len(run.facts.cases) == 8


def test_the_answer_is_the_median_of_what_python_makes_of_the_measurements(few: Finished) -> None:
    run = read_run(few.folder.path)
    said = re.sub(r"\s+", " ", few.stdout)
    for lane in ("glibc", "other"):
        ratios = [result_of(run, case.name, lane)[3].value for case in run.facts.cases]
        printed = re.search(rf"in the median of 4 cases:.*?\b{lane} ({NUMBER})[,.] ", said)
        assert printed, said
        check_figure(printed[1], float(np.median(ratios)))


def test_side_by_side_the_tolls_are_the_same_and_the_stack_is_that_of_all_lanes(two: Finished) -> None:
    assert two.code == 0, two.stderr
    run = read_run(two.folder.path)
    lines = table_of(two.stdout)
    header = next(line for line in lines if line.startswith("  case "))
    assert header.split() == ["case", "stack", "ns", "glibc", "other"]
    scenario, seen = "", 0
    for line in lines:
        if re.fullmatch(r"[a-z_]+", line):
            scenario = line
        cells = re.fullmatch(rf"  (\S+) +({NUMBER}) +({NUMBER})[ ~?!] +({NUMBER}|skipped)[ ~?!]?", line)
        if not cells or "…" in cells[1]:
            continue
        case, seen = f"{scenario}/{cells[1]}", seen + 1
        found = summary.summarise(run, [case], run.builds[0])
        stack = summary.across_lanes(found[ArmKey(case, "stack", lane)] for lane in ("glibc", "other"))
        assert stack and stack.estimate
        check_figure(cells[2], stack.estimate.value)
        for cell, lane in zip(cells.groups()[2:], ("glibc", "other")):
            toll = summary.toll(found[ArmKey(case, "heap", lane)], found[ArmKey(case, "stack", lane)])
            assert (cell == "skipped") == (toll is None)
            if toll:
                heap = found[ArmKey(case, "heap", lane)].estimate
                check_figure(cell, toll.value, max(heap.value if heap else 0.0, stack.estimate.value))
    assert seen > 25


@pytest.mark.parametrize("which", ["few", "two"])
def test_no_line_of_the_table_is_wider_than_eighty_columns(which: str, request: pytest.FixtureRequest) -> None:
    lines = table_of(request.getfixturevalue(which).stdout)
    assert len(lines) > 10
    assert [line for line in lines if columns(line) > 80] == []


def test_the_last_line_is_where_the_files_are(few: Finished) -> None:
    assert few.stdout.splitlines()[-1] == f"complete: {few.folder.path / 'measurements.csv'}"


def test_what_was_skipped_is_said_with_its_reason(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(f"--worker={NO_CLANG_WORKER}")
    table = table_of(finished.stdout)
    assert "skipped: captured_closure/blocks/32 (glibc): no clang here: install clang" in table
    assert any(re.fullmatch(r"  glibc +- +- skipped", line) for line in table)


def test_what_crashed_or_lied_is_said_with_its_reason_and_the_rest_has_figures(heaptoll: Heaptoll) -> None:
    names = "--benchmark_filter=misbehaving/(fine/64|crash/one_lane)|dishonest/heap/(two|nothing)"
    finished = heaptoll.run(names, "--profile=full", f"--worker={TEST_WORKER}", allocators=TWO_LANES)
    assert finished.code == 2
    table = table_of(finished.stdout)
    said = " ".join(" ".join(table).split())
    assert "crashed: misbehaving/crash/one_lane (other): SIGSEGV" in said
    assert sum(bool(PAIR.fullmatch(line)) for line in table) >= 3
    words = {row["status"] for row in finished.folder.rows} - {"ok", "contended"}
    assert words == {"crashed", "dishonest"}
    assert "dishonest: dishonest/heap/nothing (glibc)" in said and "dishonest: dishonest/heap/two (glibc)" in said


# ---- formats


def test_json_on_stdout_is_pure_whatever_the_table_is(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--benchmark_format=json", "--table=markdown", "--benchmark_color=true")
    assert finished.code == 0, finished.stderr
    assert "\x1b" not in finished.stdout and len(json.loads(finished.stdout)["benchmarks"]) >= 2
    assert "| returned_pointer/by_value/64 | glibc |" in finished.stderr


def test_markdown_is_alone_on_stdout(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(FEW, "--table=markdown", "--launches=2", allocators=TWO_LANES)
    assert finished.code == 0, finished.stderr
    lines = finished.stdout.splitlines()
    assert lines[0] == "### Heaptoll"
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) == 2 + 8 and {line.count("|") for line in rows} == {9}
    assert lines[-1].startswith("- complete: ") and finished.folder.path.name in lines[-1]
    assert "audit: " in finished.stderr and "4 cases, 2 allocators" in finished.stderr


def test_markdown_that_cannot_be_written_is_an_error(heaptoll: Heaptoll) -> None:
    command = [heaptoll.program, *heaptoll.settings, f"--results-dir={heaptoll.results}", ONE_CASE]
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*command, "--allocators=glibc", "--table=markdown"],
            stdout=full, stderr=subprocess.PIPE, text=True, env=heaptoll.environment,
        )  # fmt: skip
    assert done.returncode == 2
    assert "cannot write the table: No space left on device" in done.stderr


@pytest.mark.parametrize("closed", [(1,), (0, 1, 2)])
def test_with_closed_standard_files_nothing_is_printed_into_the_measurements(
    heaptoll: Heaptoll, closed: tuple[int, ...]
) -> None:
    redirected = " ".join(f"{fd}>&-" for fd in closed)
    command = [heaptoll.program, *heaptoll.settings, f"--results-dir={heaptoll.results}", ONE_CASE]
    done = subprocess.run(
        ["bash", "-c", f'exec "$@" {redirected}', "-", *map(str, command), "--allocators=glibc"],
        env=heaptoll.environment, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    run = read_run(heaptoll.results / "latest")
    assert len(run.rows) and set(run.rows["status"]) <= {"ok", "contended"}


def test_without_a_table_the_rest_is_there(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--table=none")
    assert finished.code == 0, finished.stderr
    assert "toll" not in finished.stdout.replace(str(heaptoll.results), "")
    assert finished.stdout.splitlines()[-1].startswith("complete: ")


def test_a_table_that_does_not_exist_is_bad_input(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--table=markdwon")
    assert finished.code == 2
    assert "unknown --table format 'markdwon'\nvalid: markdown, " in finished.stderr


def test_an_interrupted_run_has_a_table_of_what_there_is(heaptoll: Heaptoll) -> None:
    """Of the case that was begun; and the same run, gone on with, has all of it."""
    running = heaptoll.start(FEW, "--launches=1000", "--max-seconds-per-case=1000")
    running.wait_for_rows(3)
    running.send(signal.SIGINT)
    finished = running.finish()
    assert finished.code == 130
    table = table_of(finished.stdout)
    assert re.search(r"interrupted after \d+ of 4000 launches", " ".join(table))
    figures = sum(bool(PAIR.fullmatch(line)) for line in table)
    assert figures == len({row["case"] for row in finished.folder.rows})
    assert ("Not begun" in " ".join(table)) == (figures < 4)
    assert "\nto go on with it: heaptoll --resume=" in finished.stdout


# ---- colour


def on_a_terminal(heaptoll: Heaptoll, variables: Mapping[str, str], *flags: str) -> str:
    """What heaptoll says on standard output when that is a terminal."""
    ours, its = pty.openpty()
    command = [heaptoll.program, *heaptoll.settings, f"--results-dir={heaptoll.results}", "--allocators=glibc"]
    running = subprocess.Popen(
        [*command, ONE_CASE, *flags],
        stdin=subprocess.DEVNULL, stdout=its, stderr=subprocess.DEVNULL,
        env={**heaptoll.environment, "TERM": "xterm", **variables},
    )  # fmt: skip
    os.close(its)
    said = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            said += os.read(ours, 65536)
        except OSError:  # the far end is closed
            break
    os.close(ours)
    assert running.wait(60) == 0
    return said.decode().replace("\r\n", "\n")


def test_a_terminal_has_colours_and_says_nothing_by_them_alone(heaptoll: Heaptoll) -> None:
    said = on_a_terminal(heaptoll, {"NO_COLOR": ""})
    assert "\x1b[1mreturned_pointer" in said
    plain = table_of(ESCAPE.sub("", said))
    assert "returned_pointer" in plain and any(PAIR.fullmatch(line) for line in plain)


@pytest.mark.parametrize(
    ("variables", "flags", "coloured"),
    [
        ({"NO_COLOR": "1"}, (), False),
        ({"TERM": "dumb"}, (), False),
        ({}, ("--benchmark_color=false",), False),
        ({"NO_COLOR": "1"}, ("--benchmark_color=true",), True),
    ],
    ids=["NO_COLOR", "dumb", "flag", "flag over NO_COLOR"],
)
def test_who_wants_no_colours_gets_none(
    heaptoll: Heaptoll, variables: dict[str, str], flags: tuple[str, ...], coloured: bool
) -> None:
    said = on_a_terminal(heaptoll, variables, *flags)
    assert ("\x1b" in said) == coloured


def test_a_pipe_has_no_colours(few: Finished) -> None:
    assert "\x1b" not in few.stdout


# ---- progress


def test_a_long_name_does_not_break_the_line_of_progress(heaptoll: Heaptoll) -> None:
    """What goes on beyond the line could not be overwritten."""
    finished = heaptoll.run("--benchmark_filter=mmap_threshold/25000/first/fixed", "--launches=2")
    assert finished.code == 0
    lines = [line for line in finished.stderr.splitlines() if " launch " in line]
    assert lines and all(len(line) < 80 for line in lines)
