"""The self-test's trials: their order, what they plant, the neighbour, what is saved; the gate is a made-up one."""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pandas as pd
import pytest

from heaptoll.bad_input import BadInput
from heaptoll.charts.theme import THEMES
from heaptoll.gate.selftest import chart, command, plan, plants
from heaptoll.gate.selftest.check_plants import check_ratio
from heaptoll.gate.selftest.conduct import MOST_FAILURES, Stage, conduct, run_trial
from heaptoll.gate.selftest.figures import Selftest
from heaptoll.gate.selftest.mann_whitney import GbenchPair
from heaptoll.gate.selftest.material import describe, material_of
from heaptoll.gate.selftest.neighbour import busy_neighbour, kept_on
from heaptoll.gate.selftest.plan import GbenchTrial, Material, Step
from heaptoll.gate.selftest.trial import NOTHING_PLANTED, Kind, Place, Request, Trial, TrialResult
from heaptoll.gate.selftest.workers import compiler_of, laid_out
from heaptoll.measurements import Run

CASES = tuple(f"scenario/sizes/{size}" for size in (8, 16, 32, 64, 128, 256, 512, 1024, 2048))
MATERIAL = Material({"glibc": CASES, "mine": CASES[1:]}, ("plant/one_block/64",), other_core=True)
EFFORT = plan.Effort(blocks=4, many=4, few=2, same=5, moved=3, gbench_pairs=2, suites=2, rare=4)


def gates(steps: list[Step]) -> list[Trial]:
    return [step for step in steps if isinstance(step, Trial)]


# ---- plan


def test_the_same_seed_gives_the_same_trials_and_another_gives_others() -> None:
    one, again, other = (list(plan.steps(EFFORT, MATERIAL, seed)) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_every_block_has_every_kind_so_that_stopping_early_leaves_none_out() -> None:
    steps = list(plan.steps(replace(EFFORT, blocks=1, suites=1, rare=1), MATERIAL, 1))
    assert {trial.kind for trial in gates(steps)} == set(Kind)
    for zone in plan.ZONES:
        tried = {t.planted_percent for t in gates(steps) if t.kind is Kind.SLOWER and t.dead_zone_percent == zone}
        assert tried == set(plan.PERCENTS)
    pairs = Counter(step.planted_percent for step in steps if isinstance(step, GbenchTrial))
    assert pairs == {percent: 2 for percent in (0.0, *plan.PERCENTS)}


def test_suites_are_spread_over_the_blocks_and_none_gets_lost() -> None:
    steps = list(plan.steps(EFFORT, MATERIAL, 1))
    assert sum(trial.kind is Kind.SUITE for trial in gates(steps)) == EFFORT.suites
    assert sum(trial.kind is Kind.MALLOC for trial in gates(steps)) == EFFORT.rare
    assert len(steps) == plan.count(EFFORT, MATERIAL, 1)


def test_kinds_are_mixed_and_not_tried_one_after_the_other() -> None:
    steps = list(plan.steps(EFFORT, MATERIAL, 1))
    kinds = [step.kind.value if isinstance(step, Trial) else "gbench" for step in steps]
    changes = sum(one != other for one, other in zip(kinds, kinds[1:]))
    assert changes > 2 * len(set(kinds)) * EFFORT.blocks / 2
    assert kinds[: len(kinds) // 4] != kinds[len(kinds) // 4 : 2 * (len(kinds) // 4)]


def test_a_trial_plants_only_in_cases_that_it_measures_and_not_in_all_of_them() -> None:
    for trial in gates(list(plan.steps(EFFORT, MATERIAL, 3))):
        assert set(trial.planted) <= set(trial.cases)
        assert (trial.planted == ()) == (trial.kind in NOTHING_PLANTED)
        if trial.kind is Kind.SLOWER:
            assert 0 < len(trial.planted) < len(trial.cases)
            assert all(case in MATERIAL.cases[trial.allocators[0]] for case in trial.cases)
        if trial.kind is Kind.ONE_SIZE:
            assert len(trial.planted) == 1 and len(trial.cases) >= plan.FEWEST_SIZES


def test_the_full_plan_tries_each_bound_as_often_as_it_wants() -> None:
    from heaptoll.gate.selftest.asked import ASKED
    from heaptoll.gate.selftest.trial import Done

    cases = tuple(f"scenario/sizes/{size}" for size in range(40))
    material = Material(dict.fromkeys(("glibc", "jemalloc", "mimalloc", "tcmalloc"), cases), ("plant/one_block/64",), True)
    done = []
    for trial in gates(list(plan.steps(plan.FULL, material, 1))):
        many = len(trial.cases) or 33
        pairs = many * len(trial.allocators)
        done.append(Done(trial, TrialResult(2 * pairs, pairs, (), (), False, 1.0, many, trial.allocators)))
    for asked in ASKED:
        assert asked.share(done).of >= asked.fewest, asked.what


def test_without_a_second_core_there_is_no_neighbour_on_one() -> None:
    steps = list(plan.steps(EFFORT, replace(MATERIAL, other_core=False), 1))
    assert Kind.BUSY_OTHER not in {trial.kind for trial in gates(steps)}
    assert Kind.BUSY_SAME in {trial.kind for trial in gates(steps)}


def test_a_variant_of_few_sizes_is_no_family() -> None:
    assert set(plan.families([*CASES, "scenario/other/8", "scenario/other/64"])) == {"scenario/sizes"}


# ---- what can be planted in


def material_from(rows: list[tuple[str, str, str, int, float]]) -> Material:
    class MadeUp:
        builds = ["gcc"]

        def __init__(self) -> None:
            self.rows = pd.DataFrame(rows, columns=["case", "arm", "status", "ops_per_slice", "ns_median"])
            self.rows["allocator"] = "glibc"

        def allocators(self, build: str) -> list[str]:
            return ["glibc"]

    return material_of(cast(Run, MadeUp()), other_core=True)


GOOD = [("b/c/8", "heap", "ok", 5000, 12.0), ("a/b/8", "heap", "contended", 5000, 12.0), ("plant/x/8", "heap", "ok", 5000, 9.0)]


def test_cases_with_few_operations_in_a_slice_or_next_to_no_time_are_not_planted_in() -> None:
    poor = [
        ("few/x/8", "heap", "ok", 900, 80.0), ("fast/x/8", "heap", "ok", 30000, 2.0),
        ("skipped/x/8", "heap", "skipped", 5000, 12.0), ("none/x/8", "stack", "ok", 5000, 12.0),
    ]  # fmt: skip
    assert material_from([*poor, *GOOD]).cases == {"glibc": ("a/b/8", "b/c/8")}


def test_the_order_of_a_runs_rows_does_not_change_the_plan() -> None:
    rows = list(GOOD)
    random.Random(1).shuffle(rows)
    assert material_from(rows) == material_from(GOOD)


def test_a_worker_without_the_planted_scenario_is_refused() -> None:
    with pytest.raises(BadInput, match="target plants"):
        material_from(GOOD[:2])


# ---- plants


def test_a_plant_names_program_case_arm_and_per_mille() -> None:
    assert plants.text_of(["a/b/8"], 0.5, "/x/head/*") == "/x/head/*\ta/b/8\theap\t5\n"
    assert plants.text_of([], 0.5, "*") == ""


def test_a_name_with_the_signs_of_a_pattern_stands_for_itself() -> None:
    assert plants.literal("a*[b]?\\") == "a\\*\\[b]\\?\\\\"


@pytest.mark.parametrize("percent", [0.25, -1.0])
def test_what_the_workers_cannot_plant_is_refused(percent: float) -> None:
    with pytest.raises(ValueError, match="per mille"):
        plants.per_mille(percent)


def test_a_plant_is_gone_after_its_trial_and_the_users_own_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(plants.VARIABLE, "the user's")
    with pytest.raises(RuntimeError), plants.planted("ours"):
        assert os.environ[plants.VARIABLE] == "ours"
        raise RuntimeError
    with plants.planted(""):
        assert plants.VARIABLE not in os.environ
    assert os.environ[plants.VARIABLE] == "the user's"


# ---- the neighbour


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_a_neighbour_spins_where_it_was_put_and_is_gone_after() -> None:
    core = min(os.sched_getaffinity(0))
    with busy_neighbour(core) as pid:
        assert alive(pid)
        assert os.sched_getaffinity(pid) == {core}
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0)
    assert not alive(pid)


def test_a_neighbour_is_ended_when_the_trial_fails() -> None:
    with pytest.raises(KeyboardInterrupt), busy_neighbour(min(os.sched_getaffinity(0))) as pid:
        raise KeyboardInterrupt
    assert not alive(pid)


def test_a_neighbour_does_not_outlive_a_self_test_that_is_killed() -> None:
    code = (
        "import time\nfrom heaptoll.gate.selftest.neighbour import busy_neighbour\n"
        f"with busy_neighbour({min(os.sched_getaffinity(0))}) as pid:\n    print(pid, flush=True)\n    time.sleep(60)\n"
    )
    path = os.pathsep.join([str(Path(plan.__file__).parents[3]), os.environ.get("PYTHONPATH", "")])
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid)


def test_a_neighbour_that_cannot_be_put_there_is_an_error() -> None:
    with pytest.raises(OSError, match="core 4000"), busy_neighbour(4000):
        pass


def test_what_was_kept_on_one_core_may_use_all_again() -> None:
    before = os.sched_getaffinity(0)
    with pytest.raises(RuntimeError), kept_on(min(before)):
        assert os.sched_getaffinity(0) == {min(before)}
        raise RuntimeError
    assert os.sched_getaffinity(0) == before


def measured(base: float, head: float) -> Run:
    class MadeUp:
        rows = pd.DataFrame(
            [("c", arm, build, ns) for arm in ("heap", "stack") for build, ns in (("base", base), ("head", head))],
            columns=["case", "arm", "build", "ns_median"],
        )

    return cast(Run, MadeUp())


def test_plants_that_arrive_are_good_and_plants_that_do_not_are_told_before_any_trial() -> None:
    check_ratio(measured(10.0, 20.1), "c")
    for base, head in ((10.0, 10.0), (20.0, 20.0), (20.0, 10.0), (10.0, 40.0), (math.nan, 20.0)):
        with pytest.raises(BadInput, match="plants"):
            check_ratio(measured(base, head), "c")


# ---- trials


def result() -> TrialResult:
    return TrialResult(4, 2, (), (), False, 3.0, 2, ("glibc",))


def stage(gate: Callable[[Request], TrialResult]) -> Stage:
    return Stage(
        gate, lambda trial: GbenchPair(trial.case, trial.planted_percent, 0.5, 10, 10, 2),
        laid_out(Path("/made/up"), 2), "smoke", tuple(sorted(os.sched_getaffinity(0)))[:1] * 2,
    )  # fmt: skip


def test_a_trial_plants_in_the_heads_programs_only_and_takes_the_plant_away() -> None:
    seen = []

    def gate(request: Request) -> TrialResult:
        seen.append((request, os.environ.get(plants.VARIABLE)))
        return result()

    trial = Trial(Kind.SLOWER, 2.0, 0.2, CASES, CASES[:1])
    assert run_trial(stage(gate), trial) == result()
    [(request, text)] = seen
    assert text == f"/made/up/head/*\t{CASES[0]}\theap\t20\n"
    assert plants.VARIABLE not in os.environ
    assert request.base_workers[1] == Path("/made/up/base/layout-1/heaptoll-plant-worker")
    assert request.head_workers[1] == Path("/made/up/head/layout-1/heaptoll-plant-worker")
    assert (request.dead_zone_percent, request.cases, request.counts) == (0.2, CASES, False)


@pytest.mark.parametrize(("kind", "name"), [(Kind.MALLOC, "malloc"), (Kind.INSTRUCTION, "instruction")])
def test_what_is_planted_in_the_code_is_another_worker_and_is_counted(kind: Kind, name: str) -> None:
    seen = []

    def gate(request: Request) -> TrialResult:
        seen.append((request, os.environ.get(plants.VARIABLE)))
        return result()

    run_trial(stage(gate), Trial(kind, 0, 1.0, CASES[:1], CASES[:1]))
    [(request, text)] = seen
    assert text is None
    assert request.counts
    assert {path.name for path in request.head_workers} == {f"heaptoll-plant-{name}-worker"}
    assert {path.name for path in request.base_workers} == {"heaptoll-plant-worker"}


@pytest.mark.parametrize("kind", [Kind.BUSY_SAME, Kind.BUSY_OTHER])
def test_the_gate_looks_while_the_neighbour_spins_and_measures_on_one_core(kind: Kind) -> None:
    def spinning() -> list[Path]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        return [Path(f"/proc/{pid}") for pid in children]

    def gate(_: Request) -> TrialResult:
        assert len(spinning()) == 1
        assert len(os.sched_getaffinity(0)) == 1
        return result()

    assert run_trial(stage(gate), Trial(kind, 0, 1.0, CASES)) == result()
    assert spinning() == []


def collect(gate: Callable[[Request], TrialResult], steps: list[Step], seconds: float = 1e9) -> tuple[Selftest, list[int]]:
    found, saved = Selftest(1, "smoke", len(steps)), []
    try:
        conduct(found, steps, stage(gate), lambda f: saved.append(f.steps_done), lambda line: None, seconds)
    except KeyboardInterrupt:
        pass
    return found, saved


SAME = Trial(Kind.SAME, 0, 1.0, CASES)


def test_every_step_is_saved_before_the_next_begins() -> None:
    found, saved = collect(lambda request: result(), [SAME, GbenchTrial(CASES[0], 2.0), SAME])
    assert saved == [1, 2, 3]
    assert (len(found.trials), len(found.gbench)) == (2, 1)
    assert found.is_complete


def test_what_was_measured_before_an_interruption_is_kept() -> None:
    answers = iter([result()])

    def gate(_: Request) -> TrialResult:
        try:
            return next(answers)
        except StopIteration:
            raise KeyboardInterrupt from None

    found, saved = collect(gate, [SAME] * 3)
    assert len(found.trials) == 1
    assert saved == [1]
    assert not found.is_complete


def test_no_step_begins_after_the_time_is_over() -> None:
    found, _ = collect(lambda request: result(), [SAME] * 3, seconds=-1.0)
    assert found.steps_done == 0


def test_a_trial_that_fails_is_told_and_the_others_go_on() -> None:
    answers = iter([False, True, True])

    def gate(_: Request) -> TrialResult:
        if next(answers):
            return result()
        raise BadInput("heaptoll", "a run", "see there", found="exit status 2")

    found, _ = collect(gate, [SAME] * 3)
    assert len(found.trials) == 2
    assert "exit status 2" in found.failures[0]


def test_failures_without_end_end_the_self_test() -> None:
    def gate(_: Request) -> TrialResult:
        raise BadInput("heaptoll", "a run", "see there")

    found = Selftest(1, "smoke", 99)
    with pytest.raises(BadInput, match="in a row"):
        conduct(found, [SAME] * 99, stage(gate), lambda f: None, lambda line: None, 1e9)
    assert len(found.failures) == MOST_FAILURES


# ---- build folders


def test_the_workers_are_built_by_the_compiler_of_the_build_folder(tmp_path: Path) -> None:
    (tmp_path / "CMakeCache.txt").write_text("CMAKE_C_COMPILER_AR:FILEPATH=/no\nCMAKE_C_COMPILER:FILEPATH=/usr/bin/clang\n")
    assert compiler_of(tmp_path) == "/usr/bin/clang"


@pytest.mark.parametrize("content", [None, "", "CMAKE_CXX_COMPILER:FILEPATH=/x\n"])
def test_a_folder_that_is_no_build_folder_is_refused_with_what_makes_one(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "CMakeCache.txt").write_text(content)
    with pytest.raises(BadInput, match="make build"):
        compiler_of(tmp_path)


# ---- chart


def found() -> Selftest:
    """A self-test with a few trials of every kind."""
    chance, made = random.Random(1), Selftest(1, "smoke", 0, machine="a machine", date="2026-01-31", revision="0123456789abcdef")
    steps = list(plan.steps(EFFORT, MATERIAL, 1))

    def gate(request: Request) -> TrialResult:
        planted = request.cases if plants.VARIABLE in os.environ else ()
        red = tuple(Place(case, "glibc", "heap") for case in planted if chance.random() < 0.5)
        return TrialResult(16, 8, red, (), False, 10.0, 8, ("glibc",))

    without = [step for step in steps if not isinstance(step, Trial) or step.kind not in (Kind.BUSY_SAME, Kind.BUSY_OTHER)]
    made.planned = len(without)
    conduct(made, without, stage(gate), lambda f: None, lambda line: None, 1e9)
    return made


@pytest.mark.parametrize("theme", THEMES)
def test_every_plant_has_a_mark_of_each_curve(theme: str) -> None:
    with THEMES[theme].applied():
        figure = chart.compose(found(), THEMES[theme])
    bars = [container for axes in figure.axes for container in axes.containers]
    assert [len(container.lines[0].get_xdata()) for container in bars] == [5, 5, 5]
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    for words in ("gate, dead zone 1 %", "gate, dead zone 0.2 %", "Google Benchmark", chart.QUESTION):
        assert words in texts


def test_false_alarms_are_not_joined_to_what_was_found() -> None:
    with THEMES["light"].applied():
        figure = chart.compose(found(), THEMES["light"])
    joined = [line.get_xdata() for axes in figure.axes for line in axes.get_lines() if len(line.get_xdata()) == 4]
    assert len(joined) == 3
    assert all(min(xs) > 0.5 for xs in joined)


def test_what_was_not_tried_is_named_and_not_drawn() -> None:
    without = found()
    without.gbench = []
    with THEMES["light"].applied():
        figure = chart.compose(without, THEMES["light"])
    assert "not tried" in [text.get_text() for axes in figure.axes for text in axes.texts]
    assert sum(len(axes.containers) for axes in figure.axes) == 2


def test_a_self_test_stopped_before_its_first_trial_can_be_drawn(tmp_path: Path) -> None:
    names = sorted(path.name for path in chart.draw(Selftest(1, "smoke", 9), tmp_path))
    assert names == [f"gate-selftest-{theme}.{format}" for theme in ("dark", "light") for format in ("png", "svg")]


# ---- command line


def arguments(folder: Path, *words: str) -> list[str]:
    return [*words, "--out", str(folder / "out"), "--plots", str(folder / "plots")]


def test_a_measured_file_is_told_again_without_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in.json").write_text(json.dumps(found().as_json()), encoding="utf-8")
    assert command.main(arguments(tmp_path, "--from", str(tmp_path / "in.json"))) == 1  # half of 5 % found is a no
    assert "| 5 % found |" in capsys.readouterr().out
    assert (tmp_path / "out" / "selftest.md").exists()
    assert (tmp_path / "plots" / "gate-selftest-light.svg").exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"trials": 1, "gbench": []}', '{"trials": [{}], "gbench": []}', "no json"])
def test_a_file_that_is_none_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    (tmp_path / "in.json").write_text(content, encoding="utf-8")
    assert command.main(arguments(tmp_path, "--from", str(tmp_path / "in.json"))) == 2
    assert "in.json" in capsys.readouterr().err


def test_a_self_test_that_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "out" / "selftest.json"
    there.parent.mkdir()
    there.write_text("what took three hours")
    assert command.main(arguments(tmp_path)) == 2
    assert "--more" in capsys.readouterr().err
    assert there.read_text() == "what took three hours"


def test_a_stopped_self_test_tells_and_keeps_what_there_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(made: Selftest, *_: object) -> None:
        made.trials, made.planned = found().trials[:5], 40
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_run", run)
    assert command.main(arguments(tmp_path)) == 130
    said = capsys.readouterr()
    assert "5 gates" in said.out and "of 40 planned" in said.out
    assert "stopped; 5 trials are kept" in said.err
    kept = Selftest.from_json(json.loads((tmp_path / "out" / "selftest.json").read_text()))
    assert len(kept.trials) == 5


def test_stopped_before_the_first_trial_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "_run", run)
    assert command.main(arguments(tmp_path)) == 130
    assert "nothing was written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_more_is_added_to_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(made: Selftest, *_: object) -> None:
        made.trials.append(found().trials[0])

    monkeypatch.setattr(command, "_run", run)
    command.main(arguments(tmp_path))
    command.main(arguments(tmp_path, "--more"))
    assert len(json.loads((tmp_path / "out" / "selftest.json").read_text())["trials"]) == 2


def test_trials_of_another_machine_are_not_added(run_with: Callable[[int], Run]) -> None:
    run = run_with(1)
    here = Selftest(1, "smoke", 0)
    describe(here, run)
    describe(here, run)
    with pytest.raises(BadInput, match="machine"):
        describe(replace(here, machine="another, 2 cores"), run)
    with pytest.raises(BadInput, match="revision"):
        describe(replace(here, revision="fedcba"), run)


@pytest.mark.parametrize("wrong", [["--seconds", "0"], ["--seconds", "nan"], ["--seed", "-1"], ["--quick", "--full"]])
def test_wrong_options_are_status_2(tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(arguments(tmp_path, *wrong))
    assert ended.value.code == 2
