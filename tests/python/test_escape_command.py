"""scripts/escape.py as its users meet it, with a made-up `go` that says what 1.19 said, and without any."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heaptoll.escape import beside_c, go_tool
from heaptoll.escape.command import main

HERE = Path(__file__).parent
RECORDED = HERE / "go_escapes" / "classic-1.19.txt"
TABLES = HERE.parents[1] / "benches" / "go" / "expected"
# Of the benchmarks it prints those that are asked for by the package's number in the order of the classics.
GO = r"""#!/bin/sh
case "$1" in
    version) echo "$FAKE_VERSION"; echo "$FAKE_ERROR" >&2 ;;
    env) printf '%s\n' ${FAKE_TARGET:-linux amd64} ;;
    build) cat "$FAKE_SAYS" >&2; exit "${FAKE_EXIT:-0}" ;;
    test) line="BenchmarkByPointer-2 10 ${FAKE_NS:-40} ns/op 64 B/op ${FAKE_ALLOCS:-1} allocs/op"
        printf '#!/bin/sh\necho "%s"\n' "$line" >"$4"
        chmod +x "$4" ;;
esac
"""


_PATH = os.environ.get("PATH", os.defpath)


def find(name: str) -> str:
    """A program of the real machine."""
    return str(shutil.which(name, path=_PATH))


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All of PATH but for what the made-up go itself needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "cat", "chmod"):
        (folder / name).symlink_to(find(name))
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(beside_c, "_USUAL", ())  # a run is not part of these tests
    return folder


@pytest.fixture
def go(bin_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = bin_folder / "go"
    path.write_text(GO)
    path.chmod(0o755)
    monkeypatch.setenv("FAKE_VERSION", "go version go1.19.8 linux/amd64")
    monkeypatch.setenv("FAKE_SAYS", str(RECORDED))
    return path


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What it says when it ends with exit code 2: one line."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("escape.py: ") and said.err.count("\n") == 1
    return said.err


def test_without_go_one_line_says_how_to_get_it(bin_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys)
    assert "golang-go" in said and "go.dev/dl" in said


def test_a_go_that_cannot_be_started_is_as_good_as_none(go: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("#!/no/such/shell\n", "\x7fELF"):
        go.write_text(text)
        assert "golang-go" in refused(capsys)
    go.chmod(0)
    assert "golang-go" in refused(capsys)


def test_a_go_that_does_not_say_its_version_is_refused(
    go: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for said in ("", "Go, the game", "go version"):
        monkeypatch.setenv("FAKE_VERSION", said)
        assert "version" in refused(capsys)
    monkeypatch.setenv("FAKE_VERSION", "")
    monkeypatch.setenv("FAKE_ERROR", "go: cannot find GOROOT directory: /nowhere")
    assert "cannot find GOROOT" in refused(capsys)


def test_a_package_that_is_built_for_another_platform_is_refused(
    go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_TARGET", "linux arm64")
    said = refused(capsys, "--no-bench", str(tmp_path))
    assert "linux/amd64" in said and "linux/arm64" in said
    monkeypatch.setenv("FAKE_SAYS", os.devnull)
    monkeypatch.delenv("FAKE_TARGET")
    assert main(["--no-bench", str(tmp_path)]) == 0
    assert "Nothing escapes" in capsys.readouterr().out


def test_our_own_programs_are_built_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GOOS": "windows", "GOARCH": "arm64", "GOENV": "/some/file"}.items():
        monkeypatch.setenv(name, value)
    assert [go_tool.ours()[name] for name in ("GOOS", "GOARCH", "GOENV")] == ["", "", "off"]


def test_the_version_that_is_known_is_what_is_known_of_it(go: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-bench"]) == 0
    assert "go1.19.8 says what is known of go1.19." in capsys.readouterr().out


def test_another_verdict_of_a_known_version_is_exit_1(
    go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "says"
    changed.write_text(
        RECORDED.read_text().replace("make([]int, n) escapes to heap\n", "make([]int, n) does not escape\n")
    )
    monkeypatch.setenv("FAKE_SAYS", str(changed))
    assert main(["--no-bench"]) == 1
    said = capsys.readouterr()
    assert "24: make([]int, n): escapes to heap in go1.19, does" in said.out and "known to say" in said.err


@pytest.mark.parametrize("name", ["go1.25.1", "go1.26rc1", "devel go1.27-abc123 Mon"])
def test_another_verdict_of_a_newer_version_is_shown_and_fails_nothing(
    name: str, go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known is 1.19 alone; said is what 1.25 and newer say."""
    shutil.copy(TABLES / "1.19.csv", tmp_path)
    monkeypatch.setenv("FAKE_SAYS", str(RECORDED.with_name("classic-1.27.txt")))
    monkeypatch.setenv("FAKE_VERSION", f"go version {name} linux/amd64")
    assert main(["--no-bench", f"--expected={tmp_path}"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "differs from go1.19, the nearest version that is known, in 2" in text and "does not escape now" in text
    assert "make([]int, n) does not escape, cost unknown" in text


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_what_stays_and_takes_a_block_all_the_same_is_said(
    form: str, go: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_SAYS", str(RECORDED.with_name("classic-1.27.txt")))
    monkeypatch.setenv("FAKE_VERSION", "go version go1.27.4 linux/amd64")
    assert main(["--no-bench", f"--format={form}"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    expected = {
        "terminal": "make([]int, n) does not escape, but costs 1 block",
        "markdown": "int, n) does not escape | 1 block",
    }
    assert expected[form] in text and "says what is known of go1.27" in text


def test_measured_allocations_are_held_against_the_known_ones(
    go: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["--processes=2", "--format=json"]) == 0
    (found,) = [each for each in json.loads(capsys.readouterr().out)["functions"] if each["function"] == "ByPointer"]
    assert (found["allocs_per_op"], found["bytes_per_op"], found["ns_per_op"]) == (1, 64, 40)
    monkeypatch.setenv("FAKE_ALLOCS", "0")
    assert main(["--processes=1"]) == 1
    monkeypatch.setenv("FAKE_NS", "forty")
    assert "ns/op" in refused(capsys_cleared(capsys), "--processes=1")


def capsys_cleared(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    capsys.readouterr()
    return capsys


def test_what_does_not_compile_is_refused_with_the_compilers_first_error(
    go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "says"
    said.write_text("# example\n./a.go:3:6: can inline F\n./a.go:5:2: undefined: nonsense\n./a.go:6:2: more\n")
    monkeypatch.setenv("FAKE_SAYS", str(said))
    monkeypatch.setenv("FAKE_EXIT", "1")
    assert "undefined: nonsense" in refused(capsys, str(tmp_path))
    said.write_text(f"./a.go:5:2: cannot use {'x' * 100} as int value: {'y' * 600}\n")
    text = refused(capsys, str(tmp_path))
    assert "as int value" in text and "…" in text, "the end of what is wrong, but no more than a line has"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_it_started_ends_with_it(number: signal.Signals, go: Path, tmp_path: Path) -> None:
    go.write_text(f"#!/bin/sh\necho $$ >'{tmp_path}/new' && mv '{tmp_path}/new' '{tmp_path}/pid'\nexec sleep 300\n")
    for name in ("mv", "sleep"):
        (go.parent / name).symlink_to(find(name))
    script = HERE.parents[1] / "scripts" / "escape.py"
    process = subprocess.Popen(
        [sys.executable, str(script)], stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
    )  # fmt: skip
    while not (tmp_path / "pid").exists():
        time.sleep(0.02)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (128 + number, "escape.py: stopped\n")
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}").exists()


def test_a_package_that_is_no_folder_is_refused(go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no such folder" in refused(capsys, str(tmp_path / "nothing"))
    assert "a file" in refused(capsys, str(go))


def test_a_run_that_is_named_must_be_one(go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "measurements" in refused(capsys, "--no-bench", f"--run={tmp_path}")


def test_record_writes_a_table_and_keeps_what_is_known(
    go: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_VERSION", "go version go1.24.3 linux/amd64")
    assert main([f"--record={tmp_path}"]) == 0
    assert (tmp_path / "1.24.csv").read_bytes() == (TABLES / "1.24.csv").read_bytes()
    assert capsys.readouterr().out == f"{tmp_path / '1.24.csv'}\n"
    monkeypatch.setenv("FAKE_VERSION", "go version devel go1.27-abc Mon linux/amd64")
    assert "release" in refused(capsys, f"--record={tmp_path}")
    assert "no package" in refused(capsys, str(tmp_path), f"--record={tmp_path}")
    monkeypatch.setenv("FAKE_VERSION", "go version go1.25.3 linux/amd64")
    assert "could not be written" in refused(capsys, f"--record={tmp_path / 'no' / 'folder'}")


@pytest.mark.parametrize(
    "option", ["--processes=0", "--processes=many", "--benchtime=soon", "--benchtime=0x", "--format=csv"]
)
def test_a_mistyped_option_is_refused(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([option])
    assert caught.value.code == 2 and option.partition("=")[2] in capsys.readouterr().err


def test_the_figures_of_a_run_stand_beside(go: Path, capsys: pytest.CaptureFixture[str]) -> None:
    published = HERE.parents[1] / "results" / "published" / "epyc-zen4-2vcpu"
    assert main(["--no-bench", f"--run={published}"]) == 0
    text = capsys.readouterr().out
    assert "in C: stack 6." in text and "(returned_pointer/by_value/64)" in text
    run = beside_c.find_run(published, HERE)
    assert run is not None and set(run.figures) == set(beside_c.CASES.values())


def test_without_a_run_there_are_no_figures_of_c(go: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--no-bench"]) == 0
    assert "in C" not in capsys.readouterr().out
