"""Reports in their formats: what comes first, and that no name can break out of its cell."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from heaptoll.escapes import visible
from heaptoll.verdict.formats import FORMATS, markdown, terminal
from heaptoll.verdict.formats import csv as csv_format
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import OneSided, Report, in_order
from heaptoll.verdict.zone import DeadZone


def row(
    case: str = "boxed_value/int/8", percent: float = 0.0, verdict: Verdict = Verdict.SAME, **changes: object
) -> Row:
    made = Row(
        case, "glibc", "heap", 100.0, 100.0 + percent, percent, percent, percent - 0.1, percent + 0.1, percent - 0.1,
        percent + 0.1, 1.0, 20, 20, 0.01, verdict, "",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def report(*rows: Row, one_sided: tuple[OneSided, ...] = (), warnings: tuple[str, ...] = ()) -> Report:
    heading = {"base": "run one (a)", "head": "run two (b)"}
    return Report("heaptoll compare", heading, rows, one_sided, warnings, DeadZone())


ROWS = (
    row("same/a/1"),
    row("slow/a/1", 5.0, Verdict.SLOWER),
    row("fast/a/1", -9.0, Verdict.FASTER),
    row("slow/b/1", 20.0, Verdict.SLOWER),
    row("unsure/a/1", 7.0, Verdict.UNSURE, note="beyond the dead zone of 1 ns, but not for certain"),
    row("unsure/b/1", 0.5, Verdict.UNSURE, note="the interval reaches beyond the dead zone of 1 ns"),
)
MISSING = OneSided("gone/a/1", "glibc", "heap", "base: timed; head: not there")
FULL = report(*ROWS, one_sided=(MISSING,), warnings=("interrupted run",))

HOSTILE = [
    "=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a|b", "a`b", "<b>x</b>", "</details>", "a\nb", "a\x1b[31mb",
    "a\x00b", "../../etc/passwd", 'a"b', "a,b", "a'b", "\ud800", "[x](http://example.org)", "_a_", "&amp;", "]]>",
    "\ufffe",
]  # fmt: skip


def test_what_changed_most_comes_first_then_what_may_have() -> None:
    found = in_order(ROWS)
    assert [each.case for each in found.changed] == ["slow/b/1", "fast/a/1", "slow/a/1"]
    assert [each.case for each in found.beyond] == ["unsure/a/1"]
    assert [each.case for each in found.rest] == ["same/a/1", "unsure/b/1"]


def test_a_toll_is_ordered_by_how_many_times_its_zone_it_moved() -> None:
    toll = row("toll/a/1", 0.0, Verdict.SLOWER, arm="toll", change_percent=None, change_ns=8.0)
    assert [each.case for each in in_order([*ROWS, toll]).changed][1:3] == ["fast/a/1", "toll/a/1"]


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_names_both_sides_every_change_and_every_gap(name: str) -> None:
    text = FORMATS[name](FULL)
    for said in ("slow/b/1", "fast/a/1", "unsure/a/1", "gone/a/1", "slower", "faster", "unsure"):
        assert said in text, said
    if name != "csv":
        assert "run one" in text and "run two" in text and "interrupted run" in text
    assert text.endswith("\n")


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_report_of_nothing_is_one(name: str) -> None:
    assert FORMATS[name](report())


def test_the_terminal_sums_up_what_did_not_change_by_scenario() -> None:
    text = terminal.write(report(*[row(f"one/a/{i}") for i in range(5)], *[row(f"two/a/{i}") for i in range(3)]))
    assert "one  5 same" in text and "two  3 same" in text and "one/a/1" not in text
    many = terminal.write(report(*[row(f"scenario{i}/a") for i in range(50)]))
    assert "  50 same" in many and "scenario7" not in many


def test_the_terminal_says_how_many_rows_it_does_not_show() -> None:
    unsure = [row(f"a/b/{i}", 7.0, Verdict.UNSURE, note="n") for i in range(25)]
    missing = tuple(OneSided(f"c/{i}", "", "x", "why") for i in range(23))
    text = terminal.write(report(*unsure, one_sided=missing))
    assert "25 unsure: n\n" in text and "and 5 more" in text and "and 3 more" in text and "not compared (23)" in text


def test_reasons_are_counted_without_the_zone_that_differs_from_row_to_row() -> None:
    notes = [f"beyond the dead zone of {zone} ns, but not for certain" for zone in ("1", "2.5", "1e+03")]
    text = terminal.write(report(*[row("a/b", 7.0, Verdict.UNSURE, note=note) for note in notes]))
    assert "3 unsure: beyond the dead zone, but not for certain\n" in text


def test_colour_is_only_there_when_asked_for() -> None:
    assert "\x1b" not in terminal.write(FULL)
    assert "\x1b[31mslower\x1b[0m" in terminal.render(FULL, colour=True)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_moves_the_cursor_or_breaks_a_line(hostile: str) -> None:
    harmless = "x" * len(visible(hostile))
    plain = terminal.write(report(row(harmless, 5.0, Verdict.SLOWER))).count("\n")
    text = terminal.write(report(row(hostile, 5.0, Verdict.SLOWER)))
    assert text.count("\n") == plain and text.replace("\n", "").isprintable()


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_leaves_its_cell_in_markdown(hostile: str) -> None:
    def lines(name: str) -> list[str]:
        unsure = row(name, 0.0, Verdict.UNSURE, note=name)
        missing = OneSided(name, name, name, name)
        return markdown.write(report(row(name, 5.0, Verdict.SLOWER), unsure, one_sided=(missing,))).split("\n")

    plain, found = lines("a"), lines(hostile)
    assert len(plain) == len(found)
    for one, other in zip(plain, found):
        assert one.count("|") == other.count("|")
        assert "`" not in other and other.count("<") == one.count("<") and "](" not in other and "://" not in other


def test_markdown_folds_what_did_not_change() -> None:
    shown, folded = markdown.write(FULL).split("<details>", 1)
    assert "slow/b/1" in shown and "unsure/a/1" not in shown and "same/a/1" not in shown
    assert folded.count("<summary>") == 3 == folded.count("</details>")


def test_markdown_names_snake_case_as_it_is() -> None:
    text = markdown.write(report(row("boxed_value/small_int/_8_", 5.0, Verdict.SLOWER)))
    assert "boxed_value/small_int/&#95;8&#95;" in text


def test_markdown_never_outgrows_a_step_summary_and_says_what_is_left_out() -> None:
    many = report(*[row(f"scenario/variant/{i}" + "é" * 50, 5.0, Verdict.SLOWER) for i in range(8000)], row("rest"))
    text = markdown.write(many)
    assert len(text.encode()) <= 1 << 20
    shown = text.count("| slower |")
    assert 1000 < shown < 8000 and f"{8000 - shown} changed rows are left out" in text
    assert text.count("<details>") == text.count("</details>")
    # Without the limit every row is there.
    assert markdown.within(many, 10**8).count("| slower |") == 8000


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_is_a_formula_or_a_row_of_its_own_in_csv(hostile: str) -> None:
    text = csv_format.write(report(row(hostile, note=hostile), one_sided=(OneSided(hostile, "", hostile, hostile),)))
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == 2
    for each in rows:
        for cell in (each["case"], each["note"], each["arm"]):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert hostile not in ("=cmd()", "@SUM(A1)") or rows[0]["case"] == "'" + hostile


def test_numbers_stay_numbers_in_csv() -> None:
    text = csv_format.write(report(row("a", -9.0, Verdict.FASTER), row("b", change_percent=None)))
    assert text.count("\r\n") == 3 == text.count("\n")
    one, two = csv.DictReader(io.StringIO(text, newline=""))
    assert one["change_ns"] == "-9" and float(one["low_percent"]) == -9.1 and one["base_launches"] == "20"
    assert two["change_percent"] == "" and two["verdict"] == "same"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_every_name_survives_json(hostile: str) -> None:
    text = FORMATS["json"](report(row(hostile)))
    assert json.loads(text)["rows"][0]["case"] == hostile
    json.loads(text.encode("utf-8", "backslashreplace"))


def test_json_has_the_documented_keys_and_no_nan() -> None:
    text = FORMATS["json"](replace(FULL, rows=[row(percent=0.0, change_percent=math.inf, p=math.nan)]))
    found = json.loads(text, parse_constant=lambda name: pytest.fail(name))
    assert list(found) == [
        "schema_version", "title", "heading", "warnings", "dead_zone", "confidence", "unit", "counts", "rows",
        "not_compared",
    ]  # fmt: skip
    assert found["schema_version"] == 1 and found["dead_zone"] == {"relative": 0.01, "floor_ns": 0.05}
    assert found["counts"] == {"slower": 0, "faster": 0, "same": 1, "unsure": 0}
    assert found["rows"][0]["change_percent"] is None and found["rows"][0]["p"] is None
    assert list(found["rows"][0]) == list(csv_format.COLUMNS)
    assert found["not_compared"] == [{"case": "gone/a/1", "allocator": "glibc", "arm": "heap", "why": MISSING.why}]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_junit_is_xml_whatever_the_names(hostile: str) -> None:
    made = report(row(hostile, 5.0, Verdict.SLOWER, allocator=hostile), one_sided=(OneSided(hostile, "", "", hostile),))
    suite = ElementTree.fromstring(FORMATS["junit"](made).encode("utf-8", "strict"))
    assert suite.get("tests") == "2" and suite.get("failures") == "1" and suite.get("skipped") == "1"


def test_junit_fails_what_is_slower_and_skips_what_is_unsure() -> None:
    toll = row("slow/a/1", 0.0, Verdict.SLOWER, arm="toll", change_percent=None)
    suite = ElementTree.fromstring(FORMATS["junit"](replace(FULL, rows=[*ROWS, toll])))
    cases = suite.findall("testcase")
    assert [(case.get("classname"), case.get("name")) for case in cases][1] == ("slow/a/1", "heap glibc")
    assert [[child.tag for child in case] for case in cases] == [
        [], ["failure"], ["system-out"], ["failure"], ["skipped"], ["skipped"], ["system-out"], ["skipped"],
    ]  # fmt: skip
    failure = cases[1].find("failure")
    assert failure is not None and failure.get("type") == "slower"
    assert failure.text == failure.get("message") and "+5.0 %" in str(failure.text)
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("8", "2", "3")
    assert float(str(cases[1].get("time"))) == pytest.approx(105e-9)
