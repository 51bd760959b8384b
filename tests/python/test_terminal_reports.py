"""What compare, gate and history say on a terminal: 80 columns, whatever names, figures and reasons they have."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from gate_pairs import LAYOUTS, pair
from history_series import runs, searched, series, stepped
from hypothesis import given
from hypothesis import strategies as st
from terminal_widths import examples, hostile, names, too_wide

from heaptoll.gate import report as gate
from heaptoll.gate.counted import Counted
from heaptoll.gate.counts import CountsResult, differences
from heaptoll.gate.counts_readings import Allocated, Reading, ReadingPair
from heaptoll.gate.decide import conclude, judgement
from heaptoll.gate.run import Timed
from heaptoll.history.formats import terminal as history
from heaptoll.history.told import Told
from heaptoll.verdict.formats import terminal
from heaptoll.verdict.judge import Row, Verdict
from heaptoll.verdict.report import OneSided, Report
from heaptoll.verdict.zone import DeadZone

figures = st.one_of(st.floats(-1e12, 1e12), st.sampled_from([0.0, 1e-9, 12.34, -999.96, 1e300, -1e300]))
rows = st.builds(
    Row, case=names, allocator=names, arm=st.one_of(st.just("heap"), names), base_ns=figures, head_ns=figures,
    change_ns=figures, change_percent=st.one_of(st.none(), figures), low_ns=figures, high_ns=figures,
    low_percent=figures, high_percent=figures, zone_ns=st.just(1.0), base_launches=st.just(20),
    head_launches=st.just(20), p=st.just(0.01), verdict=st.sampled_from(list(Verdict)), note=hostile,
)  # fmt: skip
missing = st.builds(OneSided, case=names, allocator=hostile, arm=hostile, why=hostile)


@examples(30)
@given(st.lists(rows, max_size=6), st.lists(missing, max_size=3), names, names, hostile)
def test_no_line_of_a_comparison_is_wider_than_eighty_columns(
    some: list[Row], one_sided: list[OneSided], base: str, head: str, warning: str
) -> None:
    report = Report("t", {"base": base, "head": head * 3}, some, one_sided, [warning, warning * 5], DeadZone())
    plain, painted = (terminal.render(report, colour=colour) for colour in (False, True))
    assert not too_wide(plain)
    assert "\x1b" not in plain and re.sub(r"\x1b\[\d+m", "", painted) == plain


@pytest.mark.parametrize("allocators", range(1, 7))
def test_a_comparison_of_ordinary_names_loses_nothing_of_them(allocators: int) -> None:
    known = ["glibc", "jemalloc", "mimalloc", "tcmalloc", "snmalloc", "rpmalloc"][:allocators]
    case = "returned_pointer/retained/64/n64/random"
    some = [
        Row(case, name, "hybrid", 18.85, 14.78, -3.98, -21.1, -4.2, -3.68, -22.0, -20.0, 1.0, 20, 20, 0.01,
            Verdict.FASTER, "")
        for name in known
    ]  # fmt: skip
    text = terminal.write(Report("t", {}, some, [], [], DeadZone()))
    assert not too_wide(text) and "…" not in text and f"\n{case}\n" in text
    for name in known:
        assert re.search(
            rf"^  {name} +hybrid +18.85 ns +14.78 ns +−3.98 ns +\[−4.20, −3.68\] +−21.1 % +faster$", text, re.M
        )


@examples(30)
@given(st.lists(rows, min_size=1, max_size=4))
def test_no_figure_is_ever_cut(some: list[Row]) -> None:
    named = [replace(row, case="c/1", allocator="glibc", arm="heap", note="") for row in some]
    assert "…" not in terminal.write(Report("t", {}, named, [], [], DeadZone()))


def test_without_colours_every_verdict_is_there_in_words() -> None:
    row = Row("c", "glibc", "heap", 1.0, 2.0, 1.0, 100.0, 0.9, 1.1, 90.0, 110.0, 0.1, 20, 20, 0.01, Verdict.SLOWER, "")
    text = terminal.write(Report("t", {}, [row, replace(row, verdict=Verdict.FASTER)], [], [], DeadZone()))
    assert [line.split()[-1] for line in text.splitlines() if "glibc" in line] == ["slower", "faster"]


@examples(25)
@given(names, names, names, hostile, hostile)
def test_no_line_of_a_gate_is_wider_than_eighty_columns(
    case: str, allocator: str, title: str, reason: str, warning: str
) -> None:
    slow = [pair(case.replace("\ud800", "?"), change=0.3, allocator=allocator, launches=16, seed=s) for s in (1, 2)]
    lost = pair("lost", quiet=2, allocator=allocator, launches=16, reason=reason)
    found = conclude([slow[0], lost], {slow[1].key: slow[1]}, {}, LAYOUTS, DeadZone())
    base = Reading("ok", "", 8, (800,), (Allocated(1.0, 64.0),))
    head = Reading("ok", "", 8, (88000000,), (Allocated(2e9, 1e15),))
    crashed = Reading("crashed", reason, 8, (), ())
    pairs = (ReadingPair(case, "heap", allocator, base, head), ReadingPair(case, "stack", "glibc", base, crashed))
    counts = Counted(tuple(differences(CountsResult(pairs))), "")
    timed = Timed(tuple(found), ("run",), 6, 9.0, "", (f"{case}: {reason}",), (warning * 4,))
    judged = judgement(found, list(counts.red(found)), counts.changed_controls, "", timed.one_sided)
    text = gate.as_text(gate.Report(title, title, DeadZone(), timed, judged, counts))
    assert not too_wide(text)
    assert "slower" in text and "RED" in text


@examples(10)
@given(names, names, hostile, hostile)
def test_no_line_of_a_history_is_wider_than_eighty_columns(case: str, allocator: str, key: str, warning: str) -> None:
    of = runs(40)
    found = searched(series(stepped(40, 10, 20, 9, 1), of, case=case, allocator=allocator, key=key * 3))
    told = Told(heading={"history": warning * 3}, warnings=[warning * 4], notices=[case])
    text = history.write(found, told)
    assert not too_wide(text) and "in all: 1 change" in text
