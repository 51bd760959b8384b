"""The self-check of a run: what null and stack arms say of lanes that should not differ, and how quiet the core was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synthetic

from heaptoll.measurements import Run, read_run
from heaptoll.self_check import SelfCheck, self_check, within

Change = Callable[[synthetic.Row], synthetic.Row | None]
CASE = "returned_pointer/by_value/64"


def timed(row: synthetic.Row, ns: float) -> synthetic.Row:
    return {**row, **{name: repr(ns) for name in row if name.startswith("ns_")}}


def run_of(folder: Path, change: Change, allocators: int = 2, launches: int = 8, cases: int = 1) -> Run:
    """A run in which every time is 10 ns, but for `change`."""
    made = [case for case in synthetic.cases() if case.name.startswith("returned_pointer/by_value/")][:cases]
    if cases == 1:
        made = synthetic.few_cases()
    names = synthetic.ALLOCATORS[:allocators]
    return read_run(
        synthetic.write_run(folder, names, made=made, launches=launches, change=lambda row: change(timed(row, 10.0)))
    )


def check_of(folder: Path, change: Change = lambda row: row, **options: int) -> SelfCheck:
    return self_check(run_of(folder, change, **options), "gcc")


def test_lanes_that_take_the_same_time_are_at_1_whatever_the_heap_does(tmp_path: Path) -> None:
    check = check_of(tmp_path, lambda row: timed(row, 99.0) if row["arm"] == "heap" else row, allocators=3)
    assert len(check.pairs) == 2 * 3 and {pair.arm for pair in check.pairs} == {"null", "stack"}
    assert set(check.medians_percent) == {0.0} and len(check.singles_percent) == 8 * 6
    assert [within(check.medians_percent, bound).value for bound in (0.5, 1, 2)] == [1.0, 1.0, 1.0]
    assert check.covering.value == 1.0


def test_a_planted_difference_between_lanes_is_found_with_its_size_and_place(tmp_path: Path) -> None:
    def slower(row: synthetic.Row) -> synthetic.Row:
        return timed(row, 10.1) if (row["arm"], row["allocator"]) == ("stack", "jemalloc") else row

    check = check_of(tmp_path, slower)
    assert sorted(check.medians_percent) == pytest.approx([(10 / 10.1 - 1) * 100, 0.0])
    assert (within(check.medians_percent, 0.5).hits, within(check.medians_percent, 1.0).hits) == (1, 2)
    (worst, _) = check.farthest(9)
    assert (worst.case, worst.arm, worst.one, worst.other) == (CASE, "stack", "glibc", "jemalloc")
    assert not worst.covers_one and (check.covering.hits, check.covering.of) == (1, 2)
    assert check.spread_by_case == {CASE: pytest.approx((1 - 10 / 10.1) * 100)}
    assert check.lane_percent("jemalloc") == pytest.approx([0.0, 1.0])
    assert check.lane_percent("glibc") == pytest.approx([0.0, (10 / 10.1 - 1) * 100])


def test_what_all_lanes_of_a_launch_have_in_common_cancels_and_what_launches_have_does_not(tmp_path: Path) -> None:
    check = check_of(tmp_path, lambda row: timed(row, 10.0 + int(row["launch"])), launches=3)
    assert set(check.singles_percent) == {0.0}
    assert sorted(set(check.wander_percent)) == pytest.approx([-100 / 11, 0.0, 100 / 11])


def test_of_each_arm_the_farthest_pair_is_named_once(tmp_path: Path) -> None:
    def odd(row: synthetic.Row) -> synthetic.Row:
        return timed(row, 12.0) if (row["arm"], row["allocator"]) == ("null", "mimalloc") else row

    check = check_of(tmp_path, odd, allocators=4)
    assert [(pair.arm, abs(pair.percent) > 15) for pair in check.farthest(9)] == [("null", True), ("stack", False)]
    assert len(check.farthest(1)) == 1


def test_with_one_allocator_there_are_no_pairs_but_there_is_the_rest(tmp_path: Path) -> None:
    check = check_of(tmp_path, allocators=1)
    assert check.pairs == () and check.farthest(3) == [] and check.covering.of == 0
    assert len(check.wander_percent) == 2 * 8 and check.quiet_share == pytest.approx(201 / 240)


def test_an_arm_without_a_time_in_one_lane_makes_no_pair(tmp_path: Path) -> None:
    def crash(row: synthetic.Row) -> synthetic.Row:
        hit = (row["arm"], row["allocator"]) == ("null", "glibc")
        return synthetic.without_time(row, "crashed", "SIGSEGV") if hit else row

    check = check_of(tmp_path, crash)
    assert [pair.arm for pair in check.pairs] == ["stack"]
    assert check.status == {"crashed": 8, "ok": 40}


def test_launches_that_only_one_lane_has_are_left_out(tmp_path: Path) -> None:
    def lost(row: synthetic.Row) -> synthetic.Row | None:
        return None if row["allocator"] == "glibc" and row["launch"] in ("0", "5") else row

    assert {len(pair.ratios) for pair in check_of(tmp_path, lost).pairs} == {6}


def test_a_time_of_0_makes_no_ratio(tmp_path: Path) -> None:
    check = check_of(tmp_path, lambda row: timed(row, 0.0) if row["arm"] == "null" else row)
    assert [pair.arm for pair in check.pairs] == ["stack"]


def test_short_intervals_are_not_asked_whether_they_contain_1(tmp_path: Path) -> None:
    check = check_of(tmp_path, launches=3)
    assert len(check.pairs) == 2 and check.covering.of == 0


def test_contended_arms_are_compared_and_marked(tmp_path: Path) -> None:
    def shared(row: synthetic.Row) -> synthetic.Row:
        return synthetic.contended(row) if row["arm"] == "stack" and row["allocator"] == "glibc" else row

    assert {pair.arm: pair.contended for pair in check_of(tmp_path, shared).pairs} == {"null": False, "stack": True}


def test_the_quiet_share_is_told_by_launch_case_and_lane(tmp_path: Path) -> None:
    def noisy(row: synthetic.Row) -> synthetic.Row:
        quiet = 60 if row["case"].endswith("/8") else 120 if row["allocator"] == "glibc" else 240
        return {**row, "slices": "240", "quiet_slices": str(quiet)}

    check = check_of(tmp_path, noisy, launches=2, cases=2)
    assert [(launch.case[-3:], launch.launch, launch.share) for launch in check.launches] == [
        ("e/8", 0, 0.25), ("e/8", 1, 0.25), ("/16", 0, 0.75), ("/16", 1, 0.75),
    ]  # fmt: skip
    assert check.least_quiet(1) == [("returned_pointer/by_value/8", 0.25)]
    assert check.quiet_by_lane == {"glibc": 0.375, "jemalloc": 0.625} and check.quiet_share == 0.5


def test_launches_stand_in_the_order_in_which_they_were_measured(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path, ["glibc"], made=synthetic.cases()[:2], launches=3)
    rows = synthetic.rows(synthetic.cases()[:2], ["glibc"], 3)
    mixed = sorted(rows, key=lambda row: (int(row["launch"]), row["case"]))
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes(mixed))
    found = [(launch.launch, launch.case) for launch in self_check(read_run(folder), "gcc").launches]
    assert found == sorted(found) and len(found) == 6


def test_only_the_lanes_of_the_build_that_is_asked_for_count(tmp_path: Path) -> None:
    folder = synthetic.write_run(tmp_path, synthetic.ALLOCATORS[:2], made=synthetic.few_cases())
    rows = [synthetic.rows(synthetic.few_cases(), synthetic.ALLOCATORS[:2], 8, build=b) for b in ("base", "head")]
    doubled = [timed(row, 20.0) if row["build"] == "head" else timed(row, 10.0) for some in rows for row in some]
    (folder / "measurements.csv").write_bytes(synthetic.csv_bytes(doubled))
    run = read_run(folder)
    for build in ("base", "head"):
        assert set(self_check(run, build).medians_percent) == {0.0}
        assert len(self_check(run, build).launches) == 8


def test_a_launch_without_slices_has_no_share(tmp_path: Path) -> None:
    def skip(row: synthetic.Row) -> synthetic.Row:
        return {**synthetic.without_time(row, "skipped", "why"), "slices": "", "quiet_slices": ""}

    check = check_of(tmp_path, skip)
    assert all(launch.share != launch.share for launch in check.launches) and check.quiet_by_case == {}
    assert check.quiet_share != check.quiet_share and check.pairs == ()
