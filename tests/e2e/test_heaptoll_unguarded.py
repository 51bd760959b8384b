"""The benches with their barriers compiled out: the audit must see what the compiler did to them."""

from __future__ import annotations

import csv
import re

from running import BUILD, Heaptoll

UNGUARDED = f"--worker={BUILD / 'tests' / 'heaptoll-unguarded-worker'}"
EMPTIED = ["array_size/fixed/8/first", "boxed_value/interface/8", "returned_pointer/by_value/8"]


def test_without_the_barriers_cases_are_dishonest_and_have_no_times(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(UNGUARDED, "--profile=full", f"--benchmark_filter=^({'|'.join(EMPTIED)})$")
    assert finished.code == 2
    rows = finished.folder.rows
    assert {row["case"] for row in rows} == set(EMPTIED)
    for row in rows:
        assert row["status"] == "dishonest"
        assert "the heap arm takes 0 blocks of 0 bytes" in row["reason"]
        assert (row["ns_median"], row["allocs_per_op"], row["alloc_bytes_per_op"]) == ("", "0", "0")
    for case in EMPTIED:
        assert f"  {case}, glibc: dishonest: " in finished.stderr


def test_the_audit_finds_every_heap_arm_that_lost_its_allocation(heaptoll: Heaptoll) -> None:
    """How many depends on the compiler; that it deletes those whose first word alone is used does not."""
    finished = heaptoll.run(UNGUARDED, "--profile=full", "--audit")
    assert finished.code == 2
    rows = list(csv.DictReader(finished.stdout.splitlines(), delimiter="\t"))
    lost = {row["case"] for row in rows if row["arm"] == "heap" and row["allocs_per_op"] == "0"}
    honest_zero = {"boxed_value/small_int/hit100"} | {name for name in lost if name.startswith("boxed_value/array/")}
    assert {row["case"] for row in rows if row["status"] == "dishonest"} >= lost - honest_zero
    swept = re.compile(r"array_size/(fixed|vla|alloca|hybrid)/\d+/first")
    first = {row["case"] for row in rows if swept.fullmatch(row["case"])}
    assert lost >= first and len(first) == 148 + 3 * 12
