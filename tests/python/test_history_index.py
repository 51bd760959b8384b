"""The index of a store says what its files say, whatever happened to either."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from histories import CASE, put, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heaptoll.bad_input import BadInput
from heaptoll.history import index as index_module
from heaptoll.history import index_file, lock, parsed_files
from heaptoll.history.chosen import Chosen
from heaptoll.history.index import FILE_NAME, Index
from heaptoll.history.index_file import IndexFile
from heaptoll.history.keys import PARTS
from heaptoll.history.record import Library, Machine, Name, Record
from heaptoll.history.record_file import as_bytes, file_name
from heaptoll.history.series import Series

Told = dict[str, list[tuple[str, float, float, float]]]


def told(index: Index, chosen: Chosen = Chosen()) -> Told:
    """What the index says: by series, the runs and their figures."""
    return {
        f"{each.name.key}|{each.name}": [
            (each.run(i).name, *map(float, (each.values[i], each.low[i], each.high[i]))) for i in range(len(each))
        ]
        for each in index.series(chosen)
    }


def asked(folder: Path, chosen: Chosen = Chosen()) -> Told:
    index = Index(folder)
    try:
        return told(index, chosen)
    finally:
        index.close()


def from_files(records: Sequence[Record]) -> dict[str, list[tuple[str, float, float, float]]]:
    """The same without key, straight from records that all have one."""
    found: dict[str, list[tuple[str, float, float, float]]] = {}
    for each in sorted(records, key=lambda each: (each.started_utc, each.run_id)):
        for name, figures in zip(each.names, each.figures.tolist()):
            label = f"{name.case} {name.arm} ({name.allocator})"
            found.setdefault(label, []).append((each.run_id, *figures[:3]))
    return found


def without_key(said: Told) -> Told:
    return {name.partition("|")[2]: points for name, points in said.items()}


def series_of(folder: Path, **chosen: Any) -> list[Series]:
    index = Index(folder)
    found = list(index.series(Chosen(**chosen)))
    index.close()
    return found


def test_a_series_has_its_values_by_time_whatever_the_files_are_called(tmp_path: Path) -> None:
    late, early = record(3, run_id="a"), record(1, run_id="b")
    put(tmp_path, late, early, record(2, run_id="c"))
    found = series_of(tmp_path, arms=("heap",), allocators=("glibc",))
    assert len(found) == 1 and [found[0].run(i).name for i in range(3)] == ["b", "c", "a"]
    assert found[0].values.tolist() == [10.01, 10.02, 10.03]
    assert (np.diff(found[0].at) > 0).all()
    assert found[0].run(0).commit == early.commit


def test_series_come_by_case_as_numbers_count_then_allocator_and_arm(tmp_path: Path) -> None:
    cases = [f"s/v/{n}" for n in (128, 16, 8)]
    names = product(cases, ("jemalloc", "glibc"), ("toll", "pool", "heap", "null"))
    values = {Name(*name): 1.0 for name in names}
    put(tmp_path, record(values=values))
    found = [str(each.name) for each in series_of(tmp_path)]
    arms = [f"{arm} ({allocator})" for allocator in ("glibc", "jemalloc") for arm in ("null", "heap", "toll", "pool")]
    assert found == [f"s/v/{n} {arm}" for n in (8, 16, 128) for arm in arms]


def test_cycles_are_a_series_of_their_own_without_intervals_or_runs_that_had_none(tmp_path: Path) -> None:
    none = record(1)
    none.figures[:, 4] = np.nan
    put(tmp_path, record(0), none, record(2))
    heap = series_of(tmp_path, unit="cycles", arms=("heap",), allocators=("glibc",))[0]
    assert heap.unit == "cycles" and heap.values.tolist() == pytest.approx([30, 30.06])
    assert [heap.run(i).name for i in range(2)] == [record(0).run_id, record(2).run_id]
    assert np.isnan(heap.low).all() and np.isnan(heap.high).all()


def test_a_store_without_any_cycles_has_no_series_of_them(tmp_path: Path) -> None:
    none = record()
    none.figures[:, 4] = np.nan
    put(tmp_path, none)
    assert series_of(tmp_path, unit="cycles") == []


@pytest.mark.parametrize(
    ("chosen", "many"),
    [
        (Chosen(), 8), (Chosen(arms=("heap", "toll")), 4), (Chosen(allocators=("glibc",)), 4),
        (Chosen(filter="by_value"), 8), (Chosen(filter="-by_ref"), 8), (Chosen(filter=r"/64$", arms=("null",)), 2),
    ],
)  # fmt: skip
def test_only_what_is_asked_for_is_told(tmp_path: Path, chosen: Chosen, many: int) -> None:
    put(tmp_path, record(0), record(1))
    assert len(asked(tmp_path, chosen)) == many


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (Chosen(filter="returned_ponter"), f"cases that are there: {CASE}"),
        (Chosen(arms=("head",)), "there are heap, null, stack, toll"),
        (Chosen(allocators=("jemaloc",)), "there are glibc, jemalloc"),
    ],
)
def test_what_was_never_measured_is_refused_with_what_was(tmp_path: Path, chosen: Chosen, words: str) -> None:
    put(tmp_path, record())
    with pytest.raises(BadInput, match=words):
        asked(tmp_path, chosen)


OTHERS: dict[str, dict[str, Any]] = {
    "machine": {"machine": Machine("one", "Example CPU", "x86_64", 2, "L1d 32K", "false", "KVM")},
    "libc": {"libc": "glibc 2.37", "allocators": {"glibc": Library("2.37", "a"), "jemalloc": Library("5.3.0", "b")}},
    "compiler": {"compiler": "gcc 13.1.0"},
    "flags": {"flags": "-O3"},
    "profile": {"profile": "full"},
    "engine": {"engine": "gbench"},
    "allocators": {"allocator_environment": ("MALLOC_CONF=narenas:1",)},
}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_of_the_key_ends_a_series_unless_it_is_joined(tmp_path: Path, part: str) -> None:
    put(tmp_path, record(0), record(1, **OTHERS[part]))
    apart = series_of(tmp_path, arms=("heap",), allocators=("glibc",))
    assert [len(each) for each in apart] == [1, 1] and apart[0].name.key != apart[1].name.key
    joined = series_of(tmp_path, arms=("heap",), allocators=("glibc",), join=frozenset({part}))
    assert [len(each) for each in joined] == [2]


def test_another_version_ends_the_series_of_that_allocator_only_and_another_hash_none(tmp_path: Path) -> None:
    newer = {"glibc": Library("2.36", "cc" * 32), "jemalloc": Library("5.3.1", "bb" * 32)}
    put(tmp_path, record(0), record(1, allocators=newer))
    assert [len(each) for each in series_of(tmp_path, arms=("heap",))] == [2, 1, 1]


STEPS = ("add", "change", "remove", "damage", "look", "rebuild")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=10))
def test_the_index_says_what_the_files_say_after_any_sequence(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    there: dict[int, Record] = {}
    bad: set[int] = set()
    for turn, (what, day) in enumerate(steps):
        path = folder / file_name(record(day).run_id)
        if what in ("add", "change"):
            values = {Name(CASE, "glibc", "heap"): turn + 1.0, Name(CASE, f"a{turn % 2}", "x"): 1.0}
            there[day] = record(day, values=values)
            put(folder, there[day])
            bad.discard(day)
        elif what == "remove":
            path.unlink(missing_ok=True)
            there.pop(day, None)
            bad.discard(day)
        elif what == "damage" and path.exists():
            path.write_bytes(path.read_bytes()[:-20])
            there.pop(day, None)
            bad.add(day)
        else:
            index = Index(folder)
            if what == "rebuild":
                index.rebuild()
            index.close()
    index = Index(folder)
    assert without_key(told(index)) == from_files(list(there.values()))
    assert {Path(error.file).name for error in index.damaged} == {file_name(record(day).run_id) for day in bad}
    assert [run.run_id for run in index.runs()] == [record(day).run_id for day in sorted(there)]
    index.close()


def test_a_file_that_did_not_change_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, record(0), record(1))
    asked(tmp_path)
    put(tmp_path, record(2))
    read: list[str] = []
    real = parsed_files.read_record
    monkeypatch.setattr(parsed_files, "read_record", lambda path: (read.append(path.name), real(path))[1])
    asked(tmp_path)
    assert read == [file_name(record(2).run_id)]


def test_many_files_are_read_on_several_cores_with_the_same_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record(day) for day in range(12)]
    paths = put(tmp_path, *records)
    paths[3].write_bytes(b"{")
    monkeypatch.setattr(parsed_files, "_WORTH_A_POOL", 5)
    monkeypatch.setattr(parsed_files, "_CHUNK", 5)
    monkeypatch.setattr(parsed_files.os, "sched_getaffinity", lambda pid: {0, 1})
    index = Index(tmp_path)
    assert without_key(told(index)) == from_files(records[:3] + records[4:])
    assert [Path(error.file) for error in index.damaged] == [paths[3]]


@pytest.mark.parametrize("kind", ["damaged", "foreign", "wrong version", "no run"])
def test_a_file_that_is_no_record_is_named_each_time_and_the_rest_goes_on(tmp_path: Path, kind: str) -> None:
    good, bad = put(tmp_path, record(0), record(1))
    content = {
        "damaged": bad.read_bytes()[:100],
        "foreign": b'{"name": "package"}',
        "wrong version": bad.read_bytes().replace(b'"schema_version":1', b'"schema_version":9'),
        "no run": good.read_bytes(),
    }[kind]
    bad.write_bytes(content)
    for _ in range(2):
        index = Index(tmp_path)
        assert [error.file for error in index.damaged] == [str(bad)]
        assert [run.run_id for run in index.runs()] == [record(0).run_id]
        index.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_while_it_reads_many_files_leaves_no_process_and_no_lock(
    tmp_path: Path, number: signal.Signals
) -> None:
    put(tmp_path, *(record(day) for day in range(120)))
    code = (
        "import os, sys, time; from pathlib import Path; from heaptoll.history import index, parsed_files\n"
        "parsed_files.os.sched_getaffinity = lambda pid: {0, 1}\n"
        "def slow(path): os.write(1, b'%d\\n' % os.getpid()); time.sleep(60)\n"
        "parsed_files.read_record = slow\n"
        "index.Index(Path(sys.argv[1]))\n"
    )
    scripts = str(Path(index_module.__file__).parents[2])
    reading = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": scripts}, stdout=subprocess.PIPE
    )
    assert reading.stdout is not None
    workers = [int(reading.stdout.readline()) for _ in range(2)]
    assert len({reading.pid, *workers}) == 3
    reading.send_signal(number)
    assert reading.wait(10) == -number
    with (tmp_path / lock.FILE_NAME).open("ab") as file:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nor one that the processes it forked go on with
    assert reading.stdout.read() == b""  # its end: nobody else can write any more
    assert len(Index(tmp_path).runs()) == 120


def test_a_file_that_cannot_be_read_is_named_each_time(tmp_path: Path) -> None:
    put(tmp_path, record(0))
    dangling = tmp_path / "gone.json"
    dangling.symlink_to(tmp_path / "nowhere")
    for _ in range(3):
        index = Index(tmp_path)
        assert [error.file for error in index.damaged] == [str(dangling)] and len(index.runs()) == 1
        index.close()


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a device"])
def test_what_is_no_file_is_no_record_and_nobody_waits_for_it(tmp_path: Path, kind: str) -> None:
    put(tmp_path, record(0))
    other = tmp_path / file_name(record(1).run_id)
    if kind == "a pipe":
        os.mkfifo(other)
    elif kind == "a folder":
        other.mkdir()
    else:
        other.symlink_to("/dev/zero")
    for _ in range(2):
        index = Index(tmp_path)
        assert [str(error) for error in index.damaged] == [
            f"{other}: expected the record of a run, which is a file, found {kind}; move it out of the store"
        ]
        assert len(index.runs()) == 1
        index.close()


def refuse_writes(monkeypatch: pytest.MonkeyPatch, *refused: Path) -> None:
    """Root may write everywhere, so the system is made to say no."""
    real = os.access
    monkeypatch.setattr(
        index_module.os, "access", lambda path, mode: path not in refused and real(path, mode)
    )


@pytest.mark.parametrize("has_index", [False, True])
def test_a_store_that_may_not_be_written_can_be_looked_at(
    tmp_path: Path, has_index: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [record(day) for day in range(4)]
    put(tmp_path, *records[:3])
    if has_index:
        asked(tmp_path)
        (tmp_path / lock.FILE_NAME).unlink()
    put(tmp_path, records[3])
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    refuse_writes(monkeypatch, tmp_path)
    read: list[Path] = []
    real = parsed_files.read_record
    monkeypatch.setattr(parsed_files, "read_record", lambda path: (read.append(path), real(path))[1])
    index = Index(tmp_path)
    assert index.read_only and without_key(told(index)) == from_files(records)
    assert index.notices == [f"{tmp_path} may not be written: its index is made for this time only"]
    own = index._path
    assert len(read) == (1 if has_index else 4) and own.exists()
    index.rebuild()
    assert without_key(told(index)) == from_files(records)
    index.close()
    assert not own.parent.exists()
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_lock_that_may_not_be_opened_is_no_reason_not_to_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = make(tmp_path)
    refuse_writes(monkeypatch, tmp_path / lock.FILE_NAME)
    assert Index(tmp_path).read_only and asked(tmp_path) == said


def test_a_torn_copy_of_an_index_that_another_process_writes_is_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = make(tmp_path)
    path.write_bytes(path.read_bytes()[:9000])
    refuse_writes(monkeypatch, tmp_path)
    index = Index(tmp_path)
    assert told(index) == said and len(index.notices) == 1


@pytest.mark.parametrize("kind", ["folder", "pipe", "of somebody else"])
def test_where_the_index_cannot_be_there_is_one_for_this_time(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = make(tmp_path)
    if kind == "of somebody else":
        refuse_writes(monkeypatch, path)
    else:
        path.unlink()
        (path.mkdir if kind == "folder" else lambda: os.mkfifo(path))()
    index = Index(tmp_path)
    assert told(index) == said and not index.read_only
    assert len(index.notices) == 1 and f"{path} " in index.notices[0] and "for this time only" in index.notices[0]
    put(tmp_path, record(9))
    index.update()
    assert len(index.runs()) == 5
    index.close()


# ---- a bad index


def make(folder: Path) -> tuple[Path, Told]:
    put(folder, *(record(day) for day in range(4)))
    return folder / FILE_NAME, asked(folder)


def test_an_index_that_was_deleted_is_made_again_without_a_word(tmp_path: Path) -> None:
    path, said = make(tmp_path)
    path.unlink()
    index = Index(tmp_path)
    assert told(index) == said and not index.notices


@pytest.mark.parametrize("content", [b"", b"SQLite", b"x" * 9000, b"SQLite format 3\0" + b"\0" * 4080])
def test_what_is_no_index_is_made_again_with_a_line(tmp_path: Path, content: bytes) -> None:
    path, said = make(tmp_path)
    path.write_bytes(content)
    index = Index(tmp_path)
    assert told(index) == said
    assert len(index.notices) == 1 and f"{path} is" in index.notices[0] and "made again" in index.notices[0]


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA user_version = 0", "PRAGMA application_id = 7", "DELETE FROM seal", "UPDATE seal SET checksum = 'x'",
        "DELETE FROM run WHERE id = 2", "DELETE FROM points WHERE run = 2", "DROP TABLE points", "DROP TABLE seal",
        "UPDATE run SET started_utc = started_utc + 1 WHERE id = 1", "UPDATE conditions SET facts = '{}'",
        "UPDATE points SET figures = zeroblob(64) WHERE run = 1", "UPDATE name SET words = 'x' WHERE id = 1",
        "UPDATE points SET names = x'00' WHERE run = 1",
    ],
)  # fmt: skip
def test_an_index_that_was_not_finished_or_was_meddled_with_is_made_again(tmp_path: Path, statement: str) -> None:
    path, said = make(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()
    index = Index(tmp_path)
    assert told(index) == said and len(index.notices) == 1
    index.close()
    index = Index(tmp_path)
    assert told(index) == said and not index.notices


def test_without_the_checksums_a_damaged_index_would_tell_other_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, said = make(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE points SET figures = zeroblob(length(figures)) WHERE run = 1")
    database.close()
    monkeypatch.setattr(index_file, "_checksum_of", lambda names, figures: 0)
    with sqlite3.connect(path) as database:
        database.execute("UPDATE points SET checksum = 0")
    database.close()
    monkeypatch.setattr(IndexFile, "check", lambda self: None)
    assert asked(tmp_path) != said


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_an_index_with_damaged_bytes_tells_what_the_files_say(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("store")
    path, said = make(folder)
    raw = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        raw = raw[: data.draw(st.integers(0, len(raw)))]
    else:
        for _ in range(data.draw(st.integers(1, 5))):
            at = data.draw(st.integers(0, len(raw) - 1))
            length = data.draw(st.integers(1, 200))
            raw[at : at + length] = data.draw(st.binary(min_size=length, max_size=length))[: len(raw) - at]
    path.write_bytes(raw)
    assert asked(folder) == said


def test_a_journal_of_a_killed_writer_is_not_played_into_a_new_index(tmp_path: Path) -> None:
    path, said = make(tmp_path)
    journal = path.with_name(path.name + "-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 2000)
    path.write_bytes(b"x" * 8192)
    assert asked(tmp_path) == said
    assert not journal.exists() and not list(tmp_path.glob(".*tmp"))


def test_a_full_disk_leaves_no_half_of_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, record(0), record(1))

    def full(self: IndexFile) -> None:
        raise OSError(28, "database or disk is full", str(tmp_path / FILE_NAME))

    monkeypatch.setattr(IndexFile, "commit", full)
    with pytest.raises(OSError, match="full"):
        Index(tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".json", ".lock"]


def test_what_the_system_refuses_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, said = make(tmp_path)
    monkeypatch.setattr(index_file, "_WAIT_S", 0)
    before = path.read_bytes()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(OSError, match="locked"):
        Index(tmp_path)
    other.close()
    assert path.read_bytes() == before and asked(tmp_path) == said


def test_an_update_that_fails_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, said = make(tmp_path)
    paths = put(tmp_path, record(9))
    with monkeypatch.context() as broken:
        broken.setattr(IndexFile, "commit", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            Index(tmp_path)
    paths[0].unlink()
    index = Index(tmp_path)
    assert told(index) == said and not index.notices


def test_processes_that_use_one_index_at_once_do_not_harm_it(tmp_path: Path) -> None:
    records = [record(day) for day in range(30)]
    put(tmp_path, *records[:10])
    code = (
        "import sys; from pathlib import Path; from heaptoll.history.index import Index\n"
        "for turn in range(6):\n"
        "    index = Index(Path(sys.argv[1]))\n"
        "    if turn % 3 == int(sys.argv[2]): index.rebuild()\n"
        "    assert len(index.runs()) >= 10 and not index.notices, index.notices\n"
        "    index.close()\n"
    )
    scripts = str(Path(index_module.__file__).parents[2])
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)], env={**os.environ, "PYTHONPATH": scripts})
        for n in range(2)
    ]
    for each in records[10:]:
        path = tmp_path / file_name(each.run_id)
        unfinished = path.with_name(f".{path.name}")
        unfinished.write_bytes(as_bytes(each))
        unfinished.rename(path)
        time.sleep(0.01)
    assert [process.wait(30) for process in started] == [0, 0]
    assert without_key(asked(tmp_path)) == from_files(records)


def test_a_run_that_is_appended_twice_under_one_start_keeps_its_order(tmp_path: Path) -> None:
    first, second = record(0, run_id="b"), replace(record(0), run_id="a")
    put(tmp_path, first, second)
    assert [each[0] for each in next(iter(asked(tmp_path).values()))] == ["a", "b"]


@pytest.mark.parametrize("rebuilds", [False, True])
def test_a_process_that_is_killed_while_it_writes_leaves_nothing_behind(tmp_path: Path, rebuilds: bool) -> None:
    path, _ = make(tmp_path)
    if rebuilds:
        path.unlink()
    put(tmp_path, record(9))
    code = (
        "import os, sys; from pathlib import Path; from heaptoll.history import index, index_file\n"
        "real = index_file.IndexFile._checksum\n"
        "index_file.IndexFile._checksum = lambda self: os._exit(9) if self._database.in_transaction else real(self)\n"
        "index.Index(Path(sys.argv[1]))\n"
    )
    scripts = str(Path(index_module.__file__).parents[2])
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": scripts})
    assert killed.returncode == 9
    found = Index(tmp_path)
    assert without_key(told(found)) == from_files([*(record(day) for day in range(4)), record(9)])
    assert not found.notices and not list(tmp_path.glob(".*")) and not list(tmp_path.glob("*-journal"))
