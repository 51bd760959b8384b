"""The page that compares two runs says what `make compare` says, whichever of the two computes it."""

from __future__ import annotations

import csv
import math
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from chromium import Browser

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "python")]

from synthetic import cases, contended, without_time, write_run  # noqa: E402

from heaptoll.compare import own_run, pairing  # noqa: E402
from heaptoll.measurements import read_run  # noqa: E402
from heaptoll.published import RESULTS  # noqa: E402
from heaptoll.report import comparison, site  # noqa: E402
from heaptoll.report.others import Other, Surroundings  # noqa: E402
from heaptoll.verdict.judge import judge  # noqa: E402

Row = dict[str, str]


def trouble(row: Row) -> Row | None:
    """What real runs have: lost launches, a contended arm, a crash, a case and an allocator that the other run lacks."""
    launch, case = int(row["launch"]), row["case"]
    row = {**row, "run_id": "20260201T120000Z-cafe"}
    if case.endswith("by_value/8") and launch == 2:
        return without_time(row, "crashed", "signal 11, at once")
    if case.endswith("by_value/16") and row["arm"] == "heap":
        return contended(row)
    if case.endswith("by_value/32") and row["arm"] == "stack" and launch % 2:
        return None
    if case.endswith("by_value/128"):
        return without_time(row, "skipped", 'too "large"')
    if case.endswith("by_value/256"):
        return None
    slower = 1.1 if "chain" in case else 0.9 if "interface" in case else 1.0
    return {**row, **{name: f"{float(row[name]) * slower:.4f}" for name in row if name.startswith("ns_")}}


def synthetic(folder: Path, **changes: Any) -> Path:
    made = [case for case in cases() if case.scenario in ("returned_pointer", "boxed_value")]
    return write_run(folder, ["glibc", "jemalloc", "mine"], made=made, **changes)


def part_of_published(name: str, folder: Path, keep: set[str]) -> Path:
    """A real run with fewer cases."""
    from heaptoll.publish.pack import unpacked

    source = ROOT / RESULTS / name
    packed = source / "measurements.csv.xz"
    head, *rows = unpacked(packed if packed.exists() else source / "measurements.csv").decode().splitlines(keepends=True)
    folder.mkdir(parents=True)
    (folder / "measurements.csv").write_text(head + "".join(row for row in rows if row.split(",")[1] in keep))
    (folder / "run.json").write_text((source / "run.json").read_text())
    return folder


def expected(base: Path, head: Path) -> tuple[list[list[Any]], list[dict[str, Any]], Any]:
    """Rows as the page has them, by the package that `make compare` uses."""
    sides = [own_run.side_of(run, run.builds[0]) for run in map(read_run, (base, head))]
    rows = judge(pairing.comparisons(*sides, paired=False), comparison.ZONE)
    rows += judge(pairing.ratios(*sides), comparison.RATIO_ZONE)
    found = [
        [
            row.case, row.allocator, row.arm, row.base_ns, row.head_ns, row.change_ns, row.low_ns, row.high_ns,
            row.zone_ns, row.p, row.verdict.value, row.note, row.base_launches, row.head_launches,
        ]
        for row in rows
    ]  # fmt: skip
    return found, comparison.differing(*sides), pairing.one_sided(*sides, paired=False)


def differences(found: list[list[Any]], wanted: list[list[Any]], relative: float) -> list[tuple[Any, Any]]:
    """Pairs of rows, in the same order, that differ by more than `relative` in a number, or at all in anything else."""
    assert len(found) == len(wanted)
    by_key = {tuple(row[:3]): row for row in found}

    def same(one: Any, other: Any) -> bool:
        if isinstance(one, (int, float)) and isinstance(other, (int, float)):
            return math.isclose(one, other, rel_tol=relative, abs_tol=1e-9)
        return bool(one == other)

    pairs = [(by_key[tuple(row[:3])], row) for row in wanted]
    return [(one, other) for one, other in pairs if not all(map(same, one, other))]


def build(head: Path, base: Path, out: Path) -> str:
    run = read_run(head)
    site.build(run, run.builds[0], out, Surroundings([Other("other", read_run(base), "", False)]))
    return out.as_uri()


@pytest.fixture(scope="module", name="made")
def made_fixture(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("runs")
    machine = {
        "cpu_model": "Another “CPU” <b>", "cores": 2, "hypervisor": "KVM", "kernel": "6.1",
        "caches": {"L2": "1M", "L1d": "ä"},
    }  # fmt: skip
    bad = folder / "bad"
    bad.mkdir()
    head = synthetic(folder / "head", launches=9)
    text = (head / "measurements.csv").read_text()
    first = next(csv.DictReader(text.splitlines()))
    for name, content in {
        "empty.csv": "", "other.csv": "a,b\n1,2\n", "cut.csv": text[: len(text) // 2],
        "status.csv": text.replace(",ok,", ",fine,", 1),
        "time.csv": text.replace(f",{first['ns_median']},", ",soon,", 1),
        "run.json": "{", "packed.xz": "\xfd7zXZ\0",
    }.items():  # fmt: skip
        (bad / name).write_text(content, encoding="latin-1")
    return {
        "head": head,
        "base": synthetic(folder / "base", launches=8, run_id="20260201T120000Z-cafe", change=trouble, machine=machine),
        "few": synthetic(
            folder / "few", launches=2, run_id="20260202T120000Z-f00d",
            change=lambda row: {**row, "run_id": "20260202T120000Z-f00d"},
        ),
        "bad": bad,
    }  # fmt: skip


@pytest.fixture(scope="module", name="real")
def real_fixture(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of both published machines, the cases that both have, without the many arrays."""
    names = [path.name for path in sorted((ROOT / RESULTS).iterdir())][:2]
    common = set.intersection(*({case.name for case in read_run(ROOT / RESULTS / name).cases()} for name in names))
    folder = tmp_path_factory.mktemp("real")
    keep = {name for name in common if not name.startswith("array_size")}
    return {name: part_of_published(name, folder / name, keep) for name in names}


@pytest.fixture(scope="module", name="answer")
def answer_fixture(
    browser: Browser, made: dict[str, Path], real: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Any:
    sites = []
    for head, base in permutations(real.values()):
        files = [[str(base / "measurements.csv"), str(base / "run.json")]]
        sites.append([build(head, base, tmp_path_factory.mktemp("site") / "site"), files])
    url = build(made["head"], made["base"], tmp_path_factory.mktemp("site") / "site")
    files = [[str(made[name] / "measurements.csv"), str(made[name] / "run.json")] for name in ("few", "base")]
    bad = made["bad"]
    names = ("empty.csv", "other.csv", "cut.csv", "status.csv", "time.csv", "packed.xz", "run.json")
    refused = [[str(bad / name), ""] for name in names]
    refused += [[files[0][0], files[1][1]], [files[0][0], str(bad / "run.json")]]
    refused += [[str(made["head"] / "measurements.csv"), ""]]
    return browser("compare.cjs", url, [*files, [files[1][0], ""]], refused, sites)


def test_a_file_is_compared_as_make_compare_does_it(answer: Any, made: dict[str, Path]) -> None:
    for found, name in zip(answer["given"], ("few", "base", "base")):
        rows, differing, one_sided = expected(made[name], made["head"])
        assert differences(found["rows"], rows, 1e-9) == []
        assert sum(n for _, _, n in found["oneSided"]) == len(one_sided)
    rows, differing, _ = expected(made["base"], made["head"])
    assert {row[10] for row in rows} >= {"slower", "faster", "unsure"}
    assert answer["given"][1]["differing"] == differing and len(differing) >= 2
    assert answer["given"][2]["differing"] is None, "without run.json nobody knows"
    assert answer["heading"] == "What the file was measured on is not known"


def test_a_seventh_digit_or_another_word_would_be_seen() -> None:
    row = ["case", "glibc", "heap", 12.3456, "slower"]
    assert differences([[*row[:3], 12.34561, "slower"]], [row], 1e-9) and differences([[*row[:4], "same"]], [row], 1e-9)
    assert not differences([row], [row], 1e-9)


def test_what_is_shipped_with_the_page_says_the_same(answer: Any, made: dict[str, Path]) -> None:
    rows, differing, _ = expected(made["base"], made["head"])
    assert differences(answer["shipped"]["rows"], rows, 1e-3) == []
    assert answer["shipped"]["differing"] == differing


def test_what_cannot_be_compared_is_refused_with_what_to_do(answer: Any) -> None:
    words = [
        "empty", "no column run_id", "cut off", "“fine” is none of", "no time in ns", "xz -d", "Choose a measurements.csv",
        "different runs", "run.json cannot be read", "own run",
    ]  # fmt: skip
    assert [word for word, said in zip(words, answer["refused"]) if word not in said] == [], answer["refused"]


def test_choices_leave_what_they_name_and_stand_in_the_address(answer: Any) -> None:
    assert set(answer["linked"]) == {"jemalloc", "mine"}
    chosen = answer["chosen"]
    assert chosen["heap"] > chosen["unsure"] and chosen["ratio"] > chosen["unsure"] > 0
    assert all("by_value" in name for name in chosen["names"])
    assert chosen["focus"] == "find", "typing goes on"
    assert chosen["redrawn"], "the chart is of what was chosen"
    for part in ("base=other", "measure=ratio", "verdict=unsure", "find=by_value"):
        assert part in chosen["address"]
    assert "95 % interval" in answer["tip"], "arrow keys go through the points"


def test_the_page_fits_a_telephone_and_complains_of_nothing(answer: Any) -> None:
    assert answer["width"] == 360
    assert answer["errors"] == []


def test_real_runs_agree_too(answer: Any, real: dict[str, Path]) -> None:
    for (head, base), found in zip(permutations(real.values()), answer["more"]):
        rows, differing, _ = expected(base, head)
        assert len(rows) > 300 and differences(found["rows"], rows, 1e-9) == []
        assert found["differing"] == differing
