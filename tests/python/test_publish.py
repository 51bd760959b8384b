"""Publishing: what is refused, what is written and what stays, the same bytes each time, and nobody's name."""

from __future__ import annotations

import json
import lzma
import os
import signal
from pathlib import Path
from typing import Any

import go_runs
import pytest
from synthetic import contended, few_cases, write_run

from heaptoll import charts
from heaptoll.measurements import read_run
from heaptoll.bad_input import BadInput
from heaptoll.publish import command, folders, readme, refuse, scrub

NAME = "small-1vcpu"
RESULTS, CHARTS = Path("results/published") / NAME, Path("plots/published") / NAME
draw = folders.charts.draw


@pytest.fixture(name="place", autouse=True)
def place_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout, in which charts are empty files: drawing takes seconds. See `drawing`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(scrub, "host_name", lambda: "buildhost7")
    monkeypatch.setattr(folders.charts, "draw", lambda _, folder: (folder / "headline-light.svg").write_text(""))
    return tmp_path


@pytest.fixture(name="drawing")
def drawing_fixture(monkeypatch: pytest.MonkeyPatch) -> None:
    """One chart is really drawn."""
    monkeypatch.setattr(charts, "NAMES", ("headline",))
    monkeypatch.setattr(folders.charts, "draw", draw)


def run(name: str = "run", **changes: Any) -> Path:
    return write_run(Path(name), ["glibc", "jemalloc"], made=few_cases(), **changes)


def publish(*arguments: str, of: str = "run") -> int:
    return command.main([NAME, "--run", of, *arguments])


def contents() -> dict[str, bytes]:
    return {
        str(path): path.read_bytes() for top in ("results", "plots") for path in sorted(Path(top).rglob("*"))
        if path.is_file()
    }  # fmt: skip


@pytest.mark.usefixtures("drawing")
def test_a_run_is_frozen_with_its_charts_and_listed() -> None:
    run()
    assert publish() == 0
    assert sorted(path.name for path in RESULTS.iterdir()) == ["measurements.csv.xz", "run.json"]
    assert lzma.decompress((RESULTS / "measurements.csv.xz").read_bytes()) == Path("run/measurements.csv").read_bytes()
    assert sorted(path.name for path in CHARTS.iterdir()) == [
        "headline-dark.svg", "headline-light.png", "headline-light.svg",
    ]  # fmt: skip
    listed = Path("plots/published/README.md").read_text()
    assert f"| [{NAME}](#{NAME}) | Example CPU E5-1234 v5" in listed and f'src="{NAME}/headline-light.svg"' in listed


@pytest.mark.usefixtures("drawing")
def test_what_was_measured_of_go_goes_along_with_its_charts() -> None:
    measured = go_runs.write_go(run())
    assert publish() == 0
    packed = (RESULTS / "measurements-go.csv.xz").read_bytes()
    assert lzma.decompress(packed) == (measured / "measurements-go.csv").read_bytes()
    assert (RESULTS / "run-go.json").read_bytes() == (measured / "run-go.json").read_bytes()
    assert {"go-light.svg", "go_live_heap-dark.svg"} <= {path.name for path in CHARTS.iterdir()}
    assert f"[go]({NAME}/go-light.svg)" in Path("plots/published/README.md").read_text()


@pytest.mark.parametrize("changes, word", [
    ({"status": "interrupted"}, "incomplete"),
    ({"git": {"revision": "f" * 40, "dirty": True}}, "dirty"),
    ({"machine": {"cpu_model": "Another CPU"}}, "other-machine"),
])  # fmt: skip
@pytest.mark.usefixtures("drawing")
def test_what_was_measured_of_go_is_refused_as_a_run_is(
    changes: dict[str, object], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    go_runs.edit_facts(go_runs.write_go(run()), **changes)
    assert publish() == 2 and not RESULTS.exists()
    said = capsys.readouterr().err
    assert "run-go.json" in said and f"--allow {word}" in said
    assert publish("--allow", word) == 0


@pytest.mark.usefixtures("drawing")
def test_twice_gives_the_same_bytes_and_so_do_charts_drawn_from_what_is_published() -> None:
    from heaptoll.plot_command import main as plot

    run()
    assert publish() == 0
    before = contents()
    assert publish() == 0
    assert contents() == before
    assert plot([str(RESULTS), "--out", "again", "--select", "headline", "--format", "svg"]) == 0
    for file in Path("again").iterdir():
        assert file.read_bytes() == (CHARTS / file.name).read_bytes()


def test_what_another_liblzma_packed_stays_as_it_is_where_it_says_the_same() -> None:
    run()
    assert publish() == 0
    packed = RESULTS / "measurements.csv.xz"
    other = lzma.compress(lzma.decompress(packed.read_bytes()), preset=0)
    packed.write_bytes(other)
    assert publish() == 0
    assert packed.read_bytes() == other


@pytest.mark.usefixtures("drawing")
def test_what_else_was_published_stays_and_a_chart_without_data_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    assert publish() == 0
    (RESULTS / "gate-selftest.json").write_text("{}")
    for name in ("gate-selftest-light.svg", "lifetime-light.svg"):
        (CHARTS / name).write_text("<svg/>")
    monkeypatch.setattr(charts, "NAMES", ("headline", "lifetime"))
    assert publish() == 0
    assert (RESULTS / "gate-selftest.json").read_text() == "{}"
    assert (CHARTS / "gate-selftest-light.svg").exists() and not (CHARTS / "lifetime-light.svg").exists()


def test_code_is_published_as_it_lies_beside_the_run_and_goes_with_it(capsys: Any) -> None:
    packed = lzma.compress(b"{}", preset=0)
    (run() / "code.json.xz").write_bytes(packed)
    assert publish() == 0
    assert (RESULTS / "code.json.xz").read_bytes() == packed
    (RESULTS / "edges.csv").write_text("of this run")
    name = "20260201T120000Z-cafe"
    run("next", run_id=name, change=lambda row: {**row, "run_id": name})
    assert publish("--replace", of="next") == 0
    assert sorted(path.name for path in RESULTS.iterdir()) == ["measurements.csv.xz", "run.json"]


def test_an_unpacked_csv_published_before_does_not_stand_beside_the_packed_one() -> None:
    RESULTS.mkdir(parents=True)
    for name in ("measurements.csv", "run.json"):
        (RESULTS / name).write_bytes((run() / name).read_bytes())
    assert publish() == 0
    assert not (RESULTS / "measurements.csv").exists() and read_run(RESULTS).builds == ["gcc"]


def test_neither_folder_is_replaced_without_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    assert publish() == 0
    before = contents()
    run("other", run_id="20260201T120000Z-cafe", change=lambda row: {**row, "run_id": "20260201T120000Z-cafe"})
    rename = Path.rename

    def renaming(path: Path, to: Any) -> Path:
        if to == CHARTS:
            raise OSError(13, "Permission denied")
        return rename(path, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", renaming)
        assert publish("--replace", of="other") == 2
    assert {path: content for path, content in contents().items() if "/.small" not in path} == {
        path: content for path, content in before.items() if not path.startswith(str(CHARTS))
    }
    kept = [path.read_text() for path in Path("plots/published").glob(".small*/older/*")]
    assert kept == [""], "what could not be put back is there still"


def test_a_stop_leaves_both_folders_and_nothing_unfinished(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    run()
    assert publish() == 0
    before = contents()
    monkeypatch.setattr(folders.charts, "draw", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    assert publish() == 143
    assert "stopped" in capsys.readouterr().err and contents() == before


def test_two_do_not_publish_at_once(capsys: Any) -> None:
    run()
    with folders.alone():
        assert publish() == 2
    assert "nobody else who publishes" in capsys.readouterr().err and not CHARTS.exists()
    assert publish() == 0


@pytest.mark.parametrize("folder", [RESULTS, CHARTS])
def test_what_is_no_folder_is_not_replaced(folder: Path, capsys: Any) -> None:
    run()
    folder.parent.mkdir(parents=True)
    Path("elsewhere").mkdir()
    folder.symlink_to(Path("elsewhere").absolute())
    assert publish() == 2 and "a folder, or nothing" in capsys.readouterr().err
    folder.unlink()
    folder.write_text("precious")
    assert publish() == 2 and folder.read_text() == "precious"


def test_links_that_were_published_stay_links() -> None:
    run()
    assert publish() == 0
    (RESULTS / "gone").symlink_to("nowhere")
    (RESULTS / "up").symlink_to("../..")
    assert publish() == 0
    assert os.readlink(RESULTS / "gone") == "nowhere" and (RESULTS / "up").is_symlink()


def test_what_fails_half_way_leaves_both_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    assert publish() == 0
    before = contents()
    run("other", run_id="20260201T120000Z-cafe", change=lambda row: {**row, "run_id": "20260201T120000Z-cafe"})

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.charts, "draw", full)
    assert publish("--replace", of="other") == 2
    assert contents() == before
    assert not [path for top in ("results", "plots") for path in Path(top).rglob(".*")]


BAD_RUNS: dict[str, tuple[dict[str, Any], str]] = {
    "incomplete": ({"status": "interrupted"}, "expected a complete run, found one that is interrupted"),
    "dirty": ({"git": {"revision": "0" * 40, "dirty": True}}, "local changes"),
    "contended": ({"change": contended}, "6 of 6 arms contended"),
    "host-name": ({"command_line": "build/heaptoll --cpu=1 --results-dir=/srv/BUILDHOST7/x"}, "found buildhost7"),
}


@pytest.mark.parametrize("word", BAD_RUNS)
def test_what_would_mislead_is_refused_unless_it_is_allowed_by_name(word: str, capsys: Any) -> None:
    changes, words = BAD_RUNS[word]
    run(**changes)
    assert publish() == 2
    said = capsys.readouterr().err
    assert words in said and f"--allow {word}" in said
    assert not Path("results").exists() and not Path("plots").exists()
    assert publish("--allow", word) == 0


@pytest.mark.parametrize(
    "name", ["", "..", ".hidden", "a/b", "../up", "a..b", "a b", "-x", "ä", "x" * 65, "end.", "assets", "History"]
)
def test_a_name_is_one_plain_folder(name: str) -> None:
    with pytest.raises(BadInput, match="letters, digits"):
        refuse.check_name(name)


def test_a_name_that_is_taken_is_replaced_only_when_asked_and_only_by_the_same_machine(capsys: Any) -> None:
    run()
    assert publish() == 0

    def other(folder: str, cpu: str) -> None:
        made = run(folder, change=lambda row: {**row, "run_id": "20260201T120000Z-cafe"}, run_id="20260201T120000Z-cafe")
        facts = json.loads((made / "run.json").read_text())
        facts["machine"]["cpu_model"] = cpu
        (made / "run.json").write_text(json.dumps(facts))

    other("same", "Example CPU E5-1234 v5 @ 2.90GHz")
    assert publish(of="same") == 2 and "--replace" in capsys.readouterr().err
    assert publish("--replace", of="same") == 0
    other("moved", "Another CPU")
    facts = json.loads(Path("moved/run.json").read_text()) | {"run_id": "20260202T120000Z-f00d"}
    Path("moved/run.json").write_text(json.dumps(facts))
    rows = Path("moved/measurements.csv")
    rows.write_text(rows.read_text().replace("20260201T120000Z-cafe", facts["run_id"]))
    assert publish("--replace", of="moved") == 2
    assert "CPU was Example CPU" in (said := capsys.readouterr().err) and "--allow other-machine" in said
    assert publish("--replace", "--allow", "other-machine", of="moved") == 0


def test_a_run_of_another_schema_is_refused(capsys: Any) -> None:
    run(schema_version=2)
    assert publish() == 2 and "schema version 1" in capsys.readouterr().err


def test_users_folders_are_not_published(capsys: Any, place: Path) -> None:
    made = run(command_line=f"{place}/build/heaptoll --allocators=mine=/home/jane.doe/lib/libmine.so")
    facts = json.loads((made / "run.json").read_text())
    facts["allocators"][1]["path"] = "/Users/jane doe/libmine.so"
    facts["toolchain"]["flags"] = "-O2 -ffile-prefix-map=/root=. -I/root/include -I/rootless/x"
    (made / "run.json").write_text(json.dumps(facts))
    assert publish() == 0
    assert "were shortened" in capsys.readouterr().err
    text = (RESULTS / "run.json").read_text()
    assert "jane" not in text and "jane doe" not in text and "~ doe" not in text and str(place) not in text
    found = json.loads(text)
    assert found["command_line"] == "build/heaptoll --allocators=mine=~/lib/libmine.so"
    assert found["toolchain"]["flags"] == "-O2 -ffile-prefix-map=~=. -I~/include -I/rootless/x"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("-isystem/home/jane/x -B/home/jane/y", "-isystem~/x -B~/y"),
        ("file:///home/jane/z", "file://~/z"),
        ("/mnt/c/Users/jane/x /export/home/jane/x", "/mnt/c/Users/user/x /export/home/user/x"),
        ("/home/jos\\u00e9/x", "~/x"),
        ('"/Users/jane doe/x --y=/z"', '"~/x --y=/z"'),
        ("/data/jos\\u00e9 doe/x -I/data/josé doe", "~/x -I~"),
        ("benches/home/x.c /rootless /usr/home", "benches/home/x.c /rootless /usr/home"),
    ],
)
def test_wherever_homes_are_they_are_nobodys(text: str, clean: str) -> None:
    once = scrub.scrubbed(text, [], Path("/data/josé doe"))
    assert once == clean and scrub.scrubbed(once, [], None) == once


def test_what_is_no_text_is_refused(capsys: Any) -> None:
    (run() / "truth.md").write_bytes(b"# Truth\n\xff")
    assert publish() == 2
    assert "run/truth.md, line 2: expected UTF-8 text, found byte 0xff" in capsys.readouterr().err
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("text", "found"),
    [("on buildhost7:", True), ("BuildHost7.lan", True), ("buildhost78", False), ("my-buildhost7", False), ("", False)],
)
def test_a_hosts_name_is_a_word(text: str, found: bool) -> None:
    assert scrub.names_host(text, "buildhost7") is found
    assert not scrub.names_host("vm localhost", "vm") and not scrub.names_host("localhost", "localhost")


def test_precision_of_another_machine_never_goes_along(capsys: Any) -> None:
    run()
    latest = Path("results/precision")
    latest.mkdir(parents=True)
    (latest / "precision.md").write_text("table")
    (latest / "precision.json").write_text(json.dumps({"machine": "Another CPU, 2 cores"}))
    assert publish() == 0
    assert "--also precision" in capsys.readouterr().err and not (RESULTS / "precision.md").exists()
    assert publish("--also", "precision") == 2
    assert "Another CPU" in capsys.readouterr().err
    assert publish("--also", "precisoin") == 2


def test_counts_of_other_libraries_do_not_go_along(capsys: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from heaptoll.counts.of_run import CountsOfRun
    from heaptoll.publish import material

    run()
    latest = Path("results/counts")
    latest.mkdir(parents=True)
    for name in ("counts.csv", "counts.json"):
        (latest / name).write_text(name)
    told = CountsOfRun({}, ("Instruction counts not used for glibc: they are not known to be of the same library.",))
    monkeypatch.setattr(material, "counts_of_run", lambda *_: told)
    assert publish() == 0
    assert "not known to be of the same library" in capsys.readouterr().err and not (RESULTS / "counts.csv").exists()
    key: Any = ("case", "heap", "glibc")
    monkeypatch.setattr(material, "counts_of_run", lambda *_: CountsOfRun({key: 1.0}, ("Counts: then.",)))
    assert publish() == 0
    assert (RESULTS / "counts.csv").read_text() == "counts.csv"


SHOWS = f"""# Title
{readme.BEGIN}
[a](plots/published/old/headline-light.svg) and [b](results/published/old/run.json), [c](results/published/old)
[all](plots/published/README.md)
{readme.END}
[stays](plots/published/old/precision-light.svg)
"""


def test_the_readmes_links_are_turned_between_the_markers_only() -> None:
    run()
    Path("README.md").write_text(SHOWS)
    Path("plots/published/old").mkdir(parents=True)
    assert publish() == 0
    assert Path("README.md").read_text() == SHOWS, "it shows another machine, and nobody asked"
    assert publish("--readme") == 0
    text = Path("README.md").read_text()
    assert text.count(f"published/{NAME}") == 3 and "[stays](plots/published/old/" in text
    assert "[all](plots/published/README.md)" in text, "the list of machines is no machine"


def test_the_first_machine_is_shown_without_being_asked_for() -> None:
    run()
    Path("README.md").write_text(SHOWS)
    assert publish() == 0
    assert f"plots/published/{NAME}/headline-light.svg" in Path("README.md").read_text()


def test_a_readme_that_would_have_dead_links_is_left_alone(capsys: Any) -> None:
    run()
    Path("README.md").write_text(SHOWS.replace("old/run.json", "old/edges.csv"))
    assert publish("--readme") == 2
    assert "edges.csv, which are not there" in capsys.readouterr().err
    assert "old/edges.csv" in Path("README.md").read_text()


@pytest.mark.parametrize("text", ["no markers", f"{readme.END} {readme.BEGIN}", readme.BEGIN])
def test_a_readme_without_both_markers_is_told_before_anything_is_written(text: str, capsys: Any) -> None:
    run()
    Path("README.md").write_text(text)
    assert publish("--readme") == 2
    assert "put them there" in capsys.readouterr().err and not Path("results").exists()
    assert publish() == 0, "nobody asked for the README"
    assert Path("README.md").read_text() == text


def test_the_readmes_line_ends_stay() -> None:
    run()
    Path("README.md").write_bytes(SHOWS.replace("\n", "\r\n").encode())
    assert publish("--readme") == 0
    text = Path("README.md").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n") == SHOWS.count("\n") and NAME.encode() in text


def test_the_real_host_name_is_what_uname_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert scrub.host_name() == os.uname().nodename.split(".")[0]
