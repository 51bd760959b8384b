"""Go's benchmark output: which lines are times, what is left out, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from foreign_files import GO

from heaptoll.bad_input import BadInput
from heaptoll.compare.command import main
from heaptoll.compare.go_text import parse_go_text

FILE = Path("new.txt")


def times(data: bytes) -> dict[str, list[float]]:
    return {key.case: list(each.ns.values()) for key, each in parse_go_text(FILE, data).times.items()}


def refused(data: bytes) -> str:
    with pytest.raises(BadInput) as error:
        parse_go_text(FILE, data)
    return str(error.value)


def test_lines_of_one_name_are_its_repetitions() -> None:
    assert times(GO) == {"BenchmarkSort/n=8": [12.3, 12.4], "BenchmarkCopy": [2500.0]}
    assert times(GO.replace(b"\n", b"\r\n")) == times(GO)


def test_other_units_are_left_out_and_counted() -> None:
    assert parse_go_text(FILE, GO).warnings == ("new.txt: only ns/op is compared; left out: B/op (2), allocs/op (2)",)


def test_the_number_of_processors_is_taken_off_where_all_lines_end_in_it() -> None:
    facts = {fact.name: fact.value for fact in parse_go_text(FILE, GO).facts}
    assert facts["GOMAXPROCS"] == "2" and facts["goos"] == "linux" and facts["cpu"] == "Example CPU @ 2.90GHz"


def test_names_that_do_not_all_end_alike_stay_as_they_are() -> None:
    two_and_four = b"BenchmarkA-2\t1\t5 ns/op\nBenchmarkA-4\t1\t3 ns/op\n"
    assert times(two_and_four) == {"BenchmarkA-2": [5.0], "BenchmarkA-4": [3.0]}
    assert times(b"BenchmarkA-2\t1\t5 ns/op\nBenchmarkB\t1\t3 ns/op\n") == {"BenchmarkA-2": [5.0], "BenchmarkB": [3.0]}


def test_what_is_called_alike_in_two_packages_is_kept_apart() -> None:
    data = b"pkg: one\nBenchmarkA-2 1 5 ns/op\npkg: two\nBenchmarkA-2 1 3 ns/op\n"
    assert times(data) == {"one BenchmarkA": [5.0], "two BenchmarkA": [3.0]}


def test_no_two_names_become_one() -> None:
    data = b"Benchmark-2 1 5 ns/op\nBenchmarkBenchmark-2 1 3 ns/op\npkg: p\nBenchmark-2 1 4 ns/op\n"
    assert times(data) == {"Benchmark": [5.0], "BenchmarkBenchmark": [3.0], "p Benchmark": [4.0]}


def test_lines_that_are_no_benchmark_are_left_out() -> None:
    data = b"Benchmarking is fun\nBenchmarkA\nUnit ns/op better=lower\n=== RUN x\nsome log: 3\nBenchmarkA 1 5 ns/op\n"
    assert times(data) == {"BenchmarkA": [5.0]}


def test_a_failed_test_is_warned_of() -> None:
    assert "a test failed" in parse_go_text(FILE, GO + b"FAIL\n").warnings[-1]


def test_a_benchmark_without_a_time_is_listed() -> None:
    side = parse_go_text(FILE, GO + b"BenchmarkOther-2 1 5 widgets/op\n")
    assert {key.case: why for key, why in side.untimed.items()} == {"BenchmarkOther": "no ns/op"}


@pytest.mark.parametrize(
    "data, said",
    [
        (b"hello\n", "none of them"),
        (b"BenchmarkA 1 5 MB/s\n", "only other units"),
        (b"BenchmarkA-2 100\n", "line 1, column 2: expected a name, a number of iterations, and pairs"),
        (b"BenchmarkA-2 100 12.3\n", "line 1, column 3: "),
        (b"BenchmarkA-2 100 12.3 ns/op 64\n", "line 1, column 5: "),
        (b"\nBenchmarkA-2 x 12.3 ns/op\n", "line 2, column 2: expected a number of iterations, found 'x'"),
        (b"BenchmarkA-2 -5 12.3 ns/op\n", "line 1, column 2: "),
        (b"BenchmarkA-2 100 1_2 ns/op\n", "line 1, column 3: expected a figure, found '1_2'"),
        (b"BenchmarkA-2 100 =1+2 ns/op\n", "line 1, column 3: expected a figure"),
        (b"BenchmarkA-2 100 NaN ns/op\n", "line 1, column 3: expected a time"),
        (b"BenchmarkA-2 100 inf ns/op\n", "line 1, column 3: expected a time"),
        (b"BenchmarkA-2 100 1e999 ns/op\n", "line 1, column 3: expected a time"),
        (b"BenchmarkA-2 100 -3 ns/op\n", "line 1, column 3: expected a time"),
        (b"BenchmarkA-2 100 3 ns/op 4 ns/op\n", "line 1, column 6: expected ns/op once"),
        (b"ok\nBenchmark\xff 1 5 ns/op\n", "line 2, column 10 (byte): expected UTF-8 text, found byte 0xff"),
        (GO[: GO.index(b"ns/op") + 3], "line 5, column 4: expected ns/op in this line, found the end of the file"),
        (GO[: GO.index(b"12.30")], "line 5, column 2: "),
        (b"BenchmarkA 1 5 ns/op\nBenchmarkB", "line 2, column 1: "),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(data: bytes, said: str) -> None:
    message = refused(data)
    assert message.startswith("new.txt") and said in message, message
    assert message.isprintable()


def repeated(factor: float, head: bytes = b"goos: linux\ngoarch: amd64\ncpu: X\npkg: p\n") -> bytes:
    return head + b"".join(b"BenchmarkA-2 1 %.2f ns/op\n" % (factor * (10 + i / 100)) for i in range(10))


def files(folder: Path, base: bytes, head: bytes) -> list[str]:
    (folder / "base.txt").write_bytes(base)
    (folder / "head.txt").write_bytes(head)
    return [str(folder / "base.txt"), str(folder / "head.txt")]


def test_two_outputs_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files(tmp_path, repeated(1), repeated(2))) == 1
    assert re.search(r"A\s+ns/op .*\+100\.0 % +slower", capsys.readouterr().out)
    assert main(files(tmp_path, repeated(2), repeated(1))) == 0


@pytest.mark.parametrize(
    "old, new, word, said",
    [
        (b"cpu: X", b"cpu: Y", "machine", "cpu: base X, head Y"),
        (b"goarch: amd64", b"goarch: arm64", "platform", "goarch: base amd64, head arm64"),
        (b"pkg: p", b"pkg: q", "pkg", "pkg: base p, head q"),
        (b"A-2 ", b"A-8 ", "parallelism", "GOMAXPROCS: base 2, head 8"),
    ],
)
def test_another_configuration_is_refused_unless_it_is_allowed(
    tmp_path: Path, old: bytes, new: bytes, word: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = files(tmp_path, repeated(1), repeated(1).replace(old, new))
    assert main(given) == 2
    error = capsys.readouterr().err
    assert said in error and error.endswith(f"--allow {word}\n")
    assert main([*given, "--allow", word]) == 0


def test_an_empty_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(files(tmp_path, b"", repeated(1))) == 2
    assert "base.txt, line 1: expected a result, found an empty file" in capsys.readouterr().err
