"""What commands have in common: how they end, what they take for a filter, how they write a file."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

import pytest

from heaptoll.command_line import exit_status
from heaptoll.gate import command as gate
from heaptoll.gate.measure import Stopped
from heaptoll.name_filter import filter_text, matcher
from heaptoll.whole_file import write_whole


@pytest.mark.parametrize(
    ("stopped", "status"), [(KeyboardInterrupt(), 130), (KeyboardInterrupt(signal.SIGTERM), 128 + signal.SIGTERM)]
)
def test_what_is_stopped_says_so_in_one_line(
    stopped: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def work() -> int:
        raise stopped

    assert exit_status("history.py", None, work) == status
    assert capsys.readouterr().err == "history.py: stopped\n"


@pytest.mark.parametrize(
    ("stopped", "status"),
    [(KeyboardInterrupt(), 130), (KeyboardInterrupt(signal.SIGTERM), 143), (Stopped(130), 130), (Stopped(143), 143)],
)
def test_a_gate_that_is_stopped_says_what_stays(
    stopped: BaseException, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(options: argparse.Namespace) -> int:
        raise stopped

    monkeypatch.setattr(gate, "_gate", work)
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert gate.main(["--base", "main"]) == status
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capsys.readouterr().err == "gate.py: stopped; what was measured stays in its run folder\n"


def test_a_filter_is_found_somewhere_or_with_a_minus_nowhere() -> None:
    assert matcher("by_v.*/64$")("returned/by_value/64") and not matcher("^by")("returned/by_value/64")
    assert matcher("-/8$")("a/64") and not matcher("-/64$")("a/64") and matcher("")("a")


@pytest.mark.parametrize("text", ["(", "-[", "x{99999999999}", "(" * 5000])
def test_what_is_no_regular_expression_is_refused_in_a_line(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no regular expression") as refused:
        filter_text(text)
    assert len(str(refused.value)) < 300


def test_a_folder_in_the_place_of_a_file_is_named_as_the_user_named_it(tmp_path: Path) -> None:
    for folder in (tmp_path, Path(), Path("/")):
        with pytest.raises(IsADirectoryError, match="it is a folder") as refused:
            write_whole(folder, b"")
        assert refused.value.filename == str(folder)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_named_as_the_user_named_it(tmp_path: Path) -> None:
    wanted = tmp_path / "none" / "out.csv"
    with pytest.raises(FileNotFoundError) as refused:
        write_whole(wanted, b"")
    assert refused.value.filename == str(wanted)
