"""Appending to a store: what is stored, what is refused before it can spoil the history, and what is only warned of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from histories import START, put, record

from heaptoll import whole_file
from heaptoll.bad_input import BadInput
from heaptoll.history import bad_days
from heaptoll.history.bad_days import suspicious
from heaptoll.history.record import Machine, Record
from heaptoll.history.record_file import as_bytes, file_name, read_record
from heaptoll.history.store import Appended, Candidate, append
from heaptoll.history.stored_run import stored

NOW = START + timedelta(days=100)
RUN = Path("results/runs/x")
ONE = Machine("one", "Example CPU", "x86_64", 2, "L1d 32K", "false", "KVM")


def add(folder: Path, made: Record, *, given: bool = False, now: datetime = NOW) -> Appended:
    runs = [stored(read_record(path)) for path in sorted(folder.glob("*.json")) if path.read_bytes()[-1:] == b"\n"]
    return append(folder, Candidate(made, RUN, given), runs, now)


def test_an_appended_run_is_a_file_of_its_own(tmp_path: Path) -> None:
    done = add(tmp_path / "new" / "store", record())
    assert done.path == tmp_path / "new" / "store" / file_name(record().run_id)
    assert done.path.read_bytes() == as_bytes(record()) and "appended with 8 values" in done.done and not done.warnings


def test_the_same_run_again_does_nothing_and_says_so(tmp_path: Path) -> None:
    path = add(tmp_path, record()).path
    # Not the whole of stat(): reading the file again is allowed, and may move its access time.
    before = (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
    assert "is there already" in add(tmp_path, record()).done
    assert (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) == before


@pytest.mark.parametrize("changed", [{"commit_utc": None}, {"machine": replace(ONE, label=None)}])
def test_what_nobody_says_again_is_no_other_content(tmp_path: Path, changed: dict[str, Any]) -> None:
    add(tmp_path, record(machine=ONE))
    assert "is there already" in add(tmp_path, record(**{"machine": ONE, **changed})).done


def test_a_run_that_was_stored_with_its_time_corrected_is_the_same_run(tmp_path: Path) -> None:
    wrong = record(ended_utc=START - timedelta(hours=2))
    right = replace(wrong, started_utc=START - timedelta(hours=3), commit_utc=None)
    add(tmp_path, right, given=True)
    assert "is there already" in add(tmp_path, wrong).done
    with pytest.raises(BadInput, match="with other started_utc"):
        add(tmp_path, replace(right, started_utc=START - timedelta(hours=4)), given=True)


@pytest.mark.parametrize(
    ("changed", "named"), [({"compiler": "gcc 13"}, "compiler"), ({"machine": replace(ONE, label="two")}, "machine")]
)
def test_the_same_id_with_other_content_is_refused_and_the_stored_run_stays(
    tmp_path: Path, changed: dict[str, Any], named: str
) -> None:
    path = add(tmp_path, record(machine=ONE)).path
    before = path.read_bytes()
    with pytest.raises(BadInput, match=f"of the same id with other {named}; remove this file"):
        add(tmp_path, record(**{"machine": ONE, **changed}))
    assert path.read_bytes() == before


def test_appending_the_run_again_mends_its_damaged_file(tmp_path: Path) -> None:
    path = add(tmp_path, record()).path
    path.write_bytes(path.read_bytes()[:50])
    assert "written anew" in add(tmp_path, record()).done
    assert path.read_bytes() == as_bytes(record())


# ---- clocks


BAD_CLOCKS: list[tuple[Callable[[], Record], str]] = [
    (lambda: record(minutes=-5), "began before it ended.*the clock went back"),
    (lambda: record(commit_utc=START + timedelta(minutes=11)), "after its commit was made.*the clock was slow"),
    (lambda: record(101, commit_utc=None, minutes=None, started_utc=NOW + timedelta(days=1, seconds=1)), "before now"),
]


@pytest.mark.parametrize(("made", "words"), BAD_CLOCKS)
def test_a_clock_that_is_wrong_is_refused_with_what_mends_it(
    tmp_path: Path, made: Callable[[], Record], words: str
) -> None:
    with pytest.raises(BadInput, match=words) as refused:
        add(tmp_path / "store", made())
    assert "--started 2026-" in str(refused.value) and str(RUN) in str(refused.value)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(("made", "words"), BAD_CLOCKS)
def test_without_the_guard_a_wrong_clock_would_be_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[[], Record], words: str
) -> None:
    monkeypatch.setattr(bad_days, "refuse_bad_clock", lambda *anything: None)
    assert add(tmp_path, made()).path.exists(), words


@pytest.mark.parametrize(
    "made",
    [
        record(commit_utc=START + timedelta(minutes=9)), record(minutes=None), record(minutes=0),
        record(commit_utc=None), record(started_utc=NOW + timedelta(hours=23), commit_utc=None),
    ],
)  # fmt: skip
def test_what_clocks_do_every_day_is_accepted(tmp_path: Path, made: Record) -> None:
    assert add(tmp_path, made).path.exists()


def test_a_run_older_than_the_newest_of_its_key_is_placed_by_its_time_with_a_warning(tmp_path: Path) -> None:
    add(tmp_path, record(5))
    done = add(tmp_path, record(3))
    assert len(done.warnings) == 1 and record(5).run_id in done.warnings[0] and "placed by its time" in done.warnings[0]
    assert not add(tmp_path, record(4, compiler="gcc 13")).warnings
    assert not add(tmp_path, record(6)).warnings


# ---- machines


@pytest.mark.parametrize(
    "other", [{"cpu_model": "Another CPU"}, {"cores": 4}, {"hypervisor": None}, {"caches": "L1d 48K"}, {"smt": "true"}]
)
def test_a_label_that_another_machine_has_is_refused_and_both_are_named(tmp_path: Path, other: dict[str, Any]) -> None:
    add(tmp_path, record(0, machine=ONE))
    with pytest.raises(BadInput, match="the machine that is called one: Example CPU, 2 cores, KVM") as refused:
        add(tmp_path, record(1, machine=replace(ONE, **other)))
    said = str(refused.value)
    assert file_name(record(0).run_id) in said and "--machine" in said
    assert str(next(iter(other.values())) or "not told") in said
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_without_the_guard_two_machines_would_have_one_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bad_days, "refuse_other_machine", lambda *anything: None)
    add(tmp_path, record(0, machine=ONE))
    assert add(tmp_path, record(1, machine=replace(ONE, cores=64))).path.exists()


def test_one_label_goes_with_another_compiler_and_another_label_with_the_same_machine(tmp_path: Path) -> None:
    add(tmp_path, record(0, machine=ONE))
    add(tmp_path, record(1, machine=ONE, compiler="gcc 13"))
    add(tmp_path, record(2, machine=replace(ONE, label="two")))
    assert len(list(tmp_path.glob("*.json"))) == 3


def warnings_of(*records: Record) -> list[str]:
    return suspicious([stored(each) for each in sorted(records, key=lambda each: each.started_utc)])


def test_runs_of_one_key_that_overlap_in_time_are_warned_of_by_name() -> None:
    first, second = record(0, minutes=30), record(1, started_utc=START + timedelta(minutes=10), minutes=5)
    said = warnings_of(first, second, record(3))
    assert len(said) == 1 and first.run_id in said[0] and second.run_id in said[0] and "--machine" in said[0]
    within = record(2, started_utc=START + timedelta(minutes=20), minutes=5)
    assert "and 1 such pairs before" in warnings_of(first, second, within)[0]


@pytest.mark.parametrize(
    "changed", [{"machine": ONE}, {"compiler": "gcc 13"}, {"started_utc": START + timedelta(minutes=30)}]
)
def test_runs_that_do_not_overlap_or_have_other_keys_are_no_suspicion(changed: dict[str, Any]) -> None:
    second = record(1, **{"started_utc": START + timedelta(minutes=10), **changed})
    assert not warnings_of(record(0, minutes=30), second)


def clocks(*ghz: float | None) -> list[Record]:
    return [record(day, measured_ghz=each) for day, each in enumerate(ghz)]


def test_a_clock_in_two_groups_is_warned_of() -> None:
    said = warnings_of(*clocks(2.90, 3.20, 2.91, 3.21, None))
    assert len(said) == 1 and "2.9 to 2.91 GHz (2 runs" in said[0] and "3.2 to 3.21 GHz (2 runs" in said[0]


@pytest.mark.parametrize(
    "ghz",
    [
        (2.90, 2.95, 2.91, 2.94),  # within 2 %
        (2.90, 2.91, 3.20),  # one run is no group
        (2.7, 2.8, 2.9, 3.0, 3.1, 3.2),  # a clock that wanders
        (2.7, 2.9, 3.0, 3.2),
        (), (None, None),
    ],
)  # fmt: skip
def test_a_clock_that_wanders_or_stays_is_no_suspicion(ghz: tuple[float | None, ...]) -> None:
    assert not warnings_of(*clocks(*ghz))


# ---- the disk


def test_a_full_disk_stores_nothing_and_keeps_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, record(0))

    def full(self: Path, content: bytes) -> None:
        with self.open("wb") as file:
            file.write(content[:10])
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(whole_file.Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        add(tmp_path, record(1))
    assert [path.name for path in tmp_path.iterdir()] == [file_name(record(0).run_id)]


def test_times_are_utc_whatever_the_zone(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    path = add(tmp_path, record(started_utc=START.astimezone(zone), run_id="zoned")).path
    assert read_record(path).started_utc == START and b"2026-01-31T12:00:00Z" in path.read_bytes()
