"""make escape with a real Go: its verdicts, its benchmarks, and the sizes, held against what Go itself allocates."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from heaptoll.bad_input import BadInput
from heaptoll.escape import benchmarks, classics, go_tool, package, prices
from heaptoll.escape.benchmarks import Cost
from heaptoll.escape.command import main
from heaptoll.escape.functions import containing, functions_in
from heaptoll.escape.package import PackageReport

pytestmark = pytest.mark.skipif(not shutil.which("go"), reason="needs Go: apt-get install golang-go")

ROOT = Path(__file__).parents[2]
GO = ROOT / "benches" / "go"
EVERY_KIND = Path(__file__).parent / "go_escapes" / "every_kind"
# How far Go rounds blocks up that are larger than 32 KiB.
_PAGE = 8192


@pytest.fixture(scope="module")
def every_kind() -> PackageReport:
    return package.report(GO, go_tool.version(), EVERY_KIND, "1x", 0)


@pytest.fixture(scope="module")
def measured() -> Mapping[str, Cost]:
    """By function, what Go says it allocated."""
    found = benchmarks.measured(EVERY_KIND, ["."], "1000x", 2)["."]
    return {name.partition("/")[2]: cost for name, cost in found.items()}


def is_taken(size: int, taken: int) -> bool:
    """What the runtime allocates by itself meanwhile is counted too: some bytes per operation."""
    return size <= taken < size + max(8, size // 8)


def rounded(size: int) -> int:
    return size if size <= 32768 else -(-size // _PAGE) * _PAGE


def test_the_classics_are_reported_and_their_known_costs_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """Also of a Go that is not known: only then may verdicts differ."""
    assert main(["--processes=1", "--benchtime=100x", "--format=json"]) == 0
    found = json.loads(capsys.readouterr().out)
    functions = {(each["example"], each["function"]): each for each in found["functions"]}
    assert {name for name, _ in functions} == set(classics.PACKAGES)
    assert all(each["ns_per_op"] is not None for each in functions.values()), "a function without a benchmark"
    assert functions["println", "Text"]["allocs_per_op"] == 0
    assert [
        said["words_only"] for said in functions["println", "Text"]["said"] if said["verdict"] == "escapes to heap"
    ] == [True]
    assert functions["array_size", "Make8192"]["bytes_per_op"] < 1000
    assert is_taken(73728, functions["array_size", "Make8193"]["bytes_per_op"])
    if found["is_known"]:
        assert found["differences"] == [] and found["other_lines"] == []


def test_the_sizes_are_what_go_allocates(every_kind: PackageReport, measured: Mapping[str, Cost]) -> None:
    """The function's name, the sizes of its sites and what its benchmark was counted to take agree."""
    functions = functions_in("every_kind.go", (EVERY_KIND / "every_kind.go").read_text())
    sizes: dict[str, int] = {name: 0 for name in measured}
    for each in every_kind.sites:
        function = containing(functions, each.site.file.removeprefix("./"), each.site.line)
        if function is not None and function.name in sizes:
            sizes[function.name] += rounded(each.size.bytes or 0)
    named = {name: int(re.sub(r"\D+", "", name)) for name in measured}
    # The slice that the callee keeps is a site of the callee.
    assert sizes | {"arguments56": 56} == {name: rounded(size) for name, size in named.items()}
    wrong = {name: cost.bytes for name, cost in measured.items() if not is_taken(rounded(named[name]), cost.bytes)}
    assert len(named) == 32 and wrong == {}


def test_what_only_the_running_program_knows_has_no_size(every_kind: PackageReport) -> None:
    functions = functions_in("every_kind.go", (EVERY_KIND / "every_kind.go").read_text())
    found = [each for each in every_kind.sites if each.size.bytes is None]
    assert all(each.size.note and each.price is None for each in found)
    names = {(function := containing(functions, "every_kind.go", each.site.line)) and function.name for each in found}
    assert {"sliceUnknown", "textUnknown", "copyUnknown", "mapUnknown"} <= names
    assert {"genericClosure", "genericSlice", "genericHolder", "inlinedUnknown", "keepUnknown"} <= names


def notes_of(report: PackageReport, name: str) -> list[str]:
    functions = functions_in("every_kind.go", (EVERY_KIND / "every_kind.go").read_text())
    return [
        each.size.note
        for each in report.sites
        if (function := containing(functions, "every_kind.go", each.site.line)) and function.name == name
    ]


def test_what_costs_nothing_of_some_values_or_in_some_versions_is_noted(every_kind: PackageReport) -> None:
    float_, slice_, struct = notes_of(every_kind, "zeroes")
    assert "value is 0" in float_ and "nil" in slice_ and "0 to 255" in struct
    for name in ("constantVariable", "callsEmpty"):
        assert ["constants" in note for note in notes_of(every_kind, name)] == [True]


def test_what_is_made_when_the_program_starts_is_marked(every_kind: PackageReport) -> None:
    marked = [each.site.text for each in every_kind.sites if "when the program starts" in each.size.note]
    assert marked == ["someName"]


def test_each_size_of_the_calibration_is_what_go_allocates_for_it() -> None:
    found = benchmarks.measured(GO / "calibration", ["."], "500x", 2)["."]
    for name, cost in found.items():
        size = int(name.partition("/")[2] or 0)
        # Go 1.22 and newer put 8 B before what has pointers and more than 512 B, so that 4096 B are of the class of 4864.
        headed = name.startswith("Pointers/") and 512 < size <= 32768 and size < cost.bytes < size + size // 5
        assert is_taken(size, cost.bytes) or headed, name
    plain, pointers = prices.from_costs(found).plain.keys(), prices.from_costs(found).pointers.keys()
    assert {8, 65536} <= pointers and plain == pointers | {1, 2, 4}


def test_a_package_that_does_not_compile_or_is_in_no_module_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package a\n\nfunc F() int { return nonsense }\n")
    with pytest.raises(BadInput, match="go.mod"):
        package.report(GO, go_tool.version(), tmp_path, "1x", 0)
    (tmp_path / "go.mod").write_text("module a\n\ngo 1.18\n")
    with pytest.raises(BadInput, match="nonsense"):
        package.report(GO, go_tool.version(), tmp_path, "1x", 0)


def test_a_package_in_which_nothing_escapes_needs_no_calibration(tmp_path: Path) -> None:
    (tmp_path / "a.go").write_text("package a\n\nfunc F() int { return 1 }\n")
    (tmp_path / "go.mod").write_text("module a\n\ngo 1.18\n")
    found = package.report(GO, go_tool.version(), tmp_path, "1s", 99)
    assert (found.sites, found.prices) == ([], None)


@pytest.mark.parametrize(
    "folder", [GO / "classic", GO / "sizes", GO / "calibration", EVERY_KIND], ids=lambda each: each.name
)
def test_the_go_code_is_laid_out_as_gofmt_has_it(folder: Path) -> None:
    done = subprocess.run(["gofmt", "-l", "."], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_looking_writes_nothing_beside_the_sources(every_kind: PackageReport) -> None:
    assert {path.name for path in EVERY_KIND.iterdir()} == {"go.mod", "every_kind.go", "every_kind_test.go"}
