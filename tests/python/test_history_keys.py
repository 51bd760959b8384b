"""The key of a series: in words, what joining leaves out, and what changed where one ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from histories import START, record
from hypothesis import given
from hypothesis import strategies as st

from heaptoll.history import conditions, moments
from heaptoll.history.begun import Begun, begun
from heaptoll.history.conditions import conditions_of
from heaptoll.history.keys import PARTS, Key, changes, in_words, key_of, parse_parts
from heaptoll.history.record import Library, Machine
from heaptoll.history.stored_run import lived, stored

USUAL = record().machine


def key(allocator: str | None = "jemalloc", join: frozenset[str] = frozenset(), **changed: Any) -> Key:
    return key_of(conditions_of(record(**changed)), allocator, join)


def words(*keys: Key) -> list[str]:
    return list(in_words(keys).values())


def test_a_key_in_words_is_short_and_says_what_matters() -> None:
    assert words(key()) == ["Example CPU, 2 cores, KVM; glibc 2.36; gcc 12.2.0; quick; jemalloc 5.3.0"]
    assert words(key("glibc")) == ["Example CPU, 2 cores, KVM; glibc 2.36; gcc 12.2.0; quick"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"machine": replace(USUAL, label="one")}, "one (Example CPU, 2 cores, KVM); glibc 2.36"),
        ({"machine": Machine(None, None, None, 1, None, None, None)}, "unknown CPU, 1 core; glibc"),
        ({"engine": "gbench"}, "; quick; engine gbench; jemalloc"),
        ({"libc": None, "compiler": None}, "; unknown libc; unknown compiler; quick"),
        ({"allocators": {"jemalloc": Library("5.3.0-0-g54eaed1d8b56b1aa", None)}}, "; jemalloc 5.3.0"),
        ({"allocators": {"jemalloc": Library(None, None)}}, "; jemalloc of unknown version"),
        ({"allocator_environment": ("MALLOC_CONF=narenas:1",)}, "; jemalloc 5.3.0; MALLOC_CONF=narenas:1"),
    ],
)
def test_what_is_unusual_is_said(changed: dict[str, Any], said: str) -> None:
    assert said in words(key(**changed))[0]


@pytest.mark.parametrize("changed", [{"flags": "-O3"}, {"machine": replace(USUAL, caches="L1d 48K")}])
def test_two_keys_never_have_the_same_words(changed: dict[str, Any]) -> None:
    one, other = words(key(), key(**changed))
    assert one != other and one.partition(" #")[0] == other.partition(" #")[0]
    assert words(key(**changed), key()) == [other, one]


def test_joining_everything_leaves_one_key_of_all_runs() -> None:
    assert words(key(join=frozenset(PARTS))) == ["all runs"]


@pytest.mark.parametrize("part", PARTS)
def test_a_joined_part_is_in_no_key_and_no_words(part: str) -> None:
    joined = key(join=frozenset({part}))
    assert part not in {fact.part for fact in joined} and words(joined)


def test_unknown_parts_are_refused_with_those_there_are() -> None:
    assert parse_parts("libc, flags") == {"libc", "flags"}
    with pytest.raises(ValueError, match="did you mean compiler.*machine, libc"):
        parse_parts("compilers")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"compiler": "gcc 13.1"}, "compiler gcc 12.2.0 -> gcc 13.1"),
        ({"flags": "-O2 -g"}, "flags none of them -> -g"),
        ({"flags": "-O3"}, "flags -O2 -> -O3"),
        ({"machine": replace(USUAL, caches="L1d 48K")}, "caches L1d 32K -> L1d 48K"),
        ({"allocators": {"jemalloc": Library("5.3.1", None)}}, "jemalloc 5.3.0 -> 5.3.1"),
        ({"machine": replace(USUAL, label="one")}, "label not told -> one"),
        ({"machine": replace(USUAL, cpu_model="Other CPU")}, "another machine (Other CPU, 2 cores, KVM)"),
        ({"machine": replace(USUAL, label="b", cpu_model="C", hypervisor=None)}, "another machine, b (C, 2 cores)"),
        ({"machine": replace(USUAL, cores=8, hypervisor=None)}, "cores 2 -> 8, hypervisor KVM -> not told"),
        ({"machine": replace(USUAL, cores=1, hypervisor=None, smt="true")}, "another machine (Example CPU, 1 core)"),
        (
            {"machine": replace(USUAL, cpu_model=None), "libc": "glibc 2.41", "flags": "-O3", "compiler": "gcc 14"},
            "another machine (unknown CPU, 2 cores, KVM) with other libc, compiler, flags",
        ),
        ({"engine": None, "profile": "full"}, "profile quick -> full, engine lockstep -> not told"),
    ],
)
def test_what_changed_is_told_by_name(changed: dict[str, Any], said: str) -> None:
    assert changes(key(), key(**changed)) == said


def test_flags_in_another_order_are_told_as_that() -> None:
    assert changes(key(flags="-O2 -g"), key(flags="-g -O2")) == "order of flags"


def test_conditions_come_back_from_their_text() -> None:
    found = conditions_of(record(allocator_environment=("A=1",), libc=None))
    assert conditions.from_text(conditions.as_text(found)) == found


def told(*runs: tuple[int, dict[str, Any]], join: frozenset[str] = frozenset()) -> list[Begun]:
    return begun(lived([stored(record(day, **changed)) for day, changed in runs], join))


NEW: dict[str, Any] = {"compiler": "gcc 13.1"}
ELSEWHERE: dict[str, Any] = {"machine": replace(USUAL, label="two")}


def test_a_new_series_says_since_when_and_what_changed() -> None:
    found = told((0, {}), (1, {}), (30, NEW), (31, NEW))
    assert list(map(str, found)) == [
        "a new series since 2026-03-02: compiler gcc 12.2.0 -> gcc 13.1 (glibc, jemalloc)"
    ]
    assert not told((0, {}), (30, NEW), join=frozenset({"compiler"}))


def test_a_new_version_begins_the_series_of_its_allocator_only() -> None:
    newer = {"glibc": Library("2.36", "x"), "jemalloc": Library("5.3.1", "x")}
    assert told((0, {}), (1, {"allocators": newer}))[0].allocators == ("jemalloc",)


def test_a_second_machine_is_no_new_series_of_the_first_while_that_goes_on() -> None:
    assert told((0, {}), (1, ELSEWHERE), (2, {}), (3, ELSEWHERE)) == []


def test_a_change_on_one_of_two_machines_is_held_against_that_machine() -> None:
    found = told((0, {}), (1, ELSEWHERE), (2, {}), (3, {**ELSEWHERE, **NEW}), (4, {}))
    assert [each.change for each in found] == ["compiler gcc 12.2.0 -> gcc 13.1"]


def test_going_back_to_what_was_is_no_new_series() -> None:
    assert len(told((0, {}), (1, NEW), (2, {}))) == 0


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z", "2026-01-31 12:00", "2026-01-31T13:00:00+01:00", "2026.01.31 13:00:00 +0100",
        "2026/1/31 12:00:00 UTC", "2026-01-31T06:30:00-0530", "20260131 12:00:00", " 2026-01-31T12:00:00z ",
    ],
)  # fmt: skip
def test_moments_are_read_as_they_are_usually_written(text: str) -> None:
    assert moments.parse(text) == START


def test_what_is_finer_than_a_second_is_kept_to_the_microsecond() -> None:
    assert moments.parse("2026-01-31 12:00:00.75") == START.replace(microsecond=750_000)
    assert moments.parse("2026-01-31T12:00:00,0000019Z") == START.replace(microsecond=1)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-13-01", "2026-01-31T25:00:00Z", "1969-12-31", "9999-01-01", "2026-01.31", "202611", "2026-1-31T"],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        moments.parse(text)


@given(st.datetimes(min_value=START.replace(tzinfo=None, year=1971), max_value=START.replace(tzinfo=None, year=9000)))
def test_a_moment_is_read_as_it_was_written(moment: Any) -> None:
    whole = moment.replace(microsecond=0, tzinfo=START.tzinfo)
    assert moments.parse(moments.as_text(whole)) == whole
    assert moments.parse(whole.astimezone().isoformat()) == whole
