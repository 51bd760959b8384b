"""The C behind an arm: which definition made a symbol, how much of the text it is, and what it uses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heaptoll.case_code.c_text import CText
from heaptoll.case_code.excerpts import Definitions

ROOT = Path(__file__).resolve().parents[2]
BENCHES = sorted((ROOT / "benches").rglob("*.c"))

TEXT = r"""
/* HT_ARM(in_a_comment) { */
#include "bench.h"
#define LIMIT 64 /* bytes { */
#define SAYS(N) "a string { of " #N
#define USED_first(N) 8
#define USED_all(N) (N)

static HT_NOINLINE uint64_t shared(const void *at) {
    return at ? '}' : LIMIT;
}


#define PAIR(N, HOW)                                                  \
    static HT_NOINLINE struct value make_##N(uint64_t seed,           \
                                             const void *more) {      \
        if (seed) {                                                   \
            return of(seed, more);                                    \
        }                                                             \
    } HT_ARM(pair_null_##N##_##HOW) {                                 \
        return shared(make_##N(seed, SAYS(N)), USED_##HOW(N));        \
    }                                                                 \
    HT_ARM(pair_heap_##N##_##HOW) {                                   \
        return 1;                                                     \
    }
#define STEMMED(N, STEM)         \
    HT_ARM(STEM##_null_##N) {    \
        return 2;                \
    }

PAIR(8, first)
PAIR(16, all) PAIR(32, all)
#define BOTH(N) PAIR(N, first) STEMMED(N, stemmed)
BOTH(64)

HT_ARM(plain) {
    return shared(0);
}
UNKNOWN(8)
static uint64_t *after_a_macro(void) {
    return 0;
}
"""
DEFINITIONS = Definitions(CText("benches/made_up.c", TEXT))


def line_of(text: str) -> int:
    assert TEXT.count(text) == 1
    return TEXT[: TEXT.index(text)].count("\n") + 1


def arm(symbol: str, line: str) -> str | None:
    match = DEFINITIONS.arm(symbol, line_of(line))
    return DEFINITIONS.excerpt(match.span).text if match else None


def test_an_arm_is_cut_from_its_macro_without_backslashes_and_as_if_it_stood_alone() -> None:
    assert arm("pair_heap_8_first", "PAIR(8, first)") == "HT_ARM(pair_heap_##N##_##HOW) {\n    return 1;\n}"
    null = "HT_ARM(pair_null_##N##_##HOW) {\n    return shared(make_##N(seed, SAYS(N)), USED_##HOW(N));\n}"
    assert arm("pair_null_8_first", "PAIR(8, first)") == null, "though it begins in the middle of a line"
    assert arm("plain", "HT_ARM(plain)") == "HT_ARM(plain) {\n    return shared(0);\n}"


def test_an_excerpt_says_where_it_begins() -> None:
    match = DEFINITIONS.arm("plain", line_of("HT_ARM(plain)"))
    assert match and DEFINITIONS.excerpt(match.span).first_line == line_of("HT_ARM(plain)")
    match = DEFINITIONS.arm("pair_null_8_first", line_of("PAIR(8, first)"))
    assert match and DEFINITIONS.excerpt(match.span).first_line == line_of("HT_ARM(pair_null")


@pytest.mark.parametrize(
    "symbol, line, where",
    [
        ("pair_null_8_first", "PAIR(8, first)", (("N", "8"), ("HOW", "first"))),
        ("pair_heap_32_all", "PAIR(16, all) PAIR(32", (("N", "32"), ("HOW", "all"))),
        ("pair_heap_64_first", "BOTH(64)", (("N", "64"), ("HOW", "first"))),
        ("stemmed_null_64", "BOTH(64)", (("STEM", "stemmed"), ("N", "64"))),
        ("plain", "HT_ARM(plain)", ()),
    ],
)
def test_what_the_parameters_stand_for_is_known(symbol: str, line: str, where: tuple[tuple[str, str], ...]) -> None:
    match = DEFINITIONS.arm(symbol, line_of(line))
    assert match and match.where == where


def test_of_several_names_that_fit_the_one_that_is_spelled_out_most_is_meant() -> None:
    match = DEFINITIONS.arm("pair_null_64_first", line_of("BOTH(64)"))
    assert match and match.span.name == "pair_null_##N##_##HOW", "STEM##_null_##N would fit as well"


def test_a_line_that_does_not_lead_to_the_arm_shows_that_the_text_is_another() -> None:
    wrong = line_of("#define LIMIT")
    for symbol in ("plain", "pair_null_8_first"):
        assert DEFINITIONS.arm(symbol, wrong) is None and DEFINITIONS.belies(symbol, wrong)
        assert DEFINITIONS.arm(symbol, None) is None
        assert DEFINITIONS.arm(symbol, 10_000) is None
    assert not DEFINITIONS.belies("plain", line_of("HT_ARM(plain)"))
    assert not DEFINITIONS.belies("made_by_no_arm", wrong)


def test_functions_are_found_in_macros_and_outside() -> None:
    made = DEFINITIONS.function("make_16", None)
    assert made and made.where == (("N", "16"),)
    assert DEFINITIONS.excerpt(made.span).text.startswith(
        "static HT_NOINLINE struct value make_##N(uint64_t seed,\n"
        "                                         const void *more) {\n    if (seed) {\n"
    )
    shared = DEFINITIONS.function("shared", None)
    assert shared and DEFINITIONS.excerpt(shared.span).text.splitlines()[1] == "    return at ? '}' : LIMIT;"
    after = DEFINITIONS.function("after_a_macro", None)
    assert after and DEFINITIONS.excerpt(after.span).text.startswith("static uint64_t *after_a_macro(void) {")
    for symbol in ("if", "of", "SAYS", "shared_not", "in_a_comment", "UNKNOWN"):
        assert DEFINITIONS.function(symbol, None) is None


def test_a_function_whose_name_is_all_parameter_needs_its_line() -> None:
    text = "#define ARM(NAME) static int NAME(int a) { return a; }\nARM(one)\nARM(two)\n"
    definitions = Definitions(CText("x.c", text))
    assert definitions.function("one", None) is None
    for symbol, line in (("one", 2), ("two", 3)):
        match = definitions.arm(symbol, line)
        assert match and match.where == (("NAME", symbol),)


def test_macros_that_are_used_come_along_and_what_these_use() -> None:
    match = DEFINITIONS.arm("pair_null_8_first", line_of("PAIR(8, first)"))
    shared = DEFINITIONS.function("shared", None)
    assert match and shared
    used = DEFINITIONS.macros_used([match.span, shared.span], dict(match.where))
    assert [one.name for one in used] == ["LIMIT", "SAYS", "USED_first"], "and not PAIR, in which the arm stands"
    assert DEFINITIONS.excerpt(used[0]).text == "#define LIMIT 64 /* bytes { */"


def test_a_file_that_is_no_c_has_nothing_and_breaks_nothing() -> None:
    begun = ("#define", "HT_ARM(", "HT_ARM(x) {", "int f(", "int f() {", "##(")
    for text in ("", "\n", "{{{", "}}}", '"', "'", "/*", *begun):
        definitions = Definitions(CText("x.c", text))
        assert definitions.arm("x", 1) is None and definitions.function("f", 1) is None


@pytest.mark.parametrize("file", BENCHES, ids=lambda file: file.name)
def test_every_arm_that_a_bench_file_defines_is_seen_whole(file: Path) -> None:
    text = CText(str(file), file.read_text())
    code = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert len(text.arms) == len(re.findall(r"HT_ARM\(", code))
    for span in text.arms:
        cut = text.cut(span)
        assert cut.startswith("HT_ARM(") and cut.endswith("\n}") and "\\\n" not in cut
        assert cut.count("{") == cut.count("}") and len(re.findall("HT_ARM", cut)) == 1
        assert all(line.startswith("    ") for line in cut.splitlines()[1:-1] if line), cut
