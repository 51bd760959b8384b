"""Eighty columns: widths, cuts, lines and tables, and every report for the terminal made of them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal_widths import KNOWN, examples, hostile, known_width, names, texts, too_wide

from heaptoll.terminal_table import Column, TableRow, lay_out
from heaptoll.terminal_text import colour_wanted, fit, padded, width, wrapped

@examples(50)
@given(texts)
def test_width_is_what_a_terminal_takes(text: str) -> None:
    assert width(text) == known_width(text)


@examples(50)
@given(texts, st.integers(1, 90))
def test_what_is_cut_to_fit_fits_and_keeps_both_ends(text: str, columns: int) -> None:
    found = fit(text, columns)
    assert known_width(found) <= columns
    if known_width(text) <= columns:
        assert found == text
    else:
        head, _, tail = found.partition("…")
        assert text.startswith(head) and text.endswith(tail)
        assert not tail or KNOWN[tail[0]] > 0


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("retained/64/random", 18, "retained/64/random"),
        ("retained/64/random", 17, "retained…4/random"),
        ("retained", 1, "…"),
        ("大大大大", 7, "大…大"),
        ("abcdefe\u0301", 4, "ab…e\u0301"),
        ("aaaaaaae\u0301b", 3, "a…b"),
    ],
)
def test_a_cut_is_where_that_of_heaptoll_itself_is(text: str, columns: int, expected: str) -> None:
    assert fit(text, columns) == expected


@examples(50)
@given(texts, st.integers(0, 90))
def test_padding_fills_up_and_never_cuts(text: str, columns: int) -> None:
    for found in (padded(text, columns), padded(text, columns, right=True)):
        assert known_width(found) == max(columns, known_width(text)) and text in found


@examples(40)
@given(st.one_of(hostile, texts).map(lambda text: text * 4), st.integers(0, 90))
def test_lines_fit_and_lose_nothing_but_spaces(text: str, indent: int) -> None:
    lines = wrapped(" " * indent + text)
    assert not too_wide("\n".join(lines))
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")


def test_lines_break_at_spaces_and_hang() -> None:
    assert wrapped("  " + "word " * 30)[1].startswith("    word")
    assert wrapped("as short as it is") == ["as short as it is"]
    assert wrapped("") == [""]


COLUMNS = (Column("case", True, True), Column("who", True, True), Column("a"), Column("b"), Column("verdict", True))
rows = st.lists(
    st.tuples(names, names, hostile, hostile, st.sampled_from(["same", "slower"]), hostile), min_size=1, max_size=6
)


@examples(30)
@given(rows)
def test_a_table_fits_whatever_is_in_it(made: Sequence[tuple[str, ...]]) -> None:
    lines = lay_out(COLUMNS, [TableRow(each[:5], note=each[5], colour="31") for each in made])
    assert not too_wide("\n".join(lines))
    assert sum(line.count("\x1b[31m") for line in lines) == len(made)


def cells(*each: str) -> TableRow:
    return TableRow(each)


def test_a_narrow_table_has_a_line_for_each_row() -> None:
    assert lay_out(COLUMNS, [cells("c/1", "", "1", "22", "same"), cells("c/2", "", "3", "4", "slower")]) == [
        "case  a   b  verdict",
        "c/1   1  22  same",
        "c/2   3   4  slower",
    ]


def test_a_wide_table_has_a_heading_for_each_case_in_the_order_in_which_they_come() -> None:
    one, two = "c" * 70, "d" * 90
    lines = lay_out(COLUMNS, [cells(one, "x", "1", "2", "same"), cells(two, "x", "3", "4", "same"),
                              cells(one, "y", "5", "6", "slower")])  # fmt: skip
    assert lines == [
        "case",
        "  who  a  b  verdict",
        one,
        "  x    1  2  same",
        "  y    5  6  slower",
        "d" * 40 + "…" + "d" * 39,
        "  x    3  4  same",
    ]


def test_names_give_way_before_figures_do() -> None:
    lines = lay_out(COLUMNS, [cells("c" * 70, "n" * 60, "1" * 20, "2" * 20, "same")])
    assert "1" * 20 in lines[3] and "2" * 20 in lines[3] and "n…n" in lines[3] and len(lines) == 4


def test_figures_that_are_too_wide_together_take_several_lines() -> None:
    lines = lay_out(COLUMNS, [cells("c", "n", "1" * 50, "2" * 50, "same")])
    assert [line.split() for line in lines[-2:]] == [["n", "1" * 50], ["2" * 50, "same"]]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": ""}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False),
     ({"TERM": "dumb"}, False), ({"TERM": ""}, False), ({}, False)],
)  # fmt: skip
def test_colours_are_for_terminals_that_have_them_and_users_who_do_not_refuse(
    variables: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert colour_wanted(Terminal()) is wanted
    assert not colour_wanted(io.StringIO())
