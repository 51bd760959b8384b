"""Google Benchmark's JSON: which rows are times, in which unit, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from foreign_files import GBENCH, gbench, gbench_aggregate, gbench_row

from heaptoll.bad_input import BadInput
from heaptoll.compare.command import main
from heaptoll.compare.gbench_json import parse_gbench_json
from heaptoll.compare.side import Key

FILE = Path("out.json")


def times(data: bytes, clock: str = "real") -> dict[str, list[float]]:
    side = parse_gbench_json(FILE, data, clock)
    return {key.case: list(each.ns.values()) for key, each in side.times.items()}


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as error:
        parse_gbench_json(FILE, data)
    return str(error.value)


def test_repetitions_are_grouped_by_run_name_and_brought_to_ns() -> None:
    assert times(GBENCH) == {"BM_Sort/8": [10.0, 10.1, 10.2], "BM_Copy": [2500.0] * 3}


@pytest.mark.parametrize("unit, ns", [("ns", 3.0), ("us", 3e3), ("ms", 3e6), ("s", 3e9)])
def test_every_unit_is_brought_to_ns(unit: str, ns: float) -> None:
    assert times(gbench(gbench_row("a", 0, 3.0, time_unit=unit))) == {"a": [ns]}


def test_the_clock_can_be_chosen() -> None:
    side = parse_gbench_json(FILE, GBENCH, "cpu")
    assert side.times[Key("BM_Copy", "", "cpu_time")].ns == {0: 1250.0, 1: 1250.0, 2: 1250.0}


def test_aggregates_bigo_and_rms_are_never_times() -> None:
    rows = [
        gbench_row("a", 0, 3.0),
        gbench_aggregate("a", "mean", 99.0),
        gbench_aggregate("a", "cv", 0.99),
        {"name": "a_BigO", "run_name": "a", "run_type": "aggregate", "aggregate_name": "BigO", "big_o": "N"},
        {"name": "a_RMS", "run_name": "a", "run_type": "aggregate", "aggregate_name": "RMS", "rms": 0.1},
    ]
    assert times(gbench(*rows)) == {"a": [3.0]}


def test_rows_of_before_there_was_a_run_type_are_told_apart_by_name() -> None:
    def old(name: str, real: float) -> dict[str, Any]:
        return {"name": name, "iterations": 10, "real_time": real, "cpu_time": real, "time_unit": "ns"}

    assert times(gbench(old("a", 3.0), old("a", 4.0), old("a_mean", 3.5), old("a_cv", 0.1))) == {"a": [3.0, 4.0]}


@pytest.mark.parametrize(
    "trouble, why",
    [
        ({"error_occurred": True, "error_message": "no data"}, "failed: no data"),
        ({"skipped": "skipped with message", "skip_message": "no AVX"}, "skipped: no AVX"),
    ],
)
def test_what_failed_or_was_skipped_gives_no_time_and_is_named(trouble: dict[str, Any], why: str) -> None:
    side = parse_gbench_json(FILE, gbench(gbench_row("a", 0, 3.0), gbench_row("b", 0, 0.0, **trouble)))
    assert [key.case for key in side.times] == ["a"]
    assert {key.case: said for key, said in side.untimed.items()} == {"b": why}


def test_a_file_of_aggregates_only_is_refused_with_the_flag_to_change() -> None:
    said = refused(gbench(gbench_aggregate("a", "mean", 3.0), gbench_aggregate("a", "median", 3.0)))
    assert "found aggregates only" in said
    assert "--benchmark_repetitions=10 and without --benchmark_report_aggregates_only" in said


def test_a_repetition_that_stands_there_twice_is_refused() -> None:
    said = refused(gbench(gbench_row("a", 0, 3.0), gbench_row("a", 1, 3.0), gbench_row("a", 1, 3.0)))
    assert "key benchmarks[2].repetition_index" in said and "'a' 1 again" in said


def test_one_name_registered_twice_is_two_instances_of_it() -> None:
    assert times(gbench(gbench_row("a", 0, 3.0), gbench_row("a", 0, 4.0, family_index=1))) == {"a": [3.0, 4.0]}


@pytest.mark.parametrize(
    "data, said",
    [
        (b"{", r"line 1, column 2: expected JSON"),
        (GBENCH[:-100], r"line \d+, column \d+: expected JSON"),
        (b"[1, 2]", r"line 1, column 1: expected a JSON object"),
        (b"{}", r"key benchmarks: expected a list of benchmarks, found nothing"),
        (b'{"benchmarks": 3}', r"key benchmarks: .*found '3'"),
        (b'{"benchmarks": []}', r"key benchmarks: expected at least one benchmark with a time, found none"),
        (b'{"benchmarks": [3]}', r"key benchmarks\[0\]: expected a benchmark"),
        (b'{"benchmarks": [{"nme": "a"}]}', r"key benchmarks\[0\]: .*found an object"),
        (b'{"benchmarks": [{"name": ""}]}', r"key benchmarks\[0\]\.name: .*found nothing"),
        (b'{"benchmarks": [{"name": [1]}]}', r"key benchmarks\[0\]\.name: .*found a list"),
        (b'{"benchmarks": [\n{"name": "NaN",\n"real_time": NaN}]}', r"line 3: .*NaN is not a JSON number"),
        (GBENCH.replace(b"example", b"ex\xffmple"), r"line \d+: expected UTF-8 text, found byte 0xff"),
        (gbench(gbench_row("a", 0, 3.0), context=1).replace(b'"num_cpus": 2', b'"num_cpus": -2'), "context.num_cpus"),
        (b'{"context": [], "benchmarks": [{"name": "a", "real_time": 1}]}', "key context: expected an object"),
        (b"[" * 100000, "expected JSON of ordinary numbers and depth"),
        (b'{"benchmarks": [{"name": "a", "real_time": ' + b"9" * 5000 + b"}]}", "expected JSON of ordinary numbers"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(data: bytes, said: str) -> None:
    message = refused(data)
    assert message.startswith("out.json") and re.search(said, message), message
    assert message.isprintable()


@pytest.mark.parametrize("real", [-1.0, "3", None, True, 1e30, 10**400, [3]])
def test_what_is_no_time_is_refused(real: Any) -> None:
    said = refused(gbench(gbench_row("a", 0, 1.0), gbench_row("a", 1, 1.0, real_time=real)))
    assert "key benchmarks[1].real_time: expected a time: a number >= 0, less than 30 years" in said


def test_what_overflows_is_no_time() -> None:
    assert "real_time" in refused(gbench(gbench_row("a", 0, 7.0)).replace(b"7.0", b"1e999"))
    assert "real_time" in refused(gbench(gbench_row("a", 0, 1e17, time_unit="s")))


@pytest.mark.parametrize("change", [{"time_unit": "h"}, {"time_unit": 3}, {"run_type": "other"}, {"run_name": ""}])
def test_words_out_of_place_are_refused(change: dict[str, Any]) -> None:
    assert f"key benchmarks[0].{next(iter(change))}: " in refused(gbench(gbench_row("a", 0, 3.0, **change)))


def files(folder: Path, base: bytes, head: bytes) -> list[str]:
    (folder / "base.json").write_bytes(base)
    (folder / "head.json").write_bytes(head)
    return [str(folder / "base.json"), str(folder / "head.json")]


def repeated(factor: float, **context: Any) -> bytes:
    return gbench(*(gbench_row("BM_Sort/8", i, factor * (10.0 + i / 100)) for i in range(10)), **context)


def test_two_files_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files(tmp_path, repeated(1), repeated(2))) == 1
    out = capsys.readouterr().out
    assert re.search(r"BM_Sort/8\s+real_time .*\+100\.0 % +slower", out)
    assert "allocator" not in out
    assert main(files(tmp_path, repeated(1), repeated(1))) == 0


@pytest.mark.parametrize(
    "context, word, said",
    [
        ({"num_cpus": 4}, "machine", "CPUs: base 2, head 4"),
        ({"mhz_per_cpu": 3400}, "machine", "MHz per CPU: base 2900, head 3400"),
        ({"library_build_type": "debug"}, "build-type", "build type of the library: base release, head debug"),
        ({"caches": []}, "machine", "caches: base 1 Data 32768, head not told"),
    ],
)
def test_another_context_is_refused_unless_it_is_allowed(
    tmp_path: Path, context: dict[str, Any], word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = files(tmp_path, repeated(1), repeated(1, **context))
    assert main(given) == 2
    error = capsys.readouterr().err
    assert said in error and error.endswith(f"--allow {word}\n")
    assert main([*given, "--allow", word]) == 0


def test_a_clock_that_reads_slightly_different_is_the_same_machine(tmp_path: Path) -> None:
    assert main(files(tmp_path, repeated(1), repeated(1, mhz_per_cpu=2950))) == 0


def test_a_file_is_not_compared_with_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, repeated(1), repeated(1))
    assert main([given[0], given[0]]) == 2
    assert "found the same file" in capsys.readouterr().err
    assert main([*given, "--base-build", "gcc"]) == 2
    assert "only a run has builds" in capsys.readouterr().err
