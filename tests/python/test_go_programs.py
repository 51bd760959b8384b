"""The lane Go with Go: its own tests, and a small measurement. Skipped where go is not installed."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import synthetic

from heaptoll.go_lane import origin, toolchain
from heaptoll.go_lane.files import FACTS
from heaptoll.go_lane.read import read_go

ROOT = Path(__file__).parents[2]
MODULES = ("pairs", "runner")
SCRIPT = ROOT / "scripts" / "go_bench.py"

pytestmark = pytest.mark.skipif(shutil.which("go") is None, reason="no go on PATH: apt-get install golang-go")


def go(module: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["go", *words], cwd=ROOT / "benches" / "go" / module, env=toolchain.environment(), capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def build_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("build")


@pytest.fixture(scope="module")
def runner(build_dir: Path) -> Path:
    found = toolchain.find_go()
    assert found is not None
    return toolchain.build_runner(found, build_dir)


@pytest.mark.parametrize("module", MODULES)
def test_the_modules_are_laid_out_as_gofmt_does_and_pass_their_own_tests(module: str) -> None:
    laid_out = subprocess.run(
        ["gofmt", "-l", "."], cwd=ROOT / "benches" / "go" / module, capture_output=True, text=True
    )
    assert (laid_out.returncode, laid_out.stdout) == (0, "")
    for words in (("vet", "."), ("test", ".")):
        done = go(module, *words)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES)
def test_they_compile_where_the_probe_is_not_in_assembly(module: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["go", "vet", "."], cwd=ROOT / "benches" / "go" / module, env={**toolchain.environment(), "GOARCH": "arm64"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_names_and_parameters_are_those_of_c(runner: Path) -> None:
    published = ROOT / "results" / "published" / "epyc-zen4-2vcpu" / "run.json"
    of_c = {case["name"]: case for case in json.loads(published.read_text())["cases"]}
    for pair in toolchain.list_pairs(runner):
        assert pair.name in of_c, "a pair that C does not have has nothing beside it"
        assert of_c[pair.name]["params"] == pair.params
        assert of_c[pair.name]["size_bytes"] == pair.size_bytes


def test_the_runner_is_built_where_git_refuses_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")  # as in a container whose user is another
    found = toolchain.find_go()
    assert found is not None and toolchain.build_runner(found, tmp_path).exists()


def test_the_runner_refuses_names_it_does_not_have(runner: Path) -> None:
    done = subprocess.run([runner, "-cases", "a/b/c"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and '"a/b/c"' in done.stderr


def run_of_here(tmp_path: Path, **machine: str) -> Path:
    """A made-up run, as if by this code on this machine; `machine`: what is otherwise there."""
    folder = synthetic.write_run(tmp_path / "run", ["glibc"])
    facts = json.loads((folder / "run.json").read_text())
    here = origin.here().as_json()
    facts |= {"git": here["git"], "machine": {**facts["machine"], **here["machine"], **machine}}
    (folder / "run.json").write_text(json.dumps(facts))
    return folder


def bench(folder: Path, build_dir: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, SCRIPT, folder, "--profile=smoke", f"--build-dir={build_dir}", *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a background job ignores it
    )  # fmt: skip


def test_a_small_measurement_is_whole_and_has_its_collections(tmp_path: Path, build_dir: Path) -> None:
    folder = run_of_here(tmp_path)
    measuring = bench(folder, build_dir, "--filter=by_value/64$|small_int|counter", "--seed=1")
    _, said = measuring.communicate(timeout=120)
    assert measuring.returncode == 0, said
    assert re.match(r"go_bench.py: measuring go\S+ in \d+ processes, one after the other\n", said), "who waits is told"
    lane = read_go(folder, synthetic.RUN_ID)
    assert lane is not None and lane.warnings == () and lane.facts.gomaxprocs == 1
    assert lane.facts.origin.cpu_model == origin.here().cpu_model
    assert lane.facts.origin.revision == origin.here().revision
    assert {case.facts.name for case in lane.facts.cases} == {
        "returned_pointer/by_value/64", "captured_closure/counter/32"
    }  # fmt: skip
    assert set(lane.rows["status"]) <= {"ok", "contended"}
    for case in lane.facts.cases:
        counts = lane.collections(case.facts.name)
        assert len(counts) == 2 and min(counts.values()) > 0
    heap = lane.rows[lane.rows["arm"] == "heap"].groupby("case", observed=True)["allocs_per_op"].first()
    assert heap.to_dict() == {"returned_pointer/by_value/64": 1.0, "captured_closure/counter/32": 2.0}
    assert set(lane.rows[lane.rows["arm"] == "stack"]["allocs_per_op"]) == {0.0}
    # A slice ends when its collection does: as many as there are slices, at least.
    assert all((lane.rows["slices"] >= 2).tolist())


def test_a_run_of_another_machine_is_refused_and_stays_as_it_is(tmp_path: Path, build_dir: Path) -> None:
    if origin.here().cpu_model is None:
        pytest.skip("this machine does not tell what CPU it has")
    folder = run_of_here(tmp_path, cpu_model="Another CPU")
    measuring = bench(folder, build_dir)
    _, said = measuring.communicate(timeout=60)
    assert measuring.returncode == 2 and "found Another CPU; measure C here too" in said
    assert not (folder / FACTS).exists()


def test_a_run_that_somebody_measures_is_left_alone(tmp_path: Path, build_dir: Path) -> None:
    folder = run_of_here(tmp_path)
    with (folder / "measurements.csv").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # as heaptoll does
        measuring = bench(folder, build_dir)
        _, said = measuring.communicate(timeout=60)
    assert measuring.returncode == 2 and "another process that does" in said
    assert not (folder / FACTS).exists()


def alive(group: int) -> list[int]:
    """The processes of the group that are more than a dead one's entry in the table."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = entry.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(int(entry.parent.name))
    return found


@pytest.mark.parametrize("whom", ["group", "script"])
def test_what_is_stopped_says_so_and_leaves_no_process(tmp_path: Path, build_dir: Path, whom: str) -> None:
    folder = run_of_here(tmp_path)
    measuring = bench(folder, build_dir, "--profile=full", "--filter=live512")
    deadline = time.monotonic() + 60
    while not (folder / FACTS).exists():
        assert time.monotonic() < deadline and measuring.poll() is None
        time.sleep(0.02)
    if whom == "group":
        os.killpg(measuring.pid, signal.SIGINT)
    else:
        measuring.terminate()
    _, said = measuring.communicate(timeout=60)
    assert measuring.returncode == (130 if whom == "group" else 143), said
    assert json.loads((folder / FACTS).read_text())["status"] == "interrupted"
    # Whoever inherits its dead process may take a moment to bury it.
    while alive(measuring.pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)
