"""What `go build -gcflags=-m=2` prints, read: recorded text, the newer forms of it, and text that means harm."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from altered import altered
from terminal_widths import examples, hostile

from heaptoll.escape.diagnostics import Diagnostics, Site, Step, Verdict, by_place, parse

RECORDINGS = {
    release: (Path(__file__).parent / "go_escapes" / f"classic-{release}.txt").read_text()
    for release in ("1.19", "1.22", "1.24", "1.27")
}
RECORDED = RECORDINGS["1.19"]
BLOCK = """\
./a.go:9:2: p escapes to heap:
./a.go:9:2:   flow: ~r0 = &p:
./a.go:9:2:     from &p (address-of) at ./a.go:10:9
./a.go:9:2:     from return &p (return) at ./a.go:10:2
./a.go:9:2: moved to heap: p
"""


def site(text: str) -> Site:
    (found,) = parse(text).sites
    return found


def test_a_verdict_has_its_place_its_text_and_the_flow_that_stood_before_it() -> None:
    found = site(BLOCK)
    assert (found.file, found.line, found.column, found.text, found.verdict) == ("./a.go", 9, 2, "p", Verdict.MOVED)
    assert found.flow == (Step("&p", "address-of", "./a.go:10:9"), Step("return &p", "return", "./a.go:10:2"))
    assert found.reason == "&p → return &p"


def test_verdicts_of_one_column_have_flows_of_their_own() -> None:
    line = [each for each in parse(RECORDED).sites if each.file == "println/println.go" and each.line == 24]
    assert {each.text: each.flow[0].what for each in line if each.flow} == {'"abc"': '"abc"', "n": "n"}


def test_without_the_text_in_their_key_flows_of_one_column_would_be_mixed_up() -> None:
    """The guard off: the flow of whatever stands at that place."""
    unguarded = altered("diagnostics", [('(*at, match["text"])', '(*at, "")'), ("((*at, site.text))", '((*at, ""))')])
    line = [each for each in unguarded.parse(RECORDED).sites if each.file == "println/println.go" and each.line == 24]
    assert {each.flow[0].what for each in line if each.flow} == {"n"}


@pytest.mark.parametrize(
    "said, text, verdict",
    [
        ("moved to heap: x", "x", Verdict.MOVED),
        ("make([]int, n) escapes to heap", "make([]int, n)", Verdict.ESCAPES),
        ('"a: escapes to heap: b" escapes to heap', '"a: escapes to heap: b"', Verdict.ESCAPES),
        ("func literal does not escape", "func literal", Verdict.STAYS),
        ("leaking param: p", "p", Verdict.LEAKS),
        ("leaking param content: p", "p", Verdict.LEAKS_CONTENT),
        ("leaking param: p to result ~r0 level=0", "p", Verdict.LEAKS_TO_RESULT),
    ],
)
def test_each_form_of_a_verdict(said: str, text: str, verdict: Verdict) -> None:
    found = site(f"/abs/dir with space/a.go:1:20: {said}\n")
    assert (found.file, found.text, found.verdict) == ("/abs/dir with space/a.go", text, verdict)


@pytest.mark.parametrize("release", RECORDINGS)
def test_all_of_the_recorded_text_is_of_known_forms(release: str) -> None:
    found = parse(RECORDINGS[release])
    stays = 12 if release == "1.27" else 10  # make([]int, n) twice
    assert found.other == ()
    assert Counter(each.verdict for each in found.sites) == {
        Verdict.ESCAPES: 27 - stays, Verdict.STAYS: stays, Verdict.MOVED: 2, Verdict.LEAKS: 2
    }  # fmt: skip
    assert all(each.flow for each in found.sites if each.verdict.on_heap)


def test_versions_say_the_same_in_other_words() -> None:
    """They name the function, draw arrows, move columns, and call a parameter by another name in a flow."""
    said = {release: parse(text).sites for release, text in RECORDINGS.items()}
    assert len({*RECORDINGS.values()}) == 4
    assert " in ByPointer:" in RECORDINGS["1.27"] and "~r0 ← &local:" in RECORDINGS["1.27"]

    def where_and_what(release: str) -> set[tuple[object, ...]]:
        sites = (each for each in said[release] if each.text != "make([]int, n)")
        return {(each.file, each.line, each.text, each.verdict, len(each.flow)) for each in sites}

    assert where_and_what("1.19") == where_and_what("1.22") == where_and_what("1.24") == where_and_what("1.27")
    kept = [each for each in said["1.27"] if each.text == "make([]int, n)"]
    assert [(each.line, each.verdict) for each in kept] == [(24, Verdict.STAYS), (33, Verdict.STAYS)]


def test_an_append_of_a_newer_compiler_has_its_flow_although_it_is_named_by_one_word() -> None:
    heading = "./a.go:9:2: append(all, x) escapes to heap in F:\n./a.go:9:2:   flow: {heap} ← &{storage for append(all, x)}:\n"
    step = "./a.go:9:2:     from all = append(all, x) (assign) at ./a.go:9:1\n"
    found = site(f"{heading}{step}./a.go:9:2: append escapes to heap\n")
    assert (found.text, found.reason) == ("append", "all = append(all, x)")


def test_a_make_whose_size_a_newer_compiler_knows_by_then_has_its_flow_as_well() -> None:
    """Go 1.27 on compress/flate: it explains the variable that was inlined, and then says the number."""
    at = "compress/flate/inflate.go:795:13"
    heading = f"{at}: make([]byte, size) escapes to heap in (*decompressor).Reset:\n"
    step = f"{at}:     from dd.hist = make([]byte, size) (assign) at {at}\n"
    found = site(f"{heading}{at}:   flow: {{heap}} ← &{{storage for make([]byte, size)}}:\n{step}"
                 f"{at}: make([]byte, 32768) escapes to heap\n")  # fmt: skip
    assert (found.text, found.reason) == ("make([]byte, 32768)", "dd.hist = make([]byte, size)")


def test_of_two_other_flows_at_a_place_none_is_taken_by_guess() -> None:
    headings = "".join(f"./a.go:9:2: {text} escapes to heap in F:\n" for text in ("msg", "err"))
    assert site(f"{headings}./a.go:9:2: \"nil\" escapes to heap\n").flow == ()


# Go 1.27 on go/doc and reflect, shortened: the variable is the compiler's own, and has no place.
PLACELESS = """\
{function} capturing by ref: #next (addr=false assign=true width=8)
<unknown line number>: #next escapes to heap in {function}:
<unknown line number>:   flow: {{storage for func literal}} ← &#next:
<unknown line number>:     from #next (captured by a closure) at {place}
<unknown line number>:     from #next (reference) at {place}
"""


def test_a_variable_without_a_place_is_where_its_flow_begins() -> None:
    text = "".join(
        PLACELESS.format(function=function, place=place)
        for function, place in (("hasIota", "go/doc/example.go:500:4"), ("Value.Comparable", "reflect/value.go:3326:5"))
    )
    found = parse(f"{text}moved to heap: #next\nmoved to heap: #next\n")
    assert (found.other, found.ignored) == ((), 2)
    assert [(each.file, each.line, each.column, each.text, each.verdict, len(each.flow)) for each in found.sites] == [
        ("go/doc/example.go", 500, 4, "#next", Verdict.MOVED, 2),
        ("reflect/value.go", 3326, 5, "#next", Verdict.MOVED, 2),
    ]


@pytest.mark.parametrize(
    "line",
    ["moved to heap: #next", "moved to heap: x", "<unknown line number>: it is raining", "<unknown line number>: "],
)
def test_without_a_place_or_a_flow_to_give_one_a_line_is_kept_as_it_is(line: str) -> None:
    found = parse(line)
    assert (found.sites, found.other) == ((), (line,))


def test_the_compilers_own_methods_are_places_too() -> None:
    found = site("<autogenerated>:1: ([]byte)(s) escapes to heap\n")
    assert (found.file, found.line, found.column) == ("<autogenerated>", 1, 0)


def test_a_flow_in_a_circle_ends_where_the_compiler_stops() -> None:
    circle = "./a.go:9:2:   warning: truncated explanation due to assignment cycle; see golang.org/issue/35518\n"
    found = parse(BLOCK.replace("./a.go:9:2: moved", f"{circle}./a.go:9:2: moved"))
    assert found.other == () and "stops explaining" in found.sites[0].reason


def test_a_long_flow_is_told_by_its_ends() -> None:
    steps = "".join(f"./a.go:9:2:     from s{i} (assign) at ./a.go:1{i}:1\n" for i in range(6))
    assert site(f"./a.go:9:2: x escapes to heap:\n{steps}./a.go:9:2: x escapes to heap\n").reason == "s0 → … → s5"


def test_what_is_of_no_known_form_is_kept_and_counted() -> None:
    strange = [
        "what is this",
        "./a.go:9:2: it is raining",
        "./a.go:9:2:     from nowhere (x) at y",
        "./a.go:x:2: p escapes to heap",
    ]
    found = parse("\n".join([*strange, "# example.com/p", "./a.go:1:6: can inline F with cost 4 as: func() {  }"]))
    assert (found.sites, found.other, found.ignored) == ((), tuple(strange), 2)


def test_windows_lines_and_repeated_ones_change_nothing() -> None:
    assert parse(BLOCK.replace("\n", "\r\n")) == parse(BLOCK)
    assert parse(BLOCK + BLOCK).sites == parse(BLOCK).sites


def test_sites_are_sorted_by_place() -> None:
    text = "b.go:1:1: moved to heap: x\na.go:10:1: moved to heap: y\na.go:9:5: moved to heap: z\n"
    assert [each.text for each in by_place(parse(text).sites)] == ["z", "y", "x"]


pieces = st.one_of(
    hostile,
    st.sampled_from([line for text in RECORDINGS.values() for line in text.splitlines()]),
    st.sampled_from([*PLACELESS.format(function="F", place="a.go:1:2").splitlines(), "moved to heap: #next"]),
    st.builds(lambda line, at, junk: line[:at] + junk + line[at:], st.sampled_from(BLOCK.splitlines()),
              st.integers(0, 60), hostile),
)  # fmt: skip


@given(st.lists(pieces, max_size=12))
@examples(100)
def test_no_line_is_lost_whatever_it_holds(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = parse(text)
    assert isinstance(found, Diagnostics)
    assert all(each.line > 0 and each.text for each in found.sites)
    assert len(found.other) + found.ignored <= len(re.split(r"\r?\n", text))
    assert all(line in text for line in found.other)


@given(st.sampled_from([*RECORDINGS.values()]), st.integers(0, 13000), st.integers(0, 200), hostile)
@examples(100)
def test_damage_costs_no_more_than_the_lines_it_is_in(text: str, start: int, length: int, junk: str) -> None:
    found = parse(text[:start] + junk + text[start + length :])
    lost = text.count("\n", start, start + length) + 1
    assert len(parse(text).sites) - len(found.sites) <= lost


def test_long_and_nested_text_takes_no_time_to_speak_of() -> None:
    """Every pattern is linear in what it reads, or nearly: this would otherwise not end."""
    parse("./a.go:1:1: " + "(" * 50_000 + " escapes to heap in " * 2_000 + "\n" + "a." * 50_000 + "\n")
