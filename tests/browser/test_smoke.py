"""That pages open, and that the way to them says so when something is wrong."""

from __future__ import annotations

import os
import time
from pathlib import Path

import chromium
import pytest
from chromium import Browser, NoBrowser, ScriptFailed, executable, running

PAGE = "data:text/html;charset=utf-8,<!doctype html><title>Tolls</title><h1>What a heap costs</h1><h2>8 µs</h2>"


def script(folder: Path, body: str) -> Path:
    path = folder / "made_up.cjs"
    path.write_text(body)
    return path


def alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_a_page_opens_and_what_is_on_it_comes_back(browser: Browser) -> None:
    assert browser("headings.cjs", PAGE) == {"title": "Tolls", "headings": ["What a heap costs", "8 µs"]}


def test_tests_of_a_file_share_one_chromium_but_no_page(browser: Browser, tmp_path: Path) -> None:
    counting = script(
        tmp_path,
        "module.exports = async (browser) => { const open = browser.contexts().length; await browser.newPage();"
        " return open; };",
    )
    assert [browser(counting), browser(counting)] == [0, 0]
    assert alive(browser.pid)


def test_what_a_script_prints_is_no_part_of_its_answer(browser: Browser, tmp_path: Path) -> None:
    assert browser(script(tmp_path, "module.exports = async () => { console.log('hello'); return [1]; };")) == [1]


@pytest.mark.parametrize(
    "body, words",
    [
        ("module.exports = async () => { console.log('so far'); throw new Error('no such button'); };", "no such button"),
        ("module.exports = async () => { console.log('so far'); throw new Error('no'); };", "so far"),
        ("module.exports = async () => {};", "returns nothing"),
        ("exports.run = 1;", "exports no function"),
        ("module.exports = ;", "SyntaxError"),
        ("module.exports = async () => { process.exit(3); };", "made_up.cjs failed"),
    ],
)
def test_a_script_that_fails_fails_the_test_with_its_words(
    browser: Browser, tmp_path: Path, body: str, words: str
) -> None:
    with pytest.raises(ScriptFailed, match=words):
        browser(script(tmp_path, body))


def test_a_script_that_hangs_is_ended(browser: Browser, tmp_path: Path) -> None:
    hanging = script(tmp_path, "module.exports = () => { console.log('waiting'); return new Promise(() => {}); };")
    with pytest.raises(ScriptFailed, match=r"not done after 2 s\nwaiting"):
        browser(hanging, seconds=2)
    assert browser("headings.cjs", PAGE)["title"] == "Tolls", "the next one finds Chromium as it was"


def test_chromium_ends_with_the_tests_of_its_file(browser: Browser) -> None:
    with running(executable()) as another:
        assert another.pid != browser.pid and alive(another.pid)
    deadline = time.monotonic() + 30
    while alive(another.pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert alive(browser.pid)


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")
    with pytest.raises(NoBrowser, match="CHROMIUM=/no/such/browser is no program"):
        executable()
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr(chromium, "NAMES", ("neither-this", "nor-that"))
    with pytest.raises(NoBrowser, match="none of neither-this, nor-that is on PATH"):
        executable()
    with pytest.raises(NoBrowser, match="false does not start"), running("/bin/false"):
        pass
    monkeypatch.setattr(chromium, "HERE", tmp_path)
    with pytest.raises(NoBrowser, match="install.sh does it"):
        chromium.node()
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(NoBrowser, match="no node on PATH"):
        chromium.node()
