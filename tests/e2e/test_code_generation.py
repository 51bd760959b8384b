"""The machine code of every arm is what its case says, and each rule goes red for a worker that lacks its guard."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from running import BUILD, PROBING_WORKER, ROOT, TEST_WORKER, UNGUARDED_WORKER, WORKER, Heaptoll, cases_of

from heaptoll.codegen.annotate import explained
from heaptoll.codegen.arms import Arm, Worker, read_worker
from heaptoll.codegen.rules import RULES, Finding, check

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="machine code is read on x86-64 only")

SHOWN = 5
# A string lies ready, so that copying it does not read what was stored a moment ago.
HAVE_NO_FILL = {"string"}
# What adds up an array of values of any kind: the same in all arms.
HAVE_THEIR_OWN_CONSUMER = {"array": "add_up"}
CASE = "returned_pointer/by_value/64"


@lru_cache(maxsize=None)
def read(path: Path) -> Worker:
    return read_worker(path)


def findings(path: Path, rule: str) -> list[Finding]:
    return check(read(path), {rule: RULES[rule]})


def named(path: Path, rule: str) -> set[tuple[str, str]]:
    """The cases and arms that break a rule."""
    return {(found.case, found.arm) for found in findings(path, rule)}


def arms_of(path: Path, *kinds: str) -> list[Arm]:
    return [arm for arms in read(path).arms.values() for arm in arms if arm.kind in kinds]


# ---- the benches that are measured


@pytest.mark.parametrize("rule", RULES)
def test_every_arm_that_is_measured_keeps_the_rule(rule: str) -> None:
    found = findings(WORKER, rule)
    assert not found, f"{len(found)} findings\n" + "\n".join(map(explained, found[:SHOWN]))


def test_every_arm_of_every_case_is_looked_at() -> None:
    looked_at = {case: tuple(arm.kind for arm in arms) for case, arms in read(WORKER).arms.items()}
    assert looked_at == {case.name: case.arms for case in cases_of()}


def test_the_shared_work_and_the_allocator_are_seen_so_that_no_rule_is_empty() -> None:
    for arm in arms_of(WORKER, "null", "stack", "heap", "hybrid", "inline"):
        assert arm.operation, (arm.case.name, arm.kind)
        assert arm.reaches("ht_fill") or arm.case.variant in HAVE_NO_FILL, (arm.case.name, arm.kind)
        assert arm.reaches("ht_consume") or arm.case.variant in HAVE_THEIR_OWN_CONSUMER, (arm.case.name, arm.kind)
    takes = {"string": "strdup", "zeroed": "calloc"}
    for arm in arms_of(WORKER, "heap"):
        lies_ready = "allocated=before" in arm.case.params
        assert lies_ready != ({takes.get(arm.case.variant, "malloc"), "free"} <= arm.imports().keys()), arm.case.name


# ---- the guards off: no barriers, and the compiler knows what malloc and free are


def test_without_barriers_the_compiler_deletes_allocations() -> None:
    # Whole blocks whose bytes it follows; which others go too differs between compilers.
    gone = {
        "array_size/fixed/8/first", "array_size/vla/8192/first", "boxed_value/interface/8",
        "captured_closure/by_value/8", "captured_closure/by_reference/8", "returned_pointer/by_value/8",
        "returned_pointer/out_param/8",
    }  # fmt: skip
    found = findings(UNGUARDED_WORKER, "allocator")
    assert {(case, "heap") for case in gone} <= {(one.case, one.arm) for one in found}
    assert all("nothing in its code calls malloc or free" in one.says and one.shown for one in found)


def test_without_barriers_the_frames_vanish() -> None:
    gone = {"array_size/fixed/8/first", "array_size/fixed/131072/first", "array_size/vla/64/first", CASE}
    assert {(case, "stack") for case in gone} <= named(UNGUARDED_WORKER, "frame")


def test_without_barriers_the_arms_hold_copies_of_the_shared_work() -> None:
    copies = [one for one in findings(UNGUARDED_WORKER, "shared work") if "holds a copy" in one.says]
    assert ("array_size/fixed/8192/all", "stack") in {(one.case, one.arm) for one in copies}
    assert all(any(line.scope in ("ht_fill", "ht_consume") for _, code in one.shown for line in code) for one in copies)


def test_without_noinline_the_operations_stand_in_their_loops() -> None:
    # A long operation stays a call, and so may one that two loops share; those of the arrays are neither.
    every = {(arm.case.name, arm.kind) for arm in arms_of(UNGUARDED_WORKER, "null", "heap")}
    left = every - named(UNGUARDED_WORKER, "called in loop")
    assert not [case for case, _ in left if case.startswith("array_size/")]
    assert len(left) < len(every) / 10


def test_the_unguarded_worker_can_be_measured_like_any_other(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run(f"--worker={UNGUARDED_WORKER}", f"--benchmark_filter=^{CASE}$")
    assert finished.code == 0, finished.stderr
    assert len(finished.folder.rows) == 6


# ---- one guard off


@pytest.mark.parametrize(
    "point, rule, arms",
    [
        ("allocating", "allocator", {"stack"}),
        ("leaking", "allocator", {"heap"}),
        ("too_small", "frame", {"stack"}),
        ("unfilled", "shared work", {"heap"}),
        ("half_filled", "shared work", {"null", "stack", "heap"}),
        ("otherwise_read", "shared work", {"null", "stack", "heap"}),
    ],
)
def test_an_arm_that_is_not_what_it_says_is_named(point: str, rule: str, arms: set[str]) -> None:
    case = f"unequal/arms/{point}"
    found = [one for one in check(read(TEST_WORKER)) if one.case == case]
    assert {(one.rule, one.arm) for one in found} == {(rule, arm) for arm in arms}
    assert all(one.shown and all(code for _, code in one.shown) for one in found)
    assert all("tests/benches/unequal.c:" in explained(one) for one in found)


def test_beside_them_equal_arms_pass() -> None:
    assert "unequal/arms/equal" not in {found.case for found in check(read(TEST_WORKER))}


def test_stack_clash_probes_are_found() -> None:
    found = named(PROBING_WORKER, "stack clash")
    for elements in (1024, 8192, 131072):
        assert (f"array_size/fixed/{elements}/first", "stack") in found
    assert {arm for _, arm in found} == {"stack", "hybrid"}


def test_a_case_about_probes_has_them_and_without_them_is_named() -> None:
    def about_probes(path: Path) -> set[str]:
        arms = read(path).arms["array_size/fixed/8192/first"]
        case = replace(arms[0].case, params="elements=8192;stack_clash=on")
        return {found.arm for found in RULES["stack clash"]([replace(arm, case=case) for arm in arms])}

    assert about_probes(PROBING_WORKER) == set()
    assert about_probes(WORKER) == {"stack"}


def test_probed_frames_count_like_others() -> None:
    assert named(PROBING_WORKER, "frame") == set()


# ---- the command


def disassemble(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/disassemble.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def test_it_prints_what_was_asked_for_with_the_source() -> None:
    answer = disassemble("--worker", str(WORKER), CASE, "stack", "heap")
    assert answer.returncode == 0, answer.stderr
    stack, heap = answer.stdout.split(f"{CASE}, heap arm\n")
    assert stack.startswith(f"{CASE}, stack arm\n")
    assert "== by_value_stack_64_operation (benches/returned_pointer.c:" in stack
    assert "SIZES(BY_VALUE)" in stack and "opens a frame of " in stack
    assert "calls the allocator: malloc" in heap and "calls the allocator: free" in heap
    assert "the allocator" not in stack


def test_all_pages_have_names_that_a_report_can_link(tmp_path: Path) -> None:
    answer = disassemble("--worker", str(WORKER), "--all", "--out", str(tmp_path / "code"))
    assert answer.returncode == 0, answer.stderr
    expected = {tmp_path / "code" / case.name / f"{arm}.txt" for case in cases_of() for arm in case.arms}
    assert set(map(Path, answer.stdout.splitlines())) == expected
    for case in cases_of():
        for arm in case.arms:
            page = (tmp_path / "code" / case.name / f"{arm}.txt").read_text(encoding="utf-8")
            assert page.startswith(f"{case.name}, {arm} arm\n{case.explains}\n")
            assert ": the loop\n" in page and ": the operation\n" in page
            assert ": the shared fill\n" in page or case.name.split("/")[1] in HAVE_NO_FILL


@pytest.mark.parametrize(
    "wrong, says",
    [
        (("returned_pointer/by_valu/64",), CASE),
        ((CASE, "haep"), "heap"),
        ((CASE, "heap", "hybrid"), "'hybrid'"),
    ],
)
def test_a_mistyped_name_gets_the_nearest(wrong: tuple[str, ...], says: str) -> None:
    answer = disassemble("--worker", str(WORKER), *wrong)
    assert answer.returncode == 2 and answer.stdout == ""
    assert says in answer.stderr and answer.stderr.count("\n") == 1


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    answer = disassemble("--worker", str(WORKER), CASE, "--out", str(tmp_path / "file"))
    assert answer.returncode == 2
    assert str(tmp_path / "file") in answer.stderr and "Traceback" not in answer.stderr


def test_a_reader_who_stops_reading_makes_no_noise() -> None:
    script = f"{sys.executable} {ROOT}/scripts/disassemble.py --worker {WORKER} array_size/hybrid/8/first | head -n 1"
    answer = subprocess.run(["bash", "-o", "pipefail", "-c", script], capture_output=True, text=True, timeout=60)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_the_check_ends_with_0_when_clean_and_2_when_not() -> None:
    clean, dirty = (disassemble("--check", "--worker", str(worker)) for worker in (WORKER, UNGUARDED_WORKER))
    arms = sum(len(case.arms) for case in cases_of())
    assert (clean.returncode, clean.stderr) == (0, "")
    assert clean.stdout == f"{WORKER}: {arms} arms of {len(cases_of())} cases, no finding\n"
    assert (dirty.returncode, dirty.stderr) == (2, "")
    assert dirty.stdout.startswith("array_size/fixed/2/first, ") and dirty.stdout.endswith("findings\n")
    assert str(BUILD) in dirty.stdout
