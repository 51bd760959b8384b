"""The verdicts on known costs: pure functions on made-up results; no engine runs here."""

from __future__ import annotations

import math

import pytest

from heaptoll.truth.expected import KINDS, Cpu, core_of, expected_cycles, parse_cpuinfo, this_cpu, unit_of
from heaptoll.truth.figures import Arm, Sample, Truth
from heaptoll.truth.judge import (
    ENOUGH, NOISY, OFF, OK, UNKNOWN, Judged, deviation_percent, exit_code, judge_cycles, judge_ns, verdict,
)  # fmt: skip

ZEN_5 = Cpu("AuthenticAMD", 26, 2)
STRANGER = Cpu("HygonGenuine", 24, 1)
SPREAD = (-0.0006, -0.0004, -0.0002, 0.0, 0.0, 0.0002, 0.0004, 0.0006)  # of quiet launches, as a share


def samples(cycles: float, ns: float = 1.0, spread: tuple[float, ...] = SPREAD) -> list[Sample]:
    return [Sample(turn, 0, ns * (1 + x), cycles * (1 + x), 1000, cycles) for turn, x in enumerate(spread)]


def known(factor: float = 1.0, case: str = "known_cost/add_chain/1024", cpu: Cpu = ZEN_5, each: float = 1.0) -> Truth:
    """A run in which every instruction took `factor` times the cycles it should."""
    count = int(case.rsplit("/", 1)[1])
    arms = [
        Arm(case, arm, samples(factor * each * n, 0.25 * n), 0, samples(factor * each * n, 0.25 * n))
        for arm, n in (("null", 1), ("stack", count), ("heap", 2 * count))
    ]
    return Truth(cpu, known=arms)


# ---- the table of known costs


def test_every_kind_of_chain_has_a_figure_on_every_x86_core_that_is_listed() -> None:
    for cpu in (ZEN_5, Cpu("AuthenticAMD", 23, 1), Cpu("AuthenticAMD", 25, 1), Cpu("GenuineIntel", 6, 0x55),
                Cpu("GenuineIntel", 6, 0x6A), Cpu("GenuineIntel", 6, 0x8F)):  # fmt: skip
        core = core_of(cpu)
        assert core is not None
        assert set(core.cycles) == set(KINDS)
        assert core.cycles["add_chain"] == 1 and core.cycles["multiply_chain"] == 3


def test_figures_are_per_instruction() -> None:
    assert expected_cycles(ZEN_5, "add_chain", 1024) == 1024
    assert expected_cycles(ZEN_5, "multiply_chain", 256) == 768
    assert expected_cycles(ZEN_5, "load_chain", 256) == 1024
    assert expected_cycles(ZEN_5, "stores", 1024) == 512
    assert expected_cycles(Cpu("GenuineIntel", 6, 0x8F), "load_chain", 256) == 1280


def test_a_core_that_is_not_listed_has_no_figures() -> None:
    for cpu in (STRANGER, Cpu(), Cpu("AuthenticAMD", 99, 0), Cpu("GenuineIntel", 15, 0x55), Cpu("0x41", 0, 0xFFF)):
        assert core_of(cpu) is None
        assert expected_cycles(cpu, "add_chain", 1) is None


def test_what_is_not_known_of_a_listed_core_has_no_figure_either() -> None:
    neoverse = Cpu("0x41", 0, 0xD0C)
    assert expected_cycles(neoverse, "multiply_chain", 1) == 4
    assert expected_cycles(neoverse, "stores", 1) is None


def test_the_unit_is_the_chain_that_the_probe_has() -> None:
    assert unit_of(ZEN_5) == "multiply_chain"
    assert unit_of(Cpu("0x41", 0, 0xD0C)) == "add_chain"


def test_cpuinfo_is_read_on_both_architectures() -> None:
    x86 = "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n"
    assert parse_cpuinfo(x86 + "\nprocessor : 1\ncpu family : 5\n") == ZEN_5
    assert parse_cpuinfo("processor : 0\nCPU implementer : 0x41\nCPU part : 0xd0c\n") == Cpu("0x41", 0, 0xD0C)
    assert parse_cpuinfo("nothing of the kind") == Cpu()
    assert core_of(parse_cpuinfo("vendor_id: AuthenticAMD\ncpu family: many\n")) is None


def test_this_machine_has_a_cpu_whatever_it_is() -> None:
    assert isinstance(this_cpu(), Cpu)


# ---- verdicts


def test_deviation_is_in_per_cent_of_what_is_expected() -> None:
    assert deviation_percent(102, 100) == pytest.approx(2)
    assert deviation_percent(99, 100) == pytest.approx(-1)


@pytest.mark.parametrize("factor, said", [(1.0, OK), (1.004, OK), (0.996, OK), (1.02, OFF), (0.991, OFF), (1.0091, OFF)])
def test_a_cost_is_off_beyond_half_a_per_cent(factor: float, said: str) -> None:
    assert {(each.arm, each.verdict) for each in judge_cycles(known(factor))} == {
        ("stack", said), ("heap", said), ("toll", said)
    }  # fmt: skip


def test_two_per_cent_more_instructions_are_off_in_every_kind() -> None:
    for kind, each in (("add_chain", 1.0), ("multiply_chain", 3.0), ("load_chain", 4.0), ("stores", 0.5), ("busy_loop", 1.0)):
        case = f"known_cost/{kind}/1024"
        assert {judged.verdict for judged in judge_cycles(known(1.0, case, each=each))} == {OK}
        assert {judged.verdict for judged in judge_cycles(known(1.02, case, each=each))} == {OFF}


def test_overhead_that_is_the_same_in_both_arms_is_not_in_the_toll() -> None:
    truth = known()
    for arm in truth.known:
        arm.ours = [s._replace(cycles=s.cycles + 30) for s in arm.ours]
    verdicts = {each.arm: each.verdict for each in judge_cycles(truth)}
    assert verdicts == {"stack": OFF, "heap": OFF, "toll": OK}


def test_too_few_launches_are_noisy_whatever_they_say() -> None:
    truth = known(1.5)
    for arm in truth.known:
        arm.ours = arm.ours[: ENOUGH - 1]
    assert {each.verdict for each in judge_cycles(truth)} == {NOISY}


def test_results_that_reach_from_good_to_bad_are_noisy() -> None:
    assert verdict([-0.2, 0.1, 0.3, 0.9, 1.5, 2.0, 3.0], 0.5) == NOISY
    assert verdict([0.7, 0.8, 0.9, 0.9, 1.5, 2.0, 3.0], 0.5) == OFF
    assert verdict([-0.7, -0.8, -0.9, -0.9, -1.5, -2.0, -3.0], 0.5) == OFF


def test_nothing_measured_is_noisy() -> None:
    truth = known()
    for arm in truth.known:
        arm.ours = []
    judged = judge_cycles(truth)
    assert {each.verdict for each in judged} == {NOISY}
    assert all(math.isnan(each.measured) for each in judged)


def test_an_unknown_core_is_measured_and_not_judged() -> None:
    judged = judge_cycles(known(1.5, cpu=STRANGER))
    assert {each.verdict for each in judged} == {UNKNOWN}
    assert all(each.measured > 0 and each.expected is None for each in judged)


def test_tolls_are_paired_by_launch() -> None:
    truth = known()
    stack, heap = truth.known[1], truth.known[2]
    del stack.ours[0]
    assert [each.results for each in judge_cycles(truth)] == [7, 8, 7]


def test_ns_are_held_against_the_other_engine_turn_by_turn() -> None:
    truth = known()
    for turn, arm in enumerate(truth.known):  # the clock drifts: both engines see it
        arm.ours = [s._replace(ns=s.ns * (1 + 0.05 * s.turn)) for s in arm.ours]
        arm.theirs = [s._replace(ns=s.ns * (1 + 0.05 * s.turn) * 1.004) for s in arm.theirs]
    judged = judge_ns(truth)
    assert {(each.arm, each.verdict) for each in judged} == {("stack", OK), ("heap", OK)}
    assert judged[0].measured == pytest.approx(1 / 1.004)
    for arm in truth.known:
        arm.theirs = [s._replace(ns=s.ns * 1.02) for s in arm.theirs]
    assert {each.verdict for each in judge_ns(truth)} == {OFF}


# ---- the exit code


def judged(said: str) -> Judged:
    return Judged("known_cost/add_chain/1024", "stack", "add_chain", 1024, 1024, 0, 12, said)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([OK, OK, NOISY], 0),
        ([OK, OFF, NOISY, NOISY, NOISY], 1),
        ([OK, NOISY, NOISY], 3),
        ([OK, UNKNOWN, UNKNOWN, UNKNOWN], 0),
        ([UNKNOWN, UNKNOWN], 3),
        ([], 3),
    ],
)
def test_the_exit_code_says_off_then_noisy_then_fine(verdicts: list[str], code: int) -> None:
    assert exit_code([judged(said) for said in verdicts]) == code
