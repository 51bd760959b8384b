"""The answer in words: each sentence says what was planted, and does not where its condition fails."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import dense
import pytest
import synthetic
import synthetic_scenarios
from synthetic import Case, Row

from heaptoll.measurements import read_run
from heaptoll.report import command
from heaptoll.report.dataset import Measured
from heaptoll.report.words.answer import Answer, answer
from heaptoll.report.words.markdown import as_markdown
from heaptoll.report.words.sentence import Name, Number, Sentence, plain

ONE = Case("returned_pointer/by_value/64", 64, "", "returns a struct")
TWO = ("glibc", "jemalloc")

Cost = Callable[[Case, str, str], float]


def told(folder: Path, made: Sequence[Case], allocators: Sequence[str] = TWO, **options: Any) -> Answer:
    run = read_run(synthetic.write_run(folder, allocators, made=made, **options))
    return answer(Measured.of(run, run.builds[0]))


def found(given: Answer, name: str) -> Sentence | None:
    return next((each for each in given.sentences if each.id == name), None)


def said(given: Answer, name: str) -> str:
    """Head and text of a sentence that must be there."""
    each = found(given, name)
    assert each is not None, [other.id for other in given.sentences]
    return f"{plain(each.head)} {each.text}"


def heap_adds(**tolls: float) -> Cost:
    """A stack arm of 5 ns, and a heap arm that takes so much more under each allocator."""
    return lambda case, arm, allocator: 5.0 + (tolls[allocator] if arm == "heap" else 0.0)


def exactly(row: Row, ns: float) -> Row:
    """The same time in every launch."""
    return {**row, **{name: f"{ns:.4f}" for name in row if name.startswith("ns_")}, "cycles_median": f"{2.5 * ns:.4f}"}


def heap_adds_exactly(**tolls: float) -> Callable[[Row], Row]:
    return lambda row: exactly(row, 5.0 + (tolls[row["allocator"]] if row["arm"] == "heap" else 0.0))


def test_a_returned_pointer_costs_what_was_planted_with_its_interval(tmp_path: Path) -> None:
    given = told(tmp_path, [ONE], change=heap_adds_exactly(glibc=8.0, jemalloc=4.0))
    assert said(given, "small-block") == (
        "One small block costs 4.00 to 8.00 ns. On this machine a 64-byte returned pointer costs 8.00 ns (20.0 core "
        "cycles) more with glibc and 4.00 ns (10.0) with jemalloc than the value on the stack."
    )
    number = next(number for number in given.numbers if number.text == "4.00 ns")
    assert number.case == ONE.name and number.of == f"toll of {ONE.name}, jemalloc"
    assert number.interval == "95 % interval 4.00 ns to 4.00 ns, 8 launches"


def test_less_is_said_where_the_heap_is_faster_and_nothing_where_that_cannot_be_told(tmp_path: Path) -> None:
    text = said(told(tmp_path, [ONE], cost=heap_adds(glibc=-2.0, jemalloc=0.0)), "small-block")
    assert "core cycles) less with glibc" in text and "the same, as far as can be told, with jemalloc" in text
    assert " more " not in text and "costs 2" not in text.split(".")[0]


def test_the_lead_is_the_toll_of_each_allocator_and_says_longer_only_where_all_are(tmp_path: Path) -> None:
    lead = told(tmp_path / "all", [ONE], change=heap_adds_exactly(glibc=8.0, jemalloc=4.0)).lead
    assert lead is not None and lead.longer and lead.address == "case=returned_pointer%2Fby_value%2F64"
    assert [(tile.allocator, tile.index, tile.ns.text, tile.doubt) for tile in lead.tiles] == [
        ("glibc", 0, "8.00 ns", None), ("jemalloc", 1, "4.00 ns", None),
    ]  # fmt: skip
    lead = told(tmp_path / "one", [ONE], cost=heap_adds(glibc=-2.0, jemalloc=0.0)).lead
    assert lead is not None and not lead.longer and lead.tiles[0].ns.text.startswith("\N{MINUS SIGN}")
    assert lead.tiles[1].doubt == "not to be told from 0"
    few = told(tmp_path / "few", [ONE], launches=2).lead
    assert few is not None and not few.longer and few.tiles[0].doubt == "too few launches for an interval"
    assert told(tmp_path / "none", [Case("array_size/fixed/8192/all", 65536, "elements=8192;touch=all", "")]).lead is None


def test_one_launch_claims_nothing(tmp_path: Path) -> None:
    given = told(tmp_path, synthetic_scenarios.full_cases(), launches=1)
    assert "about " in said(given, "small-block") and "too few launches for an interval" in said(given, "small-block")
    assert [each.id for each in given.sentences if "fades" in plain(each.head) or "lowest" in each.text] == []
    assert {"small-blocks", "cheapest", "faster-heap"} & {each.id for each in given.sentences} == set()
    assert "1 launch is too few" in "".join(each.why for each in given.silences)


def test_another_small_case_stands_in_and_is_named(tmp_path: Path) -> None:
    other = Case("boxed_value/interface/8", 8, "", "a box")
    text = said(told(tmp_path, [other]), "small-block")
    assert "boxed_value/interface/8 costs, on the heap instead of the stack, " in text


def test_without_a_small_case_there_is_no_such_sentence_but_a_reason(tmp_path: Path) -> None:
    given = told(tmp_path, [Case("array_size/fixed/8192/first", 65536, "elements=8192;touch=first", "an array")])
    assert found(given, "small-block") is None
    assert "what one small block costs" in [each.about for each in given.silences]


def test_contended_lanes_are_marked_and_decide_nothing(tmp_path: Path) -> None:
    def noisy(row: Row) -> Row:
        return synthetic.contended(row) if row["allocator"] == "glibc" else row

    given = told(tmp_path, [ONE], change=noisy, cost=heap_adds(glibc=8.0, jemalloc=4.0))
    text = said(given, "small-block")
    assert "glibc (contended)" in text and "One small block costs" not in text
    assert found(given, "cheapest") is None
    assert "1 only among noise (contended)" in said(given, "gaps")
    assert found(told(tmp_path / "quiet", [ONE]), "gaps") is None


def test_no_claim_rests_on_what_is_contended(tmp_path: Path) -> None:
    made = [*live(1, 1024), *arrays(), *pages(34000.0)]
    heads = {"Many at once cost more each.", "Use the memory, and the toll fades.", "The stack faults too."}

    def cost(case: Case, arm: str, allocator: str) -> float:
        if case.model:
            return case.model(arm, 10.0)
        if case.scenario == "array_size":
            return used(1.02)(case, arm, allocator)
        return per_block(glibc=9.0, jemalloc=9.0)(case, arm, allocator)

    quiet = told(tmp_path / "quiet", made, cost=cost)
    noisy = told(tmp_path / "noisy", made, cost=cost, change=synthetic.contended)
    assert heads <= {plain(each.head) for each in quiet.sentences}
    assert not heads & {plain(each.head) for each in noisy.sentences}
    assert "(contended)" in said(noisy, "use") and said(noisy, "gaps").startswith("None of it in quiet.")


def small_variants(count: int) -> list[Case]:
    names = [f"returned_pointer/way{i}/64" for i in range(count - 1)] + ["boxed_value/interface/64"]
    return [Case(name, 64, "", "one small block") for name in names]


def test_small_blocks_need_four_variants_of_two_scenarios(tmp_path: Path) -> None:
    text = said(told(tmp_path / "4", small_variants(4), cost=heap_adds(glibc=8.0, jemalloc=4.0)), "small-blocks")
    assert "In 4 variants of 2 scenarios" in text and "half of them" in text
    assert found(told(tmp_path / "3", small_variants(3)), "small-blocks") is None


def test_a_variant_of_two_blocks_is_no_small_block(tmp_path: Path) -> None:
    def two(row: Row) -> Row:
        return {**row, "allocs_per_op": "2"} if row["arm"] == "heap" and "way0" in row["case"] else row

    assert found(told(tmp_path, small_variants(4), change=two), "small-blocks") is None


def test_the_lowest_toll_is_told_where_launches_agree(tmp_path: Path) -> None:
    text = said(told(tmp_path, [ONE], change=heap_adds_exactly(glibc=8.0, jemalloc=4.0)), "cheapest")
    assert text.startswith("jemalloc has the lowest toll everywhere.")
    assert "glibc alone has the highest toll in 1" in text
    assert text.endswith("jemalloc is 4.00 ns below glibc.")


def test_the_same_toll_has_no_lowest(tmp_path: Path) -> None:
    text = said(told(tmp_path, [ONE], cost=heap_adds(glibc=8.0, jemalloc=8.0)), "cheapest")
    assert text.startswith("No allocator is told to be the cheapest.")
    assert "no allocator alone has the lowest toll" in text
    assert "no two can be told apart" in text


def test_a_difference_within_the_dead_zone_is_none(tmp_path: Path) -> None:
    """The same difference in every launch is certain; below 1 % of the heap arm's time it is none all the same."""
    near, far = heap_adds_exactly(glibc=15.08, jemalloc=15.0), heap_adds_exactly(glibc=15.4, jemalloc=15.0)
    assert "told to be the cheapest" in said(told(tmp_path / "near", [ONE], change=near), "cheapest")
    assert said(told(tmp_path / "far", [ONE], change=far), "cheapest").startswith("jemalloc has the lowest")


@pytest.mark.parametrize("allocators, launches, why", [
    (("glibc",), 8, "the run has one allocator"),
    (synthetic.ALLOCATORS, 7, "7 launches are too few to tell 6 allocators apart"),
])  # fmt: skip
def test_why_no_lowest_toll_is_told(tmp_path: Path, allocators: Sequence[str], launches: int, why: str) -> None:
    given = told(tmp_path, [ONE], allocators, launches=launches)
    assert found(given, "cheapest") is None and why in [each.why for each in given.silences]


def test_jumps_are_where_they_were_planted(tmp_path: Path) -> None:
    run = read_run(dense.write_run(tmp_path / "run", ("glibc", "snmalloc")))
    given = answer(Measured.of(run, run.builds[0]))
    text = said(given, "jumps")
    assert text.startswith("The size makes the price jump.") and "with glibc above 1" in text
    assert "no jump was found with snmalloc" in text
    sentence = found(given, "jumps")
    assert sentence is not None and "95 % interval of the place" in sentence.numbers[0].interval


def test_a_sweep_without_an_edge_says_so_and_a_run_without_a_sweep_says_why(tmp_path: Path) -> None:
    run = read_run(dense.write_run(tmp_path / "run", ("snmalloc",)))
    assert said(answer(Measured.of(run, run.builds[0])), "jumps").startswith("The size does not make it jump.")
    given = told(tmp_path / "one", [ONE])
    assert found(given, "jumps") is None and "PROFILE=full" in "".join(each.why for each in given.silences)


def live(*numbers: int) -> list[Case]:
    return [
        Case(f"lifetime/live/64/k{k}/random", 64 * k, f"blocks={k};order=random", "blocks live at once")
        for k in numbers
    ]


def per_block(**last: float) -> Cost:
    """5 ns a block where one lives, and what is given where many do."""

    def cost(case: Case, arm: str, allocator: str) -> float:
        k = int(case.params.split(";")[0].removeprefix("blocks="))
        return 2.0 * k + ((5.0 if k == 1 else last[allocator]) * k if arm == "heap" else 0.0)

    return cost


@pytest.mark.parametrize("last, head", [
    ({"glibc": 9.0, "jemalloc": 8.0}, "Many at once cost more each."),
    ({"glibc": 3.0, "jemalloc": 2.0}, "Many at once cost less each."),
    ({"glibc": 9.0, "jemalloc": 2.0}, "Many at once tell the allocators apart."),
    ({"glibc": 5.0, "jemalloc": 5.0}, "Many at once."),
])  # fmt: skip
def test_many_blocks(tmp_path: Path, last: dict[str, float], head: str) -> None:
    text = said(told(tmp_path, live(1, 16, 1024), cost=per_block(**last)), "many-blocks")
    assert text.startswith(head) and "1024 blocks alive at once instead of 1, freed in random order" in text
    assert ("as much as before" in text) == (head == "Many at once.")


def test_one_number_of_blocks_tells_nothing_of_many(tmp_path: Path) -> None:
    assert found(told(tmp_path, live(16), cost=per_block(glibc=9.0, jemalloc=9.0)), "many-blocks") is None


def arrays() -> list[Case]:
    return [
        Case(f"array_size/fixed/8192/{touch}", 65536, f"elements=8192;touch={touch}", "an array")
        for touch in ("first", "all")
    ]


def used(whole: float) -> Cost:
    """On the heap 4 times as long with one element used, and so many times with all."""

    def cost(case: Case, arm: str, allocator: str) -> float:
        stack, times = (5.0, 4.0) if case.name.endswith("first") else (1000.0, whole)
        return stack * times if arm == "heap" else stack

    return cost


def test_use_makes_the_toll_fade_or_is_not_seen_to(tmp_path: Path) -> None:
    text = said(told(tmp_path / "fades", arrays(), cost=used(1.02)), "use")
    assert text.startswith("Use the memory, and the toll fades. 64 KiB") and "4.0" in text
    text = said(told(tmp_path / "stays", arrays(), cost=used(4.0)), "use")
    assert text.startswith("Using the memory is not seen to make the toll fade.") and "cannot be told of glibc" in text
    assert found(told(tmp_path / "half", arrays()[:1]), "use") is None


def pages(cold: float) -> list[Case]:
    def model(ns: float) -> Callable[[str, float], float]:
        return lambda arm, _: ns + (40.0 if arm == "heap" else 0.0)

    return [
        Case(
            f"array_size/first_touch/8192/{state}", 65536, f"elements=8192;touch=all;pages={state}", "", (), model(ns)
        )  # fmt: skip
        for state, ns in (("cold", cold), ("warm", 2000.0))
    ]


def test_untouched_pages_cost_what_was_planted_per_fault(tmp_path: Path) -> None:
    def faults(row: Row) -> Row:
        return {**row, "minor_faults_per_op": "16"} if row["case"].endswith("cold") else row

    text = said(told(tmp_path / "cold", pages(34000.0), change=faults), "page-faults")
    assert text.startswith("The stack faults too.") and "17." in text.split(" times")[0] or "16.9" in text
    assert "2.0" in text.split("heap: ")[1] and text.endswith("µs a page fault.")
    assert "as far as can be told, no longer" in said(told(tmp_path / "same", pages(2000.0)), "page-faults")
    few = said(told(tmp_path / "few", pages(34000.0), launches=2), "page-faults")
    assert few.startswith("Untouched pages.") and few.endswith("too few launches to say more.")
    assert "a page fault" not in said(told(tmp_path / "uncounted", pages(34000.0)), "page-faults")
    assert found(told(tmp_path / "none", pages(34000.0)[:1]), "page-faults") is None


def test_where_the_heap_is_faster(tmp_path: Path) -> None:
    name = "array_size/stack_clash/8192/on"
    dear = Case(name, 65536, "stack_clash=on", "probes", (), lambda arm, _: {"heap": 20.0}.get(arm, 100.0))
    text = said(told(tmp_path / "one", [ONE, dear]), "faster-heap")
    assert "costs more in 2 and less in 2" in text and "faster in array_size/stack_clash/8192/on (" in text
    text = said(told(tmp_path / "none", [ONE]), "faster-heap")
    assert text.startswith("The heap is nowhere the faster side.") and "less in none" in text


def test_what_is_missing_is_said_with_its_kind(tmp_path: Path) -> None:
    def gone(row: Row) -> Row:
        return synthetic.without_time(row, "crashed", "signal 11") if row["allocator"] == "jemalloc" else row

    text = said(told(tmp_path, [ONE], change=gone), "gaps")
    assert "Of 2 pairs of a case and an allocator, 1 were timed in quiet; 1 crashed." in text


def test_names_from_files_are_pieces_of_their_own_and_inert_in_markdown(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script>|*x*"
    given = told(tmp_path, [ONE], (hostile, "glibc"), cost=lambda case, arm, allocator: 5.0 + 4 * (arm == "heap"))
    sentence = found(given, "small-block")
    assert sentence is not None and Name(hostile) in sentence.pieces
    text = as_markdown(given, numbers=True)
    assert "<script" not in text and "*x*" not in text and "alert" in text
    assert all(line.count("|") == 4 for line in text.splitlines() if line.startswith("|"))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_run_has_or_lacks_there_is_an_answer_without_holes(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    made = random.sample(synthetic_scenarios.full_cases(), 12)
    lanes = random.sample([*synthetic.ALLOCATORS, "<b>&"], random.randint(1, 6))
    statuses = ("skipped", "crashed", "timeout", "dishonest")

    def change(row: Row) -> Row | None:
        trouble, lacking = random.random() * 10, ("cycles_median", "allocs_per_op", "minor_faults_per_op")
        if seed % 2:
            row = {**row, **dict.fromkeys(lacking, "")}
        if trouble < 1:
            return None
        if trouble < 2:
            return synthetic.without_time(row, random.choice(statuses), random.choice(["", "why"]))
        return synthetic.contended(row) if trouble < 4 else row

    given = told(tmp_path, made, lanes, launches=(1, 2, 6, 8)[seed % 4], change=change, quiet_share=None)
    text = as_markdown(given, numbers=True)
    assert given.sentences and "<b>" not in text
    assert not re.search(r"\bnan\b|\binf\b|None|\(\)|, ,|  ", text.replace("\n", "")), text


def test_every_number_has_an_interval_or_says_why_not(tmp_path: Path) -> None:
    given = told(tmp_path, synthetic_scenarios.full_cases(), synthetic.ALLOCATORS, change=synthetic_scenarios.skips)
    assert len(given.sentences) >= 7 and given.numbers
    assert all(isinstance(number, Number) and number.of and number.interval for number in given.numbers)


def test_the_words_are_printed_and_no_page_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = synthetic.write_run(tmp_path / "run", made=[ONE], status="interrupted")
    out = tmp_path / "site"
    assert command.main([str(run), "--words", "--numbers", "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("**interrupted run") and "- **One small block costs" in text and "| how sure |" in text
    assert not out.exists()
    assert command.main([str(tmp_path / "absent"), "--words"]) == 2
