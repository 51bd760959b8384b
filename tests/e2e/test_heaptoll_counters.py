"""--counters: events beside the clock, and one line for each reason why one is not there."""

from __future__ import annotations

import csv
import errno
import os
from pathlib import Path

import pytest
from running import COLUMNS, FAILING_CALLS, MEASURED, ONE_CASE, TEST_WORKER, Finished, Heaptoll, Row

def nobody_may_count() -> bool:
    """Some systems let nobody but root count anything."""
    try:
        setting = int(Path("/proc/sys/kernel/perf_event_paranoid").read_text())
    except OSError:
        return True
    return os.geteuid() != 0 and setting > 2


pytestmark = pytest.mark.skipif(nobody_may_count(), reason="kernel.perf_event_paranoid forbids it here")

FAULTS = (f"--worker={TEST_WORKER}", "--profile=full", "--benchmark_filter=misbehaving/fault/heap")


def rows_of(finished: Finished) -> list[Row]:
    lines = list(csv.reader((finished.folder.path / "measurements.csv").read_text().splitlines()))
    assert lines[0][: len(COLUMNS)] == COLUMNS
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_without_the_option_there_are_no_columns(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE)
    assert list(finished.folder.rows[0]) == COLUMNS
    assert finished.folder.facts["counters"] == []
    assert "counters:" not in finished.stdout


def test_a_page_fault_in_every_operation_is_counted_as_one(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(*FAULTS, "--counters=page-faults,context-switches")
    assert finished.code == 0, finished.stderr
    for row in rows_of(finished):
        assert row["status"] in MEASURED
        wanted = 1 if row["arm"] == "heap" else 0
        assert float(row["counter_page-faults"]) == pytest.approx(wanted, abs=0.02)
        assert float(row["minor_faults_per_op"]) == pytest.approx(wanted, abs=0.2)
        assert row["counter_context-switches"] != ""
    facts = finished.folder.facts
    assert [one["available"] for one in facts["counters"]] == [True, True]
    assert (facts["counter_notes"], facts["counters_asked"]) == ([], "page-faults,context-switches")


def test_what_is_not_there_is_an_empty_column_and_one_line(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--counters=no-such-event,page-faults,nor-this")
    assert finished.code == 0, finished.stderr
    rows = rows_of(finished)
    columns = list(rows[0])[len(COLUMNS) :]
    assert columns == ["counter_no-such-event", "counter_page-faults", "counter_nor-this"]
    for row in rows:
        assert (row["counter_no-such-event"], row["counter_nor-this"]) == ("", "")
        assert float(row["counter_page-faults"]) >= 0
    (note,) = finished.folder.facts["counter_notes"]
    assert note.startswith("not counted: no-such-event, nor-this: ") and "perf list" in note
    assert f"\ncounters: {note}\n" in finished.stdout


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.EACCES, "kernel.perf_event_paranoid=2"), (errno.ENOENT, "PMU passed through"), (errno.ENOSYS, "CONFIG_PERF")],
    ids=["paranoid", "no PMU", "no perf"],
)
def test_a_machine_without_counters_says_what_would_enable_them(heaptoll: Heaptoll, number: int, said: str) -> None:
    failing = {"LD_PRELOAD": str(FAILING_CALLS), "HEAPTOLL_TEST_FAIL": f"perf_event_open:{number}"}
    finished = heaptoll.run(ONE_CASE, "--counters=cycles,instructions", variables=failing)
    assert finished.code == 0, finished.stderr
    (note,) = finished.folder.facts["counter_notes"]
    assert note.startswith("not counted: cycles, instructions: ") and said in note
    assert {row["counter_cycles"] for row in rows_of(finished)} == {""}
    assert {row["status"] for row in rows_of(finished)} <= MEASURED


@pytest.mark.parametrize("names", ["cycles,,instructions", "cycles,cycles", ",".join("abcdefghijklm")])
def test_what_is_no_list_of_names_is_bad_input(heaptoll: Heaptoll, names: str) -> None:
    finished = heaptoll.run(ONE_CASE, f"--counters={names}")
    assert finished.code == 2 and "--counters" in finished.stderr
    assert heaptoll.measured_nothing()


def test_the_ordinary_engine_counts_nothing_and_says_so(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--engine=gbench", "--counters=page-faults")
    assert finished.code == 2 and "only the lockstep engine" in finished.stderr


def test_counting_takes_no_time_from_what_is_timed(heaptoll: Heaptoll) -> None:
    """Slices follow from the time a launch may take, and the counted ones are no part of it."""
    flags = (ONE_CASE, "--launches=2", "--launch-seconds=0.2", "--max-seconds-per-case=0.45", "--slice-us=500")
    finished = heaptoll.run(*flags, "--counters=page-faults")
    assert finished.code == 0, finished.stderr
    facts = finished.folder.facts
    timed = facts["slices"] * 500e-6
    assert timed >= 0.25 * facts["plan"]["launches"] * facts["plan"]["launch_seconds"]


def test_counting_long_slices_is_not_taken_for_hanging(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(ONE_CASE, "--launches=1", "--slice-us=10000", "--hang-seconds=1", "--counters=page-faults")
    assert finished.code == 0, finished.stderr


def test_a_crash_in_one_arm_leaves_the_others_counted(heaptoll: Heaptoll) -> None:
    flags = (f"--worker={TEST_WORKER}", "--benchmark_filter=crash/late")
    finished = heaptoll.run(*flags, "--counters=page-faults")
    assert finished.code == 2
    for row in rows_of(finished):
        assert (row["counter_page-faults"] == "") == (row["status"] == "crashed")


def test_the_reader_of_results_takes_the_columns(heaptoll: Heaptoll) -> None:
    pytest.importorskip("pandas")
    from heaptoll.measurements import read_run

    finished = heaptoll.run(ONE_CASE, "--counters=page-faults,no-such-event")
    rows = read_run(finished.folder.path).rows
    assert (rows["counter_page-faults"] >= 0).all()
    assert rows["counter_no-such-event"].isna().all()


def test_a_resumed_run_counts_the_same_events(heaptoll: Heaptoll) -> None:
    import signal

    running = heaptoll.start(ONE_CASE, "--launches=6", "--launch-seconds=0.1", "--counters=page-faults")
    running.wait_for_rows(3)
    running.send(signal.SIGTERM)
    stopped = running.finish()
    again = Heaptoll(heaptoll.results)
    again.settings = ()
    finished = again.run(f"--resume={stopped.folder.path}", allocators=None)
    assert finished.code == 0, finished.stderr
    rows = rows_of(finished)
    assert len(rows) == 18 and all(row["counter_page-faults"] != "" for row in rows)
