"""From rows to results: which launches count, and what is kept of the others."""

from __future__ import annotations

from pathlib import Path

import pytest
import synthetic

from heaptoll.measurements import read_run
from heaptoll.statistics import median
from heaptoll.summary import ArmKey, ArmResult, across_lanes, ratio, summarise, toll

CASE = "returned_pointer/by_value/64"


def heap_of(folder: Path, change: object, launches: int = 8) -> ArmResult:
    def altered(row: synthetic.Row) -> synthetic.Row | None:
        return change(row) if row["arm"] == "heap" else row  # type: ignore[operator]

    run = read_run(
        synthetic.write_run(folder, ["glibc"], made=synthetic.few_cases(), launches=launches, change=altered)
    )
    return summarise(run, [CASE], "gcc")[ArmKey(CASE, "heap", "glibc")]


def in_launches(launches: range, change: object) -> object:
    return lambda row: change(row) if int(row["launch"]) in launches else row  # type: ignore[operator]


def test_every_launch_that_went_well_counts_once(tmp_path: Path) -> None:
    heap = heap_of(tmp_path, lambda row: row)
    assert sorted(heap.ns_by_launch) == list(range(8))
    assert heap.estimate is not None
    assert heap.estimate.value == median(list(heap.ns_by_launch.values()))
    assert not heap.contended and heap.contended_left_out == 0 and heap.failures == ()


def test_a_few_contended_launches_are_left_out_and_counted(tmp_path: Path) -> None:
    heap = heap_of(tmp_path, in_launches(range(3), synthetic.contended))
    assert sorted(heap.ns_by_launch) == [3, 4, 5, 6, 7]
    assert heap.contended_left_out == 3 and not heap.contended


def test_a_result_is_contended_when_most_of_its_launches_are(tmp_path: Path) -> None:
    heap = heap_of(tmp_path, in_launches(range(5), synthetic.contended))
    assert len(heap.ns_by_launch) == 8
    assert heap.contended and heap.contended_left_out == 0


def test_a_crash_in_some_launches_is_kept_with_its_reason(tmp_path: Path) -> None:
    heap = heap_of(tmp_path, in_launches(range(2), lambda row: synthetic.without_time(row, "crashed", "SIGSEGV")))
    assert len(heap.ns_by_launch) == 6
    assert heap.failures == (("crashed", "SIGSEGV", 2),)


def test_an_arm_that_never_ran_has_no_estimate(tmp_path: Path) -> None:
    heap = heap_of(tmp_path, lambda row: synthetic.without_time(row, "skipped", "stack limit 8 MiB"))
    assert heap.estimate is None and heap.failures == (("skipped", "stack limit 8 MiB", 8),)


def test_an_arm_without_rows_has_no_result(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        heap_of(tmp_path, lambda row: None)


def test_only_the_rows_of_the_build_asked_for_count(small_run: Path) -> None:
    made = synthetic.few_cases()
    both = [*synthetic.rows(made, ["glibc"], 3), *synthetic.rows(made, ["glibc"], 5, build="clang", seed=2)]
    (small_run / "measurements.csv").write_bytes(synthetic.csv_bytes(both))
    run = read_run(small_run)
    key = ArmKey(CASE, "heap", "glibc")
    assert run.builds == ["gcc", "clang"]
    assert [len(summarise(run, [CASE], build)[key].ns_by_launch) for build in run.builds] == [3, 5]


def test_the_toll_is_paired_and_absent_without_a_pair() -> None:
    heap = ArmResult(ArmKey("c", "heap", "a"), {0: 12.0, 1: 22.0, 2: 32.0})
    stack = ArmResult(ArmKey("c", "stack", "a"), {0: 2.0, 1: 12.0, 2: 22.0})
    found = toll(heap, stack)
    assert found is not None and found.value == 10.0 and found.launches == 3
    assert toll(heap, None) is None
    assert toll(heap, ArmResult(ArmKey("c", "stack", "a"), {7: 1.0})) is None


def test_the_ratio_is_paired_and_its_interval_is_of_order_statistics() -> None:
    stack = ArmResult(ArmKey("c", "stack", "a"), {i: 10.0 * (i + 1) for i in range(9)})
    # 1.1, 1.2, … 1.9 times, out of order; of 9 the interval is the 2nd and the 8th.
    times = [1.5, 1.1, 1.9, 1.3, 1.2, 1.8, 1.4, 1.7, 1.6]
    heap = ArmResult(ArmKey("c", "heap", "a"), {i: t * 10.0 * (i + 1) for i, t in enumerate(times)} | {99: 1.0})
    found = ratio(heap, stack)
    assert found is not None and found.launches == 9 and found.interval.reached
    assert (found.interval.low, found.value, found.interval.high) == pytest.approx((1.2, 1.5, 1.8))


def test_there_is_no_ratio_without_a_pair_or_to_a_stack_time_of_0() -> None:
    heap = ArmResult(ArmKey("c", "heap", "a"), {0: 12.0, 1: 22.0})
    assert ratio(heap, None) is None and ratio(None, heap) is None
    assert ratio(heap, ArmResult(ArmKey("c", "stack", "a"), {7: 1.0})) is None
    assert ratio(heap, ArmResult(ArmKey("c", "stack", "a"), {0: 2.0, 1: 0.0})) is None
    assert ratio(heap, ArmResult(ArmKey("c", "stack", "a"), {0: 2.0, 7: 0.0})) is not None


def test_lanes_that_run_the_same_code_become_one_by_the_median_of_each_launch() -> None:
    lanes = [
        ArmResult(ArmKey("c", "stack", "a"), {0: 1.0, 1: 5.0}),
        ArmResult(ArmKey("c", "stack", "b"), {0: 2.0, 1: 6.0}, contended=True),
        ArmResult(ArmKey("c", "stack", "d"), {0: 9.0}),
        ArmResult(ArmKey("c", "stack", "e"), {}),
    ]
    one = across_lanes(lanes)
    assert one is not None and one.ns_by_launch == {0: 2.0, 1: 5.5} and not one.contended
    assert across_lanes(lanes[3:]) is None
    assert across_lanes(lanes[1:3]).contended  # type: ignore[union-attr]


def test_cases_are_those_the_run_named_and_those_it_measured(tmp_path: Path) -> None:
    named = synthetic.cases()[:2]
    folder = synthetic.write_run(tmp_path, ["glibc"], made=named, launches=1)
    measured = synthetic.rows(synthetic.cases()[1:3], ["glibc"], 1)
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes(measured))
    cases = read_run(folder).cases()
    assert [case.name for case in cases] == [case.name for case in synthetic.cases()[:3]]
    assert cases[1].explains and cases[2].explains is None
