"""The lane Go without Go: what is planned, what a launch makes of a process, what is written and read again."""

from __future__ import annotations

import json
import lzma
import os
import signal
import stat
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import go_runs
import pytest
import synthetic

from heaptoll import columns
from heaptoll.bad_input import BadInput
from heaptoll.go_lane import command, launch, read, toolchain
from heaptoll.go_lane.beside import with_go
from heaptoll.go_lane.files import COLLECTIONS, FACTS, MEASUREMENTS
from heaptoll.go_lane.plan import GOGC, LIVE_MB, Setting, settings
from heaptoll.measurements import read_run

RUN_ID = synthetic.RUN_ID


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return synthetic.write_run(tmp_path / "run", ["glibc"])


# ---- what is planned


def test_a_larger_profile_has_all_of_a_smaller_one_and_more_launches() -> None:
    plans = [settings(go_runs.PAIRS, profile, None) for profile in ("smoke", "quick", "full")]
    for less, more in zip(plans, plans[1:]):
        assert {s.case(p) for s in less for p in s.pairs} <= {s.case(p) for s in more for p in s.pairs}
        assert less[0].launches < more[0].launches
    assert {(s.live_mb, s.gogc) for s in plans[1]} == {(live, gogc) for live in LIVE_MB for gogc in GOGC}


def test_names_say_what_lives_beside_only_where_something_does() -> None:
    usual, *others = settings(go_runs.PAIRS, "quick", "returned_pointer")
    pair = usual.pairs[0]
    assert usual.case(pair) == pair.name and usual.params(pair) == ""
    assert {s.case(pair) for s in others} >= {f"{pair.name}/live512/gogc100", f"{pair.name}/live0/gogc400"}
    assert columns.parse_params(others[0].params(pair)) == {"live_mb": "0", "gogc": "400"}


def test_a_filter_chooses_cases_by_their_whole_names() -> None:
    assert [s.gogc for s in settings(go_runs.PAIRS, "quick", "live512/gogc400$")] == [400]
    assert settings(go_runs.PAIRS, "quick", "no such case") == []
    with pytest.raises(BadInput, match="a regular expression"):
        settings(go_runs.PAIRS, "quick", "(")


def chosen(pattern: str | None, profile: str = "smoke") -> set[str]:
    return {setting.case(pair) for setting in settings(go_runs.PAIRS, profile, pattern) for pair in setting.pairs}


def test_a_filter_means_what_it_means_to_heaptoll() -> None:
    every = chosen(None)
    assert chosen("all") == chosen("") == every and chosen("-all") == set()
    assert chosen("-boxed|live") == {name for name in every if "boxed" not in name and "live" not in name} < every
    assert chosen("gogc[[:digit:]]+$") == {name for name in every if "gogc" in name} != set()
    hit100 = "boxed_value/small_int/hit100"
    assert chosen("hit100") == set() and chosen(hit100) == {hit100}, "a whole name does not need its profile"


# ---- a launch


def program(folder: Path, text: str) -> Path:
    path = folder / "runner"
    path.write_text(f"#!{sys.executable}\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def one_pair() -> Setting:
    usual = settings(go_runs.PAIRS, "smoke", None)[0]
    return replace(usual, pairs=usual.pairs[:1], seconds=0.1)


def launched(folder: Path, text: str) -> launch.Launch:
    return launch.launch(program(folder, text), one_pair(), 3, max(os.sched_getaffinity(0)), Random(1))


def test_a_launch_is_pinned_and_has_another_environment_each_time(tmp_path: Path) -> None:
    tells = (
        "import os, sys; of = os.environ\n"
        "sys.exit(f'{os.sched_getaffinity(0)} {of[\"GOMAXPROCS\"]} {len(of[\"HEAPTOLL_PADDING\"])}')"
    )
    random = Random(1)
    cpu = max(os.sched_getaffinity(0))
    found = [launch.launch(program(tmp_path, tells), one_pair(), n, cpu, random) for n in range(2)]
    for each in found:
        assert f"{{{cpu}}} 1 {each.padding_bytes}" in each.problem
    assert found[0].padding_bytes != found[1].padding_bytes and found[0].seed != found[1].seed


@pytest.mark.parametrize("text, reason", [
    ("import sys; sys.exit('fatal error: out of memory')", "exit status 1: fatal error: out of memory"),
    ("import os; os.kill(os.getpid(), 9)", "SIGKILL"),
    ("print('no JSON')", "it did not answer for every arm"),
    ("print('[1]')", "it did not answer for every arm"),
])  # fmt: skip
def test_a_process_that_fails_leaves_the_reason_with_each_arm(tmp_path: Path, text: str, reason: str) -> None:
    found = launched(tmp_path, text)
    assert [(arm.arm, arm.said["status"]) for arm in found.arms] == [("stack", "crashed"), ("heap", "crashed")]
    assert reason in found.arms[0].said["reason"] and found.problem


def test_a_process_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "_SECONDS_TO_START", -1.5)
    found = launched(tmp_path, "import time; time.sleep(60)")
    assert {arm.said["status"] for arm in found.arms} == {"timeout"}


def test_what_a_process_said_before_it_crashed_is_kept(tmp_path: Path) -> None:
    pair = one_pair().pairs[0]
    said = go_runs.arm_said(one_pair(), pair, "stack", 0)
    found = launched(tmp_path, f"import json, sys; print(json.dumps({said!r})); sys.exit(2)")
    assert [arm.said["status"] for arm in found.arms] == ["ok", "crashed"]


# ---- Go as it is found


def fake_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    program(tmp_path, text).rename(tmp_path / "go")
    monkeypatch.setenv("PATH", str(tmp_path))


def test_without_go_there_is_none_and_an_old_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert toolchain.find_go() is None
    fake_go(tmp_path, monkeypatch, """print('{"GOVERSION": "go1.15.9"}')""")
    with pytest.raises(BadInput, match="Go 1.19 or newer.*go1.15.9"):
        toolchain.find_go()
    fake_go(tmp_path, monkeypatch, "import sys; sys.exit('go: broken')")
    with pytest.raises(BadInput, match="go: broken"):
        toolchain.find_go()
    fake_go(tmp_path, monkeypatch, """print('{"GOVERSION": ""}')""")
    with pytest.raises(BadInput, match="Go 1.19 or newer.*does not tell"):
        toolchain.find_go()
    for nonsense in ("", "go?", "[]", "{}"):
        fake_go(tmp_path, monkeypatch, f"print({nonsense!r})")
        with pytest.raises(BadInput, match="an answer of `go env"):
            toolchain.find_go()


VERSIONS = ["go1.25.1", "go1.28rc1", "go1.19", "go1.26.2-X:nodwarf5", "devel go1.29-3ff5 linux"]


@pytest.mark.parametrize("version", VERSIONS)
def test_versions_of_all_kinds_are_known_by_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    said = f'{{"GOVERSION": "{version}", "GOAMD64": "v3", "GOFLAGS": ""}}'
    fake_go(tmp_path, monkeypatch, f"print({said!r})")
    monkeypatch.setenv("GODEBUG", "gcstoptheworld=1")
    found = toolchain.find_go()
    assert found and found.version == version
    assert found.settings == {"GOAMD64": "v3", "GODEBUG": "gcstoptheworld=1"}


def test_what_would_change_the_collector_does_not_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOGC", "off")
    monkeypatch.setenv("GOMAXPROCS", "8")
    assert not {"GOGC", "GOMAXPROCS"} & toolchain.environment().keys()


def test_without_go_the_command_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert command.main([str(folder)]) == 2
    assert "apt-get install golang-go" in capsys.readouterr().err


def test_a_run_that_has_go_keeps_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    go_runs.write_go(folder)
    before = (folder / FACTS).read_bytes()
    assert command.main([str(folder)]) == 0
    assert "--again" in capsys.readouterr().err and (folder / FACTS).read_bytes() == before


@pytest.mark.parametrize("error, status", [(KeyboardInterrupt(), "interrupted"), (OSError(28, "full"), "failed")])
def test_however_it_ends_the_status_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: str
) -> None:
    def stopped(*_: object) -> None:
        raise error

    monkeypatch.setattr(command, "launch", stopped)
    record = command.Record(folder, RUN_ID, "smoke", go_runs.GO, settings(go_runs.PAIRS, "smoke", None))
    with pytest.raises(type(error)):
        command._record(record, folder / "runner", Random(1))
    assert json.loads((folder / FACTS).read_text())["status"] == status


def test_measuring_again_keeps_what_was_measured_however_often(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "launch", stopped)
    go_runs.write_go(folder)
    first = {name: (folder / name).read_bytes() for name in (MEASUREMENTS, FACTS)}
    for number in (1, 2):
        record = command.Record(folder, RUN_ID, "smoke", go_runs.GO, settings(go_runs.PAIRS, "smoke", None))
        with pytest.raises(KeyboardInterrupt):
            command._record(record, folder / "runner", Random(1))
        assert f"{FACTS}.before-{number}" in capsys.readouterr().err
    assert {name: (folder / f"{name}.before-1").read_bytes() for name in first} == first
    assert json.loads((folder / f"{FACTS}.before-2").read_text())["status"] == "interrupted"


def test_a_second_ctrl_c_does_not_keep_the_status_from_being_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Impatient(command.Record):
        def end(self, status: str) -> None:
            signal.raise_signal(signal.SIGINT)
            super().end(status)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "launch", stopped)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        record = Impatient(folder, RUN_ID, "smoke", go_runs.GO, settings(go_runs.PAIRS, "smoke", None))
        with pytest.raises(KeyboardInterrupt):
            command._record(record, folder / "runner", Random(1))
    finally:
        signal.signal(signal.SIGINT, before)
    assert json.loads((folder / FACTS).read_text())["status"] == "interrupted"


def test_a_published_run_is_not_measured_into(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "measurements.csv").rename(folder / "measurements.csv.xz")
    assert command.main([str(folder)]) == 2
    assert "not a published one" in capsys.readouterr().err and not (folder / MEASUREMENTS).exists()


# ---- written and read


@pytest.mark.parametrize("changes, said", [
    ({}, ""),
    ({"git": {"revision": "f" * 40, "dirty": False}}, "another commit than C: ffffffffff"),
    ({"git": {"revision": None, "dirty": True}}, "code with local changes"),
    ({"machine": {"cpu_model": "Another CPU"}}, "another machine than C: Another CPU, not Example CPU"),
    ({"machine": ..., "git": ...}, ""),
])  # fmt: skip
def test_a_lane_by_other_code_or_on_another_machine_says_so(
    folder: Path, changes: dict[str, object], said: str
) -> None:
    go_runs.edit_facts(go_runs.write_go(folder), **changes)
    run, lane = read_run(folder), read.read_go(folder, RUN_ID)
    assert lane is not None
    told = with_go(run, run.builds[0], lane).warnings
    assert len(told) == len(run.warnings) + bool(said) and (not said or said in told[-1])




def test_what_is_written_is_read_again(folder: Path) -> None:
    lane = read.read_go(go_runs.write_go(folder), RUN_ID)
    assert lane is not None and lane.warnings == ()
    assert lane.facts.version == "go1.19.8" and lane.facts.gomaxprocs == 1
    assert lane.collections("returned_pointer/by_value/64") == {n: 20 for n in range(8)}
    live = next(case for case in lane.facts.cases if (case.live_mb, case.gogc) == (512, 400))
    assert live.pair == "returned_pointer/by_value/64" and not live.usual
    assert list(lane.rows.columns) == [*columns.ORDER, COLLECTIONS]


def test_a_packed_file_is_read_too_and_both_are_refused(folder: Path) -> None:
    path = go_runs.write_go(folder) / MEASUREMENTS
    (folder / f"{MEASUREMENTS}.xz").write_bytes(lzma.compress(path.read_bytes()))
    with pytest.raises(BadInput, match="both"):
        read.read_go(folder, RUN_ID)
    path.unlink()
    assert read.read_go(folder, RUN_ID) is not None


def test_a_run_without_the_lane_has_none(folder: Path) -> None:
    assert read.read_go(folder, RUN_ID) is None


@pytest.mark.parametrize("file, there", [(MEASUREMENTS, FACTS), (FACTS, MEASUREMENTS)])
def test_one_file_without_the_other_is_refused(folder: Path, file: str, there: str) -> None:
    (go_runs.write_go(folder) / file).unlink()
    with pytest.raises(BadInput, match="no such file"):
        read.read_go(folder, RUN_ID)


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_lane_that_did_not_end_is_refused_and_one_that_was_stopped_is_warned_of(folder: Path, status: str) -> None:
    go_runs.write_go(folder, status=status)
    with pytest.raises(BadInput, match=f"one that is {status}"):
        read.read_go(folder, RUN_ID)
    lane = read.read_go(go_runs.write_go(folder, status="interrupted"), RUN_ID)
    assert lane and "stopped before" in lane.warnings[0]


@pytest.mark.parametrize("old, new, column", [
    (",go,go1.19.8,", ",glibc,go1.19.8,", "allocator"),
    (",go,go1.19.8,", ",go,go1.20,", "build"),
    ("stack,go", "null,go", "arm"),
    (RUN_ID, "another", "run_id"),
    ("returned_pointer/by_value/64,returned", "returned_pointer/by_value/65,returned", "case"),
    ("50000,12,10", "50000,12,13", "quiet_slices"),
    (",3.333333333e-05\n", ",\n", COLLECTIONS),
    (",3.333333333e-05\n", ",many\n", COLLECTIONS),
    (f",{COLLECTIONS}\n", ",counter_gc\n", "counter_gc"),
])  # fmt: skip
def test_a_row_that_cannot_be_is_refused_by_its_column(folder: Path, old: str, new: str, column: str) -> None:
    go_runs.edit_rows(go_runs.write_go(folder), old, new)
    with pytest.raises(BadInput) as refused:
        read.read_go(folder, RUN_ID)
    assert refused.value.column == column and "measure" in refused.value.advice


@pytest.mark.parametrize("changes, key", [
    ({"schema_version": 2}, "schema_version"),
    ({"run_id": "another"}, "run_id"),
    ({"status": "fine"}, "status"),
    ({"gomaxprocs": None}, "gomaxprocs"),
    ({"started_utc": "at noon"}, "started_utc"),
    ({"started_utc": ...}, "started_utc"),
    ({"cases": [{"name": "a/b/c"}]}, "cases[0].live_mb"),
    ({"launches": ...}, "launches"),
    ({"quiet_share": "much"}, "quiet_share"),
])  # fmt: skip
def test_facts_that_cannot_be_are_refused_by_their_key(folder: Path, changes: dict[str, object], key: str) -> None:
    go_runs.edit_facts(go_runs.write_go(folder), **changes)
    with pytest.raises(BadInput) as refused:
        read.read_go(folder, RUN_ID)
    assert refused.value.key == key


@pytest.mark.parametrize("part", [0.3, 0.9, 0.999])
@pytest.mark.parametrize("file", [MEASUREMENTS, FACTS])
def test_a_file_that_was_cut_off_is_refused(folder: Path, file: str, part: float) -> None:
    path = go_runs.write_go(folder) / file
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    with pytest.raises(BadInput):
        read.read_go(folder, RUN_ID)


def test_a_heap_that_was_never_collected_is_named(folder: Path) -> None:
    def never(setting: Setting, said: go_runs.Said) -> None:
        said["collections"] = 0

    lane = read.read_go(go_runs.write_go(folder, change=never, pattern="64$|hit100"), RUN_ID)
    assert lane and len(lane.warnings) == 1
    assert "returned_pointer/by_value/64" in lane.warnings[0] and "hit100" not in lane.warnings[0]


def test_the_memory_limit_is_named_where_it_was_near(folder: Path) -> None:
    lane = read.read_go(go_runs.write_go(folder, peak_bytes=2 << 30), RUN_ID)
    assert lane
    reasons = {(str(arm), str(reason)) for arm, reason in zip(lane.rows["arm"], lane.rows["reason"])}
    limited = "the memory limit of 2048 MB made the collector run more often than GOGC asks"
    assert reasons == {("stack", ""), ("heap", limited)}


def test_arms_without_a_time_end_in_2_and_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = settings(go_runs.PAIRS, "smoke", "counter")
    pair = asked[0].pairs[0]
    said = {"status": "crashed", "reason": "SIGSEGV\n"}
    arm = launch.ArmSaid(pair.name, "", "heap", 32, pair.scenario, pair.variant, said)
    record = command.Record(folder, RUN_ID, "smoke", go_runs.GO, asked)
    record.launches.append(launch.Launch(0, asked[0], 0, 1, 0, (arm,), {}, "SIGSEGV"))
    assert command._summary(record) == 2
    assert "1 of 1 results have no time (crashed: SIGSEGV\\n)" in capsys.readouterr().err
