"""Counts against the committed ones."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from heaptoll.bad_input import BadInput
from heaptoll.counts import baseline
from heaptoll.counts.check_command import main
from heaptoll.counts.table import COLUMNS

FACTS: dict[str, Any] = {
    "machine": "x86_64",
    "toolchain": {"compiler": "gcc 12.2.0", "flags": "-O2", "libc": "glibc 2.36", "valgrind": "valgrind-3.19.0"},
    "fixed": {},
    "allocators": [{"name": "glibc", "path": "/lib/libc.so.6", "version": "2.36", "sha256": "ab" * 32}],
}


def count(folder: Path, facts: dict[str, Any] | None = None, **instructions: str) -> Path:
    """What `make counts` would have written: one row per case, named `s/v/NAME`."""
    folder.mkdir(exist_ok=True)
    with (folder / "counts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        for name, figure in instructions.items():
            status = "ok" if figure else "crashed"
            exact = "no" if figure.endswith("?") else "yes" if figure else ""
            writer.writerow({
                **dict.fromkeys(COLUMNS, ""), "case": f"s/v/{name}", "arm": "heap", "allocator": "glibc", "status": status,
                "instructions_per_op": figure.rstrip("?"), "allocs_per_op": "1", "alloc_bytes_per_op": "64", "exact": exact,
                "reason": "" if figure else "by signal 11",
            })  # fmt: skip
    (folder / "counts.json").write_text(json.dumps(facts or FACTS))
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Counts, compares, and returns the exit status."""

    def ask(*flags: str, facts: dict[str, Any] | None = None, **instructions: str) -> int:
        counted = count(tmp_path / "counted", facts, **instructions)
        return main([f"--from={counted}", f"--baseline={tmp_path / 'baseline'}", *flags])

    return ask


def test_a_toolchain_that_is_not_committed_is_a_notice_and_no_failure(run: Any, capsys: Any) -> None:
    assert run(a="145", b="20") == 0
    said = capsys.readouterr().out
    assert "notice: nothing is committed for glibc" in said and "2 rows could be: make counts-accept" in said


def test_what_was_accepted_is_as_committed(run: Any, capsys: Any) -> None:
    assert run("--accept", a="145", b="20.125") == 0
    assert run(a="145", b="20.125") == 0
    assert capsys.readouterr().out.endswith("counts-check: 2 rows compared, as committed\n")


def test_the_smallest_change_is_printed_with_the_line_that_accepts_it(run: Any, capsys: Any) -> None:
    run("--accept", a="145", b="20")
    assert run("--filter=s/v/a", a="145.000244140625") == 1
    said = capsys.readouterr().out
    assert "s/v/a heap (glibc): instructions 145 to 145.000244140625 (+0.00 %)" in said
    assert "to accept it: make counts-accept FILTER='s/v/a'" in said


def test_accepting_one_case_keeps_the_others(run: Any) -> None:
    run("--accept", a="145", b="20")
    run("--accept", "--filter=s/v/a", a="146")
    assert run(a="146", b="20") == 0


def test_a_new_case_is_a_change(run: Any, capsys: Any) -> None:
    run("--accept", a="145")
    assert run(a="145", b="20") == 1
    assert "s/v/b heap (glibc): new" in capsys.readouterr().out


def test_a_case_that_the_worker_no_longer_has_is_gone_and_one_not_counted_is_not() -> None:
    rows = {
        baseline.RowKey("k", f"s/v/{name}", "heap", "glibc"): baseline.Counts("1", "0", "0") for name in ("a", "b", "c")
    }
    counted = {key: counts for key, counts in rows.items() if key.case == "s/v/a"}
    checked = baseline.check(rows, counted, ["s/v/a", "s/v/b"])
    assert [(change.key.case, change.now) for change in checked.changes] == [("s/v/c", None)]
    assert {key.case for key in baseline.accepted(rows, counted, checked.changes)} == {"s/v/a", "s/v/b"}


def test_another_version_of_an_allocator_is_another_toolchain(run: Any, capsys: Any) -> None:
    run("--accept", a="145")
    newer = {**FACTS, "allocators": [{**FACTS["allocators"][0], "sha256": "cd" * 32}]}
    assert run(facts=newer, a="150") == 0
    assert "nothing is committed for glibc" in capsys.readouterr().out
    run("--accept", facts=newer, a="150")
    assert run(a="145") == 0 and run(facts=newer, a="150") == 0


def test_counts_that_do_not_repeat_or_failed_are_not_compared_and_are_named(run: Any, capsys: Any) -> None:
    run("--accept", a="145")
    assert run(a="146?", b="") == 0
    said = capsys.readouterr().err
    assert "not compared: s/v/a heap (glibc)" in said and "s/v/b heap (glibc): by signal 11" in said


def test_the_files_are_the_same_whatever_the_order_of_accepting(run: Any, tmp_path: Path) -> None:
    run("--accept", a="1", b="2")
    first = (tmp_path / "baseline" / "counts.csv").read_bytes()
    (tmp_path / "baseline" / "counts.csv").unlink()
    run("--accept", b="2", a="1")
    assert (tmp_path / "baseline" / "counts.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[: len(text) - 4], "line 2.*fields|line 2.*number"),
        (lambda text: text.replace("145", "-145"), "line 2, column instructions_per_op"),
        (lambda text: text.replace("145", "nan"), "line 2, column instructions_per_op"),
        (lambda text: text + text.splitlines()[1] + "\n", "line 3.*the same row again"),
        (lambda text: text.replace("case", "cases", 1), "line 1.*columns"),
        (lambda text: "", "line 1"),
    ],
)
def test_a_damaged_baseline_is_refused_with_its_line(
    run: Any, tmp_path: Path, capsys: Any, damage: Any, words: str
) -> None:
    run("--accept", a="145")
    path = tmp_path / "baseline" / "counts.csv"
    path.write_text(damage(path.read_text()))
    before = path.read_bytes()
    assert run("--accept", a="145") == 2
    assert re.search(words, capsys.readouterr().err)
    assert path.read_bytes() == before


def test_counts_that_are_none_are_refused(tmp_path: Path, capsys: Any) -> None:
    assert main([f"--from={tmp_path}", f"--baseline={tmp_path / 'baseline'}"]) == 2
    assert "what `make counts` writes" in capsys.readouterr().err
