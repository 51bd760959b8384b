"""scripts/counts.py: the same counts in every run, and what is said of what cannot be counted.

The cases of the test worker's `weather` do as much work as an address, the clock or chance tells them. The counts of
such cases repeat only because all that is held still; each guard is switched off once to show it.
"""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from counting import Counted, about, command_line, copy_programs, processes_of, run_counts
from running import HEAPTOLL, MALLOC_ONLY, WHOLE_ALLOCATOR, until

CALM = "^weather/(trace|addresses|clock|copy)/"
LANES = f"glibc,whole={WHOLE_ALLOCATOR}"


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    return run_counts(tmp_path_factory.mktemp("calm"), pattern=CALM, allocators=LANES)


def test_two_runs_write_the_same_bytes(calm: Counted, tmp_path: Path) -> None:
    assert calm.code == 0, calm.stderr
    again = run_counts(tmp_path / "again", pattern=CALM, allocators=LANES)
    assert again.text == calm.text


def test_every_row_is_exact_and_complete(calm: Counted) -> None:
    assert len(calm.rows) == 5 * 3 * 2
    assert {row["exact"] for row in calm.rows} == {"yes"}
    assert {row["status"] for row in calm.rows} == {"ok"}
    assert {row["allocator"] for row in calm.rows} == {"glibc", "whole"}
    assert all(float(row["instructions_per_op"]) > 0 for row in calm.rows)
    assert calm.facts["rows_exact"] == len(calm.rows)
    assert [one["path"] for one in calm.facts["allocators"]][1] == str(WHOLE_ALLOCATOR.resolve())


def test_other_folder_environment_and_filter_give_the_same_lines(calm: Counted, tmp_path: Path) -> None:
    folder = tmp_path / ("a folder with quite another name " + "x" * 100)
    worker = copy_programs(folder)
    chosen = ("weather/addresses/work", "weather/copy/4096")
    variables = {"MANY": "x" * 3000, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0", "MALLOC_ARENA_MAX": "7"}
    other = run_counts(
        tmp_path / "other", pattern="^weather/(addresses/work|copy)", allocators="glibc", build=folder, worker=worker,
        variables=variables, cwd=tmp_path,
    )  # fmt: skip
    assert other.lines == [line for line in about(calm.lines, *chosen) if ",glibc," in line]


def test_the_c_library_copies_the_same_way_on_every_machine(calm: Counted) -> None:
    seen = calm.facts["libc_functions_seen"]
    assert seen, "not even the case that copies used a function of the C library"
    assert not [name for name in seen if "avx" in name or "erms" in name]


def test_the_lanes_are_listed_with_their_libraries_for_scripts() -> None:
    command = [HEAPTOLL, "--list-lanes", f"--allocators={LANES}"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said == f"glibc\t\nwhole\t{WHOLE_ALLOCATOR.resolve()}\n"


# ---- each guard once switched off


@pytest.mark.parametrize(
    "guard, case, arm",
    [("fork", "weather/addresses/work", "heap"), ("alignment", "weather/addresses/work", "stack")],
)
def test_without_the_guard_another_environment_or_filter_counts_differently(
    calm: Counted, tmp_path: Path, guard: str, case: str, arm: str
) -> None:
    """Without the fork, `trace` leaves the free blocks of the cases after it in another order."""
    off = run_counts(
        tmp_path, f"--without-guard={guard}", pattern="^weather/(trace|addresses/work)", allocators="glibc"
    )
    count = off.only(case=case, arm=arm)["instructions_per_op"]
    assert count != calm.only(case=case, arm=arm, allocator="glibc")["instructions_per_op"]


def test_without_the_guard_of_the_clock_it_is_marked(tmp_path: Path) -> None:
    off = run_counts(tmp_path, "--without-guard=clock", pattern="^weather/clock")
    row = off.only(case="weather/clock/ns", arm="heap")
    assert row["exact"] == "no" and "instructions" in row["reason"]


def test_without_the_guard_of_the_tunables_the_cpu_decides(calm: Counted, tmp_path: Path) -> None:
    if " avx2 " not in Path("/proc/cpuinfo").read_text().replace("\n", " "):
        assert calm.code == 0  # such a CPU has nothing to choose from
        return
    off = run_counts(tmp_path, "--without-guard=tunables", pattern="^weather/copy")
    assert [name for name in off.facts["libc_functions_seen"] if "avx" in name]


def test_without_fixed_addresses_the_faults_are_marked(calm: Counted, tmp_path: Path) -> None:
    if calm.facts["fixed"]["addresses"] != "fixed" or Path("/proc/sys/kernel/randomize_va_space").read_text() != "2\n":
        assert calm.code == 0  # this system leaves nothing to switch off
        return
    off = run_counts(tmp_path, "--without-guard=addresses", pattern="^weather/addresses/faults")
    marked = [row for row in off.rows if row["exact"] == "no"]
    assert marked and all("minor faults" in row["reason"] for row in marked)


# ---- what cannot be exact, and what cannot be counted


def test_what_chance_decides_is_marked_with_both_counts(tmp_path: Path) -> None:
    counted = run_counts(tmp_path, pattern="^weather/chance")
    row = counted.only(case="weather/chance/byte", arm="heap")
    assert counted.code == 0
    assert (row["exact"], row["status"]) == ("no", "ok")
    assert row["instructions_per_op"] in row["reason"]
    assert "exact: glibc 2 of 3" in counted.stdout


def test_a_bench_that_crashes_or_hangs_costs_its_own_arm_only(tmp_path: Path) -> None:
    pattern = "^misbehaving/(fine|crash/(null_pointer|all_arms)|hang|overflow/stack|exit)"
    counted = run_counts(tmp_path, "--hang-seconds=1", pattern=pattern, allocators=LANES)
    assert counted.code == 2
    bad = {(row["case"], row["arm"], row["allocator"]): row for row in counted.rows if row["status"] != "ok"}
    assert {case.split("/", 1)[1] for case, _, _ in bad} == {
        "crash/null_pointer", "crash/all_arms", "hang/heap", "overflow/stack", "exit/heap",
    }  # fmt: skip
    assert bad["misbehaving/hang/heap", "heap", "glibc"]["status"] == "timeout"
    assert "stack overflow" in bad["misbehaving/overflow/stack", "stack", "glibc"]["reason"]
    assert "status 3" in bad["misbehaving/exit/heap", "heap", "glibc"]["reason"]
    assert len(bad) == (4 + 3) * 2
    for row in bad.values():
        assert row["instructions_per_op"] == row["exact"] == ""
        assert f"{row['case']}, {row['arm']}, {row['allocator']}: {row['status']}" in counted.stderr
    fine = [row for row in counted.rows if row["status"] == "ok"]
    assert len(counted.rows) == 6 * 3 * 2 and all(row["exact"] == "yes" for row in fine)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    worker = copy_programs(tmp_path / "programs")  # a name of its own, to find its processes by
    command = command_line(tmp_path / "out", "--hang-seconds=3600", pattern="^misbehaving/counted", worker=worker)
    running = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background job ignores it
    )  # fmt: skip
    try:
        until("an arm hangs", lambda: len(processes_of(worker)) == 2)
        running.send_signal(number)
        _, said = running.communicate(timeout=30)
    finally:  # whatever went wrong, nothing of it goes on hanging
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 128 + number, said
    assert "nothing was written" in said
    until("its processes are gone", lambda: not processes_of(worker), seconds=10)
    assert not list((tmp_path / "out").glob("*")) and not list(tmp_path.glob("heaptoll-counts-*"))


@pytest.mark.parametrize(
    "flags, words",
    [
        ({"pattern": "no_such_case"}, "nearest: "),
        ({"pattern": "fine", "allocators": "glibk"}, "unknown allocator 'glibk'"),
        ({"pattern": "fine", "allocators": f"half={MALLOC_ONLY}"}, "free"),
        ({"pattern": "fine", "build": Path("/no/such/folder")}, "make build"),
        ({"pattern": "fine", "worker": Path("/bin/true")}, "worker"),
    ],
)
def test_bad_input_exits_2_says_so_and_writes_nothing(tmp_path: Path, flags: dict[str, object], words: str) -> None:
    counted = run_counts(tmp_path / "out", **flags)  # type: ignore[arg-type]
    assert counted.code == 2
    assert words in counted.stderr and "Traceback" not in counted.stderr
    assert not (tmp_path / "out" / "counts.csv").exists()


def test_without_valgrind_it_says_how_to_get_it(tmp_path: Path) -> None:
    counted = run_counts(tmp_path / "out", pattern="fine", variables={"PATH": str(tmp_path)})
    assert counted.code == 2
    assert "scripts/setup.sh --for=counts" in counted.stderr
