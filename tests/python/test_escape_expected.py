"""The tables of what versions of Go are known to say, and how they are matched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from altered import altered
from hypothesis import given
from hypothesis import strategies as st
from terminal_widths import examples, hostile

from heaptoll.bad_input import BadInput
from heaptoll.escape import expected
from heaptoll.escape.diagnostics import Site, Verdict, parse

OURS = Path(__file__).parents[2] / "benches" / "go" / "expected"
# What a version printed of the classics. Of those between them the text was the same as of one of these.
RECORDING_OF = {
    "1.19": "1.19", "1.21": "1.22", "1.22": "1.22", "1.23": "1.24", "1.24": "1.24", "1.25": "1.27", "1.26": "1.27",
    "1.27": "1.27",
}  # fmt: skip
HEADER = "file,line,text,verdict,allocations\n"


def sites_of(recording: str) -> tuple[Site, ...]:
    return parse((Path(__file__).parent / "go_escapes" / f"classic-{recording}.txt").read_text()).sites


SITES = sites_of("1.19")


def table(folder: Path, name: str = "1.19.csv", rows: str = "") -> Path:
    path = folder / name
    path.write_text(HEADER + rows)
    return path


@pytest.mark.parametrize("release", sorted(path.stem for path in OURS.iterdir()))
def test_our_tables_are_what_these_versions_said_and_know_what_each_verdict_costs(release: str) -> None:
    sites = sites_of(RECORDING_OF[release])
    known = expected.read(OURS / f"{release}.csv")
    assert expected.differences(known, sites) == []
    assert all(row.allocations is not None for row in known.rows.values())
    assert expected.as_csv(sites, known) == (OURS / f"{release}.csv").read_bytes()


def test_a_make_of_variable_size_stays_in_go_1_25_and_takes_a_block_all_the_same_if_it_is_large() -> None:
    before, after = (expected.read(OURS / f"{release}.csv") for release in ("1.24", "1.25"))
    found = expected.differences(before, sites_of("1.27"))
    assert [(each.key.line, each.key.text, each.said) for each in found] == [
        (line, "make([]int, n)", "does not escape") for line in (24, 33)
    ]
    assert [after.rows[each.key].allocations for each in found] == [1, 0]


def test_another_column_is_no_difference() -> None:
    known = expected.read(OURS / "1.19.csv")
    assert expected.differences(known, [replace(site, column=site.column + 7) for site in SITES]) == []


def test_matching_by_column_too_would_find_differences_where_there_are_none() -> None:
    """The guard off: the column is part of what is compared."""
    unguarded = altered("expected", [("site.line, site.text)", "site.line, f'{site.column} {site.text}')")])
    known = unguarded.read(OURS / "1.19.csv")
    assert unguarded.differences(known, [replace(site, column=site.column + 7) for site in SITES])


@pytest.mark.parametrize(
    "change, before, now",
    [
        (lambda site: [replace(site, verdict=Verdict.STAYS)], "escapes to heap", "does not escape"),
        (lambda site: [], "escapes to heap", "nothing"),
        (lambda site: [site, replace(site, text="another")], "nothing", "escapes to heap"),
    ],
)
def test_another_verdict_none_or_a_new_one_is_a_difference(
    change: Callable[[Site], list[Site]], before: str, now: str
) -> None:
    known = expected.read(OURS / "1.19.csv")
    sites = [
        each
        for site in SITES
        for each in (change(site) if (site.text, site.line) == ("make([]int, n)", 24) else [site])
    ]
    (found,) = expected.differences(known, sites)
    assert (found.key.file, found.key.line, found.expected, found.said) == ("array_size/array_size.go", 24, before, now)


@pytest.mark.parametrize(
    "release, chosen", [((1, 19), "1.19"), ((1, 20), "1.19"), ((1, 25), "1.21"), ((1, 9), "1.19"), ((0, 0), "1.21")]
)
def test_a_version_that_is_not_known_is_held_against_the_newest_before_it(
    release: tuple[int, int], chosen: str, tmp_path: Path
) -> None:
    table(tmp_path, "1.19.csv")
    table(tmp_path, "1.21.csv")
    (tmp_path / "notes.csv").write_text("not a table")
    found = expected.nearest(tmp_path, release)
    assert found is not None and found.name == f"go{chosen}"


def test_versions_are_numbers_not_text(tmp_path: Path) -> None:
    table(tmp_path, "1.9.csv")
    table(tmp_path, "1.10.csv")
    found = expected.nearest(tmp_path, (1, 11))
    assert found is not None and found.release == (1, 10)


def test_without_any_table_nothing_is_known(tmp_path: Path) -> None:
    assert expected.nearest(tmp_path, (1, 19)) is None
    assert expected.nearest(tmp_path / "no such folder", (1, 19)) is None


@pytest.mark.parametrize(
    "rows, where",
    [
        ("a.go,1,x,escapes to heap", "line 2"),
        ("a.go,0x1,x,escapes to heap,1", "column line"),
        ("a.go,1,x,escapes,1", "column verdict"),
        ("a.go,1,x,escapes to heap,-1", "column allocations"),
        ("a.go,1,x,escapes to heap,1\na.go,1,x,does not escape,0", "line 3"),
        ('a.go,1,"x', "line 2"),
        ("a.go,1,x,escapes to heap,1,2", "found 6"),
    ],
)
def test_a_damaged_table_is_named_with_the_place(rows: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        expected.read(table(tmp_path, rows=rows))
    assert "1.19.csv" in str(caught.value) and where in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"file,line\n", b"\xff\xfe", HEADER.upper().encode()])
def test_what_is_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "1.19.csv").write_bytes(content)
    with pytest.raises(BadInput):
        expected.read(tmp_path / "1.19.csv")


def test_a_file_that_is_not_named_after_a_release_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        expected.read(table(tmp_path, "new.csv"))
    with pytest.raises(BadInput):
        expected.read(tmp_path / "1.30.csv")


def test_a_new_table_takes_over_the_cost_of_a_verdict_that_stayed_and_no_other(tmp_path: Path) -> None:
    known = expected.read(table(tmp_path, rows="a.go,1,x,escapes to heap,1\na.go,2,y,does not escape,0\n"))
    now = [Site("a.go", line, 1, text, Verdict.ESCAPES) for line, text in ((1, "x"), (2, "y"))]
    assert expected.as_csv(now, known).decode().splitlines()[1:] == [
        "a.go,1,x,escapes to heap,1",
        "a.go,2,y,escapes to heap,",
    ]


@given(st.lists(st.tuples(st.integers(1, 999), hostile.filter(lambda text: text and "\ud800" not in text)), max_size=5))
@examples(60)
def test_what_is_written_is_read_back(found: list[tuple[int, str]]) -> None:
    import tempfile

    sites = [Site("a.go", line, 3, text, Verdict.ESCAPES) for line, text in found if "\x00" not in text]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "1.19.csv"
        path.write_bytes(expected.as_csv(sites, None))
        assert expected.differences(expected.read(path), sites) == []
