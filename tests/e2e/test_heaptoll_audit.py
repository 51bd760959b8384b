"""The audit: real cases are honest, lies are found and named, and nobody who is timed is counted."""

from __future__ import annotations

import csv
import os
import re
import resource
import shutil
import signal
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from running import (
    COUNTING_TWICE,
    FAILING_CALLS,
    HEAPTOLL,
    INTERPOSER,
    MALLOC_ONLY,
    MEASURED,
    NESTING_ALLOCATOR,
    ONE_CASE,
    TEST_GBENCH,
    TEST_WORKER,
    TIMES,
    WHOLE_ALLOCATOR,
    WORKER,
    Case,
    Finished,
    Heaptoll,
    Row,
    Tap,
    cases_of,
    installed_allocators,
    processes_tagged,
    until,
)

HEADER = ["case", "arm", "allocator", "allocs_per_op", "alloc_bytes_per_op", "status", "reason"]
LANES = ["glibc", "other"]
LIST = f"glibc,other={WHOLE_ALLOCATOR}"
OPERATIONS = 512  # that the audit counts: HT_AUDIT_OPERATIONS
LYING = (f"--worker={TEST_WORKER}", "--profile=full", "--hang-seconds=1")


def table(finished: Finished) -> list[Row]:
    """What --audit printed, a row for each line."""
    lines = list(csv.reader(finished.stdout.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert lines[0] == HEADER
    return [dict(zip(HEADER, line, strict=True)) for line in lines[1:]]


def heap_counts(finished: Finished) -> dict[str, tuple[str, str]]:
    """Of each case's heap arm."""
    rows = [row for row in table(finished) if row["arm"] == "heap"]
    return {row["case"]: (row["allocs_per_op"], row["alloc_bytes_per_op"]) for row in rows}


def programs(folder: Path, interposer: Path | None = INTERPOSER, gbench: Path | None = None) -> Path:
    """heaptoll copied to a folder of its own, because it takes what lies beside it."""
    folder.mkdir(parents=True)
    shutil.copy(HEAPTOLL, folder / "heaptoll")
    (folder / "heaptoll-worker").symlink_to(WORKER)
    if interposer:
        (folder / INTERPOSER.name).symlink_to(interposer)
    if gbench:
        (folder / "heaptoll-gbench").symlink_to(gbench)
    return folder / "heaptoll"


# ---- the real cases


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The audit of every case under every allocator there is, and one that needs no package."""
    allocators = ",".join([*installed_allocators(), f"other={WHOLE_ALLOCATOR}"])
    return Heaptoll(tmp_path_factory.mktemp("everything") / "results").run(
        "--audit", "--profile=full", allocators=allocators
    )


def test_every_case_is_honest_under_every_allocator(everything: Finished) -> None:
    assert (everything.code, everything.stderr) == (0, "")
    rows = table(everything)
    seen = {(row["case"], row["arm"], row["allocator"]) for row in rows}
    allocators = [*installed_allocators(), "other"]
    assert seen == {(case.name, arm, name) for case in cases_of() for arm in case.arms for name in allocators}
    assert len(rows) == len(seen)
    refused = {(row["case"].split("/")[1], row["reason"]) for row in rows if row["status"] == "skipped"}
    assert refused == {("mmap_threshold", "only glibc has this threshold")}
    assert [row for row in rows if row["status"] not in ("ok", "skipped")] == []


def mixed(seed: int) -> int:
    """The random numbers of the benches."""
    product = seed * 0x9E3779B97F4A7C15 % 2**64
    return (product ^ product >> 32) * 0xD6E8FEB86659FD93 % 2**64


def boxed_at_half() -> int:
    """How many of the first integers that small_int/hit50 boxes are not in its table of 256."""
    return sum((mixed(seed) >> 40 & 511) > 255 for seed in range(OPERATIONS))


def spilt(kib: int, order: str, arm: str) -> tuple[Fraction, Fraction]:
    """Arrays around a threshold, in sixteen steps: always on the heap, or only those above it."""
    threshold = kib << 10
    steps = [mixed(seed) >> 40 & 15 if order == "random" else seed & 15 for seed in range(OPERATIONS)]
    sizes = [threshold // 2 + (2 * step + 1) * threshold // 32 for step in steps]
    sizes = [size for size in sizes if arm == "heap" or (arm == "hybrid" and size > threshold)]
    return Fraction(len(sizes), OPERATIONS), Fraction(sum(sizes), OPERATIONS)


def taken(case: Case, arm: str) -> tuple[Fraction, Fraction]:
    """Blocks and bytes of an operation, as the case's name tells them."""
    scenario, variant, *point = case.name.split("/")
    words = {f"{scenario}/{variant}", "/".join([scenario, variant, *point])}
    number = int(re.sub(r"\D", "", point[0]))
    blocks, size = Fraction(1), number
    if variant == "spill":
        return spilt(number, point[1], arm)
    if variant == "array":
        return Fraction(0), Fraction(0)
    if variant == "refcounted":
        size = number + 8
    elif variant == "retained":
        blocks = Fraction(point[1][1:])
    elif scenario == "array_size":
        size = 8 * number
        blocks = Fraction(arm == "heap" or size > 64 << 10)
    elif "captured_closure/by_reference" in words:
        blocks, size = Fraction(2), (number + 8) // 2
    elif "boxed_value/variadic" in words:
        blocks, size = Fraction(number), 8
    elif "boxed_value/small_int" in words:
        blocks, size = {0: Fraction(1), 50: Fraction(boxed_at_half(), OPERATIONS), 100: Fraction(0)}[number], 8
    if arm not in ("heap", "hybrid"):
        blocks = Fraction(0)
    return blocks, blocks * size


def test_the_counts_are_those_that_the_names_of_the_cases_promise(everything: Finished) -> None:
    """To the last digit: a count is no measurement."""
    cases = {case.name: case for case in cases_of()}
    for row in table(everything):
        if row["status"] == "skipped":
            continue
        counted = Fraction(row["allocs_per_op"]), Fraction(row["alloc_bytes_per_op"])
        assert counted == taken(cases[row["case"]], row["arm"]), row


def test_samples_of_the_counts(everything: Finished) -> None:
    """The same as written down by hand, lest the test above err with the benches."""
    rows = {(row["case"], row["arm"], row["allocator"]): row for row in table(everything)}
    samples = [
        ("returned_pointer/by_value/64", "heap", "1", "64"),
        ("returned_pointer/by_value/64", "stack", "0", "0"),
        ("returned_pointer/by_value/64", "null", "0", "0"),
        ("captured_closure/by_reference/32", "heap", "2", "40"),
        ("captured_closure/call_many/8/calls1000", "heap", "1", "8"),
        ("boxed_value/variadic/k16", "heap", "16", "128"),
        ("boxed_value/interface/8", "inline", "0", "0"),
        ("array_size/hybrid/8192/first", "hybrid", "0", "0"),
        ("array_size/hybrid/8193/first", "hybrid", "1", "65544"),
        ("array_size/fixed/131072/all", "heap", "1", "1048576"),
        ("array_size/vla/131072/all", "stack", "0", "0"),
    ]
    for case, arm, blocks, size in samples:
        for allocator in (*installed_allocators(), "other"):
            row = rows[case, arm, allocator]
            assert (row["allocs_per_op"], row["alloc_bytes_per_op"]) == (blocks, size)


def test_half_of_random_integers_are_nearly_but_not_just_half(everything: Finished) -> None:
    rows = [row for row in table(everything) if row["case"] == "boxed_value/small_int/hit50" and row["arm"] == "heap"]
    counts = {row["allocs_per_op"] for row in rows}
    assert len(rows) == len(installed_allocators()) + 1
    assert len(counts) == 1, "the same integers, whatever the allocator"
    (share,) = map(float, counts)
    assert share != 0.5 and abs(share - 0.5) < 0.1


# ---- a run's rows


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    results = tmp_path_factory.mktemp("run") / "results"
    return Heaptoll(results).run("--benchmark_filter=/64$|small_int|variadic", "--launches=3", allocators=LIST)


def check_counted(rows: list[Row]) -> None:
    """Every row has its counts, those that the case's name promises."""
    cases = {case.name: case for case in cases_of()}
    assert rows
    for row in rows:
        counted = Fraction(row["allocs_per_op"]), Fraction(row["alloc_bytes_per_op"])
        assert counted == taken(cases[row["case"]], row["arm"]), row


def test_every_row_has_its_counts_and_the_same_in_each_launch(run: Finished) -> None:
    assert run.code == 0, run.stderr
    rows = run.folder.rows
    assert {row["launch"] for row in rows} == {"0", "1", "2"}
    check_counted(rows)
    assert {row["allocs_per_op"] for row in rows if row["arm"] in ("null", "stack")} == {"0"}


def test_the_other_engines_rows_have_the_same_counts(heaptoll: Heaptoll) -> None:
    flags = ("--engine=gbench", "--benchmark_min_time=0.001", "--benchmark_filter=/64$|small_int|variadic")
    finished = heaptoll.run(*flags, allocators=LIST)
    assert finished.code == 0, finished.stderr
    check_counted(finished.folder.rows)


def test_an_arm_that_was_never_run_has_no_counts(heaptoll: Heaptoll) -> None:
    """Not zero: nobody looked."""
    finished = heaptoll.run(f"--worker={TEST_WORKER}", "--benchmark_filter=crash/null_pointer")
    counts = {row["arm"]: row["allocs_per_op"] for row in finished.folder.rows}
    assert counts == {"null": "0", "stack": "0", "heap": ""}


# ---- lies


@pytest.fixture(scope="module")
def lies(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One run of every dishonest case, and one that is not, in two lanes."""
    results = tmp_path_factory.mktemp("lies") / "results"
    return Heaptoll(results).run(*LYING, "--benchmark_filter=^dishonest/", allocators=LIST)


TAKES = "the {} arm takes {} blocks of {} bytes in all from the heap per operation and declares {} of {}"
LIES = {
    "stack/malloc": TAKES.format("stack", 1, 64, 0, 0),
    "stack/thread": TAKES.format("stack", 1, 64, 0, 0),
    "null/malloc": TAKES.format("null", 1, 64, 0, 0),
    "heap/nothing": TAKES.format("heap", 0, 0, 1, 64),
    "heap/two": TAKES.format("heap", 2, 128, 1, 64),
    "heap/bytes": TAKES.format("heap", 1, 72, 1, 64),
    "heap/half": TAKES.format("heap", 0.5, 32, 1, 64),
    "heap/last": TAKES.format("heap", 1 + 1 / OPERATIONS, 64 + 8 / OPERATIONS, 1, 64),
    "leak/every": "the heap arm takes 1 blocks from the heap per operation and gives 0 back",
    "leak/hundredth": f"the heap arm takes 1 blocks from the heap per operation and gives {1 - 5 / OPERATIONS} back",
    "late/one": "the heap arm gives blocks back, but later than in the operation that took them",
    "late/batch": "the heap arm gives blocks back, but later than in the operation that took them",
    "work/less": "the stack arm's results do not add up to those of the null arm: other work",
    "work/other": "the heap arm's results do not add up to those of the null arm: other work",
}


@pytest.mark.parametrize(("case", "reason"), LIES.items(), ids=LIES.keys())
def test_a_lie_is_named_with_its_arm_and_both_numbers(lies: Finished, case: str, reason: str) -> None:
    for lane in LANES:
        rows = lies.folder.rows_where(case=f"dishonest/{case}", allocator=lane)
        assert len(rows) == 2 * 3
        for row in rows:
            assert row["status"] == "dishonest"
            assert reason in row["reason"]
        assert f"\n  dishonest/{case}, {lane}: dishonest: {reason}" in lies.stderr


def test_what_the_c_library_takes_for_an_arm_is_the_arms(lies: Finished) -> None:
    """How many blocks asprintf needs is the library's affair."""
    for row in lies.folder.rows_where(case="dishonest/stack/libc"):
        assert row["status"] == "dishonest"
        assert re.search(r"the stack arm takes [1-9]", row["reason"])


def test_a_dishonest_case_has_counts_and_no_times(lies: Finished) -> None:
    rows = lies.folder.rows_where(status="dishonest")
    assert len({row["case"] for row in rows}) == len(LIES) + 2
    for row in rows:
        assert [row[name] for name in TIMES] == [""] * len(TIMES)
        assert (row["ops_per_slice"], row["slices"], row["quiet_slices"]) == ("", "", "")
        assert row["allocs_per_op"] and row["alloc_bytes_per_op"]


def test_a_run_with_lies_exits_2_and_measures_the_other_cases(lies: Finished) -> None:
    assert lies.code == 2
    named = [case for case in cases_of(TEST_WORKER) if case.name.startswith("dishonest/")]
    lies.folder.check_complete(named, LANES, launches=2)
    assert "pairs could not be measured:" in lies.stderr
    assert "dishonest/truth/64," not in lies.stderr
    for row in lies.folder.rows_where(case="dishonest/truth/64"):
        assert row["status"] in MEASURED and float(row["ns_median"]) > 0


def test_a_lie_in_one_lane_leaves_the_other_measured(lies: Finished) -> None:
    by_lane = {lane: lies.folder.rows_where(case="dishonest/heap/one_lane", allocator=lane) for lane in LANES}
    assert {row["status"] for row in by_lane["glibc"]} <= MEASURED
    assert {row["status"] for row in by_lane["other"]} == {"dishonest"}


@pytest.mark.parametrize(("case", "status", "reason"), [("crash", "crashed", "SIGABRT"), ("hang", "timeout", "1 s")])
def test_trouble_in_the_audit_alone_costs_that_arm(lies: Finished, case: str, status: str, reason: str) -> None:
    rows = lies.folder.rows_where(case=f"dishonest/counted/{case}")
    for row in rows:
        if row["arm"] == "heap":
            assert (row["status"], row["allocs_per_op"]) == (status, "")
            assert reason in row["reason"] and "in the audit; not tried again" in row["reason"]
        else:
            assert (row["status"] in MEASURED, row["allocs_per_op"]) == (True, "0")


def test_the_reader_of_results_takes_a_run_with_lies(lies: Finished) -> None:
    pytest.importorskip("pandas")
    from heaptoll.measurements import read_run

    rows = read_run(lies.folder.path).rows
    assert len(rows) == len(lies.folder.rows)
    lying = rows[rows["status"] == "dishonest"]
    assert len(lying) == len(lies.folder.rows_where(status="dishonest"))
    assert lying["ns_median"].isna().all() and lying["alloc_bytes_per_op"].notna().all()


def test_audit_alone_says_the_same_and_leaves_no_run(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--audit", *LYING, "--benchmark_filter=^dishonest/(truth|heap/two|counted/crash)")
    assert (finished.code, finished.stderr) == (2, "")
    assert [(row["case"], row["arm"], row["status"]) for row in table(finished)] == [
        (f"dishonest/{case}", arm, status)
        for case, statuses in (
            ("truth/64", ["ok"] * 3), ("heap/two", ["dishonest"] * 3), ("counted/crash", ["ok", "ok", "crashed"]),
        )
        for arm, status in zip(("null", "stack", "heap"), statuses)
    ]  # fmt: skip
    assert list(heaptoll.runs()) == []


def test_audit_alone_skips_what_the_stack_is_too_small_for(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--audit", "--benchmark_filter=array_size/fixed/131072/all", before=small_stack)
    assert finished.code == 0, finished.stderr
    for row in table(finished):
        assert (row["status"], row["allocs_per_op"]) == ("skipped", "")
        assert "ulimit -s " in row["reason"]


def small_stack() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, (512 << 10, hard))


def test_an_audit_that_cannot_be_printed_has_not_succeeded(heaptoll: Heaptoll) -> None:
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [HEAPTOLL, "--audit", ONE_CASE, "--allocators=glibc"],
            stdout=full, stderr=subprocess.PIPE, text=True, env=heaptoll.environment, timeout=60,
        )  # fmt: skip
    assert finished.returncode == 2
    assert "cannot write to stdout: No space left on device" in finished.stderr


# ---- lies, and trouble, under the other engine


@pytest.fixture(scope="module")
def gbench_lies(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Google Benchmark would be stopped by what hangs or crashes, and the machine by what leaks: nobody runs it."""
    folder = tmp_path_factory.mktemp("gbench")
    heaptoll = Heaptoll(folder / "results", program=programs(folder / "programs", gbench=TEST_GBENCH))
    cases = "dishonest/(truth|heap/two|leak|counted)|misbehaving/(fine|crash/null_pointer|hang|exit)"
    flags = ("--engine=gbench", "--benchmark_min_time=0.001", f"--benchmark_filter={cases}")
    return heaptoll.run(*LYING, *flags, allocators=LIST)


def test_the_other_engine_measures_every_arm_but_those_that_failed_the_audit(gbench_lies: Finished) -> None:
    assert gbench_lies.code == 2
    statuses = {(row["case"], row["arm"], row["status"]) for row in gbench_lies.folder.rows}
    expected = {
        "dishonest/truth/64": ["ok", "ok", "ok"],
        "dishonest/heap/two": ["dishonest"] * 3,
        "dishonest/leak/every": ["dishonest"] * 3,
        "dishonest/leak/hundredth": ["dishonest"] * 3,
        "dishonest/counted/crash": ["ok", "ok", "crashed"],
        "dishonest/counted/hang": ["ok", "ok", "timeout"],
        "misbehaving/fine/64": ["ok", "ok", "ok"],
        "misbehaving/crash/null_pointer": ["ok", "ok", "crashed"],
        "misbehaving/hang/heap": ["ok", "ok", "timeout"],
        "misbehaving/exit/heap": ["ok", "ok", "crashed"],
    }
    arms = ("null", "stack", "heap")
    assert statuses == {(case, arm, each) for case, every in expected.items() for arm, each in zip(arms, every)}
    for row in gbench_lies.folder.rows:
        assert (row["ns_median"] != "") == (row["status"] == "ok")
    assert "dishonest/heap/two, other: dishonest: the heap arm takes 2 blocks" in gbench_lies.stderr


def test_the_other_engine_is_not_started_when_nothing_is_left_to_measure(tmp_path: Path) -> None:
    heaptoll = Heaptoll(tmp_path / "results", program=programs(tmp_path / "programs"))  # there is none
    finished = heaptoll.run("--engine=gbench", *LYING, "--benchmark_filter=dishonest/heap/two")
    assert finished.code == 2
    assert {row["status"] for row in finished.folder.rows} == {"dishonest"}
    assert len(finished.folder.rows) == 2 * 3


# ---- what is counted


@dataclass(frozen=True)
class Unusual:
    """The audits of the `honest` cases."""

    normal: Finished
    nested: Finished
    twice: Finished


@pytest.fixture(scope="module")
def unusual(tmp_path_factory: pytest.TempPathFactory) -> Unusual:
    """Under every allocator; under one that calls itself; and the same without the guard against counting that."""
    folder = tmp_path_factory.mktemp("unusual")
    flags = ("--audit", *LYING, "--benchmark_filter=^honest/")
    nesting = f"nesting={NESTING_ALLOCATOR}"
    unguarded = programs(folder / "programs", interposer=COUNTING_TWICE)
    return Unusual(
        Heaptoll(folder / "a").run(*flags, allocators=",".join(installed_allocators())),
        Heaptoll(folder / "b").run(*flags, allocators=nesting),
        Heaptoll(folder / "c", program=unguarded).run(*flags, allocators=nesting),
    )


SHRUNK = "honest/takes/shrunk_to_nothing"
# Not every allocator has pvalloc; the C library's block is then none that it can take back.
UP_TO_THE_ALLOCATOR = {SHRUNK, "honest/takes/pvalloc"}
AGREED = 14  # cases that are the same under all of them


def test_every_function_of_the_malloc_family_is_counted(unusual: Unusual) -> None:
    rows = [row for row in table(unusual.normal) if row["case"] not in UP_TO_THE_ALLOCATOR]
    assert len(rows) == AGREED * 3 * len(installed_allocators())
    assert [row for row in rows if row["status"] != "ok"] == []
    assert {row["status"] for row in table(unusual.normal) if row["allocator"] == "glibc"} == {"ok"}


def test_a_block_that_shrinks_to_nothing_is_given_back(unusual: Unusual) -> None:
    """Some allocators hand out a block of no bytes for it, which is a second one."""
    rows = [row for row in table(unusual.normal) if (row["case"], row["arm"]) == (SHRUNK, "heap")]
    assert len(rows) == len(installed_allocators())
    for row in rows:
        assert row["alloc_bytes_per_op"] == "64"
        assert row["allocs_per_op"] == ("1" if row["status"] == "ok" else "2")
        assert "gives" not in row["reason"]


def test_what_an_allocator_takes_for_itself_is_not_the_arms(unusual: Unusual) -> None:
    """Below its own calls, and in its own thread."""
    rows = [row for row in table(unusual.nested) if row["case"] not in UP_TO_THE_ALLOCATOR]
    assert [row for row in rows if row["status"] != "ok"] == []
    assert len(rows) == AGREED * 3


@pytest.mark.parametrize("function", ["calloc", "realloc", "aligned_alloc", "posix_memalign", "memalign"])
def test_without_the_guard_that_would_be_counted(unusual: Unusual, function: str) -> None:
    """So that the test above means something."""
    assert unusual.twice.code == 2
    case = f"honest/takes/{function}"
    assert heap_counts(unusual.nested)[case] == ("1", "64")
    assert float(heap_counts(unusual.twice)[case][0]) >= 2


# ---- who is counted


def test_only_workers_of_the_audit_are_counted_and_they_come_first(heaptoll: Heaptoll, tmp_path: Path) -> None:
    tap = Tap(tmp_path)
    finished = heaptoll.run("--benchmark_filter=/64$", f"--worker={tap.script}", allocators=LIST)
    assert finished.code == 0, finished.stderr
    cases = len({row["case"] for row in finished.folder.rows})
    preloads = [start[5] for start in tap.all_starts()]
    counted = [preload.startswith("/proc/self/fd/") for preload in preloads]
    assert counted == [True] * (cases * 2) + [False] * (cases * 2 * 2)  # lanes; lanes and launches
    assert set(preloads[cases * 2 :]) == {"", str(WHOLE_ALLOCATOR.resolve())}
    for preload in preloads[: cases * 2]:
        assert re.fullmatch(rf"/proc/self/fd/\d+(:{re.escape(str(WHOLE_ALLOCATOR.resolve()))})?", preload)


def loaded(pid: int) -> str:
    """Its mappings, once the linker is done: preloads come before the C library."""

    def mappings() -> str:
        text = Path(f"/proc/{pid}/maps").read_text()
        return text if "libc.so" in text else ""

    return str(until("the C library is loaded", mappings))


def opened(pid: int) -> list[str]:
    return [os.readlink(file) for file in Path(f"/proc/{pid}/fd").iterdir()]


def test_a_process_that_is_timed_has_no_interposer(heaptoll: Heaptoll) -> None:
    running = heaptoll.start(ONE_CASE, "--launch-seconds=3600", "--max-seconds-per-case=86400")
    pid = running.wait_for_worker()
    assert "heaptoll-worker" in loaded(pid)
    assert INTERPOSER.name not in loaded(pid)
    assert not any(INTERPOSER.name in file for file in opened(pid))


def test_the_other_engines_process_has_no_interposer(heaptoll: Heaptoll) -> None:
    running = heaptoll.start("--engine=gbench", "--benchmark_min_time=100", ONE_CASE)
    pid = running.wait_for_worker("heaptoll-gbench")
    assert INTERPOSER.name not in loaded(pid)
    assert not any(INTERPOSER.name in file for file in opened(pid))


def test_the_audit_leaves_the_timed_heap_alone(heaptoll: Heaptoll) -> None:
    """Looking for an interposer that is not there would take memory for the linker's message. The seed: the launches
    of some have nothing else on the heap, which hides that."""
    finished = heaptoll.run(f"--worker={TEST_WORKER}", "--benchmark_filter=telltale/heap/fresh", "--seed=1")
    assert finished.code == 0, finished.stderr


def test_a_process_that_is_counted_has_it(heaptoll: Heaptoll) -> None:
    """So that its absence above means something."""
    running = heaptoll.start(*LYING, "--hang-seconds=3600", "--benchmark_filter=dishonest/counted/hang")
    pid = running.wait_for_worker(TEST_WORKER.name, also_audited=True)
    assert INTERPOSER.name in loaded(pid)


# ---- the interposer itself


def without_interposer(tmp_path: Path, kind: str) -> Path | None:
    """Something else in its place."""
    made = tmp_path / kind
    if kind == "text":
        made.write_text("no library\n")
    elif kind == "folder":
        made.mkdir()
    elif kind == "another library":
        shutil.copy(FAILING_CALLS, made)
    else:
        return None
    return made


@pytest.mark.parametrize("flag", ["--audit", "--engine=lockstep", "--engine=gbench"])
@pytest.mark.parametrize("kind", ["missing", "text", "folder", "another library"])
def test_without_its_interposer_nothing_is_measured(tmp_path: Path, kind: str, flag: str) -> None:
    """A zero that nobody counted would pass for an honest one."""
    program = programs(tmp_path / "programs", interposer=without_interposer(tmp_path, kind))
    heaptoll = Heaptoll(tmp_path / "results", program=program)
    finished = heaptoll.run(ONE_CASE, flag)
    assert finished.code == 2
    assert str(program.parent / INTERPOSER.name) in finished.stderr
    assert "build again" in finished.stderr
    assert "heap" not in finished.stdout.splitlines()[-1:]
    assert heaptoll.measured_nothing()
    assert not (heaptoll.results / "latest").is_symlink()
    assert flag != "--audit" or finished.stdout == ""


@pytest.mark.parametrize("name", ["a b", "a:b", "a b:c,d;%s"])
def test_a_checkout_may_lie_in_any_folder(tmp_path: Path, name: str) -> None:
    """LD_PRELOAD takes paths apart at spaces and colons."""
    heaptoll = Heaptoll(tmp_path / name / "results", program=programs(tmp_path / name / "programs"))
    finished = heaptoll.run(ONE_CASE, allocators=LIST)
    assert finished.code == 0, finished.stderr
    check_counted(finished.folder.rows)


def test_a_library_that_answers_malloc_but_not_free_is_refused_in_the_audit(heaptoll: Heaptoll) -> None:
    """The interposer answers both; what counts is who stands behind it."""
    finished = heaptoll.run("--audit", ONE_CASE, allocators=f"mine={MALLOC_ONLY}")
    assert (finished.code, finished.stdout) == (2, "")
    assert str(MALLOC_ONLY.resolve()) in finished.stderr and "free is answered by" in finished.stderr


# ---- being stopped


@pytest.mark.parametrize("flags", [(), ("--engine=gbench",)], ids=["lockstep", "gbench"])
def test_ctrl_c_during_the_audit_interrupts_the_run(heaptoll: Heaptoll, flags: tuple[str, ...]) -> None:
    running = heaptoll.start(*LYING, *flags, "--hang-seconds=3600", "--benchmark_filter=dishonest/counted/hang")
    running.wait_for_worker(TEST_WORKER.name, also_audited=True)
    running.send(signal.SIGINT, to_group=True)
    finished = running.finish()
    assert finished.code == 130, finished.stderr
    assert processes_tagged(finished.tag) == {}
    assert finished.folder.status == "interrupted"
    assert finished.folder.rows == []


def test_ctrl_c_ends_an_audit_that_is_asked_for_alone(heaptoll: Heaptoll) -> None:
    flags = ("--audit", *LYING, "--hang-seconds=3600", "--benchmark_filter=dishonest/counted/hang")
    running = heaptoll.start(*flags)
    running.wait_for_worker(TEST_WORKER.name, also_audited=True)
    running.send(signal.SIGINT)
    finished = running.finish()
    assert (finished.code, finished.stdout) == (130, "")
    assert processes_tagged(finished.tag) == {}
