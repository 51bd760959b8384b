"""heaptoll --doctor, and what an ordinary run says of the machine it ran on."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from running import ONE_CASE, TEST_WORKER, Finished, Heaptoll

MEASURED = ["quiet slices", "contended", "A/A spread", "clock drift"]
READ = [
    "load", "steal", "CPUs", "CPU quota", "memory", "virtual machine", "governor", "turbo", "SMT", "battery", "heat",
    "clock", "PMU", "huge pages", "ASLR", "stack limit",
]  # fmt: skip
VERDICTS = {"good", "fair", "poor", "unknown"}


class MadeUpMachine:
    """A /proc and a /sys of our own. As it comes, nothing is wrong with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.put("proc/loadavg", "0.10 0.10 0.10 1/100 1000\n")
        self.put("proc/self/status", "Cpus_allowed_list:\t0-3\n")
        self.put("proc/self/limits", "Max stack size            8388608              unlimited            bytes\n")
        self.put("proc/self/cgroup", "0::/\n")
        self.put("proc/meminfo", "MemAvailable:   12000000 kB\n")
        self.put("sys/devices/system/cpu/online", "0-3\n")
        self.govern("performance")

    def put(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def govern(self, governor: str) -> None:
        for cpu in range(4):
            self.put(f"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor", f"{governor}\n")
            self.put(f"sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_driver", "acpi-cpufreq\n")

    @property
    def variables(self) -> dict[str, str]:
        return {"HEAPTOLL_TEST_ROOT": str(self.folder)}


@pytest.fixture
def machine(tmp_path: Path) -> MadeUpMachine:
    return MadeUpMachine(tmp_path / "machine")


@pytest.fixture(scope="module")
def doctor(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One visit to the doctor, for several tests to look at. That it is planned for less than ten seconds is held
    by the unit tests; how fast this machine is today is no concern here."""
    return Heaptoll(tmp_path_factory.mktemp("doctor") / "results").run("--doctor")


# ---- heaptoll --doctor


def test_the_doctor_names_every_matter_with_a_verdict(doctor: Finished) -> None:
    lines = doctor.stdout.splitlines()
    for name in MEASURED + READ:
        assert any(line[2:10].strip() in VERDICTS and line[11:].startswith(name) for line in lines), name


def test_the_doctors_last_words_and_exit_code_agree(doctor: Finished) -> None:
    verdict = next(line for line in reversed(doctor.stdout.splitlines()) if line[:1].isupper() and ": this" in line)
    expected = {"GOOD": (0, "measures well"), "USABLE": (0, "is usable"), "POOR": (3, "measures poorly")}
    code, words = expected[verdict.partition(":")[0]]
    assert (doctor.code, words in verdict) == (code, True), verdict


def test_the_doctor_leaves_no_run_behind(doctor: Finished) -> None:
    assert sorted(file.name for file in doctor.results.iterdir()) == ["known-cores.tsv"]


def test_the_doctor_makes_no_folder_for_results(heaptoll: Heaptoll, tmp_path: Path) -> None:
    finished = heaptoll.run("--doctor=json", f"--results-dir={tmp_path / 'none'}")
    assert finished.code in (0, 3), finished.stderr
    assert not (tmp_path / "none").exists()
    told = json.loads(finished.stdout)
    assert [finding["name"] for finding in told["findings"]] == MEASURED + READ
    assert {finding["verdict"] for finding in told["findings"]} <= VERDICTS
    assert (told["verdict"] == "poor") == (finished.code == 3)


def test_the_doctor_says_what_would_help_a_poor_machine(heaptoll: Heaptoll, machine: MadeUpMachine) -> None:
    machine.govern("powersave")
    said = heaptoll.run("--doctor", variables=machine.variables).stdout
    assert "poor     governor        powersave (acpi-cpufreq)\n" in said
    assert "do:   sudo cpupower frequency-set -g performance " in said
    assert "undo: sudo cpupower frequency-set -g powersave\n" in said
    assert "GOOD:" not in said


def test_the_doctor_can_be_interrupted(heaptoll: Heaptoll) -> None:
    running = heaptoll.start("--doctor")
    running.wait_for_worker()
    running.send(signal.SIGINT)
    finished = running.finish()
    assert (finished.code, finished.stdout) == (130, "")


def test_another_format_is_refused_with_the_one_there_is(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--doctor=yaml")
    assert finished.code == 2
    assert "'yaml'" in finished.stderr and "valid: json" in finished.stderr


def test_a_worker_without_the_doctors_case_is_named(heaptoll: Heaptoll) -> None:
    finished = heaptoll.run("--doctor", f"--worker={TEST_WORKER}")
    assert (finished.code, finished.stdout) == (2, "")
    assert str(TEST_WORKER) in finished.stderr and "returned_pointer/by_value/64" in finished.stderr


def without_quiet_slices(heaptoll: Heaptoll) -> None:
    """A core that is remembered as better than any core is: no slice can be as quiet as that."""
    known = heaptoll.results / "known-cores.tsv"
    known.write_text(known.read_text().replace("0.25", "0.051"))


def test_a_machine_without_quiet_slices_is_inconclusive(heaptoll: Heaptoll) -> None:
    without_quiet_slices(heaptoll)
    finished = heaptoll.run("--doctor")
    assert finished.code == 3, finished.stderr
    assert "poor     quiet slices    0 % of " in finished.stdout
    assert "poor     contended       20 of 20 launches" in finished.stdout
    assert "\nPOOR: " in finished.stdout and "Look at what is poor: quiet slices, contended" in finished.stdout


# ---- an ordinary run


def test_a_run_without_quiet_slices_says_so(heaptoll: Heaptoll) -> None:
    without_quiet_slices(heaptoll)
    facts = heaptoll.run(ONE_CASE, "--launches=10", "--max-seconds-per-case=2").folder.facts
    assert any(warning.startswith("quiet slices 0 % of ") for warning in facts["warnings"])
    assert facts["health"][-1]["verdict"] == "poor"


def test_a_run_has_every_finding_in_its_run_json(heaptoll: Heaptoll) -> None:
    health = heaptoll.run(ONE_CASE).folder.facts["health"]
    assert [finding["name"] for finding in health] == [*READ, "quiet slices"]
    for finding in health:
        assert set(finding) == {"name", "value", "verdict"}
        assert finding["verdict"] in VERDICTS
        assert finding["value"] is None or finding["value"]


def test_a_run_on_a_poor_machine_says_so(heaptoll: Heaptoll, machine: MadeUpMachine) -> None:
    machine.govern("powersave")
    machine.put("proc/loadavg", "9.00 9.00 9.00 9/100 1000\n")
    finished = heaptoll.run(ONE_CASE, variables=machine.variables)
    assert finished.code == 0, finished.stderr
    governor, load = (
        next(each for each in finished.folder.facts["warnings"] if each.startswith(start))
        for start in ("governor powersave (acpi-cpufreq): ", "load 9.00 on 4 CPUs: ")
    )
    for warning in (governor, load):
        assert "make doctor" in warning
        assert f"warning: {warning}\n" in finished.stdout
    verdicts = {finding["name"]: finding["verdict"] for finding in finished.folder.facts["health"]}
    assert (verdicts["governor"], verdicts["load"]) == ("poor", "poor")


def test_a_run_on_a_good_machine_warns_of_none_of_it(heaptoll: Heaptoll, machine: MadeUpMachine) -> None:
    finished = heaptoll.run(ONE_CASE, variables=machine.variables)
    verdicts = {finding["name"]: finding["verdict"] for finding in finished.folder.facts["health"]}
    assert [verdicts[name] for name in ("governor", "load", "CPUs", "CPU quota", "memory", "stack limit")] == ["good"] * 6
    for warning in finished.folder.facts["warnings"]:  # how quiet this machine is, is not made up
        assert not warning.startswith(tuple(READ)), warning


def test_google_benchmarks_engine_tells_the_machines_state_too(heaptoll: Heaptoll, machine: MadeUpMachine) -> None:
    machine.govern("powersave")
    flags = ("--engine=gbench", "--benchmark_min_time=0.001", ONE_CASE)
    facts = heaptoll.run(*flags, variables=machine.variables).folder.facts
    assert any(warning.startswith("governor powersave") for warning in facts["warnings"])
    assert facts["health"][-1] == {"name": "quiet slices", "value": None, "verdict": "unknown"}
