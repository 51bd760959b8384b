"""The cases of a full run that `synthetic.cases` lacks: further variants, lifetimes, twins, arms, and what is skipped.

    python3 tests/python/synthetic.py FOLDER --full

As there, the numbers follow a crude model and mean nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import synthetic
from synthetic import Case, Row

BLOCKS = (1, 4, 16, 64, 256, 1024, 4096)
ORDERS = ("lifo", "fifo", "random")
WITHOUT_CLANG = "blocks need clang, and this worker was built with gcc"
NO_THRESHOLD = "this allocator has no such threshold"


def full_cases() -> list[Case]:
    """Every case of a full run, in an order in which each scenario's cases stand together."""
    further = [
        *_returned_pointer(), *_boxed_value(), *_array_size(), *_captured_closure(), *_lifetime(),
    ]  # fmt: skip
    scenarios = ("array_size", "boxed_value", "captured_closure", "lifetime", "returned_pointer")
    both = [*synthetic.cases(), *further]
    return [case for scenario in scenarios for case in both if case.scenario == scenario]


def skips(row: Row) -> Row:
    """What a run on one machine cannot measure: a whole variant, and a variant under all allocators but one."""
    if row["variant"] == "blocks":
        return synthetic.without_time(row, "skipped", WITHOUT_CLANG)
    if row["variant"] == "mmap_threshold" and row["allocator"] != "glibc":
        return synthetic.without_time(row, "skipped", NO_THRESHOLD)
    return row


def _case(
    name: str, size: int | None, params: str, explains: str, stack: float, heap: float, *, per_malloc: float = 1.0,
    **extras: float,
) -> Case:
    """`stack`, `heap` and the extra arms: ns per operation, to which the heap arm adds so many malloc and free."""

    def model(arm: str, malloc_and_free: float) -> float:
        times = {"null": 0.8 * stack, "stack": stack, "heap": heap + per_malloc * malloc_and_free, **extras}
        return times[arm]

    return Case(name, size, params, explains, tuple(extras), model)


def _returned_pointer() -> Iterable[Case]:
    for size in (8, 64):
        explains = f"by value, {size} bytes, each operation waits for the one before"
        yield _case(f"returned_pointer/by_value/{size}/dependent", size, "form=dependent", explains, 9.4, 13.0)
    for call, ns in (("inlined", 2.1), ("noinline", 4.3)):
        explains = f"the callee that makes the value is {call}"
        yield _case(f"returned_pointer/callee/64/{call}", 64, f"call={call}", explains, ns, ns + 0.6)
    yield _case("returned_pointer/retained/64", 64, "kept=64", "keeps 64 of the values", 5.2, 6.0, arena=7.7, pool=8.4)
    for size in (15, 200):
        explains = f"returns a string of {size} bytes"
        yield _case(f"returned_pointer/string/{size}", size, "", explains, 6.0, 7.0, inline=6.6)


def _boxed_value() -> Iterable[Case]:
    for count in (16, 256, 4096):
        for order, each in (("sequential", 0.9), ("shuffled", 3.7)):
            explains = f"sums an array of {count} boxed integers, {order}"
            yield _case(
                f"boxed_value/array/{count}/{order}", 8 * count, f"count={count};order={order}", explains,
                0.6 * count, each * count, per_malloc=count, arena=1.3 * count, pool=1.5 * count,
            )  # fmt: skip
    yield _case("boxed_value/nan_box/8", 8, "", "packs the value into a NaN", 2.0, 2.6, inline=2.4)
    for count, ns in (("none", 0.0), ("plain", 0.9), ("atomic", 9.8)):
        explains = f"a box with a reference count: {count}"
        yield _case(f"boxed_value/refcounted/64/{count}", 64, f"count={count}", explains, 3.0, 3.4 + ns)


def _array_size() -> Iterable[Case]:
    for size in (65536, 1 << 20):
        for pages, ns in (("cold", 1900.0), ("warm", 42.0)):
            explains = f"touches every page of an array for the first time, pages {pages}"
            name = f"array_size/first_touch/{size}/{pages}"
            faults = size / 4096 * ns
            yield _case(name, size, f"pages={pages}", explains, faults, faults * 1.06, per_malloc=40)
    for probes, ns in (("off", 1.1), ("on", 104.0)):
        explains = f"a frame of 64 KiB with probes against stack clashes {probes}"
        yield _case(f"array_size/stack_clash/8192/{probes}", 65536, f"stack_clash={probes}", explains, ns, 5.0)
    for threshold, ns in (("fixed", 48000.0), ("sliding", 520.0)):
        explains = f"a block beyond glibc's mmap threshold, which is {threshold}"
        name = f"array_size/mmap_threshold/200000/{threshold}"
        yield _case(name, 200000, f"threshold={threshold}", explains, 480.0, ns)
    yield _case("array_size/zeroed/8192", 65536, "elements=8192", "calloc against a zeroed array", 1010.0, 1090.0)
    for lengths, ns in (("random", 9.0), ("predictable", 0.0)):
        explains = f"a buffer of 64 bytes on the stack and malloc beyond it, lengths {lengths}"
        yield _case(
            f"array_size/small_buffer/64/{lengths}", 64, f"threshold=64;lengths={lengths}", explains,
            3.1 + ns, 3.8 + ns, hybrid=4.0 + 1.5 * ns,
        )  # fmt: skip


def _captured_closure() -> Iterable[Case]:
    for variant, stack, heap in (("blocks", 3.0, 5.0), ("nested", 5.5, 9.0), ("queue", 140.0, 155.0)):
        name = f"captured_closure/{variant}/32"
        extras = {"arena": 150.0, "pool": 158.0} if variant == "queue" else {}
        yield _case(name, 32, "", f"a closure, {variant}", stack, heap, **extras)
    explains = "a closure that keeps small captures inside"
    yield _case("captured_closure/small_buffer/16", 16, "threshold=24", explains, 2.5, 3.5, inline=2.9)


def _lifetime() -> Iterable[Case]:
    for order, slower in zip(ORDERS, (0.0, 0.4, 2.6)):
        for k in BLOCKS:
            far = 1.0 + slower * max(0, k.bit_length() - 6) / 5
            yield _case(
                f"lifetime/live/{k}/{order}", 64, f"blocks={k};order={order}",
                f"{k} blocks live at once, freed {order}", k * 1.9, k * 2.6 * far, per_malloc=k * far,
                arena=k * 2.7 + 3, pool=k * 3.1 * (1 + (far - 1) / 2) + 1,
            )  # fmt: skip
    yield _case("lifetime/mixed/256", None, "blocks=256", "sizes mixed as in programs", 700.0, 900.0, per_malloc=256)
    for age in ("fresh", "old"):
        explains = f"after a million operations: {age}"
        yield _case(f"lifetime/aged/64/{age}", 64, f"heap={age}", explains, 3.0, 9.0 if age == "old" else 4.0)
