"""run.json: what is read, what is refused, and which runs are not to be drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import synthetic

from heaptoll.bad_input import BadInput
from heaptoll.measurements import read_run
from heaptoll.run_facts import Finding, NotInEveryBuild, Worker, layout_of, read_run_facts


def rewrite(folder: Path, **changes: Any) -> Path:
    file = folder / "run.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(BadInput) as caught:
        read_run(folder)
    return str(caught.value)


def test_the_facts_are_read_as_they_were_written(small_run: Path) -> None:
    facts = read_run_facts(small_run / "run.json")
    assert facts.run_id == synthetic.RUN_ID and facts.profile == "quick" and facts.seed == "42"
    assert facts.git.revision == "0123456789abcdef0123456789abcdef01234567" and not facts.git.dirty
    assert facts.machine.cores == 2 and facts.toolchain.compiler == "gcc 12.2.0"
    assert [a.name for a in facts.allocators] == ["glibc", "jemalloc"]
    assert facts.cases[0].size_bytes == 64
    assert f"{facts.started_utc:%Y-%m-%d %H:%M %Z}" == "2026-01-31 12:00 UTC"


def test_another_schema_version_is_refused_naming_both(small_run: Path) -> None:
    message = refusal(rewrite(small_run, schema_version=7))
    assert "version 1" in message and "version 7" in message


def test_a_csv_without_its_run_json_is_refused_with_advice(small_run: Path) -> None:
    (small_run / "run.json").unlink()
    message = refusal(small_run)
    assert "run.json" in message and "copy" in message


def test_a_run_json_of_another_run_is_refused(small_run: Path) -> None:
    message = refusal(rewrite(small_run, run_id="20250101T000000Z-0000"))
    assert "line 2, column run_id" in message


@pytest.mark.parametrize("status", ["running", "failed"])
def test_a_run_that_did_not_end_well_is_refused_unless_allowed(small_run: Path, status: str) -> None:
    rewrite(small_run, status=status)
    assert status in refusal(small_run)
    run = read_run(small_run, allow_incomplete=True)
    assert any(status in warning for warning in run.warnings)


def test_an_interrupted_run_is_read_with_a_warning(small_run: Path) -> None:
    run = read_run(rewrite(small_run, status="interrupted"))
    assert any("interrupted" in warning for warning in run.warnings)


def test_the_warnings_of_the_run_are_passed_on(small_run: Path) -> None:
    assert read_run(rewrite(small_run, warnings=["no turbo"])).warnings == ("no turbo",)


def test_the_machines_health_is_read_with_what_could_not_be_told(small_run: Path) -> None:
    health = [
        {"name": "governor", "value": "powersave (acpi-cpufreq)", "verdict": "poor"},
        {"name": "turbo", "value": None, "verdict": "unknown"},
    ]
    facts = read_run_facts(rewrite(small_run, health=health) / "run.json")
    assert facts.health == (
        Finding("governor", "powersave (acpi-cpufreq)", "poor"),
        Finding("turbo", None, "unknown"),
    )


@pytest.mark.parametrize("changes", [{}, {"health": None}])
def test_a_run_from_before_there_was_health_is_read(small_run: Path, changes: dict[str, Any]) -> None:
    assert read_run_facts(rewrite(small_run, **changes) / "run.json").health == ()


def test_what_the_run_could_not_tell_may_be_null_or_absent(small_run: Path) -> None:
    rewrite(small_run, git=None, machine={}, toolchain={"compiler": None}, measured_ghz=None, quiet_share=None)
    facts = read_run(small_run).facts
    assert facts.machine.cpu_model is None and facts.git.revision is None and facts.measured_ghz is None


def test_a_64_bit_seed_keeps_all_its_digits(small_run: Path) -> None:
    assert read_run(rewrite(small_run, seed=2**64 - 1)).facts.seed == "18446744073709551615"


def test_keys_that_we_do_not_know_are_let_be(small_run: Path) -> None:
    read_run(rewrite(small_run, page_size=4096))


def test_params_may_be_an_object(small_run: Path) -> None:
    case = {"name": "a/b/1", "scenario": "a", "variant": "b", "params": {"depth": 3}, "size_bytes": None}
    assert read_run(rewrite(small_run, cases=[case])).facts.cases[0].params == {"depth": "3"}


@pytest.mark.parametrize(
    "key, value",
    [
        ("run_id", 5), ("run_id", ""), ("started_utc", "yesterday"), ("status", "done"), ("profile", None),
        ("seed", 1.5), ("git", []), ("machine", "big"), ("allocators", {}), ("allocators", [{}]),
        ("cases", [{"name": "x"}]), ("measured_ghz", -1), ("measured_ghz", "fast"), ("quiet_share", 1.5),
        ("warnings", "none"), ("health", "good"), ("health", ["good"]), ("health", [{"name": "load"}]),
        ("health", [{"name": "load", "value": 1, "verdict": "good"}]),
        ("health", [{"name": "load", "value": "1", "verdict": "bad"}]),
        ("schema_version", "1"), ("schema_version", True), ("schema_version", None),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_key(small_run: Path, key: str, value: object) -> None:
    assert f"key {key}" in refusal(rewrite(small_run, **{key: value}))


@pytest.mark.parametrize(
    "text, place",
    [
        ("", "line 1"),
        ('{\n"a": 1,\n', "line 3"),
        ("[1]", "line 1"),
        ('{"a": NaN}', "NaN"),
        ("[" * 100_000, "run.json"),
    ],
)
def test_what_is_no_json_object_is_refused_with_its_place(small_run: Path, text: str, place: str) -> None:
    (small_run / "run.json").write_text(text)
    assert place in refusal(small_run)


def test_bytes_that_are_not_utf8_are_refused_with_their_line(small_run: Path) -> None:
    (small_run / "run.json").write_bytes(b'{\n"a": "\xff"}')
    assert "line 2" in refusal(small_run)


# -- Several builds --------------------------------------------------------------

WORKERS = [{"path": "/p/w0", "sha256": "0" * 64}, {"path": "/p/w1", "sha256": None}]
BUILDS = [
    {"name": "base", "compiler": "gcc 12.2.0", "flags": "-O2", "workers": WORKERS},
    {"name": "head", "compiler": "gcc 13.1.0", "flags": "-O3", "workers": WORKERS},
]
APART = [{"case": "a/b/8", "builds": ["base"], "why": "missing in head"}]


def test_half_a_character_is_refused_and_a_whole_one_is_read(small_run: Path) -> None:
    file = small_run / "run.json"
    facts = json.loads(file.read_text())
    facts["machine"]["cpu_model"] = "\U0001d54f \\ud800"
    file.write_text(json.dumps(facts))
    assert read_run(small_run).facts.machine.cpu_model == "\U0001d54f \\ud800"
    facts["machine"]["cpu_model"] = "\ud800"
    file.write_text(json.dumps(facts))
    assert "expected whole characters" in refusal(small_run)


def test_builds_and_the_cases_that_not_all_have_are_read(small_run: Path) -> None:
    facts = read_run_facts(rewrite(small_run, builds=BUILDS, not_in_every_build=APART) / "run.json")
    assert [build.name for build in facts.builds] == ["base", "head"]
    assert facts.builds[1].compiler == "gcc 13.1.0" and facts.builds[1].flags == "-O3"
    assert facts.builds[0].workers == (Worker("/p/w0", "0" * 64), Worker("/p/w1", None))
    assert facts.not_in_every_build == (NotInEveryBuild("a/b/8", ("base",), "missing in head"),)


def test_a_run_without_builds_has_none(small_run: Path) -> None:
    facts = read_run_facts(small_run / "run.json")
    assert facts.builds == () and facts.not_in_every_build == ()


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"builds": "base"}, "key builds"),
        ({"builds": [{**BUILDS[0], "name": ""}]}, "key builds[0].name"),
        ({"builds": [BUILDS[0], BUILDS[0]]}, "builds of different names"),
        ({"builds": [{**BUILDS[0], "workers": []}]}, "at least one"),
        ({"builds": [BUILDS[0], {**BUILDS[1], "workers": WORKERS[:1]}]}, "as many workers in every build"),
        ({"builds": [{**BUILDS[0], "workers": [{"sha256": None}]}]}, "key builds[0].workers[0].path"),
        ({"not_in_every_build": [{"case": "a/b/8", "builds": [1], "why": "x"}]}, "not_in_every_build[0].builds"),
        ({"not_in_every_build": [{"case": "a/b/8", "builds": []}]}, "not_in_every_build[0].why"),
    ],
)
def test_builds_that_are_not_as_a_run_writes_them_are_refused(small_run: Path, changes: Any, key: str) -> None:
    assert key in refusal(rewrite(small_run, **changes))


def test_the_launches_take_the_layouts_in_turn() -> None:
    assert [layout_of(launch, 3) for launch in range(5)] == [0, 1, 2, 0, 1]
